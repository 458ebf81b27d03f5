//! Nodes: who works on a store.
//!
//! Whoever claims sources has joined before. What a node holds, its claims and its turns at
//! hosts, it holds under its id and generation, and all of it is free at once when
//!
//! - it leaves;
//! - it is replaced: a later generation of its id joins, for the one before is gone;
//! - its process is known to have ended. Only who runs on the same machine can know that,
//!   so it is a hint: each claim looks, and so does each beat.
//!
//! A single claim is free when its lease ends ([`Schedule`](super::Schedule)). A beat that
//! did not come frees nothing. A node that cannot write to a store may be polling all the
//! same, and what it polls would be polled twice (R3, R21).

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use async_trait::async_trait;

use super::{Process, Result};
use crate::clock::Timestamp;
use crate::model::NodeId;

/// A daemon beats this often while it works.
pub const BEAT: Duration = Duration::from_secs(30);

/// A node that has not been heard of for so long is told of no more: long enough for
/// whoever looks in the morning to see what ended in the night.
pub const FORGOTTEN: Duration = Duration::from_secs(86_400);

/// Who works on a store.
#[async_trait]
pub trait Nodes: Send + Sync {
    /// Joins, as a generation of its id that is higher than any before it. What those held
    /// is free. To join a second time is to replace oneself.
    async fn join(&self, joining: &Joining, now: Timestamp) -> Result<Node>;

    /// Tells that a node is still at work.
    ///
    /// # Errors
    /// [`Replaced`](super::Error::Replaced) when it has left or was replaced: it may claim
    /// nothing more, and what it is about to commit is refused.
    async fn beat(&self, node: &Node, now: Timestamp) -> Result<()>;

    /// Ends a node's work. A node that has left or was replaced has nothing to return.
    async fn leave(&self, node: &Node, now: Timestamp) -> Result<()>;

    /// The nodes heard of within [`FORGOTTEN`], by id: as many as the desk has daemons, and
    /// commands that worked on the store since.
    async fn nodes(&self, now: Timestamp) -> Result<Vec<NodeStatus>>;
}

/// Who is about to join.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Joining {
    /// The name. While one of this name is at work, no other may be.
    pub id: NodeId,
    /// What it is.
    pub kind: NodeKind,
    /// Which process it is.
    pub process: Process,
}

impl Joining {
    /// This process as a daemon called `id`.
    pub fn daemon(id: NodeId) -> Joining {
        Joining { id, kind: NodeKind::Daemon, process: Process::own() }
    }

    /// This process as a run of the command called `name`. Its id is its own: the number of
    /// a process is not, where several count their processes apart.
    pub fn command(name: &str) -> Joining {
        let (number, apart) = (std::process::id(), RandomState::new().hash_one(name));
        let id = NodeId::new(&format!("{name}-{number}-{apart:016x}")).expect("a command's name is a short slug");
        Joining { id, kind: NodeKind::Command, process: Process::own() }
    }
}

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeKind {
    /// It works until it is told to stop, and beats.
    Daemon,
    /// It ends by itself, and does not beat.
    Command,
}

/// A node that has joined.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Node {
    /// Its name.
    pub id: NodeId,
    /// Which of those that joined under its name it is.
    pub generation: i64,
}

/// What it holds is held by this: `ID GENERATION`.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.generation)
    }
}

impl Node {
    /// Reads what [`Node`] is displayed as.
    pub fn read(text: &str) -> Option<Node> {
        let (id, generation) = text.split_once(' ')?;
        Some(Node { id: NodeId::new(id).ok()?, generation: generation.parse().ok()? })
    }
}

/// What is known of a node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeStatus {
    /// Which.
    pub node: Node,
    /// What it is.
    pub kind: NodeKind,
    /// When it joined.
    pub joined_at: Timestamp,
    /// When it was last heard of.
    pub beat_at: Timestamp,
    /// When it left, or was found to be dead; `None` while it is at work.
    pub left_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_read_as_it_is_displayed() {
        let node = Node { id: NodeId::new("desk-1").unwrap(), generation: 12 };
        assert_eq!(node.to_string(), "desk-1 12");
        assert_eq!(Node::read("desk-1 12"), Some(node));
        // Earlier programs wrote a name and a process.
        for odd in ["", "desk-1", "desk-1 ", "daemon 1:2:3", "Desk 1", " 1"] {
            assert_eq!(Node::read(odd), None, "{odd}");
        }
    }

    #[test]
    fn each_run_of_a_command_has_an_id_of_its_own() {
        let (one, other) = (Joining::command("poll"), Joining::command("poll"));
        assert_ne!(one.id, other.id);
        let begins = format!("poll-{}-", std::process::id());
        assert!(one.id.as_str().starts_with(&begins), "{}", one.id);
    }
}
