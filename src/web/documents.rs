//! Renders feeds' documents, each in its turn, and dates them.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::FeedId;
use crate::publish::cursor::PageAt;
use crate::publish::rendered::{self, Coding, Rendered};
use crate::publish::{FeedDocument, OutputFormat, render};
use crate::store::{self, DocumentHash, DocumentOf, Entries};

use super::desk::{Desk, ShownFeed, Site};
use super::metrics::Counters;
use super::shelf::{DocumentKey, Served};

/// How long the store may take to date a document; others wait for their turn meanwhile.
const DATING: Duration = Duration::from_secs(2);

/// The result of a rendering.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rendering {
    /// What is served is what the store holds, with its date.
    Whole,
    /// What is served is what the store holds, but some of it has no date yet.
    Undated,
}

impl Desk {
    /// Renders a feed's subscription document in every format and puts it on the shelf.
    ///
    /// # Errors
    /// The first error of the store. A document on the shelf then stays as it was (check O30).
    pub async fn render(&self, feed: &FeedId) -> store::Result<Rendering> {
        let alone = self.making.of(feed);
        let _alone = alone.lock().await;
        let site = self.site.load_full();
        let Some(shown) = site.feed(feed.as_str()) else { return Ok(Rendering::Whole) };
        Counters::count(&self.counters.renderings);
        let mut all = Ok(Rendering::Whole);
        for format in OutputFormat::ALL {
            match (self.make(&site, shown, &DocumentKey::newest(feed, format)).await, &mut all) {
                (Ok(served), Ok(rendering)) if served.modified.is_none() => *rendering = Rendering::Undated,
                (Err(error), Ok(_)) => all = Err(error),
                _ => {}
            }
        }
        all
    }

    /// A feed's subscription document. If none has been rendered yet, it is rendered once for
    /// all clients that request it, and to the end, however long they wait.
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
                // Another client requested it at the same moment.
                Some(served) => Ok(served),
                None => {
                    // By the configuration in force, which may have changed meanwhile.
                    let site = desk.site.load_full();
                    let shown = site.feed(key.feed.as_str()).unwrap_or(&shown);
                    desk.make(&site, shown, &key).await
                }
            }
        });
        made.await.map_err(|e| broken(&e))?
    }

    /// An older page of a feed, in one coding. Since when it is unchanged is not remembered:
    /// its validator shows whether it changed.
    pub(super) async fn older_page(
        &self,
        site: &Site,
        shown: &ShownFeed,
        key: &DocumentKey,
        coding: Coding,
    ) -> store::Result<Served> {
        let document = self.document(&*self.page_store, site, shown, key).await?;
        Ok(Served::undated(key.format, working(move || Rendered::only(coding, document)).await?))
    }

    /// Renders a document whose turn it is, and puts it on the shelf. A document that the store
    /// has not seen yet goes there before it is dated: its date is later than the last moment
    /// at which the one before was served, and a store that is full or locked does not hold it
    /// back.
    async fn make(&self, site: &Site, shown: &ShownFeed, key: &DocumentKey) -> store::Result<Arc<Served>> {
        let turn = self.making.turns.acquire().await.expect("the semaphore is never closed");
        let document = self.document(&*self.document_store, site, shown, key).await?;
        let hash = DocumentHash(rendered::hash(&document));
        let known = self.known_date(key, hash).await?;
        let before = self.shelf.of(key).filter(|served| served.hash == hash.0);
        let made = match &before {
            Some(same) => Served::clone(same),
            None => Served::undated(key.format, working(move || Rendered::new(document)).await?),
        };
        // The store may take its time to date it, and no core is busy meanwhile.
        drop(turn);
        let served = self.put(key, made.dated(known));
        if known.is_some() {
            return Ok(served);
        }
        match self.date(key, hash).await {
            Ok(at) => return Ok(self.put(key, Served::clone(&served).dated(at))),
            Err(trouble) if before.is_none() => {
                let feed = key.feed.as_str();
                tracing::warn!(feed.id = feed, trouble, "a document is published without a date for now");
            }
            Err(_) => {}
        }
        Ok(served)
    }

    /// Since when a document is unchanged, if it is the last one that the store knows.
    async fn known_date(&self, key: &DocumentKey, hash: DocumentHash) -> store::Result<Option<Timestamp>> {
        self.document_store.document_date(named(key), hash).await
    }

    /// Has the store date a document. Returns why not, if it did not.
    async fn date(&self, key: &DocumentKey, hash: DocumentHash) -> Result<Option<Timestamp>, String> {
        let dating = self.store.date_document(named(key), hash, self.clock.now());
        match tokio::time::timeout(DATING, dating).await {
            Ok(dated) => dated.map_err(|error| error.to_string()),
            Err(_) => Err("the store is busy".to_owned()),
        }
    }

    fn put(&self, key: &DocumentKey, served: Served) -> Arc<Served> {
        let served = Arc::new(served);
        self.shelf.put(key, Arc::clone(&served));
        // The feed may have been removed from the configuration meanwhile.
        if self.site.load().feed(key.feed.as_str()).is_none() {
            self.shelf.remove(&key.feed);
        }
        served
    }

    /// A document of a feed, as bytes.
    async fn document(
        &self,
        store: &dyn Entries,
        site: &Site,
        shown: &ShownFeed,
        key: &DocumentKey,
    ) -> store::Result<Vec<u8>> {
        let (format, page) = (key.format, key.page);
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

/// A document's name in the store.
fn named(key: &DocumentKey) -> DocumentOf<'_> {
    DocumentOf { feed: &key.feed, format: key.format.extension() }
}

/// Runs work that keeps a core busy, off the threads that serve.
pub(super) async fn working<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> store::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| broken(&e))
}

fn broken(e: &tokio::task::JoinError) -> store::Error {
    store::Error::Database(format!("rendering broke down: {e}"))
}
