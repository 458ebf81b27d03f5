//! Renders feeds that changed, once a change, off the polls' path.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

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

    fn take(&self) -> BTreeSet<FeedId> {
        std::mem::take(&mut *self.feeds.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Renders what is marked, for as long as the program runs.
pub async fn run(shared: Arc<Shared>) {
    loop {
        shared.dirty.rung.notified().await;
        for feed in shared.dirty.take() {
            // A feed that cannot be rendered now is served as it was (O30).
            if let Err(error) = shared.desk.render(&feed).await {
                tracing::error!(feed.id = feed.as_str(), %error, "a feed could not be rendered");
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
