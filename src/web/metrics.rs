//! What happened, counted; and told as Prometheus text. Series are few: no
//! source, feed or address is a label (check R26).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::store::{FeedStatus, SourceStatus, Totals};

/// Counts since the start.
#[derive(Default)]
pub struct Counters {
    /// Feed documents handed out.
    pub documents: AtomicU64,
    /// Readers told that they have it.
    pub not_modified: AtomicU64,
    /// Other requests answered.
    pub others: AtomicU64,
    polls: Mutex<BTreeMap<&'static str, u64>>,
}

impl Counters {
    /// All zero.
    pub fn new() -> Self {
        Counters::default()
    }

    /// Counts one.
    pub fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a poll by how it ended.
    pub fn polled(&self, kind: &'static str) {
        *self.polls.lock().unwrap_or_else(PoisonError::into_inner).entry(kind).or_default() += 1;
    }

    /// All figures in the Prometheus text format.
    pub fn write(&self, totals: &Totals, sources: &[SourceStatus], feeds: &[FeedStatus]) -> String {
        let mut out = String::new();
        let mut metric = |name: &str, kind: &str, help: &str, values: &[(String, u64)]| {
            // Writing to a string does not fail.
            let _ = writeln!(out, "# HELP wiredesk_{name} {help}\n# TYPE wiredesk_{name} {kind}");
            for (labels, value) in values {
                let _ = writeln!(out, "wiredesk_{name}{labels} {value}");
            }
        };
        let one = |value: u64| vec![(String::new(), value)];
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let polls: Vec<_> = self
            .polls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .map(|(kind, n)| (format!("{{outcome=\"{kind}\"}}"), *n))
            .collect();
        metric("polls_total", "counter", "Polls since the start, by how they ended.", &polls);
        let requests = [("document", &self.documents), ("not_modified", &self.not_modified), ("other", &self.others)]
            .map(|(class, n)| (format!("{{answer=\"{class}\"}}"), load(n)));
        metric("requests_total", "counter", "Requests answered since the start.", &requests);
        let active = sources.iter().filter(|s| s.active);
        let failing = active.clone().filter(|s| s.state.failures > 0).count() as u64;
        metric("sources", "gauge", "Sources that are polled.", &one(active.count() as u64));
        metric("sources_failing", "gauge", "Sources whose last poll failed.", &one(failing));
        metric("feeds", "gauge", "Feeds that are published.", &one(feeds.len() as u64));
        metric("entries", "gauge", "Entries stored.", &one(totals.entries));
        metric("entries_unindexed", "gauge", "Entries that wait for the search index.", &one(totals.unindexed));
        metric("store_bytes", "gauge", "Size of the store.", &one(totals.bytes));
        out
    }
}
