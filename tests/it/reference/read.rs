//! What is asked of the reference store.

use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;

use wiredesk::clock::Timestamp;
use wiredesk::limits::VERSIONS_SHOWN;
use wiredesk::model::{Asked, Entry, EntryId, FeedId, FeedPosition, Known, Published, SourceId};
use wiredesk::store::rules::{DayCounts, FEED_DAYS, KnownWindow, LinkHashes, SOURCE_DAYS};
use wiredesk::store::{
    Census, Changes, Continuity, EntryRecord, EntryRef, FeedStatus, Kept, Overdue, PORTION, Seq, SourceStatus,
    SourcesWanted, Unindexed, Version, Which,
};

use super::world::{EntryRow, SourceRow, World};

const DAY_MS: i64 = 86_400_000;

/// Of entries that share a page with one asked about, so many are looked at.
const OF_A_PAGE: usize = 5;

fn known(id: EntryId, row: &EntryRow) -> Known {
    let EntryRow { key, print, first_seen_at, revisions, .. } = row;
    Known { entry: id, key: *key, print: *print, first_seen_at: *first_seen_at, revisions: *revisions }
}

fn days(now: Timestamp, days: i64, of: impl Iterator<Item = Timestamp>) -> Vec<u32> {
    let mut counts: BTreeMap<i64, u32> = BTreeMap::new();
    of.for_each(|at| *counts.entry(at.millis() / DAY_MS).or_default() += 1);
    let mut told = DayCounts::until(now, days);
    counts.into_iter().for_each(|(day, count)| told.note(day, count));
    told.counts()
}

impl World {
    pub fn known(&self, source: &SourceId, window: &[EntryId], asked: &[Asked]) -> Vec<Known> {
        if self.sources.get(source).is_none_or(|row| row.entries == 0) {
            return Vec::new();
        }
        let one = |id: &EntryId| Some(known(*id, self.entries.get(id)?));
        let mut found: Vec<Known> = window.iter().filter_map(one).collect();
        let mut seen: HashSet<EntryId> = found.iter().map(|known| known.entry).collect();
        let listed = KnownWindow::of(&found);
        for ask in asked.iter().filter(|ask| !listed.answers(ask)) {
            let by_key = ask.keys.iter().filter_map(|key| self.keys.get(&(source.clone(), *key)));
            let of_page = |row: &EntryRow| row.source == *source && row.print.page == ask.page;
            // Without a page none are looked through.
            let shared = ask.page.iter().flat_map(|_| &self.entries);
            let by_page = shared.filter(|(_, row)| of_page(row)).map(|(id, _)| id).take(OF_A_PAGE);
            found.extend(by_key.chain(by_page).filter(|id| seen.insert(**id)).filter_map(one));
        }
        found
    }

    pub fn record(&self, wanted: &EntryRef) -> Option<EntryRecord> {
        let id = match wanted {
            EntryRef::Id(id) => *id,
            EntryRef::Iri(iri) => self.named(iri)?,
        };
        let row = self.entries.get(&id)?;
        let pruned = row.text.is_none();
        let published = self.published(id, row, None).unwrap_or_else(|| self.bare(id, row));
        let current = Version {
            seen_at: row.text.as_ref().map_or(row.first_seen_at, |text| text.seen_at),
            change: row.text.as_ref().and_then(|text| text.change),
            entry: (!pruned).then(|| published.entry.clone()),
        };
        let keyed = |version: &Version| {
            let mut version = version.clone();
            version.entry.iter_mut().for_each(|stored| stored.entry.key = row.key);
            version
        };
        let earlier = row.earlier.iter().take(VERSIONS_SHOWN.count() - 1).map(keyed);
        let places = row.routes.iter().filter(|(_, route)| route.admitted);
        let said = |said: &str| if said.is_empty() { "its page is to be fetched".to_owned() } else { said.to_owned() };
        Some(EntryRecord {
            published,
            pruned,
            versions: std::iter::once(current).chain(earlier).collect(),
            routes: row.routes.values().map(|route| route.route.clone()).collect(),
            places: places.filter_map(|(feed, route)| Some((feed.clone(), route.standing?))).collect(),
            article: self.articles.get(&id).map(|article| said(&article.said)),
        })
    }

    /// An entry whose text was pruned.
    fn bare(&self, id: EntryId, row: &EntryRow) -> Published {
        Published {
            place: FeedPosition { at: row.first_seen_at, entry: id },
            published_id: row.published_id.clone(),
            source: row.source.clone(),
            carrier: self.sources[&row.source].state.carrier.clone(),
            first_seen_at: row.first_seen_at,
            updated_at: row.updated_at,
            revisions: row.revisions,
            entry: Entry::new(row.key).into(),
            lists: vec![],
            because: vec![],
        }
    }

    fn named(&self, iri: &str) -> Option<EntryId> {
        let of_page =
            |hash: &i64| self.entries.iter().find(|(_, row)| row.print.page == Some(*hash)).map(|(id, _)| *id);
        let by_page = || LinkHashes::of(iri).pages.iter().flatten().find_map(of_page);
        self.published_ids.get(iri).copied().or_else(by_page)
    }

    pub fn feed_page(&self, feed: &FeedId, before: Option<FeedPosition>, limit: usize) -> Vec<Published> {
        let mut found: Vec<Published> = self
            .entries
            .iter()
            .filter_map(|(id, row)| {
                let route = row.routes.get(feed).filter(|route| route.admitted)?;
                self.published(*id, row, Some(route))
            })
            .filter(|published| before.is_none_or(|before| published.place < before))
            .collect();
        found.sort_by_key(|published| std::cmp::Reverse(published.place));
        found.truncate(limit);
        found
    }

    pub fn members(&self, feed: &FeedId, range: RangeInclusive<EntryId>) -> HashSet<EntryId> {
        let is_in = |row: &EntryRow| row.routes.get(feed).is_some_and(|route| route.admitted);
        self.entries.range(range).filter(|(_, row)| is_in(row)).map(|(id, _)| *id).collect()
    }

    pub fn history(&self, before: Option<EntryId>, limit: usize) -> Vec<Kept> {
        let older = self.entries.iter().rev().filter(|(id, _)| before.is_none_or(|before| **id < before));
        older.filter_map(|(id, row)| self.kept(*id, row)).take(limit).collect()
    }

    pub fn waiting(&self, after: Option<EntryId>, limit: usize) -> Vec<Unindexed> {
        let waiting = self.unindexed.iter().filter(|id| after.is_none_or(|after| **id > after));
        let kept = waiting.filter_map(|id| self.kept(*id, &self.entries[id]));
        let mut bytes = 0;
        let portion = kept.take_while(move |kept| {
            let is_in = bytes < PORTION;
            bytes += kept.entry.size_bytes();
            is_in
        });
        portion.map(|Kept { id, entry, version, .. }| Unindexed { id, entry, version }).take(limit).collect()
    }

    fn status(&self, source: &SourceId, row: &SourceRow, now: Timestamp) -> SourceStatus {
        let theirs = self.entries.values().filter(|entry| entry.source == *source);
        let days = days(now, SOURCE_DAYS, theirs.map(|entry| entry.first_seen_at));
        SourceStatus {
            source: source.clone(),
            active: row.is_active,
            state: row.state.clone(),
            entries: row.entries,
            days,
        }
    }

    pub fn source(&self, source: &SourceId, now: Timestamp) -> Option<SourceStatus> {
        Some(self.status(source, self.sources.get(source)?, now))
    }

    pub fn sources_page(&self, wanted: &SourcesWanted, now: Timestamp) -> Vec<SourceStatus> {
        let is_asked_for = |row: &SourceRow| match wanted.which {
            Which::All => true,
            Which::Active => row.is_active,
            Which::Failing => row.is_active && row.state.failures > 0,
            Which::Over => row.is_active && row.state.standing.over_budget().is_some(),
        };
        let behind =
            self.sources.iter().filter(|(source, _)| wanted.after.as_ref().is_none_or(|after| *source > after));
        let page = behind.filter(|(_, row)| is_asked_for(row)).take(wanted.limit);
        page.map(|(source, row)| {
            let mut status = self.status(source, row, now);
            status.state.window.clear();
            status
        })
        .collect()
    }

    pub fn census(&self, now: Timestamp) -> Census {
        let count = |is: &dyn Fn(&SourceRow) -> bool| {
            self.sources.values().filter(|row| row.is_active && is(row)).count() as u64
        };
        Census {
            sources: count(&|_| true),
            failing: count(&|row| row.state.failures > 0),
            stale: count(&|row| row.stale_at.is_some_and(|at| at < now)),
            over: count(&|row| row.state.standing.over_budget().is_some()),
        }
    }

    pub fn feed_status(&self, feed: &FeedId, now: Timestamp) -> Option<FeedStatus> {
        let row = self.feeds.get(feed).filter(|row| row.is_active)?;
        let admitted = || self.entries.values().filter_map(|row| row.routes.get(feed)).filter(|route| route.admitted);
        Some(FeedStatus {
            feed: feed.clone(),
            entries: admitted().count() as u64,
            updated_at: row.updated_at,
            days: days(now, FEED_DAYS, admitted().map(|route| route.sort_at)),
        })
    }

    pub fn changes(&self, after: Seq, limit: usize) -> Changes {
        if after.0 > self.seq {
            return Changes { all: vec![], next: Seq(self.seq), continuity: Continuity::Cut };
        }
        let first = self.changes.partition_point(|change| change.seq <= after);
        let all: Vec<_> = self.changes[first..].iter().take(limit).cloned().collect();
        let is_whole = all.first().is_none_or(|change| change.seq.0 == after.0 + 1);
        let continuity = if is_whole { Continuity::Whole } else { Continuity::Cut };
        Changes { next: all.last().map_or(after, |change| change.seq), all, continuity }
    }

    pub fn prune_changes(&mut self, before: Timestamp, limit: usize) -> usize {
        let all_but_one = self.changes.len().saturating_sub(1);
        let old = self.changes[..all_but_one].iter().take_while(|change| change.at < before).take(limit).count();
        self.changes.drain(..old);
        old
    }

    pub fn overdue(&self, before: Timestamp, after: Option<&Overdue>, limit: usize) -> Vec<Overdue> {
        let is_overdue = |row: &SourceRow| row.is_active && row.state.polls > 0 && row.state.next.at < before;
        let mut all: Vec<Overdue> = self
            .sources
            .iter()
            .filter(|(_, row)| is_overdue(row))
            .map(|(source, row)| Overdue { source: source.clone(), due_at: row.state.next.at })
            .filter(|one| after.is_none_or(|after| (one.due_at, &one.source) > (after.due_at, &after.source)))
            .collect();
        all.sort_by_key(|one| (one.due_at, one.source.clone()));
        all.truncate(limit);
        all
    }
}
