//! Who works on the store.

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::node::nodes;
use crate::store::{ConfigDigests, ConfigStanding, Duty, Joining, Node, NodeStatus, Nodes, Result};

#[async_trait]
impl Nodes for SqliteStore {
    async fn join(&self, joining: &Joining, now: Timestamp) -> Result<Node> {
        let joining = joining.clone();
        self.write(move |c| nodes::join(c, &joining, now)).await
    }

    async fn beat(&self, node: &Node, now: Timestamp) -> Result<()> {
        let node = node.clone();
        self.write(move |c| nodes::beat(c, &node, now)).await
    }

    async fn leave(&self, node: &Node, now: Timestamp) -> Result<()> {
        let node = node.clone();
        self.write(move |c| nodes::leave(c, &node, now)).await
    }

    async fn nodes(&self, now: Timestamp) -> Result<Vec<NodeStatus>> {
        self.read(move |c| nodes::nodes(c, now)).await
    }

    /// A store in a file has one daemon, and commands have no duties.
    async fn take_duty(&self, _node: &Node, _duty: Duty, _now: Timestamp) -> Result<bool> {
        Ok(true)
    }

    async fn give_up_duty(&self, _node: &Node, _duty: Duty) -> Result<()> {
        Ok(())
    }

    async fn take_config(&self, _node: &Node, _config: &ConfigDigests, _now: Timestamp) -> Result<ConfigStanding> {
        Ok(ConfigStanding::InForce)
    }
}
