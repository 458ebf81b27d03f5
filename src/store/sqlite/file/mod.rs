//! The file and its connections: opening, locking, migrating, the one writer.

pub mod files;
pub mod lock;
pub mod look;
pub mod migrate;
pub mod open;
pub mod opened;
pub mod upgrade;
pub mod writer;
