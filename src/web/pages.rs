//! How much pages may use: of the store, of the processor, of memory (R35).
//!
//! Every client may request any page as often as it likes. So few pages are made at once, each
//! is made within [`PAGE_TIME`] or not at all, and the pages that are made and not read yet are
//! limited together: the client that has had one the longest is closed for the next.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use super::guests::Guest;
use crate::limits::{PAGE_TIME, PAGES_AT_ONCE, PAGES_UNREAD};

/// Turns at making pages, and the memory for them.
pub struct Pages {
    turns: Semaphore,
    unread: Arc<Unread>,
}

/// Pages that were made and are not read yet.
#[derive(Default)]
struct Unread {
    room: Mutex<UnreadRoom>,
    /// Notified whenever a waiting page may be admitted.
    changed: Notify,
}

/// Clients with a page, and those waiting for room, in the order in which they came.
#[derive(Default)]
struct UnreadRoom {
    last: u64,
    held: BTreeMap<u64, HeldPage>,
    waiting: VecDeque<(u64, usize)>,
}

/// A page that a client has.
struct HeldPage {
    guest: Arc<Guest>,
    bytes: usize,
    /// The client was told to close, and has not done so yet.
    leaves: bool,
}

impl UnreadRoom {
    /// Admits the first in line if its page fits. Otherwise closes as many clients as all who
    /// wait need, those that have had a page the longest first.
    fn enter(&mut self, number: u64, guest: &Arc<Guest>) -> bool {
        let held: usize = self.held.values().map(|held| held.bytes).sum();
        let free = PAGES_UNREAD.count().saturating_sub(held);
        if let Some((first, bytes)) = self.waiting.front().copied()
            && first == number
            && bytes <= free
        {
            self.waiting.pop_front();
            self.held.insert(number, HeldPage { guest: Arc::clone(guest), bytes, leaves: false });
            return true;
        }
        let wanted: usize = self.waiting.iter().map(|(_, bytes)| bytes).sum();
        let leaving: usize = self.held.values().filter(|held| held.leaves).map(|held| held.bytes).sum();
        let mut coming = free + leaving;
        for held in self.held.values_mut().filter(|held| !held.leaves) {
            if coming >= wanted {
                break;
            }
            held.leaves = true;
            held.guest.dismiss();
            coming += held.bytes;
        }
        false
    }
}

impl Unread {
    fn room(&self) -> MutexGuard<'_, UnreadRoom> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A client that waits for room or has it; removed when this is dropped.
struct Ticket {
    number: u64,
    unread: Arc<Unread>,
}

impl Ticket {
    fn new(unread: &Arc<Unread>, bytes: usize) -> Ticket {
        let mut room = unread.room();
        room.last += 1;
        let number = room.last;
        room.waiting.push_back((number, bytes));
        drop(room);
        Ticket { number, unread: Arc::clone(unread) }
    }

    async fn turn(&self, guest: &Arc<Guest>) {
        loop {
            let changed = self.unread.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.unread.room().enter(self.number, guest) {
                // The next one may fit as well.
                return self.unread.changed.notify_waiters();
            }
            changed.await;
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut room = self.unread.room();
        room.held.remove(&self.number);
        room.waiting.retain(|(number, _)| *number != self.number);
        drop(room);
        self.unread.changed.notify_waiters();
    }
}

/// A page on its way to its client.
struct SentPage {
    bytes: Bytes,
    _ticket: Ticket,
}

impl AsRef<[u8]> for SentPage {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Pages {
    /// As `limits` sets them.
    pub fn new() -> Self {
        Pages { turns: Semaphore::new(PAGES_AT_ONCE.count()), unread: Arc::default() }
    }

    /// A turn at making a page.
    pub async fn turn(&self) -> SemaphorePermit<'_> {
        self.turns.acquire().await.expect("the semaphore is never closed")
    }

    /// The result of `work` within a page's time. If that runs out, its queries are
    /// interrupted.
    pub async fn in_time<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::time::timeout(PAGE_TIME.duration(), work).await.ok()
    }

    /// The same bytes, counted until `guest` has read them. `None` if there is no room for them
    /// in time.
    pub async fn send(&self, bytes: Bytes, guest: &Arc<Guest>) -> Option<Bytes> {
        let ticket = Ticket::new(&self.unread, bytes.len().min(PAGES_UNREAD.count()));
        self.in_time(ticket.turn(guest)).await?;
        Some(Bytes::from_owner(SentPage { bytes, _ticket: ticket }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::guests::{Arrived, Hall, Stay};

    const PAGE: usize = 4 << 20;

    fn guests(count: usize) -> Vec<Stay> {
        let hall = Hall::new(count);
        let entered = std::iter::repeat_with(|| hall.enter()).take(count);
        let stay = |entry| match entry {
            Arrived::In(stay) => stay,
            Arrived::Later(_) => panic!("there is no place"),
        };
        entered.map(stay).collect()
    }

    #[tokio::test]
    async fn pages_nobody_reads_take_no_more_than_their_room_r35() {
        let pages = Pages::new();
        let page = Bytes::from(vec![b'x'; PAGE]);
        let all = guests(20);
        // Eight fit. Each further one needs another to go, the oldest first.
        let mut on_its_way = VecDeque::new();
        for (n, stay) in all.iter().enumerate() {
            let sending = pages.send(page.clone(), &stay.guest);
            tokio::pin!(sending);
            let sent = loop {
                tokio::select! {
                    biased;
                    sent = &mut sending => break sent.expect("room is made"),
                    () = all[n.saturating_sub(8)].guest.dismissed() => drop(on_its_way.pop_front()),
                }
            };
            assert_eq!(&sent[..], &page[..]);
            on_its_way.push_back(sent);
            assert!(on_its_way.len() <= 8, "{n}: {} pages", on_its_way.len());
        }
        drop(on_its_way);
        let room = pages.unread.room();
        assert!(room.held.is_empty() && room.waiting.is_empty());
    }

    /// One that is slow to go costs no other its page.
    #[tokio::test]
    async fn b153_no_more_readers_are_let_go_than_room_is_wanted_for() {
        let (pages, all) = (Pages::new(), guests(12));
        let mut had = Vec::new();
        for stay in &all[..8] {
            had.push(pages.send(Bytes::from(vec![b'x'; PAGE]), &stay.guest).await.expect("room"));
        }
        // Two want a page, one after the other, and look again and again.
        let told = || pages.unread.room().held.values().filter(|held| held.leaves).count();
        let tickets = [Ticket::new(&pages.unread, PAGE), Ticket::new(&pages.unread, PAGE / 2)];
        for _ in 0..10 {
            for (ticket, stay) in tickets.iter().zip(&all[8..]) {
                assert!(!pages.unread.room().enter(ticket.number, &stay.guest));
            }
        }
        assert_eq!(told(), 2);
        // The first of them goes: one comes in, and nobody else is told.
        drop(had.remove(0));
        assert!(!pages.unread.room().enter(tickets[1].number, &all[9].guest), "it is not its turn");
        assert!(pages.unread.room().enter(tickets[0].number, &all[8].guest));
        assert!(!pages.unread.room().enter(tickets[1].number, &all[9].guest));
        assert_eq!(told(), 1);
        // Who gives up waiting wants nothing.
        drop(tickets);
        assert_eq!(told(), 1);
        assert_eq!(pages.unread.room().held.len(), 7);
    }
}
