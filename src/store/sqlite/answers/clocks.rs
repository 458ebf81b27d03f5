//! Clocks that were wrong.

use std::time::Duration;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::upkeep::set_back;
use crate::store::{Clocks, Result};

#[async_trait]
impl Clocks for SqliteStore {
    async fn time(&self, now: Timestamp) -> Result<Timestamp> {
        Ok(now)
    }

    async fn set_back(&self, now: Timestamp) -> Result<usize> {
        self.write(move |c| set_back::sources(c, now)).await
    }

    async fn mend_times(&self, now: Timestamp) -> Result<usize> {
        self.write(move |c| set_back::mend_times(c, now)).await
    }

    async fn believe(&self, now: Timestamp, ran: Duration) -> Result<Timestamp> {
        self.write(move |c| set_back::believe(c, now, ran)).await
    }
}
