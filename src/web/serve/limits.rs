//! What clients may take up.

use std::time::Duration;

use crate::limits::{ANSWER_PACE, ANSWER_STALL, CONNECTION_WAIT, CONNECTIONS, REQUEST_TIME, STREAMS};
use crate::web::stall::Tolerance;

/// What a client may take up.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first byte of a request to the end of its head.
    pub head: Duration,
    /// How slowly it may take its answers.
    pub patience: Tolerance,
    /// Connections at once; for one more, the longest idle one is closed.
    pub connections: usize,
    /// So long one more waits where none is idle, before it is turned away.
    pub wait: Duration,
    /// Of the connections so many may be streams.
    pub streams: usize,
    /// Connections get so long to end at a stop.
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
