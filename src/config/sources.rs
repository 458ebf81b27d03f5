//! `[[source]]`: what is polled.
//!
//! A source stands in a table of its own, or in a line of a file that `[[sources]]` names,
//! with what stands beside that name in common.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use crate::clock::Zone;
use crate::limits::CONFIG_SOURCES;
use crate::model::address::{Opened, ip_of, outside};
use crate::model::{Kind, LinkTemplate, NoTemplate, Republish, Source, SourceId};
use crate::parse::page::Selectors;
use crate::schedule::{Budget, Policy};
use crate::text::quote::in_quotes;

use super::access::{self, Access};
use super::budgets;
use super::naming;
use super::page;
use super::reading::problem::FileSpan;
use super::reading::reader::{ConfigTable, Value};
use super::reading::report::{Complaint, Report};
use super::reading::spot::ConfigSpot;
use super::values;

/// A source as it is polled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfiguredSource {
    /// What every room may know about it.
    pub source: Source,
    /// When it is polled.
    pub schedule: Policy,
    /// The time zone of its cron rule, and of dates that have none.
    pub timezone: Zone,
    /// How it is requested; sources that have nothing of their own share it.
    pub access: Arc<Access>,
    /// The selectors that read it, if it is a page.
    pub page: Option<Arc<Selectors>>,
    /// The template of links for entries that have only an id.
    pub link_template: Option<LinkTemplate>,
    /// How much it may bring in a day.
    pub budget: Budget,
}

/// The sources of all files so far.
#[derive(Default)]
pub(super) struct Sources {
    pub sources: Vec<Arc<ConfiguredSource>>,
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
    Line(Rc<Path>, usize, usize),
}

impl SourcePlace {
    fn of(spot: &ConfigSpot, shared: Option<&SharedTraits>) -> SourcePlace {
        match shared {
            None => SourcePlace::Spot(spot.clone()),
            Some(shared) => {
                let FileSpan { line, column, .. } = spot.place();
                SourcePlace::Line(Rc::clone(&shared.file), line, column)
            }
        }
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
                self.add(table, None, report);
            }
        }
    }

    /// Adds the source of a line, with the traits that it shares with the other lines.
    pub fn add_line(&mut self, table: ConfigTable<'_>, shared: &SharedTraits, report: &mut Report) {
        match self.sources.len() < CONFIG_SOURCES.count() {
            true => self.add(table, Some(shared), report),
            false => {
                let complaint = Complaint::new(format!("there are more than {} sources", CONFIG_SOURCES.most));
                report.refuse(&table.spot(), "", complaint);
            }
        }
    }

    fn add(&mut self, mut table: ConfigTable<'_>, shared: Option<&SharedTraits>, report: &mut Report) {
        let written = if shared.is_some() { table.value("id") } else { table.required("id", "\"un-news\"", report) };
        let mut spot = written.as_ref().map(Value::spot);
        let is_named = written.is_some();
        let mut id = written.and_then(|value| value.read("\"un-news\"", report, source_id));
        if let Some(id) = &id {
            table.key = format!("source[{id}]");
        }
        let url = table.required("url", "\"https://…\"", report);
        let mut address = url.as_ref().and_then(|value| value.read("\"https://…\"", report, values::source_url));
        if shared.is_some() && !is_named {
            id = address.as_ref().map(naming::id_of);
            spot = url.as_ref().map(Value::spot);
        }
        let spot = spot.unwrap_or_else(|| table.spot());
        let place = SourcePlace::of(&spot, shared);
        let is_first = match (&url, &address) {
            (Some(url), Some(address)) => self.is_first_at(id.as_ref(), address, (url, shared), report),
            _ => true,
        };
        // Of one URL an id that is made of it is the same.
        if let Some(id) = id.as_ref().filter(|_| is_named || is_first) {
            self.refuse_duplicate_id(id, place, (&spot, &table.path("id")), report);
        }
        let traits = match shared {
            None => {
                let access = access::read(&mut table, address.as_mut(), report);
                let access = if access == *self.plain { Arc::clone(&self.plain) } else { Arc::new(access) };
                Traits::read(table, access, self.budget, report)
            }
            Some(shared) => {
                if let Some(address) = &mut address {
                    shared.give_credentials(address);
                }
                shared.with(table, report)
            }
        };
        if let (Some(url), Some(address)) = (&url, &address) {
            self.warn_if_private(address, &traits.access.opened, url, report);
        }
        for tag in traits.tags.iter().filter(|tag| !self.tags.contains(*tag)).cloned().collect::<Vec<String>>() {
            self.tags.insert(tag);
        }
        if let (Some(id), Some(url)) = (id, address) {
            self.sources.push(Arc::new(traits.of(id, url)));
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
        (value, shared): (&Value<'_>, Option<&SharedTraits>),
        report: &mut Report,
    ) -> bool {
        let hash = xxh3_128(address.as_str().as_bytes());
        let Some((name, first)) = self.addresses.get(&hash) else {
            self.addresses.insert(hash, (id.cloned(), SourcePlace::of(&value.spot(), shared)));
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

/// Everything about a source except its id and URL.
#[derive(Clone)]
struct Traits {
    kind: Kind,
    timezone: Zone,
    schedule: Policy,
    language: Option<String>,
    wire: Option<String>,
    tags: Vec<String>,
    republish: Republish,
    full_text: bool,
    access: Arc<Access>,
    page: Option<Arc<Selectors>>,
    link_template: Option<LinkTemplate>,
    budget: Budget,
}

impl Traits {
    fn read(mut table: ConfigTable<'_>, access: Arc<Access>, above: Budget, report: &mut Report) -> Traits {
        let kind = table.read("kind", "\"feed\"", report, kind).unwrap_or_default();
        let page = page::read(&mut table, kind, report);
        let link_template = link_template_of(&mut table, kind, report);
        let timezone = table.read("timezone", "\"Asia/Shanghai\"", report, values::timezone).unwrap_or(Zone::UTC);
        let schedule = table.read("schedule", "\"adaptive\"", report, |text| schedule(text, timezone.clone()));
        let tags = table.value("tags").and_then(|value| value.items("[\"wire\"]", report)).unwrap_or_default();
        let traits = Traits {
            kind,
            timezone,
            schedule: schedule.unwrap_or_default(),
            language: table.read("language", "\"en\"", report, values::language),
            wire: table.read("wire", "\"globenewswire\"", report, values::some_text),
            tags: tags.iter().filter_map(|tag| tag.read("\"wire\"", report, values::tag)).collect(),
            republish: table.read("republish", "\"excerpt\"", report, republish).unwrap_or_default(),
            full_text: table.value("full_text").and_then(|value| value.flag(report)).unwrap_or_default(),
            access,
            page,
            link_template,
            budget: budgets::read(table.value("limits"), budgets::OF_A_SOURCE, above, report),
        };
        table.finish(&[], report);
        traits
    }

    fn of(self, id: SourceId, url: url::Url) -> ConfiguredSource {
        let Traits { kind, timezone, schedule, language, wire, tags, republish, full_text, .. } = self;
        let Traits { access, page, link_template, budget, .. } = self;
        let source = Source { id, url, kind, language, wire, tags, republish, full_text };
        ConfiguredSource { source, schedule, timezone, access, page, link_template, budget }
    }
}

/// What the sources of a file have in common unless a line says otherwise.
pub(super) struct SharedTraits {
    /// The file that its lines stand in.
    pub file: Rc<Path>,
    traits: Traits,
    /// The schedule as it was written, to be read for a line's own time zone.
    schedule: Option<String>,
    /// Carries the credentials of all.
    credentials: url::Url,
}

impl SharedTraits {
    /// Reads what stands beside the name of `file`.
    pub fn read(file: &Path, mut table: ConfigTable<'_>, above: Budget, report: &mut Report) -> SharedTraits {
        let mut credentials = url::Url::parse("https://shared.invalid/").expect("a URL");
        let access = Arc::new(access::read(&mut table, Some(&mut credentials), report));
        let schedule = table.value("schedule").filter(Value::is_text);
        let schedule = schedule.and_then(|value| value.text("", report).map(str::to_owned));
        SharedTraits { file: file.into(), traits: Traits::read(table, access, above, report), schedule, credentials }
    }

    fn give_credentials(&self, url: &mut url::Url) {
        let (user, password) = (self.credentials.username(), self.credentials.password());
        if !user.is_empty() || password.is_some() {
            // Any URL of http takes them.
            let _ = url.set_username(user).and_then(|()| url.set_password(password));
        }
    }

    /// The traits of a line.
    fn with(&self, mut table: ConfigTable<'_>, report: &mut Report) -> Traits {
        let mut traits = self.traits.clone();
        if let Some(own) = table.read("kind", "\"feed\"", report, kind) {
            if own == Kind::Page && traits.page.is_none() {
                let complaint = Complaint::new("selectors of pages do not stand in a line");
                report.refuse(&table.spot(), &table.path("kind"), complaint.hint("write it as a [[source]]"));
            }
            traits.page = traits.page.filter(|_| own == Kind::Page);
            traits.link_template = traits.link_template.filter(|_| own == Kind::Feed);
            traits.kind = own;
        }
        if let Some(own) = link_template_of(&mut table, traits.kind, report) {
            traits.link_template = Some(own);
        }
        self.set_schedule(&mut traits, &mut table, report);
        traits.language = table.read("language", "\"en\"", report, values::language).or(traits.language);
        traits.wire = table.read("wire", "\"globenewswire\"", report, values::some_text).or(traits.wire);
        let tags = table.value("tags").and_then(|value| value.items("[\"wire\"]", report)).unwrap_or_default();
        for tag in tags.iter().filter_map(|tag| tag.read("\"wire\"", report, values::tag)) {
            if !traits.tags.contains(&tag) {
                traits.tags.push(tag);
            }
        }
        traits.republish = table.read("republish", "\"excerpt\"", report, republish).unwrap_or(traits.republish);
        let full_text = table.value("full_text").and_then(|value| value.flag(report));
        traits.full_text = full_text.unwrap_or(traits.full_text);
        table.finish(&[], report);
        traits
    }

    fn set_schedule(&self, traits: &mut Traits, table: &mut ConfigTable<'_>, report: &mut Report) {
        let zone = table.read("timezone", "\"Asia/Shanghai\"", report, values::timezone);
        let has_zone = zone.is_some();
        traits.timezone = zone.unwrap_or_else(|| traits.timezone.clone());
        let zone = traits.timezone.clone();
        match (table.value("schedule"), &self.schedule) {
            (Some(own), _) => {
                let own = own.read("\"adaptive\"", report, |text| schedule(text, zone));
                traits.schedule = own.unwrap_or_default();
            }
            // It was read before, so it can be read.
            (None, Some(text)) if has_zone => traits.schedule = schedule(text, zone).unwrap_or_default(),
            (None, _) => {}
        }
    }
}

fn source_id(text: &str) -> Result<SourceId, Complaint> {
    SourceId::new(text).map_err(|error| Complaint::new(error.to_string()))
}

fn kind(text: &str) -> Result<Kind, Complaint> {
    values::choice(text, &[Kind::Feed, Kind::Sitemap, Kind::Page].map(|kind| (kind.as_str(), kind)))
}

/// Entries of pages and sitemaps have links, and no ids.
fn link_template_of(table: &mut ConfigTable<'_>, kind: Kind, report: &mut Report) -> Option<LinkTemplate> {
    let value = table.value("link_template").filter(|value| !value.is_text() || value.text("", report) != Some(""))?;
    if kind != Kind::Feed {
        let sentence = format!("a link template is for feeds: entries of kind \"{}\" have no ids", kind.as_str());
        value.refuse(Complaint::new(sentence).hint("leave it out"), report);
        return None;
    }
    value.read("\"https://city.example/news/{id}\"", report, link_template)
}

fn link_template(text: &str) -> Result<LinkTemplate, Complaint> {
    LinkTemplate::parse(text).map_err(|error| {
        let hint = match error {
            NoTemplate::NoId | NoTemplate::Unknown(_) => "write {id} where the id of an entry goes",
            NoTemplate::InHost => "write the host, and {id} behind it",
            NoTemplate::NoAddress => "write \"https://city.example/news/{id}\"",
        };
        Complaint::new(format!("{} makes no links: {error}", in_quotes(text))).hint(hint)
    })
}

fn schedule(text: &str, timezone: Zone) -> Result<Policy, Complaint> {
    Policy::parse(text, timezone).map_err(|error| Complaint::new(error.to_string()).hint(error.hint()))
}

fn republish(text: &str) -> Result<Republish, Complaint> {
    let levels = [Republish::Link, Republish::Excerpt, Republish::Full];
    values::choice(text, &levels.map(|level| (level.as_str(), level)))
}
