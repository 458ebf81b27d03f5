//! Has a node's clock follow that of the store, where the store has one of its own.

use super::{Clocks, Result};
use crate::clock::{Clock, LedClock};

/// How often a store that answers late is asked the first time, when nothing is known yet.
const FIRST_QUESTIONS: usize = 3;

/// Asks the store for its time, and sets `clock` by it. An answer that comes late changes
/// nothing: the store is asked again at the next beat.
///
/// # Errors
/// The store's: the clock goes on as it did.
pub async fn follow<C: Clocks + ?Sized>(store: &C, clock: &LedClock) -> Result<()> {
    let questions = if clock.is_led() { 1 } else { FIRST_QUESTIONS };
    for _ in 0..questions {
        let asked = clock.elapsed();
        let told = store.time(clock.now()).await?;
        if clock.follow(told, asked, clock.elapsed()) {
            break;
        }
    }
    Ok(())
}
