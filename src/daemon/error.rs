//! What can go wrong with the daemon.

use crate::config::{ListenAt, Problems};
use crate::store;

/// Why the daemon does not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration cannot run.
    #[error("the configuration has problems")]
    Config(Problems),
    /// The start was refused; says why, and how to mend it.
    #[error("{0}")]
    Start(String),
    /// The address that is to be served is not free, or not this machine's.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// The address, or the socket.
        address: ListenAt,
        /// The operating system's word.
        error: std::io::Error,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The operating system.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}
