//! Whether this node's configuration is in force, or behind that of other nodes.

use std::sync::Arc;
use std::time::Duration;

use crate::daemon::reload;
use crate::daemon::state::DaemonState;
use crate::store::{self, ConfigStanding, standing_of};

/// Between looks at the other nodes: an operator who rolls a configuration out sees soon which
/// nodes lack it.
const LOOK: Duration = Duration::from_secs(10);

/// Looks how it stands for as long as the program runs. One that was behind is put in force
/// once no other node has a newer one.
pub async fn run(shared: Arc<DaemonState>) {
    let mut differed = false;
    loop {
        tokio::time::sleep(LOOK).await;
        match look(&shared).await {
            Ok(differ) => {
                // While they differed, nodes dated documents of their own. Those that are the
                // same now have one date again (O126).
                if differed && !differ {
                    shared.mark_all();
                }
                differed = differ;
            }
            Err(error) => tracing::debug!(%error, "how the configurations of the nodes stand is not known"),
        }
    }
}

/// Returns whether the configurations of the nodes at work differ.
async fn look(shared: &Arc<DaemonState>) -> store::Result<bool> {
    let now = shared.clock.now();
    let nodes = shared.store.nodes(now).await?;
    let standing = standing_of(&shared.poller.node().id, &nodes, now);
    match (shared.is_behind(), &standing) {
        (true, ConfigStanding::InForce) => reload::take_over(shared).await?,
        (false, ConfigStanding::Behind(_)) => shared.stand(standing),
        _ => {}
    }
    Ok(!store::differences(&nodes, now).is_empty())
}
