//! The reference store: what a store is to do, as plainly as it can be said.
//!
//! It keeps all in memory as values, without a codec, index or query, and leaves each
//! decision to `store::rules`. The suite of `contract/` holds it to what it answers. It is
//! never shipped: sequences compare the other stores with it, and the simulation of many
//! nodes runs on it. It knows nothing of rematches, damage, copies, or a clock that was set
//! back, and never forgets a node.
//!
//! A method is one transaction, for it holds the only lock, and looks for all that may be
//! refused before it writes.

mod answers;
mod manners;
mod past;
mod read;
mod schedule;
mod world;
mod write;

use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::watch;
use wiredesk::clock::Timestamp;
use wiredesk::store::{DocumentHash, DocumentOf, Result, Seq, modified_at};

use world::World;

/// A store in memory; clones are of one.
#[derive(Clone)]
pub struct MemStore {
    world: Arc<Mutex<World>>,
    /// The newest change, for those who wait.
    newest: Arc<watch::Sender<i64>>,
}

impl MemStore {
    /// An empty one.
    pub fn new() -> MemStore {
        MemStore { world: Arc::default(), newest: Arc::new(watch::Sender::new(0)) }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("nobody broke down with it")
    }

    /// Does what readers are told of.
    fn told<T>(&self, work: impl FnOnce(&mut World) -> Result<T>) -> Result<T> {
        let mut world = self.world();
        let done = work(&mut world);
        self.newest.send_replace(world.seq);
        done
    }

    async fn wait_behind(&self, after: Seq) {
        // The sender lives as long as the store.
        let _ = self.newest.subscribe().wait_for(|newest| *newest > after.0).await;
    }
}

impl World {
    fn date_document(&mut self, of: DocumentOf<'_>, document: DocumentHash, now: Timestamp) -> Option<Timestamp> {
        if !self.feeds.contains_key(of.feed) {
            return None;
        }
        let key = (of.feed.clone(), of.format.to_owned());
        let last = self.documents.get(&key).copied();
        if let Some((_, at)) = last.filter(|(hash, _)| *hash == document) {
            return Some(at);
        }
        let at = modified_at(last.map(|(_, at)| at), now);
        self.documents.insert(key, (document, at));
        Some(at)
    }
}
