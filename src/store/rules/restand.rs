//! Where a stored entry stands in a feed that decides about it anew, be it that the
//! entry changed or that the feed's filter did, and what that does to the feed.

use crate::clock::Timestamp;
use crate::model::Change;
use crate::store::{ChangeKind, Gained};

use super::place::{HeadShare, Placing, revised_place};

/// What a feed has to say of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ruling {
    /// Nothing: no term of its filter occurs. No row is kept of that.
    Silent,
    /// It considered the entry and keeps it out.
    Out,
    /// The entry is in it.
    In,
}

/// What a feed said of an entry before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RouteBefore {
    /// Whether the entry was in it.
    pub admitted: bool,
    /// Where it stood.
    pub sort_at: Timestamp,
    /// Why there, where that is known.
    pub standing: Option<Placing>,
}

/// Why feeds decide about a stored entry anew.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Anew {
    /// The entry changed; one whose news are the same changed cosmetically.
    Revised {
        /// What kind of change.
        change: Change,
        /// When it was seen.
        at: Timestamp,
        /// Where in feeds that stands which arrives then.
        head: Timestamp,
    },
    /// The filter changed.
    Rematched {
        /// How gained entries appear.
        gained: Gained,
        /// The instant of the decision.
        at: Timestamp,
    },
}

/// An instant that is told, or that the store reads of the entry: few are needed, and
/// a row of a rematch costs little without.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// This one.
    At(Timestamp),
    /// When the entry was first seen.
    FirstSeen,
    /// When it last changed, as it is published.
    Updated,
}

/// Whether an entry came into a feed or went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Membership {
    /// It came in.
    Entered,
    /// It went out.
    Left,
    /// Neither.
    Unmoved,
}

/// What a decision about an entry does to its feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FeedEffect {
    /// To the number of its entries.
    pub membership: Membership,
    /// The change that the feed is as new as at least.
    pub changed: Option<Moment>,
    /// Whether its document is to be made anew.
    pub is_told: bool,
}

impl FeedEffect {
    /// A new entry came in that last changed at `updated_at`.
    pub fn entered(updated_at: Timestamp) -> Self {
        FeedEffect { membership: Membership::Entered, changed: Some(Moment::At(updated_at)), is_told: true }
    }

    /// As what the feed's readers see it, where they do; `unmoved` is what became of an
    /// entry that is in the feed as before.
    pub fn seen_as(self, unmoved: ChangeKind) -> Option<ChangeKind> {
        let kind = match self.membership {
            Membership::Entered => ChangeKind::Entered,
            Membership::Left => ChangeKind::Left,
            Membership::Unmoved => unmoved,
        };
        self.is_told.then_some(kind)
    }

    /// What readers are told of an entry by itself that a changed filter decided about: that
    /// it was gained as new.
    pub fn announced(self, gained: Gained) -> Option<ChangeKind> {
        let kind = self.seen_as(ChangeKind::Rematched)?;
        (gained == Gained::AsNew && kind == ChangeKind::Entered).then_some(kind)
    }
}

/// What is to be written of an entry and a feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RouteChange {
    /// Nothing: the feed said nothing about it before, and says nothing now.
    Nothing,
    /// The row goes: the feed has nothing to say of it any more.
    Dropped(FeedEffect),
    /// The row is as it is told here, with the new evidence.
    Set {
        /// Where the entry stands, or would stand should it come in silently.
        sort_at: Moment,
        /// Why there.
        standing: Option<Placing>,
        /// What that does to the feed.
        effect: FeedEffect,
    },
}

/// Whether the entry would come to the head by being revised, so that the share of its
/// source counts: only then does a store count who stands there, for that is dear.
pub fn contends(before: Option<RouteBefore>, ruling: Ruling, anew: Anew) -> bool {
    match anew {
        Anew::Revised { change, .. } => ruling == Ruling::In && (change == Change::Material || !was_in(before)),
        Anew::Rematched { .. } => false,
    }
}

/// What becomes of an entry in a feed that decides about it anew; `head` tells who has
/// its places, where the entry [`contends`] for one.
///
/// A revised entry that is in keeps its place unless the change is material; one that was
/// not in is news to the readers of this feed, and comes to the head. What a changed
/// filter gained stands by its date, where nobody is to take it for news, or at the head;
/// what it kept stays where it was and for the same reason.
pub fn restands(before: Option<RouteBefore>, ruling: Ruling, anew: Anew, head: HeadShare) -> RouteChange {
    let effect = effect(was_in(before), ruling, anew);
    if ruling == Ruling::Silent {
        return before.map_or(RouteChange::Nothing, |_| RouteChange::Dropped(effect));
    }
    let (sort_at, standing) = match anew {
        Anew::Revised { change, head: at, .. } => revised(before, ruling, change, (at, head)),
        Anew::Rematched { gained, at } => rematched(before, ruling, gained, at),
    };
    RouteChange::Set { sort_at, standing, effect }
}

fn was_in(before: Option<RouteBefore>) -> bool {
    before.is_some_and(|before| before.admitted)
}

fn revised(
    before: Option<RouteBefore>,
    ruling: Ruling,
    change: Change,
    (at, head): (Timestamp, HeadShare),
) -> (Moment, Option<Placing>) {
    let (stays, change) = match before {
        _ if ruling != Ruling::In => return (Moment::At(at), None),
        Some(before) if before.admitted => ((Moment::At(before.sort_at), before.standing), change),
        _ => ((Moment::FirstSeen, None), Change::Material),
    };
    match change {
        Change::Cosmetic => stays,
        Change::Material if head.is_taken() => (stays.0, Some(Placing::OverShare)),
        Change::Material => (Moment::At(revised_place(at)), Some(Placing::Revised)),
    }
}

fn rematched(before: Option<RouteBefore>, ruling: Ruling, gained: Gained, at: Timestamp) -> (Moment, Option<Placing>) {
    match before {
        _ if is_announced(was_in(before), ruling, gained) => (Moment::At(at), Some(Placing::Arrived)),
        Some(before) => (Moment::At(before.sort_at), before.standing),
        None => (Moment::Updated, None),
    }
}

/// Whether a changed filter gained the entry, and it is to appear as new.
fn is_announced(was_in: bool, ruling: Ruling, gained: Gained) -> bool {
    gained == Gained::AsNew && ruling == Ruling::In && !was_in
}

fn effect(was_in: bool, ruling: Ruling, anew: Anew) -> FeedEffect {
    let is_in = ruling == Ruling::In;
    let membership = match (was_in, is_in) {
        (false, true) => Membership::Entered,
        (true, false) => Membership::Left,
        (true, true) | (false, false) => Membership::Unmoved,
    };
    match anew {
        // The text of an entry that is in it is another one.
        Anew::Revised { change, at, .. } => {
            let is_told = was_in || is_in;
            let is_newer = is_told && (ruling == Ruling::Silent || change == Change::Material || !was_in);
            FeedEffect { membership, changed: is_newer.then_some(Moment::At(at)), is_told }
        }
        // The entries are as they were: a feed that gained none and lost none is, too, or
        // each rematch would have all readers fetch all feeds.
        Anew::Rematched { gained, at } => {
            let announced = is_announced(was_in, ruling, gained);
            let changed = if announced { Moment::At(at) } else { Moment::Updated };
            FeedEffect { membership, changed: is_in.then_some(changed), is_told: membership != Membership::Unmoved }
        }
    }
}

/// What decisions about several entries do to a feed together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FeedTally {
    /// Entries that came in.
    pub entered: usize,
    /// Entries that went out.
    pub left: usize,
    /// The newest change.
    pub changed_at: Timestamp,
    /// Whether its document is to be made anew; else the rest means nothing to it.
    pub is_told: bool,
}

impl FeedTally {
    /// Counts an effect, whose change was at `changed_at`.
    pub fn add(&mut self, effect: FeedEffect, changed_at: Option<Timestamp>) {
        match effect.membership {
            Membership::Entered => self.entered += 1,
            Membership::Left => self.left += 1,
            Membership::Unmoved => {}
        }
        self.changed_at = self.changed_at.max(changed_at.unwrap_or(Timestamp::EPOCH));
        self.is_told |= effect.is_told;
    }

    /// Whether a changed filter took entries in without a word, or out: readers are told of
    /// the feed as a whole.
    pub fn is_rematched(&self, gained: Gained) -> bool {
        self.is_told && (self.left > 0 || gained == Gained::Silently)
    }

    /// By how many entries it is longer.
    pub fn difference(&self) -> i64 {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        count(self.entered) - count(self.left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::rules::share;

    const AT: Timestamp = Timestamp::from_millis(900);
    /// The clock was set back: what arrives stands later than it is.
    const HEAD: Timestamp = Timestamp::from_millis(950);
    const BEFORE: Timestamp = Timestamp::from_millis(100);
    const TO_HEAD: (Moment, Option<Placing>) = (Moment::At(Timestamp::from_millis(949)), Some(Placing::Revised));

    const COSMETIC: Anew = Anew::Revised { change: Change::Cosmetic, at: AT, head: HEAD };
    const MATERIAL: Anew = Anew::Revised { change: Change::Material, at: AT, head: HEAD };
    const SILENTLY: Anew = Anew::Rematched { gained: Gained::Silently, at: AT };
    const AS_NEW: Anew = Anew::Rematched { gained: Gained::AsNew, at: AT };
    const ALL: [Anew; 4] = [COSMETIC, MATERIAL, SILENTLY, AS_NEW];

    fn was(admitted: bool, standing: Option<Placing>) -> Option<RouteBefore> {
        Some(RouteBefore { admitted, sort_at: BEFORE, standing })
    }

    fn entry_in() -> Option<RouteBefore> {
        was(true, Some(Placing::ByDate))
    }

    fn entry_out() -> Option<RouteBefore> {
        was(false, None)
    }

    /// Where the entry stands, and why.
    fn stands(change: RouteChange) -> (Moment, Option<Placing>) {
        match change {
            RouteChange::Set { sort_at, standing, .. } => (sort_at, standing),
            other => panic!("{other:?}"),
        }
    }

    fn effect_of(change: RouteChange) -> (Membership, Option<Moment>, bool) {
        match change {
            RouteChange::Set { effect, .. } | RouteChange::Dropped(effect) => {
                (effect.membership, effect.changed, effect.is_told)
            }
            RouteChange::Nothing => panic!("nothing changes"),
        }
    }

    #[test]
    fn a_feed_that_never_had_a_say_and_has_none_writes_nothing() {
        for anew in ALL {
            assert_eq!(restands(None, Ruling::Silent, anew, HeadShare::default()), RouteChange::Nothing, "{anew:?}");
        }
    }

    #[test]
    fn a_feed_that_is_silent_now_drops_its_row() {
        use Membership::{Left, Unmoved};
        let check = |before, anew, expected| {
            let change = restands(before, Ruling::Silent, anew, HeadShare::default());
            assert!(matches!(change, RouteChange::Dropped(_)), "{before:?} {anew:?}");
            assert_eq!(effect_of(change), expected, "{before:?} {anew:?}");
        };
        for anew in [COSMETIC, MATERIAL] {
            check(entry_in(), anew, (Left, Some(Moment::At(AT)), true));
            check(entry_out(), anew, (Unmoved, None, false));
        }
        for anew in [SILENTLY, AS_NEW] {
            check(entry_in(), anew, (Left, None, true));
            check(entry_out(), anew, (Unmoved, None, false));
        }
    }

    #[test]
    fn a_revised_entry_stands() {
        let check = |before, ruling, anew, expected: (Moment, Option<Placing>)| {
            let change = restands(before, ruling, anew, HeadShare::default());
            assert_eq!(stands(change), expected, "{before:?} {ruling:?} {anew:?}");
        };
        let stays = |standing| (Moment::At(BEFORE), standing);
        for standing in [None, Some(Placing::ByDate), Some(Placing::Arrived), Some(Placing::Revised)] {
            check(was(true, standing), Ruling::In, COSMETIC, stays(standing));
            check(was(true, standing), Ruling::In, MATERIAL, TO_HEAD);
        }
        // It is news to the readers of this feed, whatever changed.
        for anew in [COSMETIC, MATERIAL] {
            check(entry_out(), Ruling::In, anew, TO_HEAD);
            check(None, Ruling::In, anew, TO_HEAD);
            // Nobody sees where that stands which is out.
            for before in [None, entry_in(), entry_out()] {
                check(before, Ruling::Out, anew, (Moment::At(HEAD), None));
            }
        }
    }

    #[test]
    fn a_revised_entry_comes_to_the_head_within_its_sources_share() {
        let check = |before, anew, taken, expected: (Moment, Option<Placing>)| {
            let head = HeadShare { taken, share: Some(share(50)) };
            assert_eq!(stands(restands(before, Ruling::In, anew, head)), expected, "{before:?} {anew:?} {taken}");
        };
        check(entry_in(), MATERIAL, 9, TO_HEAD);
        check(entry_in(), MATERIAL, 10, (Moment::At(BEFORE), Some(Placing::OverShare)));
        check(entry_in(), COSMETIC, 10, (Moment::At(BEFORE), Some(Placing::ByDate)));
        // One that was out stands where it would have, had it always been in.
        for before in [None, entry_out()] {
            for anew in [COSMETIC, MATERIAL] {
                check(before, anew, 9, TO_HEAD);
                check(before, anew, 10, (Moment::FirstSeen, Some(Placing::OverShare)));
            }
        }
    }

    #[test]
    fn what_a_changed_filter_decides_stands() {
        let check = |before, ruling, anew, expected: (Moment, Option<Placing>)| {
            let change = restands(before, ruling, anew, HeadShare { taken: 9, share: Some(share(1)) });
            assert_eq!(stands(change), expected, "{before:?} {ruling:?} {anew:?}");
        };
        let arrived = (Moment::At(AT), Some(Placing::Arrived));
        let stays = |standing| (Moment::At(BEFORE), standing);
        for standing in [None, Some(Placing::ByDate), Some(Placing::Revised), Some(Placing::OverShare)] {
            for anew in [SILENTLY, AS_NEW] {
                check(was(true, standing), Ruling::In, anew, stays(standing));
                check(was(true, standing), Ruling::Out, anew, stays(standing));
                check(was(false, standing), Ruling::Out, anew, stays(standing));
            }
            check(was(false, standing), Ruling::In, SILENTLY, stays(standing));
            check(was(false, standing), Ruling::In, AS_NEW, arrived);
        }
        check(None, Ruling::In, SILENTLY, (Moment::Updated, None));
        check(None, Ruling::In, AS_NEW, arrived);
        check(None, Ruling::Out, SILENTLY, (Moment::Updated, None));
        check(None, Ruling::Out, AS_NEW, (Moment::Updated, None));
    }

    #[test]
    fn a_feed_is_told_of_each_revision_of_what_is_in_it() {
        use Membership::{Entered, Left, Unmoved};
        let check = |before, ruling, anew, expected| {
            let change = restands(before, ruling, anew, HeadShare::default());
            assert_eq!(effect_of(change), expected, "{before:?} {ruling:?} {anew:?}");
        };
        let now = Some(Moment::At(AT));
        check(entry_in(), Ruling::In, MATERIAL, (Unmoved, now, true));
        check(entry_in(), Ruling::In, COSMETIC, (Unmoved, None, true));
        check(entry_in(), Ruling::Out, MATERIAL, (Left, now, true));
        check(entry_in(), Ruling::Out, COSMETIC, (Left, None, true));
        for before in [None, entry_out()] {
            for anew in [COSMETIC, MATERIAL] {
                check(before, Ruling::In, anew, (Entered, now, true));
                check(before, Ruling::Out, anew, (Unmoved, None, false));
            }
        }
    }

    #[test]
    fn a_rematch_tells_a_feed_of_what_it_gained_and_lost_alone() {
        use Membership::{Entered, Left, Unmoved};
        let check = |before, ruling, anew, expected| {
            let change = restands(before, ruling, anew, HeadShare::default());
            assert_eq!(effect_of(change), expected, "{before:?} {ruling:?} {anew:?}");
        };
        let updated = Some(Moment::Updated);
        for anew in [SILENTLY, AS_NEW] {
            check(entry_in(), Ruling::In, anew, (Unmoved, updated, false));
            check(entry_in(), Ruling::Out, anew, (Left, None, true));
            for before in [None, entry_out()] {
                check(before, Ruling::Out, anew, (Unmoved, None, false));
            }
        }
        for before in [None, entry_out()] {
            check(before, Ruling::In, SILENTLY, (Entered, updated, true));
            // What is announced changes the feed now, as news does.
            check(before, Ruling::In, AS_NEW, (Entered, Some(Moment::At(AT)), true));
        }
    }

    #[test]
    fn who_stands_at_the_head_counts_for_what_would_come_there_by_a_revision() {
        let check = |before, ruling, anew, expected| {
            assert_eq!(contends(before, ruling, anew), expected, "{before:?} {ruling:?} {anew:?}");
        };
        check(entry_in(), Ruling::In, MATERIAL, true);
        check(entry_in(), Ruling::In, COSMETIC, false);
        for before in [None, entry_out()] {
            check(before, Ruling::In, MATERIAL, true);
            check(before, Ruling::In, COSMETIC, true);
        }
        for before in [None, entry_in(), entry_out()] {
            for ruling in [Ruling::Silent, Ruling::Out] {
                check(before, ruling, MATERIAL, false);
                check(before, ruling, COSMETIC, false);
            }
            for ruling in [Ruling::Silent, Ruling::Out, Ruling::In] {
                check(before, ruling, SILENTLY, false);
                check(before, ruling, AS_NEW, false);
            }
        }
    }

    /// Whatever a rule says where the share does not count, it says whoever has it.
    #[test]
    fn the_share_changes_nothing_where_an_entry_does_not_contend() {
        let spent = HeadShare { taken: 9, share: Some(share(1)) };
        for before in [None, entry_in(), entry_out()] {
            for ruling in [Ruling::Silent, Ruling::Out, Ruling::In] {
                for anew in ALL {
                    let is_same =
                        restands(before, ruling, anew, spent) == restands(before, ruling, anew, HeadShare::default());
                    assert_eq!(is_same, !contends(before, ruling, anew), "{before:?} {ruling:?} {anew:?}");
                }
            }
        }
    }

    #[test]
    fn effects_add_up() {
        let effect = |membership, is_told| FeedEffect { membership, changed: None, is_told };
        let at = |ms| Some(Timestamp::from_millis(ms));
        let mut tally = FeedTally::default();
        tally.add(effect(Membership::Unmoved, false), at(7));
        assert_eq!((tally.difference(), tally.changed_at.millis(), tally.is_told), (0, 7, false));
        tally.add(effect(Membership::Left, true), None);
        tally.add(effect(Membership::Left, true), at(5));
        assert_eq!((tally.difference(), tally.changed_at.millis(), tally.is_told), (-2, 7, true));
        tally.add(FeedEffect::entered(Timestamp::from_millis(9)), at(9));
        tally.add(effect(Membership::Unmoved, false), None);
        assert_eq!((tally.entered, tally.left, tally.difference()), (1, 2, -1));
        assert_eq!((tally.changed_at.millis(), tally.is_told), (9, true));
    }

    #[test]
    fn readers_see_what_moved_and_what_became_of_the_rest() {
        let effect = |membership, is_told| FeedEffect { membership, changed: None, is_told };
        let check = |membership, is_told, expected| {
            assert_eq!(effect(membership, is_told).seen_as(ChangeKind::Followed), expected, "{membership:?} {is_told}");
        };
        check(Membership::Entered, true, Some(ChangeKind::Entered));
        check(Membership::Left, true, Some(ChangeKind::Left));
        check(Membership::Unmoved, true, Some(ChangeKind::Followed));
        check(Membership::Unmoved, false, None);
    }

    #[test]
    fn a_new_entry_makes_its_feed_as_new_as_itself() {
        let effect = FeedEffect::entered(BEFORE);
        let told = (effect.membership, effect.changed, effect.is_told);
        assert_eq!(told, (Membership::Entered, Some(Moment::At(BEFORE)), true));
    }
}
