//! What is written down of polls, and for how long it is remembered.

use std::time::Duration;

use crate::clock::Timestamp;

use super::change::REVISIONS_A_DAY;

/// Whether polls that end so share a line of the ledger with the one before them, if that
/// ended so too: nothing came of them, they are most of all polls, and a line each would
/// be most of the store.
pub fn joins_run(kind: &str) -> bool {
    matches!(kind, "not-modified" | "unchanged")
}

/// The warning about a document of whose entries so many changed more often than is kept.
pub fn flapping(replaced: usize) -> Option<String> {
    (replaced > 0).then(|| {
        format!(
            "identity: {replaced} entries changed more than {REVISIONS_A_DAY} times in a day; \
             of these changes the last is kept"
        )
    })
}

/// Polls are remembered as long as texts are, yet no longer than this: nobody asks how a
/// poll ended a month ago, and of a thousand sources they are some millions of lines.
pub const POLLS_KEPT: Duration = Duration::from_secs(30 * 86_400);

/// Before when polls are forgotten, where texts are pruned that came before `before`. The
/// time to count [`POLLS_KEPT`] from is the earlier of the last poll and of what is
/// believed, so that a clock that is ahead forgets nothing (R18); the latest poll of each
/// source stays whatever it says.
pub fn polls_before(before: Timestamp, last_poll_at: Option<Timestamp>, believed_at: Option<Timestamp>) -> Timestamp {
    let now = last_poll_at.zip(believed_at).map_or(Timestamp::EPOCH, |(last, believed)| last.min(believed));
    before.max(now.minus(POLLS_KEPT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polls_of_which_nothing_came_share_a_line() {
        let all = ["not-modified", "unchanged", "document", "timeout", "status", "", "Unchanged"].map(joins_run);
        assert_eq!(all, [true, true, false, false, false, false, false]);
    }

    #[test]
    fn b61_a_document_that_flaps_is_warned_of() {
        assert_eq!(flapping(0), None);
        let said = "identity: 1 entries changed more than 20 times in a day; of these changes the last is kept";
        assert_eq!(flapping(1).as_deref(), Some(said));
    }

    #[test]
    fn r18_polls_are_forgotten_by_a_time_that_is_believed() {
        let day = |days: i64| Timestamp::from_millis(days * 86_400_000);
        let check = |before: i64, last: Option<i64>, believed: Option<i64>, expected: i64| {
            let at = polls_before(day(before), last.map(day), believed.map(day));
            assert_eq!(at, day(expected), "{before} {last:?} {believed:?}");
        };
        check(10, Some(100), Some(100), 70);
        check(80, Some(100), Some(100), 80);
        check(70, Some(100), Some(100), 70);
        check(10, Some(100), Some(90), 60);
        check(10, Some(90), Some(100), 60);
        check(10, Some(30), Some(30), 10);
        // Nothing is known of the time.
        check(10, None, Some(100), 10);
        check(10, Some(100), None, 10);
        check(10, None, None, 10);
        check(-40, None, None, -30);
    }
}
