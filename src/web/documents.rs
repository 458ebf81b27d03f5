//! Makes feeds' documents. Those of one feed are made one at a time: what the store
//! remembers as made last is what stands on the shelf. Feeds are made side by side, and
//! none waits for another's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::clock::Timestamp;
use crate::limits::RENDERED_AT_ONCE;
use crate::model::{FeedId, Place};
use crate::publish::cursor::PageAt;
use crate::publish::rendered::{self, Coding, Rendered};
use crate::publish::{FeedDocument, NEVER_UPDATED, OutputFormat, render};
use crate::store::{self, DocumentHash, Store};

use super::shelf::{DocumentKey, Served};
use super::{Desk, ShownFeed, Site};

/// So long may the store take to date a document; others wait for their turn meanwhile.
const DATING: Duration = Duration::from_secs(2);

/// Turns at making documents.
pub struct Making {
    /// One maker a feed, known for as long as anybody has its turn or waits for it:
    /// a feed that goes and comes back meanwhile has the same one (check B154).
    feeds: Mutex<HashMap<FeedId, Weak<tokio::sync::Mutex<()>>>>,
    /// So many feeds at once.
    turns: Semaphore,
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

impl Desk {
    /// Makes a feed's subscription document anew in every format, and puts it on the shelf.
    ///
    /// # Errors
    /// The store's, the first; a document on the shelf stays as it was (check O30).
    pub async fn render(&self, feed: &FeedId) -> store::Result<()> {
        let alone = self.making.of(feed);
        let _alone = alone.lock().await;
        let site = self.site.load_full();
        let Some(shown) = site.feed(feed.as_str()) else { return Ok(()) };
        let mut all = Ok(());
        for format in OutputFormat::ALL {
            let key = DocumentKey::newest(feed, format);
            let made = self.make(&site, shown, &key).await;
            if let (Err(_), Some(served)) = (&made, self.shelf.of(&key)) {
                // It is behind until it has been made.
                self.put(&key, Served::clone(&served).made_at(Timestamp::EPOCH));
            }
            all = all.and(made.map(drop));
        }
        all
    }

    /// A feed's subscription document. Where none has been made yet it is made once
    /// for all who ask, and to its end, however long they wait.
    pub(super) async fn subscription(
        self: &Arc<Self>,
        shown: &ShownFeed,
        format: OutputFormat,
    ) -> store::Result<Arc<Served>> {
        let key = DocumentKey::newest(&shown.channel.id, format);
        if let Some(served) = self.shelf.of(&key) {
            return Ok(served);
        }
        let (desk, shown) = (Arc::clone(self), shown.clone());
        let made = tokio::spawn(async move {
            let alone = desk.making.of(&key.feed);
            let _alone = alone.lock().await;
            match desk.shelf.of(&key) {
                // Somebody else asked for it at the same moment.
                Some(served) => Ok(served),
                None => {
                    // By the configuration in force, which may be another by now.
                    let site = desk.site.load_full();
                    let shown = site.feed(key.feed.as_str()).unwrap_or(&shown);
                    desk.make(&site, shown, &key).await
                }
            }
        });
        made.await.map_err(|e| broken(&e))?
    }

    /// The page of a feed that begins before a place, in one coding. Nobody remembers
    /// since when it is as it is: its validator tells whether it changed.
    pub(super) async fn older_page(
        &self,
        site: &Site,
        shown: &ShownFeed,
        (format, before): (OutputFormat, Place),
        coding: Coding,
    ) -> store::Result<Served> {
        let document = self.document(&*self.page_store, site, shown, (format, PageAt::Before(before))).await?;
        Ok(Served::undated(format, working(move || Rendered::only(coding, document)).await?))
    }

    /// Whether a document of a feed on the shelf is behind the store: another process may
    /// have changed what the feed holds, or it could not be made or dated.
    ///
    /// # Errors
    /// The store's.
    pub async fn is_behind(&self, feed: &FeedId) -> store::Result<bool> {
        let changed_at = self.changed_at(feed).await?;
        let is_behind = |served: Arc<Served>| served.changed_at != changed_at || served.modified.is_none();
        let mut documents =
            OutputFormat::ALL.into_iter().map(|format| self.shelf.of(&DocumentKey::newest(feed, format)));
        Ok(documents.any(|served| served.is_none_or(is_behind)))
    }

    async fn changed_at(&self, feed: &FeedId) -> store::Result<Timestamp> {
        Ok(self.document_store.feed_updated_at(feed).await?.unwrap_or(NEVER_UPDATED))
    }

    /// Makes a document whose turn it is, and puts it on the shelf. One that the
    /// store has not seen yet goes there before it is dated: its date is later
    /// than the last moment at which the one before was handed out, and no store
    /// that is full or locked keeps it back.
    async fn make(&self, site: &Site, shown: &ShownFeed, key: &DocumentKey) -> store::Result<Arc<Served>> {
        let feed = &key.feed;
        let turn = self.making.turns.acquire().await.expect("the semaphore is never closed");
        let changed_at = self.changed_at(feed).await?;
        let document = self.document(&*self.document_store, site, shown, (key.format, key.page)).await?;
        let hash = DocumentHash(rendered::hash(&document));
        let known = self.document_store.document_date(feed, hash).await?;
        let before = self.shelf.of(key).filter(|served| served.hash == hash.0);
        let made = match &before {
            Some(same) => Served::clone(same),
            None => Served::undated(key.format, working(move || Rendered::new(document)).await?),
        };
        // The store may take its time to date it; that is no work.
        drop(turn);
        let served = self.put(key, made.made_at(changed_at).dated(known));
        if known.is_some() {
            return Ok(served);
        }
        let dating = self.store.date_document(feed, hash, self.clock.now());
        let dated = tokio::time::timeout(DATING, dating).await;
        let trouble = match dated {
            Ok(Ok(at)) => return Ok(self.put(key, Served::clone(&served).dated(at))),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the store is busy".to_owned(),
        };
        if before.is_none() {
            tracing::warn!(feed.id = feed.as_str(), trouble, "a document is published without a date for now");
        }
        Ok(served)
    }

    fn put(&self, key: &DocumentKey, served: Served) -> Arc<Served> {
        let served = Arc::new(served);
        self.shelf.put(key, Arc::clone(&served));
        // The feed may have gone from the configuration while it was made.
        if self.site.load().feed(key.feed.as_str()).is_none() {
            self.shelf.remove(&key.feed);
        }
        served
    }

    /// A page of a feed in a format, as bytes.
    async fn document(
        &self,
        store: &dyn Store,
        site: &Site,
        shown: &ShownFeed,
        (format, page): (OutputFormat, PageAt),
    ) -> store::Result<Vec<u8>> {
        let before = match page {
            PageAt::Newest => None,
            PageAt::Before(place) => Some(place),
        };
        let entries = store.feed_page(&shown.channel.id, before, shown.size + 1).await?;
        let (shown, terms, cleaned) = (shown.clone(), Arc::clone(&site.terms), Arc::clone(&self.cleaned));
        working(move || {
            let more = entries.len() > shown.size;
            let entries = &entries[..entries.len().min(shown.size)];
            let document = FeedDocument { entries, terms: &terms, page, more };
            render(format, &shown.channel, &document, &cleaned)
        })
        .await
    }
}

/// Runs work for a core off the threads that answer.
pub(super) async fn working<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> store::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| broken(&e))
}

fn broken(e: &tokio::task::JoinError) -> store::Error {
    store::Error::Database(format!("rendering broke down: {e}"))
}
