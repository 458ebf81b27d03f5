//! `[[source]]`: what is polled.
//!
//! A source stands in a table of its own, or in a line of a file that `[[sources]]` names,
//! with what stands beside that name in common.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use crate::limits::CONFIG_SOURCES;
use crate::model::SourceId;
use crate::model::web::address::{Opened, ip_of, outside};
use crate::schedule::Budget;

use super::access::{self, Access};
use super::naming;
use super::reading::reader::{ConfigTable, Value};
use super::reading::report::{Complaint, Report};
use super::reading::spot::ConfigSpot;
use super::traits::{ConfiguredSource, SharedTraits, Traits};
use super::values;

/// How an id and a URL are written, for a hint.
const ID_FORM: &str = "\"un-news\"";
const URL_FORM: &str = "\"https://…\"";

/// A file that [`[[sources]]`](super::source_files) names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its sources, by their places among all of the configuration.
    pub sources: Range<usize>,
}

/// The sources of all files so far.
#[derive(Default)]
pub(super) struct Sources {
    pub sources: Vec<Arc<ConfiguredSource>>,
    /// The files that came by a `[[sources]]`.
    pub files: Vec<SourceFile>,
    /// How sources are requested that say nothing of it.
    plain: Arc<Access>,
    /// How much a source may bring in a day unless it says otherwise.
    pub budget: Budget,
    /// The networks and hosts that are opened to every source that lives there.
    pub opened: Opened,
    ids: HashMap<SourceId, SourcePlace>,
    /// By a hash of the URL: of a million sources the URLs would be kept twice.
    addresses: HashMap<u128, (Option<SourceId>, SourcePlace)>,
    tags: BTreeSet<String>,
}

/// Where a source stands.
#[derive(Clone)]
enum SourcePlace {
    /// In a file that is kept whole while it is read.
    Spot(ConfigSpot),
    /// In a line of a file that is not.
    Line(Rc<Path>, u32, u32),
}

impl SourcePlace {
    fn line(spot: &ConfigSpot, file: &Rc<Path>) -> SourcePlace {
        let (line, column) = spot.line_and_column();
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        SourcePlace::Line(Rc::clone(file), small(line), small(column))
    }

    fn shown(&self) -> String {
        match self {
            SourcePlace::Spot(spot) => spot.place().to_string(),
            SourcePlace::Line(file, line, column) => format!("{}:{line}:{column}", file.display()),
        }
    }
}

impl Sources {
    /// Reads one file's sources.
    pub fn gather(&mut self, value: Option<Value<'_>>, report: &mut Report) {
        let items = value.and_then(|value| value.items("[[source]]", report)).unwrap_or_default();
        for item in items {
            if report.is_full() {
                break;
            }
            if self.sources.len() >= CONFIG_SOURCES.count() {
                item.refuse(Complaint::new(format!("there are more than {} sources", CONFIG_SOURCES.most)), report);
                break;
            }
            if let Some(table) = item.table("[[source]]", report) {
                self.add_table(table, report);
            }
        }
    }

    /// Adds the source of a table of its own.
    fn add_table(&mut self, mut table: ConfigTable<'_>, report: &mut Report) {
        let written = table.required("id", ID_FORM, report);
        let spot = written.as_ref().map_or_else(|| table.spot(), Value::spot);
        let id = written.and_then(|value| value.read(ID_FORM, report, source_id));
        name(&mut table, id.as_ref());
        let (url, mut address) = url_of(&mut table, report);
        if let (Some(url), Some(address)) = (&url, &address) {
            self.is_first_at(id.as_ref(), address, (url, SourcePlace::Spot(url.spot())), report);
        }
        if let Some(id) = &id {
            let place = SourcePlace::Spot(spot.clone());
            self.refuse_duplicate_id(id, place, (&spot, &table.path("id")), report);
        }
        let access = access::read(&mut table, address.as_mut(), report);
        let access = if access == *self.plain { Arc::clone(&self.plain) } else { Arc::new(access) };
        let traits = Traits::read(table, access, self.budget, report);
        self.take(id, url.zip(address), traits, report);
    }

    /// Adds the source of a line, with the traits that it shares with the other lines. One that
    /// says no id has one that is made of its URL.
    pub fn add_line(&mut self, mut table: ConfigTable<'_>, shared: &SharedTraits, report: &mut Report) {
        if self.sources.len() >= CONFIG_SOURCES.count() {
            let complaint = Complaint::new(format!("there are more than {} sources", CONFIG_SOURCES.most));
            return report.refuse(&table.spot(), "", complaint);
        }
        let written = table.value("id");
        let named_at = written.as_ref().map(Value::spot);
        let own = written.and_then(|value| value.read(ID_FORM, report, source_id));
        name(&mut table, own.as_ref());
        let (url, mut address) = url_of(&mut table, report);
        let made = || address.as_ref().map(naming::id_of);
        let id = if named_at.is_some() { own } else { made() };
        let line = |spot: &ConfigSpot| SourcePlace::line(spot, &shared.file);
        let is_first = match (&url, &address) {
            (Some(url), Some(address)) => self.is_first_at(id.as_ref(), address, (url, line(&url.spot())), report),
            _ => true,
        };
        // Of one URL an id that is made of it is the same.
        if let Some(id) = id.as_ref().filter(|_| named_at.is_some() || is_first) {
            let spot = named_at.or_else(|| url.as_ref().map(Value::spot)).unwrap_or_else(|| table.spot());
            self.refuse_duplicate_id(id, line(&spot), (&spot, &table.path("id")), report);
        }
        if let (Some(url), Some(address)) = (&url, &mut address)
            && let Err(complaint) = shared.give_credentials(address)
        {
            url.refuse(complaint, report);
        }
        let traits = shared.with(table, report);
        self.take(id, url.zip(address), traits, report);
    }

    /// Takes a source, where it has an id and a URL; its tags may be named all the same.
    fn take(&mut self, id: Option<SourceId>, url: Option<(Value<'_>, url::Url)>, traits: Traits, report: &mut Report) {
        if let Some((url, address)) = &url {
            self.warn_if_private(address, &traits.access.opened, url, report);
        }
        self.note_tags(&traits);
        if let (Some(id), Some((_, address))) = (id, url) {
            self.sources.push(Arc::new(traits.of(id, address)));
        }
    }

    fn note_tags(&mut self, traits: &Traits) {
        for tag in &traits.tags {
            if !self.tags.contains(tag) {
                self.tags.insert(tag.clone());
            }
        }
    }

    fn refuse_duplicate_id(
        &mut self,
        id: &SourceId,
        place: SourcePlace,
        (spot, key): (&ConfigSpot, &str),
        report: &mut Report,
    ) {
        let Some(first) = self.ids.get(id) else {
            self.ids.insert(id.clone(), place);
            return;
        };
        let complaint = Complaint::new(format!("the id \"{id}\" is taken by the source at {}", first.shown()));
        report.refuse(spot, key, complaint.hint("ids are permanent: give the newer one another"));
    }

    /// Two sources with one URL would double the load on its publisher.
    fn is_first_at(
        &mut self,
        id: Option<&SourceId>,
        address: &url::Url,
        (value, place): (&Value<'_>, SourcePlace),
        report: &mut Report,
    ) -> bool {
        let hash = xxh3_128(address.as_str().as_bytes());
        let Some((name, first)) = self.addresses.get(&hash) else {
            self.addresses.insert(hash, (id.cloned(), place));
            return true;
        };
        let name = name.as_ref().map_or("unnamed", SourceId::as_str);
        let sentence = format!("the source `{name}` at {} polls the same URL", first.shown());
        value.refuse(Complaint::new(sentence).hint("leave one of them out"), report);
        false
    }

    /// Polls of an address that is not public are refused until it is opened. Warns where
    /// the URL itself shows this; other names are looked up at each poll.
    fn warn_if_private(&self, address: &url::Url, opened: &Opened, value: &Value<'_>, report: &mut Report) {
        let Err(refusal) = outside(address, &opened.and(&self.opened)) else { return };
        let host = address.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let refused = match address.host().is_some_and(|host| ip_of(&host).is_some()) {
            true => "polls of it are refused",
            false => "polls of it are refused if it leads to such an address",
        };
        let complaint = Complaint::new(format!("{refusal}: {refused}"));
        let hint = format!("if it is meant, write allow_addresses = [\"{host}\"] in this source");
        report.warn(&value.spot(), &value.key, complaint.hint(hint));
    }

    pub fn has(&self, id: &SourceId) -> bool {
        self.ids.contains_key(id)
    }

    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags.contains(tag)
    }

    /// What a feed may name: ids, and tags as `tag:…`.
    pub fn selectors(&self) -> impl Iterator<Item = String> {
        let ids = self.ids.keys().map(SourceId::to_string);
        ids.chain(self.tags.iter().map(|tag| format!("tag:{tag}")))
    }
}

/// Problems of a source are told by its id.
fn name(table: &mut ConfigTable<'_>, id: Option<&SourceId>) {
    if let Some(id) = id {
        table.key = format!("source[{id}]");
    }
}

/// The URL of a source, as it is written and as it is meant.
fn url_of<'t>(table: &mut ConfigTable<'t>, report: &mut Report) -> (Option<Value<'t>>, Option<url::Url>) {
    let url = table.required("url", URL_FORM, report);
    let address = url.as_ref().and_then(|value| value.read(URL_FORM, report, values::source_url));
    if let (Some(url), Some(true)) = (&url, address.as_ref().map(|address| address.password().is_some())) {
        let complaint = Complaint::new("the URL holds a password, which belongs in a file");
        report.warn(&url.spot(), &url.key, complaint.hint(access::BASIC_AUTH));
    }
    (url, address)
}

fn source_id(text: &str) -> Result<SourceId, Complaint> {
    SourceId::new(text).map_err(|error| {
        let complaint = Complaint::new(error.to_string());
        match naming::slug(text) {
            Some(like) => complaint.hint(format!("write \"{like}\"; a `title` may hold anything")),
            None => complaint,
        }
    })
}
