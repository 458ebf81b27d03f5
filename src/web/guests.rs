//! Who is connected, who waits to be, and who has been idle the longest (check B75).
//!
//! There are so many places. Who comes when all are taken waits for one, and as many are
//! let go as there are who wait, no more (check B152): those first who are idle, then those
//! who do not read their answer. Whoever is at work, or reads a stream, stays.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use crate::clock::{Clock, SystemClock};

/// Whoever took or sent a byte within this time is not idle: a reader in the midst of a
/// page is not let go for a newcomer.
const AT_IT: Duration = Duration::from_millis(100);

/// A connection.
#[derive(Debug)]
pub struct Guest {
    number: u64,
    /// When it was last active, in nanoseconds by `clock`.
    active: AtomicU64,
    /// Requests of it that are being answered, down to the last piece of the body.
    busy: AtomicUsize,
    /// Its answer waits for it to read.
    is_unread: AtomicBool,
    /// Its answer is a stream.
    is_streaming: AtomicBool,
    clock: SystemClock,
    leave: Notify,
}

/// While it lives, its guest is not idle.
#[derive(Debug)]
pub struct Busy(Arc<Guest>);

/// While it lives, its guest reads a stream.
#[derive(Debug)]
pub struct Streaming(Arc<Guest>);

/// Why a guest may be let go for another, in the order in which they are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Lull {
    /// It asks nothing.
    Idle,
    /// It reads nothing of its answer.
    Unread,
}

/// The places for connections.
#[derive(Clone, Debug)]
pub struct Hall(Arc<Places>);

#[derive(Debug)]
struct Places {
    most: usize,
    /// Those with less than this since their last byte are not idle.
    at_it: Duration,
    clock: SystemClock,
    state: Mutex<HallState>,
}

#[derive(Debug, Default)]
struct HallState {
    last: u64,
    here: BTreeMap<u64, Arc<Guest>>,
    /// Those who were told to leave and have not gone yet.
    leaving: BTreeSet<u64>,
    /// Those who wait for a place, in the order in which they came.
    waiting: VecDeque<oneshot::Sender<Stay>>,
}

/// A guest with a place, which is free again when this is dropped.
#[derive(Debug)]
pub struct Stay {
    /// Who has it.
    pub guest: Arc<Guest>,
    hall: Hall,
}

/// What a newcomer gets.
#[derive(Debug)]
pub enum Arrived {
    /// A place.
    In(Stay),
    /// A place once somebody has left.
    Later(oneshot::Receiver<Stay>),
}

impl Guest {
    /// Takes note of bytes that came or went.
    pub fn stirs(&self) {
        self.active.store(nanos(self.clock.elapsed()), Ordering::Relaxed);
    }

    /// A request is being answered until what this gives is dropped.
    pub fn busy(self: &Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }

    /// Takes note of an answer that waits for it to read.
    pub fn leaves_unread(&self) {
        self.is_unread.store(true, Ordering::Relaxed);
    }

    /// Takes note that it reads on.
    pub fn reads_on(&self) {
        self.is_unread.store(false, Ordering::Relaxed);
    }

    /// Its answer is a stream until what this gives is dropped.
    pub fn streaming(self: &Arc<Self>) -> Streaming {
        self.is_streaming.store(true, Ordering::Relaxed);
        Streaming(Arc::clone(self))
    }

    /// Whether its answer is a stream.
    pub fn is_streaming(&self) -> bool {
        self.is_streaming.load(Ordering::Relaxed)
    }

    /// Why it may be let go, if no byte came or went since `before`.
    fn lull(&self, before: u64) -> Option<Lull> {
        if self.active.load(Ordering::Relaxed) > before {
            return None;
        }
        if self.is_unread.load(Ordering::Relaxed) {
            return Some(Lull::Unread);
        }
        (self.busy.load(Ordering::Relaxed) == 0).then_some(Lull::Idle)
    }

    /// Has the connection closed.
    pub fn dismiss(&self) {
        self.leave.notify_one();
    }

    /// Waits until the connection is to be closed.
    pub async fn dismissed(&self) {
        self.leave.notified().await;
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.stirs();
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        self.0.is_streaming.store(false, Ordering::Relaxed);
    }
}

impl Hall {
    /// So many places.
    pub fn new(most: usize) -> Hall {
        Hall::of(most, AT_IT)
    }

    fn of(most: usize, at_it: Duration) -> Hall {
        Hall(Arc::new(Places { most, at_it, clock: SystemClock::new(), state: Mutex::default() }))
    }

    /// Lets a newcomer in, or has it wait in its turn.
    pub fn enter(&self) -> Arrived {
        let mut state = self.state();
        if state.here.len() < self.0.most {
            let guest = self.welcome(&mut state);
            return Arrived::In(Stay { guest, hall: self.clone() });
        }
        let (give, given) = oneshot::channel();
        state.waiting.push_back(give);
        Arrived::Later(given)
    }

    /// How many wait for a place.
    pub fn waiting(&self) -> usize {
        let mut state = self.state();
        state.waiting.retain(|give| !give.is_closed());
        state.waiting.len()
    }

    /// Has as many leave as wait for a place, those first that have been idle the
    /// longest. Those on their way out count.
    pub fn make_way(&self) {
        let waiting = self.waiting();
        self.let_go(waiting);
    }

    /// Has guests leave until so many are on their way out.
    pub fn let_go(&self, many: usize) {
        let mut state = self.state();
        let more = many.saturating_sub(state.leaving.len());
        if more == 0 {
            return;
        }
        let before = nanos(self.0.clock.elapsed().saturating_sub(self.0.at_it));
        let stays = |guest: &&Arc<Guest>| !state.leaving.contains(&guest.number);
        let here = state.here.values().filter(stays);
        let mut may_leave: Vec<(Lull, u64, Arc<Guest>)> = here
            .filter_map(|guest| Some((guest.lull(before)?, guest.active.load(Ordering::Relaxed), Arc::clone(guest))))
            .collect();
        may_leave.sort_by_key(|(lull, active, _)| (*lull, *active));
        for (.., guest) in may_leave.into_iter().take(more) {
            state.leaving.insert(guest.number);
            guest.dismiss();
        }
    }

    fn welcome(&self, state: &mut HallState) -> Arc<Guest> {
        state.last += 1;
        let (number, clock) = (state.last, self.0.clock);
        let guest = Arc::new(Guest {
            number,
            active: AtomicU64::new(nanos(clock.elapsed())),
            busy: AtomicUsize::new(0),
            is_unread: AtomicBool::new(false),
            is_streaming: AtomicBool::new(false),
            clock,
            leave: Notify::new(),
        });
        state.here.insert(number, Arc::clone(&guest));
        guest
    }

    fn state(&self) -> MutexGuard<'_, HallState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        let mut state = self.hall.state();
        state.here.remove(&self.guest.number);
        state.leaving.remove(&self.guest.number);
        // The place goes to who has waited the longest and still does.
        state.waiting.retain(|give| !give.is_closed());
        let Some(give) = state.waiting.pop_front() else { return };
        let guest = self.hall.welcome(&mut state);
        drop(state);
        // One who left at this moment leaves the place to the next, by being dropped.
        drop(give.send(Stay { guest, hall: self.hall.clone() }));
    }
}

fn nanos(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stay(entry: Arrived) -> Stay {
        match entry {
            Arrived::In(stay) => stay,
            Arrived::Later(_) => panic!("no place was free"),
        }
    }

    fn told(stay: &Stay) -> bool {
        stay.hall.state().leaving.contains(&stay.guest.number)
    }

    #[test]
    fn b152_as_many_leave_as_wait_and_no_more() {
        let hall = Hall::of(8, Duration::ZERO);
        let mut here: Vec<Stay> = (0..8).map(|_| stay(hall.enter())).collect();
        let busy = here[0].guest.busy();
        let mut waiting: VecDeque<_> = (0..2).map(|_| hall.enter()).collect();
        // However often it is looked: nobody has gone yet.
        for _ in 0..10 {
            hall.make_way();
        }
        assert_eq!(here.iter().map(told).collect::<Vec<_>>(), [0, 1, 1, 0, 0, 0, 0, 0].map(|n| n == 1));
        // One goes, and its place is given on before anybody looks again.
        drop(here.remove(1));
        let Some(Arrived::Later(mut first)) = waiting.pop_front() else { panic!("it got in at once") };
        let first = first.try_recv().expect("its place");
        assert_eq!(hall.waiting(), 1);
        hall.make_way();
        assert_eq!(here.iter().filter(|stay| told(stay)).count(), 1, "one waits, one is on its way");
        // Who waits no longer takes no place, and nobody has to leave for it.
        drop(waiting);
        drop(here.remove(1));
        assert_eq!(hall.waiting(), 0);
        assert_eq!(hall.state().here.len(), 7);
        hall.make_way();
        assert!(!here.iter().any(told) && !told(&first));
        drop(busy);
    }

    /// Who has nothing to do goes first, then who leaves an answer unread, and nobody
    /// whose stream is silent.
    #[test]
    fn b75_who_does_not_read_goes_after_who_is_idle_and_a_silent_stream_stays() {
        let hall = Hall::of(4, Duration::ZERO);
        let here: Vec<Stay> = (0..4).map(|_| stay(hall.enter())).collect();
        let leaving = || here.iter().map(told).collect::<Vec<_>>();
        let (stream, unread) = (&here[0].guest, &here[1].guest);
        let _held = (stream.busy(), stream.streaming(), unread.busy());
        unread.leaves_unread();
        hall.let_go(2);
        assert_eq!(leaving(), [false, false, true, true]);
        hall.let_go(4);
        assert_eq!(leaving(), [false, true, true, true]);
        // One that is not read either may go, last of all.
        stream.leaves_unread();
        hall.let_go(4);
        assert_eq!(leaving(), [true; 4]);
        unread.reads_on();
        assert_eq!(unread.lull(u64::MAX), None);
    }
}
