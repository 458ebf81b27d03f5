//! Places near one another.

use super::scan::Slot;
use crate::filter::language::ast::Order;

/// How many places a NEAR passes on to another NEAR, and how many pairs two sides may make:
/// a bound on the work that hostile text can cause.
const MOST: usize = crate::limits::FILTER_NEAR.count();

/// A place in a text, by bytes and by half words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::filter) struct Span {
    pub slot: Slot,
    /// Byte offsets in the folded text.
    pub start: u32,
    pub end: u32,
    /// Where its first and its last word begin, in half words.
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

/// Two places and the half words between them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::filter) struct Pair {
    pub left: Span,
    pub right: Span,
    pub half_words: u32,
}

impl Pair {
    fn of(left: &Span, right: &Span) -> Pair {
        Pair { left: *left, right: *right, half_words: distance(left, right) }
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
pub(in crate::filter) fn nearest(left: &[Span], right: &[Span], order: Order) -> Vec<Pair> {
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
        pairs.extend(before.into_iter().chain(after).map(|r| Pair::of(l, r)).min_by_key(|p| p.half_words));
    }
    pairs
}

/// The same by trying all, for places that may lie between two others.
fn tried(left: &[Span], right: &[Span], order: Order) -> Vec<Pair> {
    let nearest = |l: &Span| {
        let fitting = right.iter().take(MOST).filter(|r| fits(l, r, order));
        fitting.map(|r| Pair::of(l, r)).min_by_key(|p| p.half_words)
    };
    left.iter().take(MOST).filter_map(nearest).collect()
}

/// All pairs within this many half words, with the nearest of each place first, as another
/// NEAR may need them.
pub(in crate::filter) fn within(left: &[Span], right: &[Span], order: Order, half_words: u32) -> Vec<Pair> {
    let mut pairs = nearest(left, right, order);
    pairs.retain(|p| p.half_words <= half_words);
    pairs.truncate(MOST);
    for l in left.iter().take(MOST) {
        let near = right.iter().take(MOST).filter(|r| fits(l, r, order) && distance(l, r) <= half_words);
        pairs.extend(near.map(|r| Pair::of(l, r)).take(MOST.saturating_sub(pairs.len())));
    }
    pairs
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
                let merged: Vec<u32> = nearest(&left, &right, order).iter().map(|p| p.half_words).collect();
                let tried: Vec<u32> = brute(&left, &right, order).into_iter().flatten().collect();
                assert_eq!(merged, tried, "{left:?} {right:?} {order:?}");
            }
        }
    }
}
