//! Who works on the store.

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::answers::unbuilt;
use crate::store::{Joining, Node, NodeStatus, Nodes, Result};

#[async_trait]
impl Nodes for PostgresStore {
    async fn join(&self, joining: &Joining, now: Timestamp) -> Result<Node> {
        Err(unbuilt("join"))
    }

    async fn beat(&self, node: &Node, now: Timestamp) -> Result<()> {
        Err(unbuilt("beat"))
    }

    async fn leave(&self, node: &Node, now: Timestamp) -> Result<()> {
        Err(unbuilt("leave"))
    }

    async fn nodes(&self, now: Timestamp) -> Result<Vec<NodeStatus>> {
        Err(unbuilt("nodes"))
    }
}
