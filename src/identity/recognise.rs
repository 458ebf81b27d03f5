//! Which known entry each entry of a document is: in passes, strongest ties first.

use std::collections::{HashMap, HashSet};

use crate::model::keys::alternative_keys;
use crate::model::{Asked, Change, EDITION, Entry, EntryId, EntryKey, Fingerprint, Known, Warning, WarningKind};

use super::compare::{self, Agreement, is_titled};
use super::fingerprint::Reading;
use super::matching::{Among, Listed, Matching, Tie};
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
    passes(&mut matching, unstable_ids >= UNSTABLE);
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
fn passes(m: &mut Matching<'_>, unstable_ids: bool) {
    let any = |_: &Matching<'_>, _: &Known| true;
    let yes = |_: &Listed, _: &Known| true;
    let now = |p: &Fingerprint| (p.edition == EDITION).then_some(*p);
    let telling = |p: &Fingerprint| now(p).filter(|p| is_titled(p) || p.material != 0);
    // As it was, to the date.
    m.in_order(Tie::Id, |p| {
        let says = p.id.is_some() || p.page.is_some() || is_titled(p) || p.material != 0;
        now(p).filter(|_| says).map(|p| (p.id, p.page, p.title, p.material, p.said_at))
    });
    let dated = m.recognised();
    // As it was, but for the date.
    let named = |p: &Fingerprint| now(p).filter(|p| p.id.is_some() || p.page.is_some());
    m.unique(Tie::Id, Among::All, |p| named(p).map(|p| (p.id, p.page, p.title, p.material)), any, yes);
    // What an earlier version stored is known by its key alone.
    let stale = |k: &Known| k.print.edition != EDITION;
    m.by_key(|l, k| stale(k) && l.print.title == k.print.title);
    m.by_key(|l, k| stale(k) && !compare::is_another(l, k));
    // Its own id, with its text, its headline, its page; its id alone.
    m.unique(Tie::Id, Among::All, |p| p.id.filter(|_| p.material != 0).map(|id| (id, p.material)), any, yes);
    m.unique(Tie::Id, Among::All, |p| p.id.filter(|_| is_titled(p)).map(|id| (id, p.title)), any, yes);
    m.unique(Tie::Id, Among::All, |p| p.id.zip(p.page), any, yes);
    m.unique(Tie::Id, Among::All, |p| p.id, any, |l, k| !compare::is_another(l, k));
    // Its page: ids that are numbered by position go to other items, which the
    // passes above have refused.
    let both_named = |l: &Listed, k: &Known| l.has_id && k.print.id.is_some();
    let page = |p: &Fingerprint| p.page.filter(|_| is_titled(p)).map(|page| (page, p.title));
    let same_item = |l: &Listed, k: &Known| !both_named(l, k) || unstable_ids || agreeable(l, k);
    m.unique(Tie::Link, Among::All, page, any, same_item);
    m.unique(Tie::Link, Among::Left, page, any, compare::date_or_text);
    let edited = |l: &Listed, k: &Known| (!l.has_id) || unstable_ids || compare::date_or_text(l, k);
    m.unique(Tie::Link, Among::All, |p| p.page, any, edited);
    stored_links(m, unstable_ids);
    // Nothing of its address, where that address is gone from the document.
    let gone = |m: &Matching<'_>, k: &Known| !m.page_is_listed(k);
    let place = |p: &Fingerprint| p.path.filter(|_| is_titled(p)).map(|path| (path, p.title));
    let moved = |l: &Listed, k: &Known| match compare::texts(l, k) {
        Agreement::Same => true,
        Agreement::Unknown => compare::dates(l, k) != Agreement::Different,
        Agreement::Different => false,
    };
    m.unique(Tie::Place, Among::Left, place, gone, moved);
    let content = |p: &Fingerprint| telling(p).filter(|p| p.said_at.is_some());
    m.unique(Tie::Content, Among::Left, |p| content(p).map(|p| (p.title, p.material, p.said_at)), gone, yes);
    if m.recognised() == 0 {
        // A site built anew, without dates.
        let whole = |p: &Fingerprint| now(p).filter(|p| is_titled(p) && p.material != 0 && p.said_at.is_none());
        m.unique(Tie::Content, Among::All, |p| whole(p).map(|p| (p.title, p.material)), gone, yes);
    }
    // Neither id nor page: headline and date name an entry whose text is edited.
    let bare = |p: &Fingerprint| now(p).filter(|p| p.id.is_none() && p.page.is_none() && is_titled(p));
    m.unique(Tie::Id, Among::All, |p| bare(p)?.said_at.map(|at| (p.title, at)), any, yes);
    // If no entry is known by its date, the dates are those of the document.
    let several = m.listed.len() > 1;
    if dated == 0 {
        let bare = |p: &Fingerprint| telling(p).filter(|p| p.id.is_none() && p.page.is_none());
        let sure = |p: &Fingerprint| several || p.material != 0;
        let of = |p: &Fingerprint| bare(p).filter(|p| sure(p)).map(|p| (p.title, p.material));
        m.unique(Tie::Id, Among::All, of, any, yes);
    }
}

/// Entries stored by an earlier version, by their canonical link.
fn stored_links(m: &mut Matching<'_>, unstable_ids: bool) {
    if m.known.iter().all(|k| k.print.edition == EDITION) {
        return;
    }
    let stale = |_: &Matching<'_>, k: &Known| k.print.edition != EDITION;
    m.unique(Tie::Link, Among::All, |p| p.link.map(|link| (link, p.title)), stale, |_, _| true);
    m.unique(Tie::Link, Among::All, |p| p.link, stale, |l, _| !l.has_id || unstable_ids);
}

/// Whether two items of one page and headline under different ids can be one: a
/// recurring notice has another date and another text.
fn agreeable(l: &Listed, k: &Known) -> bool {
    compare::date_or_text(l, k) || compare::dates(l, k) == Agreement::Unknown
}

fn reused_id(entry: &Entry, at: usize) -> Warning {
    let id = entry.id.as_deref().unwrap_or_default();
    Warning {
        kind: WarningKind::Identity,
        text: format!("id {id:?} was used again for another story; kept as a new entry"),
        entry: Some(at),
    }
}
