//! Places near one another.

use super::slot::Slot;
use crate::filter::language::ast::Order;

/// How many places a NEAR passes on to another NEAR, and how many pairs two sides may make:
/// a bound on the work that hostile text can cause.
const MOST: usize = crate::limits::FILTER_NEAR.count();

/// A place in a text, by bytes and by quarter words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::filter) struct Span {
    pub slot: Slot,
    /// Byte offsets in the folded text.
    pub start: u32,
    pub end: u32,
    /// Where the middles of its first and its last word are, in quarter words.
    pub first: u32,
    pub last: u32,
    /// If it is two places taken as one: what lies between them and belongs to neither.
    pub between: Option<(u32, u32)>,
    /// The hit at this place, or at its beginning.
    pub found: u32,
}

impl Span {
    /// Whether no word is part of both.
    fn is_beside(&self, other: &Span) -> bool {
        let within =
            |inner: &Span, outer: &Span| outer.between.is_some_and(|(from, to)| from <= inner.start && inner.end <= to);
        self.end <= other.start || other.end <= self.start || within(self, other) || within(other, self)
    }
}

/// Two places and the quarter words between them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::filter) struct NearPair {
    pub left: Span,
    pub right: Span,
    pub quarter_words: u32,
}

impl NearPair {
    fn of(left: &Span, right: &Span) -> NearPair {
        NearPair { left: *left, right: *right, quarter_words: distance(left, right) }
    }

    /// Both places as one.
    pub fn span(&self) -> Span {
        let (l, r) = (&self.left, &self.right);
        let (from, to) = (l.end.min(r.end), l.start.max(r.start));
        Span {
            slot: l.slot,
            start: l.start.min(r.start),
            end: l.end.max(r.end),
            first: l.first.min(r.first),
            last: l.last.max(r.last),
            between: (from < to).then_some((from, to)),
            found: l.found,
        }
    }
}

/// For each place of `left`, the nearest of `right` in the same field that shares no word
/// with it. Both sides must be sorted by field and start.
pub(in crate::filter) fn nearest(left: &[Span], right: &[Span], order: Order) -> Vec<NearPair> {
    if left.iter().chain(right).any(|span| span.between.is_some()) {
        return tried(left, right, order);
    }
    // The places of `right` in the order of their ends, each with the one so far that
    // reaches furthest.
    let mut ends: Vec<usize> = (0..right.len()).collect();
    ends.sort_by_key(|n| (right[*n].slot, right[*n].end));
    let mut furthest = ends.clone();
    for n in 1..ends.len() {
        let (before, here) = (&right[furthest[n - 1]], &right[ends[n]]);
        if before.slot == here.slot && before.last > here.last {
            furthest[n] = furthest[n - 1];
        }
    }
    let mut pairs = Vec::with_capacity(left.len());
    for l in left {
        let after = right.partition_point(|r| (r.slot, r.start) < (l.slot, l.end));
        let after = right.get(after).filter(|r| r.slot == l.slot);
        let before = ends.partition_point(|n| (right[*n].slot, right[*n].end) <= (l.slot, l.start));
        let before = before.checked_sub(1).map(|n| &right[furthest[n]]).filter(|r| r.slot == l.slot);
        let before = before.filter(|_| order == Order::Any);
        pairs.extend(before.into_iter().chain(after).map(|r| NearPair::of(l, r)).min_by_key(|p| p.quarter_words));
    }
    pairs
}

/// The same by trying all, for places that may lie between two others.
fn tried(left: &[Span], right: &[Span], order: Order) -> Vec<NearPair> {
    let nearest = |l: &Span| {
        let fitting = right.iter().take(MOST).filter(|r| fits(l, r, order));
        fitting.map(|r| NearPair::of(l, r)).min_by_key(|p| p.quarter_words)
    };
    left.iter().take(MOST).filter_map(nearest).collect()
}

/// All pairs within this many quarter words, with the nearest of each place first, as another
/// NEAR may need them.
pub(in crate::filter) fn within(left: &[Span], right: &[Span], order: Order, quarter_words: u32) -> Vec<NearPair> {
    let mut pairs = nearest(left, right, order);
    pairs.retain(|p| p.quarter_words <= quarter_words);
    pairs.truncate(MOST);
    for l in left.iter().take(MOST) {
        let near = right.iter().take(MOST).filter(|r| fits(l, r, order) && distance(l, r) <= quarter_words);
        pairs.extend(near.map(|r| NearPair::of(l, r)).take(MOST.saturating_sub(pairs.len())));
    }
    pairs
}

/// Whether a chain has more places than are tried, so that what it lacks proves nothing.
pub(in crate::filter) fn is_cut(left: &[Span], right: &[Span]) -> bool {
    let is_tried = left.iter().chain(right).any(|span| span.between.is_some());
    is_tried && left.len().max(right.len()) > MOST
}

/// The same of the pairs that [`within`] returned.
pub(in crate::filter) fn are_cut(left: &[Span], right: &[Span], pairs: &[NearPair]) -> bool {
    left.len().max(right.len()) > MOST || pairs.len() >= MOST
}

fn fits(l: &Span, r: &Span, order: Order) -> bool {
    l.slot == r.slot && l.is_beside(r) && (order == Order::Any || r.start >= l.end)
}

fn distance(a: &Span, b: &Span) -> u32 {
    if b.first > a.last { b.first - a.last } else { a.first.saturating_sub(b.last) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: u32, end: u32) -> Span {
        let last = end.saturating_sub(2).max(start);
        Span { slot: Slot::Body, start, end, first: start, last, between: None, found: 0 }
    }

    fn brute(left: &[Span], right: &[Span], order: Order) -> Vec<Option<u32>> {
        let fits = |l: &Span, r: &Span| match order {
            Order::Any => r.start >= l.end || r.end <= l.start,
            Order::AsWritten => r.start >= l.end,
        };
        left.iter().map(|l| right.iter().filter(|r| fits(l, r)).map(|r| distance(l, r)).min()).collect()
    }

    #[test]
    fn merging_finds_what_trying_all_finds() {
        let mut state = 7_u64;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        for _ in 0..2000 {
            let mut side = || {
                let mut spans: Vec<Span> = (0..draw(6))
                    .map(|_| {
                        let start = u32::try_from(draw(30)).unwrap();
                        span(start, start + 1 + u32::try_from(draw(6)).unwrap())
                    })
                    .collect();
                spans.sort_by_key(|s| (s.start, s.end));
                spans.dedup();
                spans
            };
            let (left, right) = (side(), side());
            for order in [Order::Any, Order::AsWritten] {
                let merged: Vec<u32> = nearest(&left, &right, order).iter().map(|p| p.quarter_words).collect();
                let tried: Vec<u32> = brute(&left, &right, order).into_iter().flatten().collect();
                assert_eq!(merged, tried, "{left:?} {right:?} {order:?}");
            }
        }
    }

    /// A place that is told from others by the hit that it is.
    fn place(slot: Slot, (start, end): (u32, u32), (first, last): (u32, u32), found: u32) -> Span {
        Span { slot, start, end, first, last, between: None, found }
    }

    fn apart(start: u32, end: u32, between: (u32, u32)) -> Span {
        Span { between: Some(between), ..span(start, end) }
    }

    /// Where the places of each pair begin, and how far apart they are.
    fn told(pairs: &[NearPair]) -> Vec<(u32, u32, u32)> {
        pairs.iter().map(|p| (p.left.start, p.right.start, p.quarter_words)).collect()
    }

    #[test]
    fn the_nearest_place_is_told_of_each() {
        let check = |left: &[Span], right: &[Span], order: Order, expected: &[(u32, u32, u32)]| {
            assert_eq!(told(&nearest(left, right, order)), expected, "{left:?} {right:?} {order:?}");
        };
        let (a, b, c) = (span(0, 4), span(10, 14), span(30, 34));
        check(&[], &[a], Order::Any, &[]);
        check(&[a], &[], Order::Any, &[]);
        check(&[b], &[a, c], Order::Any, &[(10, 0, 8)]);
        check(&[b], &[a, c], Order::AsWritten, &[(10, 30, 18)]);
        check(&[a, c], &[b], Order::Any, &[(0, 10, 8), (30, 10, 18)]);
        check(&[a, c], &[b], Order::AsWritten, &[(0, 10, 8)]);
        // Of two that are as near, the one before.
        check(&[b], &[a, span(20, 24)], Order::Any, &[(10, 0, 8)]);
        // What touches is beside; what shares a word is not, and is passed over.
        check(&[span(4, 8)], &[a, span(8, 9)], Order::Any, &[(4, 0, 2)]);
        check(&[span(4, 8)], &[a, span(8, 9)], Order::AsWritten, &[(4, 8, 2)]);
        check(&[span(4, 8)], &[span(0, 5), span(7, 9), c], Order::Any, &[(4, 30, 24)]);
    }

    /// A long word that ends last may begin first: what counts is where last words begin.
    #[test]
    fn of_those_before_the_one_whose_last_word_is_nearest_is_told() {
        let long = place(Slot::Body, (0, 20), (0, 0), 1);
        let short = place(Slot::Body, (5, 10), (5, 5), 2);
        let shorter = place(Slot::Body, (6, 8), (3, 3), 3);
        let left = [place(Slot::Body, (30, 34), (30, 30), 0)];
        assert_eq!(told(&nearest(&left, &[long, short], Order::Any)), [(30, 5, 25)]);
        assert_eq!(told(&nearest(&left, &[long, short, shorter], Order::Any)), [(30, 5, 25)]);
        assert_eq!(told(&nearest(&left, &[long], Order::Any)), [(30, 0, 30)]);
        // Of two with the same last word, the one that begins later.
        let phrase = place(Slot::Body, (3, 10), (3, 5), 4);
        assert_eq!(told(&nearest(&left, &[phrase, short], Order::Any)), [(30, 5, 25)]);
    }

    #[test]
    fn places_of_other_fields_are_passed_over() {
        let title = |start, found| place(Slot::Title, (start, start + 4), (start, start), found);
        let body = |start, found| place(Slot::Body, (start, start + 4), (start, start), found);
        let lead = |start, found| place(Slot::Lead, (start, start + 4), (start, start), found);
        let check = |left: Span, right: &[Span], expected: &[u32]| {
            let found: Vec<u32> = nearest(&[left], right, Order::Any).iter().map(|p| p.right.found).collect();
            assert_eq!(found, expected, "{left:?} {right:?}");
        };
        check(body(10, 0), &[title(0, 1), title(20, 2)], &[]);
        check(body(10, 0), &[lead(0, 1), lead(20, 2)], &[]);
        check(body(10, 0), &[title(90, 1), body(0, 2), lead(20, 3)], &[2]);
        check(body(10, 0), &[title(0, 1), body(40, 2), lead(20, 3)], &[2]);
        // One that reaches further is another field's.
        check(body(90, 0), &[title(80, 1), body(0, 2)], &[2]);
        check(title(10, 0), &[title(0, 1), body(0, 2), body(12, 3)], &[1]);
        let around = Span { slot: Slot::Lead, ..apart(0, 90, (4, 80)) };
        assert_eq!(nearest(&[body(10, 0)], &[around], Order::Any), [], "nor is one that lies around it");
    }

    #[test]
    fn two_places_as_one_reach_from_the_first_to_the_last() {
        let left = place(Slot::Title, (10, 14), (5, 6), 3);
        let right = place(Slot::Title, (20, 24), (9, 11), 8);
        let both = |found| Span { between: Some((14, 20)), ..place(Slot::Title, (10, 24), (5, 11), found) };
        assert_eq!(NearPair::of(&left, &right), NearPair { left, right, quarter_words: 3 });
        assert_eq!(NearPair::of(&left, &right).span(), both(3));
        assert_eq!(NearPair::of(&right, &left).span(), both(8));
        let touching = place(Slot::Title, (14, 18), (7, 7), 9);
        assert_eq!(NearPair::of(&left, &touching).span(), place(Slot::Title, (10, 18), (5, 7), 3));
    }

    #[test]
    fn what_lies_between_two_places_is_beside_them() {
        let check = |one: Span, other: Span, expected: bool| {
            assert_eq!((one.is_beside(&other), other.is_beside(&one)), (expected, expected), "{one:?} {other:?}");
        };
        check(span(0, 4), span(4, 8), true);
        check(span(0, 4), span(9, 12), true);
        check(span(0, 5), span(4, 8), false);
        check(span(0, 9), span(4, 8), false);
        let around = apart(0, 20, (4, 16));
        check(around, span(4, 16), true);
        check(around, span(6, 9), true);
        check(around, span(3, 16), false);
        check(around, span(4, 17), false);
        check(around, apart(5, 15, (7, 9)), true);
        check(around, apart(3, 15, (7, 9)), false);
        check(span(20, 24), around, true);
    }

    #[test]
    fn a_place_between_two_others_has_a_nearest_too() {
        let around = apart(0, 40, (4, 36));
        let inner = span(10, 14);
        // Its words begin at 0 and 38: what lies between is no quarter word away.
        assert_eq!(told(&nearest(&[inner], &[around], Order::Any)), [(10, 0, 0)]);
        assert_eq!(told(&nearest(&[inner], &[around], Order::AsWritten)), []);
        let after = span(44, 48);
        assert_eq!(told(&nearest(&[inner], &[around, after], Order::AsWritten)), [(10, 44, 32)]);
        assert_eq!(told(&nearest(&[around], &[inner, after], Order::Any)), [(0, 10, 0)]);
        assert_eq!(told(&nearest(&[around, inner], &[after], Order::Any)), [(0, 44, 6), (10, 44, 32)]);
    }

    #[test]
    fn all_pairs_within_reach_are_told_the_nearest_first() {
        let check = |left: &[Span], right: &[Span], order: Order, quarter_words: u32, expected: &[(u32, u32, u32)]| {
            assert_eq!(told(&within(left, right, order, quarter_words)), expected, "{quarter_words}");
        };
        let (left, right) = ([span(10, 12), span(50, 52)], [span(0, 2), span(16, 18), span(30, 32)]);
        check(&left, &right, Order::Any, 5, &[]);
        check(&left, &right, Order::Any, 6, &[(10, 16, 6), (10, 16, 6)]);
        check(&left, &right, Order::Any, 10, &[(10, 16, 6), (10, 0, 10), (10, 16, 6)]);
        check(&left, &right, Order::AsWritten, 20, &[(10, 16, 6), (10, 16, 6), (10, 30, 20)]);
        let far = [(10, 16, 6), (50, 30, 20), (10, 0, 10), (10, 16, 6), (10, 30, 20), (50, 30, 20)];
        check(&left, &right, Order::Any, 20, &far);
        let title = Span { slot: Slot::Title, ..span(14, 16) };
        check(&left[..1], &[title], Order::Any, 20, &[]);
    }

    #[test]
    fn no_more_pairs_are_made_than_the_bound() {
        let most = u32::try_from(MOST).unwrap();
        let many: Vec<Span> = (0..most + 5).map(|n| span(n * 4, n * 4 + 2)).collect();
        let end = [span(most * 8, most * 8 + 2)];
        assert_eq!(within(&many, &end, Order::Any, u32::MAX).len(), MOST);
        assert_eq!(within(&end, &many, Order::Any, u32::MAX).len(), MOST);
        // As many of each side are compared where places may lie between others.
        let around = [apart(0, most * 8, (1, most * 8 - 1))];
        assert_eq!(nearest(&many, &around, Order::Any).len(), MOST - 1);
        let last = [apart(most * 4 + 2, most * 8, (most * 4 + 3, most * 8 - 1))];
        assert_eq!(told(&nearest(&last, &many, Order::Any))[0].1, most * 4 - 4, "the last that is compared");
    }

    #[test]
    fn the_distance_is_from_word_to_word() {
        let words = |first, last| place(Slot::Body, (0, 0), (first, last), 0);
        let check = |a: Span, b: Span, expected: u32| {
            assert_eq!((distance(&a, &b), distance(&b, &a)), (expected, expected), "{a:?} {b:?}");
        };
        check(words(0, 2), words(4, 8), 2);
        check(words(0, 2), words(3, 8), 1);
        check(words(0, 2), words(2, 8), 0);
        check(words(0, 6), words(2, 4), 0);
    }
}
