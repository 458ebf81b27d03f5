//! Why an entry is, or is not, in a feed: the ledger's words, no second opinion.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::filter::Query;
use crate::identity;
use crate::model::newswire::Newswire;
use crate::model::{EntryId, FeedId, Field, Hit, Readable, Route, Source};
use crate::places::Gazetteer;
use crate::plan::Plan;
use crate::plan::date_told::date_told;
use crate::plan::decide::FirstSeen;
use crate::plan::stored::PastSources;
use crate::store::{EntryRecord, EntryRef, Kept, Result, Store};
use crate::text::quote::in_quotes;
use crate::text::{fold, script};

use super::search;
use super::walk::{Batch, Stretch, Walk};

/// Why an entry is, or is not, in a feed.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The entry with its history.
    pub record: EntryRecord,
    /// The decision that is stored.
    pub route: Route,
    /// The words around each of the route's hits, the hit between `«` and `»`;
    /// `None` where the text is no longer what was decided about.
    pub contexts: Vec<Option<String>>,
    /// When it was published, how its source wrote that, and where its year came from if that
    /// is not written: a sentence without a full stop.
    pub date: String,
    /// What was read of it as wire copy.
    pub newswire: Arc<Newswire>,
}

impl Explanation {
    /// Why the entry stands where it stands in the feed, a sentence without a full
    /// stop; `None` where it is not in it, or an earlier version placed it.
    pub fn place(&self) -> Option<&'static str> {
        self.record.places.get(&self.route.feed).map(|standing| standing.as_str())
    }
}

/// Why nothing can be explained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unexplained {
    /// The store knows no such entry.
    #[error(
        "no entry {} is stored; give its number, its link, its id or its publisher's, or words of its headline",
        in_quotes(.0)
    )]
    NoEntry(String),
    /// Several entries have these words in their headlines.
    #[error("several entries have these words in the headline; give the number of one:{}", listed(.0))]
    Several(Vec<(EntryId, String)>),
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
    let record = match store.entry(&entry_ref(entry)).await? {
        Some(record) => record,
        None => match meant(store, plan, entry).await? {
            Ok(id) => match store.entry(&EntryRef::Id(id)).await? {
                Some(record) => record,
                None => return Ok(Err(Unexplained::NoEntry(entry.to_owned()))),
            },
            Err(unexplained) => return Ok(Err(unexplained)),
        },
    };
    let published = &record.published;
    let sources = PastSources::named(&**store, plan, std::iter::once(&published.source)).await?;
    let source = sources.source(&published.source);
    let stored = record.routes.iter().find(|route| route.feed == *feed).cloned();
    let route = stored.unwrap_or_else(|| unrecorded(plan, feed, &record, &source));
    let texts = identity::texts(&published.entry);
    let copy = plan.readable(&published.entry, &texts, &source, FirstSeen(published.first_seen_at));
    let contexts = route.hits.iter().map(|hit| context(&copy, hit)).collect();
    let date = date_told(published, plan.sources.get(&published.source));
    Ok(Ok(Explanation { record, route, contexts, date, newswire: copy.newswire }))
}

/// How many entries are told that have the words asked for.
const TOLD: usize = 9;

/// The entry that has these words in its headline, or this id of its publisher's.
async fn meant(
    store: &Arc<dyn Store>,
    plan: &Arc<Plan>,
    entry: &str,
) -> Result<std::result::Result<EntryId, Unexplained>> {
    let words: Vec<String> = fold::fold(entry)
        .text()
        .split(|c: char| !script::is_word(c))
        .filter(|word| !word.is_empty())
        .map(|word| format!("\"{word}\""))
        .collect();
    let places = Arc::new(Gazetteer::built_in());
    let query = Query::new(&format!("title:({})", words.join(" AND ")), &[], &places);
    if let Ok(query) = query {
        let found = search::search(store, plan, &Arc::new(query), None, TOLD, Timestamp::EPOCH).await?;
        match &found[..] {
            [] => {}
            [(one, _)] => return Ok(Ok(one.place.entry)),
            _ => {
                let told = found.iter().map(|(one, _)| (one.place.entry, one.entry.title.clone()));
                return Ok(Err(Unexplained::Several(told.collect())));
            }
        }
    }
    // Publishers' ids are in no index: all that is stored is gone through, the newest first.
    let id = entry.to_owned();
    let has_id = move |kept: &Kept| kept.entry.id.as_deref() == Some(&id);
    let look = move |batch: Batch| batch.kept.iter().find(|kept| has_id(kept)).map(|kept| kept.id);
    let mut walk = Walk::start(store, plan, Stretch::WHOLE, look);
    while let Some(step) = walk.next().await? {
        if let Some(id) = step.done {
            return Ok(Ok(id));
        }
    }
    Ok(Err(Unexplained::NoEntry(entry.to_owned())))
}

fn listed(entries: &[(EntryId, String)]) -> String {
    entries.iter().map(|(id, title)| format!("\n  {id}  {title}")).collect()
}

/// Characters of text shown on each side of a hit.
const AROUND: usize = 40;

/// What stands around a hit, on its line: the hit between `«` and `»`.
pub fn context(copy: &Readable, hit: &Hit) -> Option<String> {
    let text = match hit.field {
        Field::Title => &copy.title,
        Field::Lead => &copy.lead,
        Field::Body => &copy.body,
        Field::Author | Field::Category | Field::Url | Field::Wire | Field::Issuer | Field::Dateline => return None,
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

/// How an entry is asked for on a command line or in a URL.
pub fn entry_ref(text: &str) -> EntryRef {
    match text.parse() {
        Ok(id) => EntryRef::Id(crate::model::EntryId(id)),
        Err(_) => EntryRef::Iri(text.to_owned()),
    }
}

/// The decisions that have no row: the feed does not take the source, the language or
/// what is so old, nothing of its filter was met, or its filter was changed and the
/// change has not come to this entry yet.
fn unrecorded(plan: &Plan, feed: &FeedId, record: &EntryRecord, source: &Source) -> Route {
    let (entry, seen) = (&record.published.entry, FirstSeen(record.published.first_seen_at));
    let id = &source.id;
    let because = match plan.decide_for(feed, entry, &identity::texts(entry), source, seen) {
        Some(route) if route.parts.is_empty() && !route.admitted => return route,
        Some(_) if record.pruned => "its text is no longer kept".to_owned(),
        Some(_) => "the filter was changed, and the change has not been applied to this entry yet".to_owned(),
        None if plan.sources.has(id) => format!("its source {id} is not among the feed's sources"),
        None => format!("its source {id} is no longer configured"),
    };
    Route { feed: feed.clone(), admitted: false, score: None, because: vec![because], parts: vec![], hits: vec![] }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::*;
    use crate::model::{Carrier, Entry, EntryKey, FeedPosition, Published};
    use crate::plan::tests::{plan, source};

    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);

    /// What is said of an entry of `from` about which nothing is recorded.
    fn said(feed: &str, from: &str, title: &str, days_old: u64) -> String {
        let mut entry = Entry::new(EntryKey([7; 16]));
        entry.title = title.to_owned();
        entry.language = Some("de".to_owned());
        entry.published = Some(NOW.minus(Duration::from_secs(86_400) * u32::try_from(days_old).unwrap()));
        let source = source(from);
        let published = Published {
            place: FeedPosition { at: NOW, entry: EntryId(1) },
            published_id: "urn:x:1".to_owned(),
            source: source.id.clone(),
            carrier: Carrier::default(),
            first_seen_at: NOW,
            updated_at: NOW,
            revisions: 1,
            entry: entry.into(),
            lists: Vec::new(),
            because: Vec::new(),
        };
        let (versions, routes, places) = (Vec::new(), Vec::new(), BTreeMap::new());
        let record = EntryRecord { published, pruned: false, versions, routes, places, article: None };
        let route = unrecorded(&plan(), &FeedId::new(feed).unwrap(), &record, &source);
        assert!(!route.admitted);
        route.because.join("; ")
    }

    #[test]
    fn what_is_not_recorded_is_explained() {
        let check = |feed: &str, from: &str, title: &str, days_old: u64, expected: &str| {
            assert_eq!(said(feed, from, title, days_old), expected, "{feed} {from} {title} {days_old}");
        };
        let pending = "the filter was changed, and the change has not been applied to this entry yet";
        check("harbour", "hall", "The market", 0, "no term of the filter was found");
        check("docks", "port", "The market", 0, "language de is not among en");
        check("docks", "hall", "The market", 0, "its source hall is not among the feed's sources");
        check("docks", "gone", "The market", 0, "its source gone is no longer configured");
        check("harbour", "hall", "The harbour", 0, pending);
        check("all", "hall", "The market", 0, pending);
        let old = "published 2026-11-19T00:00:00Z, more than its backfill of 3d before first sight";
        check("all", "hall", "The market", 4, &format!("every entry of its sources; {old}"));
        // What its filter would say of it is not recorded yet.
        check("harbour", "hall", "The harbour", 4, pending);
    }
}
