//! The readable tables: wires with their marks, months, regions, small words of datelines.
//!
//! They stand in `data/newswire/*.toml` and are parsed once. `[wires.NAME]` of the
//! configuration adds to them.

mod built_in;
mod own;
mod wires;
mod words;

pub use own::{OwnWire, OwnWireError, OwnWireProblem};
pub use wires::WireNumber;
pub(super) use words::{SmallWords, key, narrow};

use std::collections::{HashMap, HashSet};

use crate::model::digest;
use crate::places::Country;
use wires::Wires;

/// Everything by which wire copy is recognised.
pub struct Tables {
    wires: Wires,
    /// Months by name, in lower case.
    months: HashMap<String, u8>,
    /// Words of the longest name of a month.
    month_words: usize,
    /// The first two letters of months, weekdays and small words of dates.
    date_openings: HashSet<[char; 2]>,
    /// States and provinces: the country, and the postal code.
    regions: HashMap<String, (Country, String)>,
    countries: HashMap<String, Country>,
    pub(super) words: SmallWords,
    end_marks: Vec<String>,
    own: Vec<OwnWire>,
}

impl Tables {
    /// The tables that the program was built with.
    pub fn built_in() -> Tables {
        built_in::tables()
    }

    /// The built-in tables with the operator's wires; all problems if there is one.
    pub fn with(own: &[OwnWire]) -> Result<Tables, Vec<OwnWireError>> {
        let mut tables = Tables::built_in();
        own::add(&mut tables, own)?;
        tables.own = own.to_vec();
        Ok(tables)
    }

    /// Which tables these are: others have another number.
    pub fn edition(&self) -> i64 {
        digest(&format!("{} {:?}", built_in::FILES.concat(), self.own))
    }

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
    pub(super) fn hosted(&self, host: &str) -> Option<WireNumber> {
        self.wires.hosted(host)
    }

    /// The wire that prints `text` as its mark in brackets or slashes.
    pub(super) fn marked(&self, text: &str) -> Option<WireNumber> {
        self.wires.marked(text)
    }

    /// The longest mark that may stand free with which `text` begins: its wire and bytes.
    pub(super) fn free_mark(&self, text: &str) -> Option<(WireNumber, usize)> {
        self.wires.free_mark(text)
    }

    /// The longest mark of a script without borders with which `text` ends.
    pub(super) fn glued_mark(&self, text: &str) -> Option<(WireNumber, usize)> {
        self.wires.glued_mark(text)
    }

    /// The month, from 1, with whose name `text` begins (lower case), and its bytes.
    pub(super) fn month(&self, text: &str) -> Option<(u8, usize)> {
        words::longest_name(text, self.month_words, |name| self.months.get(name).copied())
    }

    /// Whether a date may begin with these two letters: spares most words a closer look.
    pub(super) fn opens_date(&self, first: char, second: char) -> bool {
        let small = |c: char| c.to_lowercase().next().unwrap_or(c);
        first.is_numeric() || self.date_openings.contains(&[small(first), small(second)])
    }

    /// A state or province of the United States or Canada, and its postal code.
    pub(super) fn region(&self, text: &str) -> Option<(Country, &str)> {
        let (country, code) = self.regions.get(&key(text))?;
        Some((*country, code))
    }

    /// A country by an abbreviation that the gazetteer does not know.
    pub(super) fn country(&self, text: &str) -> Option<Country> {
        self.countries.get(&key(text)).copied()
    }
}
