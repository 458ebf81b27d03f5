//! The tables as TOML.

use toml::de::{DeTable, DeValue};

/// A file of tables that was built in: whatever is wrong with it is found by tests.
pub(super) fn parsed(text: &'static str) -> Vec<(String, DeValue<'static>)> {
    let table = DeTable::parse(text).map(toml::Spanned::into_inner).unwrap_or_default();
    table.into_iter().map(|(name, value)| (name.into_inner().into_owned(), value.into_inner())).collect()
}

/// The entries of a table.
pub(super) fn entries<'v>(value: &'v DeValue<'static>) -> impl Iterator<Item = (&'v str, &'v DeValue<'static>)> {
    let table = value.as_table();
    table.into_iter().flat_map(|table| table.iter().map(|(name, value)| (name.get_ref().as_ref(), value.get_ref())))
}

/// The values of an array.
pub(super) fn items<'v>(value: &'v DeValue<'static>) -> impl Iterator<Item = &'v DeValue<'static>> {
    value.as_array().into_iter().flat_map(|array| array.iter().map(toml::Spanned::get_ref))
}

/// The texts of an array.
pub(super) fn texts<'v>(value: &'v DeValue<'static>) -> impl Iterator<Item = &'v str> {
    items(value).filter_map(|item| item.as_str())
}
