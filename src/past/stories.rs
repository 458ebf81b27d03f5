//! A story as it is stored: its copies in the order in which they came, and why each is there.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::{EntryId, StoryId};
use crate::store::{EntryRecord, PlacedCopy, Result, Store};

use super::explain::{Unexplained, entry_ref};

/// Copies of a story that are shown.
const MOST: usize = 200;

/// The story of an entry.
#[derive(Clone, Debug)]
pub struct ToldStory {
    /// The entry that was asked for.
    pub record: EntryRecord,
    /// Its place; `None` where it waits for one.
    pub own: Option<PlacedCopy>,
    /// All copies of the story, in the order in which they were stored.
    pub copies: Vec<PlacedCopy>,
    /// Headlines of the copies.
    pub titles: HashMap<EntryId, String>,
}

impl ToldStory {
    /// Its number.
    pub fn story(&self) -> Option<StoryId> {
        self.own.as_ref().map(|own| own.story)
    }

    /// The headline of a copy; empty where its text is no longer kept.
    pub fn title(&self, entry: EntryId) -> &str {
        self.titles.get(&entry).map_or("", String::as_str)
    }
}

/// The story of `entry`, which is a number, a link or an id.
///
/// # Errors
/// The store's.
pub async fn story_of(store: &Arc<dyn Store>, entry: &str) -> Result<std::result::Result<ToldStory, Unexplained>> {
    let Some(record) = store.entry(&entry_ref(entry)).await? else {
        return Ok(Err(Unexplained::NoEntry(entry.to_owned())));
    };
    let own = store.placed(&[record.published.place.entry]).await?.pop();
    let copies = match &own {
        Some(own) => store.copies(own.story, None, MOST).await?,
        None => Vec::new(),
    };
    let ids: Vec<EntryId> = copies.iter().map(|copy| copy.entry).collect();
    let titles = store.kept(&ids).await?.into_iter().map(|kept| (kept.id, kept.entry.entry.title)).collect();
    Ok(Ok(ToldStory { record, own, copies, titles }))
}
