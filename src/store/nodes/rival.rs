//! Who keeps a node from joining.

use std::fmt;
use std::time::Duration;

use super::process::Process;
use crate::clock::span;
use crate::model::NodeId;

/// A node that keeps another of its name from joining.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rival {
    /// The name that both have.
    pub id: NodeId,
    /// The machine that it runs on.
    pub host: String,
    /// Its process.
    pub process: Process,
    /// How long ago it was last heard of.
    pub silence: Duration,
}

impl fmt::Display for Rival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rival { id, host, process, silence } = self;
        let (number, silence) = (process.number().unwrap_or("unknown"), span(*silence));
        write!(
            f,
            "node \"{id}\" is at work on host {host} (process {number}, last heard of {silence} ago); \
             give this one another [node] id"
        )
    }
}
