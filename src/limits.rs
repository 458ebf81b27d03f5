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

const fn time(name: &'static str, milliseconds: u64, beyond: &'static str) -> Limit {
    Limit { name, most: milliseconds, unit: Unit::Milliseconds, beyond, setting: None }
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
    Part {
        heading: "A reader of ours",
        limits: &[
            &CONNECTIONS,
            &REQUEST_HEAD,
            &REQUEST_FIELDS,
            &REQUEST_TIME,
            &ANSWER_STALL,
            &ANSWER_PACE,
            &PAGE_TIME,
            &PAGES_AT_ONCE,
            &PAGES_UNREAD,
            &SOURCES_A_PAGE,
            &WARNINGS_SHOWN,
        ],
    },
    Part { heading: "Documents of ours", limits: &[&RENDERED_AT_ONCE, &CLEANED_KEPT] },
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

/// Connections of readers at once.
pub const CONNECTIONS: Limit =
    number("connections of readers", 1024, "the one that has been idle the longest is closed for a new one");
/// A request's line and header fields together.
pub const REQUEST_HEAD: Limit = bytes("head of a request", 64 * KIB, "refused: 431, with words");
/// Header fields of a request.
pub const REQUEST_FIELDS: Limit = number("header fields of a request", 100, "refused: 431, with words");
/// From a connection's beginning, or its last answer, to the end of a request's head.
pub const REQUEST_TIME: Limit = time("until the head of a request has come", 10_000, "the connection is closed");
/// A reader that takes nothing of an answer.
pub const ANSWER_STALL: Limit = time("without a byte taken of an answer", 30_000, "the connection is closed");
/// After its first minute an answer has to be taken this fast.
pub const ANSWER_PACE: Limit =
    bytes("a second that a reader may take at the slowest, after a minute", 2 * KIB, "the connection is closed");
/// A page that cannot be had in that time is not made to its end.
pub const PAGE_TIME: Limit =
    time("until a page is made", 2_000, "503 with `Retry-After`; the question to the store is interrupted");
/// Pages that are made side by side.
pub const PAGES_AT_ONCE: Limit = number("pages made at once", 4, "the next one waits, within its time");
/// Pages that are made and not read yet, together.
pub const PAGES_UNREAD: Limit =
    bytes("pages that wait for their readers", 32 * MIB, "the connection that has had one the longest is closed");
/// Sources on one page.
pub const SOURCES_A_PAGE: Limit = number("sources on one page", 200, "on the next page");
/// Warnings of a source on a page.
pub const WARNINGS_SHOWN: Limit = number("warnings of a source on a page", 20, "counted; `wiredesk status` has all");

/// Documents that are rendered side by side.
pub const RENDERED_AT_ONCE: Limit = number("documents rendered at once", 4, "the next one waits");
/// Sanitised HTML that is kept for the next rendering.
pub const CLEANED_KEPT: Limit =
    bytes("sanitised HTML that is kept", 16 * MIB, "what was used the longest ago is sanitised anew");
