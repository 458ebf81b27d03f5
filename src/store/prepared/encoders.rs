//! Where polls are encoded: on threads that wait for no database, a few at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;

use super::{PreparedPoll, prepare};
use crate::store::codec::Encoder;
use crate::store::{Error, PollRecord, Result};

/// Polls encoded at once: each takes a compressor's memory.
const ENCODERS: usize = 2;

/// The encoders of a store.
#[derive(Clone)]
pub struct Encoders {
    turns: Arc<Semaphore>,
    /// Those that nobody uses.
    idle: Arc<Mutex<Vec<Encoder>>>,
}

impl Encoders {
    /// None at work.
    pub fn new() -> Encoders {
        Encoders { turns: Arc::new(Semaphore::new(ENCODERS)), idle: Arc::default() }
    }

    /// A poll as it is written. One that read no document is so at once.
    pub async fn prepare(&self, record: PollRecord) -> Result<PreparedPoll> {
        if record.found.is_none() {
            return prepare(record, &mut Encoder::new());
        }
        let _turn = self.turns.acquire().await.map_err(|_| Error::Database("the store is closed".to_owned()))?;
        let idle = Arc::clone(&self.idle);
        let encode = move || {
            // To make a compressor costs as much as to compress some entries.
            let mut encoder = all(&idle).pop().unwrap_or_default();
            let prepared = prepare(record, &mut encoder);
            all(&idle).push(encoder);
            prepared
        };
        let prepared = tokio::task::spawn_blocking(encode).await;
        prepared.map_err(|e| Error::Database(format!("encoding broke down: {e}")))?
    }
}

fn all(encoders: &Mutex<Vec<Encoder>>) -> MutexGuard<'_, Vec<Encoder>> {
    encoders.lock().unwrap_or_else(PoisonError::into_inner)
}
