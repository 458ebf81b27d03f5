//! How sources, feeds and the store as a whole are doing.

use crate::clock::Timestamp;
use crate::model::{FeedId, Over, PollState, PublicUrl, SourceId, Spent, Unkept};

/// A source and its state.
#[derive(Clone, Debug)]
pub struct SourceStatus {
    /// The source.
    pub source: SourceId,
    /// Whether the configuration still names it.
    pub active: bool,
    /// Its state.
    pub state: PollState,
    /// Entries stored.
    pub entries: u64,
    /// Entries first seen a day, the last 30 days (UTC), oldest first.
    pub days: Vec<u32>,
}

/// Which sources are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All, retired ones too.
    All,
    /// Those that are polled.
    Active,
    /// Of these, those whose last poll failed.
    Failing,
    /// Of those that are polled, those over a budget of a day.
    Over,
}

/// A page of sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcesWanted {
    /// Which of them.
    pub which: Which,
    /// The page begins after this name; with the first one without it.
    pub after: Option<SourceId>,
    /// At most so many.
    pub limit: usize,
}

impl SourcesWanted {
    /// The first page of all.
    pub fn all(limit: usize) -> Self {
        SourcesWanted { which: Which::All, after: None, limit }
    }
}

/// How many sources there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Census {
    /// Those that are polled.
    pub sources: u64,
    /// Of these, those whose last poll failed.
    pub failing: u64,
    /// Of these, those without a success for three of their intervals (R6).
    pub stale: u64,
    /// Of these, those over a budget of a day (B123).
    pub over: u64,
}

impl SourceStatus {
    /// Whether it is stale; see [`PollState::stale_at`].
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.active && self.state.stale_at().is_some_and(|at| at < now)
    }

    /// A word for how it is doing.
    pub fn word(&self, now: Timestamp) -> &'static str {
        match &self.state {
            _ if !self.active => "retired",
            state if state.polls == 0 => "new",
            state if state.standing.stopped_at.is_some() => "gone",
            state if state.standing.offline_at.is_some() => "offline",
            _ if self.is_stale(now) => "stale",
            state if state.failures > 0 => "failing",
            state if state.standing.over_budget().is_some() => "over",
            state if state.standing.address.current.is_some() => "moved",
            _ => "ok",
        }
    }

    /// When it is due; `None` when it is polled no more.
    pub fn next_poll_at(&self) -> Option<Timestamp> {
        Some(self.state.next.at).filter(|at| self.active && *at < Timestamp::NEVER)
    }

    /// What its operator has to know of it, each a sentence without a full stop.
    pub fn remarks(&self, now: Timestamp) -> Vec<String> {
        let s = &self.state.standing;
        let id = &self.source;
        let moved = s.address.current.as_ref().map(|to| PublicUrl::read(to));
        let moved = moved.map(|to| format!("moved for good to {to}, and polled there; change its url"));
        let gone = s.stopped_at.map(|_| format!("gone, so no longer polled; `wiredesk poll {id}` asks once more"));
        let stale = (s.stopped_at.is_none() && self.is_stale(now)).then(|| match self.state.last_success_at {
            Some(at) => format!("stale: without a success since {at}, for more than three of its intervals"),
            None => "stale: it was never read".to_owned(),
        });
        let hold = s.hold.as_ref().filter(|hold| hold.at > now);
        let held = hold.map(|hold| format!("held until {}, for polls by hand too: {}", hold.at, hold.because));
        let hides = (s.trust.hidden > 0).then(|| {
            let times = s.trust.hidden;
            format!("its server answered not modified (304) though its document was new, {times} times; so it is asked for all of it now and then")
        });
        let unsent = s.trust.unsent_until.map(|until| {
            format!("its server fails at conditional requests, so all of it is asked for at each poll; the next conditional one comes after {until}")
        });
        let spent = s.trust.spent_until.filter(|until| self.state.failures > 0 && *until > now).map(|until| {
            format!("conditional requests fail, and so did one without validators, which is tried again after {until}")
        });
        let over = s.over_budget().map(|over| {
            let Over { since, budget, waiting, first: _ } = over;
            format!("over its budget of {budget}: at {since}, {waiting} new entries of its document were not taken; what is still listed tomorrow is taken then")
        });
        let today = |lost: &&Unkept| Spent::day_of(lost.since) == Spent::day_of(now);
        let unkept = s.unkept.as_ref().filter(today).map(|lost| {
            let Unkept { since, budget, versions } = lost;
            format!("over its budget of {budget}: since {since}, {versions} earlier versions of its entries were not kept, their newest are")
        });
        [moved, gone, stale, held, hides, unsent, spent, over, unkept].into_iter().flatten().collect()
    }
}

/// A feed's figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedStatus {
    /// The feed.
    pub feed: FeedId,
    /// Entries in it.
    pub entries: u64,
    /// Its newest change.
    pub updated_at: Option<Timestamp>,
    /// Entries that entered a day, the last 14 days (UTC), oldest first.
    pub days: Vec<u32>,
}

/// The store's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Totals {
    /// Entries, pruned ones included.
    pub entries: u64,
    /// Stories.
    pub stories: u64,
    /// Size of the database in bytes.
    pub bytes: u64,
    /// Schema version.
    pub schema: u32,
    /// Entries the search index does not hold yet.
    pub unindexed: u64,
}
