//! Who is connected, and who has been idle the longest (check B75).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// A connection.
#[derive(Debug)]
pub struct Guest {
    number: u64,
    /// Its place in the order of activity: the less, the longer idle.
    active: AtomicU64,
    /// Requests of it that are being answered.
    busy: AtomicUsize,
    order: Arc<AtomicU64>,
    leave: Notify,
}

/// All connections.
#[derive(Clone, Debug, Default)]
pub struct Guests {
    order: Arc<AtomicU64>,
    here: Arc<Mutex<BTreeMap<u64, Arc<Guest>>>>,
}

/// While it lives, its guest is not idle.
#[derive(Debug)]
pub struct Busy(Arc<Guest>);

impl Guest {
    /// Takes note of bytes that came or went.
    pub fn stirs(&self) {
        self.active.store(self.order.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
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
        let number = self.order.fetch_add(1, Ordering::Relaxed);
        let (active, busy) = (AtomicU64::new(number), AtomicUsize::new(0));
        let guest = Arc::new(Guest { number, active, busy, order: Arc::clone(&self.order), leave: Notify::new() });
        self.here().insert(number, Arc::clone(&guest));
        guest
    }

    /// Forgets a connection that has ended.
    pub fn farewell(&self, guest: &Guest) {
        self.here().remove(&guest.number);
    }

    /// Closes the connection that has been idle the longest, unless all are at work.
    pub fn dismiss_one(&self) {
        let idle = |guest: &&Arc<Guest>| guest.busy.load(Ordering::Relaxed) == 0;
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
