//! The past: stored entries before changed filters, before search, and before people
//! who ask why.
//!
//! [`walk`] reads stored entries, the newest first, as filters read them; the other
//! files decide by it, look up or explain. Nothing here asks the network.

pub mod again;
pub mod backtest;
pub mod explain;
pub mod index;
pub mod rematch;
pub mod search;
pub mod terms;
pub mod walk;
