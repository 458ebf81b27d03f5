//! Where an entry stands in a feed, and why there.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::PollState;
use crate::store::Share;

/// Why an entry stands where it stands in a feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Placing {
    /// By its date: its source's first document brought it.
    ByDate,
    /// By its arrival.
    Arrived,
    /// A material revision brought it back to the head.
    Revised,
    /// A material revision did not: revised entries of its source had their share
    /// of the head already.
    OverShare,
}

impl Placing {
    /// A sentence for people, without a full stop.
    pub fn as_str(self) -> &'static str {
        match self {
            Placing::ByDate => "it stands by its date: the first document of its source brought it",
            Placing::Arrived => "it stands by its arrival",
            Placing::Revised => "a material revision brought it back to the head of the feed",
            Placing::OverShare => {
                "a material revision left it in its place: revised entries of its source already take their share, \
                 a fifth, of the places at the head of the feed"
            }
        }
    }
}

/// Why that which a source in this state brings for the first time stands where it
/// stands. Of a first document nobody has read anything yet: its entries stand by
/// their dates. Later ones stand by arrival, so that one that comes late is not buried
/// below what readers have seen.
pub fn arrives(state: &PollState) -> Placing {
    if state.is_first() { Placing::ByDate } else { Placing::Arrived }
}

/// Where an entry stands that comes at `now` from a source in this state: one that
/// is `dated` ahead stands where those without a date do.
pub fn first_place(state: &PollState, dated: Option<Timestamp>, now: Timestamp) -> Timestamp {
    if arrives(state) == Placing::ByDate { dated.unwrap_or(now).min(now) } else { now }
}

/// The same as a store writes it down: what stands by its arrival at `now` stands at
/// the `head` of a feed, which is later where the clock was set back (R18).
pub fn written_place(place: Timestamp, now: Timestamp, head: Timestamp) -> Timestamp {
    if place == now { head } else { place }
}

/// One part in so many of a feed's places may be taken by revised entries of one
/// source: a source that rewords all it has at every poll leaves the rest to others.
const SHARE: usize = 5;

/// The share of a feed whose document holds `places` entries.
pub fn share(places: usize) -> Share {
    Share { places, most: (places / SHARE).max(1) }
}

/// New entries come before revised ones of the same moment.
const BEHIND: Duration = Duration::from_millis(1);

/// Where a revised entry stands that comes back to the `head` of a feed.
pub(super) fn revised_place(head: Timestamp) -> Timestamp {
    head.minus(BEHIND)
}

/// Who has the places at the head of a feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HeadShare {
    /// How many of them revised entries of one source take, the one in question not counted.
    pub taken: usize,
    /// How many they may; without it as many as there are.
    pub share: Option<Share>,
}

impl HeadShare {
    /// Whether no further one may come.
    pub fn is_taken(self) -> bool {
        self.share.is_some_and(|share| self.taken >= share.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{NextPoll, Over};

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    fn state(documents: u64, over: Option<Over>) -> PollState {
        let mut state = PollState::fresh(NextPoll { at: Timestamp::EPOCH, because: String::new() });
        state.documents = documents;
        state.standing.over = over;
        state
    }

    fn over(first: bool) -> Option<Over> {
        Some(Over { since: at(1), budget: "entries".to_owned(), waiting: 1, first })
    }

    #[test]
    fn a_first_document_stands_by_its_dates_and_later_ones_by_arrival() {
        let check = |state: &PollState, placing: Placing, dated: Option<i64>, expected: i64| {
            assert_eq!(arrives(state), placing);
            assert_eq!(first_place(state, dated.map(at), at(100)).millis(), expected, "{placing:?} {dated:?}");
        };
        let first = [state(0, None), state(0, over(false)), state(3, over(true))];
        for state in &first {
            check(state, Placing::ByDate, Some(40), 40);
            check(state, Placing::ByDate, Some(100), 100);
            check(state, Placing::ByDate, Some(101), 100);
            check(state, Placing::ByDate, None, 100);
        }
        for state in &[state(1, None), state(3, over(false))] {
            check(state, Placing::Arrived, Some(40), 100);
            check(state, Placing::Arrived, None, 100);
        }
    }

    #[test]
    fn r18_what_arrives_stands_at_the_head_though_the_clock_be_behind() {
        let check = |place, now, head, expected: i64| {
            assert_eq!(written_place(at(place), at(now), at(head)).millis(), expected);
        };
        check(100, 100, 100, 100);
        check(100, 100, 900, 900);
        check(99, 100, 900, 99);
    }

    #[test]
    fn reasons_for_a_place_differ() {
        let all = [Placing::ByDate, Placing::Arrived, Placing::Revised, Placing::OverShare].map(Placing::as_str);
        let told: std::collections::HashSet<&str> = all.into_iter().collect();
        assert_eq!(told.len(), 4);
        assert!(told.iter().all(|said| said.contains(' ') && !said.ends_with('.')), "{told:?}");
    }

    #[test]
    fn a_share_is_a_fifth_and_one_at_least() {
        assert_eq!(share(50), Share { places: 50, most: 10 });
        assert_eq!(share(9), Share { places: 9, most: 1 });
        assert_eq!(share(10), Share { places: 10, most: 2 });
        assert_eq!(share(3), Share { places: 3, most: 1 });
        assert_eq!(share(0), Share { places: 0, most: 1 });
    }

    #[test]
    fn a_share_is_taken_once_as_many_stand_there_as_may() {
        let check = |taken, share, expected| assert_eq!(HeadShare { taken, share }.is_taken(), expected, "{taken}");
        check(9, Some(share(50)), false);
        check(10, Some(share(50)), true);
        check(11, Some(share(50)), true);
        check(99, None, false);
        assert!(!HeadShare::default().is_taken());
    }

    #[test]
    fn new_entries_come_before_revised_ones_of_the_same_moment() {
        assert_eq!(revised_place(at(9)), at(8));
    }
}
