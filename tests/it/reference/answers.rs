//! The traits of a store, answered out of the world.

use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use wiredesk::clock::Timestamp;
use wiredesk::model::{
    Asked, EntryId, FeedId, FeedPosition, HoldScope, Host, Known, NextPoll, Published, Purpose, SourceId,
};
use wiredesk::store::*;

use super::MemStore;

/// What the reference store does not answer.
fn unbuilt<T>(what: &str) -> Result<T> {
    Err(Error::Unusable(format!("the reference store knows nothing of {what}")))
}

#[async_trait]
impl Nodes for MemStore {
    async fn join(&self, joining: &Joining, now: Timestamp) -> Result<Node> {
        Ok(self.world().join(joining, now))
    }

    async fn beat(&self, node: &Node, now: Timestamp) -> Result<()> {
        self.world().beat(node, now)
    }

    async fn leave(&self, node: &Node, now: Timestamp) -> Result<()> {
        self.world().leave(node, now);
        Ok(())
    }

    async fn nodes(&self, now: Timestamp) -> Result<Vec<NodeStatus>> {
        let world = self.world();
        let all = world.nodes.iter().map(|(id, row)| NodeStatus {
            node: Node { id: id.clone(), generation: row.generation },
            kind: row.kind,
            joined_at: row.joined_at,
            beat_at: row.beat_at,
            left_at: row.left_at,
            roles: row.roles,
            machine: None,
            claims: 0,
            duties: Vec::new(),
        });
        let since = now.minus(FORGOTTEN);
        Ok(all.filter(|status| status.left_at.unwrap_or(status.beat_at).max(status.beat_at) >= since).collect())
    }

    async fn take_duty(&self, node: &Node, duty: Duty, now: Timestamp) -> Result<bool> {
        self.world().take_duty(node, duty, now)
    }

    async fn give_up_duty(&self, node: &Node, duty: Duty) -> Result<()> {
        self.world().give_up_duty(node, duty);
        Ok(())
    }

    async fn take_config(&self, node: &Node, _config: &ConfigDigests, _now: Timestamp) -> Result<ConfigStanding> {
        self.world().check_at_work(node).map(|()| ConfigStanding::InForce)
    }
}

#[async_trait]
impl Schedule for MemStore {
    async fn mend(&self, _sources: &dyn SourcePlans, _feeds: &[FeedId], _now: Timestamp) -> Result<()> {
        Ok(())
    }

    async fn configure_sources(&self, range: SourceRange, now: Timestamp) -> Result<Configured> {
        Ok(self.world().configure(&range, now))
    }

    async fn configure_feeds(&self, feeds: &[FeedId], _now: Timestamp) -> Result<()> {
        self.world().configure_feeds(feeds);
        Ok(())
    }

    async fn claim_due(&self, node: &Node, courtesy: &Courtesy, now: Timestamp, limit: usize) -> Result<Vec<Claim>> {
        self.world().claim_due(node, courtesy, now, limit)
    }

    async fn claim_named(
        &self,
        node: &Node,
        courtesy: &Courtesy,
        sources: &[SourceId],
        floor: Duration,
        now: Timestamp,
    ) -> Result<(Vec<Claim>, Vec<NotClaimed>)> {
        self.world().claim_named((node, courtesy), sources, floor, now)
    }

    async fn turn(
        &self,
        claim: &Claim,
        courtesy: &Courtesy,
        host: &Host,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Turn> {
        let mut world = self.world();
        let holder = world.claimed(&claim.source, claim.lease)?.holder.clone();
        Ok(world.take_turn(holder, courtesy, &claim.source, (host, purpose), now))
    }

    async fn renew(&self, claim: &Claim, courtesy: &Courtesy, now: Timestamp) -> Result<Timestamp> {
        self.world().renew(claim, courtesy, now)
    }

    async fn strikes(&self, host: &Host, scope: HoldScope) -> Result<u32> {
        Ok(self.world().strikes(host, scope))
    }

    async fn release(&self, claims: &[Claim]) -> Result<()> {
        self.world().release(claims);
        Ok(())
    }

    async fn next_due_at(&self, courtesy: &Courtesy, now: Timestamp) -> Result<Option<Timestamp>> {
        Ok(self.world().next_due_at(courtesy, now))
    }

    async fn count_overdue(&self, before: Timestamp) -> Result<usize> {
        Ok(self.world().overdue(before, None, usize::MAX).len())
    }

    async fn overdue(&self, before: Timestamp, after: Option<&Overdue>, limit: usize) -> Result<Vec<Overdue>> {
        Ok(self.world().overdue(before, after, limit))
    }

    async fn respread(&self, due: &[(SourceId, NextPoll)]) -> Result<()> {
        self.world().respread(due);
        Ok(())
    }

    async fn absolve(&self, due: &[(SourceId, NextPoll)]) -> Result<()> {
        self.world().absolve(due);
        Ok(())
    }
}

#[async_trait]
impl Commit for MemStore {
    async fn known(&self, source: &SourceId, window: &[EntryId], asked: &[Asked]) -> Result<Vec<Known>> {
        Ok(self.world().known(source, window, asked))
    }

    async fn commit_poll(&self, record: PollRecord) -> Result<Committed> {
        self.told(|world| world.commit(record))
    }
}

#[async_trait]
impl Articles for MemStore {
    async fn claim_articles(
        &self,
        node: &Node,
        courtesy: &Courtesy,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<ArticleClaim>> {
        self.world().claim_articles(node, courtesy, now, limit)
    }

    async fn begin_article(&self, claim: &Claim, entry: EntryId, again: Timestamp) -> Result<()> {
        self.world().begin_article(claim, entry, again)
    }

    async fn commit_article(&self, record: ArticleRecord) -> Result<()> {
        self.told(|world| world.commit_article(record))
    }

    async fn end_articles(&self, claim: &Claim) -> Result<()> {
        let mut world = self.world();
        if let Ok(row) = world.claimed(&claim.source, claim.lease) {
            row.lease_until = Timestamp::EPOCH;
            world.end_turns(&claim.source);
        }
        Ok(())
    }
}

#[async_trait]
impl Entries for MemStore {
    async fn entry(&self, entry: &EntryRef) -> Result<Option<EntryRecord>> {
        Ok(self.world().record(entry))
    }

    async fn published(&self, entries: &[EntryId]) -> Result<Vec<Published>> {
        let world = self.world();
        Ok(entries.iter().filter_map(|id| world.published(*id, world.entries.get(id)?, None)).collect())
    }

    async fn kept(&self, entries: &[EntryId]) -> Result<Vec<Kept>> {
        let world = self.world();
        Ok(entries.iter().filter_map(|id| world.kept(*id, world.entries.get(id)?)).collect())
    }

    async fn feed_page(&self, feed: &FeedId, before: Option<FeedPosition>, limit: usize) -> Result<Vec<Published>> {
        Ok(self.world().feed_page(feed, before, limit))
    }

    async fn members(&self, feed: &FeedId, range: RangeInclusive<EntryId>) -> Result<HashSet<EntryId>> {
        Ok(self.world().members(feed, range))
    }
}

#[async_trait]
impl Documents for MemStore {
    async fn document_date(&self, of: DocumentOf<'_>, document: DocumentHash) -> Result<Option<Timestamp>> {
        let last = self.world().documents.get(&(of.feed.clone(), of.format.to_owned())).copied();
        Ok(last.filter(|(hash, _)| *hash == document).map(|(_, at)| at))
    }

    async fn date_document(
        &self,
        of: DocumentOf<'_>,
        document: DocumentHash,
        now: Timestamp,
    ) -> Result<Option<Timestamp>> {
        Ok(self.world().date_document(of, document, now))
    }

    async fn knows_feed(&self, feed: &FeedId) -> Result<bool> {
        Ok(self.world().feeds.contains_key(feed))
    }
}

#[async_trait]
impl Outbox for MemStore {
    async fn newest_change(&self) -> Result<Seq> {
        Ok(Seq(self.world().seq))
    }

    async fn changes(&self, after: Seq, limit: usize) -> Result<Changes> {
        Ok(self.world().changes(after, limit))
    }

    async fn changed(&self, after: Seq) {
        self.wait_behind(after).await;
    }

    async fn prune_changes(&self, before: Timestamp, limit: usize) -> Result<usize> {
        Ok(self.world().prune_changes(before, limit))
    }
}

#[async_trait]
impl Past for MemStore {
    async fn history(&self, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>> {
        Ok(self.world().history(before, limit))
    }

    async fn reroute(&self, work: Rerouting) -> Result<Gains> {
        self.told(|world| world.reroute(work))
    }
}

#[async_trait]
impl Readings for MemStore {
    async fn editions_read(&self, before: Option<EntryId>, limit: usize) -> Result<Vec<EditionRead>> {
        let read = |kept: Kept| EditionRead {
            entry: kept.id,
            source: kept.source,
            edition: kept.entry.reading.map(|reading| reading.edition),
        };
        Ok(self.world().history(before, limit).into_iter().map(read).collect())
    }

    async fn read_again(&self, readings: Vec<ReadAgain>, at: Timestamp) -> Result<()> {
        self.told(|world| world.read_again(readings, at))
    }

    async fn rereading(&self) -> Result<Option<Rereading>> {
        Ok(self.world().rereading.clone())
    }

    async fn note_rereading(&self, rereading: Rereading) -> Result<()> {
        self.world().rereading = Some(rereading);
        Ok(())
    }
}

#[async_trait]
impl Rematches for MemStore {
    async fn labels(&self, _sources: &[SourceId]) -> Result<BTreeMap<SourceId, Labels>> {
        Ok(BTreeMap::new())
    }

    async fn take_rules(&self, _now: &Editions) -> Result<Vec<FeedId>> {
        unbuilt("rematches")
    }

    async fn offer_rules(&self, _now: &Editions) -> Result<()> {
        unbuilt("rematches")
    }

    async fn outdated(&self, _now: &Editions) -> Result<Vec<FeedId>> {
        unbuilt("rematches")
    }

    async fn rules(&self) -> Result<Option<RulesId>> {
        Ok(self.world().rules.clone())
    }

    async fn begin_rematch(&self, _wanted: &WantedRematch) -> Result<BegunRematch> {
        unbuilt("rematches")
    }

    async fn settle(&self, _run: i64) -> Result<Gains> {
        unbuilt("rematches")
    }

    async fn rematches(&self) -> Result<Vec<Underway>> {
        Ok(Vec::new())
    }

    async fn decide_again(&self, after: Option<EntryId>, limit: usize) -> Result<Vec<EntryId>> {
        let world = self.world();
        let waiting = world.decide_again.iter().filter(|id| after.is_none_or(|after| **id > after));
        Ok(waiting.take(limit).copied().collect())
    }
}

#[async_trait]
impl Index for MemStore {
    fn folded(&self, _limit: usize) -> Vec<Words> {
        Vec::new()
    }

    async fn waiting(&self, after: Option<EntryId>, limit: usize) -> Result<Vec<Unindexed>> {
        Ok(self.world().waiting(after, limit))
    }

    async fn index(&self, words: Vec<Words>) -> Result<()> {
        self.world().index(&words);
        Ok(())
    }

    async fn set_aside(&self, entry: EntryId, version: TextHash) -> Result<()> {
        self.world().index(&[Words { entry, version, words: String::new() }]);
        Ok(())
    }

    /// All that is indexed is a candidate.
    async fn search(&self, _lookup: &Lookup, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>> {
        let world = self.world();
        let all = world.history(before, usize::MAX).into_iter();
        Ok(all.filter(|kept| !world.unindexed.contains(&kept.id)).take(limit).collect())
    }

    async fn rebuild(&self) -> Result<()> {
        unbuilt("damage")
    }
}

#[async_trait]
impl Figures for MemStore {
    async fn sources_page(&self, wanted: &SourcesWanted, now: Timestamp) -> Result<Vec<SourceStatus>> {
        Ok(self.world().sources_page(wanted, now))
    }

    async fn source(&self, source: &SourceId, now: Timestamp) -> Result<Option<SourceStatus>> {
        Ok(self.world().source(source, now))
    }

    async fn census(&self, now: Timestamp) -> Result<Census> {
        Ok(self.world().census(now))
    }

    async fn feeds(&self, feeds: &[FeedId], now: Timestamp) -> Result<Vec<FeedStatus>> {
        let world = self.world();
        Ok(feeds.iter().filter_map(|feed| world.feed_status(feed, now)).collect())
    }

    async fn totals(&self) -> Result<Totals> {
        let world = self.world();
        let entries = world.entries.len() as u64;
        Ok(Totals { entries, stories: entries, bytes: 1, schema: SCHEMA, unindexed: world.unindexed.len() as u64 })
    }

    async fn poll_counts(&self) -> Result<BTreeMap<String, u64>> {
        Ok(self.world().poll_counts.clone())
    }

    async fn offline_since(&self) -> Result<Option<Timestamp>> {
        Ok(self.world().offline_since)
    }

    async fn note_line(&self, offline_since: Option<Timestamp>) -> Result<()> {
        self.world().offline_since = offline_since;
        Ok(())
    }
}

#[async_trait]
impl Clocks for MemStore {
    async fn time(&self, now: Timestamp) -> Result<Timestamp> {
        Ok(now)
    }

    async fn set_back(&self, _now: Timestamp) -> Result<usize> {
        unbuilt("clocks that were set back")
    }

    async fn mend_times(&self, _now: Timestamp) -> Result<usize> {
        Ok(0)
    }

    async fn believe(&self, now: Timestamp, _ran: Duration) -> Result<Timestamp> {
        Ok(now)
    }
}

#[async_trait]
impl Upkeep for MemStore {
    async fn prune(&self, before: Timestamp, after: Option<EntryId>, limit: usize, now: Timestamp) -> Result<Pruned> {
        let (texts, more) = self.told(|world| Ok(world.prune(before, after, limit, now)))?;
        Ok(Pruned { texts, more })
    }

    async fn ping(&self) -> Result<()> {
        Ok(())
    }

    async fn probe(&self) -> Result<()> {
        Ok(())
    }

    async fn backup(&self, _to: &Path) -> Result<u64> {
        unbuilt("copies")
    }

    async fn verify(&self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    async fn close(&self) -> Result<()> {
        Ok(())
    }

    async fn ended(&self) -> Error {
        std::future::pending().await
    }
}

impl Store for MemStore {
    fn through(&self, _lane: Lane) -> Arc<dyn Store> {
        Arc::new(self.clone())
    }
}
