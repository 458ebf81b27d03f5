//! What is said of a source besides its id and URL: by the source, or by all of a file.

use std::cell::OnceCell;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use crate::clock::Zone;
use crate::model::{Kind, LinkTemplate, NoTemplate, Republish, Source, SourceId};
use crate::parse::page::Selectors;
use crate::places::Country;
use crate::schedule::{Budget, Policy};
use crate::text::quote::in_quotes;

use super::access::{self, Access};
use super::budgets;
use super::page;
use super::reading::reader::{ConfigTable, Value};
use super::reading::report::{Complaint, Report};
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

/// Everything about a source except its id and URL.
#[derive(Clone)]
pub(super) struct Traits {
    kind: Kind,
    title: Option<String>,
    timezone: Zone,
    schedule: Policy,
    language: Option<String>,
    wire: Option<String>,
    country: Option<Country>,
    /// The operator's labels.
    pub tags: Vec<String>,
    republish: Republish,
    full_text: bool,
    /// How it is requested.
    pub access: Arc<Access>,
    page: Option<Arc<Selectors>>,
    link_template: Option<LinkTemplate>,
    budget: Budget,
}

impl Traits {
    /// Reads what a source says, over the desk's budget.
    pub fn read(mut table: ConfigTable<'_>, access: Arc<Access>, above: Budget, report: &mut Report) -> Traits {
        let kind = table.read("kind", "\"feed\"", report, kind).unwrap_or_default();
        let page = page::read(&mut table, kind, report);
        let link_template = link_template_of(&mut table, kind, report);
        let timezone = table.read("timezone", "\"Asia/Shanghai\"", report, values::timezone).unwrap_or(Zone::UTC);
        let schedule = table.read("schedule", "\"adaptive\"", report, |text| schedule(text, timezone.clone()));
        let tags = table.value("tags").and_then(|value| value.items("[\"wire\"]", report)).unwrap_or_default();
        let traits = Traits {
            kind,
            title: table.read("title", "\"City of Cork\"", report, values::one_line).flatten(),
            timezone,
            schedule: schedule.unwrap_or_default(),
            language: table.read("language", "\"en\"", report, values::language),
            wire: table.read("wire", "\"globenewswire\"", report, values::some_text),
            country: table.read("country", "\"CN\"", report, values::country),
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

    /// The source of that id and URL.
    pub fn of(self, id: SourceId, url: url::Url) -> ConfiguredSource {
        let Traits { kind, title, timezone, schedule, language, wire, country, tags, republish, full_text, .. } = self;
        let Traits { access, page, link_template, budget, .. } = self;
        let source = Source { id, url, kind, title, language, wire, country, tags, republish, full_text };
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
    /// What of it is secret, by its key.
    secret: Option<&'static str>,
    /// The one host that it may be sent to: that of the first line.
    host: OnceCell<String>,
}

impl SharedTraits {
    /// Reads what stands beside the name of `file`.
    pub fn read(file: &Path, mut table: ConfigTable<'_>, above: Budget, report: &mut Report) -> SharedTraits {
        let mut credentials = url::Url::parse("https://shared.invalid/").expect("a URL");
        let access = Arc::new(access::read(&mut table, Some(&mut credentials), report));
        if let Some(title) = table.value("title") {
            let complaint = Complaint::new("a title is one source's own, and this would be that of all");
            title.refuse(complaint.hint("write it in the line of each"), report);
        }
        let schedule = table.value("schedule").filter(Value::is_text);
        let schedule = schedule.and_then(|value| value.text("", report).map(str::to_owned));
        let has_credentials = !credentials.username().is_empty() || credentials.password().is_some();
        let secret = match (has_credentials, access.has_secret_headers) {
            (true, _) => Some("basic_auth"),
            (false, true) => Some("headers"),
            (false, false) => None,
        };
        let traits = Traits::read(table, access, above, report);
        SharedTraits { file: file.into(), traits, schedule, credentials, secret, host: OnceCell::new() }
    }

    /// Writes the credentials of all into the URL of a line.
    ///
    /// # Errors
    /// It has credentials of its own, or what is secret would be sent to a second host.
    pub fn give_credentials(&self, url: &mut url::Url) -> Result<(), Complaint> {
        let Some(key) = self.secret else { return Ok(()) };
        let host = url.host_str().unwrap_or_default();
        let first = self.host.get_or_init(|| host.to_owned());
        if host != first {
            let sentence = format!("{key} beside the file is a secret for {first}, and would be sent to {host} too");
            let hint = "write the sources of each host to a file of their own";
            return Err(Complaint::new(sentence).hint(hint));
        }
        match key {
            "basic_auth" => access::give_credentials(url, self.credentials.username(), self.credentials.password()),
            _ => Ok(()),
        }
    }

    /// The traits of a line.
    pub fn with(&self, mut table: ConfigTable<'_>, report: &mut Report) -> Traits {
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
        // A title is one source's own.
        traits.title = table.read("title", "\"City of Cork\"", report, values::one_line).flatten();
        traits.language = table.read("language", "\"en\"", report, values::language).or(traits.language);
        traits.wire = table.read("wire", "\"globenewswire\"", report, values::some_text).or(traits.wire);
        traits.country = table.read("country", "\"CN\"", report, values::country).or(traits.country);
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
