//! Which clock is believed. A machine's clock can be years ahead for one start,
//! or start in 1970; what removes texts, or gives entries their places, goes by
//! a time that follows the clock only as fast as the desk runs.

use std::time::Duration;

use crate::clock::Timestamp;

/// For each hour that the desk runs, the believed time comes up to so many hours
/// nearer to the clock. A start with a clock that is years ahead moves it by
/// half an hour a minute, so nothing is pruned that would not have been a little
/// later; a desk that was really off for two years prunes as before after 25 days.
const RATE: u32 = 30;

/// A clock that is behind the believed time by more is not the one to mend by.
const SLACK: Duration = Duration::from_secs(3600);

/// 2026-01-01: a clock that shows an earlier day is wrong, for this program is younger.
const EARLIEST: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// A history as short as this proves no clock wrong.
const SHORT: Duration = Duration::from_secs(3600);

/// The time that is believed, and where the history begins that speaks for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Belief {
    /// The time.
    pub at: Timestamp,
    /// Where its history begins.
    pub since: Timestamp,
}

impl Belief {
    /// The belief after the desk ran for `ran`, when the clock shows `now`.
    pub fn follow(self, now: Timestamp, ran: Duration) -> Belief {
        let reach = ran.saturating_mul(RATE);
        let at = now.clamp(self.at.minus(reach), self.at.plus(reach));
        Belief { at, since: self.since.min(at) }
    }
}

/// Texts are pruned only while clock and history agree to this.
const AGREES: Duration = Duration::from_secs(2 * 86_400);

/// The time to prune by: the earlier of clock and history. `None` while the clock
/// is ahead of what the store has seen: what was kept too long can still be pruned,
/// what was pruned too soon is lost.
pub fn prune_by(now: Timestamp, believed: Timestamp) -> Option<Timestamp> {
    (now.since(believed) <= AGREES).then(|| now.min(believed))
}

/// Whether a clock that shows `now` may set right what was dated by an earlier one.
pub fn is_credible(belief: Option<Belief>, now: Timestamp) -> bool {
    let contradicts = |b: Belief| b.at.since(b.since) > SHORT && now < b.at.minus(SLACK);
    now >= EARLIEST && !belief.is_some_and(contradicts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);
    const DAY: Duration = Duration::from_secs(86_400);

    /// 2026-11-23T00:00:00Z.
    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);

    fn belief(at: Timestamp) -> Belief {
        Belief { at, since: at.minus(30 * DAY) }
    }

    #[test]
    fn a_history_of_minutes_proves_no_clock_wrong() {
        let young = Belief { at: NOW.plus(730 * DAY), since: NOW.plus(730 * DAY).minus(HOUR / 2) };
        assert!(is_credible(Some(young), NOW));
        assert!(!is_credible(Some(Belief { since: NOW, ..young }), NOW));
    }

    #[test]
    fn the_believed_time_follows_only_as_fast_as_the_desk_runs() {
        let check =
            |now: Timestamp, ran, expected: Timestamp| assert_eq!(belief(NOW).follow(now, ran).at, expected, "{now}");
        check(NOW.plus(HOUR), HOUR, NOW.plus(HOUR));
        check(NOW.plus(2 * DAY), 2 * HOUR, NOW.plus(2 * DAY));
        check(NOW.plus(730 * DAY), Duration::ZERO, NOW);
        check(NOW.plus(730 * DAY), HOUR, NOW.plus(30 * HOUR));
        check(NOW.plus(730 * DAY), 25 * DAY, NOW.plus(730 * DAY));
        check(NOW.minus(DAY), HOUR, NOW.minus(DAY));
        check(Timestamp::EPOCH, HOUR, NOW.minus(30 * HOUR));
        check(Timestamp::NEVER, Duration::MAX, Timestamp::NEVER);
    }

    #[test]
    fn r18_r25_nothing_is_pruned_while_the_clock_is_ahead_of_the_history() {
        // Two years ahead for twenty days of running: the history comes up by thirty days a day.
        let mut belief = belief(NOW);
        for hours in 1..=20 * 24 {
            let now = NOW.plus(730 * DAY + hours * HOUR);
            belief = belief.follow(now, HOUR);
            assert_eq!(prune_by(now, belief.at), None, "after {hours} hours");
        }
        // Set right again: what was believed meanwhile counts for nothing.
        assert_eq!(prune_by(NOW.plus(20 * DAY), belief.at), Some(NOW.plus(20 * DAY)));
        // Off for a week: pruned again once the desk ran for five or six hours.
        let mut belief = Belief { at: NOW, since: NOW.minus(30 * DAY) };
        let held = (1..).take_while(|hours| {
            let now = NOW.plus(7 * DAY + *hours * HOUR);
            belief = belief.follow(now, HOUR);
            prune_by(now, belief.at).is_none()
        });
        assert_eq!(held.count(), 4);
    }

    #[test]
    fn a_clock_is_credible_unless_it_contradicts_what_is_believed() {
        let check = |believed: Option<Timestamp>, now, expected| {
            assert_eq!(is_credible(believed.map(belief), now), expected, "{believed:?} {now}")
        };
        check(None, NOW, true);
        check(None, Timestamp::EPOCH, false);
        check(Some(NOW), NOW, true);
        check(Some(NOW), NOW.minus(HOUR), true);
        check(Some(NOW), NOW.minus(DAY), false);
        check(Some(NOW), NOW.plus(730 * DAY), true);
        check(Some(Timestamp::EPOCH), Timestamp::from_millis(1), false);
    }
}
