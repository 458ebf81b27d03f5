//! Turns at hosts whose robots.txt is heeded (check P35): each hop of a
//! redirect is asked for its rules before it is asked for the page.

use std::any::Any;

use async_trait::async_trait;
use url::Url;

use crate::clock::Timestamp;
use crate::fetch::robots::Robots;
use crate::fetch::{self, Request, Turns};
use crate::model::{Failure, Host, Purpose};
use crate::net;
use crate::plan::Polled;
use crate::store::Claim;

use super::Poller;
use super::turn::HostTurns;

/// Takes a turn only where the rules let us.
pub struct Heeding<'a> {
    turns: HostTurns<'a>,
    robots: &'a Robots,
    net: &'a net::Client,
    like: Request,
    now: Timestamp,
}

impl Poller {
    /// Waits until the first address may be asked. The claim holds the turn of
    /// the host where the source lives; its configured address may be elsewhere
    /// (P19), and asking for rules takes a turn too.
    pub(super) async fn may_ask(
        &self,
        polled: &Polled,
        request: &fetch::Request,
        turns: &HostTurns<'_>,
        at_home: bool,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let mut wait = !at_home;
        if polled.source.kind.heeds_robots() {
            wait |= self.robots.leave(&self.net, request, turns, now).await?.asked;
        }
        if wait {
            turns.turn(&request.url).await?;
        }
        Ok(())
    }

    /// Turns for a claim that is to be polled, or whose pages are wanted.
    pub(super) fn turns<'a>(&'a self, claim: &'a Claim, purpose: Purpose) -> HostTurns<'a> {
        let (store, worker, clock) = (&*self.store, &self.worker, &*self.clock);
        HostTurns { store, worker, claim, proxy: &claim.host.proxy, purpose, clock }
    }

    /// The host where the source of a claim is configured.
    pub(super) fn home(&self, claim: &Claim) -> Host {
        let plan = self.plan.load();
        let configured = plan.sources.get(&claim.source);
        configured.map_or_else(|| claim.host.clone(), |polled| Host::of(&polled.source.url, &claim.host.proxy))
    }

    /// Turns for a request that robots.txt binds.
    pub(super) fn heeding<'a>(&'a self, turns: HostTurns<'a>, like: &Request, now: Timestamp) -> Heeding<'a> {
        Heeding { turns, robots: &self.robots, net: &self.net, like: like.clone(), now }
    }
}

#[async_trait]
impl fetch::Turns for Heeding<'_> {
    async fn turn(&self, url: &Url) -> Result<Box<dyn Any + Send>, Failure> {
        let request = Request { url: url.clone(), ..self.like.clone() };
        self.robots.leave(self.net, &request, &self.turns, self.now).await?;
        self.turns.turn(url).await
    }
}
