//! Whose time it is that a transaction writes.

use crate::clock::Timestamp;

/// Whose clock counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoreTime {
    /// The server's: nodes whose clocks differ agree on leases, holds and due times.
    Servers,
    /// That of whoever asks: for tests, which move it.
    Callers,
}

impl StoreTime {
    /// The time of a transaction that began when the server's clock showed `begun_at`, for
    /// one whose own clock shows `asked_at`.
    pub fn now(self, begun_at: Timestamp, asked_at: Timestamp) -> Timestamp {
        match self {
            StoreTime::Servers => begun_at,
            StoreTime::Callers => asked_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_with_different_clocks_write_the_servers_time_o43() {
        let [server, node] = [1_000, 301_000].map(Timestamp::from_millis);
        assert_eq!(StoreTime::Servers.now(server, node), server);
        assert_eq!(StoreTime::Callers.now(server, node), node);
    }
}
