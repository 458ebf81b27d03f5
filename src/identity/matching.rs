//! Pairs of entries of a document and known entries, found pass by pass.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;

use crate::model::{EntryKey, Fingerprint, Known};

/// An entry of a document, as far as recognition goes.
pub struct Listed {
    /// Its hashes.
    pub print: Fingerprint,
    /// Keys that it may be known by.
    pub keys: Vec<EntryKey>,
    /// Whether the publisher gave it an id.
    pub has_id: bool,
}

/// How an entry was recognised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tie {
    /// By the publisher's id, or by what stands for one.
    Id,
    /// By its page.
    Link,
    /// By path and headline on another host.
    Place,
    /// By title, text and date alone.
    Content,
}

/// Whether what tells two apart has to be unique among all, or among those that
/// no stronger tie has claimed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// In the whole document and in all that is known.
    All,
    /// Among what is left.
    Left,
}

/// What was found so far.
pub struct Matching<'a> {
    /// The document's entries.
    pub listed: &'a [Listed],
    /// What is known.
    pub known: &'a [Known],
    /// For each entry of the document, which known one it is, and why.
    pub found: Vec<Option<(usize, Tie)>>,
    taken: Vec<bool>,
    left: usize,
    pages: HashSet<i64>,
}

impl<'a> Matching<'a> {
    /// Nothing found yet.
    pub fn new(listed: &'a [Listed], known: &'a [Known]) -> Self {
        Matching {
            listed,
            known,
            found: vec![None; listed.len()],
            taken: vec![false; known.len()],
            left: listed.len(),
            pages: listed.iter().filter_map(|l| l.print.page).collect(),
        }
    }

    /// Whether every entry of the document is recognised, or nothing is left to
    /// recognise it by.
    pub fn is_done(&self) -> bool {
        self.left == 0 || self.listed.len() - self.left == self.known.len()
    }

    /// Whether a known entry's page stands in the document.
    pub fn page_is_listed(&self, known: &Known) -> bool {
        known.print.page.is_some_and(|page| self.pages.contains(&page))
    }

    /// How many entries of the document were recognised.
    pub fn recognised(&self) -> usize {
        self.listed.len() - self.left
    }

    /// Pairs what agrees in all that `of` gives, in the order of document and
    /// memory: two of a kind on each side are the same two.
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

    /// Pairs an entry with the known one that has one of its keys, where
    /// `agrees` says that they are one.
    pub fn by_key(&mut self, agrees: impl Fn(&Listed, &Known) -> bool) {
        let by: HashMap<EntryKey, usize> = self.known.iter().enumerate().map(|(k, known)| (known.key, k)).collect();
        for at in 0..self.listed.len() {
            if self.found[at].is_some() {
                continue;
            }
            let listed = &self.listed[at];
            let held = listed.keys.iter().filter_map(|key| by.get(key)).copied();
            if let Some(k) = held.into_iter().find(|k| !self.taken[*k] && agrees(listed, &self.known[*k])) {
                self.pair(at, k, Tie::Id);
            }
        }
    }

    /// Pairs what one entry of the document and one known entry alone have in
    /// common, where `agrees` says that they are one.
    pub fn unique<K: Hash + Eq>(
        &mut self,
        tie: Tie,
        among: Among,
        of: impl Fn(&Fingerprint) -> Option<K>,
        eligible: impl Fn(&Self, &Known) -> bool,
        agrees: impl Fn(&Listed, &Known) -> bool,
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
                && agrees(&self.listed[at], &self.known[k])
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
