//! What decisions were made by: a filter, its lists, its window, the labels of
//! the sources. Where that changes, decisions are made anew.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::model::{FeedId, Source, SourceId, digest};
use crate::store::{Error, Result, Store};

/// The name under which the store remembers it.
const MEMORY: &str = "decided-by";

/// What stored decisions were made by.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Editions {
    /// By feed: a hash of its rule, the lists that the rule names, its window.
    feeds: BTreeMap<String, String>,
    /// By source, retired ones included: what filters read of it.
    sources: BTreeMap<String, Labels>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Labels {
    tags: Vec<String>,
    language: Option<String>,
}

impl Editions {
    /// What decisions are made by under `config`.
    pub fn of(config: &Config) -> Editions {
        let feeds = config.feeds.iter().map(|feed| {
            let named = feed.rule.lists_named();
            let lists: Vec<_> = config.lists.iter().filter(|list| named.contains(&list.name)).collect();
            let made_by = format!("{:?}{lists:?}{:?}", feed.rule, feed.backfill);
            (feed.channel.id.to_string(), format!("{:016x}", digest(&made_by)))
        });
        let labels = |source: &Source| Labels { tags: source.tags.clone(), language: source.language.clone() };
        let sources = config.sources.iter().map(|s| (s.source.id.to_string(), labels(&s.source)));
        Editions { feeds: feeds.collect(), sources: sources.collect() }
    }

    /// What the store remembers.
    ///
    /// # Errors
    /// The store's.
    pub async fn read(store: &Arc<dyn Store>) -> Result<Editions> {
        let stored = store.remembered(MEMORY).await?;
        // What cannot be read was written by another version: all is decided anew.
        Ok(stored.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
    }

    /// The edition of a feed's rule.
    pub fn edition(&self, feed: &FeedId) -> Option<&str> {
        self.feeds.get(feed.as_str()).map(String::as_str)
    }

    /// Sources as they were last configured.
    pub fn retired(&self) -> HashMap<SourceId, Source> {
        let source = |(name, labels): (&String, &Labels)| {
            let id = SourceId::new(name).ok()?;
            let source = Source::retired(id.clone());
            Some((id, Source { tags: labels.tags.clone(), language: labels.language.clone(), ..source }))
        };
        self.sources.iter().filter_map(source).collect()
    }

    /// Feeds whose stored decisions were made by something else than `self`, the
    /// configuration in force, would have them made by. The labels of sources
    /// are taken over; feeds that are gone are forgotten, so that one that comes
    /// back is decided anew.
    ///
    /// # Errors
    /// The store's.
    pub async fn outdated(&self, store: &Arc<dyn Store>) -> Result<Vec<FeedId>> {
        let before = Editions::read(store).await?;
        let relabelled =
            self.sources.iter().any(|(id, labels)| before.sources.get(id).is_some_and(|was| was != labels));
        // Into a store that nothing was ever decided for, all comes by what is in force.
        let fresh = before == Editions::default() && store.totals().await?.entries == 0;
        let stands = |feed: &String, edition: &String| fresh || !relabelled && before.feeds.get(feed) == Some(edition);
        let mut now = self.clone();
        now.feeds.retain(|feed, edition| stands(feed, edition));
        for (id, labels) in &before.sources {
            now.sources.entry(id.clone()).or_insert_with(|| labels.clone());
        }
        if now != before {
            now.write(store).await?;
        }
        let outdated = self.feeds.keys().filter(|feed| !now.feeds.contains_key(*feed));
        Ok(outdated.filter_map(|feed| FeedId::new(feed).ok()).collect())
    }

    /// Remembers that all decisions of these feeds are made.
    ///
    /// # Errors
    /// The store's.
    pub async fn settle(store: &Arc<dyn Store>, editions: &BTreeMap<FeedId, String>) -> Result<()> {
        let mut decided = Editions::read(store).await?;
        decided.feeds.extend(editions.iter().map(|(feed, edition)| (feed.to_string(), edition.clone())));
        decided.write(store).await
    }

    /// Forgets what the decisions of these feeds were made by: they are being
    /// made anew.
    ///
    /// # Errors
    /// The store's.
    pub async fn unsettle(store: &Arc<dyn Store>, feeds: impl Iterator<Item = &FeedId>) -> Result<()> {
        let mut decided = Editions::read(store).await?;
        let before = decided.feeds.len();
        feeds.for_each(|feed| drop(decided.feeds.remove(feed.as_str())));
        if decided.feeds.len() < before { decided.write(store).await } else { Ok(()) }
    }

    async fn write(&self, store: &Arc<dyn Store>) -> Result<()> {
        let json = serde_json::to_string(self).map_err(|e| Error::Database(format!("{MEMORY}: {e}")))?;
        store.remember(MEMORY, &json).await
    }
}
