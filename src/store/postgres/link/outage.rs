//! Says once that the server is away, and once that it is back (R70). Whoever asks the store
//! goes on trying meanwhile, and what cannot be done in the end is told where it was asked for.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::url::ServerAddress;
use crate::clock::{Clock, SystemClock, span};
use crate::store::Error;

/// Whether the server is away, as far as we know.
pub struct Outage {
    clock: SystemClock,
    /// Since when, by the monotonic clock.
    since: Mutex<Option<Duration>>,
}

impl Outage {
    /// A server of which nothing is known yet.
    pub fn new() -> Outage {
        Outage { clock: SystemClock::new(), since: Mutex::default() }
    }

    /// Notes that no connection to `address` was made.
    pub fn missed(&self, address: &ServerAddress, error: &Error) {
        if matches!(error, Error::Away(_)) && self.is_first() {
            tracing::warn!(store = %address, %error, "the store's server is away: it is tried again until it is back");
        }
    }

    /// Notes that the server at `address` answers.
    pub fn answered(&self, address: &ServerAddress) {
        if let Some(away) = self.back() {
            tracing::info!(store = %address, away = span(away), "the store's server can be reached again");
        }
    }

    /// How long it was away; `None` where it was not.
    fn back(&self) -> Option<Duration> {
        let since = self.since().take()?;
        Some(self.clock.elapsed().saturating_sub(since))
    }

    /// Whether nobody knew that it is away.
    fn is_first(&self) -> bool {
        let mut since = self.since();
        let is_first = since.is_none();
        since.get_or_insert_with(|| self.clock.elapsed());
        is_first
    }

    fn since(&self) -> std::sync::MutexGuard<'_, Option<Duration>> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_told_once_and_so_is_its_end_r70() {
        let outage = Outage::new();
        assert!(outage.back().is_none() && outage.is_first() && !outage.is_first());
        assert!(outage.back().is_some() && outage.back().is_none() && outage.is_first());
    }
}
