//! The state of things for programs (product §6).

use serde::Serialize;

use crate::clock::{Timestamp, ZoneData};
use crate::store::{FeedStatus, Rereading, SourceStatus};

use super::figures::{StatusFigures, condition};
use super::nodes;

/// Everything that `status` tells.
#[derive(Serialize)]
pub struct StatusJson<'a> {
    store: StoreJson,
    zones: ZonesJson<'a>,
    /// Since when no source can be reached.
    offline_since: Option<&'a str>,
    rematches: Vec<UnderwayJson<'a>>,
    /// `null` where what is stored was read by the rules in force.
    rereading: Option<RereadingJson>,
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

/// How far reading stored entries anew as wire copy has come.
#[derive(Serialize)]
struct RereadingJson {
    began_at: String,
    looked: u64,
    read: u64,
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
    /// The same for programs.
    pub fn json(&self) -> StatusJson<'_> {
        let StatusFigures { totals, rematches, rereading, sources, feeds, nodes, now, .. } = self;
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
            rereading: rereading.as_ref().map(rereading_json),
            sources: sources.iter().map(|s| source_json(s, *now)).collect(),
            feeds: feeds.iter().map(feed_json).collect(),
            nodes: nodes.iter().map(|node| nodes::json(node, *now)).collect(),
            node_remarks: nodes::remarks(nodes, *now),
        }
    }
}

fn rereading_json(Rereading { began_at, looked, read, .. }: &Rereading) -> RereadingJson {
    RereadingJson { began_at: began_at.rfc3339(), looked: *looked, read: *read }
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
