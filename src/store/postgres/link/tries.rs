//! How often and how long something is tried that may succeed soon.

use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::store::{Error, Lane};

/// Whether the same may succeed at once or soon.
pub fn is_again(error: &Error) -> bool {
    matches!(error, Error::Locked(_) | Error::Away(_) | Error::Cancelled(_))
}

/// How long is tried. A server that is started anew is back within seconds; whoever asks
/// whether the store is well wants to hear soon that it is not.
const LONGEST: Duration = Duration::from_secs(30);
const LONGEST_OF_HEALTH: Duration = Duration::from_millis(1_500);

/// The first wait, which doubles up to the last.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LAST_WAIT: Duration = Duration::from_secs(2);

/// Tries at one piece of work.
pub struct Tries {
    clock: SystemClock,
    longest: Duration,
    chance: u64,
    nth: u32,
}

impl Tries {
    /// The first is made at once. `chance` sets the waits of those apart who try the same.
    pub fn new(lane: Lane, chance: i64) -> Tries {
        let longest = if lane == Lane::Health { LONGEST_OF_HEALTH } else { LONGEST };
        Tries { clock: SystemClock::new(), longest, chance: chance.cast_unsigned(), nth: 0 }
    }

    /// Waits, by the monotonic clock.
    pub async fn sleep(&self, wait: Duration) {
        self.clock.sleep(wait).await;
    }

    /// How long to wait before the next one; `None`: no longer.
    pub fn next_wait(&mut self) -> Option<Duration> {
        let wait = wait(self.nth, self.chance);
        self.nth += 1;
        (self.clock.elapsed() + wait < self.longest).then_some(wait)
    }
}

/// The wait before try `nth`, a fifth more or less by `chance`: those whom one restart of
/// the server threw out do not come back all at once.
fn wait(nth: u32, chance: u64) -> Duration {
    let wait = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(nth)).min(LAST_WAIT);
    let fifths = xxhash_rust::xxh3::xxh3_64_with_seed(&nth.to_le_bytes(), chance) % 401;
    wait.mul_f64(0.8 + f64::from(u32::try_from(fifths).unwrap_or(0)) / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_two_seconds_and_differ_by_chance_o42() {
        for (nth, ms) in [(0, 50), (1, 100), (2, 200), (5, 1600), (6, 2000), (63, 2000), (u32::MAX, 2000)] {
            let all: Vec<u128> = (0..200).map(|chance| wait(nth, chance).as_millis()).collect();
            let (least, most) = (*all.iter().min().unwrap(), *all.iter().max().unwrap());
            assert!(least >= ms * 8 / 10 && most <= ms * 12 / 10, "{nth}: {least} to {most}");
            assert!(most - least > ms / 4, "{nth}: {least} to {most}");
        }
    }

    #[test]
    fn tries_end_o42() {
        let tries = |longest| Tries { longest, ..Tries::new(Lane::Desk, 7) };
        assert_eq!(tries(Duration::ZERO).next_wait(), None);
        let mut long = tries(Duration::from_secs(3600));
        assert!(long.next_wait() < long.next_wait());
        assert_eq!(Tries::new(Lane::Health, 7).longest, LONGEST_OF_HEALTH);
    }

    #[test]
    fn only_what_may_help_is_done_again_o42() {
        let said = || "said".to_owned();
        assert!(is_again(&Error::Locked(said())) && is_again(&Error::Away(said())));
        for error in [Error::Full(said()), Error::TooLong(said()), Error::Unusable(said()), Error::Superseded] {
            assert!(!is_again(&error), "{error}");
        }
    }
}
