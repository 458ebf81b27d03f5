//! Retention, and whether the store is well.

mod checks;
pub mod health;
mod looks;
pub mod prune;
pub mod rebuild;
pub mod verify;
