//! The past, step by step: stored entries, newest first.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::plan::Plan;
use crate::plan::stored::PastSources;
use crate::store::{Error, Kept, Result, Store};

/// Entries in a step: a transaction's worth of new decisions, for which a
/// poll's commit waits some milliseconds.
const STEP: usize = 400;

/// How far back a walk goes.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// From before this entry on; `None`: from the newest.
    pub before: Option<EntryId>,
    /// Not to entries first seen earlier.
    pub since: Timestamp,
}

impl Stretch {
    /// All of it.
    pub const WHOLE: Stretch = Stretch { before: None, since: Timestamp::EPOCH };

    fn takes(&self, kept: &Kept) -> bool {
        kept.first_seen_at >= self.since
    }
}

/// A step of a walk.
pub struct WalkStep<T> {
    /// The oldest entry of it.
    pub last: EntryId,
    /// How many entries it holds.
    pub entries: usize,
    /// What came of them.
    pub done: T,
}

/// Stored entries with their sources.
pub struct Batch {
    /// The entries, newest first.
    pub kept: Vec<Kept>,
    /// Their sources.
    pub sources: PastSources,
}

/// A walk through the past: reading, work and what the caller does go on at
/// once, each a step behind the other.
pub struct Walk<T> {
    steps: mpsc::Receiver<WalkStep<T>>,
    reading: Option<JoinHandle<Result<()>>>,
    working: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Walk<T> {
    /// Sets out; `work` runs off the runtime's threads.
    pub fn start(
        store: &Arc<dyn Store>,
        plan: &Arc<Plan>,
        stretch: Stretch,
        mut work: impl FnMut(Batch) -> T + Send + 'static,
    ) -> Walk<T> {
        let (hand_out, mut taken) = mpsc::channel::<Batch>(1);
        let (hand_on, steps) = mpsc::channel(1);
        let reading = tokio::spawn(read(Arc::clone(store), Arc::clone(plan), stretch, hand_out));
        let working = tokio::task::spawn_blocking(move || {
            while let Some(batch) = taken.blocking_recv() {
                let Some(last) = batch.kept.last().map(|kept| kept.id) else { continue };
                let entries = batch.kept.len();
                let step = WalkStep { last, entries, done: work(batch) };
                if hand_on.blocking_send(step).is_err() {
                    break;
                }
            }
        });
        Walk { steps, reading: Some(reading), working: Some(working) }
    }

    /// The next step; `None` at the end.
    ///
    /// # Errors
    /// The store's.
    pub async fn next(&mut self) -> Result<Option<WalkStep<T>>> {
        if let Some(step) = self.steps.recv().await {
            return Ok(Some(step));
        }
        let broken = |e: tokio::task::JoinError| Error::Database(format!("the walk broke down: {e}"));
        if let Some(reading) = self.reading.take() {
            reading.await.map_err(broken)??;
        }
        if let Some(working) = self.working.take() {
            working.await.map_err(broken)?;
        }
        Ok(None)
    }
}

/// Reads steps until the stretch ends or nobody takes them.
async fn read(store: Arc<dyn Store>, plan: Arc<Plan>, stretch: Stretch, to: mpsc::Sender<Batch>) -> Result<()> {
    let (mut before, mut outside) = (stretch.before, 0);
    loop {
        let mut kept = store.history(before, STEP).await?;
        let read = kept.len();
        let Some(last) = kept.last().map(|kept| kept.id) else { return Ok(()) };
        before = Some(last);
        kept.retain(|kept| stretch.takes(kept));
        if kept.is_empty() {
            // A clock that was set back leaves single entries that look old: as many as a
            // step of them end the stretch, however many fit into one.
            outside += read;
            if outside >= STEP {
                return Ok(());
            }
            continue;
        }
        outside = 0;
        let sources = PastSources::of(&*store, &plan, &kept).await?;
        if to.send(Batch { kept, sources }).await.is_err() {
            return Ok(());
        }
    }
}
