//! Tables of what a decision does to a route.

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
