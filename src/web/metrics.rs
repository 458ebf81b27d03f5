//! Counters of what happened, shown as Prometheus text. Series are few however many sources
//! there are: no source, feed or URL is a label (check R26).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::store::{Census, Totals};

/// Counts since the start.
#[derive(Default)]
pub struct Counters {
    /// Feed documents sent.
    pub documents: AtomicU64,
    /// Requests from readers that had the document already.
    pub not_modified: AtomicU64,
    /// Other responses.
    pub others: AtomicU64,
    /// How often a feed was rendered.
    pub renderings: AtomicU64,
    /// Documents that shared nothing with the one before (R5).
    pub gaps: AtomicU64,
    polls: Mutex<BTreeMap<&'static str, u64>>,
    lags: [AtomicU64; LAGS.len()],
    lag_ms: AtomicU64,
    lagged: AtomicU64,
}

/// Upper bounds of the histogram of start lags, in milliseconds (R4).
const LAGS: [u64; 8] = [100, 500, 1000, 2000, 5000, 10_000, 60_000, 600_000];

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

    /// Counts how late a poll was started (R4).
    pub fn started_after(&self, lag: Duration) {
        let ms = u64::try_from(lag.as_millis()).unwrap_or(u64::MAX);
        for (count, _) in self.lags.iter().zip(LAGS).filter(|(_, bound)| ms <= *bound) {
            Counters::count(count);
        }
        self.lag_ms.fetch_add(ms, Ordering::Relaxed);
        Counters::count(&self.lagged);
    }

    /// The histogram of start lags, as Prometheus reads one.
    fn write_lags(&self, out: &mut String) {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (name, count) = ("wiredesk_poll_start_lag_seconds", load(&self.lagged));
        // Writing to a string does not fail.
        let _ = writeln!(out, "# HELP {name} How long after they were due polls were started.");
        let _ = writeln!(out, "# TYPE {name} histogram");
        for (bucket, bound) in self.lags.iter().zip(LAGS) {
            let _ = writeln!(out, "{name}_bucket{{le=\"{}\"}} {}", bound as f64 / 1000.0, load(bucket));
        }
        let _ = writeln!(out, "{name}_bucket{{le=\"+Inf\"}} {count}");
        let _ = writeln!(out, "{name}_sum {}\n{name}_count {count}", load(&self.lag_ms) as f64 / 1000.0);
    }

    /// Polls since the start, by how they ended, each with its label.
    fn polls_by_outcome(&self) -> Vec<(String, u64)> {
        let polls = self.polls.lock().unwrap_or_else(PoisonError::into_inner);
        polls.iter().map(|(kind, n)| (format!("{{outcome=\"{kind}\"}}"), *n)).collect()
    }

    /// All figures in the Prometheus text format.
    pub fn write(&self, totals: &Totals, census: &Census, feeds: usize) -> String {
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
        metric("polls_total", "counter", "Polls since the start, by how they ended.", &self.polls_by_outcome());
        let requests = [("document", &self.documents), ("not_modified", &self.not_modified), ("other", &self.others)]
            .map(|(class, n)| (format!("{{answer=\"{class}\"}}"), load(n)));
        metric("requests_total", "counter", "Requests served since the start.", &requests);
        metric("sources", "gauge", "Sources that are polled.", &one(census.sources));
        metric("sources_failing", "gauge", "Sources whose last poll failed.", &one(census.failing));
        let stale = one(census.stale);
        metric("sources_stale", "gauge", "Sources without a success for three of their intervals.", &stale);
        metric("sources_over", "gauge", "Sources over a budget of a day.", &one(census.over));
        metric("gaps_total", "counter", "Documents that shared nothing with the one before.", &one(load(&self.gaps)));
        metric("feeds", "gauge", "Feeds that are published.", &one(feeds as u64));
        let renderings = one(load(&self.renderings));
        metric("renderings_total", "counter", "Times a feed was rendered since the start.", &renderings);
        metric("entries", "gauge", "Entries stored.", &one(totals.entries));
        metric(
            "entries_unindexed",
            "gauge",
            "Entries that wait for the search index, 100,000 at most.",
            &one(totals.unindexed),
        );
        metric("store_bytes", "gauge", "Size of the store.", &one(totals.bytes));
        self.write_lags(&mut out);
        out
    }
}
