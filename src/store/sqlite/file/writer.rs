//! The one writer: a thread that owns the writing connection.
//!
//! Jobs that wait while a transaction is being written all go into the next
//! one (group commit), each behind a savepoint of its own, so that a bad job
//! undoes itself alone. Nobody hears of success before the commit is on disk.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use tokio::sync::{oneshot, watch};

use crate::clock::{Clock, SystemClock, span};
use crate::store::sqlite::file::files::Files;
use crate::store::sqlite::write::outbox;
use crate::store::{Error, Result, Seq};

/// Jobs in one transaction at most: bounds how long the first one waits.
const GROUP: usize = 64;

/// Answers a job once its fate is known.
type Finish = Box<dyn FnOnce(Option<Error>) + Send>;
/// Runs inside the transaction, or hears why there is none; returns the result and
/// whether to keep the work.
type Job = Box<dyn FnOnce(Result<&Connection>) -> (Finish, JobVerdict) + Send>;

/// How long one try waits for another program's transaction.
const TRY: Duration = Duration::from_secs(1);

/// For how many tries the store may be locked by another program: what polls
/// brought waits for as long, and no longer than a claim holds (R13).
const TRIES: u32 = 90;

/// A writer that has been at one step for so long hangs: each takes some tens of
/// milliseconds, on a slow disk a second, and while another program holds the store each
/// try is a step.
const HANGS: Duration = Duration::from_secs(60);

/// When the writer last took a step; told to whoever asks how it is.
struct Pulse {
    clock: SystemClock,
    /// In milliseconds and one more, by `clock`; 0 while it has nothing to do.
    step_at: AtomicU64,
}

impl Pulse {
    fn beat(&self) {
        let now = u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.step_at.store(now.saturating_add(1), Ordering::Relaxed);
    }

    fn rest(&self) {
        self.step_at.store(0, Ordering::Relaxed);
    }

    /// For how long it has been at the step that it is at.
    fn at_it(&self) -> Duration {
        match self.step_at.load(Ordering::Relaxed) {
            0 => Duration::ZERO,
            since => self.clock.elapsed().saturating_sub(Duration::from_millis(since - 1)),
        }
    }
}

#[derive(PartialEq)]
enum JobVerdict {
    Keep,
    Undo,
}

/// Where jobs are handed in. Dropping it lets the thread finish and close.
pub struct Writer {
    jobs: Mutex<Option<Sender<Job>>>,
    closing: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
    ended: watch::Receiver<bool>,
    /// The newest change that was committed here.
    newest: watch::Receiver<Seq>,
    pulse: Arc<Pulse>,
}

impl Writer {
    /// Starts the thread on `connection`, which has `files` open.
    ///
    /// # Errors
    /// [`Error::Unusable`] when no thread can be started.
    pub fn start(connection: Connection, files: Arc<Files>) -> Result<Self> {
        connection.busy_timeout(TRY)?;
        let (jobs, queue) = channel();
        let (tell, ended) = watch::channel(false);
        let (tell_newest, newest) = watch::channel(Seq::START);
        let closing = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&closing);
        let pulse = Arc::new(Pulse { clock: SystemClock::new(), step_at: AtomicU64::new(0) });
        let beating = Arc::clone(&pulse);
        let work = move || {
            // Tells also when this thread dies.
            let _end = End(tell);
            serve(&connection, &files, &queue, &told, &beating, &tell_newest);
            match files.check() {
                Ok(()) => write_back(&connection),
                // SQLite deletes a log by its name, and that may be another store's now.
                Err(_) => drop(connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)),
            }
        };
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(work)
            .map_err(|e| Error::Unusable(format!("cannot start the store's writer: {e}")))?;
        Ok(Writer { jobs: Mutex::new(Some(jobs)), closing, thread: Mutex::new(Some(thread)), ended, newest, pulse })
    }

    /// Runs `job` in a transaction and returns after it is committed.
    ///
    /// # Errors
    /// The job's own error, which undoes the job alone, or the commit's.
    pub async fn write<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let done = connection.and_then(|connection| unbroken(|| job(connection)));
            let verdict = if done.is_ok() { JobVerdict::Keep } else { JobVerdict::Undo };
            let finish: Finish = Box::new(move |failed| {
                // A caller that went away has no use for the result.
                let _ = answer.send(match failed {
                    Some(error) if done.is_ok() => Err(error),
                    _ => done,
                });
            });
            (finish, verdict)
        });
        self.hand_in(job)?;
        answered.await.map_err(|_| stopped())?
    }

    fn hand_in(&self, job: Job) -> Result<()> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.as_ref().and_then(|jobs| jobs.send(job).ok()).ok_or_else(stopped)
    }

    /// Lets the thread do what waits, write the log back and close; waits for it.
    pub fn close(&self) {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.closing.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // A writer that died has already failed every job it held.
            let _ = thread.join();
        }
    }

    /// Whether the thread lives and comes round.
    ///
    /// # Errors
    /// [`Error::Database`] when it has ended, [`Error::TooLong`] when it hangs.
    pub fn check(&self) -> Result<()> {
        if *self.ended.borrow() || self.ended.has_changed().is_err() {
            return Err(stopped());
        }
        let at_it = self.pulse.at_it();
        match at_it > HANGS {
            true => Err(Error::TooLong(format!("its writer has been at one step for {}", span(at_it)))),
            false => Ok(()),
        }
    }

    /// Comes back when a change after `after` was committed here, or with `false` once none
    /// is any more.
    pub async fn told_after(&self, after: Seq) -> bool {
        self.newest.clone().wait_for(|newest| *newest > after).await.is_ok()
    }

    /// Comes back when the thread has ended.
    pub async fn ended(&self) {
        // The sender is dropped when the thread ends, told or not.
        let _ = self.ended.clone().wait_for(|ended| *ended).await;
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

struct End(watch::Sender<bool>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.send_replace(true);
    }
}

fn stopped() -> Error {
    Error::Database("the writer has stopped".to_owned())
}

/// A job that breaks down costs itself alone (R23).
fn unbroken<T>(job: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let said = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a word");
        Err(Error::Database(format!("a write broke down: {said}")))
    })
}

fn serve(
    connection: &Connection,
    files: &Files,
    queue: &Receiver<Job>,
    closing: &AtomicBool,
    pulse: &Pulse,
    newest: &watch::Sender<Seq>,
) {
    while let Ok(first) = queue.recv() {
        match files.check().and_then(|()| begin(connection, closing, pulse)) {
            Ok(()) => {
                group(connection, files, first, queue, pulse);
                tell_newest(connection, newest);
            }
            Err(error) => {
                tracing::warn!(%error, "no transaction could be begun");
                first(Err(error)).0(None);
            }
        }
        pulse.rest();
    }
}

/// Tells who waits for changes that there are some.
fn tell_newest(connection: &Connection, newest: &watch::Sender<Seq>) {
    // Where it cannot be read, they look for themselves.
    if let Ok(now) = outbox::newest(connection) {
        newest.send_if_modified(|before| std::mem::replace(before, now) != now);
    }
}

/// Writes the log back into the database and empties it: the store is one file.
fn write_back(connection: &Connection) {
    let run = || connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get::<_, i64>(0));
    match run() {
        Ok(0) => {}
        Ok(_) => tracing::warn!("another program reads the store: its log stays beside it, and belongs to it"),
        Err(error) => tracing::warn!(%error, "the store's log could not be written back; it stays beside it"),
    }
}

/// Begins a transaction, however long another program takes for its own, within
/// reason; at the end of the program it tries once.
fn begin(connection: &Connection, closing: &AtomicBool, pulse: &Pulse) -> Result<()> {
    let mut tries = 0;
    loop {
        tries += 1;
        pulse.beat();
        match connection.execute_batch("BEGIN IMMEDIATE").map_err(Error::from) {
            Err(Error::Locked(_)) if tries < TRIES && !closing.load(Ordering::Relaxed) => {}
            done => return done,
        }
    }
}

/// Runs `first` and what waits behind it in the transaction that has begun.
fn group(connection: &Connection, files: &Files, first: Job, queue: &Receiver<Job>, pulse: &Pulse) {
    let mut finishes = Vec::new();
    let work = || {
        let mut next = Some(first);
        while let Some(job) = next.take() {
            pulse.beat();
            finishes.push(step(connection, job)?);
            if finishes.len() < GROUP {
                next = queue.try_recv().ok();
            }
        }
        pulse.beat();
        connection.execute_batch("COMMIT")?;
        Ok(())
    };
    // What was written to files that are gone is not stored.
    let outcome = work().and_then(|()| files.check());
    if let Err(error) = &outcome {
        tracing::warn!(%error, jobs = finishes.len(), "a transaction was undone");
        if !connection.is_autocommit() {
            // The error that matters is the one above.
            let _ = connection.execute_batch("ROLLBACK");
        }
    }
    for finish in finishes {
        finish(outcome.as_ref().err().map(Error::again));
    }
}

fn step(connection: &Connection, job: Job) -> Result<Finish> {
    let prepared = |sql: &str| -> Result<usize> { Ok(connection.prepare_cached(sql)?.execute([])?) };
    if let Err(error) = prepared("SAVEPOINT job") {
        job(Err(error.again())).0(None);
        return Err(error);
    }
    let (finish, verdict) = job(Ok(connection));
    // A full disk may end the whole transaction under the job.
    if connection.is_autocommit() {
        finish(Some(Error::Full("the transaction was ended".to_owned())));
        return Err(Error::Full("the transaction was ended".to_owned()));
    }
    let undone = if verdict == JobVerdict::Undo { prepared("ROLLBACK TO job") } else { Ok(0) };
    if let Err(error) = undone.and_then(|_| prepared("RELEASE job")) {
        finish(Some(error.again()));
        return Err(error);
    }
    Ok(finish)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer(folder: &tempfile::TempDir) -> Writer {
        let path = folder.path().join("a.db");
        let connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "journal_mode", "wal").unwrap();
        connection.execute_batch("CREATE TABLE t (a)").unwrap();
        Writer::start(connection, Arc::new(Files::of(&path))).unwrap()
    }

    async fn add(writer: &Writer) -> Result<usize> {
        writer.write(|c| Ok(c.execute("INSERT INTO t VALUES (1)", [])?)).await
    }

    #[tokio::test]
    async fn a_job_that_panics_costs_itself_alone_r23() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder);
        add(&writer).await.unwrap();
        let broken = writer.write(|c| -> Result<()> {
            c.execute("INSERT INTO t VALUES (2)", []).unwrap();
            panic!("odd {}", 7)
        });
        assert!(broken.await.unwrap_err().to_string().contains("odd 7"));
        add(&writer).await.unwrap();
        let count = writer.write(|c| Ok(c.query_row("SELECT count(*) FROM t", [], |r| r.get::<_, i64>(0))?));
        assert_eq!(count.await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_writer_that_died_is_told_and_answers_nobody_with_yes() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder);
        writer.hand_in(Box::new(|_| (Box::new(|_| panic!("the answer cannot be given")), JobVerdict::Keep))).unwrap();
        writer.ended().await;
        assert!(writer.check().unwrap_err().to_string().contains("has stopped"));
        assert!(add(&writer).await.unwrap_err().to_string().contains("has stopped"));
    }

    #[tokio::test]
    async fn a_writer_at_work_is_told_from_one_that_rests_and_one_that_ended_r24() {
        let folder = tempfile::tempdir().unwrap();
        let writer = Arc::new(writer(&folder));
        add(&writer).await.unwrap();
        let (begun, has_begun) = channel();
        let (end, ends) = channel();
        let at_work = Arc::clone(&writer);
        let job = tokio::spawn(async move {
            at_work
                .write(move |_| {
                    begun.send(()).unwrap();
                    ends.recv().map_err(|e| Error::Database(e.to_string()))
                })
                .await
        });
        tokio::task::spawn_blocking(move || has_begun.recv().unwrap()).await.unwrap();
        while writer.pulse.at_it() < Duration::from_millis(5) {
            tokio::task::yield_now().await;
        }
        writer.check().expect("it may take its time");
        // As if the step had begun long ago.
        writer.pulse.step_at.store(1, Ordering::Relaxed);
        let since = writer.pulse.clock.elapsed();
        assert!(writer.pulse.at_it() >= since.saturating_sub(Duration::from_millis(1)));
        end.send(()).unwrap();
        job.await.unwrap().unwrap();
        add(&writer).await.unwrap();
        writer.close();
        assert!(writer.check().unwrap_err().to_string().contains("has stopped"));
    }

    #[tokio::test]
    async fn a_closed_store_is_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder);
        add(&writer).await.unwrap();
        writer.close();
        writer.ended().await;
        let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
        assert_eq!(names, ["a.db"]);
        assert!(add(&writer).await.is_err());
    }

    #[tokio::test]
    async fn what_is_written_to_a_deleted_file_is_not_stored() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder);
        add(&writer).await.unwrap();
        std::fs::remove_file(folder.path().join("a.db")).unwrap();
        assert!(matches!(add(&writer).await, Err(Error::Gone(_))));
        let folder = tempfile::tempdir().unwrap();
        let writer = self::writer(&folder);
        let file = folder.path().join("a.db");
        // Between the look and the end of the transaction.
        let unlink = writer.write(move |_| std::fs::remove_file(file).map_err(|e| Error::Database(e.to_string())));
        assert!(matches!(unlink.await, Err(Error::Gone(_))));
    }
}
