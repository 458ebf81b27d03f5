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

pub mod complaints;
pub mod machine;
pub mod process;
pub mod rival;
pub mod roles;
pub mod standing;

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use async_trait::async_trait;

use self::machine::{ConfigDigests, ConfigStanding, NodeMachine};
use self::process::{Life, Process};
use self::roles::{NodeRole, Roles};
use super::Result;
use crate::clock::Timestamp;
use crate::model::NodeId;

/// A daemon beats this often while it works.
pub const BEAT: Duration = Duration::from_secs(30);

/// How long after its last beat a daemon is taken to be at work whose process cannot be
/// looked at: two beats may be lost on the way.
pub const SILENT: Duration = Duration::from_secs(90);

/// How long a duty is held after its holder was last heard of: it has another owner within
/// two minutes of its holder's death.
pub const DUTY_HELD: Duration = Duration::from_secs(90);

/// How long a node is listed after it was last heard of: whoever looks in the morning sees
/// what ended in the night.
pub const FORGOTTEN: Duration = Duration::from_secs(86_400);

/// Who works on a store.
#[async_trait]
pub trait Nodes: Send + Sync {
    /// Joins, as a generation of its id that is higher than any before it. What those held
    /// is free. To join a second time is to replace oneself.
    ///
    /// # Errors
    /// [`AtWork`](super::Error::AtWork) where another of this id is, and is to be respected.
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

    /// Takes work that one node does at a time, or keeps it: each beat holds it for
    /// [`DUTY_HELD`] more. Returns whether the node has it.
    ///
    /// # Errors
    /// [`Replaced`](super::Error::Replaced), as of [`Nodes::beat`].
    async fn take_duty(&self, node: &Node, duty: Duty, now: Timestamp) -> Result<bool>;

    /// Gives a duty up, so that another node has it as soon as that asks. A node that does not
    /// have it has nothing to give up.
    async fn give_up_duty(&self, node: &Node, duty: Duty) -> Result<()>;

    /// Notes by which configuration a node works from now on, and says how that stands. One that
    /// was never in force is the newest, and comes into force. One that was superseded comes
    /// back only where no other node has a later one: a node that was away, or one that is
    /// started with an old file, takes nothing back from the others. A store in a file has one
    /// daemon, and what that has is in force.
    ///
    /// # Errors
    /// [`Replaced`](super::Error::Replaced), as of [`Nodes::beat`].
    async fn take_config(&self, node: &Node, config: &ConfigDigests, now: Timestamp) -> Result<ConfigStanding>;
}

/// Work that one node does at a time. To do it twice does no harm.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Duty {
    /// Keeps the search index behind the polls.
    Index,
    /// Decides again what was decided by rules not in force.
    Rematch,
    /// Reads stored entries as wire copy.
    Reading,
    /// Prunes, and looks after the clock.
    Upkeep,
}

impl Duty {
    /// Its name in a store and in messages.
    pub fn name(self) -> &'static str {
        match self {
            Duty::Index => "index",
            Duty::Rematch => "rematch",
            Duty::Reading => "reading",
            Duty::Upkeep => "upkeep",
        }
    }
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
    /// What it does.
    pub roles: Roles,
    /// What becomes of another of its name that is at work.
    pub rival: RivalFate,
}

/// What becomes of a node of the same name that is at work when one joins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RivalFate {
    /// It is replaced: it ends at its next beat.
    Replaced,
    /// It stays, and who joins is refused. Where a lock keeps other daemons off the store,
    /// there is none.
    Respected,
}

impl Joining {
    /// This process as a daemon called `id`.
    pub fn daemon(id: NodeId) -> Joining {
        Joining::this(id, NodeKind::Daemon)
    }

    /// This process as a run of the command called `name`. Its id is its own: the number of
    /// a process is not, where several count their processes apart.
    pub fn command(name: &str) -> Joining {
        let (number, apart) = (std::process::id(), RandomState::new().hash_one(name));
        let id = NodeId::new(&format!("{name}-{number}-{apart:016x}")).expect("a command's name is a short slug");
        Joining::this(id, NodeKind::Command)
    }

    fn this(id: NodeId, kind: NodeKind) -> Joining {
        Joining { id, kind, process: Process::own(), roles: Roles::default(), rival: RivalFate::Replaced }
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
    /// What it does.
    pub roles: Roles,
    /// Where it runs; `None` where the store has one daemon, and so does not keep it.
    pub machine: Option<NodeMachine>,
    /// Sources that it has claimed.
    pub claims: u64,
    /// The duties that it holds, by name.
    pub duties: Vec<String>,
}

impl NodeStatus {
    /// Whether it is a daemon of a store that several may share.
    pub fn is_one_of_several(&self) -> bool {
        self.kind == NodeKind::Daemon && self.machine.is_some()
    }

    /// Whether it is a daemon that does its work at `now`, as far as its beats tell: one that
    /// hangs does not. Where two at work would do harm, [`may_be_at_work`] decides.
    pub fn is_at_work(&self, now: Timestamp) -> bool {
        self.kind == NodeKind::Daemon && self.left_at.is_none() && is_heard(now.since(self.beat_at))
    }
}

/// Whether one that was last heard of so long ago is taken to be at work.
fn is_heard(silence: Duration) -> bool {
    silence < SILENT
}

/// Whether a node that has not left may be at work, so that nobody may do its work beside
/// it. A process that lives may, however long it was silent: its machine may have slept.
pub fn may_be_at_work(life: Life, silence: Duration) -> bool {
    match life {
        Life::Alive => true,
        Life::Dead => false,
        Life::Unknown => is_heard(silence),
    }
}

/// Whether a node polls at `now` that joined before `own` did. Of nodes that begin together
/// there is one for which none does.
pub fn another_polls(nodes: &[NodeStatus], own: &Node, now: Timestamp) -> bool {
    let is_before = |other: &NodeStatus| other.node.generation < own.generation;
    nodes.iter().any(|other| is_before(other) && other.roles.has(NodeRole::Poll) && other.is_at_work(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A daemon of these roles that joined as number `generation`, heard of `beat` seconds
    /// after the epoch.
    fn daemon(generation: i64, roles: &str, beat: u64) -> NodeStatus {
        NodeStatus {
            node: Node { id: NodeId::new(&format!("desk-{generation}")).unwrap(), generation },
            kind: NodeKind::Daemon,
            joined_at: Timestamp::EPOCH,
            beat_at: Timestamp::EPOCH.plus(Duration::from_secs(beat)),
            left_at: None,
            roles: Roles::read(roles),
            machine: Some(NodeMachine { host: "host".to_owned(), program: "1".to_owned(), config: None, rank: 0 }),
            claims: 0,
            duties: Vec::new(),
        }
    }

    #[test]
    fn of_nodes_that_begin_together_one_finds_none_that_polls_p29() {
        let now = Timestamp::EPOCH.plus(Duration::from_secs(1_000));
        // A node that publishes was there all the time, one was killed, and one has left.
        let left = NodeStatus { left_at: Some(now), ..daemon(3, "poll", 1_000) };
        let mut all = vec![daemon(1, "publish background", 999), daemon(2, "poll", 900), left];
        all.extend([4, 5, 6].map(|generation| daemon(generation, "poll publish", 1_000)));
        let spreads = |node: &&NodeStatus| node.node.generation >= 4 && !another_polls(&all, &node.node, now);
        let those: Vec<i64> = all.iter().filter(spreads).map(|node| node.node.generation).collect();
        assert_eq!(those, [4]);
    }

    #[test]
    fn a_process_that_lives_may_be_at_work_however_silent_o47() {
        let hour = Duration::from_secs(3_600);
        let second = Duration::from_secs(1);
        for (life, silence, expected) in [
            (Life::Alive, hour, true),
            (Life::Dead, Duration::ZERO, false),
            (Life::Unknown, SILENT - second, true),
            (Life::Unknown, SILENT, false),
        ] {
            assert_eq!(may_be_at_work(life, silence), expected, "{life:?} {silence:?}");
        }
    }

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
