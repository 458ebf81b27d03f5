//! The tables as they are asked.

use std::collections::{HashMap, HashSet};

use super::own_wire::OwnWire;
use super::wires::{WireNames, WireNumber};
use super::words::{self, SmallWords, key};
use crate::places::Country;

/// Everything by which wire copy is recognised.
pub struct Tables {
    pub(super) wires: WireNames,
    /// Months by name, in lower case.
    pub(super) months: HashMap<String, u8>,
    /// Words of the longest name of a month.
    pub(super) month_words: usize,
    /// The first two letters of months, weekdays and small words of dates.
    pub(super) date_openings: HashSet<[char; 2]>,
    /// States and provinces: the country, and the postal code.
    pub(super) regions: HashMap<String, (Country, String)>,
    pub(super) countries: HashMap<String, Country>,
    pub(in crate::newswire) words: SmallWords,
    pub(super) end_marks: Vec<String>,
    pub(super) own: Vec<OwnWire>,
}

impl Tables {
    /// The wires that the operator added.
    pub fn own(&self) -> &[OwnWire] {
        &self.own
    }

    /// End marks that the operator added, as printed.
    pub fn end_marks(&self) -> &[String] {
        &self.end_marks
    }

    /// The usual name of a wire.
    pub fn name(&self, wire: WireNumber) -> &str {
        self.wires.name(wire)
    }

    /// The wire with this name, in any of its forms or as a key of the configuration.
    pub fn named(&self, name: &str) -> Option<WireNumber> {
        self.wires.named(name)
    }

    /// The wire that publishes under this host, or one below it.
    pub(in crate::newswire) fn hosted(&self, host: &str) -> Option<WireNumber> {
        self.wires.hosted(host)
    }

    /// The wire that prints `text` as its mark in brackets or slashes.
    pub(in crate::newswire) fn marked(&self, text: &str) -> Option<WireNumber> {
        self.wires.marked(text)
    }

    /// The longest mark that may stand free with which `text` begins: its wire and bytes.
    pub(in crate::newswire) fn free_mark(&self, text: &str) -> Option<(WireNumber, usize)> {
        self.wires.free_mark(text)
    }

    /// The longest mark of a script without borders with which `text` ends.
    pub(in crate::newswire) fn glued_mark(&self, text: &str) -> Option<(WireNumber, usize)> {
        self.wires.glued_mark(text)
    }

    /// The month, from 1, with whose name `text` begins (lower case), and its bytes.
    pub(in crate::newswire) fn month(&self, text: &str) -> Option<(u8, usize)> {
        words::longest_name(text, self.month_words, |name| self.months.get(name).copied())
    }

    /// Whether a date may begin with these two letters: spares most words a closer look.
    pub(in crate::newswire) fn opens_date(&self, first: char, second: char) -> bool {
        let small = |c: char| c.to_lowercase().next().unwrap_or(c);
        first.is_numeric() || self.date_openings.contains(&[small(first), small(second)])
    }

    /// A state or province of the United States or Canada, and its postal code.
    pub(in crate::newswire) fn region(&self, text: &str) -> Option<(Country, &str)> {
        let (country, code) = self.regions.get(&key(text))?;
        Some((*country, code))
    }

    /// A country by an abbreviation that the gazetteer does not know.
    pub(in crate::newswire) fn country(&self, text: &str) -> Option<Country> {
        self.countries.get(&key(text)).copied()
    }
}
