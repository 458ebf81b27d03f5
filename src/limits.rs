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

mod table;

use std::time::Duration;

pub use table::ALL;

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

/// A limit is known by its name, which no other has: a constant has no one address.
impl PartialEq for Limit {
    fn eq(&self, other: &Limit) -> bool {
        self.name == other.name
    }
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

/// A response's status line and header fields together.
pub const HEAD_BYTES: Limit = bytes("response head", 64 * KIB, "the poll fails: over the limit");
/// Header fields of a response.
pub const HEAD_FIELDS: Limit = number("header fields of a response", 100, "the poll fails: over the limit");
/// Redirects that one request follows.
pub const REDIRECTS: Limit = number("redirects in a row", 5, "the poll fails: over the limit, with the chain");

/// A response's body, decompressed; half of it as it is sent.
pub const BODY: Limit = Limit {
    name: "body of a response, decompressed (half of it as sent)",
    most: 20 * MIB,
    unit: Unit::Bytes,
    beyond: "the poll fails: over the limit",
    setting: Some("polling.max_body"),
};

/// Elements of a document within one another.
pub const MARKUP_DEPTH: Limit = levels("elements within one another", 128, "the poll fails: over the limit");
/// Attributes of one tag of a document.
pub const ATTRIBUTES: Limit = number("attributes of a tag", 256, "the poll fails: over the limit");
/// Namespaces that are bound to prefixes at one place of a document.
pub const NAMESPACES: Limit = number("namespaces in force", 128, "their prefixes are taken for what they usually mean");
/// Entities that a document declares for itself.
pub const ENTITIES: Limit = number("entities that a document declares", 256, "stay references");
/// How much longer its own entities make a document.
pub const ENTITY_BYTES: Limit =
    bytes("what a document's own entities add", 256 * KIB, "stay references, with a warning");
/// Entries of a document.
pub const ENTRIES: Limit = number("entries of a document", 100_000, "the oldest are left out, with a warning");
/// Bytes of all fields of a document's entries.
pub const KEPT: Limit =
    bytes("what is kept of a document's entries", 64 * MIB, "the oldest are left out, with a warning");
/// Sitemaps that an index names.
pub const MAPS: Limit = number("sitemaps of an index", 50_000, "those that changed first are left out, with a warning");
/// WebSub hubs of a feed.
pub const HUBS: Limit = number("hubs of a feed", 8, "left out, with a warning");
/// Warnings about one document, besides those that are counted.
pub const WARNINGS: Limit = number("warnings about a document", 100, "counted");

/// An entry's headline.
pub const TITLE: Limit = bytes("headline", KIB, "cut, with a warning");
/// An entry's text or summary, as HTML.
pub const CONTENT: Limit = bytes("text of an entry", MIB, "cut, with a warning");
/// An id: of an entry, of a feed, of what an entry answers. Two that begin alike stay two.
pub const ID: Limit = bytes("id", 4 * KIB, "kept as its beginning and its hash, with a warning");
/// An address: of a page, a file, a picture, a person, a vocabulary.
pub const LINK: Limit = bytes("link", 4 * KIB, "dropped, with a warning");
/// What names something: a person, a category, where a link leads.
pub const NAME: Limit = bytes("name, category, label", KIB, "cut, with a warning");
/// An e-mail address.
pub const EMAIL: Limit = bytes("e-mail address", 320, "dropped, with a warning");
/// What one token of a protocol names: a media type, a relation.
pub const TOKEN: Limit = bytes("media type, relation", 256, "dropped, with a warning");
/// A language, as a tag or written out.
pub const LANGUAGE: Limit = bytes("language", 64, "dropped");
/// A statement of rights.
pub const RIGHTS: Limit = bytes("rights statement", 4 * KIB, "cut, with a warning");
/// A date as it was written.
pub const DATE: Limit = bytes("date as written", 256, "cut");
/// What an entry is filed under.
pub const CATEGORIES: Limit = number("categories of an entry", 64, "left out, with a warning");
/// Authors of an entry or a feed; as many contributors.
pub const PEOPLE: Limit = number("authors or contributors", 32, "left out, with a warning");
/// Links of an entry besides its page and files; those that are published again come first.
pub const LINKS: Limit = number("further links of an entry", 32, "left out, with a warning");
/// Files of an entry.
pub const ENCLOSURES: Limit = number("files of an entry", 64, "left out, with a warning");
/// What an entry answers or amends.
pub const REPLIES: Limit = number("entries that an entry answers", 16, "left out, with a warning");

/// A page of a feed as it is published.
pub const DOCUMENT: Limit =
    bytes("page of a feed", 8 * MIB, "long texts are published as excerpts, then entries on the next page");
/// Texts that are held at once while one page of a feed is read from the store.
pub const PAGE_TEXTS: Limit = bytes("texts read for one page of a feed", 32 * MIB, "later texts are cut");
/// A text on a page of a feed after so many others.
pub const LATER_TEXT: Limit = bytes("a text beyond those", 4 * KIB, "cut");
/// An id or a reason where people read it.
pub const SHOWN: Limit = bytes("id, reason or remark on a page for people", 2 * KIB, "cut");

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

/// Entries that selectors find on a page.
pub const PAGE_ENTRIES: Limit = number("entries of a page", 2_000, "the oldest are left out, with a warning");
/// Elements of a page within one another.
pub const PAGE_DEPTH: Limit = levels("elements of a page within one another", 512, "refused: over the limit");
/// Elements of a page.
pub const PAGE_ELEMENTS: Limit = number("elements of a page", 100_000, "refused: over the limit");
/// Elements of a page beside one another.
pub const PAGE_WIDTH: Limit =
    number("elements of a page beside one another", 10_000, "refused where selectors read it: over the limit");
/// Attributes of a tag of a page.
pub const PAGE_ATTRIBUTES: Limit = number("attributes of a page's tag", 256, "left out");
/// Steps that building a page's tree takes.
pub const PAGE_STEPS: Limit = number("steps to build a page's tree", 20_000_000, "refused: over the limit");

/// Time to read a document, and to decide about it; to take out an article.
pub const READING: Limit = time("time to read a document", 10_000, "given up, and asked for after an hour or more");
/// Documents that are read at once.
pub const READERS: Limit = number("documents read at once", 2, "the rest wait");
/// Time after which a site's documents are read one at a time.
pub const READING_HEAVY: Limit =
    time("time to read a light document", 1_000, "its site shares one reader with others like it");
/// Polls of heavy sites at once: what they bring waits for one reader.
pub const HEAVY_POLLS: Limit = number("polls of such sites at once", 2, "the next one waits, and no other with it");
/// Polls of heavy sites that wait for their turn.
pub const HEAVY_WAITING: Limit =
    number("polls of such sites that wait", 4, "put off by half a minute, with the reason in `status`");
/// Threads that do not leave off and are replaced.
pub const READERS_STUCK: Limit = number(
    "readers that do not come back",
    4,
    "none takes their place, which the log says; where all are such, `/readyz` too",
);

/// What is read of a robots.txt (RFC 9309 §2.5: at least 500 KiB).
pub const ROBOTS_BYTES: Limit = bytes("robots.txt", 512 * KIB, "the rest is not read");
/// The value of one line of a robots.txt.
pub const ROBOTS_LINE: Limit = bytes("a rule of robots.txt", 16 * KIB, "cut if it forbids, else left out");
/// What is kept of the rules of all hosts.
pub const ROBOTS_KEPT: Limit = bytes("rules of all hosts", 16 * MIB, "the oldest are forgotten and asked for again");
/// Hosts whose rules are kept.
pub const ROBOTS_HOSTS: Limit =
    number("hosts whose rules are kept", 2_000, "the oldest are forgotten and asked for again");

/// Connections of readers at once.
pub const CONNECTIONS: Limit =
    number("connections of readers", 1024, "the one that has been idle the longest is closed for a new one");
/// Connections that were accepted and wait until another has ended.
pub const CONNECTIONS_WAITING: Limit =
    number("connections that wait for a place", 1024, "further ones wait in the kernel's line");
/// How long such a one waits where none is idle.
pub const CONNECTION_WAIT: Limit = time("until a connection has a place", 1_000, "503 with `Retry-After`");
/// Connections that the kernel keeps until they are accepted.
pub const ACCEPT_LINE: Limit =
    number("connections not yet accepted", 4096, "the client tries again; `net.core.somaxconn` may set less");
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
    bytes("slowest pace of a reader a second, after its first minute", 2 * KIB, "the connection is closed");
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
/// Versions of an entry on its page.
pub const VERSIONS_SHOWN: Limit =
    number("versions of an entry on its page", 100, "the oldest are left out; they are kept");

/// Documents that are rendered side by side.
pub const RENDERED_AT_ONCE: Limit = number("documents rendered at once", 4, "the next one waits");
/// Sanitised HTML that is kept for the next rendering.
pub const CLEANED_KEPT: Limit =
    bytes("sanitised HTML that is kept", 16 * MIB, "what was used the longest ago is sanitised anew");
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
pub const CONFIG_SOURCES: Limit = number("sources", 2_000_000, "refused, with the place");
/// `[[feed]]`
pub const CONFIG_FEEDS: Limit = number("feeds", 10_000, "refused, with the place");
/// `[lists.NAME]`
pub const CONFIG_LISTS: Limit = number("lists", 10_000, "refused, with the place");
/// Terms of all lists.
pub const CONFIG_TERMS: Limit = number("terms of all lists", 1_000_000, "refused, with the place");
