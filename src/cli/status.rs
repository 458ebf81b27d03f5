//! `wiredesk status`: sources and feeds at a glance.

use serde::Serialize;

use crate::clock::{Timestamp, ZoneData};
use crate::poll::drive::line::offline_since;
use crate::schedule::Condition;
use crate::store::{self, FeedStatus, Location, SourceStatus, SourcesWanted, Store, Totals, Underway};

use super::open::on_runtime;
use super::output::Output;
use super::output::counted;
use super::{Desk, Done};

/// Prints the store's figures, its sources and feeds.
pub fn run(desk: &Desk) -> Done {
    on_runtime(async {
        let opened = match desk.look_if_there()? {
            Ok(opened) => opened,
            Err(at) => return nothing_yet(&desk.out, &at),
        };
        let now = opened.clock.now();
        let totals = opened.store.totals().await?;
        let sources = sources(&*opened.store, now).await?;
        let mut feeds: Vec<_> = opened.config.feeds.iter().map(|feed| feed.channel.id.clone()).collect();
        feeds.sort();
        let feeds = opened.store.feeds(&feeds, now).await?;
        let offline = offline_since(&*opened.store).await?;
        let rematches = opened.store.rematches().await?;
        if desk.out.is_json() {
            desk.out.json(&report(&totals, offline.as_deref(), &rematches, &sources, &feeds, now));
        } else {
            if let Some(since) = &offline {
                desk.out.line(&format!("no source can be reached since {since}: is this machine's line down?"));
            }
            table(&desk.out, &totals, &rematches, &sources, &feeds, now);
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
fn nothing_yet(out: &Output, at: &Location) -> Done {
    if out.is_json() {
        out.json(&report(&Totals::default(), None, &[], &[], &[], Timestamp::EPOCH));
    } else {
        out.line(&format!("there is no store at {at} yet; `wiredesk run` or `wiredesk poll` makes one"));
        out.line(&ZoneData::in_use().to_string());
    }
    Ok(())
}

#[derive(Serialize)]
struct Report<'a> {
    store: StoreLine,
    zones: ZonesLine<'a>,
    /// Since when no source can be reached.
    offline_since: Option<&'a str>,
    rematches: Vec<RematchLine<'a>>,
    sources: Vec<SourceLine<'a>>,
    feeds: Vec<FeedLine<'a>>,
}

#[derive(Serialize)]
struct StoreLine {
    entries: u64,
    stories: u64,
    bytes: u64,
    schema: u32,
    unindexed: u64,
}

/// Which time zone data are in use.
#[derive(Serialize)]
struct ZonesLine<'a> {
    version: &'a str,
    origin: &'static str,
    warning: Option<String>,
}

#[derive(Serialize)]
struct RematchLine<'a> {
    feeds: &'a [String],
    entries: usize,
}

#[derive(Serialize)]
struct SourceLine<'a> {
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
struct FeedLine<'a> {
    id: &'a str,
    entries: u64,
    updated_at: Option<String>,
}

fn report<'a>(
    totals: &Totals,
    offline_since: Option<&'a str>,
    rematches: &'a [Underway],
    sources: &'a [SourceStatus],
    feeds: &'a [FeedStatus],
    now: Timestamp,
) -> Report<'a> {
    Report {
        store: StoreLine {
            entries: totals.entries,
            stories: totals.stories,
            bytes: totals.bytes,
            schema: totals.schema,
            unindexed: totals.unindexed,
        },
        zones: ZonesLine {
            version: &ZoneData::in_use().version,
            origin: ZoneData::in_use().origin.as_str(),
            warning: ZoneData::in_use().complaint(now),
        },
        offline_since,
        rematches: rematches.iter().map(|r| RematchLine { feeds: &r.feeds, entries: r.entries }).collect(),
        sources: sources
            .iter()
            .map(|s| SourceLine {
                id: s.source.as_str(),
                state: condition(s, now).word(),
                next_poll_at: s.next_poll_at().map(Timestamp::rfc3339),
                because: &s.state.next.because,
                last_poll_at: s.state.last_poll_at.map(Timestamp::rfc3339),
                last_outcome: &s.state.last_outcome,
                failures: s.state.failures,
                entries: s.entries,
                warnings: &s.state.warnings,
                remarks: condition(s, now).remarks(),
            })
            .collect(),
        feeds: feeds
            .iter()
            .map(|f| FeedLine {
                id: f.feed.as_str(),
                entries: f.entries,
                updated_at: f.updated_at.map(Timestamp::rfc3339),
            })
            .collect(),
    }
}

fn table(
    out: &Output,
    totals: &Totals,
    rematches: &[Underway],
    sources: &[SourceStatus],
    feeds: &[FeedStatus],
    now: Timestamp,
) {
    let size = totals.bytes as f64 / 1e6;
    out.line(&format!("{}, {size:.1} MB, schema {}", counted(totals.entries, "entry", "entries"), totals.schema));
    let zones = ZoneData::in_use();
    out.line(&zones.complaint(now).unwrap_or_else(|| zones.to_string()));
    if totals.unindexed > 0 {
        let waiting = counted(totals.unindexed, "entry waits", "entries wait");
        out.line(&format!("{waiting} for the search index"));
    }
    for r in rematches {
        let (done, all) = (r.entries, totals.entries);
        out.line(&format!("{done} of {all} entries are decided anew for {}", r.feeds.join(", ")));
    }
    out.line("");
    out.line(&format!(
        "{:<28} {:<8} {:>8} {:>6}  {:<20} {}",
        "SOURCE", "STATE", "ENTRIES", "TODAY", "NEXT POLL", "WHY"
    ));
    for s in sources {
        let today = s.days.last().copied().unwrap_or_default();
        let next = s.next_poll_at().map_or_else(|| "never".to_owned(), |at| due(at, now));
        let why = if s.active { s.state.next.because.as_str() } else { "no longer configured" };
        out.line(&format!(
            "{:<28} {:<8} {:>8} {today:>6}  {next:<20} {why}",
            s.source,
            condition(s, now).word(),
            s.entries
        ));
        if s.state.failures > 0 {
            let failures = counted(s.state.failures, "failure", "failures in a row");
            out.line(&format!("{:<28} {failures}, the last: {}", "", s.state.last_outcome));
        }
        for remark in condition(s, now).remarks() {
            out.line(&format!("{:<28} {remark}", ""));
        }
        for warning in &s.state.warnings {
            out.line(&format!("{:<28} {warning}", ""));
        }
    }
    out.line("");
    out.line(&format!("{:<28} {:>8}  {}", "FEED", "ENTRIES", "UPDATED"));
    for f in feeds {
        let updated = f.updated_at.map_or_else(|| "never".to_owned(), Timestamp::rfc3339);
        out.line(&format!("{:<28} {:>8}  {updated}", f.feed, f.entries));
    }
}

fn condition(s: &SourceStatus, now: Timestamp) -> Condition<'_> {
    Condition { source: &s.source, state: &s.state, is_active: s.active, now }
}

fn due(at: Timestamp, now: Timestamp) -> String {
    if at <= now { "now".to_owned() } else { format!("in {}", crate::clock::span(at.since(now))) }
}
