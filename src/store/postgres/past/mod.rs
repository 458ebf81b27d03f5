//! Stored entries decided about anew.
//!
//! Whoever writes decisions has the lock of the rules with others; whoever puts rules in
//! force, or begins or settles a rematch, has it alone. So what a commit was decided by is
//! compared with rules that stay until it is done.

pub mod in_force;
mod progress;
pub mod rematch;
pub mod reroute;
#[cfg(test)]
mod tests;
