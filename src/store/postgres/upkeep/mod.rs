//! Retention, and whether the store is well.

mod checks;
pub mod health;
mod looks;
pub mod prune;
pub mod rebuild;
#[cfg(test)]
mod tests;
pub mod verify;
