//! Whose turn it is: one request at a time per host, starts a gap apart per
//! registrable domain (check P25).

use std::collections::HashMap;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::site;

/// Why a request cannot start now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wait {
    /// Another request to the host is under way; ask again when it ends.
    Busy,
    /// The gap after the last start is not over.
    Until(Timestamp),
}

/// Hosts being asked, and when their sites were last asked.
#[derive(Debug)]
pub struct Turns {
    per_host: usize,
    gap: Duration,
    busy: HashMap<String, usize>,
    started: HashMap<String, Timestamp>,
}

impl Turns {
    /// At most `per_host` requests to a host at once, `gap` between starts on a site.
    pub fn new(per_host: usize, gap: Duration) -> Self {
        Turns { per_host: per_host.max(1), gap, busy: HashMap::new(), started: HashMap::new() }
    }

    /// Takes a turn for `host`, which [`Turns::end`] gives back.
    ///
    /// # Errors
    /// [`Wait`] says what to wait for.
    pub fn start(&mut self, host: &str, now: Timestamp) -> Result<(), Wait> {
        if self.busy.get(host).is_some_and(|n| *n >= self.per_host) {
            return Err(Wait::Busy);
        }
        if !self.gap.is_zero() {
            let site = site(host);
            // A clock that was set back must not hold a site for ever (R18).
            let free_at = self.started.get(site).map_or(now, |at| at.plus(self.gap)).min(now.plus(self.gap));
            if free_at > now {
                return Err(Wait::Until(free_at));
            }
            self.started.insert(site.to_owned(), now);
        }
        *self.busy.entry(host.to_owned()).or_default() += 1;
        Ok(())
    }

    /// Ends a turn of `host`.
    pub fn end(&mut self, host: &str, now: Timestamp) {
        if let Some(n) = self.busy.get_mut(host) {
            *n -= 1;
            if *n == 0 {
                self.busy.remove(host);
            }
        }
        if self.started.len() > 10_000 {
            let gap = self.gap;
            self.started.retain(|_, at| at.plus(gap) > now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: Duration = Duration::from_secs(1);

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    #[test]
    fn one_request_at_a_time_per_host_p25() {
        let mut turns = Turns::new(1, Duration::ZERO);
        assert_eq!(turns.start("a.example.org", at(0)), Ok(()));
        assert_eq!(turns.start("a.example.org", at(5000)), Err(Wait::Busy));
        assert_eq!(turns.start("b.example.org", at(5000)), Ok(()));
        turns.end("a.example.org", at(6000));
        assert_eq!(turns.start("a.example.org", at(6000)), Ok(()));
    }

    #[test]
    fn starts_on_one_site_are_a_gap_apart_p25() {
        let mut turns = Turns::new(1, GAP);
        assert_eq!(turns.start("a.example.co.uk", at(0)), Ok(()));
        assert_eq!(turns.start("b.example.co.uk", at(400)), Err(Wait::Until(at(1000))));
        assert_eq!(turns.start("other.co.uk", at(400)), Ok(()));
        assert_eq!(turns.start("b.example.co.uk", at(1000)), Ok(()));
    }

    #[test]
    fn a_clock_set_back_holds_nobody_longer_than_the_gap_r18() {
        let mut turns = Turns::new(2, GAP);
        assert_eq!(turns.start("a.example", at(1_000_000)), Ok(()));
        assert_eq!(turns.start("a.example", at(0)), Err(Wait::Until(at(1000))));
    }

    #[test]
    fn each_end_gives_one_turn_back_p25() {
        let mut turns = Turns::new(2, Duration::ZERO);
        let start = |turns: &mut Turns| turns.start("a.example.org", at(0));
        assert_eq!([start(&mut turns), start(&mut turns), start(&mut turns)], [Ok(()), Ok(()), Err(Wait::Busy)]);
        turns.end("a.example.org", at(0));
        assert_eq!([start(&mut turns), start(&mut turns)], [Ok(()), Err(Wait::Busy)]);
        turns.end("a.example.org", at(0));
        turns.end("a.example.org", at(0));
        assert!(turns.busy.is_empty());
        turns.end("a.example.org", at(0));
        assert_eq!(Turns::new(0, GAP).start("a.example.org", at(0)), Ok(()), "none at all is no bound");
    }

    #[test]
    fn sites_are_forgotten_when_they_are_many_and_their_gap_is_over() {
        let mut turns = Turns::new(1, GAP);
        assert_eq!(turns.start("a.s0.org", at(0)), Ok(()));
        turns.end("a.s0.org", at(5000));
        assert_eq!(turns.started.len(), 1, "a few are kept");
        for n in 1..=10_000 {
            assert_eq!(turns.start(&format!("a.s{n}.org"), at(5000)), Ok(()));
        }
        turns.end("a.s1.org", at(5500));
        assert_eq!(turns.started.len(), 10_000);
        assert_eq!(turns.start("b.s2.org", at(5500)), Err(Wait::Until(at(6000))));
        assert_eq!(turns.start("a.s0.org", at(5500)), Ok(()));
        turns.end("a.s1.org", at(6000));
        assert_eq!(turns.started.len(), 1);
    }
}
