//! The few seats for threads that read, and which thread has which.
//!
//! A thread cannot be ended from outside. One that does not come back gives its seat to
//! another, a limited number of times; after that it keeps the seat. All that is known about it
//! is in one table under one lock, and every figure is counted from the table, so that none can
//! drift.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, watch};

/// The number of seats.
#[derive(Clone)]
pub struct Seats(Arc<Table>);

struct Table {
    /// One permit for each free seat. Permits are taken for good and made anew.
    free: Semaphore,
    /// How many threads may be replaced at once.
    most_replaced: usize,
    /// Every thread that has not come back.
    threads: Mutex<Threads>,
    /// How many seats are lost.
    lost: watch::Sender<usize>,
    places: usize,
}

#[derive(Default)]
struct Threads {
    last: u64,
    standing: BTreeMap<u64, SeatState>,
}

/// The state of a thread that has not come back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum SeatState {
    /// It is expected back, and has a seat.
    AtWork,
    /// It was given up, and its seat was freed for another.
    Replaced,
    /// It was given up, and keeps its seat because too many were replaced.
    Lost,
}

/// A thread's seat. The thread has come back when this is dropped.
pub struct Seat {
    number: u64,
    table: Arc<Table>,
}

/// The result of giving up a thread.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GivenUp {
    /// It came back at the last moment.
    Back,
    /// Another may take its seat; this many have been replaced.
    Replaced(usize),
    /// None takes its seat; this many have been replaced.
    Lost(usize),
}

impl Threads {
    fn count(&self, of: SeatState) -> usize {
        self.standing.values().filter(|standing| **standing == of).count()
    }
}

impl Seats {
    /// This many seats, of which so many threads at once may be replaced.
    pub fn new(places: usize, most_replaced: usize) -> Seats {
        let (free, threads, lost) = (Semaphore::new(places), Mutex::default(), watch::Sender::new(0));
        Seats(Arc::new(Table { free, most_replaced, threads, lost, places }))
    }

    /// Waits for a seat; `None` if all are lost.
    pub async fn take(&self) -> Option<Seat> {
        let mut lost = self.0.lost.subscribe();
        tokio::select! {
            biased;
            // The sender belongs to this table.
            () = async { drop(lost.wait_for(|lost| *lost >= self.0.places).await) } => None,
            permit = self.0.free.acquire() => {
                permit.expect("the semaphore is never closed").forget();
                let mut threads = self.0.threads();
                threads.last += 1;
                let number = threads.last;
                threads.standing.insert(number, SeatState::AtWork);
                Some(Seat { number, table: Arc::clone(&self.0) })
            }
        }
    }

    /// Gives up the thread of this number.
    pub fn give_up(&self, number: u64) -> GivenUp {
        let mut threads = self.0.threads();
        let replaced = threads.count(SeatState::Replaced);
        let Some(standing) = threads.standing.get_mut(&number) else { return GivenUp::Back };
        if replaced < self.0.most_replaced {
            *standing = SeatState::Replaced;
            self.0.free.add_permits(1);
            return GivenUp::Replaced(replaced + 1);
        }
        *standing = SeatState::Lost;
        self.0.tell(&threads);
        GivenUp::Lost(replaced)
    }

    /// Whether every seat is lost, so that nothing can be read any more.
    pub fn all_lost(&self) -> bool {
        *self.0.lost.borrow() >= self.0.places
    }

    /// Free seats, replaced threads, and lost seats.
    #[cfg(test)]
    pub fn figures(&self) -> (usize, usize, usize) {
        let threads = self.0.threads();
        (self.0.free.available_permits(), threads.count(SeatState::Replaced), threads.count(SeatState::Lost))
    }
}

impl Table {
    fn threads(&self) -> MutexGuard<'_, Threads> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, threads: &Threads) {
        self.lost.send_replace(threads.count(SeatState::Lost));
    }
}

impl Seat {
    /// By which its thread is given up.
    pub fn number(&self) -> u64 {
        self.number
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut threads = self.table.threads();
        let makes_room = match threads.standing.remove(&self.number) {
            // Its place has been another's for long; but one more may be replaced now.
            Some(SeatState::Replaced) => {
                let lost = threads.standing.values_mut().find(|standing| **standing == SeatState::Lost);
                lost.map(|standing| *standing = SeatState::Replaced).is_some()
            }
            _ => true,
        };
        if makes_room {
            self.table.free.add_permits(1);
        }
        self.table.tell(&threads);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn taken(seats: &Seats) -> Seat {
        seats.take().await.expect("a place")
    }

    #[tokio::test]
    async fn b151_places_are_lost_only_when_no_more_are_replaced_and_come_back_with_any_thread() {
        let seats = Seats::new(2, 2);
        let mut all = vec![taken(&seats).await, taken(&seats).await];
        for replaced in 1..=2 {
            assert_eq!(seats.give_up(all[replaced - 1].number()), GivenUp::Replaced(replaced));
            all.push(taken(&seats).await);
        }
        assert_eq!(seats.give_up(all[2].number()), GivenUp::Lost(2));
        assert!(!seats.all_lost(), "one still reads");
        assert_eq!(seats.give_up(all[3].number()), GivenUp::Lost(2));
        assert_eq!(seats.figures(), (0, 2, 2));
        assert!(seats.all_lost() && seats.take().await.is_none(), "nobody waits for what does not come");
        // One that was replaced comes back: one that is lost is replaced instead.
        drop(all.remove(0));
        assert_eq!(seats.figures(), (1, 2, 1));
        assert!(!seats.all_lost() && seats.take().await.is_some());
        // So does another, which was lost itself until then.
        drop(all.remove(1));
        assert_eq!(seats.figures(), (2, 2, 0), "the last that was lost is replaced as well");
        drop(all);
        assert_eq!(seats.figures(), (2, 0, 0));
    }

    /// Whatever comes first, of a thread and of who gives it up.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn b151_no_place_is_lost_or_doubled_where_threads_come_back_as_they_are_given_up() {
        let seats = Seats::new(2, 2);
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let seats = seats.clone();
            tasks.spawn(async move {
                for _ in 0..500 {
                    // None where all others were given up at this moment.
                    let Some(seat) = seats.take().await else { continue };
                    let number = seat.number();
                    let back = std::thread::spawn(move || drop(seat));
                    seats.give_up(number);
                    back.join().unwrap();
                    let (free, replaced, lost) = seats.figures();
                    assert!(free <= 2 && replaced <= 2 && lost <= 2, "{free} {replaced} {lost}");
                }
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
        assert_eq!(seats.figures(), (2, 0, 0));
    }
}
