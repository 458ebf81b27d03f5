//! Clients that are connected, those that wait, and which have been idle the longest (B75).
//!
//! The number of places is fixed. A client that comes when all are taken waits for one, and as
//! many are closed as wait, no more (check B152): first those that are idle, then those that do
//! not read their response. A client whose request is being served, or that reads a stream,
//! stays.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use crate::clock::{Clock, SystemClock};

/// A client that took or sent a byte within this time is not idle: a reader in the middle of a
/// page is not closed for a newcomer.
const AT_IT: Duration = Duration::from_millis(100);

/// A connection.
#[derive(Debug)]
pub struct Guest {
    number: u64,
    /// When it was last active, in nanoseconds by `clock`.
    active: AtomicU64,
    /// Its requests that are being served, until the last piece of the body is sent.
    busy: AtomicUsize,
    /// Its response waits for the client to read.
    is_unread: AtomicBool,
    /// Its response is a stream.
    is_streaming: AtomicBool,
    clock: SystemClock,
    leave: Notify,
    /// Something ended for which the end of what it sends may be waiting.
    calm: Notify,
}

/// While this exists, its guest is not idle.
#[derive(Debug)]
pub struct Busy(Arc<Guest>);

/// While this exists, its guest reads a stream.
#[derive(Debug)]
pub struct Streaming(Arc<Guest>);

/// Why a guest may be closed for another, in the order in which they are chosen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Lull {
    /// It has sent no request.
    Idle,
    /// It does not read its response.
    Unread,
}

/// The places for connections.
#[derive(Clone, Debug)]
pub struct Hall(Arc<Places>);

#[derive(Debug)]
struct Places {
    most: usize,
    /// A client with less than this since its last byte is not idle.
    at_it: Duration,
    clock: SystemClock,
    state: Mutex<HallState>,
}

#[derive(Debug, Default)]
struct HallState {
    last: u64,
    here: BTreeMap<u64, Arc<Guest>>,
    /// Those that were told to close and are still connected.
    leaving: BTreeSet<u64>,
    /// Those that wait for a place, in the order in which they came.
    waiting: VecDeque<oneshot::Sender<Stay>>,
}

/// A guest with a place. The place is free again when this is dropped.
#[derive(Debug)]
pub struct Stay {
    /// The guest.
    pub guest: Arc<Guest>,
    hall: Hall,
}

/// What a newcomer gets.
#[derive(Debug)]
pub enum Arrived {
    /// A place.
    In(Stay),
    /// A place as soon as another client has left.
    Later(oneshot::Receiver<Stay>),
}

impl Guest {
    /// Notes that bytes came or went.
    pub fn stirs(&self) {
        self.active.store(nanos(self.clock.elapsed()), Ordering::Relaxed);
    }

    /// A request is being served until the returned value is dropped.
    pub fn busy(self: &Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }

    /// Notes that a response waits for the client to read.
    pub fn leaves_unread(&self) {
        self.is_unread.store(true, Ordering::Relaxed);
    }

    /// Notes that the client reads on.
    pub fn reads_on(&self) {
        self.is_unread.store(false, Ordering::Relaxed);
    }

    /// Its response is a stream until the returned value is dropped.
    pub fn streaming(self: &Arc<Self>) -> Streaming {
        self.is_streaming.store(true, Ordering::Relaxed);
        self.calm.notify_one();
        Streaming(Arc::clone(self))
    }

    /// Whether its response is a stream.
    pub fn is_streaming(&self) -> bool {
        self.is_streaming.load(Ordering::Relaxed)
    }

    /// Waits until none of its requests is being served. A stream does not count: it has no
    /// end to wait for.
    pub async fn answered(&self) {
        while self.busy.load(Ordering::Acquire) > 0 && !self.is_streaming() {
            self.calm.notified().await;
        }
    }

    /// Why it may be closed, if no byte came or went since `before`.
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
        self.0.busy.fetch_sub(1, Ordering::Release);
        self.0.calm.notify_one();
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        self.0.is_streaming.store(false, Ordering::Relaxed);
    }
}

impl Hall {
    /// As many places as this.
    pub fn new(most: usize) -> Hall {
        Hall::of(most, AT_IT)
    }

    fn of(most: usize, at_it: Duration) -> Hall {
        Hall(Arc::new(Places { most, at_it, clock: SystemClock::new(), state: Mutex::default() }))
    }

    /// Admits a newcomer, or has it wait in its turn.
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

    /// Closes as many as wait for a place, those that have been idle the longest first. Those
    /// that are already closing count.
    pub fn make_way(&self) {
        let waiting = self.waiting();
        self.let_go(waiting);
    }

    /// Closes guests until this many are closing.
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
            calm: Notify::new(),
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
        // The place goes to the client that has waited the longest and still does.
        state.waiting.retain(|give| !give.is_closed());
        let Some(give) = state.waiting.pop_front() else { return };
        let guest = self.hall.welcome(&mut state);
        drop(state);
        // A client that left at this moment passes the place on when it is dropped.
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
