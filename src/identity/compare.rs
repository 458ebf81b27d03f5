//! What an entry is to the known one that it was recognised as.

use std::time::Duration;

use crate::model::{Change, EDITION, Entry, Fingerprint, Known};

use super::fingerprint::{Reading, first_edition, is_untitled};
use super::matching::Listed;
use super::recognise::Verdict;

/// How far after its first sight an item may say that it was published: clocks
/// differ by minutes. A later date tells when the document was made (B62).
const CLOCKS_DIFFER: Duration = Duration::from_secs(600);

/// What two versions say of one thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Agreement {
    /// The same.
    Same,
    /// Different things.
    Different,
    /// One of them says nothing.
    Unknown,
}

/// Whether the dates of publication agree.
pub fn dates(listed: &Listed, known: &Known) -> Agreement {
    match (listed.print.said_at, known.print.said_at) {
        (Some(now), Some(before)) if now == before => Agreement::Same,
        (Some(_), Some(_)) => Agreement::Different,
        _ => Agreement::Unknown,
    }
}

/// Whether the texts agree to the letter.
pub fn texts(listed: &Listed, known: &Known) -> Agreement {
    match (listed.print.material, known.print.material) {
        _ if known.print.edition != EDITION => Agreement::Unknown,
        (0, 0) => Agreement::Unknown,
        (now, before) if now == before => Agreement::Same,
        _ => Agreement::Different,
    }
}

/// Whether date or text show that both are one.
pub fn date_or_text(listed: &Listed, known: &Known) -> bool {
    dates(listed, known) == Agreement::Same || texts(listed, known) == Agreement::Same
}

/// Whether an id now stands for another story: page and headline differ, and
/// neither date nor text says that they are one (check B55).
pub fn is_another(listed: &Listed, known: &Known) -> bool {
    let (now, before) = (&listed.print, &known.print);
    let moved = differ(now.path, before.path) && (before.page.is_none() || differ(now.page, before.page));
    moved && now.title != before.title && !date_or_text(listed, known)
}

fn differ(now: Option<i64>, before: Option<i64>) -> bool {
    matches!((now, before), (Some(now), Some(before)) if now != before)
}

/// Whether a headline has letters.
pub fn is_titled(print: &Fingerprint) -> bool {
    !is_untitled(print.title)
}

/// Whether the page alone has another address, all else being as it was.
pub fn is_adrift(now: &Fingerprint, before: &Fingerprint) -> bool {
    let rest = |p: &Fingerprint| (p.edition, p.title, p.material, p.said_at);
    differ(now.page, before.page) && rest(now) == rest(before)
}

/// What became of a known entry, and its fingerprint from now on. A date that is
/// not believed is put back in both.
pub fn verdict(entry: &mut Entry, reading: &Reading, known: &Known) -> (Verdict, Fingerprint) {
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

/// Whether another date of publication than before is a correction: nothing is
/// published after it was seen.
fn is_believed(now: &Fingerprint, known: &Known) -> bool {
    let Some(at) = now.said_at else { return false };
    known.print.said_at.is_none() || at <= known.first_seen_at.plus(CLOCKS_DIFFER)
}
