//! When a source is polled next, and who may start now. Pure.
//!
//! The latest of all wishes wins and is named (check P9): the operator's
//! policy, a server's `Retry-After`, backoff after failures. Dates inside
//! documents never decide.

pub mod next;
pub mod policy;
pub mod rhythm;
pub mod spread;
pub mod turns;

pub use next::{Bounds, Ended, next_poll};
pub use policy::{Policy, PolicyError};
pub use turns::Turns;
