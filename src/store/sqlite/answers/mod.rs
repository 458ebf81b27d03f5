//! The calls of [`SqliteStore`], a file for each of the store's topics: which job runs,
//! and whether on the writer or on a reader. The jobs stand beside this folder.

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

use super::SqliteStore;
use crate::store::{Lane, Store};

impl Store for SqliteStore {
    fn through(&self, lane: Lane) -> Arc<dyn Store> {
        Arc::new(self.clone().asked_through(lane))
    }
}
