//! Has a node's clock follow that of the store, where the store has one of its own.

use super::{Clocks, Result};
use crate::clock::{Clock, LedClock};

/// Asks the store for its time, and sets `clock` by it.
///
/// # Errors
/// The store's: the clock goes on as it did.
pub async fn follow<C: Clocks + ?Sized>(store: &C, clock: &LedClock) -> Result<()> {
    let asked = clock.elapsed();
    let told = store.time(clock.now()).await?;
    // It was told about halfway between the question and the answer.
    clock.follow(told, asked + clock.elapsed().saturating_sub(asked) / 2);
    Ok(())
}
