//! Why an entry is, or is not, in a feed: the ledger's words, no second opinion.

use std::sync::Arc;

use crate::model::{FeedId, NOTHING_FOUND, Route};
use crate::store::{EntryRecord, EntryRef, Result, Store};

use super::Plan;

/// The answer to "why".
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The entry with its history.
    pub record: EntryRecord,
    /// The decision that is stored.
    pub route: Route,
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unexplained {
    /// The store knows no such entry.
    #[error("no entry {0:?} is stored; give its number, its link or its id")]
    NoEntry(String),
    /// The configuration names no such feed.
    #[error("no feed {0:?} is configured")]
    NoFeed(String),
}

/// The stored decision of `feed` about an entry.
///
/// # Errors
/// The store's.
pub async fn explain(
    store: &Arc<dyn Store>,
    plan: &Plan,
    feed: &FeedId,
    entry: &str,
) -> Result<std::result::Result<Explanation, Unexplained>> {
    if !plan.backfill.contains_key(feed) {
        return Ok(Err(Unexplained::NoFeed(feed.to_string())));
    }
    let Some(record) = store.entry(&entry_ref(entry)).await? else {
        return Ok(Err(Unexplained::NoEntry(entry.to_owned())));
    };
    let stored = record.routes.iter().find(|route| route.feed == *feed).cloned();
    let route = stored.unwrap_or_else(|| unrecorded(plan, feed, &record));
    Ok(Ok(Explanation { record, route }))
}

/// How an entry is asked for on a command line or in an address.
pub fn entry_ref(text: &str) -> EntryRef {
    match text.parse() {
        Ok(id) => EntryRef::Id(crate::model::EntryId(id)),
        Err(_) => EntryRef::Iri(text.to_owned()),
    }
}

/// The two decisions that have no row: the feed does not take the source, or
/// nothing of its filter was met.
fn unrecorded(plan: &Plan, feed: &FeedId, record: &EntryRecord) -> Route {
    let source = &record.published.source;
    let because = match plan.sources.get(source) {
        None => format!("its source {source} is no longer configured"),
        Some(polled) if !plan.takes(feed, &polled.source) => {
            format!("its source {source} is not among the feed's sources")
        }
        Some(_) => NOTHING_FOUND.to_owned(),
    };
    Route { feed: feed.clone(), admitted: false, score: None, because: vec![because], parts: vec![], hits: vec![] }
}
