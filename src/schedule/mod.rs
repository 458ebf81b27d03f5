//! When a source is polled next, who may start now, and how it is doing. Pure.
//!
//! Of all wishes the latest wins and is named as the reason (check P9): the operator's
//! policy, freshness, a document's hints, a server's `Retry-After`, backoff after failures.
//! Dates inside documents never decide.

pub mod address;
pub mod budget;
pub mod condition;
pub mod health;
mod heard;
pub mod hold;
pub mod lease;
pub mod next;
pub mod policy;
pub mod rhythm;
pub mod spread;
pub mod standing;
pub mod turns;
mod unstored;
pub mod whole;
mod wishes;

pub use budget::{Budget, FirstDocument, Ration};
pub use condition::{Condition, SourceHealth};
pub use heard::{Ended, Heard, Sent, Why};
pub use hold::Throttled;
pub use next::{Bounds, next_poll};
pub use policy::{Policy, PolicyError};
pub use standing::settle;
pub use turns::Turns;
pub use whole::{may_be_validators, wants_whole};
pub use wishes::unusable;
