//! The calls of [`PostgresStore`], a file for each of the store's topics: what is read and
//! what is written, and whether that may be done a second time. The work stands in the
//! wings beside this folder.

mod articles;
mod clocks;
mod commit;
mod documents;
mod entries;
mod figures;
mod index;
mod nodes;
mod outbox;
mod past;
mod readings;
mod rematches;
mod schedule;
mod stories;
mod upkeep;

use std::sync::Arc;

use super::PostgresStore;
use crate::store::{Lane, Store};

impl Store for PostgresStore {
    fn through(&self, lane: Lane) -> Arc<dyn Store> {
        Arc::new(self.asked_through(lane))
    }
}
