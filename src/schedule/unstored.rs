//! When a source is polled again after a poll that could not be stored (R12).

use std::time::Duration;

use crate::clock::{Timestamp, span};
use crate::model::NextPoll;

/// The first wait; it doubles up to the source's own interval. The fault is on our side, so
/// there is no reason to spare the publisher, and news may drop out of the document
/// meanwhile.
const FIRST: Duration = Duration::from_secs(60);

/// When to ask again after the `times`th poll in a row that was not stored.
pub fn again(times: u32, interval: Duration, now: Timestamp) -> NextPoll {
    let doubled = FIRST.saturating_mul(2_u32.saturating_pow(times.saturating_sub(1).min(16)));
    let wait = doubled.min(interval.max(FIRST));
    let because = match times {
        0 | 1 => format!("what it brought was not stored: {}", span(wait)),
        _ => format!("what it brought was not stored, {times} times in a row: {}", span(wait)),
    };
    NextPoll { at: now.plus(wait), because }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_that_doubles_up_to_the_interval_r12() {
        let minutes = |times: u32, interval: u64| {
            let next = again(times, Duration::from_secs(interval * 60), Timestamp::EPOCH);
            next.at.since(Timestamp::EPOCH).as_secs() / 60
        };
        assert_eq!((1..=8).map(|n| minutes(n, 15)).collect::<Vec<_>>(), [1, 2, 4, 8, 15, 15, 15, 15]);
        assert_eq!((1..=8).map(|n| minutes(n, 360)).collect::<Vec<_>>(), [1, 2, 4, 8, 16, 32, 64, 128]);
        assert_eq!(minutes(u32::MAX, 360), 360);
        assert_eq!(minutes(3, 1), 1);
    }

    #[test]
    fn the_reason_tells_how_often_in_a_row_r12() {
        let said = |times: u32| again(times, Duration::from_secs(3600), Timestamp::EPOCH).because;
        assert_eq!(said(1), "what it brought was not stored: 1m");
        assert_eq!(said(3), "what it brought was not stored, 3 times in a row: 4m");
    }
}
