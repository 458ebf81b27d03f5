//! Search: candidates from the index, exactness from the filter.

use std::sync::Arc;

use crate::filter::{IndexQuery, Query};
use crate::model::{EntryId, Hit, Published};
use crate::store::{Error, Lookup, Result, Store};

use super::copy::copy;
use super::{Plan, print};

/// Candidates looked at between two questions to the store.
const BATCH: usize = 100;

/// Stored entries that match `query`, older than `before`, newest first.
///
/// # Errors
/// The store's.
pub async fn search(
    store: &Arc<dyn Store>,
    plan: &Arc<Plan>,
    query: &Arc<Query>,
    before: Option<EntryId>,
    limit: usize,
) -> Result<Vec<(Published, Vec<Hit>)>> {
    let lookup = lookup(query.index_query());
    let (mut found, mut before) = (Vec::new(), before);
    while found.len() < limit {
        let candidates = store.search(&lookup, before, BATCH).await?;
        let Some(last) = candidates.last() else { break };
        before = Some(last.place.entry);
        let (plan, query) = (Arc::clone(plan), Arc::clone(query));
        let exact = tokio::task::spawn_blocking(move || exact(candidates, &plan, &query)).await;
        found.extend(exact.map_err(|e| Error::Database(format!("a search broke down: {e}")))?);
    }
    found.truncate(limit);
    Ok(found)
}

fn exact(candidates: Vec<Published>, plan: &Plan, query: &Query) -> Vec<(Published, Vec<Hit>)> {
    candidates
        .into_iter()
        .filter_map(|published| {
            let reading = print::read(&published.entry);
            let mut copy = match plan.sources.get(&published.source) {
                Some(polled) => copy(&published.entry, &reading, &polled.source, published.first_seen_at),
                None => return None,
            };
            copy.at = published.entry.dated().unwrap_or(published.first_seen_at);
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
