//! When a source is polled next. Pure.

pub mod policy;

pub use policy::{Policy, PolicyError};
