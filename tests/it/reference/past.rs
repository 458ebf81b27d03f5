//! Stored entries decided about anew, and the rest of what is done to them later.

use std::collections::BTreeSet;

use wiredesk::clock::Timestamp;
use wiredesk::model::{EntryId, SourceId};
use wiredesk::store::rules::{Anew, FeedTally, HeadShare, RouteChange, Ruling, restands};
use wiredesk::store::{
    ArticleClaim, ChangeKind, Courtesy, Decided, Error, Gains, Node, ReadAgain, Rerouting, Result, WantedArticle, Words,
};

use super::world::{RouteRow, World};
use super::write::ruling;

/// Articles claimed at once.
const MOST_ARTICLES: usize = 60;

impl World {
    pub fn reroute(&mut self, work: Rerouting) -> Result<Gains> {
        let Rerouting { feeds, entries, gained, at, step, again_by } = work;
        if step.is_some() || again_by.as_ref().is_some_and(|by| self.rules.as_ref() != Some(by)) {
            return Err(Error::Superseded);
        }
        let is_current = |decided: &Decided| {
            let text = self.entries.get(&decided.entry).and_then(|row| row.text.as_ref());
            text.is_some_and(|text| text.hash == decided.version)
        };
        let entries: Vec<Decided> = entries.into_iter().filter(is_current).collect();
        if again_by.is_some() {
            self.decide_again.retain(|id| entries.iter().all(|decided| decided.entry != *id));
        }
        let mut gains = Gains::new();
        for feed in feeds.into_iter().filter(|feed| self.feeds.contains_key(feed)).collect::<Vec<_>>() {
            let anew = Anew::Rematched { gained, at };
            let mut tally = FeedTally::default();
            for Decided { entry: id, routes, .. } in &entries {
                let route = routes.iter().find(|route| route.feed == feed);
                let before = self.entries[id].routes.get(&feed).map(RouteRow::before);
                let effect = match restands(before, route.map_or(Ruling::Silent, ruling), anew, HeadShare::default()) {
                    RouteChange::Nothing => continue,
                    RouteChange::Dropped(effect) => {
                        self.entries.get_mut(id).expect("current").routes.remove(&feed);
                        effect
                    }
                    RouteChange::Set { sort_at, standing, effect } => {
                        let route = route.expect("what is said").clone();
                        let sort_at = self.moment(*id, sort_at);
                        let row = RouteRow { admitted: route.admitted, sort_at, standing, route };
                        self.entries.get_mut(id).expect("current").routes.insert(feed.clone(), row);
                        effect
                    }
                };
                tally.add(effect, effect.changed.map(|at| self.moment(*id, at)));
                if let Some(kind) = effect.announced(gained) {
                    self.tell(&feed, Some(*id), kind, at);
                }
            }
            if tally.is_told {
                self.touch_feed(&feed, &tally);
            }
            if tally.is_rematched(gained) {
                self.tell(&feed, None, ChangeKind::Rematched, at);
            }
            gains.insert(feed, (tally.entered, tally.left));
        }
        Ok(gains)
    }

    pub fn read_again(&mut self, readings: Vec<ReadAgain>, at: Timestamp) -> Result<()> {
        let mut shown_in = BTreeSet::new();
        for ReadAgain { entry: id, version, reading } in readings {
            let Some(row) = self.entries.get_mut(&id) else { continue };
            let Some(text) = row.text.as_mut().filter(|text| text.hash == version) else { continue };
            let before = text.entry.reading.replace(reading.clone());
            let is_other = match &before {
                Some(before) => before.newswire != reading.newswire,
                None => *reading.newswire != Default::default(),
            };
            if is_other {
                let feeds = row.routes.iter().filter(|(_, route)| route.admitted);
                shown_in.extend(feeds.map(|(feed, _)| feed.clone()));
            }
            if is_other && before.is_some() {
                self.decide_again.insert(id);
            }
        }
        for feed in shown_in {
            self.tell(&feed, None, ChangeKind::Followed, at);
        }
        Ok(())
    }

    pub fn claim_articles(
        &mut self,
        node: &Node,
        courtesy: &Courtesy,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<ArticleClaim>> {
        if !self.articles.values().any(|article| article.due_at.is_some_and(|at| at <= now)) {
            return Ok(Vec::new());
        }
        self.claiming(node, now)?;
        let mut waiting: Vec<_> = self
            .sources
            .iter()
            .filter(|(_, row)| row.is_active && row.state.next.at > now && row.is_free(courtesy, now))
            .filter_map(|(source, row)| {
                let theirs = self.articles.values().filter(|article| article.source == *source);
                let since = theirs.filter_map(|article| article.due_at).filter(|at| *at <= now).min()?;
                let since = if row.articles_at > now { since } else { since.max(row.articles_at) };
                Some((since, row.no, source.clone()))
            })
            .collect();
        waiting.sort();
        let claim = |(_, _, source): (Timestamp, usize, _)| {
            let row = self.sources.get_mut(&source).expect("it waits");
            let mut claim = row.offer(&source);
            claim.until = now.plus(courtesy.lease);
            (row.lease, row.lease_until) = (claim.lease, claim.until);
            (row.holder, row.articles_at) = (Some(node.clone()), now);
            let theirs = self.articles.iter().rev().filter(|(_, article)| article.source == source);
            let due = theirs.filter(|(_, article)| article.due_at.is_some_and(|at| at <= now));
            let wanted = due.filter_map(|(id, article)| {
                let row = &self.entries[id];
                let mut entry = row.text.as_ref()?.entry.entry.clone();
                entry.key = row.key;
                Some(WantedArticle { id: *id, entry, first_seen_at: row.first_seen_at, tries: article.tries })
            });
            ArticleClaim { wanted: wanted.take(MOST_ARTICLES).collect(), claim }
        };
        Ok(waiting.into_iter().take(limit).map(claim).collect())
    }

    pub fn index(&mut self, words: &[Words]) {
        for Words { entry, version, .. } in words {
            let text = self.entries.get(entry).and_then(|row| row.text.as_ref());
            if text.is_none_or(|text| text.hash == *version) {
                self.unindexed.remove(entry);
            }
        }
    }

    /// Drops old texts that no source lists.
    pub fn prune(
        &mut self,
        before: Timestamp,
        after: Option<EntryId>,
        limit: usize,
        now: Timestamp,
    ) -> (usize, Option<EntryId>) {
        let is_listed = |id: &EntryId, source: &SourceId| {
            let row = &self.sources[source];
            row.is_active && row.state.window.contains(id)
        };
        let old: Vec<EntryId> = self
            .entries
            .iter()
            .filter(|(id, row)| {
                let is_old = row.text.as_ref().is_some_and(|text| text.seen_at < before && row.first_seen_at < before);
                after.is_none_or(|after| **id > after) && is_old && !is_listed(id, &row.source)
            })
            .map(|(id, _)| *id)
            .take(limit)
            .collect();
        let mut shown_in = BTreeSet::new();
        for id in &old {
            let row = self.entries.get_mut(id).expect("an entry");
            (row.text, row.earlier) = (None, Vec::new());
            shown_in.extend(row.routes.iter().filter(|(_, route)| route.admitted).map(|(feed, _)| feed.clone()));
            self.unindexed.remove(id);
            self.decide_again.remove(id);
            self.articles.remove(id);
        }
        for feed in shown_in {
            self.tell(&feed, None, ChangeKind::Pruned, now);
        }
        let more = old.last().copied().filter(|_| old.len() >= limit);
        (old.len(), more)
    }
}
