//! Lists of feeds to import: OPML.

use super::{Chapter, KIB, Limit, MIB, bytes, levels, number};

/// The chapter "A list of feeds".
pub(super) const LIST_CHAPTER: Chapter = Chapter {
    heading: "A list of feeds",
    limits: &[
        &LIST_BYTES,
        &LIST_FEEDS,
        &LIST_OUTLINES,
        &LIST_DEPTH,
        &LIST_FOLDERS,
        &LIST_NAMES,
        &LIST_TEXT,
        &LIST_REFUSED,
    ],
};

/// A file that is imported.
pub const LIST_BYTES: Limit = bytes("file to import", 64 * MIB, "refused");
/// Feeds of one list.
pub const LIST_FEEDS: Limit = number("addresses in a list", 10_000, "the rest is not read, with a warning");
/// Outlines of one list.
pub const LIST_OUTLINES: Limit = number("outlines in a list", 100_000, "the rest is not read, with a warning");
/// Folders within one another.
pub const LIST_DEPTH: Limit =
    levels("folders within one another", 64, "deeper ones are taken to lie in the last of these, with a warning");
/// Folders that name one address.
pub const LIST_FOLDERS: Limit = number("folders that hold the same address", 16, "the rest makes no tags");
/// Names of folders of all addresses together.
pub const LIST_NAMES: Limit = number("names of folders for all addresses together", 200_000, "the rest makes no tags");
/// The text of an attribute.
pub const LIST_TEXT: Limit = bytes("attribute of an outline", 16 * KIB, "cut");
/// Addresses told that are not http.
pub const LIST_REFUSED: Limit = number("addresses told that are not http or https", 20, "the rest is counted");
