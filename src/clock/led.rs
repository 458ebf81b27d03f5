//! A clock that follows another, so that nodes whose own clocks differ decide by one time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::{Clock, Sleep, Timestamp, millis};

/// A smaller difference is none, and the time does not go to and fro by it.
const TOLERATED_MS: i64 = 100;

/// An answer that took longer says too little: it waited for a connection, or was asked for
/// several times, and the other clock was read at any time in between.
const IN_TIME: Duration = Duration::from_secs(1);

/// Shows the time of another clock, as it was last heard of, and goes on by the machine's
/// monotonic one. Until it has heard of it, it shows the machine's.
pub struct LedClock {
    machine: Arc<dyn Clock>,
    /// How far the other clock is ahead of the monotonic one, in milliseconds.
    lead: AtomicI64,
}

/// The other clock was not heard of.
const UNLED: i64 = i64::MIN;

impl LedClock {
    /// One that has not heard of the other yet.
    pub fn on(machine: Arc<dyn Clock>) -> LedClock {
        LedClock { machine, lead: AtomicI64::new(UNLED) }
    }

    /// Whether it has heard of the other.
    pub fn is_led(&self) -> bool {
        self.lead.load(Ordering::SeqCst) != UNLED
    }

    /// The other clock showed `told` at some time between the question and the answer; both
    /// are monotonic times. Nothing comes of an answer that took too long, unless it is the
    /// first, nor of a difference that the time in between explains. Returns whether the
    /// answer came in time.
    pub fn follow(&self, told: Timestamp, asked: Duration, answered: Duration) -> bool {
        let took = answered.saturating_sub(asked);
        let is_in_time = took <= IN_TIME;
        let before = self.lead.load(Ordering::SeqCst);
        if before != UNLED && !is_in_time {
            return false;
        }
        let lead = told.millis().saturating_sub(millis(asked + took / 2));
        let explained = TOLERATED_MS.saturating_add(millis(took / 2));
        if before == UNLED || lead.saturating_sub(before).saturating_abs() > explained {
            self.lead.store(lead, Ordering::SeqCst);
        }
        is_in_time
    }
}

impl Clock for LedClock {
    fn now(&self) -> Timestamp {
        match self.lead.load(Ordering::SeqCst) {
            UNLED => self.machine.now(),
            lead => Timestamp(lead.saturating_add(millis(self.machine.elapsed()))),
        }
    }

    fn elapsed(&self) -> Duration {
        self.machine.elapsed()
    }

    fn sleep(&self, wait: Duration) -> Sleep<'_> {
        self.machine.sleep(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn a_led_clock_shows_the_others_time_whatever_its_own_machine_shows_o43() {
        let machine = Arc::new(ManualClock::at(Timestamp::from_millis(900_000)));
        let clock = LedClock::on(Arc::clone(&machine) as Arc<dyn Clock>);
        assert_eq!(clock.now().millis(), 900_000);
        machine.advance(Duration::from_secs(2));
        let (second, now) = (Duration::from_secs(1), || machine.elapsed());
        assert!(!clock.is_led() && clock.follow(Timestamp::from_millis(600_000), second, second));
        assert_eq!(clock.now().millis(), 601_000);
        // Its machine's clock is set: nothing comes of it.
        machine.step_to(Timestamp::EPOCH);
        machine.advance(Duration::from_secs(3));
        assert_eq!((clock.now().millis(), clock.elapsed().as_secs()), (604_000, 5));
        // The other was read a moment earlier, or its clock was set.
        clock.follow(Timestamp::from_millis(603_930), now(), now());
        assert_eq!(clock.now().millis(), 604_000);
        clock.follow(Timestamp::from_millis(300_000), now(), now());
        assert_eq!(clock.now().millis(), 300_000);
    }

    #[test]
    fn an_answer_that_came_late_moves_no_led_clock_o43() {
        let machine = Arc::new(ManualClock::at(Timestamp::EPOCH));
        let clock = LedClock::on(Arc::clone(&machine) as Arc<dyn Clock>);
        let second = Duration::from_secs(1);
        // The first is all that is known, and the next one corrects it.
        assert!(!clock.follow(Timestamp::from_millis(100_000), Duration::ZERO, 30 * second));
        assert!(clock.is_led());
        machine.advance(30 * second);
        assert_eq!(clock.now().millis(), 115_000);
        assert!(clock.follow(Timestamp::from_millis(100_000), 30 * second, 30 * second));
        assert_eq!(clock.now().millis(), 100_000);
        // The server was started anew, and told its time when it was back.
        machine.advance(30 * second);
        assert!(!clock.follow(Timestamp::from_millis(130_000), 30 * second, 60 * second));
        assert_eq!(clock.now().millis(), 130_000);
        // A connection was waited for, all the time or not at all.
        let (asked, answered) = (60 * second, 60 * second + second * 4 / 5);
        for told in [130_000, 130_800] {
            assert!(clock.follow(Timestamp::from_millis(told), asked, answered));
            assert_eq!(clock.now().millis(), 130_000, "{told}");
        }
    }
}
