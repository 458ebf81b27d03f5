//! Turns at hosts, as every node of a store keeps them (check P21).

use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use super::poller::Poller;
use crate::clock::Clock;
use crate::fetch::Manners;
use crate::model::{Failure, Host, Purpose};
use crate::store::{Claim, Courtesy, Schedule, Turn};

/// If a host is busy, its turn is tried again after this.
const AGAIN: Duration = Duration::from_millis(100);

/// Takes turns in the store, where every node keeps them, for one claim. A turn ends when the
/// claim moves to another host, and all end with the claim.
pub struct HostManners<'a> {
    store: &'a dyn Schedule,
    claim: &'a Claim,
    courtesy: &'a Courtesy,
    /// The purpose of the requests, wherever redirects lead: what an article page meets at a
    /// host holds up no source's document there (check B115).
    purpose: Purpose,
    clock: &'a dyn Clock,
}

impl Poller {
    /// Manners for requests on behalf of a claim.
    pub(super) fn manners<'a>(&'a self, claim: &'a Claim, purpose: Purpose) -> HostManners<'a> {
        HostManners { store: &*self.store, claim, courtesy: &self.courtesy, purpose, clock: &*self.clock }
    }
}

#[async_trait]
impl Manners for HostManners<'_> {
    async fn turn(&self, url: &Url) -> Result<(), Failure> {
        let host = Host::of(url, &self.claim.host.proxy);
        loop {
            let now = self.clock.now();
            let turn = self.store.turn(self.claim, self.courtesy, &host, self.purpose, now).await;
            match turn.map_err(|error| Failure::NotStored(error.to_string()))? {
                Turn::Taken => return Ok(()),
                Turn::Held(until) => return Err(Failure::Held(until)),
                Turn::Busy => self.clock.sleep(AGAIN).await,
                Turn::Until(at) => self.clock.sleep(at.since(now)).await,
            }
        }
    }
}
