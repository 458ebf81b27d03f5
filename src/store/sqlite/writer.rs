//! The one writer: a thread that owns the writing connection.
//!
//! Jobs that wait while a transaction is being written all go into the next
//! one (group commit), each behind a savepoint of its own, so that a bad job
//! undoes itself alone. Nobody is answered before the commit is on disk.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::row::database;
use crate::store::{Error, Result};

/// Jobs in one transaction at most: bounds how long the first one waits.
const GROUP: usize = 64;

/// Answers a job once its fate is known.
type Finish = Box<dyn FnOnce(Option<Error>) + Send>;
/// Runs inside the transaction; gives the answer and whether to keep the work.
type Job = Box<dyn FnOnce(&Connection) -> (Finish, Verdict) + Send>;

#[derive(PartialEq)]
enum Verdict {
    Keep,
    Undo,
}

/// Where jobs are handed in. Dropping it lets the thread finish and close.
pub struct Writer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on `connection`.
    ///
    /// # Errors
    /// [`Error::Unusable`] when no thread can be started.
    pub fn start(connection: Connection) -> Result<Self> {
        let (jobs, queue) = channel();
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || serve(&connection, &queue))
            .map_err(|e| Error::Unusable(format!("cannot start the store's writer: {e}")))?;
        Ok(Writer { jobs: Some(jobs), thread: Some(thread) })
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
            let done = job(connection);
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
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has already failed every job it held.
            let _ = thread.join();
        }
    }
}

fn stopped() -> Error {
    Error::Database("the writer has stopped".to_owned())
}

fn serve(connection: &Connection, queue: &Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        group(connection, first, queue);
    }
}

/// Runs `first` and what waits behind it as one transaction.
fn group(connection: &Connection, first: Job, queue: &Receiver<Job>) {
    let mut finishes = Vec::new();
    let outcome = connection.execute_batch("BEGIN IMMEDIATE").map_err(|e| database(&e)).and_then(|()| {
        let mut next = Some(first);
        while let Some(job) = next.take() {
            finishes.push(step(connection, job)?);
            if finishes.len() < GROUP {
                next = queue.try_recv().ok();
            }
        }
        connection.execute_batch("COMMIT").map_err(|e| database(&e))
    });
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
    prepared("SAVEPOINT job")?;
    let (finish, verdict) = job(connection);
    // A full disk may end the whole transaction under the job.
    if connection.is_autocommit() {
        finish(Some(Error::Full("the transaction was ended".to_owned())));
        return Err(Error::Full("the transaction was ended".to_owned()));
    }
    if verdict == Verdict::Undo {
        prepared("ROLLBACK TO job")?;
    }
    prepared("RELEASE job")?;
    Ok(finish)
}
