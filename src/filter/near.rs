//! Places near one another, by merging two sorted sequences.

use super::ast::Order;
use super::scan::Slot;

/// A place in a text, by bytes and by half words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Span {
    pub slot: Slot,
    /// Byte offsets in the folded text.
    pub start: u32,
    pub end: u32,
    /// Where its first and its last word begin, in half words.
    pub first: u32,
    pub last: u32,
    /// The hit that it is, or begins with.
    pub found: u32,
}

/// Two places and the half words between them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Pair {
    pub left: Span,
    pub right: Span,
    pub half_words: u32,
}

impl Pair {
    /// Both places as one.
    pub fn span(&self) -> Span {
        let (l, r) = (&self.left, &self.right);
        Span {
            slot: l.slot,
            start: l.start.min(r.start),
            end: l.end.max(r.end),
            first: l.first.min(r.first),
            last: l.last.max(r.last),
            found: l.found,
        }
    }
}

/// For each place of `left` the nearest of `right` in the same field. A place
/// is not near itself. Both sides must be sorted by field and start.
pub(super) fn nearest(left: &[Span], right: &[Span], order: Order) -> Vec<Pair> {
    let mut pairs = Vec::new();
    // The two places of `right` that begin no later and reach furthest: two,
    // because one of them may be the left place itself.
    let mut before: [Option<Span>; 2] = [None, None];
    let mut next = 0;
    for l in left {
        while let Some(r) = right.get(next).filter(|r| (r.slot, r.start) <= (l.slot, l.start)) {
            if before[0].is_none_or(|b| b.slot != r.slot || r.last >= b.last) {
                before = [Some(*r), before[0]];
            } else if before[1].is_none_or(|b| b.slot != r.slot || r.last >= b.last) {
                before[1] = Some(*r);
            }
            next += 1;
        }
        let other = |r: &&Span| r.slot == l.slot && (r.start, r.end) != (l.start, l.end);
        let candidates = match order {
            Order::Any => {
                [before.iter().flatten().find(other).copied(), right.get(next).filter(|r| r.slot == l.slot).copied()]
            }
            Order::AsWritten => {
                let after = right.partition_point(|r| (r.slot, r.start) < (l.slot, l.end));
                [right.get(after).filter(|r| r.slot == l.slot).copied(), None]
            }
        };
        let pair = |r: Span| Pair { left: *l, right: r, half_words: distance(l, &r) };
        pairs.extend(candidates.into_iter().flatten().map(pair).min_by_key(|p| p.half_words));
    }
    pairs
}

fn distance(a: &Span, b: &Span) -> u32 {
    if b.first > a.last { b.first - a.last } else { a.first.saturating_sub(b.last) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: u32, end: u32) -> Span {
        Span { slot: Slot::Body, start, end, first: start, last: end.saturating_sub(2).max(start), found: 0 }
    }

    fn brute(left: &[Span], right: &[Span], order: Order) -> Vec<Option<u32>> {
        let fits = |l: &Span, r: &Span| match order {
            Order::Any => (l.start, l.end) != (r.start, r.end),
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
