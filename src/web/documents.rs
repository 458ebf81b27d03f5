//! Renders feeds' documents, each in its turn, and dates them.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::{FeedId, Published};
use crate::publish::cursor::PageAt;
use crate::publish::rendered::{self, Coding, Rendered};
use crate::publish::{FeedDocument, OutputFormat, archive, render};
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
    /// Renders a feed's subscription document in the formats that are asked for and puts it on
    /// the shelf. The store is read once for all of them.
    ///
    /// # Errors
    /// The first error of the store. A document on the shelf then stays as it was (check O30).
    pub async fn render(&self, feed: &FeedId) -> store::Result<Rendering> {
        let alone = self.making.of(feed);
        let _alone = alone.lock().await;
        let site = self.site.load_full();
        let Some(shown) = site.feed(feed.as_str()) else { return Ok(Rendering::Whole) };
        Counters::count(&self.counters.renderings);
        let formats = self.shelf.wanted(feed, self.clock.now());
        let keys: Vec<_> = formats.into_iter().map(|format| DocumentKey::newest(feed, format)).collect();
        let served = self.make(&site, shown, &keys).await?;
        let is_dated = served.iter().all(|served| served.modified.is_some());
        Ok(if is_dated { Rendering::Whole } else { Rendering::Undated })
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
                    let made = desk.make(&site, shown, std::slice::from_ref(&key)).await?;
                    Ok(made.into_iter().next().expect("one document for each key"))
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
        let entries = entries(&*self.page_store, shown, key.page).await?;
        self.once(&entries, site, shown, key, coding).await
    }

    /// An archived document, in one coding; `None` where nothing is older.
    pub(super) async fn archived(
        &self,
        site: &Site,
        shown: &ShownFeed,
        key: &DocumentKey,
        coding: Coding,
    ) -> store::Result<Option<Served>> {
        let entries = entries(&*self.page_store, shown, key.page).await?;
        if entries.is_empty() {
            return Ok(None);
        }
        self.once(&entries, site, shown, key, coding).await.map(Some)
    }

    /// A document that is made for one reader.
    async fn once(
        &self,
        entries: &Arc<Vec<Published>>,
        site: &Site,
        shown: &ShownFeed,
        key: &DocumentKey,
        coding: Coding,
    ) -> store::Result<Served> {
        let document = self.document(entries, site, shown, key).await?;
        Ok(Served::undated(key.format, working(move || Rendered::only(coding, document)).await?))
    }

    /// Renders subscription documents of a feed whose turn it is, and puts them on the shelf.
    async fn make(&self, site: &Site, shown: &ShownFeed, keys: &[DocumentKey]) -> store::Result<Vec<Arc<Served>>> {
        let turn = self.making.turns.acquire().await.expect("the semaphore is never closed");
        let entries = entries(&*self.document_store, shown, PageAt::Newest).await?;
        let mut made = Vec::new();
        for key in keys {
            made.push((key, self.make_one(&entries, site, shown, key).await?));
        }
        // The store may take its time to date them, and no core is busy meanwhile.
        drop((turn, entries));
        let mut served = Vec::new();
        for (key, made) in made {
            served.push(self.settle(shown, key, made).await);
        }
        Ok(served)
    }

    /// Renders a document and puts it on the shelf. One that the store has not seen yet goes
    /// there before it is dated: its date is later than the last moment at which the one before
    /// was served, and a store that is full or locked does not hold it back.
    async fn make_one(
        &self,
        entries: &Arc<Vec<Published>>,
        site: &Site,
        shown: &ShownFeed,
        key: &DocumentKey,
    ) -> store::Result<MadeDocument> {
        let document = self.document(entries, site, shown, key).await?;
        let hash = DocumentHash(rendered::hash(&document));
        let known = self.known_date(key, hash).await?;
        let made = match self.shelf.of(key).filter(|served| served.hash == hash.0) {
            Some(same) => Served::clone(&same),
            None => Served::undated(key.format, working(move || Rendered::new(document)).await?),
        };
        Ok(MadeDocument { served: self.put(shown, key, made.dated(known)), hash })
    }

    /// Dates a document that was made, unless it has a date.
    async fn settle(&self, shown: &ShownFeed, key: &DocumentKey, made: MadeDocument) -> Arc<Served> {
        let MadeDocument { served, hash } = made;
        if served.modified.is_some() {
            return served;
        }
        match self.date(key, hash).await {
            Ok(at) => {
                self.dating_trouble.set(None, self.clock.now());
                self.put(shown, key, Served::clone(&served).dated(at))
            }
            Err(trouble) => {
                // Once for each time that it begins: a feed may change twice a second.
                if self.dating_trouble.set(Some(trouble.clone()), self.clock.now()) {
                    let feed = key.feed.as_str();
                    tracing::warn!(feed.id = feed, trouble, "documents are published without a date for now");
                }
                served
            }
        }
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

    fn put(&self, shown: &ShownFeed, key: &DocumentKey, served: Served) -> Arc<Served> {
        let served = Arc::new(served);
        self.shelf.put(key, Arc::clone(&served), self.clock.now());
        // The configuration may have changed meanwhile.
        self.remove_unless_in_force(shown);
        served
    }

    /// A document of a feed, as bytes.
    async fn document(
        &self,
        entries: &Arc<Vec<Published>>,
        site: &Site,
        shown: &ShownFeed,
        key: &DocumentKey,
    ) -> store::Result<Vec<u8>> {
        let (format, page, entries) = (key.format, key.page, Arc::clone(entries));
        let (shown, terms, cleaned) = (shown.clone(), Arc::clone(&site.terms), Arc::clone(&self.cleaned));
        working(move || {
            let length = match page {
                PageAt::Newest | PageAt::Before(_) => entries.len().min(shown.size),
                PageAt::Archived(_) => archive::length(&entries, shown.size),
            };
            let (more, entries) = (entries.len() > length, &entries[..length]);
            let document = FeedDocument { entries, terms: &terms, page, more, size: shown.size };
            render(format, &shown.channel, &document, &cleaned)
        })
        .await
    }
}

/// A document that was made just now.
struct MadeDocument {
    served: Arc<Served>,
    hash: DocumentHash,
}

/// The entries of a page of a feed, and one more if there are more.
async fn entries(store: &dyn Entries, shown: &ShownFeed, page: PageAt) -> store::Result<Arc<Vec<Published>>> {
    Ok(Arc::new(store.feed_page(&shown.channel.id, page.before(), shown.size + 1).await?))
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
