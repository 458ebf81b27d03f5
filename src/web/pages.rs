//! What pages may take: of the store, of the processor, of memory (R35).
//!
//! Anybody may ask for any page as often as he likes. So few are made at once, each is
//! made within [`PAGE_TIME`] or not at all, and those that are made and not read yet are
//! bounded together: whoever has had one the longest is let go for the next.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use super::guests::Guest;
use crate::limits::{PAGE_TIME, PAGES_AT_ONCE, PAGES_UNREAD};

/// Room for unread pages is given in units of so many bytes.
const UNIT: usize = 1024;

/// The turns and the room that pages have.
pub struct Pages {
    turns: Semaphore,
    room: Arc<Semaphore>,
    unread: Arc<Unread>,
}

/// Who has a page and has not read it, in the order in which they got it.
#[derive(Default)]
struct Unread(Mutex<(u64, BTreeMap<u64, Arc<Guest>>)>);

impl Unread {
    fn all(&self) -> std::sync::MutexGuard<'_, (u64, BTreeMap<u64, Arc<Guest>>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A page on its way to its reader.
struct Sent {
    bytes: Bytes,
    number: u64,
    unread: Arc<Unread>,
    _room: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Sent {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        self.unread.all().1.remove(&self.number);
    }
}

impl Pages {
    /// As the limits say.
    pub fn new() -> Self {
        Pages {
            turns: Semaphore::new(PAGES_AT_ONCE.count()),
            room: Arc::new(Semaphore::new(PAGES_UNREAD.count() / UNIT)),
            unread: Arc::default(),
        }
    }

    /// A turn at making a page.
    pub async fn turn(&self) -> SemaphorePermit<'_> {
        self.turns.acquire().await.expect("the semaphore is never closed")
    }

    /// What comes of `work` within a page's time; what it asked of the store is
    /// interrupted then.
    pub async fn in_time<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::time::timeout(PAGE_TIME.duration(), work).await.ok()
    }

    /// The same bytes, counted until `guest` has read them; `None` when there is no
    /// room for them.
    pub async fn send(&self, bytes: Bytes, guest: &Arc<Guest>) -> Option<Bytes> {
        let units = bytes.len().div_ceil(UNIT).min(PAGES_UNREAD.count() / UNIT);
        let units = u32::try_from(units).unwrap_or(u32::MAX);
        let room = match Arc::clone(&self.room).try_acquire_many_owned(units) {
            Ok(room) => room,
            Err(_) => self.in_time(self.make_room(units)).await?,
        };
        let number = {
            let mut all = self.unread.all();
            all.0 += 1;
            let number = all.0;
            all.1.insert(number, Arc::clone(guest));
            number
        };
        Some(Bytes::from_owner(Sent { bytes, number, unread: Arc::clone(&self.unread), _room: room }))
    }

    /// Lets go who has had a page the longest, as often as it takes.
    async fn make_room(&self, units: u32) -> OwnedSemaphorePermit {
        loop {
            let longest = self.unread.all().1.pop_first();
            if let Some((_, guest)) = longest {
                guest.dismiss();
            }
            let room = Arc::clone(&self.room).acquire_many_owned(units);
            // Its connection needs a moment to end.
            if let Ok(room) = tokio::time::timeout(MOMENT, room).await {
                return room.expect("the semaphore is never closed");
            }
        }
    }
}

/// A dismissed connection has ended by then, on a machine that is not overrun.
const MOMENT: std::time::Duration = std::time::Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::guests::Guests;

    #[tokio::test]
    async fn pages_nobody_reads_take_no_more_than_their_room_r35() {
        let (pages, guests) = (Pages::new(), Guests::default());
        let page = Bytes::from(vec![b'x'; 4 << 20]);
        let all: Vec<_> = (0..20).map(|_| guests.welcome()).collect();
        // Eight fit. Each further one needs another to go, the oldest first.
        let mut on_its_way = std::collections::VecDeque::new();
        for (n, guest) in all.iter().enumerate() {
            let sending = pages.send(page.clone(), guest);
            tokio::pin!(sending);
            let sent = loop {
                tokio::select! {
                    biased;
                    sent = &mut sending => break sent.expect("room is made"),
                    () = all[n.saturating_sub(8)].dismissed() => drop(on_its_way.pop_front()),
                }
            };
            assert_eq!(&sent[..], &page[..]);
            on_its_way.push_back(sent);
            assert!(on_its_way.len() <= 8, "{n}: {} pages", on_its_way.len());
        }
        drop(on_its_way);
        assert_eq!(pages.room.available_permits(), PAGES_UNREAD.count() / UNIT);
        assert!(pages.unread.all().1.is_empty());
    }
}
