//! Words for the search index: behind the polls, in large transactions.

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::{Entry, EntryId};
use crate::store::{Error, Result, Store, Words};
use crate::text::fold;

use super::print::plain;

/// Entries in one transaction: enough to be cheap, few enough that a poll's
/// commit waits for it a fraction of a second and memory stays small.
pub const BATCH: usize = 400;

/// Indexes all that waits: while one batch is written, the next is made ready.
/// `progress` is told of each batch. Gives how many entries were indexed.
///
/// # Errors
/// The store's. Nothing is lost: the same entries are met again.
pub async fn catch_up(store: &Arc<dyn Store>, mut progress: impl FnMut(usize)) -> Result<usize> {
    let mut total = 0;
    let mut ready = prepare(store, EntryId(0)).await?;
    while let Some(last) = ready.last() {
        let (after, count) = (last.entry, ready.len());
        let (written, next) = tokio::join!(store.index(ready), prepare(store, after));
        written?;
        total += count;
        progress(count);
        ready = next?;
        if ready.is_empty() {
            // Entries that changed wait until all new ones are in.
            ready = prepare(store, EntryId(0)).await?;
        }
    }
    Ok(total)
}

/// The words of up to [`BATCH`] entries that wait, after `after`.
async fn prepare(store: &Arc<dyn Store>, after: EntryId) -> Result<Vec<Words>> {
    let waiting = store.unindexed(after, BATCH).await?;
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let words = tokio::task::spawn_blocking(move || {
        let mut folded = String::new();
        waiting.into_iter().map(|(entry, text)| Words { entry, words: words_of(&text, &mut folded) }).collect()
    });
    words.await.map_err(|e| Error::Database(format!("indexing broke down: {e}")))
}

/// The words of an entry, each once. `folded` is scratch space.
fn words_of(entry: &Entry, folded: &mut String) -> String {
    folded.clear();
    fold::index_words(&entry.title, folded);
    for content in [&entry.summary, &entry.content].into_iter().flatten() {
        folded.push(' ');
        fold::index_words(&plain(content), folded);
    }
    for person in entry.authors.iter().chain(&entry.contributors) {
        folded.push(' ');
        fold::index_words(&person.name, folded);
    }
    for category in &entry.categories {
        folded.push(' ');
        fold::index_words(&category.term, folded);
    }
    let mut seen = HashSet::with_capacity(512);
    let mut words = String::with_capacity(folded.len() / 2);
    for word in folded.split_ascii_whitespace().filter(|word| seen.insert(*word)) {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}
