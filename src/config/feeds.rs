//! `[[feed]]`: what is published.

use std::collections::HashMap;
use std::time::Duration;

use url::Url;

use crate::filter::{FeedRule, Selector};
use crate::limits::CONFIG_FEEDS;
use crate::model::{FeedId, SourceId};
use crate::places::Country;
use crate::publish::access::FeedAccess;
use crate::publish::{Channel, ContentLevel};
use crate::text::quote::in_quotes;

use super::defaults;
use super::desk::settings::count;
use super::feed_access;
use super::reading::problem::FileSpan;
use super::reading::reader::{ConfigTable, Value};
use super::reading::report::{Complaint, Report, did_you_mean};
use super::reading::spot::ConfigSpot;
use super::sources::Sources;
use super::values;

/// A feed as it is published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfiguredFeed {
    /// The feed as its readers see it.
    pub channel: Channel,
    /// Which entries go into it.
    pub rule: FeedRule,
    /// How many entries its document holds.
    pub size: usize,
    /// How old an entry may be when first seen and still enter it.
    pub backfill: Duration,
    /// Entries that must be in it, or must not.
    pub samples: Vec<Sample>,
}

/// An entry that shows what a feed is meant to hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sample {
    /// Headline.
    pub title: String,
    /// Text after the headline; may be empty.
    pub text: String,
    /// BCP 47 language.
    pub language: Option<String>,
    /// Whether the feed must hold it.
    pub in_feed: bool,
    /// Where it is written.
    pub at: FileSpan,
}

/// Keys that later versions know.
const PLANNED: [&str; 2] = ["collapse", "webhooks"];

/// A text with its key and place.
pub(super) struct Written {
    pub text: String,
    pub key: String,
    pub at: ConfigSpot,
}

/// A feed whose sources have not been looked up yet.
pub(super) struct FeedDraft {
    /// `None` when it is missing, wrong or taken.
    id: Option<FeedId>,
    title: Option<String>,
    selectors: Vec<Written>,
    pub languages: Vec<String>,
    home: Option<Country>,
    pub expression: Option<Written>,
    content: ContentLevel,
    reasons: bool,
    access: FeedAccess,
    size: usize,
    backfill: Duration,
    samples: Vec<Sample>,
}

/// The feeds of all files so far.
#[derive(Default)]
pub(super) struct Feeds {
    pub feeds: Vec<FeedDraft>,
    ids: HashMap<FeedId, ConfigSpot>,
}

impl Feeds {
    /// Reads one file's feeds.
    pub fn gather(&mut self, value: Option<Value<'_>>, report: &mut Report) {
        let items = value.and_then(|value| value.items("[[feed]]", report)).unwrap_or_default();
        for item in items {
            if report.is_full() {
                break;
            }
            if self.feeds.len() >= CONFIG_FEEDS.count() {
                item.refuse(Complaint::new(format!("there are more than {} feeds", CONFIG_FEEDS.most)), report);
                break;
            }
            if let Some(table) = item.table("[[feed]]", report) {
                self.add(table, report);
            }
        }
    }

    fn add(&mut self, mut table: ConfigTable<'_>, report: &mut Report) {
        let value = table.required("id", "\"municipal-foreign-affairs\"", report);
        let id = value.as_ref().and_then(|value| value.read("\"municipal-foreign-affairs\"", report, feed_id));
        if let Some(id) = &id {
            table.key = format!("feed[{id}]");
        }
        let first = id.as_ref().and_then(|id| self.ids.get(id));
        let id = match (first, value) {
            (Some(first), Some(value)) => {
                let complaint = Complaint::new(format!("the id is taken by the feed at {}", first.place()));
                let complaint = complaint.hint("ids are permanent: give the newer one another");
                report.refuse(&value.spot(), &table.path("id"), complaint);
                None
            }
            (_, value) => {
                self.ids.extend(id.clone().zip(value.map(|value| value.spot())));
                id
            }
        };
        self.feeds.push(FeedDraft::read(id, table, report));
    }
}

impl FeedDraft {
    fn read(id: Option<FeedId>, mut table: ConfigTable<'_>, report: &mut Report) -> FeedDraft {
        let title = table.read("title", "\"Municipal foreign affairs\"", report, values::some_text);
        let selectors = table.value("sources").map(|value| selectors(&value, report));
        let home = table.read("home", "\"CN\"", report, values::country);
        let languages = table.value("languages").and_then(|value| value.items("[\"en\", \"zh\"]", report));
        let languages = languages.unwrap_or_default();
        let languages = languages.iter().filter_map(|item| item.read("\"en\"", report, values::language)).collect();
        let expression = table.value("match").and_then(|value| expression(&value, report));
        let content = table.read("content", "\"summary\"", report, content_level).unwrap_or_default();
        let reasons = table.value("reasons").and_then(|value| value.flag(report)).unwrap_or_default();
        let access = feed_access::read(&mut table, report);
        let size = table.value("size").map(|v| count(&v, defaults::FEED_SIZE_BOUNDS, defaults::FEED_SIZE, report));
        let within = |text: &str| values::duration(text, &defaults::BACKFILL_BOUNDS);
        let backfill = table.read("backfill", "\"30d\"", report, within).unwrap_or(defaults::BACKFILL);
        let samples = table.value("sample").and_then(|value| value.items("[[feed.sample]]", report));
        let samples = samples.unwrap_or_default().iter().filter_map(|item| read_sample(item, report)).collect();
        table.finish(&PLANNED, report);
        let (selectors, size) = (selectors.unwrap_or_default(), size.unwrap_or(defaults::FEED_SIZE));
        FeedDraft {
            id,
            title,
            selectors,
            languages,
            home,
            expression,
            content,
            reasons,
            access,
            size,
            backfill,
            samples,
        }
    }

    /// The feed, with its sources looked up. A feed without an id goes by its `number`, so
    /// that its filter is checked as well.
    pub fn settle(&self, number: usize, public_url: &Url, sources: &Sources, report: &mut Report) -> ConfiguredFeed {
        let placeholder = || FeedId::new(&format!("unnamed-{number}")).expect("a short slug");
        let id = self.id.clone().unwrap_or_else(placeholder);
        let looked_up = self.selectors.iter().filter_map(|written| look_up(written, sources, report)).collect();
        let selectors = if self.selectors.is_empty() { vec![Selector::All] } else { looked_up };
        let expression = self.expression.as_ref().map(|written| written.text.clone());
        let title = self.title.clone().unwrap_or_else(|| id.to_string());
        let channel = Channel {
            content: self.content,
            reasons: self.reasons,
            expression: expression.clone(),
            access: self.access.clone(),
            ..Channel::new(id.clone(), title, public_url.clone())
        };
        let rule =
            FeedRule { feed: id, sources: selectors, languages: self.languages.clone(), home: self.home, expression };
        ConfiguredFeed { channel, rule, size: self.size, backfill: self.backfill, samples: self.samples.clone() }
    }
}

/// The texts of `sources`. An empty array would make a feed that never holds anything.
fn selectors(value: &Value<'_>, report: &mut Report) -> Vec<Written> {
    let Some(items) = value.items("[\"*\"]", report) else { return Vec::new() };
    if items.is_empty() {
        value.refuse(Complaint::new("names no source").hint("write [\"*\"], or leave it out, for all"), report);
    }
    let written = |item: &Value<'_>| {
        let text = item.text("\"tag:wire\"", report)?.to_owned();
        Some(Written { text, key: item.key.clone(), at: item.spot() })
    };
    items.iter().filter_map(written).collect()
}

fn look_up(written: &Written, sources: &Sources, report: &mut Report) -> Option<Selector> {
    let text = written.text.as_str();
    let found = match (text, text.strip_prefix("tag:")) {
        ("*", _) => Some(Selector::All),
        (_, Some(tag)) => sources.has_tag(tag).then(|| Selector::Tag(tag.to_owned())),
        (id, None) => SourceId::new(id).ok().filter(|id| sources.has(id)).map(Selector::Source),
    };
    if found.is_none() && !report.is_full() {
        let kind = if text.starts_with("tag:") { "no source has the tag" } else { "no source has the id" };
        let name = text.strip_prefix("tag:").unwrap_or(text);
        let complaint = Complaint::new(format!("{kind} {}", in_quotes(name)));
        let known: Vec<String> = sources.selectors().collect();
        let hint = match did_you_mean(text, known.iter().map(String::as_str)) {
            Some(known) => format!("did you mean \"{known}\"?"),
            None => "name ids of sources, \"tag:…\" or \"*\"".to_owned(),
        };
        report.refuse_missing(&written.at, &written.key, complaint.hint(hint));
    }
    found
}

fn expression(value: &Value<'_>, report: &mut Report) -> Option<Written> {
    let text = value.text("\"title:@pairing\"", report)?;
    if text.trim().is_empty() {
        value.refuse(Complaint::new("the filter is empty").hint("leave it out to take every entry"), report);
        return None;
    }
    Some(Written { text: text.to_owned(), key: value.key.clone(), at: value.spot() })
}

fn read_sample(value: &Value<'_>, report: &mut Report) -> Option<Sample> {
    let mut table = value.table("[[feed.sample]]", report)?;
    let title = table.required("title", "\"…\"", report).and_then(|value| value.text("\"…\"", report));
    let text = table.value("text").and_then(|value| value.text("\"…\"", report));
    let language = table.read("language", "\"en\"", report, values::language);
    let in_feed = table.required("in_feed", "true", report).and_then(|value| value.flag(report));
    let at = table.spot().place();
    table.finish(&[], report);
    let (title, text) = (title?.to_owned(), text.unwrap_or_default().to_owned());
    Some(Sample { title, text, language, in_feed: in_feed?, at })
}

fn feed_id(text: &str) -> Result<FeedId, Complaint> {
    FeedId::new(text).map_err(|error| Complaint::new(error.to_string()))
}

fn content_level(text: &str) -> Result<ContentLevel, Complaint> {
    let levels = [("full", ContentLevel::Full), ("summary", ContentLevel::Summary), ("title", ContentLevel::Title)];
    values::choice(text, &levels)
}
