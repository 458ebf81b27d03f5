//! Who may poll a source now, and when one looks again.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::{PollState, STALE_AFTER, SourceId};
use crate::store::NotClaimed;

/// Why a source is due when it is as long as a poll of it is under way, and if that never
/// ends. A claim moves the due time on by the source's interval before anything is sent, so
/// that one whose document kills the process is polled once an interval (check P28).
pub const CLAIMED: &str = "a poll is running; if it never finishes, the next one starts then";

/// How far ahead a lease or a turn may end and be believed, where each lasts for
/// `lease`: what is later was written by a clock that has been set back, and binds nobody
/// (R18). One lease is not enough: another node's time may have been read after ours,
/// which waited for the store since.
pub fn believed_within(lease: Duration) -> Duration {
    lease.saturating_mul(2)
}

/// Whether somebody works on a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leased {
    /// Nobody, or its lease is over.
    ToNobody,
    /// Another node.
    ToAnother,
}

/// Whether a source may be polled by hand now, its host's turn apart (check P36).
///
/// # Errors
/// Why it may not: somebody polls it, its server asked to be left alone, or it was polled
/// a moment ago. The first of these is told.
pub fn by_hand(
    source: &SourceId,
    state: &PollState,
    leased: Leased,
    floor: Duration,
    now: Timestamp,
) -> Result<(), NotClaimed> {
    let source = source.clone();
    if leased == Leased::ToAnother {
        return Err(NotClaimed::Busy(source));
    }
    if let Some(until) = state.standing.hold.clone().filter(|hold| hold.at > now) {
        return Err(NotClaimed::Held { source, until });
    }
    // A last poll in the future is a clock's that was set back (R18).
    let last = state.last_poll_at.filter(|at| *at <= now);
    match last.map(|last| last.plus(floor)).filter(|until| *until > now) {
        Some(until) => Err(NotClaimed::TooSoon { source, until }),
        None => Ok(()),
    }
}

/// What is due now waits for a turn at least so long when nothing tells until when: an
/// response that is under way may end at any moment, and a look costs little.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// When one looks for a due source again, none of which has a turn free: when the next
/// source is due or the next site free, and soon in any case.
pub fn looks_again(next_due: Option<Timestamp>, next_free: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let soon = now.plus(LOOK_AGAIN);
    next_due.into_iter().chain(next_free).fold(soon, Timestamp::min)
}

/// What is kept of a source's failures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failing {
    /// How many in a row.
    pub failures: u32,
    /// Since when the source is stale, see [`PollState::stale_at`].
    pub stale_at: Option<Timestamp>,
}

impl Failing {
    /// The same without the last failure, in which the source had no part. One that was
    /// never read is stale for its failures alone, and with fewer of them is not.
    #[must_use]
    pub fn absolved(self, last_success_at: Option<Timestamp>) -> Failing {
        let failures = self.failures.saturating_sub(1);
        let still_stale = last_success_at.is_some() || failures >= STALE_AFTER;
        Failing { failures, stale_at: self.stale_at.filter(|_| still_stale) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NextPoll;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);
    const MINUTE: Duration = Duration::from_secs(60);

    fn source() -> SourceId {
        SourceId::new("a").unwrap()
    }

    fn state(last_poll_at: Option<Timestamp>, held_until: Option<Timestamp>) -> PollState {
        let mut state = PollState::fresh(NextPoll { at: NOW, because: String::new() });
        state.last_poll_at = last_poll_at;
        state.standing.hold = held_until.map(hold);
        state
    }

    fn hold(at: Timestamp) -> NextPoll {
        NextPoll { at, because: "asked".to_owned() }
    }

    #[test]
    fn p36_a_poll_by_hand_keeps_the_floor_and_the_servers_wishes() {
        let check = |state: PollState, leased, expected: Result<(), NotClaimed>| {
            assert_eq!(by_hand(&source(), &state, leased, MINUTE, NOW), expected, "{state:?}");
        };
        let second = Duration::from_secs(1);
        let (busy, held) = (NotClaimed::Busy(source()), |at| NotClaimed::Held { source: source(), until: hold(at) });
        let soon = |until| NotClaimed::TooSoon { source: source(), until };
        check(state(None, None), Leased::ToNobody, Ok(()));
        check(state(Some(NOW.minus(MINUTE)), None), Leased::ToNobody, Ok(()));
        check(state(Some(NOW.minus(MINUTE - second)), None), Leased::ToNobody, Err(soon(NOW.plus(second))));
        check(state(Some(NOW), None), Leased::ToNobody, Err(soon(NOW.plus(MINUTE))));
        // R18: the clock was set back.
        check(state(Some(NOW.plus(second)), None), Leased::ToNobody, Ok(()));
        check(state(None, Some(NOW.plus(second))), Leased::ToNobody, Err(held(NOW.plus(second))));
        check(state(None, Some(NOW)), Leased::ToNobody, Ok(()));
        check(state(Some(NOW), Some(NOW.plus(second))), Leased::ToNobody, Err(held(NOW.plus(second))));
        check(state(Some(NOW), Some(NOW.plus(second))), Leased::ToAnother, Err(busy.clone()));
        check(state(None, None), Leased::ToAnother, Err(busy));
    }

    #[test]
    fn r18_a_lease_is_believed_for_twice_its_length() {
        assert_eq!(believed_within(MINUTE), 2 * MINUTE);
        assert_eq!(believed_within(Duration::MAX), Duration::MAX);
    }

    #[test]
    fn one_looks_again_at_the_first_of_what_may_change() {
        let at = |ms: u64| Some(NOW.plus(Duration::from_millis(ms)));
        let check = |due, free, expected: u64| assert_eq!(Some(looks_again(due, free, NOW)), at(expected));
        check(None, None, 1000);
        check(at(300), None, 300);
        check(None, at(400), 400);
        check(at(300), at(400), 300);
        check(at(400), at(300), 300);
        check(at(2000), at(3000), 1000);
    }

    #[test]
    fn r6_a_source_that_was_never_read_is_stale_for_its_failures_alone() {
        let check = |failures, stale: bool, read: bool, expected: (u32, bool)| {
            let stale_at = stale.then_some(Timestamp::EPOCH);
            let after = Failing { failures, stale_at }.absolved(read.then_some(NOW));
            assert_eq!((after.failures, after.stale_at), (expected.0, expected.1.then_some(Timestamp::EPOCH)));
        };
        check(0, false, false, (0, false));
        check(1, false, false, (0, false));
        check(STALE_AFTER, true, false, (STALE_AFTER - 1, false));
        check(STALE_AFTER + 1, true, false, (STALE_AFTER, true));
        check(STALE_AFTER + 1, false, false, (STALE_AFTER, false));
        // One that was read once is stale by the time since.
        check(1, true, true, (0, true));
        check(1, false, true, (0, false));
    }
}
