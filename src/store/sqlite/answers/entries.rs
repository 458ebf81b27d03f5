//! Stored entries, and pages of feeds.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use async_trait::async_trait;

use crate::model::{EntryId, FeedId, FeedPosition, Published};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::past::history;
use crate::store::sqlite::read::entries;
use crate::store::{Entries, EntryRecord, EntryRef, Kept, Result};

#[async_trait]
impl Entries for SqliteStore {
    async fn entry(&self, entry: &EntryRef) -> Result<Option<EntryRecord>> {
        let entry = entry.clone();
        self.read(move |c| entries::record(c, &entry)).await
    }

    async fn published(&self, entries: &[EntryId]) -> Result<Vec<Published>> {
        let entries = entries.to_vec();
        self.read(move |c| history::published(c, &entries)).await
    }

    async fn kept(&self, entries: &[EntryId]) -> Result<Vec<Kept>> {
        let entries = entries.to_vec();
        self.read(move |c| history::kept_of(c, &entries)).await
    }

    async fn feed_page(&self, feed: &FeedId, before: Option<FeedPosition>, limit: usize) -> Result<Vec<Published>> {
        let feed = feed.clone();
        self.read(move |c| entries::feed_page(c, &feed, before, limit)).await
    }

    async fn members(&self, feed: &FeedId, range: RangeInclusive<EntryId>) -> Result<HashSet<EntryId>> {
        let feed = feed.clone();
        self.read(move |c| history::members(c, &feed, &range)).await
    }
}
