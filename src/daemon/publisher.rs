//! Renders feeds that changed, once a change, off the polls' path. Each is rendered by
//! itself: one that takes long keeps no other waiting.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::{Id, JoinSet};

use crate::model::FeedId;

use super::Shared;

/// Changes within this time of a rendering are rendered together.
const PAUSE: Duration = Duration::from_millis(500);

/// Feeds whose document is behind the store.
pub struct Dirty {
    feeds: Mutex<BTreeSet<FeedId>>,
    rung: Notify,
}

impl Dirty {
    /// Nothing is behind.
    pub fn new() -> Self {
        Dirty { feeds: Mutex::new(BTreeSet::new()), rung: Notify::new() }
    }

    /// Marks feeds as changed.
    pub fn mark(&self, feeds: &[FeedId]) {
        if !feeds.is_empty() {
            self.feeds.lock().unwrap_or_else(PoisonError::into_inner).extend(feeds.iter().cloned());
            self.rung.notify_one();
        }
    }

    /// Takes what is marked but for what is under way, which is taken once that is over.
    fn take(&self, under_way: &HashMap<Id, FeedId>) -> BTreeSet<FeedId> {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        let (later, now) = std::mem::take(&mut *feeds).into_iter().partition(|f| under_way.values().any(|u| u == f));
        *feeds = later;
        now
    }
}

/// Renders what is marked, for as long as the program runs.
pub async fn run(shared: Arc<Shared>) {
    let mut renderings = JoinSet::new();
    // One that broke down has a name here, too.
    let mut under_way: HashMap<Id, FeedId> = HashMap::new();
    loop {
        for feed in shared.dirty.take(&under_way) {
            let rendering = renderings.spawn(one(Arc::clone(&shared), feed.clone()));
            under_way.insert(rendering.id(), feed);
        }
        tokio::select! {
            () = shared.dirty.rung.notified() => {}
            Some(ended) = renderings.join_next_with_id() => {
                let id = ended.map_or_else(|error| error.id(), |(id, ())| id);
                under_way.remove(&id);
            }
        }
    }
}

/// Renders a feed, and rests it.
async fn one(shared: Arc<Shared>, feed: FeedId) {
    // A feed that cannot be rendered now is served as it was (O30).
    if let Err(error) = shared.desk.render(&feed).await {
        tracing::error!(feed.id = feed.as_str(), %error, "a feed could not be rendered");
    }
    tokio::time::sleep(PAUSE).await;
}
