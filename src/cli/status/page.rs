//! The state of things for people: how it is first, then what needs somebody, then the rest.

use std::collections::BTreeMap;

use crate::cli::output::{Hue, Output, counted};
use crate::cli::table::{Cell, ColumnSide, TextTable, write};
use crate::clock::{Timestamp, ZoneData};
use crate::schedule::SourceHealth;
use crate::store::{Rereading, SourceStatus};

use super::figures::{StatusFigures, condition};
use super::nodes;

/// How far what is told of a source stands to the right of its name.
const BELOW: usize = 4;

/// How a source's health strikes the eye.
pub fn hue(health: SourceHealth) -> Hue {
    match health {
        health if health.brings_nothing() => Hue::Red,
        SourceHealth::Over | SourceHealth::Moved => Hue::Yellow,
        SourceHealth::Ok => Hue::Green,
        _ => Hue::Faint,
    }
}

fn plain(text: impl ToString) -> Cell {
    (Hue::Plain, text.to_string())
}

impl StatusFigures {
    /// Everything, for people.
    pub fn print(&self, out: &Output) {
        self.print_health(out);
        self.print_totals(out);
        out.line("");
        self.print_sources(out);
        out.line("");
        self.print_feeds(out);
        nodes::print(out, &self.nodes, self.now);
        out.painted(&[(Hue::Faint, &format!("\n{}", ZoneData::in_use()))]);
    }

    /// The sources that bring nothing, out of `all`.
    pub fn print_failing(&self, out: &Output, all: usize) {
        let many = counted(all as u64, "source", "sources");
        if self.sources.is_empty() {
            return out.painted(&[(Hue::Green, &format!("none of {many} is failing"))]);
        }
        out.painted(&[(Hue::Bold, &format!("{} of {many} bring nothing", self.sources.len()))]);
        out.line("");
        self.print_sources(out);
    }

    /// How many sources are how, the worst first.
    fn print_health(&self, out: &Output) {
        if let Some(since) = &self.offline_since {
            let since = out.moments().sentence(since);
            out.painted(&[(
                Hue::Red,
                &format!("no source can be reached since {since}: is this machine's line down?"),
            )]);
        }
        let mut counts: BTreeMap<SourceHealth, u64> = BTreeMap::new();
        for s in &self.sources {
            *counts.entry(condition(s, self.now).health()).or_default() += 1;
        }
        let polled: u64 = counts.iter().filter(|(health, _)| **health != SourceHealth::Retired).map(|(_, n)| n).sum();
        let mut pieces = vec![(Hue::Bold, counted(polled, "source", "sources"))];
        for (at, (health, count)) in counts.iter().enumerate() {
            pieces.push((Hue::Plain, if at == 0 { ": " } else { ", " }.to_owned()));
            pieces.push((hue(*health), format!("{count} {}", health.word())));
        }
        out.painted(&pieces.iter().map(|(hue, text)| (*hue, text.as_str())).collect::<Vec<_>>());
    }

    fn print_totals(&self, out: &Output) {
        let totals = &self.totals;
        let size = totals.bytes as f64 / 1e6;
        let today: u64 = self.sources.iter().filter_map(|s| s.days.last()).map(|n| u64::from(*n)).sum();
        let entries = counted(totals.entries, "entry", "entries");
        out.line(&format!("{entries}, {today} new today (UTC), {size:.1} MB, schema {}", totals.schema));
        if let Some(complaint) = ZoneData::in_use().complaint(self.now) {
            out.painted(&[(Hue::Yellow, &complaint)]);
        }
        if totals.unindexed > 0 {
            let waiting = counted(totals.unindexed, "entry waits", "entries wait");
            out.line(&format!("{waiting} for the search index"));
        }
        for r in &self.rematches {
            let (done, all) = (r.entries, totals.entries);
            out.line(&format!("{done} of {all} entries are decided anew for {}", r.feeds.join(", ")));
        }
        if let Some(Rereading { looked, read, .. }) = &self.rereading {
            let all = totals.entries;
            out.line(&format!(
                "{looked} of {all} entries are looked through for wire copy to read anew; {read} were read"
            ));
        }
    }

    /// A table of the sources, those first that need somebody.
    fn print_sources(&self, out: &Output) {
        let mut sources: Vec<&SourceStatus> = self.sources.iter().collect();
        // By name already: equals stay in that order.
        sources.sort_by_key(|s| condition(s, self.now).health());
        let mut table = TextTable::new(&[
            ("SOURCE", ColumnSide::Left),
            ("STATE", ColumnSide::Left),
            ("ENTRIES", ColumnSide::Right),
            ("TODAY", ColumnSide::Right),
            ("LAST POLL", ColumnSide::Left),
            ("NEXT POLL", ColumnSide::Left),
            ("WHY", ColumnSide::Left),
        ]);
        sources.iter().for_each(|s| table.row(self.source_row(out, s)));
        let lines = table.lines(out.columns());
        let (head, rows) = lines.split_at(1);
        head.iter().for_each(|line| write(out, line));
        for (line, s) in rows.iter().zip(sources) {
            write(out, line);
            if s.state.failures > 0 {
                let failures = counted(s.state.failures, "failure", "failures in a row");
                let last = out.moments().sentence(&s.state.last_outcome);
                out.below(Hue::Red, BELOW, &format!("{failures}, the last: {last}"));
            }
            self.print_remarks(out, s);
        }
    }

    fn source_row(&self, out: &Output, s: &SourceStatus) -> Vec<Cell> {
        let health = condition(s, self.now).health();
        let because = &s.state.next.because;
        let why = if s.active { out.moments().sentence(because) } else { "no longer configured".to_owned() };
        vec![
            plain(&s.source),
            (hue(health), health.word().to_owned()),
            plain(s.entries),
            plain(s.days.last().copied().unwrap_or_default()),
            plain(self.distance(out, s.state.last_poll_at)),
            plain(self.due(out, s)),
            (Hue::Faint, why),
        ]
    }

    /// What its operator has to know of a source.
    pub fn print_remarks(&self, out: &Output, s: &SourceStatus) {
        let condition = condition(s, self.now);
        condition.remarks().iter().for_each(|text| out.below(Hue::Yellow, BELOW, &out.moments().sentence(text)));
        s.state.warnings.iter().for_each(|text| out.below(Hue::Yellow, BELOW, text));
    }

    fn print_feeds(&self, out: &Output) {
        let mut table = TextTable::new(&[
            ("FEED", ColumnSide::Left),
            ("ENTRIES", ColumnSide::Right),
            ("TODAY", ColumnSide::Right),
            ("UPDATED", ColumnSide::Left),
        ]);
        for f in &self.feeds {
            let today = f.days.last().copied().unwrap_or_default();
            table.row(vec![plain(&f.feed), plain(f.entries), plain(today), plain(self.distance(out, f.updated_at))]);
        }
        table.lines(out.columns()).iter().for_each(|line| write(out, line));
    }

    /// How long ago something was.
    pub fn distance(&self, out: &Output, at: Option<Timestamp>) -> String {
        at.map_or_else(|| "never".to_owned(), |at| out.moments().distance(at, self.now))
    }

    /// When a source is polled next.
    pub fn due(&self, out: &Output, s: &SourceStatus) -> String {
        match s.next_poll_at() {
            None => "never".to_owned(),
            Some(at) if at <= self.now => "now".to_owned(),
            Some(at) => out.moments().distance(at, self.now),
        }
    }
}
