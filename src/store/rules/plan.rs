//! What a changed configuration means for a source that is known.

use crate::clock::Timestamp;
use crate::model::{Host, Standing, digest};
use crate::store::SourcePlan;

/// A source as it was configured last.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownSource {
    /// [`digest`] of its configured URL.
    pub url_hash: i64,
    /// Whether it was polled.
    pub is_active: bool,
    /// For how long a claim moved its due time on, in milliseconds.
    pub interval_ms: i64,
    /// When it is due.
    pub next_poll_at: Timestamp,
    /// The host that it is asked at: another than its URL's where it has moved. One without
    /// a name is of a store from before hosts were kept.
    pub host: Host,
}

/// What is remembered of a source under its new configuration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Remembers {
    /// All.
    Everything,
    /// All but what belongs to its URL: another one knows nothing of the old one's
    /// validators (check P6), and stands anew with its server.
    NothingOfItsUrl,
}

/// A source whose configuration changed, as it is from now on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replanned {
    /// [`digest`] of its URL.
    pub url_hash: i64,
    /// In milliseconds.
    pub interval_ms: i64,
    /// When it is due.
    pub next_poll_at: Timestamp,
    /// What is remembered of it.
    pub remembers: Remembers,
    /// The host that it is asked at; `None`: at the one it was asked at.
    pub host: Option<Host>,
    /// The proxy on the way there.
    pub proxy: String,
}

/// How long `planned` claims move the due time on, as it is stored.
pub fn interval_ms(planned: &SourcePlan) -> i64 {
    i64::try_from(planned.interval.as_millis()).unwrap_or(i64::MAX)
}

/// What becomes of a source that is configured anew; `None` where nothing about it changed.
///
/// Its due time stays, unless another URL or interval is to be tried sooner: a shorter
/// interval counts at once, a longer one after the next poll (R20).
pub fn replanned(known: &KnownSource, planned: &SourcePlan, now: Timestamp) -> Option<Replanned> {
    let (url_hash, interval_ms) = (digest(&planned.url), interval_ms(planned));
    let (same_url, same_interval) = (known.url_hash == url_hash, known.interval_ms == interval_ms);
    let has_host = !known.host.name.is_empty();
    if known.is_active && same_url && same_interval && has_host && known.host.proxy == planned.host.proxy {
        return None;
    }
    let soon = now.plus(planned.interval);
    let is_as_due = same_url && same_interval;
    Some(Replanned {
        url_hash,
        interval_ms,
        next_poll_at: if is_as_due { known.next_poll_at } else { known.next_poll_at.min(soon) },
        remembers: if same_url { Remembers::Everything } else { Remembers::NothingOfItsUrl },
        host: (!same_url || !has_host).then(|| planned.host.clone()),
        proxy: planned.host.proxy.clone(),
    })
}

/// Why a source waits that was over a budget which it has no longer.
const CHANGED: &str = "set while it was over limits that have changed since; `wiredesk poll` asks for it now";

/// A source that was over a budget which it has no longer (B162).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Forgiven {
    /// How it stands now: over none.
    pub standing: Standing,
    /// Why it is due when it is. Its due time stays: nothing is asked earlier for a change
    /// of the configuration.
    pub because: String,
}

/// Forgets that a source is over a budget which is not one of its budgets any more; `None`
/// where there is no such. That a first document goes on is not forgotten with it.
pub fn forgiven(mut standing: Standing, because: &str, planned: &SourcePlan) -> Option<Forgiven> {
    let over = standing.over.as_mut().filter(|over| !planned.budgets.contains(&over.budget))?;
    let budget = std::mem::take(&mut over.budget);
    let because = if because.contains(&budget) { CHANGED } else { because }.to_owned();
    Some(Forgiven { standing, because })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::{NextPoll, Over, SourceId};

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);
    const HOUR: Duration = Duration::from_secs(3600);
    const URL: &str = "https://example.org/feed";

    fn planned() -> SourcePlan {
        SourcePlan {
            source: SourceId::new("a").unwrap(),
            url: URL.to_owned(),
            host: Host { name: "example.org".to_owned(), proxy: String::new() },
            first: NextPoll { at: NOW, because: String::new() },
            interval: HOUR,
            budgets: ["1000 entries".to_owned(), "10 MB".to_owned()],
        }
    }

    fn known() -> KnownSource {
        KnownSource {
            url_hash: digest(URL),
            is_active: true,
            interval_ms: 3_600_000,
            next_poll_at: NOW.plus(2 * HOUR),
            // It has moved.
            host: Host { name: "moved.example".to_owned(), proxy: String::new() },
        }
    }

    /// What becomes of the known source by default: all stays.
    fn unchanged() -> Replanned {
        Replanned {
            url_hash: digest(URL),
            interval_ms: 3_600_000,
            next_poll_at: NOW.plus(2 * HOUR),
            remembers: Remembers::Everything,
            host: None,
            proxy: String::new(),
        }
    }

    fn check(known: &KnownSource, planned: &SourcePlan, expected: Option<Replanned>) {
        assert_eq!(replanned(known, planned, NOW), expected, "{known:?} {planned:?}");
    }

    #[test]
    fn a_source_that_is_configured_as_it_was_is_left_alone() {
        check(&known(), &planned(), None);
        let due = KnownSource { next_poll_at: Timestamp::NEVER, ..known() };
        check(&due, &planned(), None);
    }

    #[test]
    fn r20_a_source_that_comes_back_keeps_its_due_time() {
        check(&KnownSource { is_active: false, ..known() }, &planned(), Some(unchanged()));
    }

    #[test]
    fn r20_a_shorter_interval_counts_at_once_and_a_longer_one_after_the_next_poll() {
        let interval = |interval| SourcePlan { interval, ..planned() };
        let ms = |interval_ms| Replanned { interval_ms, ..unchanged() };
        check(&known(), &interval(HOUR / 2), Some(Replanned { next_poll_at: NOW.plus(HOUR / 2), ..ms(1_800_000) }));
        check(&known(), &interval(2 * HOUR), Some(ms(7_200_000)));
        check(&known(), &interval(3 * HOUR), Some(ms(10_800_000)));
        let overdue = KnownSource { next_poll_at: NOW.minus(HOUR), ..known() };
        check(&overdue, &interval(HOUR / 2), Some(Replanned { next_poll_at: NOW.minus(HOUR), ..ms(1_800_000) }));
        let forever = Replanned { next_poll_at: NOW.plus(2 * HOUR), ..ms(i64::MAX) };
        check(&known(), &interval(Duration::MAX), Some(forever));
    }

    #[test]
    fn p6_another_url_knows_nothing_of_the_old_ones() {
        let planned = SourcePlan { url: "https://other.example/feed".to_owned(), ..planned() };
        let expected = Replanned {
            url_hash: digest("https://other.example/feed"),
            next_poll_at: NOW.plus(HOUR),
            remembers: Remembers::NothingOfItsUrl,
            host: Some(planned.host.clone()),
            ..unchanged()
        };
        check(&known(), &planned, Some(expected.clone()));
        let sooner = KnownSource { next_poll_at: NOW.plus(HOUR / 2), ..known() };
        check(&sooner, &planned, Some(Replanned { next_poll_at: NOW.plus(HOUR / 2), ..expected }));
    }

    #[test]
    fn another_proxy_leads_to_the_host_that_is_asked() {
        let mut planned = planned();
        planned.host.proxy = "http://proxy.example/".to_owned();
        let proxy = planned.host.proxy.clone();
        check(&known(), &planned, Some(Replanned { proxy, ..unchanged() }));
    }

    #[test]
    fn a_source_from_before_hosts_were_kept_gets_its_urls() {
        let mut known = known();
        known.host.name.clear();
        check(&known, &planned(), Some(Replanned { host: Some(planned().host), ..unchanged() }));
    }

    #[test]
    fn b162_a_source_is_not_over_a_budget_that_it_has_no_longer() {
        let standing = |budget: &str, first| Standing {
            over: Some(Over { since: NOW, budget: budget.to_owned(), waiting: 7, first }),
            ..Standing::default()
        };
        let check = |budget: &str, because: &str, expected: Option<&str>| {
            for first in [false, true] {
                let forgiven = forgiven(standing(budget, first), because, &planned());
                let expected =
                    expected.map(|because| Forgiven { standing: standing("", first), because: because.to_owned() });
                assert_eq!(forgiven, expected, "{budget} {because}");
            }
        };
        check("1000 entries", "over 1000 entries", None);
        check("10 MB", "over 10 MB", None);
        check("500 entries", "over 500 entries, so in an hour", Some(CHANGED));
        check("500 entries", "the server asked for it", Some("the server asked for it"));
        assert_eq!(forgiven(Standing::default(), "over 500 entries", &planned()), None);
    }
}
