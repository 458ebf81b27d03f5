//! What polls and pages bring, written.

use std::collections::{BTreeMap, BTreeSet};

use wiredesk::clock::Timestamp;
use wiredesk::model::keys::spare_key;
use wiredesk::model::{Change, EntryId, EntryKey, FeedId, Fingerprint, Purpose, Route, SourceId, Spent};
use wiredesk::model::{HoldScope, Stored};
use wiredesk::store::rules::{
    Anew, Decider, FeedEffect, FeedTally, HeadShare, Moment, Placing, REVISION_DAY, RouteChange, Ruling, arrives,
    contends, described_anew, due_after, first_updated, flapping, keeps_revision, nth_id, restands, updated_by,
    wanted_id, written_place,
};
use wiredesk::store::{
    ArticleRecord, Came, ChangeKind, Claim, Committed, Counted, Earlier, Error, FeedChange, Followed, Found, NewEntry,
    PollRecord, Result, Revision, RulesId, Seq, Share, Version,
};

use super::world::{ArticleRow, EntryRow, RouteRow, World};

/// What is written for a source at an instant.
pub struct Writing<'a> {
    pub world: &'a mut World,
    source: &'a SourceId,
    at: Timestamp,
    by: Decider,
    shares: Option<&'a BTreeMap<FeedId, Share>>,
    /// Entries of the source that stand at heads of feeds because they were revised.
    heads: BTreeMap<FeedId, BTreeSet<EntryId>>,
    feeds: BTreeMap<FeedId, FeedTally>,
    seen: Vec<(FeedId, ChangeKind, EntryId)>,
    done: Committed,
    size_bytes: u64,
}

impl World {
    pub fn tell(&mut self, feed: &FeedId, entry: Option<EntryId>, kind: ChangeKind, at: Timestamp) {
        self.seq += 1;
        self.changes.push(FeedChange { seq: Seq(self.seq), feed: feed.clone(), entry, kind, at });
    }

    pub fn moment(&self, id: EntryId, moment: Moment) -> Timestamp {
        match moment {
            Moment::At(at) => at,
            Moment::FirstSeen => self.entries[&id].first_seen_at,
            Moment::Updated => self.entries[&id].updated_at,
        }
    }

    /// Writes down what becomes of a feed.
    pub fn touch_feed(&mut self, feed: &FeedId, tally: &FeedTally) {
        if let Some(row) = self.feeds.get_mut(feed) {
            row.updated_at = Some(row.updated_at.unwrap_or(Timestamp::EPOCH).max(tally.changed_at));
        }
    }

    pub fn commit(&mut self, record: PollRecord) -> Result<Committed> {
        let PollRecord { claim, at, found, .. } = &record;
        self.claimed(&claim.source, claim.lease)?;
        // Nothing is undone below: what cannot be written is found before.
        let known = |id: &EntryId| self.entries.contains_key(id);
        let is_missing = |found: &Found| matches!(found, Found::Revised(revision) if !known(&revision.id));
        if found.iter().flatten().any(is_missing) {
            return Err(Error::Database("a new version of an entry that there is not".to_owned()));
        }
        let placing = arrives(&claim.state);
        let mut window = Vec::new();
        let mut writing = Writing::new(self, &claim.source, *at, &record.decided_by);
        writing.shares = Some(&*record.shares);
        record.released.iter().for_each(|id| {
            let key = EntryKey::of("released", &[&id.to_string()]);
            writing.set_key(*id, key);
        });
        for found in found.iter().flatten().rev() {
            window.push(writing.one(found, placing));
        }
        window.reverse();
        let (done, bytes) = writing.end();
        let new = done.new.len() as u64;
        let counted = if record.counted == Counted::All { new } else { 0 };
        self.spend(&claim.source, *at, Spent { entries: counted, bytes, ..Spent::default() });
        self.sources.get_mut(&claim.source).expect("claimed").entries += new;
        let window = found.is_some().then_some(window);
        self.end_poll(&record, window, &done);
        self.spend(&claim.source, *at, Spent { warnings: record.warnings_told, ..Spent::default() });
        if described_anew(&claim.state.carrier, &record.state.carrier) {
            self.describe(&claim.source, *at);
        }
        Ok(done)
    }

    fn end_poll(&mut self, record: &PollRecord, window: Option<Vec<EntryId>>, done: &Committed) {
        let PollRecord { claim, at, host, .. } = record;
        *self.poll_counts.entry(record.note.kind.to_owned()).or_default() += 1;
        self.end_turns(&claim.source);
        if let Some(hold) = &record.hold {
            self.hold(hold, *at);
        } else if record.succeeded {
            self.forgive(host, HoldScope::Everything, *at);
        }
        let next = due_after(&record.state.next, self.held(host, Purpose::Poll, *at));
        let row = self.sources.get_mut(&claim.source).expect("claimed");
        let (before, spent) = (std::mem::take(&mut row.state.window), row.state.spent);
        row.state = record.state.clone();
        row.state.window = window.unwrap_or(before);
        (row.state.spent, row.state.next) = (spent, next);
        row.state.warnings.extend(flapping(done.replaced));
        row.stale_at = row.state.stale_at();
        row.lease_until = Timestamp::EPOCH;
        row.host = host.clone();
    }

    fn spend(&mut self, source: &SourceId, at: Timestamp, more: Spent) {
        if more.entries + more.bytes + more.warnings == 0 {
            return;
        }
        let spent = &mut self.sources.get_mut(source).expect("claimed").state.spent;
        let day = Spent::day_of(at);
        let so_far = if spent.day == day { *spent } else { Spent::default() };
        *spent = Spent {
            day,
            entries: so_far.entries + more.entries,
            bytes: so_far.bytes + more.bytes,
            warnings: so_far.warnings + more.warnings,
        };
    }

    /// Tells of the feeds that hold entries of a source which describes itself anew.
    fn describe(&mut self, source: &SourceId, at: Timestamp) {
        let theirs = self.entries.values().filter(|row| row.source == *source);
        let routes = theirs.flat_map(|row| &row.routes).filter(|(_, route)| route.admitted);
        let feeds: BTreeSet<FeedId> = routes.map(|(feed, _)| feed.clone()).collect();
        for feed in feeds.into_iter().filter(|feed| self.feeds[feed].is_active).collect::<Vec<_>>() {
            self.tell(&feed, None, ChangeKind::Described, at);
        }
    }

    pub fn begin_article(&mut self, claim: &Claim, entry: EntryId, again: Timestamp) -> Result<()> {
        self.claimed(&claim.source, claim.lease)?;
        if let Some(row) = self.articles.get_mut(&entry).filter(|row| row.source == claim.source) {
            row.tries += 1;
            row.due_at = Some(again);
            row.said = "the request before did not end".to_owned();
        }
        Ok(())
    }

    pub fn commit_article(&mut self, record: ArticleRecord) -> Result<()> {
        let ArticleRecord { claim, entry, at, came, decided_by, said, hold, well } = record;
        self.claimed(&claim.source, claim.lease)?;
        self.end_turns(&claim.source);
        if let Some(hold) = &hold {
            self.hold(hold, at);
        }
        if let Some((host, scope)) = &well {
            self.forgive(host, *scope, at);
        }
        if let Some(row) = self.articles.get_mut(&entry) {
            row.due_at = if let Came::Later(at) = came { Some(at) } else { None };
            row.said = said;
        }
        let Came::Text { entry: text, routes } = came else { return Ok(()) };
        let bytes = text.article.as_ref().map_or(0, |article| article.markup.raw().len() as u64);
        let mut writing = Writing::new(self, &claim.source, at, &decided_by);
        if writing.follow_text(entry, *text) {
            writing.queue(entry);
        }
        writing.reroute(entry, &routes, Change::Cosmetic, ChangeKind::Revised);
        writing.end();
        self.spend(&claim.source, at, Spent { bytes, ..Spent::default() });
        Ok(())
    }
}

impl<'a> Writing<'a> {
    fn new(world: &'a mut World, source: &'a SourceId, at: Timestamp, by: &RulesId) -> Writing<'a> {
        let by = world.decider(by);
        let (shares, heads, feeds, seen) = (None, BTreeMap::new(), BTreeMap::new(), Vec::new());
        Writing { world, source, at, by, shares, heads, feeds, seen, done: Committed::default(), size_bytes: 0 }
    }

    fn row(&mut self, id: EntryId) -> &mut EntryRow {
        self.world.entries.get_mut(&id).expect("a known entry")
    }

    fn one(&mut self, found: &Found, placing: Placing) -> EntryId {
        match found {
            Found::New(new) => self.add(new, placing),
            Found::Revised(revision) => self.revise(revision),
            Found::Followed(followed) => self.follow(followed),
            Found::Rekeyed { entry, key, print } => {
                self.rekey(*entry, *key, print);
                *entry
            }
            Found::Same(id) => *id,
        }
    }

    fn add(&mut self, new: &NewEntry, standing: Placing) -> EntryId {
        let NewEntry { entry, print, sort_at, routes, wants_article, words: _, reading, copy: _ } = new;
        let wanted = wanted_id(entry, self.source);
        let mut ids = (0..).map(|n| nth_id(&wanted, self.source, entry.key, n));
        let published_id = ids.find(|id| !self.world.published_ids.contains_key(id)).expect("one that is free");
        let mut keys = std::iter::once(entry.key).chain((0..).map(|n| spare_key(entry.key, n)));
        let is_free = |key: &EntryKey| !self.world.keys.contains_key(&(self.source.clone(), *key));
        let key = keys.find(is_free).expect("one that is free");
        let id = EntryId(self.world.entries.keys().next_back().map_or(1, |last| last.0 + 1));
        let updated_at = first_updated(entry, self.at);
        let stored = Stored { reading: reading.clone(), ..entry.clone().into() };
        let text = self.world.text(self.at, None, stored, key);
        let row = EntryRow {
            source: self.source.clone(),
            key,
            print: stored_print(print),
            published_id: published_id.clone(),
            first_seen_at: self.at,
            updated_at,
            revisions: 1,
            text: Some(text),
            earlier: vec![],
            routes: BTreeMap::new(),
        };
        self.world.entries.insert(id, row);
        self.world.keys.insert((self.source.clone(), key), id);
        self.world.published_ids.insert(published_id, id);
        self.queue(id);
        self.size_bytes += entry.size_bytes();
        let sort_at = written_place(*sort_at, self.at, self.at);
        for route in routes {
            let standing = route.admitted.then_some(standing);
            if self.set_route(id, route, sort_at, standing) && route.admitted {
                self.note(id, &route.feed, FeedEffect::entered(updated_at), ChangeKind::Entered);
            }
        }
        if *wants_article {
            self.want_article(id);
        }
        self.done.new.push(id);
        id
    }

    fn revise(&mut self, revision: &Revision) -> EntryId {
        let Revision { id, change, entry, print, routes, wants_article, earlier } = revision;
        let since = self.at.minus(REVISION_DAY);
        let kept = self.row(*id).earlier.iter().filter(|version| version.seen_at > since).count() as u64;
        match earlier {
            Earlier::Kept if keeps_revision(kept) => {
                let row = self.row(*id);
                if let Some(text) = row.text.clone() {
                    let entry = Stored { reading: None, ..text.entry };
                    let version = Version { seen_at: text.seen_at, change: text.change, entry: Some(entry) };
                    row.earlier.insert(0, version);
                }
                self.size_bytes += entry.size_bytes();
            }
            Earlier::Kept => self.done.replaced += 1,
            Earlier::Replaced => {}
        }
        self.rekey(*id, entry.entry.key, print);
        let key = self.row(*id).key;
        let text = self.world.text(self.at, Some(*change), entry.clone(), key);
        let (at, row) = (self.at, self.row(*id));
        row.text = Some(text);
        row.updated_at = updated_by(*change, at).unwrap_or(row.updated_at);
        row.revisions = 1 + u32::try_from(row.earlier.len()).expect("a few");
        self.queue(*id);
        self.reroute(*id, routes, *change, ChangeKind::Revised);
        if *wants_article {
            self.want_article(*id);
        }
        self.done.revised += 1;
        *id
    }

    fn follow(&mut self, followed: &Followed) -> EntryId {
        let Followed { id, entry, print, routes } = followed;
        if self.world.entries.contains_key(id) {
            self.rekey(*id, entry.entry.key, print);
            if self.follow_text(*id, entry.clone()) && self.by == Decider::Others {
                self.world.decide_again.insert(*id);
            }
            self.reroute(*id, routes, Change::Cosmetic, ChangeKind::Followed);
        }
        *id
    }

    /// Another text of the same version, unless it was pruned.
    fn follow_text(&mut self, id: EntryId, entry: Stored) -> bool {
        let Some(before) = self.row(id).text.clone() else { return false };
        let key = self.row(id).key;
        let text = self.world.text(before.seen_at, before.change, entry, key);
        self.row(id).text = Some(text);
        true
    }

    /// A key that another entry has stays its.
    fn set_key(&mut self, id: EntryId, key: EntryKey) {
        let Some(row) = self.world.entries.get_mut(&id) else { return };
        if let std::collections::btree_map::Entry::Vacant(free) = self.world.keys.entry((row.source.clone(), key)) {
            free.insert(id);
            self.world.keys.remove(&(row.source.clone(), row.key));
            row.key = key;
        }
    }

    fn rekey(&mut self, id: EntryId, key: EntryKey, print: &Fingerprint) {
        self.set_key(id, key);
        if let Some(row) = self.world.entries.get_mut(&id) {
            row.print = stored_print(print);
        }
    }

    fn queue(&mut self, id: EntryId) {
        self.world.unindexed.insert(id);
        if self.by == Decider::Others {
            self.world.decide_again.insert(id);
        }
    }

    fn want_article(&mut self, id: EntryId) {
        let row = ArticleRow { source: self.source.clone(), due_at: Some(self.at), tries: 0, said: String::new() };
        self.world.articles.insert(id, row);
    }

    /// Decides anew about a known entry.
    fn reroute(&mut self, id: EntryId, routes: &[Route], change: Change, seen_as: ChangeKind) {
        let anew = Anew::Revised { change, at: self.at, head: self.at };
        let before: BTreeMap<FeedId, _> =
            self.row(id).routes.iter().map(|(feed, row)| (feed.clone(), row.before())).collect();
        for (feed, was) in &before {
            if routes.iter().any(|route| route.feed == *feed) {
                continue;
            }
            if let RouteChange::Dropped(effect) = restands(Some(*was), Ruling::Silent, anew, HeadShare::default()) {
                self.row(id).routes.remove(feed);
                self.note(id, feed, effect, seen_as);
            }
        }
        for route in routes {
            let (was, ruling) = (before.get(&route.feed).copied(), ruling(route));
            let contends = contends(was, ruling, anew);
            let head = if contends { self.taken(&route.feed, id) } else { HeadShare::default() };
            let RouteChange::Set { sort_at, standing, effect } = restands(was, ruling, anew, head) else { continue };
            if contends && standing == Some(Placing::Revised) {
                self.heads.entry(route.feed.clone()).or_default().insert(id);
            }
            let sort_at = self.world.moment(id, sort_at);
            if self.set_route(id, route, sort_at, standing) {
                self.note(id, &route.feed, effect, seen_as);
            }
        }
    }

    /// How many places at the head of a feed revised entries of the source take.
    fn taken(&mut self, feed: &FeedId, entry: EntryId) -> HeadShare {
        let Some(share) = self.shares.and_then(|shares| shares.get(feed)).copied() else { return HeadShare::default() };
        if !self.heads.contains_key(feed) {
            let mut places: Vec<_> = self
                .world
                .entries
                .iter()
                .filter_map(|(id, row)| Some((row.routes.get(feed).filter(|route| route.admitted)?, id, row)))
                .map(|(route, id, row)| (route.sort_at, *id, route.standing, &row.source))
                .collect();
            places.sort_by_key(|(at, id, ..)| std::cmp::Reverse((*at, *id)));
            let revised = places.into_iter().take(share.places);
            let revised = revised.filter(|(_, _, why, of)| *why == Some(Placing::Revised) && *of == self.source);
            self.heads.insert(feed.clone(), revised.map(|(_, id, ..)| id).collect());
        }
        let met = &self.heads[feed];
        HeadShare { taken: met.len() - usize::from(met.contains(&entry)), share: Some(share) }
    }

    /// Sets a route; `false` for a feed that there is not.
    fn set_route(&mut self, id: EntryId, route: &Route, sort_at: Timestamp, standing: Option<Placing>) -> bool {
        if !self.world.feeds.contains_key(&route.feed) {
            return false;
        }
        let row = RouteRow { admitted: route.admitted, sort_at, standing, route: route.clone() };
        self.row(id).routes.insert(route.feed.clone(), row);
        true
    }

    fn note(&mut self, id: EntryId, feed: &FeedId, effect: FeedEffect, unmoved: ChangeKind) {
        self.seen.extend(effect.seen_as(unmoved).map(|kind| (feed.clone(), kind, id)));
        let changed_at = effect.changed.map(|at| self.world.moment(id, at));
        self.feeds.entry(feed.clone()).or_default().add(effect, changed_at);
    }

    fn end(mut self) -> (Committed, u64) {
        for (feed, tally) in self.feeds.iter().filter(|(_, tally)| tally.is_told) {
            self.world.touch_feed(feed, tally);
        }
        self.seen.sort_by_key(|(feed, kind, id)| (feed.clone(), *kind as u8, *id));
        for (feed, kind, id) in self.seen {
            self.world.tell(&feed, Some(id), kind, self.at);
        }
        (self.done, self.size_bytes)
    }
}

pub fn ruling(route: &Route) -> Ruling {
    if route.admitted { Ruling::In } else { Ruling::Out }
}

/// Hashes of links are kept for what earlier programs stored alone.
fn stored_print(print: &Fingerprint) -> Fingerprint {
    Fingerprint { link: None, ..*print }
}
