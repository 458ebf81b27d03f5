//! What is to be said of all nodes of a store: what nobody does, and in what they differ.

use std::collections::BTreeMap;

use super::NodeStatus;
use super::machine::ConfigDigests;
use super::roles::NodeRole;
use super::standing::behind;
use crate::clock::Timestamp;

/// What an operator should know of the nodes of a store at `now`, in words: what nobody does,
/// and in what those at work differ that should not.
pub fn complaints(nodes: &[NodeStatus], now: Timestamp) -> Vec<String> {
    undone(nodes, now).into_iter().map(str::to_owned).chain(differences(nodes, now)).chain(behind(nodes, now)).collect()
}

/// What of the work on a store none of its nodes does at `now`, in words.
fn undone(nodes: &[NodeStatus], now: Timestamp) -> Vec<&'static str> {
    let at_work: Vec<&NodeStatus> = nodes.iter().filter(|node| node.is_at_work(now)).collect();
    if at_work.is_empty() {
        return vec!["no daemon is at work"];
    }
    let words = |role: NodeRole| match role {
        NodeRole::Poll => "no node at work polls",
        NodeRole::Publish => "no node at work publishes",
        NodeRole::Background => "no node at work does background work",
    };
    let is_missing = |role: &NodeRole| at_work.iter().all(|node| !node.roles.has(*role));
    NodeRole::ALL.into_iter().map(|(_, role)| role).filter(is_missing).map(words).collect()
}

/// A part of the configuration, as an operator knows it, and its digest.
type ConfigPart = (&'static str, fn(&ConfigDigests) -> u64);

const PARTS: [ConfigPart; 3] = [
    ("sources", |config| config.sources),
    ("feeds", |config| config.feeds),
    ("[polling] or store.keep", |config| config.settings),
];

/// In what the configurations of the nodes differ that are at work at `now`, in words.
pub fn differences(nodes: &[NodeStatus], now: Timestamp) -> Vec<String> {
    let at_work = || nodes.iter().filter(|node| node.is_at_work(now));
    let configured = || at_work().filter_map(|node| Some((node, node.machine.as_ref()?)));
    let mut all = Vec::new();
    for (part, digest) in PARTS {
        // Those of one program can be compared.
        let mut groups: BTreeMap<(&str, u64), Vec<&str>> = BTreeMap::new();
        for (node, machine) in configured() {
            let Some(config) = &machine.config else { continue };
            groups.entry((machine.program.as_str(), digest(config))).or_default().push(node.node.id.as_str());
        }
        let mut programs: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for ((program, _), names) in groups {
            programs.entry(program).or_default().push(names.join(", "));
        }
        for mut sides in programs.into_values().filter(|sides| sides.len() > 1) {
            sides.sort();
            let sides = sides.join("; ");
            all.push(format!("nodes are configured with different {part} ({sides}): give all of them the same"));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NodeId;
    use crate::store::nodes::machine::NodeMachine;
    use crate::store::nodes::roles::Roles;
    use crate::store::nodes::{Node, NodeKind};

    fn node(id: &str, program: &str, config: Option<[u64; 3]>) -> NodeStatus {
        let config = config.map(|[sources, feeds, settings]| ConfigDigests { sources, feeds, settings });
        NodeStatus {
            node: Node { id: NodeId::new(id).unwrap(), generation: 1 },
            kind: NodeKind::Daemon,
            joined_at: Timestamp::EPOCH,
            beat_at: Timestamp::EPOCH,
            left_at: None,
            roles: Roles::default(),
            machine: Some(NodeMachine { host: "host".to_owned(), program: program.to_owned(), config, rank: 0 }),
            claims: 0,
            duties: Vec::new(),
        }
    }

    #[test]
    fn nodes_of_different_configurations_are_told_o70() {
        let check = |nodes: &[NodeStatus], expected: &[&str]| {
            assert_eq!(differences(nodes, Timestamp::EPOCH), expected);
        };
        let same = [node("a", "1", Some([1, 2, 3])), node("b", "1", Some([1, 2, 3]))];
        check(&same, &[]);
        check(&[same[0].clone(), node("b", "1", None)], &[]);
        let more = [&same[..], &[node("c", "1", Some([7, 2, 9]))]].concat();
        let said =
            |part: &str| format!("nodes are configured with different {part} (a, b; c): give all of them the same");
        check(&more, &[&said("sources"), &said("[polling] or store.keep")]);
        // Another program's digests say nothing, nor do those of one that has left.
        let left = NodeStatus { left_at: Some(Timestamp::EPOCH), ..node("d", "1", Some([8, 8, 8])) };
        check(&[&same[..], &[node("c", "2", Some([7, 7, 7])), left]].concat(), &[]);
    }
}
