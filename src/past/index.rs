//! Words for the search index: behind the polls, in large transactions.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::model::Stored;
use crate::store::{Error, Result, Store, Unindexed, Words};

use crate::identity::texts;
use crate::plan::readable::words;

/// Entries in one transaction: enough to be cheap, few enough that a poll's
/// commit waits for it a fraction of a second and memory stays small. Those with long texts
/// come fewer at a time ([`PORTION`](crate::store::PORTION)).
pub const BATCH: usize = 800;

/// Indexes all that waits, pass after pass until one finds nothing. Reading, folding and
/// writing go on at once, each a batch behind the other. `progress` is told of each batch
/// that is written. Returns how many entries were indexed.
///
/// # Errors
/// The store's. Nothing is lost: the same entries are met again.
pub async fn catch_up(store: &Arc<dyn Store>, mut progress: impl FnMut(usize)) -> Result<usize> {
    let mut total = 0;
    loop {
        total += already_folded(store, &mut progress).await?;
        let (hand_out, mut entries) = mpsc::channel(1);
        let (hand_on, mut words) = mpsc::channel(1);
        let reading = tokio::spawn(read(Arc::clone(store), hand_out));
        let folding = tokio::task::spawn_blocking(move || {
            while let Some(batch) = entries.blocking_recv() {
                if hand_on.blocking_send(fold_all(batch)).is_err() {
                    break;
                }
            }
        });
        let mut done = 0;
        while let Some(batch) = words.recv().await {
            let count = batch.len();
            add(&**store, batch).await?;
            done += count;
            progress(count);
        }
        let broken = |e: tokio::task::JoinError| Error::Database(format!("indexing broke down: {e}"));
        reading.await.map_err(broken)??;
        folding.await.map_err(broken)?;
        total += done;
        if done == 0 {
            return Ok(total);
        }
    }
}

/// Indexes what was folded when it was stored: its texts need not be read again.
async fn already_folded(store: &Arc<dyn Store>, progress: &mut impl FnMut(usize)) -> Result<usize> {
    let mut total = 0;
    loop {
        let words = store.folded(BATCH);
        if words.is_empty() {
            return Ok(total);
        }
        let count = words.len();
        add(&**store, words).await?;
        total += count;
        progress(count);
    }
}

/// Indexes beside polls what they bring, by whole batches: the writer has time then. What is
/// left over is for [`catch_up`].
pub struct BatchIndexer {
    store: Arc<dyn Store>,
    /// Entries that wait, by its own count.
    waiting: usize,
    batch: Option<JoinHandle<Result<()>>>,
}

impl BatchIndexer {
    /// One that has nothing to do.
    pub fn new(store: Arc<dyn Store>) -> BatchIndexer {
        BatchIndexer { store, waiting: 0, batch: None }
    }

    /// Notes that so many entries were stored. Indexes a batch once there is one, unless the
    /// one before is still under way: one at a time bounds memory.
    pub fn stored(&mut self, entries: usize) {
        self.waiting += entries;
        if self.waiting >= BATCH && self.batch.as_ref().is_none_or(JoinHandle::is_finished) {
            self.waiting -= BATCH;
            self.batch = Some(tokio::spawn(one_batch(Arc::clone(&self.store))));
        }
    }

    /// Waits for the batch that is under way.
    pub async fn end(self) {
        if let Some(batch) = self.batch {
            // What was not indexed goes on waiting, and who catches up is told why.
            let _ = batch.await;
        }
    }
}

async fn one_batch(store: Arc<dyn Store>) -> Result<()> {
    let folded = store.folded(BATCH);
    if !folded.is_empty() {
        return add(&*store, folded).await;
    }
    let batch = store.waiting(None, BATCH).await?;
    let folded = tokio::task::spawn_blocking(|| fold_all(batch)).await;
    add(&*store, folded.map_err(|e| Error::Database(format!("indexing broke down: {e}")))?).await
}

/// One pass over the entries that wait, batch by batch, until nobody takes them.
async fn read(store: Arc<dyn Store>, to: mpsc::Sender<Vec<Unindexed>>) -> Result<()> {
    let mut after = None;
    loop {
        let batch = store.waiting(after, BATCH).await?;
        let Some(last) = batch.last() else { return Ok(()) };
        after = Some(last.id);
        if to.send(batch).await.is_err() {
            return Ok(());
        }
    }
}

/// Adds words to the index. What the store does not take at once it is given in halves, and a
/// single text that it does not take is set aside: others wait behind it. Where the store
/// does not take that either, the fault is not the text's.
async fn add(store: &dyn Store, batch: Vec<Words>) -> Result<()> {
    let mut parts = vec![batch];
    while let Some(mut part) = parts.pop() {
        match store.index(part.clone()).await {
            Err(error) if is_of_the_words(&error) => {
                if let [alone] = part.as_slice() {
                    store.set_aside(alone.entry, alone.version).await?;
                    let entry = alone.entry.0;
                    tracing::warn!(entry, %error, "the search index does not take the words of an entry; every search reads its text");
                } else {
                    let rest = part.split_off(part.len() / 2);
                    parts.extend([rest, part]);
                }
            }
            done => done?,
        }
    }
    Ok(())
}

/// Whether fewer words may do where these did not.
fn is_of_the_words(error: &Error) -> bool {
    matches!(error, Error::TooLong(_) | Error::Unfit(_))
}

fn fold_all(batch: Vec<Unindexed>) -> Vec<Words> {
    let words = |u: Unindexed| Words { entry: u.id, version: u.version, words: words_of(&u.entry) };
    batch.into_iter().map(words).collect()
}

fn words_of(entry: &Stored) -> String {
    words(entry, &texts(entry))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Content, Entry, EntryKey, Markup, Person};

    #[test]
    fn words_stand_as_filters_read_them() {
        let content = |text: &str| Some(Content { markup: Markup::Html(text.to_owned()), base: None });
        let category = |term: &str, label: Option<&str>| Category {
            term: term.to_owned(),
            label: label.map(str::to_owned),
            ..Category::default()
        };
        let mut entry = Stored::from(Entry::new(EntryKey::of("id", &["1"])));
        entry.title = "Mayor meets 市长".to_owned();
        entry.summary = content("A teaser of its own.");
        entry.content = content("<p>The text.</p>");
        entry.authors = vec![Person { name: "Ana Pérez".to_owned(), ..Person::default() }];
        entry.categories = vec![category("gov", Some("Government")), category("port", Some("port"))];
        let words = words_of(&entry);
        let words: Vec<&str> = words.split_ascii_whitespace().collect();
        // The teaser comes behind the text, as in what a filter calls the body.
        let expected = "mayor meets 市长 长 the text a teaser of its own ana perez gov government port";
        assert_eq!(words.join(" "), expected);
        entry.summary = content("The text.");
        assert!(!words_of(&entry).contains("text the text"), "what is said twice is indexed once");
    }
}
