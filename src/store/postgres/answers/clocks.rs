//! Clocks that were wrong.

use std::time::Duration;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::link::run::Repeat;
use crate::store::postgres::link::time::StoreTime;
use crate::store::postgres::schedule::set_back;
use crate::store::{Clocks, Result};

#[async_trait]
impl Clocks for PostgresStore {
    async fn time(&self, now: Timestamp) -> Result<Timestamp> {
        match self.session.time() {
            StoreTime::Callers => Ok(now),
            StoreTime::Servers => self.read(&(), |tx, ()| Box::pin(std::future::ready(Ok(tx.begun_at)))).await,
        }
    }

    async fn set_back(&self, now: Timestamp) -> Result<usize> {
        self.write(Repeat::Once, (), move |w, ()| Box::pin(set_back::sources(w, now))).await
    }

    async fn mend_times(&self, _now: Timestamp) -> Result<usize> {
        Ok(0)
    }

    async fn believe(&self, now: Timestamp, _ran: Duration) -> Result<Timestamp> {
        self.time(now).await
    }
}
