//! Turns at making documents: those of one feed are made one at a time, so that what the
//! store remembers as made last is what stands on the shelf. Feeds are made side by side, and
//! none waits for another's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Semaphore;

use crate::limits::RENDERED_AT_ONCE;
use crate::model::FeedId;

/// Turns at making documents.
pub struct Making {
    /// One maker a feed, known for as long as anybody has its turn or waits for it:
    /// a feed that goes and comes back meanwhile has the same one (check B154).
    feeds: Mutex<HashMap<FeedId, Weak<tokio::sync::Mutex<()>>>>,
    /// So many feeds at once.
    pub(super) turns: Semaphore,
}

impl Making {
    /// Nothing is being made.
    pub fn new() -> Self {
        Making { feeds: Mutex::default(), turns: Semaphore::new(RENDERED_AT_ONCE.count()) }
    }

    /// The turn of a feed's maker.
    pub fn of(&self, feed: &FeedId) -> Arc<tokio::sync::Mutex<()>> {
        let mut feeds = self.feeds();
        if let Some(maker) = feeds.get(feed).and_then(Weak::upgrade) {
            return maker;
        }
        feeds.retain(|_, maker| maker.strong_count() > 0);
        let maker = Arc::default();
        feeds.insert(feed.clone(), Arc::downgrade(&maker));
        maker
    }

    /// Whether anybody is known to make it.
    #[cfg(test)]
    pub fn knows(&self, feed: &FeedId) -> bool {
        self.feeds().contains_key(feed)
    }

    fn feeds(&self) -> std::sync::MutexGuard<'_, HashMap<FeedId, Weak<tokio::sync::Mutex<()>>>> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
