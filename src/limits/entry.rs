//! What an entry may hold, and how much a source may bring in a day.

use super::limit::{Chapter, GIB, KIB, Limit, MIB, Setting, Unit, bytes, levels, number};

/// The chapter "An entry".
pub(super) const ENTRY_CHAPTER: Chapter = Chapter {
    heading: "An entry",
    limits: &[
        &TITLE,
        &CONTENT,
        &ID,
        &LINK,
        &NAME,
        &EMAIL,
        &TOKEN,
        &LANGUAGE,
        &RIGHTS,
        &DATE,
        &CATEGORIES,
        &PEOPLE,
        &LINKS,
        &ENCLOSURES,
        &REPLIES,
        &HTML_DEPTH,
        &NOTICE_TARGETS,
        &TICKERS,
        &CUTS,
    ],
};

/// The chapter "A source".
pub(super) const SOURCE_CHAPTER: Chapter =
    Chapter { heading: "A source", limits: &[&ENTRIES_A_DAY, &BYTES_A_DAY, &WARNINGS_A_DAY, &WARNINGS_KEPT] };

/// An entry's headline.
pub const TITLE: Limit = bytes("headline", KIB, "cut, with a warning");
/// An entry's text or summary, as HTML.
pub const CONTENT: Limit = bytes("text of an entry", MIB, "cut, with a warning");
/// An id: of an entry, of a feed, of what an entry answers. Two that begin alike stay two.
pub const ID: Limit = bytes("id", 4 * KIB, "kept as its beginning and its hash, with a warning");
/// A URL: of a page, a file, a picture, a person, a vocabulary.
pub const LINK: Limit = bytes("link", 4 * KIB, "dropped, with a warning");
/// What names something: a person, a category, where a link leads.
pub const NAME: Limit = bytes("name, category, label", KIB, "cut, with a warning");
/// An e-mail address.
pub const EMAIL: Limit = bytes("e-mail address", 320, "dropped, with a warning");
/// What one token of a protocol names: a media type, a relation.
pub const TOKEN: Limit = bytes("media type, relation", 256, "dropped, with a warning");
/// A language, as a tag or written out.
pub const LANGUAGE: Limit = bytes("language", 64, "dropped");
/// What a notice says of the copy that it amends: links, numbers, headlines.
pub const NOTICE_TARGETS: Limit = number("targets of a notice", 8, "the rest is left out");
/// Securities that an entry names.
pub const TICKERS: Limit = number("securities read from an entry", 32, "the rest is left out");
/// Parts of a text that are not its news.
pub const CUTS: Limit = number("parts of a text that are cut before it is compared", 64, "the rest stays in");
/// A statement of rights.
pub const RIGHTS: Limit = bytes("rights statement", 4 * KIB, "cut, with a warning");
/// A date as it was written.
pub const DATE: Limit = bytes("date as written", 256, "cut");
/// What an entry is filed under.
pub const CATEGORIES: Limit = number("categories of an entry", 64, "the rest is left out, with a warning");
/// Authors of an entry or a feed; as many contributors.
pub const PEOPLE: Limit = number("authors or contributors", 32, "the rest is left out, with a warning");
/// Links of an entry besides its page and files; those that are published again come first.
pub const LINKS: Limit = number("further links of an entry", 32, "the rest is left out, with a warning");
/// Files of an entry.
pub const ENCLOSURES: Limit = number("files of an entry", 64, "the rest is left out, with a warning");
/// What an entry answers or amends.
pub const REPLIES: Limit = number("entries that an entry replies to", 16, "the rest is left out, with a warning");
/// Elements of an entry's HTML within one another.
pub const HTML_DEPTH: Limit =
    levels("elements of a text within one another", 256, "deeper ones lose their tags and keep their text");
/// New entries that a source may bring in a day; a day begins at 00:00 UTC.
pub const ENTRIES_A_DAY: Limit = Limit {
    name: "new entries of a source a day",
    most: 20_000,
    unit: Unit::Count,
    beyond: "the newest are taken; the rest waits for the next day, and the source is `over`",
    setting: Some(Setting { key: "limits.entries_per_day", least: 1, most: 10_000_000 }),
};
/// Text of new entries, and of earlier versions that are kept.
pub const BYTES_A_DAY: Limit = Limit {
    name: "text of a source a day",
    most: 256 * MIB,
    unit: Unit::Bytes,
    beyond: "as with entries; of a text that changes, only the newest version is kept",
    setting: Some(Setting { key: "limits.bytes_per_day", least: 4 * MIB, most: 1024 * GIB }),
};
/// Warnings about a source's documents that are shown.
pub const WARNINGS_A_DAY: Limit = Limit {
    name: "warnings shown for a source in a day",
    most: 1_000,
    unit: Unit::Count,
    beyond: "the rest is not logged, which is said once; `status` shows the latest",
    setting: Some(Setting { key: "limits.warnings_per_day", least: 1, most: 10_000_000 }),
};
/// Warnings of its last document that a source keeps, for `status` and its page.
pub const WARNINGS_KEPT: Limit = number(
    "warnings kept of a source's last document",
    20,
    "the rest is not shown; what concerns the whole document comes first",
);
