//! Budgets of what strangers send, in one table.
//!
//! A publisher, a reader of our pages or a file that somebody hands over may cost no more
//! than its size: every list, field, depth and piece of work has a bound, and each bound is
//! a [`Limit`] of this table. Code takes its bounds from here, `docs/limits.md` shows the
//! same rows, and a test compares the two. What exceeds a budget is cut with a warning or
//! refused with a name; nothing else slows down.
//!
//! What the operator decides (intervals, sizes of feeds, retention) is configuration, not a
//! budget. A limit that a setting changes says which; its value here is the default.

use std::time::Duration;

/// One budget.
#[derive(Debug)]
pub struct Limit {
    /// What is bounded, as the table in `docs/limits.md` has it.
    pub name: &'static str,
    /// The most that is taken, in `unit`.
    pub most: u64,
    /// What `most` counts.
    pub unit: Unit,
    /// What happens to the rest, and the words that an operator reads.
    pub beyond: &'static str,
    /// The setting that changes it.
    pub setting: Option<&'static str>,
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

impl Limit {
    /// The bound as a count, of bytes, things or levels.
    ///
    /// # Panics
    /// When a constant of this table does not fit the machine's words; none does not.
    pub const fn count(&self) -> usize {
        assert!(self.most <= u32::MAX as u64, "every budget fits 32 bits");
        self.most as usize
    }

    /// The bound of a piece of work in time.
    pub const fn duration(&self) -> Duration {
        assert!(matches!(self.unit, Unit::Milliseconds), "only a time is a duration");
        Duration::from_millis(self.most)
    }
}

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

const fn bytes(name: &'static str, most: u64, beyond: &'static str) -> Limit {
    Limit { name, most, unit: Unit::Bytes, beyond, setting: None }
}

const fn number(name: &'static str, most: u64, beyond: &'static str) -> Limit {
    Limit { name, most, unit: Unit::Count, beyond, setting: None }
}

/// A number that `setting` changes.
const fn set_number(name: &'static str, most: u64, beyond: &'static str, setting: &'static str) -> Limit {
    Limit { name, most, unit: Unit::Count, beyond, setting: Some(setting) }
}

/// A size that `setting` changes.
const fn set_bytes(name: &'static str, most: u64, beyond: &'static str, setting: &'static str) -> Limit {
    Limit { name, most, unit: Unit::Bytes, beyond, setting: Some(setting) }
}

const fn levels(name: &'static str, most: u64, beyond: &'static str) -> Limit {
    Limit { name, most, unit: Unit::Levels, beyond, setting: None }
}

/// A part of the table, as a chapter of `docs/limits.md`.
#[derive(Debug)]
pub struct Part {
    /// The chapter's heading.
    pub heading: &'static str,
    /// Its rows.
    pub limits: &'static [&'static Limit],
}

/// The whole table, in the order of `docs/limits.md`.
pub const ALL: &[Part] = &[
    Part { heading: "A response", limits: &[&HEAD_BYTES, &HEAD_FIELDS, &REDIRECTS] },
    Part { heading: "A document", limits: &[&MARKUP_DEPTH, &ATTRIBUTES] },
    Part { heading: "An entry", limits: &[&TITLE, &CONTENT] },
    Part { heading: "HTML", limits: &[&HTML_DEPTH] },
    Part { heading: "A source's day", limits: &[&ENTRIES_A_DAY, &BYTES_A_DAY, &WARNINGS_A_DAY] },
    Part {
        heading: "A configuration",
        limits: &[
            &CONFIG_FILE,
            &CONFIG_BYTES,
            &CONFIG_LINE,
            &CONFIG_TOKENS,
            &CONFIG_DEPTH,
            &CONFIG_SYNTAX,
            &CONFIG_PROBLEMS,
            &CONFIG_PATTERNS,
            &CONFIG_INCLUDED,
            &CONFIG_SOURCES,
            &CONFIG_FEEDS,
            &CONFIG_LISTS,
            &CONFIG_TERMS,
        ],
    },
];

/// A response's status line and header fields together.
pub const HEAD_BYTES: Limit = bytes("response head", 64 * KIB, "the poll fails: over the limit");
/// Header fields of a response.
pub const HEAD_FIELDS: Limit = number("header fields of a response", 100, "the poll fails: over the limit");
/// Redirects that one request follows.
pub const REDIRECTS: Limit = number("redirects in a row", 5, "the poll fails: over the limit, with the chain");

/// Elements of a document within one another.
pub const MARKUP_DEPTH: Limit = levels("elements within one another", 128, "the poll fails: over the limit");
/// Attributes of one tag of a document.
pub const ATTRIBUTES: Limit = number("attributes of a tag", 256, "the poll fails: over the limit");

/// An entry's headline.
pub const TITLE: Limit = bytes("headline", KIB, "cut, with a warning");
/// An entry's text or summary, as HTML.
pub const CONTENT: Limit = bytes("text of an entry", MIB, "cut, with a warning");

/// Elements of an entry's HTML within one another.
pub const HTML_DEPTH: Limit = levels("elements of a text within one another", 256, "unwrapped: their text stays");

/// New entries that a source may bring a day; a day begins at 00:00 UTC.
pub const ENTRIES_A_DAY: Limit = set_number(
    "new entries of a source a day",
    20_000,
    "the newest are taken; the rest waits for the next day, and the source is `over`",
    "limits.entries_per_day",
);
/// Text of new entries, and of earlier versions that are kept.
pub const BYTES_A_DAY: Limit = set_bytes(
    "text of a source a day",
    256 * MIB,
    "as with entries; of texts that change the newest alone is kept",
    "limits.bytes_per_day",
);
/// Warnings about a source's documents that are told.
pub const WARNINGS_A_DAY: Limit = set_number(
    "warnings told of a source a day",
    1_000,
    "not logged, which is said once; `status` shows the latest",
    "limits.warnings_per_day",
);

/// One file of a configuration: TOML, a list of terms, a secret.
pub const CONFIG_FILE: Limit = bytes("file of a configuration", 16 * MIB, "refused by name");
/// All that a reading of a configuration takes in.
pub const CONFIG_BYTES: Limit = bytes("files of a configuration together", 64 * MIB, "refused by name");
/// A line of such a file; places are told by line and column.
pub const CONFIG_LINE: Limit = bytes("line of a configuration's file", MIB, "refused, with its number");
/// Words, signs and line ends of a TOML file: what its parser keeps of each is some 70 bytes.
pub const CONFIG_TOKENS: Limit = number("words and signs of a TOML file", 4_000_000, "refused by name");
/// Arrays, tables and dotted keys of a TOML file within one another.
pub const CONFIG_DEPTH: Limit = levels("values of a TOML file within one another", 64, "refused, with the place");
/// Slips in one TOML file above which it is taken for something else.
pub const CONFIG_SYNTAX: Limit = number("syntax errors of a TOML file", 1_000, "it is not read as TOML");
/// Problems of a configuration that are told.
pub const CONFIG_PROBLEMS: Limit = number("problems told of a configuration", 200, "the reading ends, and says so");
/// Patterns of `include`.
pub const CONFIG_PATTERNS: Limit = number("patterns of `include`", 256, "refused by name");
/// Files that patterns of `include` find.
pub const CONFIG_INCLUDED: Limit = number("included files", 4_096, "refused by name");
/// `[[source]]`
pub const CONFIG_SOURCES: Limit = number("sources", 100_000, "refused, with the place");
/// `[[feed]]`
pub const CONFIG_FEEDS: Limit = number("feeds", 10_000, "refused, with the place");
/// `[lists.NAME]`
pub const CONFIG_LISTS: Limit = number("lists", 10_000, "refused, with the place");
/// Terms of all lists.
pub const CONFIG_TERMS: Limit = number("terms of all lists", 1_000_000, "refused, with the place");
