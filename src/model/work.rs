//! Work that can be given up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Tells whether a piece of work is still wanted. Whoever does it checks now and then, and
/// stops once it was given up: this is how rooms without a clock keep within a time limit.
#[derive(Clone, Default, Debug)]
pub struct Work(Arc<AtomicBool>);

impl Work {
    /// Gives the work up.
    pub fn give_up(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was given up.
    pub fn is_given_up(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
