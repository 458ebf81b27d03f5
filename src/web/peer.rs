//! The other end of a connection.

use std::net::SocketAddr;

/// Where a connection came from.
#[derive(Clone, Copy, Debug)]
pub enum Peer {
    /// This IP address.
    At(SocketAddr),
    /// This machine, by a socket of its own.
    Here,
}

impl Peer {
    /// Whether it is on this machine.
    pub fn is_loopback(self) -> bool {
        match self {
            Peer::At(address) => address.ip().to_canonical().is_loopback(),
            Peer::Here => true,
        }
    }
}
