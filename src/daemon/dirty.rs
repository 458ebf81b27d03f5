//! Which feeds are to be rendered.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;
use tokio::task::Id;

use crate::model::FeedId;

/// Feeds whose documents are older than the store.
pub struct Dirty {
    feeds: Mutex<BTreeSet<FeedId>>,
    rung: Notify,
}

impl Dirty {
    /// No feed is marked.
    pub fn new() -> Self {
        Dirty { feeds: Mutex::new(BTreeSet::new()), rung: Notify::new() }
    }

    /// Marks feeds as changed.
    pub fn mark(&self, changed: impl IntoIterator<Item = FeedId>) {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        feeds.extend(changed);
        if !feeds.is_empty() {
            self.rung.notify_one();
        }
    }

    /// Takes the marked feeds, except those that are being rendered: they stay marked until
    /// their rendering has ended.
    pub fn take(&self, under_way: &HashMap<Id, FeedId>) -> BTreeSet<FeedId> {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        let (later, now) = std::mem::take(&mut *feeds).into_iter().partition(|f| under_way.values().any(|u| u == f));
        *feeds = later;
        now
    }

    /// Waits until some feed is marked.
    pub async fn rung(&self) {
        self.rung.notified().await;
    }
}
