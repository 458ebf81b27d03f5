//! Whether this node's configuration is in force, or behind that of other nodes.
//!
//! It is looked at beside the beat, not by it: what a look finds may be a configuration to put
//! in force, which takes its time with many sources, and a beat that waited for that would have
//! the node taken for silent. A look reads as many rows as the desk has nodes.

use std::sync::Arc;
use std::time::Duration;

use crate::daemon::reload;
use crate::daemon::state::DaemonState;
use crate::store::{self, ConfigStanding, standing_of};

/// Between looks at the other nodes: an operator who rolls a configuration out sees soon which
/// nodes lack it.
const LOOK: Duration = Duration::from_secs(10);

/// What a look at the nodes shows.
#[derive(Clone, Copy, PartialEq, Eq)]
struct NodesSeen {
    /// Whether the configurations of those at work differ.
    differ: bool,
    /// The rank of this node's own: another each time that it comes into force again, between
    /// two looks, too.
    rank: Option<i64>,
}

/// Looks how it stands for as long as the program runs. One that was behind is put in force
/// once no other node has a newer one.
pub async fn run(shared: Arc<DaemonState>) {
    let mut before: Option<NodesSeen> = None;
    loop {
        match look(&shared).await {
            Ok(seen) => {
                // While they differed, nodes dated documents of their own. Those that are the
                // same now have one date again (O126).
                if before.is_some_and(|before| !seen.differ && before != seen) {
                    shared.mark_all();
                }
                before = Some(seen);
            }
            Err(error) => tracing::debug!(%error, "how the configurations of the nodes stand is not known"),
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Looks at the nodes, and takes this node's configuration over when it is no longer behind.
async fn look(shared: &Arc<DaemonState>) -> store::Result<NodesSeen> {
    let now = shared.clock.now();
    let nodes = shared.store.nodes(now).await?;
    let own = &shared.poller.node().id;
    let standing = standing_of(own, &nodes, now);
    match (shared.is_behind(), &standing) {
        (true, ConfigStanding::InForce) => reload::take_over(shared).await?,
        (false, ConfigStanding::Behind(_)) => shared.stand(standing),
        _ => {}
    }
    let machine = nodes.iter().find(|status| status.node.id == *own).and_then(|status| status.machine.as_ref());
    Ok(NodesSeen { differ: !store::differences(&nodes, now).is_empty(), rank: machine.map(|machine| machine.rank) })
}
