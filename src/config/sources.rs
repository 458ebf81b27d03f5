//! `[[source]]`: what is polled.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::clock::Zone;
use crate::limits::CONFIG_SOURCES;
use crate::model::address::{Opened, ip_of, outside};
use crate::model::{Kind, LinkTemplate, NoTemplate, Republish, Source, SourceId};
use crate::parse::page::Selectors;
use crate::schedule::{Budget, Policy};
use crate::text::quote::in_quotes;

use super::access::{self, Access};
use super::budgets;
use super::page;
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
    /// How it is requested.
    pub access: Access,
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
    pub sources: Vec<ConfiguredSource>,
    /// How much a source may bring in a day unless it says otherwise.
    pub budget: Budget,
    /// The networks and hosts that are opened to every source that lives there.
    pub opened: Opened,
    ids: HashMap<SourceId, ConfigSpot>,
    addresses: HashMap<String, (String, ConfigSpot)>,
    tags: BTreeSet<String>,
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
                self.add(table, report);
            }
        }
    }

    fn add(&mut self, mut table: ConfigTable<'_>, report: &mut Report) {
        let id = table.required("id", "\"un-news\"", report);
        let spot = id.as_ref().map_or_else(|| table.spot(), Value::spot);
        let id = id.and_then(|value| value.read("\"un-news\"", report, source_id));
        if let Some(id) = &id {
            table.key = format!("source[{id}]");
            self.refuse_duplicate_id(id, &spot, &table.path("id"), report);
        }
        let url = table.required("url", "\"https://…\"", report);
        let mut address = url.as_ref().and_then(|value| value.read("\"https://…\"", report, values::source_url));
        if let (Some(url), Some(address)) = (&url, &address) {
            self.refuse_duplicate_address(id.as_ref(), address, url, report);
        }
        let access = access::read(&mut table, address.as_mut(), report);
        if let (Some(url), Some(address)) = (&url, &address) {
            self.warn_if_private(address, &access.opened, url, report);
        }
        let traits = Traits::read(table, access, self.budget, report);
        self.tags.extend(traits.tags.iter().cloned());
        if let (Some(id), Some(url)) = (id, address) {
            self.sources.push(traits.of(id, url));
        }
    }

    fn refuse_duplicate_id(&mut self, id: &SourceId, spot: &ConfigSpot, key: &str, report: &mut Report) {
        let Some(first) = self.ids.get(id) else {
            self.ids.insert(id.clone(), spot.clone());
            return;
        };
        let complaint = Complaint::new(format!("the id \"{id}\" is taken by the source at {}", first.place()));
        report.refuse(spot, key, complaint.hint("ids are permanent: give the newer one another"));
    }

    /// Two sources with one URL would double the load on its publisher.
    fn refuse_duplicate_address(
        &mut self,
        id: Option<&SourceId>,
        address: &url::Url,
        value: &Value<'_>,
        report: &mut Report,
    ) {
        let Some((name, first)) = self.addresses.get(address.as_str()) else {
            let name = id.map_or_else(|| "unnamed".to_owned(), SourceId::to_string);
            self.addresses.insert(address.as_str().to_owned(), (name, value.spot()));
            return;
        };
        let sentence = format!("the source `{name}` at {} polls the same URL", first.place());
        value.refuse(Complaint::new(sentence).hint("leave one of them out"), report);
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
struct Traits {
    kind: Kind,
    timezone: Zone,
    schedule: Policy,
    language: Option<String>,
    wire: Option<String>,
    tags: Vec<String>,
    republish: Republish,
    full_text: bool,
    access: Access,
    page: Option<Arc<Selectors>>,
    link_template: Option<LinkTemplate>,
    budget: Budget,
}

impl Traits {
    fn read(mut table: ConfigTable<'_>, access: Access, above: Budget, report: &mut Report) -> Traits {
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
