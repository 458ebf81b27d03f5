//! Which known entry each entry of a document is: in passes, strongest ties first.

use std::collections::{HashMap, HashSet};

use crate::model::keys::alternative_keys;
use crate::model::{Asked, Change, EDITION, Entry, EntryId, EntryKey, Fingerprint, Known, Warning, WarningKind};

use super::compare::{self, Agreement, is_titled};
use super::fingerprint::Reading;
use super::matching::{Among, Listed, Matching, Tie, has_time_of_day};
use super::rekey;

/// After so many documents in a row with changed ids, links identify (B54).
pub const UNSTABLE: u32 = 3;

/// What an entry of a document is to what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not known before.
    New,
    /// Known, and changed.
    Revised(EntryId, Change),
    /// Known; something changed that makes no revision but is published: a file,
    /// a further link, a date that was put right.
    Followed(EntryId),
    /// Known by another key or link, its content the same.
    Rekeyed(EntryId),
    /// As it was.
    Same(EntryId),
}

/// All that a document's entries turned out to be.
#[derive(Debug)]
pub struct Recognised {
    /// A verdict for each entry, in document order.
    pub verdicts: Vec<Verdict>,
    /// The fingerprint of each from now on.
    pub prints: Vec<Fingerprint>,
    /// What was odd.
    pub warnings: Vec<Warning>,
    /// Whether most known entries came under ids not seen before.
    pub ids_changed: bool,
    /// Known entries that must let go of their keys before others take them.
    pub released: Vec<EntryId>,
    /// Entries whose address is another while all else is as it was, by their
    /// position in the document: what changes in it may tell nothing.
    pub adrift: Vec<(usize, EntryId)>,
}

/// What to ask the store about `entries`.
pub fn questions(entries: &[Entry], readings: &[Reading]) -> Vec<Asked> {
    let ask = |(entry, reading): (&Entry, &Reading)| Asked {
        keys: alternative_keys(entry),
        link: reading.print.link,
        page: reading.print.page,
        title: reading.print.title,
    };
    entries.iter().zip(readings).map(ask).collect()
}

/// Recognises the entries of one document. `unstable_ids` tells how many
/// documents in a row changed their ids. Entries get their final keys; a date
/// that is not believed is put back.
pub fn recognise(entries: &mut [Entry], readings: &[Reading], known: &[Known], unstable_ids: u32) -> Recognised {
    // Keys matter for what an earlier version stored; all else has its hashes.
    let by_key = known.iter().any(|k| k.print.edition != EDITION);
    let listed = |(entry, reading): (&Entry, &Reading)| Listed {
        print: reading.print,
        keys: if by_key { alternative_keys(entry) } else { Vec::new() },
        has_id: entry.id.is_some(),
    };
    let listed: Vec<Listed> = entries.iter().zip(readings).map(listed).collect();
    let mut matching = Matching::new(&listed, known);
    let ids = if unstable_ids >= UNSTABLE { Ids::Unstable } else { Ids::Stable };
    passes(&mut matching, ids);
    let found: Vec<Option<usize>> = matching.found.iter().map(|found| found.map(|(k, _)| k)).collect();
    let (mut warnings, mut adrift, mut kept, mut changed) = (Vec::new(), Vec::new(), 0_usize, 0_usize);
    let known_ids: HashSet<i64> = known.iter().filter_map(|k| k.print.id).collect();
    let known_keys: HashSet<EntryKey> = known.iter().map(|k| k.key).collect();
    let mut times: HashMap<i64, usize> = HashMap::new();
    listed.iter().filter_map(|l| l.print.id).for_each(|id| *times.entry(id).or_default() += 1);
    for (at, found) in matching.found.iter().enumerate() {
        let met = |id| times[&id] == 1 && (known_ids.contains(&id) || known_keys.contains(&entries[at].key));
        match found {
            None if listed[at].print.id.is_some_and(met) => warnings.push(reused_id(&entries[at], at)),
            None => {}
            Some((k, tie)) => {
                let by_id = if *tie == Tie::Id { &mut kept } else { &mut changed };
                *by_id += usize::from(listed[at].has_id);
                if *tie == Tie::Content || compare::is_adrift(&listed[at].print, &known[*k].print) {
                    adrift.push((at, known[*k].entry));
                }
            }
        }
    }
    let released = rekey::settle(entries, &found, known);
    let verdicts = entries.iter_mut().zip(readings).zip(&found).map(|((entry, reading), found)| match found {
        Some(k) => compare::verdict(entry, reading, &known[*k]),
        None => (Verdict::New, reading.print),
    });
    let (verdicts, prints) = verdicts.unzip();
    Recognised { verdicts, prints, warnings, ids_changed: changed > kept, released, adrift }
}

/// Each pass pairs what no stronger one has paired.
fn passes(m: &mut Matching<'_>, ids: Ids) {
    let any = |_: &Matching<'_>, _: &Known| true;
    let yes = |_: &Matching<'_>, _: &Listed, _: &Known| true;
    let now = |p: &Fingerprint| (p.edition == EDITION).then_some(*p);
    let telling = |p: &Fingerprint| now(p).filter(|p| is_titled(p) || p.material != 0);
    // As it was, to the date.
    m.in_order(Tie::Id, |p| {
        let says = p.id.is_some() || p.page.is_some() || is_titled(p) || p.material != 0;
        now(p).filter(|_| says).map(|p| (p.id, p.page, p.title, p.material, p.said_at))
    });
    let is_bare = |p: &Fingerprint| p.id.is_none() && p.page.is_none();
    let dated = m.listed.iter().zip(&m.found).any(|(l, found)| found.is_some() && is_bare(&l.print));
    // As it was, but for the date.
    let named = |p: &Fingerprint| now(p).filter(|p| p.id.is_some() || p.page.is_some());
    m.unique(Tie::Id, Among::All, |p| named(p).map(|p| (p.id, p.page, p.title, p.material)), any, yes);
    // What an earlier version stored is known by its key alone.
    let stale = |k: &Known| k.print.edition != EDITION;
    m.by_key(|_, l, k| stale(k) && l.print.title == k.print.title);
    m.by_key(|m, l, k| stale(k) && !m.is_another(l, k));
    // Its own id with its text or its headline.
    let by_text = |p: &Fingerprint| p.id.filter(|_| p.material != 0).map(|id| (id, p.material));
    m.unique(Tie::Id, Among::All, by_text, any, |m, l, k| !m.is_another(l, k));
    let by_title = |p: &Fingerprint| p.id.filter(|_| is_titled(p)).map(|id| (id, p.title));
    m.unique(Tie::Id, Among::All, by_title, any, |m, l, k| m.has_own_title(l) || !m.contradict(l, k));
    // Ids that are numbered by position are others' by now: headline, text and date
    // go before an id alone.
    let whole = |p: &Fingerprint| now(p).filter(|p| is_titled(p) && p.material != 0);
    let dated_whole = |p: &Fingerprint| whole(p)?.said_at.map(|at| (p.title, p.material, at));
    m.unique(Tie::Link, Among::All, dated_whole, |m, k| m.id_is_listed(k) || k.print.page.is_none(), yes);
    m.unique(
        Tie::Link,
        Among::All,
        |p| whole(p).map(|p| (p.title, p.material)),
        Matching::id_is_listed,
        |m, l, _| m.id_is_known(l),
    );
    // Its own id with its page; its id alone.
    m.unique(Tie::Id, Among::All, |p| p.id.zip(p.page), any, |m, l, k| !m.is_another(l, k));
    m.unique(Tie::Id, Among::All, |p| p.id, any, |m, l, k| !m.is_another(l, k));
    // Its page and headline, and its page alone.
    let page = |p: &Fingerprint| p.page.filter(|_| is_titled(p)).map(|page| (page, p.title));
    m.unique(Tie::Link, Among::All, page, any, |m, l, k| is_same_item(m, l, k, ids));
    m.unique(Tie::Link, Among::Left, page, any, |m, l, k| m.date_or_text(l, k));
    m.unique(Tie::Link, Among::All, |p| p.page, any, |m, l, k| is_edit(m, l, k, ids));
    stored_links(m, ids);
    // Two of headline, text and date, on a page that others have too, or on none.
    let clocked = |p: &Fingerprint| now(p)?.said_at.filter(|at| has_time_of_day(*at));
    let text_kept = |p: &Fingerprint| clocked(p).filter(|_| p.material != 0).map(|at| (at, p.material));
    let title_kept = |p: &Fingerprint| clocked(p).filter(|_| is_titled(p)).map(|at| (at, p.title));
    let alike = |_: &Matching<'_>, l: &Listed, k: &Known| l.print.id.is_some() == k.print.id.is_some();
    m.unique(Tie::Link, Among::Left, |p| text_kept(p).map(|kept| (p.page, kept)), any, alike);
    m.unique(Tie::Link, Among::Left, |p| title_kept(p).map(|kept| (p.page, kept)), any, alike);
    // Nothing of its address, where that address is gone from the document.
    let gone = |m: &Matching<'_>, k: &Known| !m.page_is_listed(k);
    let place = |p: &Fingerprint| p.path.filter(|_| is_titled(p)).map(|path| (path, p.title));
    m.unique(Tie::Place, Among::Left, place, gone, |m, l, k| match m.texts(l, k) {
        Agreement::Same => true,
        Agreement::Unknown => m.dates(l, k) != Agreement::Different,
        Agreement::Different => m.dates(l, k) == Agreement::Same,
    });
    // Its text to the letter and its date to the second, under another headline.
    m.unique(Tie::Content, Among::Left, text_kept, gone, |m, l, k| m.texts(l, k) == Agreement::Same);
    let content = |p: &Fingerprint| telling(p).filter(|p| p.said_at.is_some());
    m.unique(Tie::Content, Among::Left, |p| content(p).map(|p| (p.title, p.material, p.said_at)), gone, yes);
    if m.recognised() == 0 {
        // A site built anew, without dates.
        let undated = |p: &Fingerprint| whole(p).filter(|p| p.said_at.is_none());
        m.unique(Tie::Content, Among::All, |p| undated(p).map(|p| (p.title, p.material)), gone, yes);
    }
    // Neither id nor page: headline and date name an entry whose text is edited.
    let bare = |p: &Fingerprint| now(p).filter(|p| is_bare(p) && is_titled(p));
    m.unique(Tie::Id, Among::All, |p| bare(p)?.said_at.map(|at| (p.title, at)), any, yes);
    // If no entry is known by its date, the dates are those of the document.
    let several = m.listed.len() > 1;
    if !dated {
        let sure = |p: &Fingerprint| several || p.material != 0;
        let of = |p: &Fingerprint| telling(p).filter(|p| is_bare(p) && sure(p)).map(|p| (p.title, p.material));
        m.unique(Tie::Id, Among::All, of, any, yes);
    }
}

/// Whether the ids of a source stay with their items.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ids {
    /// As far as is known.
    Stable,
    /// They changed in [`UNSTABLE`] documents in a row.
    Unstable,
}

/// Whether two items of one page and headline are one. A recurring notice has
/// another id, date and text.
fn is_same_item(m: &Matching<'_>, l: &Listed, k: &Known, ids: Ids) -> bool {
    if !l.has_id || k.print.id.is_none() || ids == Ids::Unstable {
        return !m.contradict(l, k);
    }
    let silent = (m.dates(l, k), m.texts(l, k)) == (Agreement::Unknown, Agreement::Unknown);
    m.date_or_text(l, k) || silent
}

/// Whether an item of the same page under another headline is an edit.
fn is_edit(m: &Matching<'_>, l: &Listed, k: &Known, ids: Ids) -> bool {
    match ids {
        _ if m.date_or_text(l, k) => true,
        // Its page is all that names it (product §3.1).
        _ if !l.has_id => !(m.is_root(l) && m.contradict(l, k)),
        Ids::Unstable => !m.contradict(l, k),
        Ids::Stable => false,
    }
}

/// Entries stored by an earlier version, by their canonical link.
fn stored_links(m: &mut Matching<'_>, ids: Ids) {
    if m.known.iter().all(|k| k.print.edition == EDITION) {
        return;
    }
    let stale = |_: &Matching<'_>, k: &Known| k.print.edition != EDITION;
    m.unique(Tie::Link, Among::All, |p| p.link.map(|link| (link, p.title)), stale, |_, _, _| true);
    m.unique(Tie::Link, Among::All, |p| p.link, stale, |_, l, _| !l.has_id || ids == Ids::Unstable);
}

fn reused_id(entry: &Entry, at: usize) -> Warning {
    let id = entry.id.as_deref().unwrap_or_default();
    Warning {
        kind: WarningKind::Identity,
        text: format!("id {id:?} was used again for another story; kept as a new entry"),
        entry: Some(at),
    }
}
