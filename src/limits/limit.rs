//! A limit: what it bounds, and how it is shown.

use std::time::Duration;

/// A bound, what it bounds, and what happens beyond it.
#[derive(Debug)]
pub struct Limit {
    /// What is bounded, as the table in `docs/limits.md` has it.
    pub name: &'static str,
    /// The most that is taken, in `unit`.
    pub most: u64,
    /// What `most` counts.
    pub unit: Unit,
    /// What happens to the rest, in the words that an operator reads.
    pub beyond: &'static str,
    /// The setting that changes it.
    pub setting: Option<Setting>,
}

/// A setting of the configuration that changes a limit, in the limit's unit.
#[derive(Debug)]
pub struct Setting {
    /// Its key, with its table.
    pub key: &'static str,
    /// The least that it may say.
    pub least: u64,
    /// The most.
    pub most: u64,
}

/// What a [`Limit`] counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Bytes of UTF-8, or of a body.
    Bytes,
    /// Things of the kind that the limit names.
    Count,
    /// Levels of nesting.
    Levels,
    /// Milliseconds.
    Milliseconds,
}

/// Limits are compared by their names, which are unique: a constant has no fixed address.
impl PartialEq for Limit {
    fn eq(&self, other: &Limit) -> bool {
        self.name == other.name
    }
}

impl Limit {
    /// The bound as a count, of bytes, things or levels.
    ///
    /// # Panics
    /// If the limit does not fit 32 bits; all limits do.
    pub const fn count(&self) -> usize {
        assert!(self.most <= u32::MAX as u64, "every limit fits 32 bits");
        self.most as usize
    }

    /// The bound as a duration.
    pub const fn duration(&self) -> Duration {
        assert!(matches!(self.unit, Unit::Milliseconds), "only a time is a duration");
        Duration::from_millis(self.most)
    }

    /// The bound as people write it: `64 KiB`, `20,000`, `10 s`.
    pub fn shown(&self) -> String {
        self.unit.shown(self.most)
    }
}

impl Setting {
    /// The values that it may have, ends included.
    pub const fn range(&self) -> std::ops::RangeInclusive<u64> {
        self.least..=self.most
    }
}

impl Unit {
    /// `amount` of this unit as people write it, in the largest unit that it is a multiple of.
    pub fn shown(self, amount: u64) -> String {
        let larger: &[(u64, &str)] = match self {
            Unit::Bytes => &[(GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB"), (1, "bytes")],
            Unit::Milliseconds => &[(3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms")],
            Unit::Count | Unit::Levels => return grouped(amount),
        };
        let fits = |(size, _): &&(u64, &str)| amount >= *size && amount.is_multiple_of(*size);
        let (size, name) = larger.iter().find(fits).unwrap_or(&larger[larger.len() - 1]);
        format!("{} {name}", grouped(amount / size))
    }
}

/// A number with a comma between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|g| std::str::from_utf8(g).ok()).collect();
    groups.join(",")
}

pub(super) const KIB: u64 = 1024;
pub(super) const MIB: u64 = 1024 * KIB;
pub(super) const GIB: u64 = 1024 * MIB;

pub(super) const fn bytes(name: &'static str, most: u64, beyond: &'static str) -> Limit {
    Limit { name, most, unit: Unit::Bytes, beyond, setting: None }
}

pub(super) const fn number(name: &'static str, most: u64, beyond: &'static str) -> Limit {
    Limit { name, most, unit: Unit::Count, beyond, setting: None }
}

pub(super) const fn time(name: &'static str, milliseconds: u64, beyond: &'static str) -> Limit {
    Limit { name, most: milliseconds, unit: Unit::Milliseconds, beyond, setting: None }
}

pub(super) const fn levels(name: &'static str, most: u64, beyond: &'static str) -> Limit {
    Limit { name, most, unit: Unit::Levels, beyond, setting: None }
}

/// A chapter of the table, as it stands in `docs/limits.md`.
#[derive(Debug)]
pub struct Chapter {
    /// The chapter's heading.
    pub heading: &'static str,
    /// Its rows.
    pub limits: &'static [&'static Limit],
}
