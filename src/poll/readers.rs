//! Threads that read: documents, and the articles on pages.
//!
//! What publishers send is read on threads of its own, a few at once, each piece of
//! work for a bounded time. Work that takes longer is given up; who does it looks
//! for that now and then and leaves off. A thread that does not is left to itself
//! and another takes its place, loudly and only so often. Sites whose work took
//! long share one thread, so that another is always there for the rest.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit, oneshot};

use super::contain::said;
use crate::clock::Clock;
use crate::limits;
use crate::model::{Failure, Host, Work, site};

/// Threads that read at once: reading is work for a core.
const THREADS: usize = limits::READERS.count();
/// Threads that are replaced while they do not come back.
const MOST_STUCK: usize = limits::READERS_STUCK.count();
/// Work that took so long makes its site a heavy one.
const HEAVY: Duration = limits::READING_HEAVY.duration();
/// What is given up has so long to leave off before its thread counts as stuck.
const GRACE: Duration = Duration::from_secs(2);
/// Heavy sites that are remembered; beyond, they are learnt anew.
const MOST_HEAVY: usize = 10_000;

/// The threads, and what is known of those who use them.
pub struct Readers {
    free: Arc<Semaphore>,
    heavy: Semaphore,
    /// Sites whose work took long the last time.
    heavy_sites: Mutex<HashSet<String>>,
    stuck: Arc<AtomicUsize>,
    clock: Arc<dyn Clock>,
    /// How long a piece of work may take.
    longest: Duration,
}

/// A heavy site's leave to be dealt with; nothing for others.
pub type Lane<'a> = Option<SemaphorePermit<'a>>;

/// A thread's place among the few; whoever takes it out gives it back.
type Place = Arc<Mutex<Option<OwnedSemaphorePermit>>>;

/// Gives work up that its caller no longer waits for.
struct Awaited(Work);

impl Drop for Awaited {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

impl Readers {
    /// Threads for work of at most `longest`.
    pub fn new(clock: Arc<dyn Clock>, longest: Duration) -> Self {
        let (free, heavy) = (Arc::new(Semaphore::new(THREADS)), Semaphore::new(1));
        let (heavy_sites, stuck) = (Mutex::default(), Arc::default());
        Readers { free, heavy, heavy_sites, stuck, clock, longest }
    }

    /// Waits for a heavy site's leave, before it is asked for anything: what it
    /// sends would wait in the way of others.
    pub async fn lane(&self, host: &Host) -> Lane<'_> {
        let is_heavy = self.heavy_sites().contains(site(&host.name));
        // Never closed, so there is always leave.
        if is_heavy { self.heavy.acquire().await.ok() } else { None }
    }

    /// Does `work` for a host on a thread of its own.
    ///
    /// # Errors
    /// [`Failure::Overlong`] when it was given up, [`Failure::Internal`] when it panicked (R23).
    pub async fn read<T: Send + 'static>(
        &self,
        host: &Host,
        work: impl FnOnce(&Work) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let broken = |error: &dyn std::fmt::Display| Failure::Internal(format!("reading broke down: {error}"));
        let permit = Arc::clone(&self.free).acquire_owned().await.map_err(|e| broken(&e))?;
        let place: Place = Arc::new(Mutex::new(Some(permit)));
        let (awaited, started) = (Awaited(Work::default()), self.clock.elapsed());
        let (tell, mut told) = oneshot::channel();
        let (given, kept, stuck) = (awaited.0.clone(), Arc::clone(&place), Arc::clone(&self.stuck));
        let thread = std::thread::Builder::new().name("reader".to_owned()).spawn(move || {
            let done = catch_unwind(AssertUnwindSafe(|| work(&given))).map_err(|panic| said(&*panic));
            let place = kept.lock().unwrap_or_else(PoisonError::into_inner).take();
            if place.is_none() {
                stuck.fetch_sub(1, Ordering::Relaxed);
            }
            drop(place);
            // Nobody may be waiting any longer.
            let _ = tell.send(done);
        });
        thread.map_err(|e| broken(&e))?;
        let done = tokio::time::timeout(self.longest, &mut told).await;
        let name = site(&host.name).to_owned();
        self.note(&name, done.is_err() || self.clock.elapsed().saturating_sub(started) >= HEAVY);
        match done {
            Ok(Ok(done)) => done.map_err(|panic| broken(&panic)),
            Ok(Err(error)) => Err(broken(&error)),
            Err(_) => {
                awaited.0.give_up();
                if tokio::time::timeout(GRACE, told).await.is_err() {
                    self.abandon(&place, &name);
                }
                Err(Failure::Overlong(self.longest))
            }
        }
    }

    /// Lets another thread take the place of one that does not come back.
    fn abandon(&self, place: &Place, site: &str) {
        let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
        if place.is_none() {
            return;
        }
        let stuck = self.stuck.load(Ordering::Relaxed);
        if stuck >= MOST_STUCK {
            tracing::error!(site, stuck, "a reader does not come back, and so many do not that none takes its place");
            return;
        }
        self.stuck.store(stuck + 1, Ordering::Relaxed);
        *place = None;
        tracing::error!(site, stuck = stuck + 1, "a reader does not come back; another takes its place");
    }

    fn note(&self, site: &str, is_heavy: bool) {
        let mut sites = self.heavy_sites();
        if !is_heavy {
            sites.remove(site);
            return;
        }
        if sites.len() >= MOST_HEAVY {
            sites.clear();
        }
        sites.insert(site.to_owned());
    }

    fn heavy_sites(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.heavy_sites.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    fn readers(longest: Duration) -> Readers {
        Readers::new(Arc::new(SystemClock::default()), longest)
    }

    fn host(name: &str) -> Host {
        Host { name: name.to_owned(), ..Host::default() }
    }

    const SOON: Duration = Duration::from_millis(20);
    const LATE: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn work_that_takes_too_long_is_given_up_b107() {
        let readers = readers(SOON);
        let endless = |work: &Work| {
            while !work.is_given_up() {
                std::thread::yield_now();
            }
        };
        for _ in 0..3 * THREADS {
            let failed = readers.read(&host("slow.example"), endless).await.unwrap_err();
            assert_eq!(failed.to_string(), "reading took over 20ms, given up");
        }
        // Its threads came back.
        assert_eq!((readers.free.available_permits(), readers.stuck.load(Ordering::Relaxed)), (THREADS, 0));
        let quick = Readers::new(Arc::clone(&readers.clock), LATE);
        assert_eq!(quick.read(&host("a.example"), |_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_is_given_up_b107() {
        let readers = readers(LATE);
        let (tell, told) = oneshot::channel();
        let work = move |work: &Work| {
            while !work.is_given_up() {
                std::thread::yield_now();
            }
            let _ = tell.send(());
        };
        let host = host("slow.example");
        assert!(tokio::time::timeout(SOON, readers.read(&host, work)).await.is_err());
        told.await.unwrap();
    }

    /// A library in a loop cannot be ended: it is left to itself.
    #[tokio::test]
    #[allow(clippy::await_holding_lock, reason = "the readers' threads wait for the gate, no task does")]
    async fn a_thread_that_does_not_come_back_is_replaced_so_often_b107() {
        let readers = Arc::new(readers(SOON));
        let gate = Arc::new(Mutex::new(()));
        let mut waiting = Vec::new();
        {
            let closed = gate.lock().unwrap();
            for _ in 0..MOST_STUCK + THREADS {
                let (readers, gate) = (Arc::clone(&readers), Arc::clone(&gate));
                waiting.push(tokio::spawn(async move {
                    readers.read(&host("stuck.example"), move |_| drop(gate.lock())).await
                }));
            }
            for ended in waiting {
                assert!(matches!(ended.await.unwrap(), Err(Failure::Overlong(_))));
            }
            assert_eq!(readers.stuck.load(Ordering::Relaxed), MOST_STUCK);
            assert_eq!(readers.free.available_permits(), 0, "more were replaced than may be");
            drop(closed);
        }
        while readers.stuck.load(Ordering::Relaxed) > 0 || readers.free.available_permits() < THREADS {
            tokio::task::yield_now().await;
        }
        assert!(readers.read(&host("a.example"), |_| ()).await.is_ok());
    }

    #[tokio::test]
    async fn a_panic_ends_one_piece_of_work_r23() {
        let readers = readers(LATE);
        for _ in 0..2 * THREADS {
            let failed = readers.read(&host("a.example"), |_| panic!("no such page")).await;
            assert_eq!(failed, Err::<(), _>(Failure::Internal("reading broke down: no such page".to_owned())));
        }
        assert_eq!(readers.read(&host("a.example"), |_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn heavy_sites_leave_a_reader_to_the_rest_b107() {
        let readers = readers(LATE);
        let (heavy, light) = (host("feeds.heavy.example"), host("light.example"));
        assert!(readers.lane(&heavy).await.is_none());
        readers.note("heavy.example", true);
        let first = readers.lane(&heavy).await;
        assert!(first.is_some() && readers.lane(&light).await.is_none());
        // One at a time, whatever the source of the site.
        assert!(tokio::time::timeout(SOON, readers.lane(&host("heavy.example"))).await.is_err());
        drop(first);
        // What was quick this time is heavy no more.
        readers.read(&heavy, |_| ()).await.unwrap();
        assert!(readers.lane(&heavy).await.is_none());
    }
}
