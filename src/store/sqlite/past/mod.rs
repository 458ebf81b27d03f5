//! Stored entries gone through and decided about anew.

pub mod history;
pub mod in_force;
pub mod rematch;
pub mod reroute;
