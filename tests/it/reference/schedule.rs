//! Nodes, claims and due times.

use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::model::{FeedId, NextPoll, NodeId, PollState, Purpose, SourceId, Validators};
use wiredesk::store::rules::{
    CLAIMED, Failing, KnownSource, Leased, Remembers, believed_within, by_hand, forgiven, interval_ms, looks_again,
    replanned,
};
use wiredesk::store::{
    Claim, Configured, Courtesy, DUTY_HELD, Duty, Error, Joining, Life, Node, NotClaimed, Result, SourcePlan,
    SourceRange, Turn, Unplanned,
};

use super::world::{FeedRow, NodeRow, SourceRow, World};

impl SourceRow {
    /// Whether nobody works on it, as far as clocks can be believed.
    pub fn is_free(&self, courtesy: &Courtesy, now: Timestamp) -> bool {
        self.lease_until <= now || self.lease_until > now.plus(believed_within(courtesy.lease))
    }

    /// A claim of it that is about to be taken.
    pub fn offer(&self, source: &SourceId) -> Claim {
        Claim {
            source: source.clone(),
            url_hash: Some(self.url_hash),
            lease: self.lease + 1,
            until: Timestamp::EPOCH,
            due_at: self.state.next.at,
            host: self.host.clone(),
            strikes: 0,
            state: self.state.clone(),
        }
    }
}

impl World {
    pub fn join(&mut self, joining: &Joining, now: Timestamp) -> Node {
        self.free(|holder| holder.id == joining.id);
        self.generation += 1;
        let Joining { kind, process, roles, .. } = joining.clone();
        let row =
            NodeRow { generation: self.generation, kind, process, roles, joined_at: now, beat_at: now, left_at: None };
        self.nodes.insert(joining.id.clone(), row);
        Node { id: joining.id.clone(), generation: self.generation }
    }

    fn at_work(&mut self, id: &NodeId, generation: i64) -> Option<&mut NodeRow> {
        self.nodes.get_mut(id).filter(|row| row.generation == generation && row.left_at.is_none())
    }

    pub fn beat(&mut self, node: &Node, now: Timestamp) -> Result<()> {
        let row = self.at_work(&node.id, node.generation).ok_or_else(|| Error::Replaced(node.id.clone()))?;
        row.beat_at = now;
        self.bury(&node.id, now);
        Ok(())
    }

    pub fn leave(&mut self, node: &Node, now: Timestamp) {
        if let Some(row) = self.at_work(&node.id, node.generation) {
            row.left_at = Some(now);
        }
        self.free(|holder| holder == node);
        self.duties.retain(|_, (holder, _)| holder != node);
    }

    /// Before a node claims.
    pub fn claiming(&mut self, node: &Node, now: Timestamp) -> Result<()> {
        self.at_work(&node.id, node.generation).ok_or_else(|| Error::Replaced(node.id.clone()))?;
        self.bury(&node.id, now);
        Ok(())
    }

    /// Frees what those hold who are not at work, or whose processes were killed.
    fn bury(&mut self, own: &NodeId, now: Timestamp) {
        for (_, row) in self.nodes.iter_mut().filter(|(id, row)| *id != own && row.left_at.is_none()) {
            row.left_at = (row.process.life() == Life::Dead).then_some(now);
        }
        let at_work: Vec<Node> = self
            .nodes
            .iter()
            .filter(|(_, row)| row.left_at.is_none())
            .map(|(id, row)| Node { id: id.clone(), generation: row.generation })
            .collect();
        self.free(|holder| !at_work.contains(holder));
    }

    pub fn check_at_work(&mut self, node: &Node) -> Result<()> {
        self.at_work(&node.id, node.generation).map(drop).ok_or_else(|| Error::Replaced(node.id.clone()))
    }

    pub fn give_up_duty(&mut self, node: &Node, duty: Duty) {
        self.duties.retain(|name, (holder, _)| *name != duty.name() || holder != node);
    }

    pub fn take_duty(&mut self, node: &Node, duty: Duty, now: Timestamp) -> Result<bool> {
        self.check_at_work(node)?;
        let until = now.plus(DUTY_HELD);
        let (holder, _) = self
            .duties
            .entry(duty.name())
            .and_modify(|held| {
                if held.0 == *node || held.1 <= now {
                    *held = (node.clone(), until);
                }
            })
            .or_insert((node.clone(), until));
        Ok(holder == node)
    }

    fn free(&mut self, is_gone: impl Fn(&Node) -> bool) {
        for row in self.sources.values_mut() {
            if row.lease_until > Timestamp::EPOCH && row.holder.as_ref().is_some_and(&is_gone) {
                (row.lease, row.lease_until) = (row.lease + 1, Timestamp::EPOCH);
            }
        }
        self.turns.retain(|_, turn| !turn.holder.as_ref().is_some_and(&is_gone));
    }

    pub fn configure(&mut self, range: &SourceRange, now: Timestamp) -> Configured {
        let mut done = Configured::default();
        for plan in &range.planned {
            match self.sources.get_mut(&plan.source) {
                None => {
                    done.added += 1;
                    let no = self.sources.len();
                    self.sources.insert(plan.source.clone(), added(plan, no));
                }
                Some(row) => replan(row, plan, now),
            }
        }
        if range.unplanned == Unplanned::Stay {
            return done;
        }
        for (source, row) in &mut self.sources {
            let is_inside = range.after.as_ref().is_none_or(|after| source > after)
                && range.to.as_ref().is_none_or(|to| source <= to);
            if is_inside && row.is_active && !range.planned.iter().any(|plan| plan.source == *source) {
                done.retired += 1;
                row.is_active = false;
                (row.lease, row.lease_until) = (row.lease + 1, Timestamp::EPOCH);
            }
        }
        done
    }

    pub fn configure_feeds(&mut self, feeds: &[FeedId]) {
        for feed in feeds {
            self.feeds.entry(feed.clone()).or_insert(FeedRow { is_active: true, updated_at: None });
        }
        self.feeds.iter_mut().for_each(|(feed, row)| row.is_active = feeds.contains(feed));
    }

    /// Due sources whose hosts have a turn free, the longest overdue first.
    fn startable(&self, courtesy: &Courtesy, now: Timestamp, limit: usize) -> Vec<SourceId> {
        let mut found: Vec<(&SourceId, &SourceRow)> = self
            .sources
            .iter()
            .filter(|(_, row)| {
                row.is_active
                    && row.state.next.at <= now
                    && row.is_free(courtesy, now)
                    && !self.is_busy(courtesy, &row.host.name, None, now)
                    && self.asked_at(courtesy, row.host.site(), now).is_none()
            })
            .collect();
        found.sort_by_key(|(_, row)| (row.state.next.at, row.no));
        found.into_iter().take(limit).map(|(source, _)| source.clone()).collect()
    }

    pub fn claim_due(&mut self, node: &Node, courtesy: &Courtesy, now: Timestamp, limit: usize) -> Result<Vec<Claim>> {
        self.claiming(node, now)?;
        let mut claims = Vec::new();
        loop {
            let before = claims.len();
            for source in self.startable(courtesy, now, limit - before) {
                let host = self.sources[&source].host.clone();
                match self.take_turn(Some(node.clone()), courtesy, &source, (&host, Purpose::Poll), now) {
                    Turn::Taken => claims.push(self.take(node, courtesy, &source, now)),
                    Turn::Held(until) => self.respread(&[(source, until)]),
                    Turn::Busy | Turn::Until(_) => {}
                }
            }
            if claims.len() == before || claims.len() >= limit {
                return Ok(claims);
            }
        }
    }

    fn take(&mut self, node: &Node, courtesy: &Courtesy, source: &SourceId, now: Timestamp) -> Claim {
        let row = self.sources.get_mut(source).expect("a source that was found");
        let mut claim = row.offer(source);
        let interval = Duration::from_millis(row.interval_ms.try_into().unwrap_or_default());
        row.lease += 1;
        row.lease_until = now.plus(courtesy.lease.min(interval));
        row.holder = Some(node.clone());
        row.state.next = NextPoll { at: row.state.next.at.max(now.plus(interval)), because: CLAIMED.to_owned() };
        claim.until = row.lease_until;
        claim.strikes = self.strikes(&claim.host, wiredesk::model::HoldScope::Everything);
        claim
    }

    pub fn claim_named(
        &mut self,
        (node, courtesy): (&Node, &Courtesy),
        sources: &[SourceId],
        floor: Duration,
        now: Timestamp,
    ) -> Result<(Vec<Claim>, Vec<NotClaimed>)> {
        self.claiming(node, now)?;
        let (mut claims, mut refused) = (Vec::new(), Vec::new());
        for source in sources {
            let Some(row) = self.sources.get(source).filter(|row| row.is_active) else {
                refused.push(NotClaimed::Unknown(source.clone()));
                continue;
            };
            let leased = if row.is_free(courtesy, now) { Leased::ToNobody } else { Leased::ToAnother };
            if let Err(no) = by_hand(source, &row.state, leased, floor, now) {
                refused.push(no);
                continue;
            }
            let host = row.host.clone();
            match self.take_turn(Some(node.clone()), courtesy, source, (&host, Purpose::Poll), now) {
                Turn::Taken => claims.push(self.take(node, courtesy, source, now)),
                Turn::Held(until) => refused.push(NotClaimed::Held { source: source.clone(), until }),
                Turn::Busy | Turn::Until(_) => refused.push(NotClaimed::NotItsTurn(source.clone())),
            }
        }
        Ok((claims, refused))
    }

    pub fn renew(&mut self, claim: &Claim, courtesy: &Courtesy, now: Timestamp) -> Result<Timestamp> {
        let until = now.plus(courtesy.lease);
        let row = self.claimed(&claim.source, claim.lease)?;
        if row.lease_until > Timestamp::EPOCH {
            row.lease_until = until;
            self.turns
                .iter_mut()
                .filter(|((_, whose), _)| *whose == claim.source)
                .for_each(|(_, turn)| turn.until = until);
        }
        Ok(until)
    }

    pub fn release(&mut self, claims: &[Claim]) {
        for claim in claims {
            let Ok(row) = self.claimed(&claim.source, claim.lease) else { continue };
            row.lease_until = Timestamp::EPOCH;
            row.state.next = NextPoll { at: claim.due_at, because: claim.state.next.because.clone() };
            self.end_turns(&claim.source);
        }
    }

    pub fn next_due_at(&self, courtesy: &Courtesy, now: Timestamp) -> Option<Timestamp> {
        let due = || self.sources.values().filter(|row| row.is_active).map(|row| row.state.next.at);
        let first = due().min()?;
        if first > now || !self.startable(courtesy, now, 1).is_empty() {
            return Some(first);
        }
        let started = self.sites.values().filter(|at| **at > now.minus(courtesy.host_gap) && **at <= now).min();
        let free = started.map(|at| at.plus(courtesy.host_gap));
        Some(looks_again(due().filter(|at| *at > now).min(), free, now))
    }

    pub fn respread(&mut self, due: &[(SourceId, NextPoll)]) {
        for (source, next) in due {
            if let Some(row) = self.sources.get_mut(source) {
                row.state.next = next.clone();
            }
        }
    }

    pub fn absolve(&mut self, due: &[(SourceId, NextPoll)]) {
        for (source, next) in due {
            let Some(row) = self.sources.get_mut(source) else { continue };
            let failures = row.state.failures;
            if !row.is_active || failures == 0 || row.lease_until > Timestamp::EPOCH {
                continue;
            }
            let failing = Failing { failures, stale_at: row.stale_at }.absolved(row.state.last_success_at);
            (row.state.failures, row.stale_at) = (failing.failures, failing.stale_at);
            row.state.next = next.clone();
        }
    }
}

fn added(plan: &SourcePlan, no: usize) -> SourceRow {
    SourceRow {
        no,
        url_hash: wiredesk::model::digest(&plan.url),
        is_active: true,
        interval_ms: interval_ms(plan),
        host: plan.host.clone(),
        lease: 0,
        lease_until: Timestamp::EPOCH,
        holder: None,
        state: PollState::fresh(plan.first.clone()),
        stale_at: None,
        entries: 0,
        articles_at: Timestamp::EPOCH,
    }
}

fn replan(row: &mut SourceRow, plan: &SourcePlan, now: Timestamp) {
    let known = KnownSource {
        url_hash: row.url_hash,
        is_active: row.is_active,
        interval_ms: row.interval_ms,
        next_poll_at: row.state.next.at,
        host: row.host.clone(),
    };
    if let Some(source) = replanned(&known, plan, now) {
        if source.remembers == Remembers::NothingOfItsUrl {
            let state = &mut row.state;
            (state.validators, state.validators_url, state.body_hash) = (Validators::default(), None, None);
            state.standing = Default::default();
        }
        row.is_active = true;
        row.interval_ms = source.interval_ms;
        row.state.next.at = source.next_poll_at;
        row.url_hash = source.url_hash;
        row.host = source.host.unwrap_or_else(|| row.host.clone());
        row.host.proxy = source.proxy;
    }
    if row.state.standing.over_budget().is_some()
        && let Some(forgiven) = forgiven(row.state.standing.clone(), &row.state.next.because, plan)
    {
        row.state.standing = forgiven.standing;
        row.state.next.because = forgiven.because;
    }
}
