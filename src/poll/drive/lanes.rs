//! Claims that wait for their host's turn.
//!
//! Each host has a lane, and lanes are served in rounds, so that a host with a thousand
//! sources, or one that hangs, delays no other (R4).

use std::collections::{HashMap, VecDeque};

use crate::clock::Timestamp;
use crate::schedule::Turns;
use crate::schedule::turns::Wait;
use crate::store::Claim;

/// What can be done now.
pub enum NextClaim {
    /// Poll this; its host's turn is taken.
    Poll(Box<Claim>, String),
    /// Nothing before this instant, or before a poll ends when there is none.
    Wait(Option<Timestamp>),
}

/// Claims by host.
pub struct Lanes {
    turns: Turns,
    lanes: HashMap<String, VecDeque<Claim>>,
    /// Hosts with waiting claims, the next to be served in front.
    round: VecDeque<String>,
    waiting: usize,
}

impl Lanes {
    /// Empty lanes that keep `turns`.
    pub fn new(turns: Turns) -> Self {
        Lanes { turns, lanes: HashMap::new(), round: VecDeque::new(), waiting: 0 }
    }

    /// How many claims wait.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// Puts a claim at the end of its host's lane.
    pub fn push(&mut self, claim: Claim, host: &str) {
        self.waiting += 1;
        match self.lanes.get_mut(host) {
            Some(lane) => lane.push_back(claim),
            None => {
                self.lanes.insert(host.to_owned(), VecDeque::from([claim]));
                self.round.push_back(host.to_owned());
            }
        }
    }

    /// How many claims wait whose host is one of these.
    pub fn waiting_of(&self, is: impl Fn(&str) -> bool) -> usize {
        self.lanes.iter().filter(|(host, _)| is(host)).map(|(_, lane)| lane.len()).sum()
    }

    /// The next claim whose host has a free turn and satisfies `may`. The others wait until a
    /// poll ends.
    pub fn next(&mut self, now: Timestamp, may: impl Fn(&str) -> bool) -> NextClaim {
        let mut soonest: Option<Timestamp> = None;
        for _ in 0..self.round.len() {
            let Some(host) = self.round.pop_front() else { break };
            if !may(&host) {
                self.round.push_back(host);
                continue;
            }
            match self.turns.start(&host, now) {
                Ok(()) => {
                    if let Some(claim) = self.take(&host) {
                        return NextClaim::Poll(Box::new(claim), host);
                    }
                    self.turns.end(&host, now);
                }
                Err(wait) => {
                    if let Wait::Until(at) = wait {
                        soonest = Some(soonest.map_or(at, |s| s.min(at)));
                    }
                    self.round.push_back(host);
                }
            }
        }
        NextClaim::Wait(soonest)
    }

    fn take(&mut self, host: &str) -> Option<Claim> {
        let lane = self.lanes.get_mut(host)?;
        let claim = lane.pop_front();
        if lane.is_empty() {
            self.lanes.remove(host);
        } else {
            self.round.push_back(host.to_owned());
        }
        self.waiting -= usize::from(claim.is_some());
        claim
    }

    /// Ends a turn that [`Lanes::next`] took.
    pub fn end(&mut self, host: &str, now: Timestamp) {
        self.turns.end(host, now);
    }

    /// Takes out all claims that wait, so that they can be given back.
    pub fn drain(&mut self) -> Vec<Claim> {
        self.round.clear();
        self.waiting = 0;
        std::mem::take(&mut self.lanes).into_values().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Host, NextPoll, PollState, SourceId};
    use std::time::Duration;

    fn claim(id: &str) -> Claim {
        let state = PollState::fresh(NextPoll { at: Timestamp::EPOCH, because: String::new() });
        Claim {
            source: SourceId::new(id).unwrap(),
            url_hash: None,
            lease: 1,
            until: Timestamp::EPOCH,
            due_at: Timestamp::EPOCH,
            host: Host::default(),
            strikes: 0,
            state,
        }
    }

    fn taken(lanes: &mut Lanes, now: Timestamp) -> Option<String> {
        match lanes.next(now, |_| true) {
            NextClaim::Poll(claim, _) => Some(claim.source.to_string()),
            NextClaim::Wait(_) => None,
        }
    }

    #[test]
    fn a_crowded_host_delays_nobody_else_r4() {
        let mut lanes = Lanes::new(Turns::new(1, Duration::ZERO));
        for i in 0..1000 {
            lanes.push(claim(&format!("crowd-{i}")), "crowd.example");
        }
        lanes.push(claim("lone"), "lone.example");
        let now = Timestamp::EPOCH;
        assert_eq!(taken(&mut lanes, now).as_deref(), Some("crowd-0"));
        assert_eq!(taken(&mut lanes, now).as_deref(), Some("lone"));
        assert_eq!(taken(&mut lanes, now), None);
        lanes.end("crowd.example", now);
        assert_eq!(taken(&mut lanes, now).as_deref(), Some("crowd-1"));
        assert_eq!((lanes.waiting(), lanes.drain().len()), (998, 998));
    }

    #[test]
    fn b150_hosts_that_may_not_be_asked_yet_delay_nobody_else() {
        let mut lanes = Lanes::new(Turns::new(1, Duration::ZERO));
        for i in 0..200 {
            lanes.push(claim(&format!("heavy-{i}")), &format!("h{i}.heavy.example"));
        }
        lanes.push(claim("lone"), "lone.example");
        let heavy = |host: &str| host.ends_with("heavy.example");
        assert_eq!(lanes.waiting_of(heavy), 200);
        let next = lanes.next(Timestamp::EPOCH, |host| !heavy(host));
        assert!(matches!(next, NextClaim::Poll(claim, _) if claim.source.as_str() == "lone"));
        assert!(matches!(lanes.next(Timestamp::EPOCH, |host| !heavy(host)), NextClaim::Wait(None)));
        assert_eq!(taken(&mut lanes, Timestamp::EPOCH).as_deref(), Some("heavy-0"));
    }

    #[test]
    fn a_gap_says_until_when_to_wait() {
        let mut lanes = Lanes::new(Turns::new(1, Duration::from_secs(1)));
        lanes.push(claim("a"), "a.example.org");
        lanes.push(claim("b"), "b.example.org");
        assert!(taken(&mut lanes, Timestamp::EPOCH).is_some());
        let NextClaim::Wait(until) = lanes.next(Timestamp::from_millis(10), |_| true) else { panic!("took a turn") };
        assert_eq!(until, Some(Timestamp::from_millis(1000)));
    }
}
