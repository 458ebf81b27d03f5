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
mod tests;
