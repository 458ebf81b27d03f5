//! Matches the entries of a document with known entries, pass by pass.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use crate::clock::Timestamp;
use crate::model::{EDITION, EntryKey, Fingerprint, Known, digest};

use super::compare::{Agreement, differ};
use super::listed::{ListedEntry, has_time_of_day};

/// How an entry was recognised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tie {
    /// By the publisher's id, or by what stands for one.
    Id,
    /// By its page.
    Link,
    /// By path and headline, on another host.
    Place,
    /// By title, text and date alone.
    Content,
}

/// Among which entries something must be unique to identify one of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// In the whole document and among all known entries.
    All,
    /// Among those that no stronger tie has matched.
    Left,
}

/// The matches found so far.
pub struct Matching<'a> {
    /// The document's entries.
    pub listed: &'a [ListedEntry],
    /// The known entries.
    pub known: &'a [Known],
    /// For each entry of the document, the index of the known entry that it is, and why.
    pub found: Vec<Option<(usize, Tie)>>,
    taken: Vec<bool>,
    left: usize,
    ids: TimesMet<i64>,
    /// The path of a site's home page, which identifies no item.
    root: i64,
    /// Whether the document lists a single item, under the only id and page that are known.
    sole: bool,
    /// Whether items without id were recognised on pages that other items had before.
    pages_move: bool,
    pages: TimesMet<i64>,
    dates: TimesMet<Timestamp>,
    texts: TimesMet<i64>,
    titles: TimesMet<i64>,
}

/// How often each value occurs in the document, and among the known entries.
struct TimesMet<K>(HashMap<K, (u32, u32)>);

impl<K: Hash + Eq> TimesMet<K> {
    fn of(listed: &[ListedEntry], known: &[Known], of: impl Fn(&Fingerprint) -> Option<K>) -> Self {
        let mut times: HashMap<K, (u32, u32)> = HashMap::new();
        listed.iter().filter_map(|l| of(&l.print)).for_each(|key| times.entry(key).or_default().0 += 1);
        known.iter().filter_map(|k| of(&k.print)).for_each(|key| times.entry(key).or_default().1 += 1);
        TimesMet(times)
    }

    /// Whether it identifies a single entry.
    fn is_telling(&self, key: &K) -> bool {
        self.0.get(key).is_none_or(|(listed, known)| *listed <= 1 && *known <= 1)
    }
}

impl<'a> Matching<'a> {
    /// Nothing matched yet.
    pub fn new(listed: &'a [ListedEntry], known: &'a [Known]) -> Self {
        Matching {
            listed,
            known,
            found: vec![None; listed.len()],
            taken: vec![false; known.len()],
            left: listed.len(),
            ids: TimesMet::of(listed, known, |p| p.id),
            root: digest("/"),
            sole: is_sole(listed, known),
            pages_move: false,
            pages: TimesMet::of(listed, known, |p| p.page),
            dates: TimesMet::of(listed, known, |p| p.said_at),
            titles: TimesMet::of(listed, known, |p| Some(p.title)),
            texts: TimesMet::of(listed, known, |p| (p.edition == EDITION && p.material != 0).then_some(p.material)),
        }
    }

    /// Whether every entry of the document is recognised, or no known entry is left.
    pub fn is_done(&self) -> bool {
        self.left == 0 || self.listed.len() - self.left == self.known.len()
    }

    /// Whether a known entry's id occurs in the document.
    pub fn id_is_listed(&self, known: &Known) -> bool {
        known.print.id.is_some_and(|id| self.ids.0.get(&id).is_some_and(|(listed, _)| *listed > 0))
    }

    /// Whether an entry's id is that of a known entry.
    pub fn id_is_known(&self, listed: &ListedEntry) -> bool {
        listed.print.id.is_some_and(|id| self.ids.0.get(&id).is_some_and(|(_, known)| *known > 0))
    }

    /// Whether the only item of a document has replaced another under the same URL:
    /// headline, date and text all differ (check B91).
    pub fn is_another_latest(&self, listed: &ListedEntry, known: &Known) -> bool {
        self.sole && listed.print.title != known.print.title && self.contradict(listed, known)
    }

    /// Whether an entry's id is that of `known` with a higher count of edits.
    pub fn is_counted(&self, listed: &ListedEntry, known: &Known) -> bool {
        known.print.id.is_some_and(|id| listed.earlier_ids.contains(&id))
    }

    /// Whether ids number positions: each of the two ids belongs to some other item on the
    /// other side, so neither identifies an item.
    pub fn is_positional(&self, listed: &ListedEntry, known: &Known) -> bool {
        listed.print.id != known.print.id && self.id_is_listed(known) && self.id_is_known(listed)
    }

    /// Notes whether pages turned out to be positions in a list, which items without id
    /// hand on to the next item.
    pub fn look_for_places(&mut self) {
        let moved = |(l, k): (&ListedEntry, &Known)| {
            !l.has_id && l.print.page != k.print.page && self.page_is_known(l) && self.page_is_listed(k)
        };
        let pairs = self.listed.iter().zip(&self.found);
        let mut pairs = pairs.filter_map(|(l, found)| found.map(|(k, _)| (l, &self.known[k])));
        self.pages_move = pairs.any(moved);
    }

    /// Whether a known entry's page no longer identifies it: the page is gone from the
    /// document, or is a position in a list.
    pub fn page_is_gone(&self, known: &Known) -> bool {
        self.pages_move || !self.page_is_listed(known)
    }

    /// Whether the page of an item without id now belongs to another item than `known`.
    pub fn is_elsewhere(&self, listed: &ListedEntry, known: &Known) -> bool {
        let nowhere = self.pages_move || listed.print.path == Some(self.root);
        (nowhere && self.contradict(listed, known)) || self.is_another_latest(listed, known)
    }

    /// Whether an entry's page is that of a known entry.
    pub fn page_is_known(&self, listed: &ListedEntry) -> bool {
        listed.print.page.is_some_and(|page| self.pages.0.get(&page).is_some_and(|(_, known)| *known > 0))
    }

    /// Whether a known entry's page occurs in the document.
    pub fn page_is_listed(&self, known: &Known) -> bool {
        known.print.page.is_some_and(|page| self.pages.0.get(&page).is_some_and(|(listed, _)| *listed > 0))
    }

    /// Whether an entry has a page to itself, as far as this document and the known entries
    /// show.
    pub fn has_own_page(&self, print: &Fingerprint) -> bool {
        print.page.is_some_and(|page| self.pages.is_telling(&page))
    }

    /// Whether the dates of publication agree. A date without a time of day shows nothing,
    /// nor does one that other entries share, unless the entry has a page to itself.
    pub fn dates(&self, listed: &ListedEntry, known: &Known) -> Agreement {
        match (listed.print.said_at, known.print.said_at) {
            (Some(now), Some(before)) if now == before => {
                let own_page = listed.print.page == known.print.page && self.has_own_page(&listed.print);
                let shows = has_time_of_day(now) && (own_page || self.dates.is_telling(&now));
                if shows { Agreement::Same } else { Agreement::Unknown }
            }
            (Some(_), Some(_)) => Agreement::Different,
            _ => Agreement::Unknown,
        }
    }

    /// Whether the texts agree to the letter. A text that other entries share shows
    /// nothing, nor does a short one if the document has no other entry.
    pub fn texts(&self, listed: &ListedEntry, known: &Known) -> Agreement {
        match (listed.print.material, known.print.material) {
            _ if known.print.edition != EDITION => Agreement::Unknown,
            (0, 0) => Agreement::Unknown,
            (now, before) if now == before => {
                if self.texts.is_telling(&now) && (self.listed.len() > 1 || listed.text.is_telling()) {
                    Agreement::Same
                } else {
                    Agreement::Unknown
                }
            }
            _ => Agreement::Different,
        }
    }

    /// Whether date or text show that the two are one.
    pub fn date_or_text(&self, listed: &ListedEntry, known: &Known) -> bool {
        self.dates(listed, known) == Agreement::Same || self.texts(listed, known) == Agreement::Same
    }

    /// Whether no other entry has this headline.
    pub fn has_own_title(&self, listed: &ListedEntry) -> bool {
        self.titles.is_telling(&listed.print.title)
    }

    /// Whether date and text both show that the two are different items.
    pub fn contradict(&self, listed: &ListedEntry, known: &Known) -> bool {
        (self.dates(listed, known), self.texts(listed, known)) == (Agreement::Different, Agreement::Different)
    }

    /// Whether an id now stands for another story: the headline differs, the page differs
    /// or is shared with others, and neither date nor text shows that they are one (check
    /// B55).
    pub fn is_another(&self, listed: &ListedEntry, known: &Known) -> bool {
        let (now, before) = (&listed.print, &known.print);
        let moved = differ(now.path, before.path) && (before.page.is_none() || differ(now.page, before.page));
        let elsewhere = moved || (before.edition == EDITION && !self.has_own_page(now));
        let is_reused = elsewhere && now.title != before.title && !self.date_or_text(listed, known);
        is_reused || self.is_another_latest(listed, known)
    }

    /// Whether headline, text and date alone can show that two items with different URLs
    /// are one: the date has a time of day, or there are more words than a phrase.
    pub fn is_worded(&self, listed: &ListedEntry) -> bool {
        listed.print.said_at.is_some_and(has_time_of_day) || listed.text.with(listed.headline).is_telling()
    }

    /// Whether no other entry has this text.
    pub fn has_own_text(&self, listed: &ListedEntry) -> bool {
        listed.print.material != 0 && self.texts.is_telling(&listed.print.material)
    }

    /// How many entries of the document were recognised.
    pub fn recognised(&self) -> usize {
        self.listed.len() - self.left
    }

    /// Matches entries for which `of` returns the same, in the order of the document and of
    /// the known entries: if there are two on each side, they are the same two.
    pub fn in_order<K: Hash + Eq>(&mut self, tie: Tie, of: impl Fn(&Fingerprint) -> Option<K>) {
        let mut by: HashMap<K, VecDeque<usize>> = HashMap::new();
        for (k, known) in self.known.iter().enumerate().filter(|(k, _)| !self.taken[*k]) {
            if let Some(key) = of(&known.print) {
                by.entry(key).or_default().push_back(k);
            }
        }
        for at in 0..self.listed.len() {
            if self.found[at].is_none()
                && let Some(key) = of(&self.listed[at].print)
                && let Some(k) = by.get_mut(&key).and_then(VecDeque::pop_front)
            {
                self.pair(at, k, tie);
            }
        }
    }

    /// Matches entries for which `of` returns the same, in the order of the document and of
    /// the known entries, if equally many are left on both sides.
    pub fn as_many<K: Hash + Eq>(
        &mut self,
        tie: Tie,
        of: impl Fn(&Fingerprint) -> Option<K>,
        eligible: impl Fn(&Self, &Known) -> bool,
        agrees: impl Fn(&Self, &ListedEntry) -> bool,
    ) {
        if self.is_done() {
            return;
        }
        let mut by: HashMap<K, (Vec<usize>, Vec<usize>)> = HashMap::new();
        for (at, listed) in self.listed.iter().enumerate().filter(|(at, _)| self.found[*at].is_none()) {
            if let Some(key) = of(&listed.print).filter(|_| agrees(self, listed)) {
                by.entry(key).or_default().0.push(at);
            }
        }
        for (k, known) in self.known.iter().enumerate().filter(|(k, _)| !self.taken[*k]) {
            if let Some(slot) = of(&known.print).and_then(|key| by.get_mut(&key))
                && eligible(self, known)
            {
                slot.1.push(k);
            }
        }
        for (listed, known) in by.into_values().filter(|(listed, known)| listed.len() == known.len()) {
            listed.into_iter().zip(known).for_each(|(at, k)| self.pair(at, k, tie));
        }
    }

    /// Matches an entry with the known one that has one of its keys, if `agrees` confirms
    /// it.
    pub fn by_key(&mut self, agrees: impl Fn(&Self, &ListedEntry, &Known) -> bool) {
        let by: HashMap<EntryKey, usize> = self.known.iter().enumerate().map(|(k, known)| (known.key, k)).collect();
        for at in 0..self.listed.len() {
            if self.found[at].is_some() {
                continue;
            }
            let listed = &self.listed[at];
            let held = listed.keys.iter().filter_map(|key| by.get(key)).copied();
            if let Some(k) = held.into_iter().find(|k| !self.taken[*k] && agrees(self, listed, &self.known[*k])) {
                self.pair(at, k, Tie::Id);
            }
        }
    }

    /// Matches an entry with a known one if no other entries on either side share what `of`
    /// returns for them, and `agrees` confirms it.
    pub fn unique<K: Hash + Eq>(
        &mut self,
        tie: Tie,
        among: Among,
        of: impl Fn(&Fingerprint) -> Option<K>,
        eligible: impl Fn(&Self, &Known) -> bool,
        agrees: impl Fn(&Self, &ListedEntry, &Known) -> bool,
    ) {
        if self.is_done() {
            return;
        }
        let mut by: HashMap<K, (Only, Only)> = HashMap::new();
        for (at, listed) in self.listed.iter().enumerate() {
            if (among == Among::All || self.found[at].is_none())
                && let Some(key) = of(&listed.print)
            {
                by.entry(key).or_default().0.meet(at);
            }
        }
        for (k, known) in self.known.iter().enumerate() {
            if (among == Among::All || (!self.taken[k] && eligible(self, known)))
                && let Some(slot) = of(&known.print).and_then(|key| by.get_mut(&key))
            {
                slot.1.meet(k);
            }
        }
        for pair in by.into_values() {
            if let (Only::One(at), Only::One(k)) = pair
                && self.found[at].is_none()
                && !self.taken[k]
                && eligible(self, &self.known[k])
                && agrees(self, &self.listed[at], &self.known[k])
            {
                self.pair(at, k, tie);
            }
        }
    }

    fn pair(&mut self, at: usize, k: usize, tie: Tie) {
        self.found[at] = Some((k, tie));
        self.taken[k] = true;
        self.left -= 1;
    }
}

/// Whether the document lists a single item, and every known entry has that item's id and
/// page.
fn is_sole(listed: &[ListedEntry], known: &[Known]) -> bool {
    let [only] = listed else { return false };
    known.iter().all(|k| (k.print.id, k.print.page) == (only.print.id, only.print.page))
}

/// None, one, or more than one.
#[derive(Clone, Copy, Default)]
enum Only {
    #[default]
    None,
    One(usize),
    More,
}

impl Only {
    fn meet(&mut self, at: usize) {
        *self = match self {
            Only::None => Only::One(at),
            _ => Only::More,
        };
    }
}
