//! Threads that read: documents, and the articles on pages.
//!
//! What publishers send is read on a few threads of their own, each piece of work for a bounded
//! time. Work that takes longer is given up: it checks now and then whether it has been, and
//! stops. A thread that does not stop is left alone and replaced, which is logged, and only a
//! few times. Sites whose documents took long share one lane, so that other threads stay free
//! for the rest.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use memchr::memchr_iter;
use tokio::sync::{Semaphore, SemaphorePermit, oneshot};

use super::contain::said;
use crate::limits;
use crate::model::{Failure, Host, Work, site};

mod seats;

use seats::{GivenUp, Seats};

/// Heavy sites that are remembered. Beyond this number they have to be noticed again.
const MOST_HEAVY: usize = limits::HEAVY_SITES.count();
/// A site is heavy until this many pieces of its work in a row were light: a poll that brings a
/// heavy document also brings light ones.
const LIGHT_AGAIN: u8 = 8;

/// How long work may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Work that takes longer makes its site a heavy one.
    pub light: Duration,
    /// Work that takes longer is given up.
    pub longest: Duration,
    /// Work that was given up gets this long to stop before its thread is given up too.
    pub grace: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let (light, longest) = (limits::READING_HEAVY.duration(), limits::READING.duration());
        Patience { light, longest, grace: limits::READING_GRACE.duration() }
    }
}

/// The threads, and what is known about the sites that use them.
pub struct Readers {
    seats: Seats,
    heavy: Semaphore,
    sites: Sites,
    patience: Patience,
}

/// A heavy site's permit to have its document read; nothing for others.
pub type HeavyTurn<'a> = Option<SemaphorePermit<'a>>;

/// Heavy sites, with the number of light pieces of work since.
#[derive(Clone, Default)]
struct Sites(Arc<Mutex<HashMap<String, u8>>>);

/// Gives up work whose caller no longer waits for it.
struct Awaited(Work);

impl Drop for Awaited {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

/// What a thread made of its work, or the message of its panic.
type Done<T> = Result<T, String>;

impl Readers {
    /// Threads for work that keeps to `patience`.
    pub fn new(patience: Patience) -> Self {
        let seats = Seats::new(limits::READERS.count(), limits::READERS_STUCK.count());
        Readers { seats, heavy: Semaphore::new(1), sites: Sites::default(), patience }
    }

    /// Whether the documents of this host's site recently took long.
    pub fn is_heavy(&self, host: &str) -> bool {
        self.sites.all().contains_key(site(host))
    }

    /// Why nothing can be read any more; `None` while something can.
    pub fn impediment(&self) -> Option<String> {
        let places = limits::READERS.count();
        self.seats.all_lost().then(|| {
            format!("no document can be read: {places} reading threads hang and cannot be replaced; restart wiredesk")
        })
    }

    /// Marks the site of `host` as heavy if what is made of this document may take much memory,
    /// before any of it is made.
    pub fn weigh(&self, host: &Host, document: &[u8]) {
        if weight_bytes(document) > limits::READING_WEIGHT.most {
            self.sites.was_heavy(site(&host.name));
        }
    }

    /// Waits for a heavy site's permit to have something read. It is held from the first piece
    /// of a poll's work to the last, and a poll that waits for it delays no other site.
    pub async fn lane(&self, host: &Host) -> HeavyTurn<'_> {
        // The semaphore is never closed, so there is always a permit.
        if self.is_heavy(&host.name) { self.heavy.acquire().await.ok() } else { None }
    }

    /// Does `work` for a host on a thread of its own.
    ///
    /// # Errors
    /// [`Failure::Overlong`] if it was given up, [`Failure::Internal`] if it panicked (R23),
    /// [`Failure::NotStored`] if no thread is left and none can be made.
    pub async fn read<T: Send + 'static>(
        &self,
        host: &Host,
        work: impl FnOnce(&Work) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let broken = |error: &dyn std::fmt::Display| Failure::Internal(format!("reading broke down: {error}"));
        let Some(seat) = self.seats.take().await else {
            return Err(Failure::NotStored(self.impediment().unwrap_or_else(|| "no reader was free".to_owned())));
        };
        let (awaited, number) = (Awaited(Work::default()), seat.number());
        let (tell, told) = oneshot::channel();
        let given = awaited.0.clone();
        let thread = std::thread::Builder::new().name("reader".to_owned()).spawn(move || {
            let done = catch_unwind(AssertUnwindSafe(|| work(&given))).map_err(|panic| said(&*panic));
            drop(seat);
            // The caller may no longer be waiting.
            let _ = tell.send(done);
        });
        thread.map_err(|e| broken(&e))?;
        let overseer = Overseer {
            seats: self.seats.clone(),
            sites: self.sites.clone(),
            site: site(&host.name).to_owned(),
            number,
            work: awaited.0.clone(),
            patience: self.patience,
        };
        // The caller may be gone before the thread is back: it is watched all the same.
        let watched = tokio::spawn(overseer.over(told)).await.map_err(|e| broken(&e))?;
        watched?.map_err(|panic| broken(&panic))
    }
}

/// Roughly how much memory the parsed form of a document takes: its bytes twice, and for
/// everything that may begin an entry or a value the size of one. Entries of two elements or of
/// one object take 2 KiB at most.
fn weight_bytes(document: &[u8]) -> u64 {
    const ELEMENT: usize = 256;
    const OBJECT: usize = 1024;
    const VALUE: usize = 40;
    let count = |byte: u8| memchr_iter(byte, document).count();
    (2 * document.len() + ELEMENT * count(b'<') + OBJECT * count(b'{') + VALUE * count(b',')) as u64
}

/// Watches one thread.
struct Overseer {
    seats: Seats,
    sites: Sites,
    site: String,
    number: u64,
    work: Work,
    patience: Patience,
}

impl Overseer {
    /// The result of the work, or that it was given up.
    async fn over<T>(self, mut told: oneshot::Receiver<Done<T>>) -> Result<Done<T>, Failure> {
        let gone = |_| Failure::Internal("reading broke down: its thread ended without a word".to_owned());
        let Patience { light, longest, grace } = self.patience;
        if let Ok(done) = tokio::time::timeout(light.min(longest), &mut told).await {
            self.sites.was_light(&self.site);
            return done.map_err(gone);
        }
        // At once: whatever else its site has waiting counts as heavy from now on.
        self.sites.was_heavy(&self.site);
        if let Ok(done) = tokio::time::timeout(longest.saturating_sub(light), &mut told).await {
            return done.map_err(gone);
        }
        self.work.give_up();
        if tokio::time::timeout(grace, told).await.is_err() {
            self.abandon();
        }
        Err(Failure::Overlong(longest))
    }

    /// Lets another thread take the place of one that does not come back.
    fn abandon(&self) {
        let site = self.site.as_str();
        match self.seats.give_up(self.number) {
            GivenUp::Back => {}
            GivenUp::Replaced(stuck) => {
                tracing::error!(site, stuck, "a reading thread hangs; another takes its place");
            }
            GivenUp::Lost(stuck) => {
                tracing::error!(site, stuck, "a reading thread hangs, and too many hang for another to take its place");
            }
        }
    }
}

impl Sites {
    fn all(&self) -> MutexGuard<'_, HashMap<String, u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn was_heavy(&self, site: &str) {
        let mut all = self.all();
        if all.len() >= MOST_HEAVY {
            all.clear();
        }
        all.insert(site.to_owned(), 0);
    }

    fn was_light(&self, site: &str) {
        let mut all = self.all();
        if let Some(since) = all.get_mut(site) {
            *since += 1;
            if *since >= LIGHT_AGAIN {
                all.remove(site);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREADS: usize = limits::READERS.count();
    const STUCK: usize = limits::READERS_STUCK.count();
    const LATE: Duration = Duration::from_secs(600);

    /// Nothing takes too long.
    fn patient() -> Readers {
        Readers::new(Patience { light: LATE, longest: LATE, grace: LATE })
    }

    /// All work takes too long; who does it has `grace` to come back.
    fn impatient(grace: Duration) -> Readers {
        Readers::new(Patience { light: Duration::ZERO, longest: Duration::ZERO, grace })
    }

    fn host(name: &str) -> Host {
        Host { name: name.to_owned(), ..Host::default() }
    }

    fn endless(work: &Work) {
        while !work.is_given_up() {
            std::thread::yield_now();
        }
    }

    #[tokio::test]
    async fn work_that_takes_too_long_is_given_up_b107() {
        let readers = impatient(LATE);
        for _ in 0..3 * THREADS {
            let failed = readers.read(&host("slow.example"), endless).await.unwrap_err();
            assert!(matches!(failed, Failure::Overlong(_)), "{failed}");
        }
        // Its threads came back.
        assert_eq!(readers.seats.figures(), (THREADS, 0, 0));
        assert_eq!(patient().read(&host("a.example"), |_| 7).await, Ok(7));
        let said = Failure::Overlong(Patience::default().longest).to_string();
        assert_eq!(said, "reading took over 10s, given up");
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_is_given_up_b107() {
        let readers = Arc::new(patient());
        let (begin, begun) = oneshot::channel();
        let (tell, told) = oneshot::channel();
        let waiting = tokio::spawn({
            let readers = Arc::clone(&readers);
            async move {
                let work = move |work: &Work| {
                    let _ = begin.send(());
                    endless(work);
                    let _ = tell.send(());
                };
                readers.read(&host("slow.example"), work).await
            }
        });
        begun.await.unwrap();
        waiting.abort();
        told.await.unwrap();
    }

    /// Keeps `count` threads from coming back until what it gives is dropped.
    async fn stuck(readers: &Readers, count: usize) -> std::sync::mpsc::Sender<()> {
        let (gate, shut) = std::sync::mpsc::channel::<()>();
        let shut = Arc::new(Mutex::new(shut));
        for _ in 0..count {
            let shut = Arc::clone(&shut);
            let hang = move |_: &Work| drop(shut.lock().map(|shut| shut.recv()));
            assert!(matches!(readers.read(&host("stuck.example"), hang).await, Err(Failure::Overlong(_))));
        }
        gate
    }

    /// A library in a loop cannot be ended: it is left to itself.
    #[tokio::test]
    async fn b151_threads_that_do_not_come_back_are_replaced_so_often_and_then_nothing_is_read() {
        let readers = impatient(Duration::ZERO);
        let gate = stuck(&readers, STUCK).await;
        assert_eq!(readers.seats.figures(), (THREADS, STUCK, 0));
        assert_eq!(readers.impediment(), None);
        let more = stuck(&readers, THREADS).await;
        assert_eq!(readers.seats.figures(), (0, STUCK, THREADS));
        // Nobody waits for what will not come: its source is asked again soon, and told why.
        let said = readers.impediment().expect("nothing can be read");
        assert!(said.contains("2 reading threads hang"), "{said}");
        let failed = readers.read(&host("a.example"), |_| ()).await;
        assert_eq!(failed, Err(Failure::NotStored(said)));
        drop((gate, more));
        while readers.seats.figures() != (THREADS, 0, 0) {
            tokio::task::yield_now().await;
        }
        assert_eq!(readers.impediment(), None);
    }

    #[tokio::test]
    async fn a_panic_ends_one_piece_of_work_r23() {
        let readers = patient();
        for _ in 0..2 * THREADS {
            let failed = readers.read(&host("a.example"), |_| panic!("no such page")).await;
            assert_eq!(failed, Err::<(), _>(Failure::Internal("reading broke down: no such page".to_owned())));
        }
        assert_eq!(readers.read(&host("a.example"), |_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn heavy_sites_leave_a_reader_to_the_rest_b107() {
        let readers = patient();
        let (heavy, light) = (host("feeds.heavy.example"), host("light.example"));
        assert!(readers.lane(&heavy).await.is_none());
        readers.sites.was_heavy("heavy.example");
        let first = readers.lane(&heavy).await;
        assert!(first.is_some() && readers.lane(&light).await.is_none());
        // One at a time, whatever the source of the site.
        let other = host("heavy.example");
        tokio::select! {
            biased;
            _ = readers.lane(&other) => panic!("two have a permit"),
            () = std::future::ready(()) => {}
        }
        drop(first);
        // What was light for a while is heavy no more; once is not enough.
        for n in 0..LIGHT_AGAIN {
            assert!(readers.is_heavy("www.heavy.example"), "{n}");
            readers.read(&heavy, |_| ()).await.unwrap();
        }
        assert!(readers.lane(&heavy).await.is_none());
    }

    #[tokio::test]
    async fn b150_a_site_is_heavy_while_its_work_still_goes_on() {
        let readers = Arc::new(Readers::new(Patience { light: Duration::ZERO, longest: LATE, grace: LATE }));
        let (gate, shut) = std::sync::mpsc::channel::<()>();
        let reading = tokio::spawn({
            let readers = Arc::clone(&readers);
            async move { readers.read(&host("slow.example"), move |_| shut.recv().is_err()).await }
        });
        while !readers.is_heavy("slow.example") {
            tokio::task::yield_now().await;
        }
        drop(gate);
        assert_eq!(reading.await.unwrap(), Ok(true));
    }
}
