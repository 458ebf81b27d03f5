//! How the configurations of a store's nodes stand to one another: which came into force
//! later, and which nodes are behind.

use std::time::Duration;

use super::machine::{ConfigStanding, NewerNode};
use super::{NodeKind, NodeStatus};
use crate::clock::Timestamp;
use crate::model::NodeId;

/// How long a node that has left, or is silent, still counts for what it was configured with: a
/// restart, or one of its machine, must not make the configuration before the newer one.
pub const CONFIG_KEPT: Duration = Duration::from_secs(600);

/// How a configuration of this rank stands among `nodes`, of which `own` is one, at `now`.
pub fn standing(rank: i64, own: &NodeId, nodes: &[NodeStatus], now: Timestamp) -> ConfigStanding {
    let counts = |node: &&NodeStatus| {
        let heard_at = node.left_at.unwrap_or(node.beat_at).max(node.beat_at);
        node.kind == NodeKind::Daemon && node.node.id != *own && now.since(heard_at) < CONFIG_KEPT
    };
    let program = nodes.iter().find(|node| node.node.id == *own).map_or(OWN_PROGRAM, program_of);
    let newer = nodes.iter().filter(counts).filter(|node| rank_of(node) > rank);
    let newer = newer.map(|node| NewerNode {
        id: node.node.id.clone(),
        program: Some(program_of(node)).filter(|other| *other != program).map(str::to_owned),
    });
    let newer: Vec<NewerNode> = newer.collect();
    if newer.is_empty() { ConfigStanding::InForce } else { ConfigStanding::Behind(newer) }
}

/// How that of `own` stands, as far as it has said by which configuration it works.
pub fn standing_of(own: &NodeId, nodes: &[NodeStatus], now: Timestamp) -> ConfigStanding {
    match nodes.iter().find(|node| node.node.id == *own).map(rank_of) {
        Some(rank) if rank > 0 => standing(rank, own, nodes, now),
        _ => ConfigStanding::InForce,
    }
}

/// The version of this program.
const OWN_PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// A store in a file does not keep it, and has one daemon.
fn program_of(node: &NodeStatus) -> &str {
    node.machine.as_ref().map_or(OWN_PROGRAM, |machine| &machine.program)
}

fn rank_of(node: &NodeStatus) -> i64 {
    node.machine.as_ref().map_or(0, |machine| machine.rank)
}

/// Which of the nodes at work at `now` are behind, in words.
pub fn behind(nodes: &[NodeStatus], now: Timestamp) -> Vec<String> {
    let at_work = nodes.iter().filter(|node| node.is_at_work(now));
    let told = at_work.filter_map(|node| {
        let id = &node.node.id;
        let standing = standing_of(id, nodes, now);
        let (newer, remedy) = (standing.newer()?, standing.remedy());
        Some(format!(
            "node {id} has an earlier configuration than {newer}: it retires no source, applies no filter, and polls \
             only what both have; {remedy}"
        ))
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::nodes::Node;
    use crate::store::nodes::machine::NodeMachine;
    use crate::store::nodes::roles::Roles;

    fn node(id: &str, rank: i64, beat: u64, left: Option<u64>) -> NodeStatus {
        let at = |seconds: u64| Timestamp::EPOCH.plus(Duration::from_secs(seconds));
        NodeStatus {
            node: Node { id: NodeId::new(id).unwrap(), generation: 1 },
            kind: NodeKind::Daemon,
            joined_at: Timestamp::EPOCH,
            beat_at: at(beat),
            left_at: left.map(at),
            roles: Roles::default(),
            machine: Some(NodeMachine { host: "host".to_owned(), program: "1".to_owned(), config: None, rank }),
            claims: 0,
            duties: Vec::new(),
        }
    }

    #[test]
    fn a_node_is_behind_while_another_has_a_newer_configuration_o120() {
        let check = |nodes: &[NodeStatus], now: u64, expected: Option<&str>| {
            let now = Timestamp::EPOCH.plus(Duration::from_secs(now));
            let standing = standing_of(&NodeId::new("a").unwrap(), nodes, now);
            assert_eq!(standing.newer().as_deref(), expected, "{nodes:?}");
        };
        let a = || node("a", 2, 1_000, None);
        check(&[a()], 1_000, None);
        check(&[a(), node("b", 2, 1_000, None), node("c", 1, 1_000, None)], 1_000, None);
        check(&[a(), node("b", 3, 1_000, None), node("c", 4, 1_000, None)], 1_000, Some("b, c"));
        // One that is started again within ten minutes is waited for, and one that is silent.
        check(&[a(), node("b", 3, 1_000, Some(1_010))], 1_609, Some("b"));
        check(&[a(), node("b", 3, 1_000, Some(1_010))], 1_610, None);
        check(&[a(), node("b", 3, 1_000, None)], 1_600, None);
        // A command has no say, nor does one that has not said anything yet.
        check(&[a(), NodeStatus { kind: NodeKind::Command, ..node("b", 3, 1_000, None) }], 1_000, None);
        check(&[node("a", 0, 1_000, None), node("b", 3, 1_000, None)], 1_000, None);
    }

    #[test]
    fn a_node_of_another_version_is_to_be_replaced_o158() {
        let of = |program: &str, node: NodeStatus| NodeStatus {
            machine: node.machine.clone().map(|machine| NodeMachine { program: program.to_owned(), ..machine }),
            ..node
        };
        let now = Timestamp::EPOCH.plus(Duration::from_secs(20));
        let nodes = [node("a", 2, 10, None), of("2", node("b", 3, 10, None)), of("2", node("c", 4, 10, None))];
        let told = behind(&nodes, now);
        assert!(
            told[0].starts_with("node a has an earlier configuration than b (wiredesk 2), c (wiredesk 2): "),
            "{told:?}"
        );
        assert!(told[0].ends_with("; replace it by the other version, as these were"), "{told:?}");
        assert!(
            told[1].starts_with("node b ")
                && told[1].ends_with(
                    "than c: it retires no source, applies no filter, \
             and polls only what both have; give all nodes the same"
                ),
            "{told:?}"
        );
    }

    #[test]
    fn who_is_behind_is_told_o120() {
        let nodes = [node("a", 2, 10, None), node("b", 3, 10, None), node("c", 1, 10, Some(10))];
        let told = behind(&nodes, Timestamp::EPOCH.plus(Duration::from_secs(20)));
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("node a has an earlier configuration than b: "), "{told:?}");
    }
}
