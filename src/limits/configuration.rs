//! What an operator's files may hold: by accident they may be any file.

use super::limit::{Chapter, KIB, Limit, MIB, bytes, levels, number};

/// The chapter "A configuration".
pub(super) const CONFIGURATION_CHAPTER: Chapter = Chapter {
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
        &SOURCES_FILE,
        &SOURCES_LINE,
        &SOURCES_LIST,
        &SOURCES_PROBLEMS,
        &CONFIG_FEEDS,
        &CONFIG_LISTS,
        &CONFIG_TERMS,
    ],
};

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
/// Syntax errors in one TOML file above which it is taken for something else.
pub const CONFIG_SYNTAX: Limit = number("syntax errors of a TOML file", 1_000, "the file is refused as no TOML");
/// Problems of a configuration that are reported.
pub const CONFIG_PROBLEMS: Limit =
    number("problems reported for a configuration", 200, "reading ends, which is reported");
/// Patterns of `include`.
pub const CONFIG_PATTERNS: Limit = number("patterns of `include`", 256, "refused by name");
/// Files that patterns of `include` find.
pub const CONFIG_INCLUDED: Limit = number("included files", 4_096, "refused by name");
/// `[[source]]`
pub const CONFIG_SOURCES: Limit = number("sources", 2_000_000, "refused, with the place");
/// A file of `[[sources]]`, which is read line by line.
pub const SOURCES_FILE: Limit = bytes("file of `[[sources]]`", 1_024 * MIB, "refused by name");
/// A line of it.
pub const SOURCES_LINE: Limit = bytes("line of such a file", 64 * KIB, "refused, with its number");
/// A list of feeds in the place of such a file, which is read whole like one to import.
pub const SOURCES_LIST: Limit = bytes("list of feeds of `[[sources]]` (OPML)", 64 * MIB, "refused by name");
/// Problems of one such file that are reported.
pub const SOURCES_PROBLEMS: Limit = number("problems reported for such a file", 50, "the rest is counted");
/// `[[feed]]`
pub const CONFIG_FEEDS: Limit = number("feeds", 10_000, "refused, with the place");
/// `[lists.NAME]`
pub const CONFIG_LISTS: Limit = number("lists", 10_000, "refused, with the place");
/// Terms of all lists.
pub const CONFIG_TERMS: Limit = number("terms of all lists", 1_000_000, "refused, with the place");
