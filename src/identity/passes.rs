//! The passes of recognition, strongest ties first (product §3.1). Each matches only
//! entries that no stronger pass has matched, and only where nothing else fits.

use crate::clock::Timestamp;
use crate::model::{EDITION, Fingerprint, Known};

use super::compare::{Agreement, is_titled};
use super::listed::{ListedEntry, has_time_of_day};
use super::matching::{Among, Matching, Tie};

/// Whether the ids of a source stay with their items.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum IdHabit {
    /// They do, as far as is known.
    Stable,
    /// They changed in [`UNSTABLE`](super::recognise::UNSTABLE) documents in a row.
    Unstable,
}

/// What the dates of items without id and link stand for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Dates {
    /// When the document was made: it dates all items anew each time.
    OfTheDocument,
    /// When each item was published, or when the document was made: not known.
    Unproved,
}

/// Finds the known entry of each entry.
pub fn passes(m: &mut Matching<'_>, ids: IdHabit, dates: Dates) {
    // Unchanged, date included.
    m.in_order(Tie::Id, |p| {
        let says = p.id.is_some() || p.page.is_some() || is_titled(p) || p.material != 0;
        now(p).filter(|_| says).map(|p| (p.id, p.page, p.title, p.material, p.said_at))
    });
    let is_dated = m.listed.iter().zip(&m.found).any(|(l, found)| found.is_some() && is_bare(&l.print));
    by_id(m);
    by_page(m, ids);
    by_content(m);
    by_headline(m, dates, is_dated);
}

fn any(_: &Matching<'_>, _: &Known) -> bool {
    true
}

fn yes(_: &Matching<'_>, _: &ListedEntry, _: &Known) -> bool {
    true
}

fn now(p: &Fingerprint) -> Option<Fingerprint> {
    (p.edition == EDITION).then_some(*p)
}

fn is_bare(p: &Fingerprint) -> bool {
    p.id.is_none() && p.page.is_none()
}

/// With a headline and a text.
fn whole(p: &Fingerprint) -> Option<Fingerprint> {
    now(p).filter(|p| is_titled(p) && p.material != 0)
}

/// With a headline or a text.
fn telling(p: &Fingerprint) -> Option<Fingerprint> {
    now(p).filter(|p| is_titled(p) || p.material != 0)
}

/// By id, and by content where several entries share the id.
fn by_id(m: &mut Matching<'_>) {
    // Unchanged, except for the date.
    let named = |p: &Fingerprint| now(p).filter(|p| p.id.is_some() || p.page.is_some());
    m.unique(Tie::Id, Among::All, |p| named(p).map(|p| (p.id, p.page, p.title, p.material)), any, yes);
    // Entries stored by an earlier version are known only by their key.
    let stale = |k: &Known| k.print.edition != EDITION;
    m.by_key(|_, l, k| stale(k) && l.print.title == k.print.title);
    m.by_key(|m, l, k| stale(k) && !m.is_another(l, k));
    // Its own id with its text or its headline.
    let by_text = |p: &Fingerprint| p.id.filter(|_| p.material != 0).map(|id| (id, p.material));
    m.unique(Tie::Id, Among::All, by_text, any, |m, l, k| !m.is_another(l, k));
    let by_title = |p: &Fingerprint| p.id.filter(|_| is_titled(p)).map(|id| (id, p.title));
    m.unique(Tie::Id, Among::All, by_title, any, |m, l, k| m.has_own_title(l) || !m.contradict(l, k));
    // Ids and pages that number positions belong to other items by now: headline, text and
    // date take precedence over a URL alone.
    let dated_whole = |p: &Fingerprint| whole(p)?.said_at.map(|at| (p.title, p.material, at));
    let passed_on = |m: &Matching<'_>, k: &Known| match (k.print.id, k.print.page) {
        (Some(_), Some(_)) => m.id_is_listed(k),
        (None, Some(_)) => m.page_is_listed(k),
        _ => true,
    };
    m.unique(Tie::Link, Among::All, dated_whole, passed_on, yes);
    let words = |p: &Fingerprint| whole(p).map(|p| (p.title, p.material));
    m.unique(Tie::Link, Among::All, words, passed_on, |m, l, k| match k.print.id {
        Some(_) => m.id_is_listed(k) && m.id_is_known(l),
        None => !l.has_id && m.page_is_known(l) && m.page_is_listed(k) && m.is_worded(l),
    });
    m.look_for_places();
    // Its own id with its page; its id alone.
    m.unique(Tie::Id, Among::All, |p| p.id.zip(p.page), any, |m, l, k| !m.is_another(l, k));
    m.unique(Tie::Id, Among::All, |p| p.id, any, |m, l, k| !m.is_another(l, k));
}

/// By page, and by content where several entries share the page.
fn by_page(m: &mut Matching<'_>, ids: IdHabit) {
    let page = |p: &Fingerprint| p.page.filter(|_| is_titled(p)).map(|page| (page, p.title));
    m.unique(Tie::Link, Among::All, page, any, |m, l, k| is_same_item(m, l, k, ids));
    m.unique(Tie::Link, Among::Left, page, any, |m, l, k| m.date_or_text(l, k));
    m.unique(Tie::Link, Among::All, |p| p.page, any, |m, l, k| is_edit(m, l, k, ids));
    stored_links(m, ids);
    // Two of headline, text and date agree, on a shared page or without one.
    let alike = |_: &Matching<'_>, l: &ListedEntry, k: &Known| l.print.id.is_some() == k.print.id.is_some();
    m.unique(Tie::Link, Among::Left, |p| text_kept(p).map(|kept| (p.page, kept)), any, alike);
    m.unique(Tie::Link, Among::Left, |p| title_kept(p).map(|kept| (p.page, kept)), any, alike);
    // The date agrees to the second, under a shared URL.
    let date_kept = |p: &Fingerprint| clocked(p).filter(|p| p.page.is_some()).map(|p| (p.id, p.page, p.said_at));
    m.unique(Tie::Link, Among::Left, date_kept, any, |m, l, k| m.dates(l, k) == Agreement::Same);
}

fn clocked(p: &Fingerprint) -> Option<Fingerprint> {
    now(p).filter(|p| p.said_at.is_some_and(has_time_of_day))
}

fn text_kept(p: &Fingerprint) -> Option<(Option<Timestamp>, i64)> {
    clocked(p).filter(|p| p.material != 0).map(|p| (p.said_at, p.material))
}

fn title_kept(p: &Fingerprint) -> Option<(Option<Timestamp>, i64)> {
    clocked(p).filter(is_titled).map(|p| (p.said_at, p.title))
}

/// By content alone, if the known entry's URL is gone from the document.
fn by_content(m: &mut Matching<'_>) {
    let gone = Matching::page_is_gone;
    let place = |p: &Fingerprint| p.path.filter(|_| is_titled(p)).map(|path| (path, p.title));
    m.unique(Tie::Place, Among::Left, place, gone, |m, l, k| match m.texts(l, k) {
        Agreement::Same => true,
        Agreement::Unknown => m.dates(l, k) != Agreement::Different,
        Agreement::Different => m.dates(l, k) == Agreement::Same,
    });
    // Text or headline agree to the letter, and the date to the second.
    m.unique(Tie::Content, Among::Left, text_kept, gone, |m, l, _| m.has_own_text(l));
    m.unique(Tie::Content, Among::Left, title_kept, gone, |m, l, k| m.dates(l, k) == Agreement::Same);
    // All three agree. If nothing at all was recognised, the site was rebuilt: then words
    // that no other item has are enough.
    let rebuilt = m.recognised() == 0 && m.listed.len() >= REBUILT;
    let says = |m: &Matching<'_>, l: &ListedEntry| m.is_worded(l) || (rebuilt && m.has_own_text(l));
    m.as_many(Tie::Content, |p| telling(p)?.said_at.map(|at| (p.title, p.material, at)), gone, says);
    let undated = |p: &Fingerprint| whole(p).filter(|p| p.said_at.is_none()).map(|p| (p.title, p.material));
    m.as_many(Tie::Content, undated, gone, says);
}

/// Only if a document lists at least this many items can their words alone show that it is
/// the previous one, rebuilt: a few standing notices may be new each week in the same
/// words.
const REBUILT: usize = 3;

/// By headline, for entries with neither id nor page; `is_dated` if such entries were
/// recognised by their dates.
fn by_headline(m: &mut Matching<'_>, dates: Dates, is_dated: bool) {
    // Headline and date identify an entry whose text was edited.
    let bare = |p: &Fingerprint| now(p).filter(|p| is_bare(p) && is_titled(p));
    m.unique(Tie::Id, Among::All, |p| bare(p)?.said_at.map(|at| (p.title, at)), any, yes);
    if is_dated {
        return;
    }
    // If no entry was recognised by its date, the dates are those of the document's making.
    let several = m.listed.len() > 1;
    let sure = |p: &Fingerprint| several || p.material != 0;
    let of = |p: &Fingerprint| telling(p).filter(|p| is_bare(p) && sure(p)).map(|p| (p.title, p.material));
    match dates {
        Dates::OfTheDocument => m.in_order(Tie::Id, of),
        Dates::Unproved => m.unique(Tie::Id, Among::All, of, any, yes),
    }
}

/// Whether two items with the same page and headline are one. A recurring notice has a new
/// id, date and text.
fn is_same_item(m: &Matching<'_>, l: &ListedEntry, k: &Known, ids: IdHabit) -> bool {
    if !l.has_id || k.print.id.is_none() || ids == IdHabit::Unstable {
        return !m.contradict(l, k);
    }
    let silent = (m.dates(l, k), m.texts(l, k)) == (Agreement::Unknown, Agreement::Unknown);
    m.date_or_text(l, k) || silent
}

/// Whether an item on the same page is an edit of the known one, with another headline, or
/// any headline if the page is its own.
fn is_edit(m: &Matching<'_>, l: &ListedEntry, k: &Known, ids: IdHabit) -> bool {
    match ids {
        _ if m.date_or_text(l, k) => true,
        // Only its page identifies it (product §3.1).
        _ if !l.has_id => !m.is_elsewhere(l, k),
        _ if m.has_own_page(&l.print) && m.is_positional(l, k) => true,
        _ if m.listed.len() > 1 && m.is_counted(l, k) => !m.contradict(l, k),
        IdHabit::Unstable => !m.contradict(l, k),
        IdHabit::Stable => false,
    }
}

/// Entries stored by an earlier version, by their canonical link.
fn stored_links(m: &mut Matching<'_>, ids: IdHabit) {
    if m.known.iter().all(|k| k.print.edition == EDITION) {
        return;
    }
    let stale = |_: &Matching<'_>, k: &Known| k.print.edition != EDITION;
    m.unique(Tie::Link, Among::All, |p| p.link.map(|link| (link, p.title)), stale, |_, _, _| true);
    m.unique(Tie::Link, Among::All, |p| p.link, stale, |_, l, _| !l.has_id || ids == IdHabit::Unstable);
}
