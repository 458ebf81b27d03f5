//! Where a node runs, and by which configuration.

use std::fmt;

use crate::model::NodeId;

/// Where a node runs that shares its store with others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeMachine {
    /// The machine's name.
    pub host: String,
    /// The program's version.
    pub program: String,
    /// By which configuration it works; `None` before it has said so.
    pub config: Option<ConfigDigests>,
    /// The higher, the later that configuration came into force; 0 where it is not known.
    pub rank: i64,
}

/// Digests of what the nodes of one store have to have in common. They say whether two nodes
/// have the same, and nothing else; programs of two versions may make them otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConfigDigests {
    /// Of the sources, whatever their order.
    pub sources: u64,
    /// Of the feeds with their filters, lists and public URLs, whatever their order.
    pub feeds: u64,
    /// Of the manners of polling, and of what is kept for how long.
    pub settings: u64,
}

/// How a node's configuration stands among those of the other nodes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum ConfigStanding {
    /// The desk works by it.
    #[default]
    InForce,
    /// These nodes have one that came into force later. The desk works by that: to put this one
    /// in force would retire sources that it does not know.
    Behind(Vec<NewerNode>),
}

/// A node whose configuration came into force later than another's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewerNode {
    /// Its name.
    pub id: NodeId,
    /// The version of its program, where that is not the other's: digests of two versions
    /// cannot be compared, so both may have the same configuration.
    pub program: Option<String>,
}

impl fmt::Display for NewerNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.program {
            None => self.id.fmt(f),
            Some(program) => write!(f, "{} (wiredesk {program})", self.id),
        }
    }
}

impl ConfigStanding {
    /// The nodes with a newer one, in words; `None` where it is in force.
    pub fn newer(&self) -> Option<String> {
        match self {
            ConfigStanding::InForce => None,
            ConfigStanding::Behind(newer) => Some(newer.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        }
    }

    /// What ends it, in words.
    pub fn remedy(&self) -> &'static str {
        match self {
            ConfigStanding::Behind(newer) if newer.iter().all(|node| node.program.is_some()) => {
                "replace it by the other version, as these were"
            }
            _ => "give all nodes the same",
        }
    }
}

/// As a store keeps them.
impl fmt::Display for ConfigDigests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ConfigDigests { sources, feeds, settings } = self;
        write!(f, "{sources:016x} {feeds:016x} {settings:016x}")
    }
}

impl ConfigDigests {
    /// Reads what they are displayed as.
    pub fn read(text: &str) -> Option<ConfigDigests> {
        let mut all = text.split(' ').map(|digits| u64::from_str_radix(digits, 16).ok());
        let mut next = || all.next().flatten();
        Some(ConfigDigests { sources: next()?, feeds: next()?, settings: next()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_read_as_they_are_displayed() {
        let digests = ConfigDigests { sources: 1, feeds: u64::MAX, settings: 0 };
        assert_eq!(ConfigDigests::read(&digests.to_string()), Some(digests));
        for odd in ["", "1 2", "x 1 2"] {
            assert_eq!(ConfigDigests::read(odd), None, "{odd}");
        }
    }
}
