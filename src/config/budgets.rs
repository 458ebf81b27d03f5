//! `[limits]` and a source's own `limits`: how much a source may bring in a day.

use super::reading::reader::Value;
use super::reading::report::Report;
use super::values;
use crate::limits::{BYTES_A_DAY, ENTRIES_A_DAY, Limit, WARNINGS_A_DAY};
use crate::schedule::{Budget, FirstDocument};

/// `limits` as the table of the main file, for a hint.
pub(super) const OF_THE_DESK: &str = "[limits] on a line of its own, and below it entries_per_day = 20000";
/// `limits` as one source has it, for a hint.
pub(super) const OF_A_SOURCE: &str = "limits = { entries_per_day = 20000 }";

/// Reads `[limits]`, or a source's own over the desk's; `example` shows which.
pub(super) fn read(value: Option<Value<'_>>, example: &str, above: Budget, report: &mut Report) -> Budget {
    let mut budget = above;
    let Some(mut table) = value.and_then(|value| value.table(example, report)) else { return budget };
    if let Some(entries) = table.value("entries_per_day").and_then(|value| number(&value, &ENTRIES_A_DAY, report)) {
        (budget.entries, budget.first) = (entries, FirstDocument::Bound);
    }
    let bytes = table.read("bytes_per_day", "\"256 MiB\"", report, |text| values::size_of(text, &BYTES_A_DAY));
    budget.bytes = bytes.unwrap_or(budget.bytes);
    if let Some(warnings) = table.value("warnings_per_day").and_then(|value| number(&value, &WARNINGS_A_DAY, report)) {
        budget.warnings = warnings;
    }
    table.finish(&[], report);
    budget
}

fn number(value: &Value<'_>, limit: &Limit, report: &mut Report) -> Option<u64> {
    let setting = limit.setting.as_ref().expect("what a source brings a day can be set");
    value.number(setting.range(), limit.most, report)
}
