//! Runs many polls at once, each in its host's turn.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::config::Config;
use crate::schedule::Turns;
use crate::store::Claim;

use super::lanes::{Lanes, Next};
use super::{Poller, Summary};

/// A lane longer than this is given back to the schedule, so that one host's
/// crowd does not fill the waiting room.
const LONGEST_LANE: usize = 8;

/// How many polls may run and start.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Polls at once.
    pub concurrency: usize,
    /// Requests at once to a host.
    pub per_host: usize,
    /// Between starts on a registrable domain.
    pub host_gap: Duration,
}

impl Limits {
    /// As configured.
    pub fn of(config: &Config) -> Self {
        Limits {
            concurrency: config.polling.concurrency,
            per_host: config.polling.per_host,
            host_gap: config.polling.host_gap,
        }
    }
}

/// Polls under way and claims waiting for their turn.
pub struct Driver {
    poller: Arc<Poller>,
    limits: Limits,
    lanes: Lanes,
    running: JoinSet<(String, Summary)>,
}

impl Driver {
    /// A driver with nothing to do.
    pub fn new(poller: Arc<Poller>, limits: Limits) -> Self {
        let lanes = Lanes::new(Turns::new(limits.per_host, limits.host_gap));
        Driver { poller, limits, lanes, running: JoinSet::new() }
    }

    /// Takes claims to be polled, however many.
    pub fn push(&mut self, claims: Vec<Claim>) {
        for claim in claims {
            let host = self.host(&claim);
            self.lanes.push(claim, &host);
        }
    }

    /// Takes claims as far as their hosts' lanes are short; the others are
    /// given back, due when their turn may come.
    pub fn push_or_defer(&mut self, claims: Vec<Claim>) -> Vec<Claim> {
        let now = self.poller.clock().now();
        let mut deferred = Vec::new();
        for mut claim in claims {
            let host = self.host(&claim);
            let ahead = self.lanes.lane(&host) + deferred.len();
            if self.lanes.lane(&host) < LONGEST_LANE {
                self.lanes.push(claim, &host);
                continue;
            }
            let gap = self.limits.host_gap.max(Duration::from_millis(100));
            claim.due_at = now.plus(gap.saturating_mul(u32::try_from(ahead).unwrap_or(u32::MAX)));
            claim.state.next.because = format!("due, and waiting for its turn at {host}");
            deferred.push(claim);
        }
        deferred
    }

    fn host(&self, claim: &Claim) -> String {
        let plan = self.poller.plan();
        let polled = plan.sources.get(&claim.source);
        polled.and_then(|p| p.source.url.host_str()).unwrap_or_default().to_owned()
    }

    /// How many more claims can be of use now.
    pub fn room(&self) -> usize {
        (self.limits.concurrency * 2).saturating_sub(self.running.len() + self.lanes.waiting())
    }

    /// Polls under way.
    pub fn running(&self) -> usize {
        self.running.len()
    }

    /// Whether there is nothing under way and nothing waiting.
    pub fn is_idle(&self) -> bool {
        self.running.is_empty() && self.lanes.waiting() == 0
    }

    /// Starts what may start and waits for a poll to end; `None` when there is
    /// nothing left. Safe to be dropped while it waits.
    pub async fn next(&mut self) -> Option<Summary> {
        loop {
            let wait = self.start();
            if self.is_idle() {
                return None;
            }
            let until = async {
                match wait {
                    Some(wait) => tokio::time::sleep(wait).await,
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
                    // Its lease lapses and the schedule comes round to it (R23).
                    Err(error) => tracing::error!(%error, "a poll broke down"),
                },
                () = until => {}
            }
        }
    }

    /// Starts polls while there is room; gives how long to wait for a turn.
    fn start(&mut self) -> Option<Duration> {
        let now = self.poller.clock().now();
        while self.running.len() < self.limits.concurrency {
            match self.lanes.next(now) {
                Next::Poll(claim, host) => {
                    let poller = Arc::clone(&self.poller);
                    self.running.spawn(async move { (host, poller.poll(*claim).await) });
                }
                Next::Wait(until) => return until.map(|at| at.since(now)),
            }
        }
        None
    }

    /// Stops: claims that wait are handed back, polls under way are abandoned.
    pub fn abandon(&mut self) -> Vec<Claim> {
        self.running.abort_all();
        self.lanes.drain()
    }

    /// Takes out the claims that wait, so that only polls under way are left.
    pub fn drain(&mut self) -> Vec<Claim> {
        self.lanes.drain()
    }
}
