//! Expressions: of the operator's feeds, and of anybody's search.

use super::limit::{Chapter, Limit, MIB, bytes, levels, number};

/// The chapter "A filter or search".
pub(super) const FILTER_CHAPTER: Chapter = Chapter {
    heading: "A filter or search",
    limits: &[
        &FILTER_PROBLEMS,
        &FILTER_DEPTH,
        &FILTER_SPELLINGS,
        &FILTER_REGEXES,
        &FILTER_REGEX_BYTES,
        &FILTER_NEAR,
        &PLACE_MENTIONS,
        &PLACES_NAMED,
        &PLACES_KEPT,
    ],
};

/// Problems of one expression that are reported.
pub const FILTER_PROBLEMS: Limit = number("problems reported for one expression", 50, "the rest is not reported");
/// Nested parts of an expression.
pub const FILTER_DEPTH: Limit = levels("parts of an expression within one another", 64, "refused");
/// Spellings that one term expands to.
pub const FILTER_SPELLINGS: Limit = number("spellings that one term expands to", 512, "refused");
/// Regular expressions of one expression.
pub const FILTER_REGEXES: Limit = number("regular expressions in one expression", 32, "refused");
/// A regular expression, compiled.
pub const FILTER_REGEX_BYTES: Limit = bytes("regular expression, compiled", MIB, "refused");
/// Places of each side of a NEAR that are compared.
pub const FILTER_NEAR: Limit =
    number("places of each side of a NEAR that are compared", 2_000, "the rest is not compared");
/// Names of places in the texts of one entry.
pub const PLACE_MENTIONS: Limit = number("names of places in one entry's texts", 2_000, "the rest is not read");
/// Mentions of places that are stored with an entry: so many, and what is read of a copy is
/// smaller than the copy.
pub const PLACES_KEPT: Limit = number("names of places that are kept of one entry", 200, "the rest is not kept");
/// Places named without doubt, which decide between namesakes.
pub const PLACES_NAMED: Limit =
    number("places of one entry that others of its places are compared with", 256, "the rest is not compared with");
