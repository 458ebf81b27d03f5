//! Where an entry stands in a feed, and why there.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::Change;
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

/// One part in so many of a feed's places may be taken by revised entries of one
/// source: a source that rewords all it has at every poll leaves the rest to others.
const SHARE: usize = 5;

/// The share of a feed whose document holds `places` entries.
pub fn share(places: usize) -> Share {
    Share { places, most: (places / SHARE).max(1) }
}

/// New entries come before revised ones of the same moment.
const BEHIND: Duration = Duration::from_millis(1);

/// Where a revised entry stands that was in a feed before, and why; `taken` tells
/// how many places at the feed's head its source's revised entries take, this one
/// not counted.
pub fn stands_after(change: Change, now: Timestamp, taken: usize, share: Option<Share>) -> Placement {
    match change {
        Change::Cosmetic => Placement::Stays,
        Change::Material if share.is_some_and(|share| taken >= share.most) => Placement::Bounded,
        Change::Material => Placement::ToHead(now.minus(BEHIND)),
    }
}

/// What a revision does to an entry's place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Placement {
    /// Nothing.
    Stays,
    /// It comes back to the head of the feed.
    ToHead(Timestamp),
    /// It would, but its source has its share of the head.
    Bounded,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_fifth_and_one_at_least() {
        assert_eq!(share(50), Share { places: 50, most: 10 });
        assert_eq!(share(3), Share { places: 3, most: 1 });
    }

    #[test]
    fn a_revision_comes_to_the_head_within_its_sources_share() {
        let now = Timestamp::from_millis(9);
        let head = Placement::ToHead(Timestamp::from_millis(8));
        let check = |change, taken, share, expected| {
            assert_eq!(stands_after(change, now, taken, share), expected);
        };
        check(Change::Cosmetic, 0, Some(share(50)), Placement::Stays);
        check(Change::Material, 9, Some(share(50)), head);
        check(Change::Material, 10, Some(share(50)), Placement::Bounded);
        check(Change::Material, 99, None, head);
    }
}
