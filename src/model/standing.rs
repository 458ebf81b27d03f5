//! How we stand with a source's server: what it asked for, refused and moved.

use std::time::Duration;

use crate::clock::Timestamp;

use super::{Host, NextPoll, Validators};

/// Which field said for how long a document stays fresh.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FreshBy {
    /// `Cache-Control: max-age` (check P11).
    MaxAge,
    /// `Expires` without `max-age` (check P12).
    Expires,
}

impl FreshBy {
    /// The field as reasons name it.
    pub fn as_str(self) -> &'static str {
        match self {
            FreshBy::MaxAge => "Cache-Control: max-age",
            FreshBy::Expires => "Expires",
        }
    }
}

/// For how long a document stays fresh (RFC 9111 §4.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Freshness {
    /// Its whole lifetime.
    pub lifetime: Duration,
    /// How much of it was over when the answer came.
    pub age: Duration,
    /// Which field said so.
    pub by: FreshBy,
}

impl Freshness {
    /// What is left of it when the answer has come.
    pub fn left(self) -> Duration {
        self.lifetime.saturating_sub(self.age)
    }

    /// As a 304 renews it that says nothing of freshness (RFC 9111 §4.3.4).
    #[must_use]
    pub fn renewed(self) -> Self {
        Freshness { age: Duration::ZERO, ..self }
    }
}

/// Where a source is asked, when that is not where it is configured (check P19).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Address {
    /// Where it has moved for good; `None` for the configured address.
    pub current: Option<String>,
    /// Where permanent redirects lead; it counts once it has been read twice.
    pub candidate: Option<String>,
    /// How often a document was read at `candidate`.
    pub seen: u32,
    /// Failures of `current` in a row.
    pub failures: u32,
    /// When the configured address was last asked.
    pub configured_asked_at: Option<Timestamp>,
}

/// A sitemap that an index named, as it was last read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MapRead {
    /// Its address.
    pub url: String,
    /// What the index said of its last change, word for word.
    pub changed: Option<String>,
    /// The validators of that answer.
    pub validators: Validators,
}

/// How a source's validators behave (check P8).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Trust {
    /// The usual time between two new documents; `None` before it is known.
    pub gap: Option<Duration>,
    /// When a new document last came.
    pub new_at: Option<Timestamp>,
    /// Whole documents in a row that were asked for behind 304s in vain.
    pub vain: u32,
    /// New documents that came only when they were asked for whole.
    pub hidden: u32,
    /// Whether the last conditional request failed for them.
    pub doubt: Doubt,
    /// How often in a row leaving them out after that helped.
    pub proofs: u32,
    /// Until when that is not done again, as it was done in vain.
    pub spent_until: Option<Timestamp>,
    /// Until when none are sent: conditional requests fail here, others do not.
    pub unsent_until: Option<Timestamp>,
}

/// Whether validators were the reason of a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Doubt {
    /// No conditional request failed.
    #[default]
    None,
    /// It failed as others may, too.
    Perhaps,
    /// It failed as only conditional ones do.
    Plain,
}

/// Which budget of a day a source is over, and what waits for another (check B123).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Over {
    /// When its document was last read with too much in it.
    pub since: Timestamp,
    /// The budget, with the setting that changes it; empty once its source has another, so
    /// that it is over none (see [`Standing::over_budget`]).
    pub budget: String,
    /// New entries of that document, and of those that it led to, that were not taken.
    pub waiting: u64,
    /// Whether that goes on with the source's first document.
    pub first: bool,
}

/// How far the older pages of a source were read that is behind (check B141).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Backlog {
    /// When one of them was last asked for.
    pub asked_at: Option<Timestamp>,
    /// Where they are read on: what stands in newer ones is in. `None`: at the document.
    pub from: Option<String>,
    /// Since when that page could not be read.
    pub failing_since: Option<Timestamp>,
    /// Pages that were cut and asked for once more.
    pub cut: Vec<String>,
    /// How many pages brought new entries.
    pub pages: u32,
}

/// Earlier versions of entries that were not kept on one day, as their source's budget of
/// text was spent (check B144).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unkept {
    /// When the first of them was not.
    pub since: Timestamp,
    /// The budget, with the setting that changes it.
    pub budget: String,
    /// How many.
    pub versions: u64,
}

/// What a source has brought in one day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Spent {
    /// Which day: days since 1970, UTC.
    pub day: i64,
    /// New entries that were stored.
    pub entries: u64,
    /// Bytes of their texts, and of earlier texts that were kept.
    pub bytes: u64,
    /// Warnings that were told.
    pub warnings: u64,
}

impl Spent {
    /// The day of an instant.
    pub fn day_of(at: Timestamp) -> i64 {
        at.seconds().div_euclid(86_400)
    }

    /// What was spent on the day of `now`.
    #[must_use]
    pub fn on(self, now: Timestamp) -> Spent {
        let day = Spent::day_of(now);
        if self.day == day { self } else { Spent { day, ..Spent::default() } }
    }
}

/// What is remembered of the manners between a source's server and us.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    /// For how long the last document stays fresh.
    pub freshness: Option<Freshness>,
    /// Until when not even a poll by hand asks, and why: `Retry-After` (check
    /// P16) or a refusal's wait (check P18).
    pub hold: Option<NextPoll>,
    /// Refusals in a row: 401, 403, 404, 429, 451 (checks P18, P22).
    pub refusals: u32,
    /// The first 410 of those in a row (check P23).
    pub gone_at: Option<Timestamp>,
    /// Since when it is not polled any more, being gone (check P23).
    pub stopped_at: Option<Timestamp>,
    /// The wait that its last success was given (R6).
    pub wait: Option<Duration>,
    /// How its validators behave (check P8).
    pub trust: Trust,
    /// When a whole document was last asked for or sent (check P8).
    pub whole_at: Option<Timestamp>,
    /// Polls in a row that broke down in our own code (R23).
    pub breakdowns: u32,
    /// Since when the desk could reach nobody, if its last poll fell into that time.
    pub offline_at: Option<Timestamp>,
    /// Polls in a row that could not be stored (R12).
    pub unstored: u32,
    /// Where it is asked.
    pub address: Address,
    /// The sitemaps of an index, as they were last read.
    pub maps: Vec<MapRead>,
    /// Parameters of its addresses that change with each document, in lower case.
    pub fickle: Vec<String>,
    /// That its last document brought more than it may a day.
    pub over: Option<Over>,
    /// Since when entries wait that may have left its document: its older pages are read
    /// until one is met that was known before then (check B141).
    pub behind_since: Option<Timestamp>,
    /// How far those were read.
    pub backlog: Backlog,
    /// That earlier versions of its entries were not kept of late.
    pub unkept: Option<Unkept>,
}

impl Standing {
    /// Which budget in force the source is over.
    pub fn over_budget(&self) -> Option<&Over> {
        self.over.as_ref().filter(|over| !over.budget.is_empty())
    }

    /// Has a standing of `last_poll`, which is in the future since the clock was
    /// set back to `now`, say of `now` what it said of then: a hold ends as long
    /// after it, and nothing was done later (R18).
    pub fn set_back(&mut self, last_poll: Timestamp, now: Timestamp) {
        if let Some(hold) = &mut self.hold {
            hold.at = hold.at.minus(last_poll.since(now));
        }
        let (address, backlog) = (&mut self.address.configured_asked_at, &mut self.backlog);
        let older = [&mut self.behind_since, &mut backlog.asked_at, &mut backlog.failing_since];
        for at in [&mut self.whole_at, &mut self.gone_at, &mut self.stopped_at, address].into_iter().chain(older) {
            *at = at.map(|at| at.min(now));
        }
    }
}

/// What of a host a hold binds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// All that is asked of it: the polls of every source there, too.
    Everything,
    /// Pages, and what redirects lead to; no source's own polls (check B115).
    Pages,
}

/// What a host is to be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// A source's document, by whatever way.
    Poll,
    /// An article's page.
    Page,
}

/// A server's wish to be left alone (check P17).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hold {
    /// The host that answered.
    pub host: Host,
    /// What of it is left alone.
    pub scope: Scope,
    /// How often in a row its hosts answered so.
    pub strikes: u32,
    /// Until when.
    pub until: Timestamp,
    /// Why, a sentence without a full stop.
    pub because: String,
}

impl Hold {
    /// No server is obeyed for longer, whatever it asks for (check P16).
    pub const LONGEST: Duration = Duration::from_secs(7 * 86_400);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_in_the_future_was_done_now_and_holds_keep_their_length_r18() {
        let now = Timestamp::from_millis(1_795_392_000_000);
        let (hour, ahead) = (Duration::from_secs(3600), now.plus(Duration::from_secs(730 * 86_400)));
        let mut standing = Standing {
            hold: Some(NextPoll { at: ahead.plus(hour), because: "asked".to_owned() }),
            whole_at: Some(ahead),
            gone_at: Some(now.minus(hour)),
            behind_since: Some(ahead),
            backlog: Backlog { asked_at: Some(ahead), failing_since: Some(ahead), ..Backlog::default() },
            ..Standing::default()
        };
        standing.address.configured_asked_at = Some(ahead.minus(hour));
        standing.set_back(ahead, now);
        assert_eq!(standing.hold.map(|hold| hold.at), Some(now.plus(hour)));
        assert_eq!((standing.whole_at, standing.gone_at), (Some(now), Some(now.minus(hour))));
        assert_eq!((standing.stopped_at, standing.address.configured_asked_at), (None, Some(now)));
        let backlog = &standing.backlog;
        assert_eq!([standing.behind_since, backlog.asked_at, backlog.failing_since], [Some(now); 3]);
    }
}
