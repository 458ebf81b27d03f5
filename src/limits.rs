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

const fn levels(name: &'static str, most: u64, beyond: &'static str) -> Limit {
    Limit { name, most, unit: Unit::Levels, beyond, setting: None }
}

const fn milliseconds(name: &'static str, most: u64, beyond: &'static str) -> Limit {
    Limit { name, most, unit: Unit::Milliseconds, beyond, setting: None }
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
    Part { heading: "A page", limits: &[&PAGE_DEPTH, &PAGE_ELEMENTS, &PAGE_WIDTH, &PAGE_ATTRIBUTES, &PAGE_STEPS] },
    Part { heading: "Reading", limits: &[&READING, &READERS, &READING_HEAVY, &READERS_STUCK] },
    Part { heading: "robots.txt", limits: &[&ROBOTS_BYTES, &ROBOTS_LINE, &ROBOTS_KEPT, &ROBOTS_HOSTS] },
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

/// Elements of a page within one another.
pub const PAGE_DEPTH: Limit = levels("elements of a page within one another", 512, "refused: over the limit");
/// Elements of a page.
pub const PAGE_ELEMENTS: Limit = number("elements of a page", 100_000, "refused: over the limit");
/// Elements of a page beside one another.
pub const PAGE_WIDTH: Limit =
    number("elements of a page beside one another", 20_000, "refused where selectors read it: over the limit");
/// Attributes of a tag of a page.
pub const PAGE_ATTRIBUTES: Limit = number("attributes of a page's tag", 256, "left out");
/// Steps that building a page's tree takes.
pub const PAGE_STEPS: Limit = number("steps to build a page's tree", 20_000_000, "refused: over the limit");

/// Time to read a document, and to decide about it; to take out an article.
pub const READING: Limit =
    milliseconds("time to read a document", 10_000, "given up, and asked for after an hour or more");
/// Documents that are read at once.
pub const READERS: Limit = number("documents read at once", 2, "the rest wait");
/// Time after which a site's documents are read one at a time.
pub const READING_HEAVY: Limit =
    milliseconds("time to read a light document", 1_000, "its site shares one reader with others like it");
/// Threads that do not leave off and are replaced.
pub const READERS_STUCK: Limit =
    number("readers that do not come back", 4, "none takes their place, which the log says");

/// What is read of a robots.txt (RFC 9309 §2.5: at least 500 KiB).
pub const ROBOTS_BYTES: Limit = bytes("robots.txt", 512 * KIB, "the rest is not read");
/// The value of one line of a robots.txt.
pub const ROBOTS_LINE: Limit = bytes("a rule of robots.txt", 16 * KIB, "cut if it forbids, else left out");
/// What is kept of the rules of all hosts.
pub const ROBOTS_KEPT: Limit = bytes("rules of all hosts", 16 * MIB, "the oldest are forgotten and asked for again");
/// Hosts whose rules are kept.
pub const ROBOTS_HOSTS: Limit =
    number("hosts whose rules are kept", 2_000, "the oldest are forgotten and asked for again");
