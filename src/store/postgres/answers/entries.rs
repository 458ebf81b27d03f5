//! Stored entries, and pages of feeds.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use async_trait::async_trait;

use crate::model::{EntryId, FeedId, FeedPosition, Published};
use crate::store::postgres::PostgresStore;
use crate::store::postgres::answers::unbuilt;
use crate::store::{Entries, EntryRecord, EntryRef, Kept, Result};

#[async_trait]
impl Entries for PostgresStore {
    async fn entry(&self, entry: &EntryRef) -> Result<Option<EntryRecord>> {
        Err(unbuilt("entry"))
    }

    async fn published(&self, entries: &[EntryId]) -> Result<Vec<Published>> {
        Err(unbuilt("published"))
    }

    async fn kept(&self, entries: &[EntryId]) -> Result<Vec<Kept>> {
        Err(unbuilt("kept"))
    }

    async fn feed_page(&self, feed: &FeedId, before: Option<FeedPosition>, limit: usize) -> Result<Vec<Published>> {
        Err(unbuilt("feed_page"))
    }

    async fn members(&self, feed: &FeedId, range: RangeInclusive<EntryId>) -> Result<HashSet<EntryId>> {
        Err(unbuilt("members"))
    }
}
