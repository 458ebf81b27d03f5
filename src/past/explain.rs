//! Why an entry is, or is not, in a feed: the ledger's words, no second opinion.

use std::sync::Arc;

use crate::model::{Copy, FeedId, Field, Hit, Route};
use crate::plan::Plan;
use crate::store::{EntryRecord, EntryRef, Result, Store};
use crate::text::quote::in_quotes;

use super::walk::PastReader;

/// The answer to "why".
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The entry with its history.
    pub record: EntryRecord,
    /// The decision that is stored.
    pub route: Route,
    /// The words around each of the route's hits, the hit between `«` and `»`;
    /// `None` where the text is no longer what was decided about.
    pub contexts: Vec<Option<String>>,
}

impl Explanation {
    /// Why the entry stands where it stands in the feed, a sentence without a full
    /// stop; `None` where it is not in it, or an earlier version placed it.
    pub fn place(&self) -> Option<&'static str> {
        self.record.places.get(&self.route.feed).map(|standing| standing.as_str())
    }
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unexplained {
    /// The store knows no such entry.
    #[error("no entry {} is stored; give its number, its link or its id", in_quotes(.0))]
    NoEntry(String),
    /// The configuration names no such feed.
    #[error("no feed {} is configured", in_quotes(.0))]
    NoFeed(String),
}

/// The stored decision of `feed` about an entry.
///
/// # Errors
/// The store's.
pub async fn explain(
    store: &Arc<dyn Store>,
    plan: &Arc<Plan>,
    feed: &FeedId,
    entry: &str,
) -> Result<std::result::Result<Explanation, Unexplained>> {
    if !plan.backfill.contains_key(feed) {
        return Ok(Err(Unexplained::NoFeed(feed.to_string())));
    }
    let Some(record) = store.entry(&entry_ref(entry)).await? else {
        return Ok(Err(Unexplained::NoEntry(entry.to_owned())));
    };
    let published = &record.published;
    let past = PastReader::open(&**store, Arc::clone(plan)).await?;
    let copy = past.first_copy(&published.source, &published.entry, published.first_seen_at);
    let stored = record.routes.iter().find(|route| route.feed == *feed).cloned();
    let route = stored.unwrap_or_else(|| unrecorded(plan, feed, &record, &copy));
    let contexts = route.hits.iter().map(|hit| context(&copy, hit)).collect();
    Ok(Ok(Explanation { record, route, contexts }))
}

/// Characters of text shown on each side of a hit.
const AROUND: usize = 40;

/// What stands around a hit, on its line.
fn context(copy: &Copy, hit: &Hit) -> Option<String> {
    let text = match hit.field {
        Field::Title => &copy.title,
        Field::Lead => &copy.lead,
        Field::Body => &copy.body,
        Field::Author | Field::Category | Field::Url => return None,
    };
    let (start, end) = (hit.start as usize, hit.end as usize);
    if text.get(start..end) != Some(hit.text.as_str()) {
        return None;
    }
    let before: Vec<char> = text[..start].chars().rev().take_while(|c| *c != '\n').take(AROUND + 1).collect();
    let after: Vec<char> = text[end..].chars().take_while(|c| *c != '\n').take(AROUND + 1).collect();
    let dots = |cut: bool| if cut { "…" } else { "" };
    let left: String = before.iter().take(AROUND).rev().collect();
    let right: String = after.iter().take(AROUND).collect();
    let (cut_left, cut_right) = (before.len() > AROUND, after.len() > AROUND);
    Some(format!("{}{left}«{}»{right}{}", dots(cut_left), hit.text, dots(cut_right)))
}

/// How an entry is asked for on a command line or in an address.
pub fn entry_ref(text: &str) -> EntryRef {
    match text.parse() {
        Ok(id) => EntryRef::Id(crate::model::EntryId(id)),
        Err(_) => EntryRef::Iri(text.to_owned()),
    }
}

/// The decisions that have no row: the feed does not take the source or the
/// language, nothing of its filter was met, or its filter was changed and the
/// change has not come to this entry yet.
fn unrecorded(plan: &Plan, feed: &FeedId, record: &EntryRecord, copy: &Copy) -> Route {
    let source = &record.published.source;
    let because = match plan.ruleset.decide(feed, copy) {
        Some(route) if route.parts.is_empty() && !route.admitted => return route,
        Some(_) if record.pruned => "its text is no longer kept".to_owned(),
        Some(_) => "the filter was changed, and the change has not been applied to this entry yet".to_owned(),
        None if plan.sources.contains_key(source) => format!("its source {source} is not among the feed's sources"),
        None => format!("its source {source} is no longer configured"),
    };
    Route { feed: feed.clone(), admitted: false, score: None, because: vec![because], parts: vec![], hits: vec![] }
}
