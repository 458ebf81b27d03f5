//! How much clients may use.

use std::time::Duration;

use crate::limits::{ANSWER_PACE, ANSWER_STALL, CONNECTION_WAIT, CONNECTIONS, REQUEST_TIME, STREAMS};
use crate::web::stall::Tolerance;

/// How much a client may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first byte of a request to the end of its head.
    pub head: Duration,
    /// How slowly it may take its responses.
    pub patience: Tolerance,
    /// Connections at once. For one more, the connection that has been idle the longest is
    /// closed.
    pub connections: usize,
    /// How long one more waits if none is idle, before it is turned away.
    pub wait: Duration,
    /// How many of the connections may be streams.
    pub streams: usize,
    /// How long connections get to end at a stop.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            head: REQUEST_TIME.duration(),
            patience: Tolerance {
                stall: ANSWER_STALL.duration(),
                pace: ANSWER_PACE.count(),
                free: Duration::from_secs(60),
            },
            connections: CONNECTIONS.count(),
            wait: CONNECTION_WAIT.duration(),
            streams: STREAMS.count(),
            grace: Duration::from_secs(1),
        }
    }
}
