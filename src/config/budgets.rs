//! `[limits]` and a source's own `limits`: what a source may bring a day.

use super::defaults;
use super::reader::{Table, Value};
use super::report::Report;
use super::values;
use crate::schedule::{Budget, First};

/// Reads `[limits]`, or a source's own over the desk's.
pub(super) fn read(table: Option<Table<'_>>, above: Budget, report: &mut Report) -> Budget {
    let mut budget = above;
    let Some(mut table) = table else { return budget };
    let usual = Budget::default();
    let number = |value: &Value<'_>, usual, report: &mut Report| value.number(defaults::PER_DAY_BOUNDS, usual, report);
    if let Some(entries) = table.value("entries_per_day").and_then(|value| number(&value, usual.entries, report)) {
        (budget.entries, budget.first) = (entries, First::Bound);
    }
    let size = |text: &str| values::size(text, &defaults::BYTES_PER_DAY_BOUNDS);
    if let Some(bytes) = table.read("bytes_per_day", "\"256 MiB\"", report, size) {
        budget.bytes = bytes;
    }
    if let Some(warnings) = table.value("warnings_per_day").and_then(|value| number(&value, usual.warnings, report)) {
        budget.warnings = warnings;
    }
    table.finish(&[], report);
    budget
}
