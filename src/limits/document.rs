//! What a feed or sitemap holds.

use super::limit::{Chapter, KIB, Limit, MIB, bytes, levels, number};

/// The chapter "A document".
pub(super) const DOCUMENT_CHAPTER: Chapter = Chapter {
    heading: "A document",
    limits: &[
        &MARKUP_DEPTH,
        &ATTRIBUTES,
        &NAMESPACES,
        &ENTITIES,
        &ENTITY_BYTES,
        &ENTRIES,
        &KEPT,
        &MAPS,
        &HUBS,
        &WARNINGS,
        &ENTITY_HEAD,
        &ENTITY_VALUE,
        &BEFORE_ROOT,
        &JSON_DEPTH,
        &MAPS_A_POLL,
        &MAPS_KEPT,
        &ARCHIVE_PAGES,
        &ARCHIVE_BACKLOG,
        &ARCHIVE_ENTRIES,
    ],
};

/// Elements of a document within one another.
pub const MARKUP_DEPTH: Limit = levels("elements within one another", 128, "the poll fails: over the limit");
/// Attributes of one tag of a document.
pub const ATTRIBUTES: Limit = number("attributes of a tag", 256, "the poll fails: over the limit");
/// Namespaces that are bound to prefixes at one place of a document.
pub const NAMESPACES: Limit = number("namespaces in force", 128, "of the rest, each prefix means what it usually does");
/// Entities that a document declares for itself.
pub const ENTITIES: Limit = number("entities that a document declares", 256, "the rest stays as written, `&name;`");
/// How much longer a document's own entities may make it.
pub const ENTITY_BYTES: Limit = bytes(
    "text added by the entities that a document declares",
    256 * KIB,
    "the rest stays as written, `&name;`, with a warning",
);
/// Entries of a document.
pub const ENTRIES: Limit = number("entries of a document", 100_000, "the oldest are left out, with a warning");
/// Bytes of all fields of a document's entries.
pub const KEPT: Limit =
    bytes("all entries of a document together, as kept", 64 * MIB, "the oldest are left out, with a warning");
/// Sitemaps that an index names.
pub const MAPS: Limit = number("sitemaps of an index", 50_000, "those that changed first are left out, with a warning");
/// WebSub hubs of a feed.
pub const HUBS: Limit = number("hubs of a feed", 8, "the rest is left out, with a warning");
/// Warnings about one document, besides those that are counted.
pub const WARNINGS: Limit = number("warnings about a document", 100, "the rest is counted: `N further warnings`");
/// How far from its beginning a document may declare entities.
pub const ENTITY_HEAD: Limit =
    bytes("beginning of a document in which entities are declared", 64 * KIB, "later declarations are not read");
/// The value of an entity that a document declares.
pub const ENTITY_VALUE: Limit =
    bytes("value of an entity that a document declares", 4 * KIB, "the entity stays as written, `&name;`");
/// Elements before the one that tells a feed.
pub const BEFORE_ROOT: Limit =
    number("elements before the root element of a feed", 64, "the poll fails: it is no feed");
/// Nested values of a JSON document that has to be repaired.
pub const JSON_DEPTH: Limit =
    levels("values within one another of a JSON document that has to be mended", 100, "the poll fails: over the limit");
/// Sitemaps that one poll of an index requests.
pub const MAPS_A_POLL: Limit =
    number("sitemaps of an index requested in one poll", 10, "the rest waits for the next poll");
/// Sitemaps of an index that are remembered.
pub const MAPS_KEPT: Limit = number("sitemaps of an index remembered", 1_000, "the rest is requested whole");
/// Older pages with new entries that one poll requests.
pub const ARCHIVE_PAGES: Limit = number(
    "older pages of a feed, with new entries, read at one poll",
    10,
    "the rest waits for an hour, with a warning",
);
/// Older pages that are requested in a row: in one poll, including those that bring nothing
/// new; after one gap, only those that do.
pub const ARCHIVE_BACKLOG: Limit = number(
    "older pages of a feed requested in one poll, or read hour by hour after one gap",
    100,
    "the rest is not requested, with a warning; what a budget of the day holds back is",
);
/// Entries in memory after which no older page of a feed is requested.
pub const ARCHIVE_ENTRIES: Limit = number(
    "entries in memory after which no older page of a feed is requested",
    20_000,
    "the rest waits for an hour, with a warning",
);
