//! Search: candidates from the index, exactness from the filter.

use std::collections::HashMap;
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::filter::{IndexQuery, Phrase, Query};
use crate::model::newswire::WireReading;
use crate::model::{EntryId, Hit, Published};
use crate::plan::Plan;
use crate::plan::stored::PastSources;
use crate::store::{Error, Kept, Lookup, Result, Store, WordRun};

use super::walk::{Batch, Stretch, Walk};

/// Candidates looked at in one go at most.
const BATCH: usize = 400;

/// Stored entries that match `query` at `now`, older than `before`, newest first: each with what
/// was read of it as wire copy when it was compared.
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
    let search = Arc::new(Search { plan: Arc::clone(plan), query: Arc::clone(query), now });
    let mut found = match lookup(query.index_query()) {
        Lookup::Everything => search.read_on(store, before, limit).await?,
        lookup => search.look_up(store, &lookup, before, limit).await?,
    };
    found.truncate(limit);
    let ids: Vec<EntryId> = found.iter().map(|found| found.id).collect();
    let mut found: HashMap<EntryId, Match> = found.into_iter().map(|found| (found.id, found)).collect();
    let published = store.published(&ids).await?;
    let with_hits = |mut p: Published| match found.remove(&p.place.entry) {
        Some(Match { hits, reading, .. }) => {
            p.entry.reading = Some(reading);
            (p, hits)
        }
        None => (p, Vec::new()),
    };
    Ok(published.into_iter().map(with_hits).collect())
}

/// An entry that matches.
struct Match {
    id: EntryId,
    /// What was found in it.
    hits: Vec<Hit>,
    /// What was read of it.
    reading: WireReading,
}

/// What comparing an entry with a query takes.
struct Search {
    plan: Arc<Plan>,
    query: Arc<Query>,
    now: Timestamp,
}

impl Search {
    /// Matches among the index's candidates.
    async fn look_up(
        self: &Arc<Self>,
        store: &Arc<dyn Store>,
        lookup: &Lookup,
        mut before: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Match>> {
        let mut found = Vec::new();
        // Few candidates do not match: a page and a half is enough, mostly.
        let mut size = (limit + limit / 2).clamp(1, BATCH);
        while found.len() < limit {
            let candidates = store.search(lookup, before, size).await?;
            size = (size * 2).min(BATCH);
            let Some(last) = candidates.last() else { break };
            before = Some(last.id);
            let sources = PastSources::of(&**store, &self.plan, &candidates).await?;
            let (search, batch) = (Arc::clone(self), Batch { kept: candidates, sources });
            let exact = tokio::task::spawn_blocking(move || search.exact(&batch)).await;
            found.extend(exact.map_err(|e| Error::Database(format!("a search broke down: {e}")))?);
        }
        Ok(found)
    }

    /// Matches among all entries, for a query without a word to look up.
    async fn read_on(
        self: &Arc<Self>,
        store: &Arc<dyn Store>,
        before: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<Match>> {
        let search = Arc::clone(self);
        let stretch = Stretch { before, ..Stretch::WHOLE };
        let mut walk = Walk::start(store, &self.plan, stretch, move |batch| search.exact(&batch));
        let mut found = Vec::new();
        while found.len() < limit {
            let Some(step) = walk.next().await? else { break };
            found.extend(step.done);
        }
        Ok(found)
    }

    fn exact(&self, batch: &Batch) -> Vec<Match> {
        let one = |kept: &Kept| {
            let copy = batch.sources.readable(kept, self.now);
            let hits = self.query.matches(&copy)?;
            let edition = self.plan.wire_edition(&batch.sources.source(&kept.source));
            Some(Match { id: kept.id, hits, reading: WireReading { newswire: copy.newswire, edition } })
        };
        batch.kept.iter().filter_map(one).collect()
    }
}

fn lookup(query: IndexQuery) -> Lookup {
    let row = |phrase: Phrase| WordRun { words: phrase.words, open: phrase.open };
    match query {
        IndexQuery::Everything => Lookup::Everything,
        IndexQuery::Phrase(phrase) => Lookup::Run(row(phrase)),
        IndexQuery::Near(left, right, between) => Lookup::Near(row(left), row(right), between),
        IndexQuery::And(parts) => Lookup::And(parts.into_iter().map(lookup).collect()),
        IndexQuery::Or(parts) => Lookup::Or(parts.into_iter().map(lookup).collect()),
    }
}
