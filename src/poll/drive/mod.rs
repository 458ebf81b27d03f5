//! Runs many polls at once, each in its host's turn.

pub mod lanes;
pub mod line;
pub mod resume;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::limits::{HEAVY_POLLS, HEAVY_WAITING};
use crate::schedule::Turns;
use crate::store::Claim;

use super::{Poller, Summary};
use lanes::{Lanes, NextClaim};

/// Polls under way and claims waiting for their turn.
pub struct Driver {
    poller: Arc<Poller>,
    concurrency: usize,
    lanes: Lanes,
    running: JoinSet<(String, Summary)>,
    /// Polls of heavy sites that may hold a turn at once. Their documents are read in one lane,
    /// so only few may wait for it.
    heavy: Arc<Semaphore>,
}

impl Driver {
    /// A driver with nothing to do, for at most `concurrency` polls at once.
    pub fn new(poller: Arc<Poller>, concurrency: usize) -> Self {
        let courtesy = poller.courtesy();
        let lanes = Lanes::new(Turns::new(courtesy.per_host, courtesy.host_gap));
        let heavy = Arc::new(Semaphore::new(HEAVY_POLLS.count()));
        Driver { poller, concurrency, lanes, running: JoinSet::new(), heavy }
    }

    /// Takes claims to be polled, any number of them.
    pub fn push(&mut self, claims: Vec<Claim>) {
        for claim in claims {
            let host = claim.host.name.clone();
            self.lanes.push(claim, &host);
        }
    }

    /// Takes claims to be polled, but only a few of heavy sites. The rest are given back, due
    /// again after a while: they would keep others from being claimed, and would lapse while
    /// they wait.
    pub async fn offer(&mut self, claims: Vec<Claim>) {
        let poller = Arc::clone(&self.poller);
        let mut room = HEAVY_WAITING.count().saturating_sub(self.lanes.waiting_of(|host| poller.is_heavy(host)));
        let (mut taken, mut beyond) = (Vec::new(), Vec::new());
        for claim in claims {
            match poller.is_heavy(&claim.host.name) {
                true if room == 0 => beyond.push(claim),
                is_heavy => {
                    room -= usize::from(is_heavy);
                    taken.push(claim);
                }
            }
        }
        self.push(taken);
        poller.put_off(beyond).await;
    }

    /// How many more claims can be used now.
    pub fn room(&self) -> usize {
        (self.concurrency * 2).saturating_sub(self.running.len() + self.lanes.waiting())
    }

    /// Polls under way.
    pub fn running(&self) -> usize {
        self.running.len()
    }

    /// Whether no poll is under way and no claim waits.
    pub fn is_idle(&self) -> bool {
        self.running.is_empty() && self.lanes.waiting() == 0
    }

    /// Starts what may start and waits for a poll to end. `None` if nothing is left. May be
    /// dropped while it waits.
    pub async fn next(&mut self) -> Option<Summary> {
        loop {
            let wait = self.start();
            if self.is_idle() {
                return None;
            }
            let poller = Arc::clone(&self.poller);
            let until = async move {
                match wait {
                    Some(wait) => poller.clock().sleep(wait).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                Some(ended) = self.running.join_next(), if !self.running.is_empty() => match ended {
                    Ok((host, summary)) => {
                        self.lanes.end(&host, self.poller.clock().now());
                        return Some(summary);
                    }
                    // Its lease lapses, and the schedule claims the source again (R23).
                    Err(error) => tracing::error!(%error, "a poll broke down"),
                },
                () = until => {}
            }
        }
    }

    /// Starts polls while there is room. Returns how long to wait for a turn.
    fn start(&mut self) -> Option<Duration> {
        let now = self.poller.clock().now();
        while self.running.len() < self.concurrency {
            let (poller, heavy) = (Arc::clone(&self.poller), Arc::clone(&self.heavy));
            let may = |host: &str| heavy.available_permits() > 0 || !poller.is_heavy(host);
            match self.lanes.next(now, may) {
                NextClaim::Poll(claim, host) => {
                    // None if its site was found to be heavy just now.
                    let turn = if poller.is_heavy(&host) { heavy.try_acquire_owned().ok() } else { None };
                    self.running.spawn(async move {
                        let summary = poller.poll(*claim).await;
                        drop(turn);
                        (host, summary)
                    });
                }
                NextClaim::Wait(until) => return until.map(|at| at.since(now)),
            }
        }
        None
    }

    /// Stops: waiting claims are returned, polls under way are abandoned.
    pub fn abandon(&mut self) -> Vec<Claim> {
        self.running.abort_all();
        self.lanes.drain()
    }

    /// Takes out the claims that wait, so that only polls under way are left.
    pub fn drain(&mut self) -> Vec<Claim> {
        self.lanes.drain()
    }
}
