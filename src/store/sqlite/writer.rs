//! The one writer: a thread that owns the writing connection.
//!
//! Jobs that wait while a transaction is being written all go into the next
//! one (group commit), each behind a savepoint of its own, so that a bad job
//! undoes itself alone. Nobody is answered before the commit is on disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::row::database;
use crate::store::{Error, Result};

/// Jobs in one transaction at most: bounds how long the first one waits.
const GROUP: usize = 64;

/// Answers a job once its fate is known.
type Finish = Box<dyn FnOnce(Option<Error>) + Send>;
/// Runs inside the transaction, or hears why there is none; gives the answer and
/// whether to keep the work.
type Job = Box<dyn FnOnce(Result<&Connection>) -> (Finish, Verdict) + Send>;

/// How long one try waits for another program's transaction.
const TRY: Duration = Duration::from_secs(1);

/// For how many tries the store may be locked by another program: what polls
/// brought waits for as long, and no longer than a claim holds (R13).
const TRIES: u32 = 90;

#[derive(PartialEq)]
enum Verdict {
    Keep,
    Undo,
}

/// Where jobs are handed in. Dropping it lets the thread finish and close.
pub struct Writer {
    jobs: Option<Sender<Job>>,
    closing: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on `connection`.
    ///
    /// # Errors
    /// [`Error::Unusable`] when no thread can be started.
    pub fn start(connection: Connection) -> Result<Self> {
        connection.busy_timeout(TRY).map_err(|e| database(&e))?;
        let (jobs, queue) = channel();
        let closing = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&closing);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || serve(&connection, &queue, &told))
            .map_err(|e| Error::Unusable(format!("cannot start the store's writer: {e}")))?;
        Ok(Writer { jobs: Some(jobs), closing, thread: Some(thread) })
    }

    /// Runs `job` in a transaction and answers after it is committed.
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
            let done = connection.and_then(job);
            let verdict = if done.is_ok() { Verdict::Keep } else { Verdict::Undo };
            let finish: Finish = Box::new(move |failed| {
                // A caller that went away has no use for the answer.
                let _ = answer.send(match failed {
                    Some(error) if done.is_ok() => Err(error),
                    _ => done,
                });
            });
            (finish, verdict)
        });
        self.jobs.as_ref().and_then(|jobs| jobs.send(job).ok()).ok_or_else(stopped)?;
        answered.await.map_err(|_| stopped())?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        self.closing.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has already failed every job it held.
            let _ = thread.join();
        }
    }
}

fn stopped() -> Error {
    Error::Database("the writer has stopped".to_owned())
}

fn serve(connection: &Connection, queue: &Receiver<Job>, closing: &AtomicBool) {
    while let Ok(first) = queue.recv() {
        match begin(connection, closing) {
            Ok(()) => group(connection, first, queue),
            Err(error) => {
                tracing::warn!(%error, "no transaction could be begun");
                first(Err(error)).0(None);
            }
        }
    }
}

/// Begins a transaction, however long another program takes for its own, within
/// reason; at the end of the program it tries once.
fn begin(connection: &Connection, closing: &AtomicBool) -> Result<()> {
    let mut tries = 0;
    loop {
        tries += 1;
        match connection.execute_batch("BEGIN IMMEDIATE").map_err(|e| database(&e)) {
            Err(Error::Locked(_)) if tries < TRIES && !closing.load(Ordering::Relaxed) => {}
            done => return done,
        }
    }
}

/// Runs `first` and what waits behind it in the transaction that has begun.
fn group(connection: &Connection, first: Job, queue: &Receiver<Job>) {
    let mut finishes = Vec::new();
    let work = || {
        let mut next = Some(first);
        while let Some(job) = next.take() {
            finishes.push(step(connection, job)?);
            if finishes.len() < GROUP {
                next = queue.try_recv().ok();
            }
        }
        connection.execute_batch("COMMIT").map_err(|e| database(&e))
    };
    let outcome = work();
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
    let prepared = |sql: &str| {
        connection.prepare_cached(sql).and_then(|mut statement| statement.execute([])).map_err(|e| database(&e))
    };
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
    let undone = if verdict == Verdict::Undo { prepared("ROLLBACK TO job") } else { Ok(0) };
    if let Err(error) = undone.and_then(|_| prepared("RELEASE job")) {
        finish(Some(error.again()));
        return Err(error);
    }
    Ok(finish)
}
