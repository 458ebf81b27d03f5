//! Search: candidates from the index, exactness from the filter.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::filter::{IndexQuery, Query};
use crate::model::{EntryId, Hit, Published, Source};
use crate::store::{Error, Lookup, Result, Store};

use super::copy::copy;
use super::{Plan, print};

/// Candidates looked at between two questions to the store.
const BATCH: usize = 100;

/// Stored entries that match `query` at `now`, older than `before`, newest first.
///
/// # Errors
/// The store's.
pub async fn search(
    store: &Arc<dyn Store>,
    plan: &Arc<Plan>,
    query: &Arc<Query>,
    before: Option<EntryId>,
    limit: usize,
    now: Timestamp,
) -> Result<Vec<(Published, Vec<Hit>)>> {
    let lookup = lookup(query.index_query());
    let (mut found, mut before) = (Vec::new(), before);
    while found.len() < limit {
        let candidates = store.search(&lookup, before, BATCH).await?;
        let Some(last) = candidates.last() else { break };
        before = Some(last.place.entry);
        let (plan, query) = (Arc::clone(plan), Arc::clone(query));
        let exact = tokio::task::spawn_blocking(move || exact(candidates, &plan, &query, now)).await;
        found.extend(exact.map_err(|e| Error::Database(format!("a search broke down: {e}")))?);
    }
    found.truncate(limit);
    Ok(found)
}

fn exact(candidates: Vec<Published>, plan: &Plan, query: &Query, now: Timestamp) -> Vec<(Published, Vec<Hit>)> {
    candidates
        .into_iter()
        .filter_map(|published| {
            let reading = print::read(&published.entry);
            // A source that is no longer configured keeps its entries.
            let retired = || Source::retired(published.source.clone());
            let source = plan.sources.get(&published.source).map_or_else(retired, |polled| polled.source.clone());
            let mut copy = copy(&published.entry, &reading, &source, published.first_seen_at);
            copy.now = now;
            query.matches(&copy).map(|hits| (published, hits))
        })
        .collect()
}

fn lookup(query: IndexQuery) -> Lookup {
    match query {
        IndexQuery::Everything => Lookup::Everything,
        IndexQuery::Word(word) => Lookup::Word(word),
        IndexQuery::Prefix(word) => Lookup::Prefix(word),
        IndexQuery::And(parts) => Lookup::And(parts.into_iter().map(lookup).collect()),
        IndexQuery::Or(parts) => Lookup::Or(parts.into_iter().map(lookup).collect()),
    }
}
