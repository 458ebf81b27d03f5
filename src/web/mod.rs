//! The serving side: feeds from memory, pages from the store.
//!
//! [`Shelf`] holds each feed's document in all codings and answers before any
//! routing. Public addresses come from the configuration alone (check O29).

mod answer;
mod guests;
mod metrics;
mod negotiate;
mod routes;
mod serve;
mod shelf;
mod stall;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use url::Url;

use crate::clock::{Clock, Timestamp};
use crate::model::{FeedId, Place};
use crate::publish::atom::{self, Page};
use crate::publish::rendered::Rendered;
use crate::publish::{Channel, Terms, cursor};
use crate::store::{self, Store};

pub use metrics::Counters;
pub use serve::{Limits, serve, serve_within};
pub use shelf::Shelf;

/// For how long readiness waits for the store's answer: longer than a sync of
/// a slow disk, shorter than those who ask have patience.
const PROBE: Duration = Duration::from_secs(2);

/// A feed with how many entries its document holds.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The feed.
    pub channel: Channel,
    /// Entries a document holds.
    pub size: usize,
}

/// What the pages and feeds need of a configuration.
#[derive(Clone, Debug)]
pub struct Site {
    /// Base of all public addresses, ending in `/`.
    pub public_url: Url,
    /// Feeds in the configuration's order.
    pub feeds: Vec<Shown>,
    /// What sources allow.
    pub terms: Arc<Terms>,
    /// Problems of a configuration that was refused.
    pub problems: Vec<String>,
}

impl Site {
    fn feed(&self, id: &str) -> Option<&Shown> {
        self.feeds.iter().find(|shown| shown.channel.id.as_str() == id)
    }
}

/// What answering needs of the running program.
pub struct Desk {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    site: ArcSwap<Site>,
    shelf: Shelf,
    /// Feeds that were published once and are no longer (check O25).
    gone: Mutex<HashSet<String>>,
    trouble: ArcSwap<Option<String>>,
    /// Since when no source can be reached.
    offline: ArcSwap<Option<Timestamp>>,
    /// Held while the store is asked whether its trouble is over.
    probing: Arc<tokio::sync::Mutex<()>>,
    /// Counts of what happened.
    pub counters: Counters,
}

impl Desk {
    /// A desk that serves `site` out of `store`.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, site: Site) -> Self {
        Desk {
            store,
            clock,
            site: ArcSwap::from_pointee(site),
            shelf: Shelf::new(),
            gone: Mutex::new(HashSet::new()),
            trouble: ArcSwap::from_pointee(None),
            offline: ArcSwap::from_pointee(None),
            probing: Arc::default(),
            counters: Counters::new(),
        }
    }

    /// Puts another configuration in force; feeds it no longer names are gone.
    pub fn set_site(&self, site: Site) {
        let before = self.site.swap(Arc::new(site));
        let after = self.site.load();
        for shown in before.feeds.iter().filter(|s| after.feed(s.channel.id.as_str()).is_none()) {
            self.shelf.remove(&shown.channel.id);
            let id = shown.channel.id.to_string();
            self.gone.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        }
    }

    fn is_gone(&self, feed: &str) -> bool {
        self.gone.lock().unwrap_or_else(PoisonError::into_inner).contains(feed)
    }

    /// Tells what is wrong with the store, for readiness; `None` when all is well.
    pub fn set_trouble(&self, trouble: Option<String>) {
        if **self.trouble.load() != trouble {
            self.trouble.store(Arc::new(trouble));
        }
    }

    /// Tells since when no source can be reached; `None` when some can.
    pub fn set_offline(&self, since: Option<Timestamp>) {
        if **self.offline.load() != since {
            self.offline.store(Arc::new(since));
        }
    }

    /// Since when no source can be reached: what is there is served all the same.
    pub fn offline_since(&self) -> Option<Timestamp> {
        **self.offline.load()
    }

    /// Whether the store can be read and takes what polls bring: after a poll
    /// that it did not take it is asked itself, one question at a time.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub async fn ready(&self) -> Result<(), String> {
        self.store.ping().await.map_err(|error| error.to_string())?;
        let Some(trouble) = (**self.trouble.load()).clone() else { return Ok(()) };
        let Ok(probing) = Arc::clone(&self.probing).try_lock_owned() else { return Err(trouble) };
        let store = Arc::clone(&self.store);
        // A store that another program holds may take longer than anybody waits.
        let asked = tokio::spawn(async move {
            let _probing = probing;
            store.probe().await
        });
        match tokio::time::timeout(PROBE, asked).await {
            Ok(Ok(Ok(()))) => {
                self.set_trouble(None);
                Ok(())
            }
            Ok(Ok(Err(error))) => Err(error.to_string()),
            Ok(Err(_)) | Err(_) => Err(trouble),
        }
    }

    /// Renders a feed's subscription document and puts it on the shelf.
    ///
    /// # Errors
    /// The store's; the document on the shelf stays as it was (check O30).
    pub async fn render(&self, feed: &FeedId) -> store::Result<()> {
        let site = self.site.load_full();
        let Some(shown) = site.feed(feed.as_str()) else { return Ok(()) };
        let rendered = self.document(&site, shown, None).await?;
        self.shelf.put(feed, rendered);
        self.keep_off_if_gone(feed);
        Ok(())
    }

    /// Whether the document on the shelf is behind the store: another process
    /// may have changed what the feed holds.
    ///
    /// # Errors
    /// The store's.
    pub async fn is_behind(&self, feed: &FeedId) -> store::Result<bool> {
        let changed_at = self.store.feed_updated_at(feed).await?.unwrap_or(atom::NEVER_UPDATED);
        Ok(self.shelf.of(feed).is_some_and(|served| served.changed_at < changed_at))
    }

    /// A feed may have gone from the configuration while it was rendered.
    fn keep_off_if_gone(&self, feed: &FeedId) {
        if self.site.load().feed(feed.as_str()).is_none() {
            self.shelf.remove(feed);
        }
    }

    /// A feed's document: the one to subscribe to, or the page that begins
    /// before a place.
    async fn document(&self, site: &Site, shown: &Shown, before: Option<Place>) -> store::Result<Rendered> {
        let feed = &shown.channel.id;
        let changed_at = self.store.feed_updated_at(feed).await?.unwrap_or(atom::NEVER_UPDATED);
        let entries = self.store.feed_page(feed, before, shown.size + 1).await?;
        let (shown, terms) = (shown.clone(), Arc::clone(&site.terms));
        let rendered = tokio::task::spawn_blocking(move || {
            let more = entries.len() > shown.size;
            let entries = &entries[..entries.len().min(shown.size)];
            let cursor = before.map(cursor::write);
            let page = Page { entries, terms: &terms, cursor: cursor.as_deref(), more };
            Rendered::new(atom::render(&shown.channel, &page), changed_at)
        });
        rendered.await.map_err(|e| store::Error::Database(format!("rendering broke down: {e}")))
    }
}

#[cfg(test)]
mod tests;
