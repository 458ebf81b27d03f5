//! Who is connected, and who has been idle the longest (check B75).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

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
    /// Requests of it that are being answered.
    busy: AtomicUsize,
    clock: SystemClock,
    leave: Notify,
}

/// All connections.
#[derive(Clone, Debug, Default)]
pub struct Guests {
    numbers: Arc<AtomicU64>,
    clock: SystemClock,
    here: Arc<Mutex<BTreeMap<u64, Arc<Guest>>>>,
}

/// While it lives, its guest is not idle.
#[derive(Debug)]
pub struct Busy(Arc<Guest>);

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

impl Guests {
    /// Takes a new connection in.
    pub fn welcome(&self) -> Arc<Guest> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let (active, busy) = (AtomicU64::new(nanos(self.clock.elapsed())), AtomicUsize::new(0));
        let guest = Arc::new(Guest { number, active, busy, clock: self.clock, leave: Notify::new() });
        self.here().insert(number, Arc::clone(&guest));
        guest
    }

    /// Forgets a connection that has ended.
    pub fn farewell(&self, guest: &Guest) {
        self.here().remove(&guest.number);
    }

    /// Closes the connection that has been idle the longest, unless all are at work.
    pub fn dismiss_one(&self) {
        let before = nanos(self.clock.elapsed().saturating_sub(AT_IT));
        let idle = |guest: &&Arc<Guest>| {
            guest.busy.load(Ordering::Relaxed) == 0 && guest.active.load(Ordering::Relaxed) <= before
        };
        let mut here = self.here();
        let longest = here.values().filter(idle).min_by_key(|guest| guest.active.load(Ordering::Relaxed)).cloned();
        if let Some(guest) = longest {
            // It is told once: the next newcomer has another one leave.
            here.remove(&guest.number);
            guest.leave.notify_one();
        }
    }

    fn here(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, Arc<Guest>>> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn nanos(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)
}
