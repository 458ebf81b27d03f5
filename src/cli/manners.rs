//! Manners of a command that asks without a store: a pause between two requests
//! to a site, and robots.txt where it binds (checks P25, P35).

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use crate::clock::{Clock, SystemClock, Timestamp};
use crate::fetch::robots::Robots;
use crate::fetch::{self, Turns};
use crate::model::{Failure, site};
use crate::net;

/// Keeps a gap between the starts of requests to a registrable domain.
pub struct Paced {
    gap: Duration,
    clock: SystemClock,
    next: Mutex<HashMap<String, Duration>>,
}

impl Paced {
    /// A pace with this gap.
    pub fn new(gap: Duration) -> Self {
        Paced { gap, clock: SystemClock::new(), next: Mutex::new(HashMap::new()) }
    }
}

#[async_trait]
impl Turns for Paced {
    async fn turn(&self, url: &Url) -> Result<Box<dyn Any + Send>, Failure> {
        let wait = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = self.clock.elapsed();
            let at = next.entry(site(url.host_str().unwrap_or_default()).to_owned()).or_insert(now);
            let start = (*at).max(now);
            *at = start + self.gap;
            start - now
        };
        tokio::time::sleep(wait).await;
        Ok(Box::new(()))
    }
}

/// Takes turns where robots.txt lets us, if what is asked for is bound by it.
pub struct Heeding<'a> {
    net: &'a net::Client,
    robots: &'a Robots,
    paced: &'a Paced,
    like: fetch::Request,
    now: Timestamp,
    is_bound: bool,
}

impl<'a> Heeding<'a> {
    /// Turns for a request like this one.
    pub fn new(
        net: &'a net::Client,
        robots: &'a Robots,
        paced: &'a Paced,
        like: &fetch::Request,
        now: Timestamp,
        is_bound: bool,
    ) -> Self {
        Heeding { net, robots, paced, like: like.clone(), now, is_bound }
    }
}

#[async_trait]
impl Turns for Heeding<'_> {
    async fn turn(&self, url: &Url) -> Result<Box<dyn Any + Send>, Failure> {
        if self.is_bound {
            let request = fetch::Request { url: url.clone(), ..self.like.clone() };
            self.robots.leave(self.net, &request, self.paced, self.now).await?;
        }
        self.paced.turn(url).await
    }
}
