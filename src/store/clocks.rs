//! Clocks that were wrong: what is mended when one is set back, and which is believed
//! (check R18).
//!
//! A store with a clock of its own, which all its nodes share, believes that one. When
//! it is set back, due times and holds follow it, and what it dated stays as it is.

use std::time::Duration;

use async_trait::async_trait;

use super::Result;
use crate::clock::Timestamp;

/// The clock of the machine, as the store's history bears it out.
#[async_trait]
pub trait Clocks: Send + Sync {
    /// The time by which claims, leases and turns are judged when the caller's clock shows
    /// `now`: that of the store where it has a clock of its own, else the caller's.
    async fn time(&self, now: Timestamp) -> Result<Timestamp>;

    /// The clock was set back to `now`: what was due so long after its last
    /// poll is due as long after `now`, and holds end as long after it (R18).
    /// Returns how many sources were moved; a second time, none are.
    async fn set_back(&self, now: Timestamp) -> Result<usize>;

    /// Mends what a clock that was ahead dated and placed, now that it shows
    /// `now`, where that can be believed: entries that came then stand before
    /// `now`, in the order they have, and feeds are to decide about them anew.
    /// Ids stay. Returns how many entries that were; a second time, none. To be called
    /// before anything is stored by the clock that was set back.
    async fn mend_times(&self, now: Timestamp) -> Result<usize>;

    /// The time to prune by, when the clock shows `now` and the desk ran for
    /// `ran` since it was last asked: one that is far ahead of the store's own
    /// history is believed step by step.
    async fn believe(&self, now: Timestamp, ran: Duration) -> Result<Timestamp>;
}
