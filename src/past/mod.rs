//! The past: stored entries before changed filters, before search, and before people
//! who ask why.
//!
//! [`walk`] goes through stored entries, the newest first; the other files have the plan
//! decide about them, look up or explain. Nothing here asks the network.

pub mod again;
pub mod backtest;
pub mod explain;
pub mod index;
pub mod placing;
pub mod rematch;
pub mod replay;
pub mod rereading;
pub mod search;
pub mod stories;
pub mod terms;
pub mod walk;
