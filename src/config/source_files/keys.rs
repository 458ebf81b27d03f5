//! The keys of a line, and how its values become a table.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::reading::report::Complaint;

/// Keys that a line may have.
pub const KEYS: [&str; 13] = [
    "id",
    "url",
    "kind",
    "title",
    "schedule",
    "timezone",
    "language",
    "wire",
    "country",
    "tags",
    "republish",
    "full_text",
    "link_template",
];

/// What of a line is wrong.
pub type Misread = (Range<usize>, Complaint);

/// Puts a value and where it stands into a table.
pub fn insert<'d>(table: &mut DeTable<'d>, key: &'static str, span: &Range<usize>, value: DeValue<'d>) {
    table.insert(Spanned::new(span.clone(), key.into()), Spanned::new(span.clone(), value));
}
