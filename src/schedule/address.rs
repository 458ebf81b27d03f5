//! Which URL of a source is polled: the configured one, or the one to which it has moved
//! for good, and how it returns to the configured one (check P19).

use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::Address;

/// A move counts once its target has been read as a document this many times.
const READS: u32 = 2;

/// The configured URL of a source that moved is tried no more often than this.
const LOOK_BACK: Duration = Duration::from_secs(7 * 86_400);

/// After this many failures of the new URL the configured one is tried again.
const FAILURES: u32 = 3;

/// While the new URL fails, the configured one is tried no more often than this.
const TRY_OLD: Duration = Duration::from_secs(86_400);

/// Which URL of a source is requested.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// The configured one.
    Configured,
    /// The one to which it has moved.
    Current,
}

/// Which URL to request at `now`.
pub fn start(address: &Address, now: Timestamp) -> Start {
    if address.current.is_none() {
        return Start::Configured;
    }
    let patience = if address.failures >= FAILURES { TRY_OLD } else { LOOK_BACK };
    match address.configured_asked_at {
        Some(at) if now.since(at) < patience => Start::Current,
        _ => Start::Configured,
    }
}

/// Notes a response that brought or confirmed a document. `moved` is where the redirects
/// led, if all of them were permanent. Returns the new URL when a move begins to count.
pub fn answered(address: &mut Address, start: Start, moved: Option<&str>, now: Timestamp) -> Option<String> {
    match start {
        Start::Configured => address.configured_asked_at = Some(now),
        Start::Current => address.failures = 0,
    }
    let Some(to) = moved else {
        if start == Start::Configured {
            // The configured URL works: nothing has moved.
            *address = Address::default();
        }
        return None;
    };
    if address.current.as_deref() == Some(to) {
        address.failures = 0;
        return None;
    }
    if address.candidate.as_deref() == Some(to) {
        address.seen += 1;
    } else {
        (address.candidate, address.seen) = (Some(to.to_owned()), 1);
    }
    if address.seen < READS {
        return None;
    }
    let asked_at = address.configured_asked_at.or(Some(now));
    *address = Address { current: Some(to.to_owned()), configured_asked_at: asked_at, ..Address::default() };
    Some(to.to_owned())
}

/// Notes a failure.
pub fn failed(address: &mut Address, start: Start, now: Timestamp) {
    match start {
        Start::Configured => address.configured_asked_at = Some(now),
        Start::Current => address.failures = address.failures.saturating_add(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: &str = "https://new.example/feed";
    const DAY: Duration = Duration::from_secs(86_400);

    fn day(n: u32) -> Timestamp {
        Timestamp::from_millis(1_795_392_000_000).plus(DAY * n)
    }

    fn moved() -> Address {
        let mut address = Address::default();
        assert_eq!(answered(&mut address, Start::Configured, Some(NEW), day(0)), None);
        assert_eq!(answered(&mut address, Start::Configured, Some(NEW), day(0)).as_deref(), Some(NEW));
        address
    }

    #[test]
    fn p19_a_move_counts_when_its_target_was_read_twice() {
        let address = moved();
        assert_eq!(start(&address, day(0)), Start::Current);
        assert_eq!(address.current.as_deref(), Some(NEW));
    }

    #[test]
    fn p19_one_stray_redirect_moves_nothing() {
        let mut address = Address::default();
        answered(&mut address, Start::Configured, Some("https://stray.example/"), day(0));
        // The next one fails, the one after goes through: PR Newswire's way.
        failed(&mut address, Start::Configured, day(0));
        assert_eq!(answered(&mut address, Start::Configured, None, day(1)), None);
        assert_eq!(answered(&mut address, Start::Configured, Some("https://stray.example/"), day(2)), None);
        assert_eq!(answered(&mut address, Start::Configured, Some(NEW), day(3)), None);
        assert_eq!(start(&address, day(3)), Start::Configured);
    }

    #[test]
    fn p19_the_old_address_is_asked_once_in_seven_days() {
        let mut address = moved();
        let asked: Vec<u32> = (0..30)
            .filter(|n| match start(&address, day(*n)) {
                Start::Current => false,
                Start::Configured => {
                    answered(&mut address, Start::Configured, Some(NEW), day(*n));
                    true
                }
            })
            .collect();
        assert_eq!(asked, [7, 14, 21, 28]);
    }

    #[test]
    fn p19_three_failures_of_the_new_one_lead_back_once_a_day() {
        let mut address = moved();
        for _ in 0..2 {
            failed(&mut address, Start::Current, day(0));
        }
        assert_eq!(start(&address, day(1)), Start::Current);
        failed(&mut address, Start::Current, day(1));
        assert_eq!(start(&address, day(1)), Start::Configured);
        failed(&mut address, Start::Configured, day(1));
        assert_eq!(start(&address, day(1)), Start::Current);
        assert_eq!(start(&address, day(2)), Start::Configured);
        // It is back where it was: the move is forgotten.
        assert_eq!(answered(&mut address, Start::Configured, None, day(2)), None);
        assert_eq!(address, Address::default());
    }

    #[test]
    fn p19_a_second_move_is_followed_from_the_first() {
        let mut address = moved();
        let third = "https://third.example/feed";
        assert_eq!(answered(&mut address, Start::Current, Some(third), day(1)), None);
        assert_eq!(answered(&mut address, Start::Current, Some(third), day(1)).as_deref(), Some(third));
        assert_eq!(address.current.as_deref(), Some(third));
    }
}
