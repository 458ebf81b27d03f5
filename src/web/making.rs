//! Turns at rendering documents. Those of one feed are rendered one at a time, so that the
//! document which the store remembers as the last is the one on the shelf. Feeds are rendered
//! side by side and do not wait for one another.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Semaphore;

use crate::limits::RENDERED_AT_ONCE;
use crate::model::FeedId;

/// Turns at rendering documents.
pub struct Making {
    /// One lock for each feed, kept while a task holds it or waits for it: a feed that is
    /// removed and comes back meanwhile has the same one (check B154).
    feeds: Mutex<HashMap<FeedId, Weak<tokio::sync::Mutex<()>>>>,
    /// How many feeds are rendered at once.
    pub(super) turns: Semaphore,
}

impl Making {
    /// No document is being rendered.
    pub fn new() -> Self {
        Making { feeds: Mutex::default(), turns: Semaphore::new(RENDERED_AT_ONCE.count()) }
    }

    /// Waits for a feed's turn.
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

    /// Whether a task holds or waits for the feed's lock.
    #[cfg(test)]
    pub fn knows(&self, feed: &FeedId) -> bool {
        self.feeds().contains_key(feed)
    }

    fn feeds(&self) -> std::sync::MutexGuard<'_, HashMap<FeedId, Weak<tokio::sync::Mutex<()>>>> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
