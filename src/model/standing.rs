//! Our standing with a source's server: what it asked for, refused and moved.

use std::time::Duration;

use crate::clock::Timestamp;

use super::{Host, NextPoll, Validators};

/// Which header field said how long a document stays fresh.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FreshBy {
    /// `Cache-Control: max-age` (check P11).
    MaxAge,
    /// `Expires` without `max-age` (check P12).
    Expires,
}

impl FreshBy {
    /// The field's name in reasons.
    pub fn as_str(self) -> &'static str {
        match self {
            FreshBy::MaxAge => "Cache-Control: max-age",
            FreshBy::Expires => "Expires",
        }
    }
}

/// How long a document stays fresh (RFC 9111 §4.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Freshness {
    /// Its whole lifetime.
    pub lifetime: Duration,
    /// How much of it had passed when the response came.
    pub age: Duration,
    /// Which field said so.
    pub by: FreshBy,
}

impl Freshness {
    /// What is left of it when the response comes.
    pub fn left(self) -> Duration {
        self.lifetime.saturating_sub(self.age)
    }

    /// Renewed by a 304 that does not mention freshness (RFC 9111 §4.3.4).
    #[must_use]
    pub fn renewed(self) -> Self {
        Freshness { age: Duration::ZERO, ..self }
    }
}

/// The URL of a source, if it is not the configured one (check P19).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Address {
    /// Where it has moved for good; `None` for the configured URL.
    pub current: Option<String>,
    /// Where permanent redirects lead; it counts once it has been read twice.
    pub candidate: Option<String>,
    /// How often a document was read at `candidate`.
    pub seen: u32,
    /// Failures of `current` in a row.
    pub failures: u32,
    /// When the configured URL was last requested.
    pub configured_asked_at: Option<Timestamp>,
}

/// A sitemap that an index named, as it was last read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MapRead {
    /// Its URL.
    pub url: String,
    /// Its last change as stated by the index, word for word.
    pub changed: Option<String>,
    /// The validators of that response.
    pub validators: Validators,
}

/// How a source's validators behave (check P8).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Trust {
    /// The usual time between two new documents; `None` before it is known.
    pub gap: Option<Duration>,
    /// When a new document last came.
    pub new_at: Option<Timestamp>,
    /// How often in a row a whole document was requested in vain because 304s were doubted.
    pub vain: u32,
    /// New documents that came only because the whole document was requested.
    pub hidden: u32,
    /// Whether the last conditional request failed because of them.
    pub doubt: Doubt,
    /// How often in a row leaving them out then helped.
    pub proofs: u32,
    /// Until when that is not tried again, as it was in vain.
    pub spent_until: Option<Timestamp>,
    /// Until when none are sent, because conditional requests fail here and others do not.
    pub unsent_until: Option<Timestamp>,
}

/// Whether validators were the cause of a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Doubt {
    /// No conditional request failed.
    #[default]
    None,
    /// It failed in a way in which any request may fail.
    Perhaps,
    /// It failed in a way in which only conditional requests fail.
    Plain,
}

/// Which daily budget a source has exceeded, and what waits for the next day (check B123).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Over {
    /// When a document with too much in it was last read.
    pub since: Timestamp,
    /// The budget, with the setting that changes it; empty once the source has another
    /// budget, which it has not exceeded (see [`Standing::over_budget`]).
    pub budget: String,
    /// New entries that were not taken, of that document and of those that it led to.
    pub waiting: u64,
    /// Whether the source's first document is still being taken in.
    pub first: bool,
}

/// How far the older pages of a source were read after entries were missed (check B141).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Backlog {
    /// When one of them was last requested.
    pub asked_at: Option<Timestamp>,
    /// Where reading goes on; newer pages have been taken in. `None` for the document
    /// itself.
    pub from: Option<String>,
    /// Since when that page could not be read.
    pub failing_since: Option<Timestamp>,
    /// Pages that were cut short and requested once more.
    pub cut: Vec<String>,
    /// How many pages brought new entries.
    pub pages: u32,
}

/// Earlier versions of entries that were not kept on one day, because the source's budget
/// of text was spent (check B144).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unkept {
    /// When the first of them was not kept.
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
    /// Bytes of their texts, and of the earlier texts that were kept.
    pub bytes: u64,
    /// Warnings that were shown.
    pub warnings: u64,
}

impl Spent {
    /// The day of `at`.
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

/// What is remembered about dealings with a source's server.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    /// How long the last document stays fresh.
    pub freshness: Option<Freshness>,
    /// Until when not even a manual poll makes a request, and why: `Retry-After` (check
    /// P16) or the wait after a refusal (check P18).
    pub hold: Option<NextPoll>,
    /// Refusals in a row: 401, 403, 404, 429, 451 (checks P18, P22).
    pub refusals: u32,
    /// The first 410 of those in a row (check P23).
    pub gone_at: Option<Timestamp>,
    /// Since when it is no longer polled, because it is gone (check P23).
    pub stopped_at: Option<Timestamp>,
    /// The wait that was set after its last success (R6).
    pub wait: Option<Duration>,
    /// How its validators behave (check P8).
    pub trust: Trust,
    /// When a whole document was last requested or sent (check P8).
    pub whole_at: Option<Timestamp>,
    /// Polls in a row that broke down in our own code (R23).
    pub breakdowns: u32,
    /// Since when the desk could reach no site, if the last poll fell into that time.
    pub offline_at: Option<Timestamp>,
    /// Polls in a row that could not be stored (R12).
    pub unstored: u32,
    /// Where it is polled.
    pub address: Address,
    /// The sitemaps of an index, as they were last read.
    pub maps: Vec<MapRead>,
    /// Parameters of its URLs that change with each document, in lower case.
    pub fickle: Vec<String>,
    /// Set if its last document brought more than it may in a day.
    pub over: Option<Over>,
    /// Since when entries may have been missed because they left its document: its older
    /// pages are read until one brings an entry that was known before then (check B141).
    pub behind_since: Option<Timestamp>,
    /// How far the older pages were read.
    pub backlog: Backlog,
    /// Set if earlier versions of its entries were recently not kept.
    pub unkept: Option<Unkept>,
}

impl Standing {
    /// The budget that the source has exceeded, if it is still in force.
    pub fn over_budget(&self) -> Option<&Over> {
        self.over.as_ref().filter(|over| !over.budget.is_empty())
    }

    /// Moves a standing of `last_poll`, which lies in the future because the clock was set
    /// back, to `now`: a hold ends equally long after it, and nothing lies later (R18).
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

/// What a hold on a host applies to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HoldScope {
    /// All requests to it, including polls of all sources there.
    Everything,
    /// Pages and the targets of redirects, but no source's own polls (check B115).
    Pages,
}

/// What a request to a host is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// A source's document, however it is reached.
    Poll,
    /// An article page.
    Page,
}

/// A server's wish to be left alone (check P17).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hold {
    /// The host that responded.
    pub host: Host,
    /// Which requests to it are held.
    pub scope: HoldScope,
    /// How often in a row it has responded so.
    pub strikes: u32,
    /// Until when.
    pub until: Timestamp,
    /// Why, a sentence without a full stop.
    pub because: String,
}

impl Hold {
    /// The longest wait that a server can ask for (check P16).
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
