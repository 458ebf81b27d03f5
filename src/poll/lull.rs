//! Collects polls that brought nothing, so that several are stored in one transaction (R50).
//!
//! Each transaction is written to the disk by itself, which costs more than all that a quiet
//! poll writes. Whoever comes after a lull goes at once; those who come soon afterwards go
//! together, before the next lull is over, or as soon as there are many. Nobody is told of a
//! poll that is not stored, so nothing is lost by waiting.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::clock::Clock;

/// Long enough for some polls of a busy desk to go together, and far shorter than any delay
/// that a source has by its schedule (R4).
pub const LULL: Duration = Duration::from_millis(100);

/// The lull behind a claim that found several sources: there, more go together, and each
/// costs less.
const BUSY_LULL: Duration = Duration::from_millis(250);

/// So many go at once: the transaction that they share costs each of them little.
const MANY: usize = 16;

/// Those that wait are still under way, so they are at most this part of all that may be:
/// the others go on meanwhile.
const SHARE: usize = 4;

/// Whose turn it is to be stored.
pub struct PollLull {
    clock: Arc<dyn Clock>,
    many: usize,
    state: Mutex<LullState>,
    opened: Notify,
}

/// By the monotonic clock.
#[derive(Default)]
struct LullState {
    opened_at: Option<Duration>,
    claimed_at: Option<Duration>,
    /// Whether the last claim left something that is due.
    left_some: bool,
    /// Whether it found several sources.
    is_busy: bool,
    waiting: usize,
    is_over: bool,
}

impl PollLull {
    /// For a desk that runs `concurrency` polls at once.
    pub fn new(clock: Arc<dyn Clock>, concurrency: usize) -> PollLull {
        let many = (concurrency / SHARE).clamp(1, MANY);
        PollLull { clock, many, state: Mutex::default(), opened: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, LullState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is time to claim up to `room` of what is due: a lull after the last time, or
    /// at once if that left some and there is room for many. What waits to be stored then goes
    /// along.
    ///
    /// # Errors
    /// How long it is until then.
    pub fn claim(&self, room: usize) -> Result<(), Duration> {
        let now = self.clock.elapsed();
        let mut state = self.state();
        if !state.left_some || room < self.many {
            state.left(state.claimed_at, now).map_or(Ok(()), Err)?;
        }
        (state.claimed_at, state.left_some) = (Some(now), false);
        if state.waiting > 0 {
            self.open(&mut state, now);
        }
        Ok(())
    }

    /// Notes how many sources the last claim found where there was room for `room`: if all of
    /// that was taken, more may be due. Returns how long the lull lasts until the next claim.
    pub fn found(&self, claims: usize, room: usize) -> Duration {
        let mut state = self.state();
        (state.left_some, state.is_busy) = (claims > 0 && claims >= room, claims > 1);
        state.lull()
    }

    /// Waits until it is time to store a poll that brought nothing.
    pub async fn pass(&self) {
        let (wait, opened) = {
            let now = self.clock.elapsed();
            let mut state = self.state();
            state.waiting += 1;
            match state.left(state.opened_at, now) {
                Some(wait) if state.waiting < self.many && !state.is_over => (wait, self.opened.notified()),
                _ => return self.open(&mut state, now),
            }
        };
        tokio::select! {
            () = opened => {}
            () = self.clock.sleep(wait) => self.open(&mut self.state(), self.clock.elapsed()),
        }
    }

    /// From now on nobody waits any more.
    pub fn end(&self) {
        let mut state = self.state();
        state.is_over = true;
        self.open(&mut state, self.clock.elapsed());
    }

    fn open(&self, state: &mut LullState, now: Duration) {
        (state.opened_at, state.waiting) = (Some(now), 0);
        self.opened.notify_waiters();
    }
}

impl LullState {
    fn lull(&self) -> Duration {
        if self.is_busy { BUSY_LULL } else { LULL }
    }

    /// What is left of the lull after `last`; `None` when it is over.
    fn left(&self, last: Option<Duration>, now: Duration) -> Option<Duration> {
        let until = last? + self.lull();
        until.checked_sub(now).filter(|wait| !wait.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::clock::{ManualClock, Sleep, Timestamp};

    /// A clock whose waits are over when it is moved on, and not before.
    struct Moved(ManualClock);

    impl Clock for Moved {
        fn now(&self) -> Timestamp {
            self.0.now()
        }

        fn elapsed(&self) -> Duration {
            self.0.elapsed()
        }

        fn sleep(&self, wait: Duration) -> Sleep<'_> {
            let until = self.elapsed() + wait;
            Box::pin(poll_fn(move |_| if self.elapsed() >= until { Poll::Ready(()) } else { Poll::Pending }))
        }
    }

    fn desk_of(concurrency: usize) -> (Arc<Moved>, PollLull) {
        let clock = Arc::new(Moved(ManualClock::at(Timestamp::EPOCH)));
        (Arc::clone(&clock), PollLull::new(clock, concurrency))
    }

    fn goes(poll: Pin<&mut impl Future<Output = ()>>) -> bool {
        poll.poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn the_first_goes_at_once_and_the_next_go_together_r50() {
        let (clock, lull) = desk_of(64);
        assert!(goes(pin!(lull.pass())));
        let (mut second, mut third) = (pin!(lull.pass()), pin!(lull.pass()));
        assert!(!goes(second.as_mut()) && !goes(third.as_mut()));
        clock.0.advance(LULL);
        assert!(goes(second.as_mut()) && goes(third.as_mut()));
        clock.0.advance(LULL);
        assert!(goes(pin!(lull.pass())), "nobody came for a while");
    }

    #[test]
    fn many_wait_for_nothing_and_few_at_once_never_do_r50() {
        let (_clock, lull) = desk_of(64);
        assert!(goes(pin!(lull.pass())));
        let mut waiting: Vec<_> = (1..MANY).map(|_| Box::pin(lull.pass())).collect();
        assert!(waiting.iter_mut().all(|poll| !goes(poll.as_mut())));
        assert!(goes(pin!(lull.pass())));
        assert!(waiting.iter_mut().all(|poll| goes(poll.as_mut())));
        let (_clock, few) = desk_of(SHARE);
        assert!((0..9).all(|_| goes(pin!(few.pass()))));
    }

    #[test]
    fn a_claim_takes_along_who_waits_and_comes_once_a_lull_r50() {
        let (clock, lull) = desk_of(64);
        assert_eq!(lull.claim(128), Ok(()));
        assert!(goes(pin!(lull.pass())), "a claim alone keeps nobody waiting");
        let mut poll = pin!(lull.pass());
        assert!(!goes(poll.as_mut()));
        clock.0.advance(LULL / 4);
        assert_eq!(lull.claim(128), Err(LULL * 3 / 4));
        clock.0.advance(LULL - LULL / 4 - Duration::from_millis(1));
        assert!(!goes(poll.as_mut()));
        clock.0.advance(Duration::from_millis(1));
        assert_eq!(lull.claim(128), Ok(()));
        assert!(goes(poll.as_mut()));
        assert!(!goes(pin!(lull.pass())), "the claim's transaction was just written");
    }

    #[test]
    fn what_a_claim_left_is_claimed_as_soon_as_there_is_room_r50() {
        let (_clock, lull) = desk_of(64);
        assert_eq!(lull.claim(128), Ok(()));
        lull.found(128, 128);
        assert_eq!(lull.claim(MANY - 1), Err(BUSY_LULL));
        assert_eq!(lull.claim(MANY), Ok(()));
        lull.found(1, 128);
        assert_eq!(lull.claim(128), Err(LULL), "that one left nothing");
    }

    #[test]
    fn a_lull_is_longer_where_there_is_much_to_do_r50() {
        let (clock, lull) = desk_of(64);
        for (claims, expected) in [(0, LULL), (1, LULL), (2, BUSY_LULL), (100, BUSY_LULL), (1, LULL)] {
            assert_eq!(lull.claim(128), Ok(()));
            assert_eq!((lull.found(claims, 128), lull.claim(128)), (expected, Err(expected)), "{claims}");
            let mut poll = pin!(lull.pass());
            assert!(goes(poll.as_mut()), "the first");
            let mut poll = pin!(lull.pass());
            clock.0.advance(expected - Duration::from_millis(1));
            assert!(!goes(poll.as_mut()), "{claims}");
            clock.0.advance(Duration::from_millis(1));
            assert!(goes(poll.as_mut()), "{claims}");
            clock.0.advance(BUSY_LULL);
        }
    }

    #[test]
    fn at_a_stop_nobody_waits_r7() {
        let (_clock, lull) = desk_of(64);
        assert!(goes(pin!(lull.pass())));
        let mut poll = pin!(lull.pass());
        assert!(!goes(poll.as_mut()));
        lull.end();
        assert!(goes(poll.as_mut()) && goes(pin!(lull.pass())));
    }
}
