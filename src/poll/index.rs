//! Words for the search index: behind the polls, in large transactions.

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::Entry;
use crate::store::{Error, Result, Store, Words};
use crate::text::fold;

use super::print::plain;

/// Entries in one transaction: large enough to be cheap, small enough that a
/// poll's commit waits for it a fraction of a second.
pub const BATCH: usize = 1000;

/// Indexes up to [`BATCH`] entries; gives how many.
///
/// # Errors
/// The store's. Nothing is lost: the same entries are met again.
pub async fn catch_up(store: &Arc<dyn Store>) -> Result<usize> {
    let waiting = store.unindexed(BATCH).await?;
    let count = waiting.len();
    if count > 0 {
        let words = tokio::task::spawn_blocking(move || {
            let mut words = Vec::with_capacity(waiting.len());
            let mut folded = String::new();
            for (entry, text) in waiting {
                words.push(Words { entry, words: words_of(&text, &mut folded) });
            }
            words
        });
        store.index(words.await.map_err(|e| Error::Database(format!("indexing broke down: {e}")))?).await?;
    }
    Ok(count)
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
