//! The built-in tables of `data/newswire/`, as they are read: once, when they are first used.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of words.
pub(super) type BuiltInTable = DeTable<'static>;

/// The table that `text` holds.
pub(super) fn parsed(text: &'static str) -> BuiltInTable {
    DeTable::parse(text).expect("the built-in tables are right: a test reads them").into_inner()
}

/// The entries of a table.
pub(super) fn entries(table: &BuiltInTable) -> impl Iterator<Item = (&str, &DeValue<'static>)> {
    table.iter().map(|(name, value)| (name.get_ref().as_ref(), value.get_ref()))
}

/// The entries of a value that is a table.
pub(super) fn fields<'t>(value: &'t DeValue<'static>) -> impl Iterator<Item = (&'t str, &'t DeValue<'static>)> {
    value.as_table().into_iter().flat_map(entries)
}

/// The table under this key, or an empty one.
pub(super) fn table<'t>(table: &'t BuiltInTable, key: &str) -> Option<&'t BuiltInTable> {
    table.get(key)?.get_ref().as_table()
}

/// The list under this key; empty where there is none.
pub(super) fn list<'t>(table: &'t BuiltInTable, key: &str) -> Vec<&'t DeValue<'static>> {
    table.get(key).map_or_else(Vec::new, |value| items(value.get_ref()))
}

/// The items of a list.
pub(super) fn items<'t>(value: &'t DeValue<'static>) -> Vec<&'t DeValue<'static>> {
    value.as_array().into_iter().flat_map(|array| array.iter()).map(Spanned::get_ref).collect()
}

/// The strings of a list.
pub(super) fn texts<'t>(value: &'t DeValue<'static>) -> impl Iterator<Item = &'t str> {
    items(value).into_iter().filter_map(DeValue::as_str)
}

/// The strings of the list under this key.
pub(super) fn strings<'t>(table: &'t BuiltInTable, key: &str) -> Vec<&'t str> {
    table.get(key).into_iter().flat_map(|value| texts(value.get_ref())).collect()
}

/// The whole number that a value is.
pub(super) fn number(value: &DeValue<'_>) -> Option<i32> {
    value.as_integer()?.as_str().parse().ok()
}
