//! Where polls are encoded: on threads that wait for no database, a few at a time.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::{PreparedPoll, prepare};
use crate::store::{Error, PollRecord, Result};

/// Polls encoded at once: each takes a compressor's memory.
const ENCODERS: usize = 2;

/// The encoders of a store.
#[derive(Clone)]
pub struct Encoders(Arc<Semaphore>);

impl Encoders {
    /// None at work.
    pub fn new() -> Encoders {
        Encoders(Arc::new(Semaphore::new(ENCODERS)))
    }

    /// A poll as it is written. One that read no document is so at once.
    pub async fn prepare(&self, record: PollRecord) -> Result<PreparedPoll> {
        if record.found.is_none() {
            return prepare(record);
        }
        let _turn = self.0.acquire().await.map_err(|_| Error::Database("the store is closed".to_owned()))?;
        let prepared = tokio::task::spawn_blocking(move || prepare(record)).await;
        prepared.map_err(|e| Error::Database(format!("encoding broke down: {e}")))?
    }
}
