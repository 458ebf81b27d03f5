//! Warnings about a document: as a whole, and about its entries.

use crate::clock::{Timestamp, span};
use crate::limits::WARNINGS_KEPT;
use crate::model::{Carrier, Format, Parsed, Warning, WarningKind, masked};
use crate::plan::decide::AllTooOld;
use crate::plan::{Plan, PlannedSource};
use crate::schedule::unusable;

use super::window::another_publication;
use super::{Memory, OpenedDocument};

/// All warnings about a document, those from before first. Warnings about the whole come before
/// repairs of single entries, of which there may be many.
pub fn told(
    document: &OpenedDocument,
    mut all: Vec<Warning>,
    memory: &Memory,
    polled: &PlannedSource,
    plan: &Plan,
) -> Vec<String> {
    let parsed = &document.parsed;
    all.extend(too_old(parsed, memory, polled, plan));
    let hint = |text: &str| Warning { kind: WarningKind::Hint, text: text.to_owned(), entry: None };
    all.extend(unusable(&parsed.hints).map(hint));
    let (whole, single): (Vec<_>, Vec<_>) = parsed.warnings.iter().partition(|warning| warning.entry.is_none());
    let all = all.iter().chain(whole).chain(single);
    all.map(|w| format!("{}: {}", w.kind.as_str(), masked(&w.text))).take(WARNINGS_KEPT.count()).collect()
}

/// The warning about a document that may have lost news.
pub fn lost(parsed: &Parsed, before: &Carrier) -> impl Iterator<Item = Warning> + use<> {
    let text = "no entry of the document before is left; news may have been lost between the two polls";
    let lost = Warning { kind: WarningKind::Gap, text: text.to_owned(), entry: None };
    [Some(lost), another_publication(parsed, before)].into_iter().flatten()
}

/// How the warning about a page begins whose feeds stay empty because of its dates.
const ALL_OLD: &str = "all entries of this page are dated before the backfill of its feeds";

/// The warning about a page whose entries are all older than what its feeds take at first
/// sight. The feeds stay empty, perhaps because dates are read wrongly. It is shown for as long
/// as that is so.
fn too_old(parsed: &Parsed, memory: &Memory, polled: &PlannedSource, plan: &Plan) -> Option<Warning> {
    let told = || memory.state.warnings.iter().any(|warning| warning.contains(ALL_OLD));
    if parsed.format != Format::Page || !memory.state.is_first() && !told() {
        return None;
    }
    let AllTooOld { backfill, newest } = plan.all_too_old(&parsed.entries, &polled.configured.source, memory.now)?;
    let (backfill, newest) = (span(backfill), Timestamp::rfc3339(newest));
    let text = format!(
        "{ALL_OLD} ({backfill}), the newest {newest}: none is published; see whether its dates are read rightly"
    );
    Some(Warning { kind: WarningKind::Page, text, entry: None })
}
