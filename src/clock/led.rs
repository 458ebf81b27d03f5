//! A clock that follows another, so that nodes whose own clocks differ decide by one time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::{Clock, Sleep, Timestamp, millis};

/// The way to the other clock takes as long: a smaller difference is none, and the time
/// does not go to and fro by it.
const ON_THE_WAY_MS: i64 = 100;

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

    /// The other clock showed `told` at this monotonic time.
    pub fn follow(&self, told: Timestamp, elapsed: Duration) {
        let heard = told.millis().saturating_sub(millis(elapsed));
        let before = self.lead.load(Ordering::SeqCst);
        if before == UNLED || heard.saturating_sub(before).saturating_abs() > ON_THE_WAY_MS {
            self.lead.store(heard, Ordering::SeqCst);
        }
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
        clock.follow(Timestamp::from_millis(600_000), Duration::from_secs(1));
        assert_eq!(clock.now().millis(), 601_000);
        // Its machine's clock is set: nothing comes of it.
        machine.step_to(Timestamp::EPOCH);
        machine.advance(Duration::from_secs(3));
        assert_eq!((clock.now().millis(), clock.elapsed().as_secs()), (604_000, 5));
        // The way to the other took a moment longer, or its clock was set.
        clock.follow(Timestamp::from_millis(603_930), clock.elapsed());
        assert_eq!(clock.now().millis(), 604_000);
        clock.follow(Timestamp::from_millis(300_000), clock.elapsed());
        assert_eq!(clock.now().millis(), 300_000);
    }
}
