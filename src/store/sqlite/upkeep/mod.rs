//! The store itself: retention, mending, checks and copies.

pub mod copy;
pub mod line;
pub mod mend;
pub mod prune;
pub mod rebuild;
pub mod set_back;
pub mod verify;
