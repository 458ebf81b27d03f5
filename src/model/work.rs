//! A piece of work that somebody waits for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether anybody still waits for a piece of work. Who does it looks here now
/// and then, and leaves off once it was given up: rooms that know no clock keep
/// within a budget of time so.
#[derive(Clone, Default, Debug)]
pub struct Work(Arc<AtomicBool>);

impl Work {
    /// Nobody waits any longer.
    pub fn give_up(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was given up.
    pub fn is_given_up(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
