//! What a server's wish to be left alone binds, and which of several wishes counts
//! (check P17). How long a wish lasts is decided in `schedule::hold`.

use std::time::Duration;

use crate::model::{Hold, NextPoll};

/// A second host of a site that asks to be left alone within this long after the first
/// speaks for the whole site: hosts of one publisher share what they are short of.
pub const SITE_WITHIN: Duration = Duration::from_secs(3600);

/// The hold that binds the whole site of `hold`'s host, when `others` of the site's hosts
/// asked [`SITE_WITHIN`] before.
pub fn of_site(hold: &Hold, others: u64) -> Option<Hold> {
    let because = || format!("{}; as another host of {} did within the hour", hold.because, hold.host.site());
    (others > 0).then(|| Hold { because: because(), ..hold.clone() })
}

/// Until when a host is left alone, and why, that asks once more while a wish of `before`
/// may still hold: the later of both, for a new wish takes nothing back.
pub fn lasting(before: Option<NextPoll>, hold: &Hold) -> NextPoll {
    let asked = || NextPoll { at: hold.until, because: hold.because.clone() };
    before.filter(|before| before.at > hold.until).unwrap_or_else(asked)
}

/// Which of the wishes that bind a host counts: the latest.
pub fn binding(holds: impl IntoIterator<Item = NextPoll>) -> Option<NextPoll> {
    holds.into_iter().max_by_key(|hold| hold.at)
}

/// When a source is due whose poll ended with `next`, while its host is `held`: the host may
/// have asked to be left alone while the poll was under way.
pub fn due_after(next: &NextPoll, held: Option<NextPoll>) -> NextPoll {
    held.filter(|held| held.at > next.at).unwrap_or_else(|| next.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::model::{HoldScope, Host};

    fn hold(until: i64) -> Hold {
        Hold {
            host: Host { name: "feeds.example.co.uk".to_owned(), proxy: "http://proxy.example/".to_owned() },
            scope: HoldScope::Pages,
            strikes: 3,
            until: Timestamp::from_millis(until),
            because: "it asked".to_owned(),
        }
    }

    fn wish(at: i64, because: &str) -> NextPoll {
        NextPoll { at: Timestamp::from_millis(at), because: because.to_owned() }
    }

    #[test]
    fn p17_a_second_host_within_the_hour_holds_the_site() {
        let because = "it asked; as another host of example.co.uk did within the hour".to_owned();
        assert_eq!(of_site(&hold(7), 0), None);
        for others in [1, 2] {
            assert_eq!(of_site(&hold(7), others), Some(Hold { because: because.clone(), ..hold(7) }));
        }
        assert_eq!(SITE_WITHIN, Duration::from_secs(60 * 60));
    }

    #[test]
    fn p17_a_new_wish_takes_nothing_back() {
        let check = |before: Option<i64>, expected: NextPoll| {
            assert_eq!(lasting(before.map(|at| wish(at, "before")), &hold(7)), expected, "{before:?}");
        };
        check(None, wish(7, "it asked"));
        check(Some(6), wish(7, "it asked"));
        // Of two that end together the newer reason is told.
        check(Some(7), wish(7, "it asked"));
        check(Some(8), wish(8, "before"));
    }

    #[test]
    fn p17_the_latest_wish_binds() {
        assert_eq!(binding([]), None);
        assert_eq!(binding([wish(2, "a"), wish(3, "b"), wish(1, "c")]), Some(wish(3, "b")));
        assert_eq!(binding([wish(3, "host"), wish(3, "site")]), Some(wish(3, "site")));
    }

    #[test]
    fn p17_a_poll_that_ends_while_its_host_is_held_waits_as_long() {
        let check = |held: Option<i64>, expected: NextPoll| {
            assert_eq!(due_after(&wish(7, "policy"), held.map(|at| wish(at, "held"))), expected, "{held:?}");
        };
        check(None, wish(7, "policy"));
        check(Some(6), wish(7, "policy"));
        check(Some(7), wish(7, "policy"));
        check(Some(8), wish(8, "held"));
    }
}
