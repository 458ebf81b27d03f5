//! ATLEAST: different terms on different words, chosen so that there are as many as possible.
//!
//! A place counts for one term, no two counted places share a word, and the same words count
//! once however often they stand there (a name that is in two lists is one name). Choosing the most is
//! hard in general (it is interval scheduling with alternatives), but texts are kind: most
//! places overlap none of another term. These are counted at once; for the others a bounded
//! search looks for a better choice than taking what ends first.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use crate::filter::lookup::slot::Slot;

/// How many steps the search may take: a bound on the work that hostile text can cause.
const MOST_STEPS: usize = 20_000;

/// A place that may count for a term.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct PlaceOf<T> {
    pub term: T,
    pub slot: Slot,
    /// Bytes of the folded text.
    pub start: u32,
    pub end: u32,
    /// Tells its words from others.
    pub words: u64,
    /// Its number.
    pub number: u32,
}

impl<T> PlaceOf<T> {
    fn is_beside(&self, other: &PlaceOf<T>) -> bool {
        self.slot != other.slot || self.end <= other.start || other.end <= self.start
    }
}

/// One place of each of as many terms as can be counted, in the order in which their terms
/// were met first.
pub(super) fn choose<T: Copy + Eq + Hash>(places: &[PlaceOf<T>]) -> Vec<PlaceOf<T>> {
    let mut terms: Vec<T> = Vec::new();
    let mut known = HashSet::new();
    places.iter().for_each(|place| {
        if known.insert(place.term) {
            terms.push(place.term)
        }
    });
    let mut by_end: Vec<&PlaceOf<T>> = places.iter().collect();
    by_end.sort_by_key(|place| (place.slot, place.end, std::cmp::Reverse(place.start)));
    let (free, disputed) = parted(&by_end);
    let mut taken: Vec<&PlaceOf<T>> = free;
    let done: HashSet<T> = taken.iter().map(|place| place.term).collect();
    let disputed: Vec<&PlaceOf<T>> = disputed.into_iter().filter(|place| !done.contains(&place.term)).collect();
    let left = disputed.iter().map(|place| place.term).collect::<HashSet<T>>().len();
    let mut search = TermChoice { places: &disputed, best: Vec::new(), most: left, steps: 0 };
    search.go(0, &mut Vec::new(), left);
    taken.append(&mut search.best);
    terms.iter().filter_map(|term| taken.iter().find(|place| place.term == *term)).map(|place| **place).collect()
}

/// The first place of each term that has one which shares no word with another term's, here
/// or elsewhere; and all places that do.
fn parted<'p, T: Copy + Eq + Hash>(by_end: &[&'p PlaceOf<T>]) -> (Vec<&'p PlaceOf<T>>, Vec<&'p PlaceOf<T>>) {
    let (mut free, mut done, mut disputed) = (Vec::new(), HashSet::new(), Vec::new());
    let mut by_start = by_end.to_vec();
    by_start.sort_by_key(|place| (place.slot, place.start, place.end));
    let mut of_words: HashMap<u64, T> = HashMap::new();
    let mut shared: HashSet<u64> = HashSet::new();
    for place in by_end {
        if *of_words.entry(place.words).or_insert(place.term) != place.term {
            shared.insert(place.words);
        }
    }
    let mut from = 0;
    while from < by_start.len() {
        // Places that overlap, by way of others too.
        let (slot, mut reach) = (by_start[from].slot, by_start[from].end);
        let more = by_start[from + 1..].iter().take_while(|place| {
            let overlaps = place.slot == slot && place.start < reach;
            reach = reach.max(if overlaps { place.end } else { 0 });
            overlaps
        });
        let group = &by_start[from..=from + more.count()];
        from += group.len();
        let own = group.iter().copied().find(|place| !shared.contains(&place.words));
        match own.filter(|_| group.iter().all(|place| place.term == group[0].term)) {
            Some(own) => {
                if done.insert(own.term) {
                    free.push(own);
                }
            }
            None => disputed.extend_from_slice(group),
        }
    }
    disputed.sort_by_key(|place| (place.slot, place.end, std::cmp::Reverse(place.start)));
    (free, disputed)
}

struct TermChoice<'s, 'p, T> {
    /// In the order of their ends.
    places: &'s [&'p PlaceOf<T>],
    best: Vec<&'p PlaceOf<T>>,
    /// No choice can be better than one of so many.
    most: usize,
    steps: usize,
}

impl<'p, T: Copy + Eq + Hash> TermChoice<'_, 'p, T> {
    /// Tries to take each of the places from `at` on, and then to leave it; `left` terms are
    /// not taken yet.
    fn go(&mut self, at: usize, taken: &mut Vec<&'p PlaceOf<T>>, left: usize) {
        if taken.len() > self.best.len() {
            self.best.clone_from(taken);
        }
        let mut at = at;
        while at < self.places.len() {
            self.steps += 1;
            let is_done = self.best.len() == self.most || self.steps > MOST_STEPS;
            if is_done || taken.len() + left <= self.best.len() {
                return;
            }
            let place = self.places[at];
            at += 1;
            let fits = taken.last().is_none_or(|last| last.is_beside(place));
            if fits && taken.iter().all(|other| other.term != place.term && other.words != place.words) {
                taken.push(place);
                // Nested no deeper than there are terms.
                if taken.len() < MOST_NESTED {
                    self.go(at, taken, left - 1);
                }
                taken.pop();
            }
        }
    }
}

/// How many disputed terms are counted at most.
const MOST_NESTED: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    fn place(term: char, start: u32, end: u32) -> PlaceOf<char> {
        PlaceOf { term, slot: Slot::Title, start, end, words: u64::from(start) << 32 | u64::from(end), number: start }
    }

    fn check(places: &[(char, u32, u32)], expected: &str) {
        let places: Vec<PlaceOf<char>> = places.iter().map(|(term, start, end)| place(*term, *start, *end)).collect();
        let chosen = choose(&places);
        assert_eq!(chosen.iter().map(|place| place.term).collect::<String>(), expected, "{places:?}");
        for (n, one) in chosen.iter().enumerate() {
            assert!(chosen[..n].iter().all(|other| one.words != other.words && one.is_beside(other)), "{chosen:?}");
        }
    }

    #[test]
    fn different_terms_count_on_different_words_b341() {
        check(&[], "");
        check(&[('a', 0, 4), ('a', 5, 9)], "a");
        check(&[('a', 0, 4), ('b', 0, 9)], "a");
        check(&[('a', 0, 4), ('b', 0, 9), ('b', 20, 29)], "ab");
        // What ends first is not always best: a has only the place that b could spare.
        check(&[('b', 0, 4), ('a', 2, 9), ('b', 12, 14)], "ba");
        check(&[('a', 0, 9), ('b', 0, 3), ('c', 4, 6), ('d', 7, 9)], "bcd");
        check(&[('b', 0, 3), ('a', 0, 3), ('a', 5, 8), ('c', 5, 8), ('c', 9, 12)], "bac");
    }

    #[test]
    fn places_in_two_texts_share_no_word() {
        let (one, other) = (place('a', 0, 4), PlaceOf { slot: Slot::Body, words: 1, ..place('b', 0, 4) });
        assert_eq!(choose(&[one, other]).len(), 2);
    }

    #[test]
    fn the_search_is_bounded() {
        let many: Vec<PlaceOf<u32>> = (0..2_000)
            .map(|n| PlaceOf { term: n % 300, slot: Slot::Body, start: n, end: n + 7, words: n.into(), number: n })
            .collect();
        let chosen = choose(&many);
        assert!(chosen.len() >= 200, "{}", chosen.len());
    }
}
