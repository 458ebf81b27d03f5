//! `wiredesk status`: sources, feeds and nodes at a glance.

mod nodes;

use serde::Serialize;

use crate::clock::{Timestamp, ZoneData};
use crate::poll::drive::line::offline_since;
use crate::schedule::Condition;
use crate::store::{self, FeedStatus, Location, NodeStatus, SourceStatus, SourcesWanted, Store, Totals, Underway};

use super::context::{CommandResult, Context};
use super::output::{Output, counted};
use super::runtime::on_runtime;

/// The width of the first column of both tables.
const NAME: usize = 28;

/// What is shown: the store's figures, its sources and feeds.
struct StatusFigures {
    totals: Totals,
    /// Since when no source can be reached.
    offline_since: Option<String>,
    rematches: Vec<Underway>,
    sources: Vec<SourceStatus>,
    feeds: Vec<FeedStatus>,
    nodes: Vec<NodeStatus>,
    now: Timestamp,
}

/// Prints the store's figures, its sources and feeds.
pub fn run(context: &Context) -> CommandResult {
    on_runtime(async {
        let opened = match context.look_if_there().await? {
            Ok(opened) => opened,
            Err(at) => return nothing_yet(&context.out, &at),
        };
        let now = opened.clock.now();
        let mut feeds: Vec<_> = opened.config.feeds.iter().map(|feed| feed.channel.id.clone()).collect();
        feeds.sort();
        let figures = StatusFigures {
            totals: opened.store.totals().await?,
            sources: sources(&*opened.store, now).await?,
            feeds: opened.store.feeds(&feeds, now).await?,
            offline_since: offline_since(&*opened.store).await?,
            rematches: opened.store.rematches().await?,
            nodes: nodes::daemons(&*opened.store, now).await?,
            now,
        };
        if context.out.is_json() {
            context.out.json(&figures.json());
        } else {
            figures.print(&context.out);
        }
        Ok(())
    })
}

/// Sources that are read at once.
const READ_AT_ONCE: usize = 500;

/// All sources by name, read page by page.
async fn sources(store: &dyn Store, now: Timestamp) -> Result<Vec<SourceStatus>, store::Error> {
    let mut wanted = SourcesWanted::all(READ_AT_ONCE);
    let mut all = Vec::new();
    loop {
        let page = store.sources_page(&wanted, now).await?;
        let Some(last) = page.last() else { return Ok(all) };
        wanted.after = Some(last.source.clone());
        all.extend(page);
    }
}

/// Before the first start there is nothing to show, and nothing is made for it.
fn nothing_yet(out: &Output, at: &Location) -> CommandResult {
    if out.is_json() {
        let nothing = StatusFigures {
            totals: Totals::default(),
            offline_since: None,
            rematches: Vec::new(),
            sources: Vec::new(),
            feeds: Vec::new(),
            nodes: Vec::new(),
            now: Timestamp::EPOCH,
        };
        out.json(&nothing.json());
    } else {
        out.line(&format!("there is no store at {at} yet; `wiredesk run` or `wiredesk poll` makes one"));
        out.line(&ZoneData::in_use().to_string());
    }
    Ok(())
}

#[derive(Serialize)]
struct StatusJson<'a> {
    store: StoreJson,
    zones: ZonesJson<'a>,
    /// Since when no source can be reached.
    offline_since: Option<&'a str>,
    rematches: Vec<UnderwayJson<'a>>,
    sources: Vec<SourceJson<'a>>,
    feeds: Vec<FeedJson<'a>>,
    nodes: Vec<nodes::NodeJson<'a>>,
    /// What is to be said of all nodes.
    node_remarks: Vec<String>,
}

#[derive(Serialize)]
struct StoreJson {
    entries: u64,
    stories: u64,
    bytes: u64,
    schema: u32,
    unindexed: u64,
}

/// Which time zone data are in use.
#[derive(Serialize)]
struct ZonesJson<'a> {
    version: &'a str,
    origin: &'static str,
    warning: Option<String>,
}

#[derive(Serialize)]
struct UnderwayJson<'a> {
    feeds: &'a [String],
    entries: usize,
}

#[derive(Serialize)]
struct SourceJson<'a> {
    id: &'a str,
    state: &'static str,
    next_poll_at: Option<String>,
    because: &'a str,
    last_poll_at: Option<String>,
    last_outcome: &'a str,
    failures: u32,
    entries: u64,
    warnings: &'a [String],
    remarks: Vec<String>,
}

#[derive(Serialize)]
struct FeedJson<'a> {
    id: &'a str,
    entries: u64,
    updated_at: Option<String>,
}

impl StatusFigures {
    fn json(&self) -> StatusJson<'_> {
        let StatusFigures { totals, rematches, sources, feeds, nodes, now, .. } = self;
        let zones = ZoneData::in_use();
        StatusJson {
            store: StoreJson {
                entries: totals.entries,
                stories: totals.stories,
                bytes: totals.bytes,
                schema: totals.schema,
                unindexed: totals.unindexed,
            },
            zones: ZonesJson { version: &zones.version, origin: zones.origin.as_str(), warning: zones.complaint(*now) },
            offline_since: self.offline_since.as_deref(),
            rematches: rematches.iter().map(|r| UnderwayJson { feeds: &r.feeds, entries: r.entries }).collect(),
            sources: sources.iter().map(|s| source_json(s, *now)).collect(),
            feeds: feeds.iter().map(feed_json).collect(),
            nodes: nodes.iter().map(|node| nodes::json(node, *now)).collect(),
            node_remarks: nodes::remarks(nodes, *now),
        }
    }

    /// The same for people.
    fn print(&self, out: &Output) {
        if let Some(since) = &self.offline_since {
            out.line(&format!("no source can be reached since {since}: is this machine's line down?"));
        }
        self.print_totals(out);
        out.line("");
        self.print_sources(out);
        out.line("");
        self.print_feeds(out);
        nodes::print(out, &self.nodes, self.now);
    }

    fn print_totals(&self, out: &Output) {
        let totals = &self.totals;
        let size = totals.bytes as f64 / 1e6;
        out.line(&format!("{}, {size:.1} MB, schema {}", counted(totals.entries, "entry", "entries"), totals.schema));
        let zones = ZoneData::in_use();
        out.line(&zones.complaint(self.now).unwrap_or_else(|| zones.to_string()));
        if totals.unindexed > 0 {
            let waiting = counted(totals.unindexed, "entry waits", "entries wait");
            out.line(&format!("{waiting} for the search index"));
        }
        for r in &self.rematches {
            let (done, all) = (r.entries, totals.entries);
            out.line(&format!("{done} of {all} entries are decided anew for {}", r.feeds.join(", ")));
        }
    }

    fn print_sources(&self, out: &Output) {
        let row = |name: &str, state: &str, entries: &str, today: &str, next: &str, why: &str| {
            out.line(&format!("{name:<NAME$} {state:<8} {entries:>8} {today:>6}  {next:<20} {why}"));
        };
        let below = |text: &str| out.line(&format!("{:<NAME$} {text}", ""));
        row("SOURCE", "STATE", "ENTRIES", "TODAY", "NEXT POLL", "WHY");
        for s in &self.sources {
            let (condition, today) = (condition(s, self.now), s.days.last().copied().unwrap_or_default());
            let next = s.next_poll_at().map_or_else(|| "never".to_owned(), |at| due(at, self.now));
            let why = if s.active { s.state.next.because.as_str() } else { "no longer configured" };
            row(s.source.as_str(), condition.word(), &s.entries.to_string(), &today.to_string(), &next, why);
            if s.state.failures > 0 {
                let failures = counted(s.state.failures, "failure", "failures in a row");
                below(&format!("{failures}, the last: {}", s.state.last_outcome));
            }
            condition.remarks().iter().chain(&s.state.warnings).for_each(|text| below(text));
        }
    }

    fn print_feeds(&self, out: &Output) {
        let row =
            |name: &str, entries: &str, updated: &str| out.line(&format!("{name:<NAME$} {entries:>8}  {updated}"));
        row("FEED", "ENTRIES", "UPDATED");
        for f in &self.feeds {
            let updated = f.updated_at.map_or_else(|| "never".to_owned(), Timestamp::rfc3339);
            row(f.feed.as_str(), &f.entries.to_string(), &updated);
        }
    }
}

fn source_json(s: &SourceStatus, now: Timestamp) -> SourceJson<'_> {
    let condition = condition(s, now);
    SourceJson {
        id: s.source.as_str(),
        state: condition.word(),
        next_poll_at: s.next_poll_at().map(Timestamp::rfc3339),
        because: &s.state.next.because,
        last_poll_at: s.state.last_poll_at.map(Timestamp::rfc3339),
        last_outcome: &s.state.last_outcome,
        failures: s.state.failures,
        entries: s.entries,
        warnings: &s.state.warnings,
        remarks: condition.remarks(),
    }
}

fn feed_json(f: &FeedStatus) -> FeedJson<'_> {
    FeedJson { id: f.feed.as_str(), entries: f.entries, updated_at: f.updated_at.map(Timestamp::rfc3339) }
}

fn condition(s: &SourceStatus, now: Timestamp) -> Condition<'_> {
    Condition { source: &s.source, state: &s.state, is_active: s.active, now }
}

fn due(at: Timestamp, now: Timestamp) -> String {
    if at <= now { "now".to_owned() } else { format!("in {}", crate::clock::span(at.since(now))) }
}
