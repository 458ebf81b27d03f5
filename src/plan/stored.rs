//! Stored entries as the plan's filters read them and decide about them, whether or not
//! their sources are configured still.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::identity;
use crate::model::{Readable, Route, Source, SourceId};
use crate::places::Country;
use crate::store::{Decided, Kept, Labels, Rematches, Result};

use super::Plan;
use super::decide::FirstSeen;

/// The sources of some stored entries: as they are configured, else as they last were.
pub struct PastSources {
    plan: Arc<Plan>,
    retired: HashMap<SourceId, Source>,
}

impl PastSources {
    /// Those of these entries; the store is asked for what is no longer configured.
    ///
    /// # Errors
    /// The store's.
    pub async fn of(store: &dyn Rematches, plan: &Arc<Plan>, kept: &[Kept]) -> Result<PastSources> {
        PastSources::named(store, plan, kept.iter().map(|kept| &kept.source)).await
    }

    /// Those of these names.
    ///
    /// # Errors
    /// The store's.
    pub async fn named(
        store: &dyn Rematches,
        plan: &Arc<Plan>,
        sources: impl Iterator<Item = &SourceId>,
    ) -> Result<PastSources> {
        let gone: BTreeSet<&SourceId> = sources.filter(|id| !plan.sources.has(id)).collect();
        let gone: Vec<SourceId> = gone.into_iter().cloned().collect();
        let labels = if gone.is_empty() { Default::default() } else { store.labels(&gone).await? };
        let retired = labels.into_iter().map(|(id, labels)| (id.clone(), retired(id, labels)));
        Ok(PastSources { plan: Arc::clone(plan), retired: retired.collect() })
    }

    /// A source as it is configured, else as it last was, else by its name alone.
    pub fn source(&self, id: &SourceId) -> Cow<'_, Source> {
        match (self.plan.sources.get(id), self.retired.get(id)) {
            (Some(planned), _) => Cow::Borrowed(&planned.configured.source),
            (None, Some(retired)) => Cow::Borrowed(retired),
            (None, None) => Cow::Owned(Source::retired(id.clone())),
        }
    }

    /// A stored entry as filters read it at `now`.
    pub fn readable(&self, kept: &Kept, now: Timestamp) -> Readable {
        let (texts, source) = (identity::texts(&kept.entry), self.source(&kept.source));
        let copy = self.plan.readable(&kept.entry, &texts, &source, FirstSeen(kept.first_seen_at));
        Readable { now, at: kept.entry.dated().unwrap_or(now), ..copy }
    }

    /// What the plan's feeds decide about a stored entry.
    pub fn routes(&self, kept: &Kept) -> Vec<Route> {
        let (entry, source) = (&kept.entry, self.source(&kept.source));
        self.plan.decide(entry, &identity::texts(entry), &source, FirstSeen(kept.first_seen_at))
    }

    /// The same of several, for the store.
    pub fn decided(&self, kept: &[Kept]) -> Vec<Decided> {
        let decided = |kept: &Kept| Decided { entry: kept.id, version: kept.version, routes: self.routes(kept) };
        kept.iter().map(decided).collect()
    }
}

/// A source that is no longer configured, with the labels that it had last.
fn retired(id: SourceId, Labels { tags, language, wire, country }: Labels) -> Source {
    let country = country.and_then(|code| Country::new(&code));
    Source { tags, language, wire, country, ..Source::retired(id) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Entry, EntryId, EntryKey};
    use crate::plan::tests::plan;
    use crate::store::TextHash;

    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);

    fn reader() -> PastSources {
        let labels = Labels { tags: vec!["docks".to_owned()], ..Labels::default() };
        let quay = retired(SourceId::new("quay").unwrap(), labels);
        PastSources { plan: Arc::new(plan()), retired: [(quay.id.clone(), quay)].into() }
    }

    fn kept(source: &str, published: Timestamp) -> Kept {
        let title = "The harbour".to_owned();
        let entry = Entry { title, published: Some(published), ..Entry::new(EntryKey([7; 16])) };
        let source = SourceId::new(source).unwrap();
        Kept { id: EntryId(1), source, first_seen_at: NOW, entry: entry.into(), version: TextHash(7) }
    }

    /// Its labels are those with which it was last configured; of one that was forgotten,
    /// the name alone is known.
    #[test]
    fn sources_that_are_no_longer_configured_keep_their_labels() {
        let check = |source: &str, expected: &[&str]| {
            let routes = reader().routes(&kept(source, NOW));
            let feeds: Vec<&str> = routes.iter().filter(|r| r.admitted).map(|r| r.feed.as_str()).collect();
            assert_eq!(feeds, expected, "{source}");
        };
        check("hall", &["all", "harbour", "recent"]);
        check("quay", &["all", "docks", "harbour", "recent"]);
        check("nobody", &["all", "harbour", "recent"]);
        let language = |id: &str| reader().source(&SourceId::new(id).unwrap()).language.clone();
        assert_eq!([language("hall"), language("quay")], [Some("de".to_owned()), None]);
    }

    /// To a search it is as old as it is now, to a feed as it was when it was first seen.
    #[test]
    fn its_age_is_told_at_its_first_sight() {
        let later = NOW.plus(std::time::Duration::from_secs(30 * 86_400));
        let (reader, kept) = (reader(), kept("quay", NOW));
        assert_eq!((reader.readable(&kept, later).now, reader.readable(&kept, later).at), (later, NOW));
        let decided = reader.decided(&[kept]);
        assert_eq!((decided[0].entry, decided[0].version), (EntryId(1), TextHash(7)));
        assert!(decided[0].routes.iter().all(|route| route.admitted), "{:?}", decided[0].routes);
    }
}
