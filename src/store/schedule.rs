//! When sources are due, who polls them, and whose turn it is at their hosts.
//!
//! A claim moves its source's due time before anything is sent, so that a source whose
//! document kills the process is polled once an interval (check P28). It holds until
//! its lease ends, unless it is renewed or given back. Turns at hosts, starts on a
//! site and holds are kept here, so all nodes of a store keep them together (check
//! P30).

use std::time::Duration;

use async_trait::async_trait;

use super::{Node, Result};
use crate::clock::Timestamp;
use crate::model::{FeedId, HoldScope, Host, NextPoll, PollState, Purpose, SourceId, digest};

/// Sources, their due times, claims on them and turns at their hosts.
#[async_trait]
pub trait Schedule: Send + Sync {
    /// Takes over a whole configuration, in one transaction for each range of [`RANGE`]
    /// sources and one for the feeds, after a look at all rows that keeps nobody from
    /// writing. Where the look finds damage, it is mended first. A call that is cut short
    /// has retired less than it would have, never more, and may be repeated. Two at once may
    /// leave some ranges of each: in every range the one that came to it last decides.
    async fn configure(&self, sources: &dyn SourcePlans, feeds: &[FeedId], now: Timestamp) -> Result<Configured> {
        self.mend(sources, feeds, now).await?;
        let mut all = Configured::default();
        for range in SourceRange::all(sources) {
            let Configured { added, retired } = self.configure_sources(range, now).await?;
            all = Configured { added: all.added + added, retired: all.retired + retired };
        }
        self.configure_feeds(feeds, now).await?;
        Ok(all)
    }

    /// Takes over some sources of a configuration, as [`configure`](Self::configure) does, and
    /// retires none: what a command needs that polls them.
    async fn include(&self, sources: Vec<SourcePlan>, feeds: &[FeedId], now: Timestamp) -> Result<()> {
        self.mend(&sources, feeds, now).await?;
        for range in SourceRange::all(&sources) {
            self.configure_sources(SourceRange { unplanned: Unplanned::Stay, ..range }, now).await?;
        }
        self.configure_feeds(feeds, now).await
    }

    /// Mends damaged rows of sources and feeds, so that the configuration finds each by
    /// its name. What was remembered of such a source begins anew, which is logged as an
    /// error. The look for damage writes nothing; what is damaged is mended a few rows at
    /// a time. A store whose rows cannot be damaged singly does nothing.
    async fn mend(&self, sources: &dyn SourcePlans, feeds: &[FeedId], now: Timestamp) -> Result<()>;

    /// Takes over the sources of one range of names: new ones are added, those that are
    /// not planned are retired (they keep their entries) or stay, known ones keep their due time.
    /// Sources outside the range stay as they are.
    async fn configure_sources(&self, range: SourceRange, now: Timestamp) -> Result<Configured>;

    /// Takes over the configuration's feeds. The list is whole: what is left out is
    /// retired.
    async fn configure_feeds(&self, feeds: &[FeedId], now: Timestamp) -> Result<()>;

    /// Claims up to `limit` due sources, longest overdue first and those of one instant in
    /// the order in which they came to the store, each with its host's turn, and moves their
    /// due time on before anything is sent (check P28). A source whose host has no turn free stays due (checks P25, R4), and one
    /// whose host is held is put off until the hold ends. A second call claims others.
    ///
    /// # Errors
    /// [`Replaced`](super::Error::Replaced) when the node is not at work.
    async fn claim_due(&self, node: &Node, courtesy: &Courtesy, now: Timestamp, limit: usize) -> Result<Vec<Claim>>;

    /// Claims sources by name, due or not, unless polled less than `floor` ago
    /// or held (check P36). Each source is among the claims or among the refusals, in
    /// the order asked for.
    ///
    /// # Errors
    /// [`Replaced`](super::Error::Replaced) when the node is not at work.
    async fn claim_named(
        &self,
        node: &Node,
        courtesy: &Courtesy,
        sources: &[SourceId],
        floor: Duration,
        now: Timestamp,
    ) -> Result<(Vec<Claim>, Vec<NotClaimed>)>;

    /// Takes a turn at another host for a claim: a redirect's (check P21). It
    /// ends with the claim. Holds that bind this purpose are kept.
    ///
    /// # Errors
    /// [`StaleClaim`](super::Error::StaleClaim) when the claim is over.
    async fn turn(
        &self,
        claim: &Claim,
        courtesy: &Courtesy,
        host: &Host,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Turn>;

    /// Holds a claim, and the turns it took, for as long again as when it was taken:
    /// its work goes on. Returns until when. A claim that has ended well stays ended.
    ///
    /// # Errors
    /// [`StaleClaim`](super::Error::StaleClaim) when another has it.
    async fn renew(&self, claim: &Claim, courtesy: &Courtesy, now: Timestamp) -> Result<Timestamp>;

    /// How often in a row a host answered 429 to requests that a hold of this scope binds
    /// (check P18).
    async fn strikes(&self, host: &Host, scope: HoldScope) -> Result<u32>;

    /// Returns claims unpolled: each source is due again when it was. One that another node
    /// has claimed by now stays claimed.
    async fn release(&self, claims: &[Claim]) -> Result<()>;

    /// When the next source is due and its site has a turn free; `None` when
    /// nothing is ever due. Where a source is due and no turn is free, when to look again.
    async fn next_due_at(&self, courtesy: &Courtesy, now: Timestamp) -> Result<Option<Timestamp>>;

    /// How many sources that were polled before are due since before `before`.
    async fn count_overdue(&self, before: Timestamp) -> Result<usize>;

    /// Sources that were polled before and are due since before `before`, the longest
    /// overdue first and those of one instant by name, from behind `after` on, `limit` at
    /// most. One whose name is damaged is passed by, so a page that is not full is the last.
    async fn overdue(&self, before: Timestamp, after: Option<&Overdue>, limit: usize) -> Result<Vec<Overdue>>;

    /// Spreads sources overdue at a start over the time to come (check P29). Sources
    /// that are not known are left out.
    async fn respread(&self, due: &[(SourceId, NextPoll)]) -> Result<()>;

    /// Takes back the last failure of sources that had no part in it, and has
    /// them polled at these instants, unless they were polled or claimed since. A
    /// second call takes back another failure.
    async fn absolve(&self, due: &[(SourceId, NextPoll)]) -> Result<()>;
}

/// How considerately is claimed and asked. All nodes of a store have the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Courtesy {
    /// Requests at once to a host (check P25).
    pub per_host: usize,
    /// Between starts on a registrable domain (check P25).
    pub host_gap: Duration,
    /// How long a claim holds unless it is renewed (R21): one in the future beyond it is
    /// a clock's that was set back.
    pub lease: Duration,
}

/// Whether a host may be asked now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Turn {
    /// It may; the turn is taken.
    Taken,
    /// Another request to it is under way.
    Busy,
    /// Its site was asked a moment ago.
    Until(Timestamp),
    /// It asked to be left alone (check P17).
    Held(NextPoll),
}

/// A configured source, as far as the store cares.
#[derive(Clone, Debug)]
pub struct SourcePlan {
    /// Its name.
    pub source: SourceId,
    /// Its URL; a change forgets validators (check P6).
    pub url: String,
    /// The host of its URL.
    pub host: Host,
    /// When a source not known yet is due.
    pub first: NextPoll,
    /// For how long a claim moves the due time on (check P28).
    pub interval: Duration,
    /// Its budgets of a day as [`Over`](crate::model::Over) names them: a source that was
    /// over another one is so no more.
    pub budgets: [String; 2],
}

/// The sources of a configuration. Each is planned when its turn to be taken over has come:
/// all plans at once would take more memory than all that is kept of their sources.
pub trait SourcePlans: Send + Sync {
    /// How many there are.
    fn count(&self) -> usize;

    /// The name of one, by its number from 0.
    fn name(&self, nth: usize) -> &SourceId;

    /// [`digest`] of its URL.
    fn url_hash(&self, nth: usize) -> i64;

    /// Its plan.
    fn plan(&self, nth: usize) -> SourcePlan;
}

impl SourcePlans for Vec<SourcePlan> {
    fn count(&self) -> usize {
        self.len()
    }

    fn name(&self, nth: usize) -> &SourceId {
        &self[nth].source
    }

    fn url_hash(&self, nth: usize) -> i64 {
        digest(&self[nth].url)
    }

    fn plan(&self, nth: usize) -> SourcePlan {
        self[nth].clone()
    }
}

/// How many sources are taken over in one transaction: a poll's commit waits for no more
/// of them, a fraction of a second.
pub const RANGE: usize = 1_000;

/// Sources whose names lie between two others, names being compared byte by byte.
#[derive(Clone, Debug, Default)]
pub struct SourceRange {
    /// It begins behind this name; with the first of all without it.
    pub after: Option<SourceId>,
    /// It ends with this name; with the last of all without it.
    pub to: Option<SourceId>,
    /// Those of its sources that are configured, by name.
    pub planned: Vec<SourcePlan>,
    /// What becomes of the others.
    pub unplanned: Unplanned,
}

/// What becomes of sources that are polled and not planned.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Unplanned {
    /// They are retired: the range was planned as a whole.
    #[default]
    Retire,
    /// They stay as they are: only some sources of it are known.
    Stay,
}

impl SourceRange {
    /// The ranges of a configuration, one after the other: together they hold every name there
    /// can be.
    pub fn all(sources: &dyn SourcePlans) -> impl Iterator<Item = SourceRange> + Send {
        let mut order: Vec<usize> = (0..sources.count()).collect();
        order.sort_by(|a, b| sources.name(*a).cmp(sources.name(*b)));
        let ranges = order.len().div_ceil(RANGE).max(1);
        (0..ranges).map(move |nth| {
            let end = |nth: usize| (1..ranges).contains(&nth).then(|| sources.name(order[nth * RANGE - 1]).clone());
            let within = nth * RANGE..order.len().min((nth + 1) * RANGE);
            let planned = order[within].iter().map(|nth| sources.plan(*nth)).collect();
            SourceRange { after: end(nth), to: end(nth + 1), planned, unplanned: Unplanned::Retire }
        })
    }
}

/// A source that became due while nobody polled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overdue {
    /// The source.
    pub source: SourceId,
    /// When it was due.
    pub due_at: Timestamp,
}

/// How many sources a new configuration added and retired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Configured {
    /// Sources not known before.
    pub added: usize,
    /// Sources that are no longer polled.
    pub retired: usize,
}

/// A right to poll one source until the lease ends.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The source.
    pub source: SourceId,
    /// The [`digest`] of the URL that the configuration in force has for it; `None` where the
    /// store cannot read it any more.
    pub url_hash: Option<i64>,
    /// Proof that the claim is this one.
    pub lease: i64,
    /// Until when it holds, unless it is renewed.
    pub until: Timestamp,
    /// When it was due before the claim moved it.
    pub due_at: Timestamp,
    /// The host whose turn the claim holds.
    pub host: Host,
    /// How often in a row that host answered 429, for whatever source (check P18).
    pub strikes: u32,
    /// What is remembered of it.
    pub state: PollState,
}

/// Why a source asked for by name was not claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotClaimed {
    /// Nobody knows it.
    Unknown(SourceId),
    /// Somebody is polling it.
    Busy(SourceId),
    /// It was polled less than the refresh floor ago.
    TooSoon {
        /// The source.
        source: SourceId,
        /// When it may be polled.
        until: Timestamp,
    },
    /// Its server asked to be left alone, and a poll by hand obeys (check P36).
    Held {
        /// The source.
        source: SourceId,
        /// Until when, and why.
        until: NextPoll,
    },
    /// Another request to its host is under way, or ended a moment ago.
    NotItsTurn(SourceId),
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn planned(n: usize) -> SourcePlan {
        SourcePlan {
            source: SourceId::new(&format!("s{n:05}")).unwrap(),
            url: String::new(),
            host: Host { name: String::new(), proxy: String::new() },
            first: NextPoll { at: Timestamp::EPOCH, because: String::new() },
            interval: Duration::ZERO,
            budgets: Default::default(),
        }
    }

    #[test]
    fn ranges_hold_every_name_once() {
        for count in [0, 1, RANGE, RANGE + 1, 5 * RANGE] {
            let all: Vec<SourcePlan> = (0..count).rev().map(planned).collect();
            let ranges: Vec<SourceRange> = SourceRange::all(&all).collect();
            assert_eq!(ranges.len(), count.div_ceil(RANGE).max(1), "{count}");
            let ends: Vec<_> = ranges.iter().map(|range| range.to.clone()).collect();
            let begins: Vec<_> = ranges.iter().map(|range| range.after.clone()).collect();
            assert_eq!((&begins[0], &begins[1..]), (&None, &ends[..ends.len() - 1]), "{count}");
            assert_eq!(ends.last(), Some(&None), "{count}");
            let names: Vec<String> = ranges.iter().flat_map(|r| &r.planned).map(|p| p.source.to_string()).collect();
            assert_eq!(names, (0..count).map(|n| format!("s{n:05}")).collect::<Vec<_>>());
            let room: usize = ranges.iter().map(|range| range.planned.capacity()).sum();
            assert!(room <= 2 * count, "{count} sources take the room of {room}");
            let inside = |r: &SourceRange| r.planned.iter().all(|p| r.to.as_ref().is_none_or(|to| p.source <= *to));
            assert!(ranges.iter().all(|range| range.planned.len() <= RANGE && inside(range)), "{count}");
        }
    }

    /// Sources of which it is counted how many are planned.
    struct Counting {
        names: Vec<SourceId>,
        planned: AtomicUsize,
    }

    impl SourcePlans for Counting {
        fn count(&self) -> usize {
            self.names.len()
        }

        fn name(&self, nth: usize) -> &SourceId {
            &self.names[nth]
        }

        fn url_hash(&self, _nth: usize) -> i64 {
            0
        }

        fn plan(&self, nth: usize) -> SourcePlan {
            self.planned.fetch_add(1, Ordering::Relaxed);
            planned(nth)
        }
    }

    #[test]
    fn sources_are_planned_range_by_range_r80() {
        let names = (0..5 * RANGE).map(|n| planned(n).source).collect();
        let all = Counting { names, planned: AtomicUsize::new(0) };
        for (nth, range) in SourceRange::all(&all).enumerate() {
            assert_eq!((range.planned.len(), all.planned.load(Ordering::Relaxed)), (RANGE, (nth + 1) * RANGE));
        }
    }
}
