//! Who works on the store.

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::link::run::Repeat;
use crate::store::postgres::node::{configs, nodes};
use crate::store::{ConfigDigests, ConfigStanding, Duty, Joining, Node, NodeStatus, Nodes, Result};

#[async_trait]
impl Nodes for PostgresStore {
    async fn join(&self, joining: &Joining, now: Timestamp) -> Result<Node> {
        self.write(Repeat::Once, joining.clone(), move |w, joining| Box::pin(nodes::join(w, joining, now))).await
    }

    async fn beat(&self, node: &Node, now: Timestamp) -> Result<()> {
        self.write(Repeat::Same, node.clone(), move |w, node| Box::pin(nodes::beat(w, node, now))).await
    }

    async fn leave(&self, node: &Node, now: Timestamp) -> Result<()> {
        self.write(Repeat::Same, node.clone(), move |w, node| Box::pin(nodes::leave(w, node, now))).await
    }

    async fn nodes(&self, now: Timestamp) -> Result<Vec<NodeStatus>> {
        let time = self.session.time();
        self.read(&(), move |tx, ()| Box::pin(nodes::nodes(tx, time.now(tx.begun_at, now)))).await
    }

    async fn take_duty(&self, node: &Node, duty: Duty, now: Timestamp) -> Result<bool> {
        self.write(Repeat::Same, node.clone(), move |w, node| Box::pin(nodes::take_duty(w, node, duty, now))).await
    }

    async fn give_up_duty(&self, node: &Node, duty: Duty) -> Result<()> {
        self.write(Repeat::Same, node.clone(), move |w, node| Box::pin(nodes::give_up_duty(&w.tx, node, duty))).await
    }

    async fn take_config(&self, node: &Node, config: &ConfigDigests, now: Timestamp) -> Result<ConfigStanding> {
        let given = (node.clone(), *config);
        self.write(Repeat::Same, given, move |w, (node, config)| Box::pin(configs::take(w, node, config, now))).await
    }
}
