//! Compares an entry with the known one that it was recognised as.

use std::time::Duration;

use crate::model::{Change, EDITION, Entry, Fingerprint, Known};

use super::fingerprint::{EntryReading, first_edition, is_untitled};
use super::verdict::Verdict;

/// How long after it was first seen an item may claim to have been published, as clocks
/// differ by minutes. A later date is that of the document's making (B62).
const CLOCKS_DIFFER: Duration = Duration::from_secs(600);

/// Whether two versions agree on something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Agreement {
    /// The same.
    Same,
    /// They differ.
    Different,
    /// One of them does not say.
    Unknown,
}

/// Whether both are present and differ.
pub fn differ(now: Option<i64>, before: Option<i64>) -> bool {
    matches!((now, before), (Some(now), Some(before)) if now != before)
}

/// Whether a headline has letters.
pub fn is_titled(print: &Fingerprint) -> bool {
    !is_untitled(print.title)
}

/// Whether only the page's URL has changed.
pub fn is_adrift(now: &Fingerprint, before: &Fingerprint) -> bool {
    let rest = |p: &Fingerprint| (p.edition, p.title, p.material, p.said_at);
    differ(now.page, before.page) && rest(now) == rest(before)
}

/// The verdict on a known entry, and its fingerprint from now on. If a new date is not
/// believed, both keep the old one.
pub fn verdict(entry: &mut Entry, reading: &EntryReading, known: &Known) -> (Verdict, Fingerprint) {
    let (id, mut now, before) = (known.entry, reading.print, &known.print);
    if before.edition != EDITION {
        let (material, form) = first_edition(entry, &reading.texts);
        let verdict = match () {
            () if material != before.material => Verdict::Revised(id, Change::Material),
            () if form != before.form => Verdict::Revised(id, Change::Cosmetic),
            () => Verdict::Rekeyed(id),
        };
        return (verdict, now);
    }
    let dated = now.said_at != before.said_at && is_believed(&now, known);
    if !dated {
        now.said_at = before.said_at;
        entry.published = before.said_at;
    }
    let news = |print: &Fingerprint| (print.title, print.material, print.labels);
    let names = |print: &Fingerprint| (print.id, print.page, print.path);
    let verdict = match () {
        () if news(&now) != news(before) => Verdict::Revised(id, Change::Material),
        () if now.form != before.form => Verdict::Revised(id, Change::Cosmetic),
        () if dated || now.rest != before.rest => Verdict::Followed(id),
        () if entry.key != known.key || names(&now) != names(before) => Verdict::Rekeyed(id),
        () => Verdict::Same(id),
    };
    (verdict, now)
}

/// Whether a changed date of publication is a correction: nothing is published after it was
/// seen.
fn is_believed(now: &Fingerprint, known: &Known) -> bool {
    let Some(at) = now.said_at else { return false };
    known.print.said_at.is_none() || at <= known.first_seen_at.plus(CLOCKS_DIFFER)
}
