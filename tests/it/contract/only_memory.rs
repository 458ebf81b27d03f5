//! The suite's bench for the reference store.

use async_trait::async_trait;

use super::*;
use crate::reference::MemStore;

/// A store in memory.
pub struct MemoryBench;

#[async_trait]
impl Bench for MemoryBench {
    fn is_there(&self) -> bool {
        true
    }

    async fn place(&self) -> Place {
        Place::of_store(Arc::new(MemStore::new()))
    }
}
