//! How long a server is left alone: the one place that decides it, both for polls and for
//! article pages.
//!
//! `Retry-After`: RFC 9110 §10.2.3, and check P16. Scope: check P17. Refusals
//! without a value: check P18.

use std::time::Duration;

use crate::clock::{Timestamp, span};
use crate::model::{Failure, Hold, HoldScope, Host, NextPoll};

/// The first wait after a refusal; it doubles (checks P18, P22).
const FIRST_REFUSAL: Duration = Duration::from_secs(3600);

/// The longest wait after refusals (checks P18, P22).
pub(super) const LONGEST_REFUSAL: Duration = Duration::from_secs(24 * 3600);

/// A page that did not respond is requested again after these waits.
const PAGE_AGAIN: [Duration; 2] = [Duration::from_secs(15 * 60), Duration::from_secs(2 * 3600)];

/// Until when a host is left alone after a response, and how often in a row it has asked
/// for that.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Throttled {
    /// Until when, and why.
    pub wait: NextPoll,
    /// 429 responses in a row.
    pub strikes: u32,
}

/// The wait that the server asked for (check P16), at most a week; `status` is that of the
/// failed response, if it was one.
pub fn asked(retry_after: Option<Duration>, status: Option<u16>, now: Timestamp) -> Option<NextPoll> {
    let wait = retry_after?.min(Hold::LONGEST);
    let answered = status.map(|status| format!("answered {status} and ")).unwrap_or_default();
    let because = format!("the server {answered}asked to wait {} (Retry-After)", span(wait));
    Some(NextPoll { at: now.plus(wait), because })
}

/// The wait after `refusals` in a row: an hour, doubling, to a day.
pub fn refusal(refusals: u32, status: u16, now: Timestamp) -> NextPoll {
    let doubled = FIRST_REFUSAL.saturating_mul(2_u32.saturating_pow(refusals.saturating_sub(1).min(16)));
    let wait = doubled.min(LONGEST_REFUSAL);
    NextPoll { at: now.plus(wait), because: format!("refused with {status}, {refusals} in a row: {}", span(wait)) }
}

/// The hold that a 429 puts on its host, the `strikes`th in a row: the wait that was asked
/// for, else the wait after that many refusals (checks P17, P18).
pub fn throttled(retry_after: Option<Duration>, strikes: u32, now: Timestamp) -> Throttled {
    let wait = asked(retry_after, Some(429), now).unwrap_or_else(|| refusal(strikes, 429, now));
    Throttled { wait, strikes }
}

/// Which part of the host `answered` is left alone after it answered 429 to a request for a
/// source configured at `home`: everything if it is the source's own host, else only pages.
/// That one source's redirect or link leads to a host must not stop the sources that live
/// there; the source itself waits as it was asked to (check B115).
pub fn scope(home: &Host, answered: &Host) -> HoldScope {
    if home == answered { HoldScope::Everything } else { HoldScope::Pages }
}

/// The hold that the failure of an article page puts on its host; `before` is how often in
/// a row that host has answered 429 already.
pub fn of_page(failure: &Failure, before: u32, now: Timestamp) -> Option<Throttled> {
    let Failure::Status { status: 429, retry_after } = failure else { return None };
    Some(throttled(*retry_after, before.saturating_add(1), now))
}

/// When a failed article page is requested again, after `tries` earlier requests: only if
/// it did not respond, or said when to try again.
pub fn page_again(failure: &Failure, held: Option<&Throttled>, tries: u32, now: Timestamp) -> Option<Timestamp> {
    let least = now.plus(*PAGE_AGAIN.get(usize::try_from(tries).unwrap_or(usize::MAX))?);
    match failure {
        Failure::Held(until) => Some(until.at.max(least)),
        Failure::Status { status: 429, .. } => held.map(|held| held.wait.at.max(least)),
        Failure::Status { status: 503, retry_after } => {
            let wait = asked(*retry_after, Some(503), now).unwrap_or_else(|| refusal(1, 503, now));
            Some(wait.at.max(least))
        }
        Failure::Timeout { .. }
        | Failure::Network { .. }
        | Failure::NoRoute(_)
        | Failure::NoResolver(_)
        | Failure::Robots { is_rule: false, .. }
        | Failure::Truncated(_)
        | Failure::Overlong(_)
        | Failure::NotStored(_) => Some(least),
        // These would respond the same if asked again.
        Failure::Refused(_)
        | Failure::Tls(_)
        | Failure::Status { .. }
        | Failure::Robots { is_rule: true, .. }
        | Failure::Limit(_)
        | Failure::Encoding(_)
        | Failure::Redirect(_)
        | Failure::Empty(_)
        | Failure::NotAFeed(_)
        | Failure::Unreadable(_)
        | Failure::Internal(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);
    const HOUR: u64 = 3600;
    const WEEK: u64 = 7 * 24 * HOUR;

    fn seconds(n: u64) -> Option<Duration> {
        Some(Duration::from_secs(n))
    }

    fn wait(throttled: &Throttled) -> u64 {
        throttled.wait.at.since(NOW).as_secs()
    }

    #[test]
    fn p16_no_wish_holds_longer_than_a_week_whoever_hears_it() {
        for asked_for in [WEEK + 1, 99_999_999, u64::from(u32::MAX), u64::MAX] {
            let page = Failure::Status { status: 429, retry_after: seconds(asked_for) };
            let held = of_page(&page, 0, NOW).unwrap();
            assert_eq!(wait(&held), WEEK, "{asked_for}");
            assert_eq!(page_again(&page, Some(&held), 0, NOW), Some(NOW.plus(Hold::LONGEST)));
            let busy = Failure::Status { status: 503, retry_after: seconds(asked_for) };
            assert_eq!(page_again(&busy, None, 0, NOW), Some(NOW.plus(Hold::LONGEST)));
            assert_eq!(asked(seconds(asked_for), None, NOW).unwrap().at, NOW.plus(Hold::LONGEST));
        }
    }

    #[test]
    fn p18_pages_that_answer_429_without_a_value_wait_longer_each_time() {
        let page = Failure::Status { status: 429, retry_after: None };
        let hours: Vec<u64> = (0..7).map(|before| wait(&of_page(&page, before, NOW).unwrap()) / HOUR).collect();
        assert_eq!(hours, [1, 2, 4, 8, 16, 24, 24]);
        assert_eq!(of_page(&page, 4, NOW).unwrap().strikes, 5);
    }

    #[test]
    fn p17_only_a_429_of_a_page_holds_its_host() {
        for status in [403, 404, 500, 503] {
            let page = Failure::Status { status, retry_after: seconds(HOUR) };
            assert_eq!(of_page(&page, 3, NOW), None, "{status}");
        }
    }

    #[test]
    fn b115_a_429_of_anothers_host_holds_its_pages_alone() {
        let host = |name: &str, proxy: &str| Host { name: name.to_owned(), proxy: proxy.to_owned() };
        let check = |home: Host, answered: Host, expected: HoldScope| assert_eq!(scope(&home, &answered), expected);
        check(host("a.example", ""), host("a.example", ""), HoldScope::Everything);
        check(host("a.example", ""), host("b.example", ""), HoldScope::Pages);
        check(host("a.example", ""), host("www.a.example", ""), HoldScope::Pages);
        check(host("a.example", ""), host("a.example", "http://proxy.example/"), HoldScope::Pages);
    }

    #[test]
    fn a_page_is_asked_for_again_twice_and_only_where_that_may_help() {
        let lost = Failure::Truncated(String::new());
        assert_eq!(page_again(&lost, None, 0, NOW), Some(NOW.plus(Duration::from_secs(900))));
        assert_eq!(page_again(&lost, None, 1, NOW), Some(NOW.plus(Duration::from_secs(2 * HOUR))));
        assert_eq!(page_again(&lost, None, 2, NOW), None);
        let overlong = Failure::Overlong(Duration::from_secs(10));
        assert_eq!(page_again(&overlong, None, 1, NOW), Some(NOW.plus(Duration::from_secs(2 * HOUR))));
        assert_eq!(page_again(&Failure::Limit("too large".into()), None, 0, NOW), None);
        let missing = Failure::Status { status: 404, retry_after: seconds(5) };
        assert_eq!(page_again(&missing, None, 0, NOW), None);
        let soon = Failure::Status { status: 503, retry_after: seconds(5) };
        assert_eq!(page_again(&soon, None, 0, NOW), Some(NOW.plus(Duration::from_secs(900))));
    }
}
