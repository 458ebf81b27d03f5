//! Stored entries, and pages of feeds.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use async_trait::async_trait;

use crate::model::{EntryId, FeedId, FeedPosition, Published};
use crate::store::postgres::PostgresStore;
use crate::store::postgres::read::{entries, history, pages, published};
use crate::store::{Entries, EntryRecord, EntryRef, Kept, Result};

#[async_trait]
impl Entries for PostgresStore {
    async fn entry(&self, entry: &EntryRef) -> Result<Option<EntryRecord>> {
        self.read(entry, |tx, entry| Box::pin(entries::record(tx, entry))).await
    }

    async fn published(&self, entries: &[EntryId]) -> Result<Vec<Published>> {
        self.read(entries, |tx, entries| Box::pin(published::published(tx, entries))).await
    }

    async fn kept(&self, entries: &[EntryId]) -> Result<Vec<Kept>> {
        self.read(entries, |tx, entries| Box::pin(history::kept(tx, entries))).await
    }

    async fn feed_page(&self, feed: &FeedId, before: Option<FeedPosition>, limit: usize) -> Result<Vec<Published>> {
        self.read(feed, move |tx, feed| Box::pin(pages::feed_page(tx, feed, before, limit))).await
    }

    async fn members(&self, feed: &FeedId, range: RangeInclusive<EntryId>) -> Result<HashSet<EntryId>> {
        self.read(&(feed, range), |tx, (feed, range)| Box::pin(pages::members(tx, feed, range))).await
    }
}
