//! Turns at hosts that redirects lead to (check P21).

use std::any::Any;
use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use crate::clock::Clock;
use crate::fetch;
use crate::model::{Failure, Host, Purpose};
use crate::store::{Claim, Store, Turn, Worker};

/// A host that is busy is asked for again after this.
const AGAIN: Duration = Duration::from_millis(100);

/// Takes turns in the store, where every worker keeps them, for one claim. They
/// end with the claim.
pub struct HostTurns<'a> {
    /// Where turns are kept.
    pub store: &'a dyn Store,
    /// Who asks.
    pub worker: &'a Worker,
    /// For which claim.
    pub claim: &'a Claim,
    /// The proxy that the source is asked through.
    pub proxy: &'a str,
    /// What is asked for, wherever its way leads: what a page of somebody's met at a
    /// host keeps no source's document from it (check B115).
    pub purpose: Purpose,
    /// The time.
    pub clock: &'a dyn Clock,
}

#[async_trait]
impl fetch::Turns for HostTurns<'_> {
    async fn turn(&self, url: &Url) -> Result<Box<dyn Any + Send>, Failure> {
        let host = Host::of(url, self.proxy);
        loop {
            let now = self.clock.now();
            let turn = self.store.turn(self.worker, self.claim, &host, self.purpose, now).await;
            match turn.map_err(|error| Failure::NotStored(error.to_string()))? {
                Turn::Taken => return Ok(Box::new(())),
                Turn::Held(until) => return Err(Failure::Held(until)),
                Turn::Busy => tokio::time::sleep(AGAIN).await,
                Turn::Until(at) => tokio::time::sleep(at.since(now)).await,
            }
        }
    }
}
