//! Manners of a command that makes requests without a store: a pause between two requests to a
//! site (check P25).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use crate::clock::{Clock, SystemClock};
use crate::fetch::Manners;
use crate::model::{Failure, site};

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
impl Manners for Paced {
    async fn turn(&self, url: &Url) -> Result<(), Failure> {
        let wait = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = self.clock.elapsed();
            let at = next.entry(site(url.host_str().unwrap_or_default()).to_owned()).or_insert(now);
            let start = (*at).max(now);
            *at = start + self.gap;
            start - now
        };
        self.clock.sleep(wait).await;
        Ok(())
    }
}
