//! Lists of feeds to import: OPML.

use super::limit::{Chapter, KIB, Limit, MIB, bytes, levels, number};

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
        &XPATH_BYTES,
        &XPATH_PARTS,
    ],
};

/// A file that is imported.
pub const LIST_BYTES: Limit = bytes("file to import", 64 * MIB, "refused");
/// Feeds of one list.
pub const LIST_FEEDS: Limit = number("URLs in a list", 10_000, "the rest is not read, with a warning");
/// Outlines of one list.
pub const LIST_OUTLINES: Limit = number("outlines in a list", 100_000, "the rest is not read, with a warning");
/// Folders within one another.
pub const LIST_DEPTH: Limit =
    levels("folders within one another", 64, "deeper ones are taken to lie in the last of these, with a warning");
/// Folders that name one URL.
pub const LIST_FOLDERS: Limit = number("folders that hold the same URL", 16, "the rest makes no tags");
/// Names of folders of all URLs together.
pub const LIST_NAMES: Limit = number("names of folders for all URLs together", 200_000, "the rest makes no tags");
/// The text of an attribute.
pub const LIST_TEXT: Limit = bytes("attribute of an outline", 16 * KIB, "cut");
/// URLs reported that are not http.
pub const LIST_REFUSED: Limit = number("reported URLs that are not http or https", 20, "the rest is counted");
/// An expression of XPath by which another reader finds the entries of a page, or a part.
pub const XPATH_BYTES: Limit =
    bytes("XPath of another reader's page", 2_000, "the page is not taken, or the part left out, with the reason");
/// Steps, alternatives and conditions of such an expression.
pub const XPATH_PARTS: Limit = number(
    "steps, alternatives and conditions of an XPath",
    64,
    "the page is not taken, or the part left out, with the reason",
);
