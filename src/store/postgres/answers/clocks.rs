//! Clocks that were wrong.

use std::time::Duration;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::answers::unbuilt;
use crate::store::{Clocks, Result};

#[async_trait]
impl Clocks for PostgresStore {
    async fn time(&self, now: Timestamp) -> Result<Timestamp> {
        Err(unbuilt("time"))
    }

    async fn set_back(&self, now: Timestamp) -> Result<usize> {
        Err(unbuilt("set_back"))
    }

    async fn mend_times(&self, now: Timestamp) -> Result<usize> {
        Err(unbuilt("mend_times"))
    }

    async fn believe(&self, now: Timestamp, ran: Duration) -> Result<Timestamp> {
        Err(unbuilt("believe"))
    }
}
