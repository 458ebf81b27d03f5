//! Work that one node of a store does at a time.

use std::time::Duration;

use crate::store::{self, Duty};

use super::state::DaemonState;

/// How long an answer of the store is good: a duty is held for several times as long.
const GOOD: Duration = Duration::from_secs(15);

/// A duty, as this node has it or not.
pub struct DutyWatch {
    duty: Duty,
    /// Whether we had it, and when that was.
    told: Option<(bool, Duration)>,
}

impl DutyWatch {
    /// Nobody was asked yet.
    pub fn over(duty: Duty) -> DutyWatch {
        DutyWatch { duty, told: None }
    }

    /// Whether this node is the one to do it now. Where the store cannot be asked, it is
    /// not: nothing could be done on it. Copy is read and decided about again by the rules in
    /// force, so a node that has others, for it has not reloaded, leaves them to one that has
    /// those.
    pub async fn is_ours(&mut self, shared: &DaemonState) -> bool {
        let elapsed = shared.clock.elapsed();
        if let Some((had, at)) = self.told
            && elapsed.saturating_sub(at) < GOOD
        {
            return had;
        }
        let asked = match self.may_be_ours(shared).await {
            Ok(true) => shared.store.take_duty(shared.poller.node(), self.duty, shared.clock.now()).await,
            Ok(false) => shared.store.give_up_duty(shared.poller.node(), self.duty).await.map(|()| false),
            Err(error) => Err(error),
        };
        let Ok(has) = asked.inspect_err(|error| tracing::debug!(%error, "a duty could not be asked for")) else {
            return false;
        };
        if has != self.told.is_some_and(|(had, _)| had) {
            let duty = self.duty.name();
            tracing::debug!(duty, has, "a duty has another owner");
        }
        self.told = Some((has, elapsed));
        has
    }

    async fn may_be_ours(&self, shared: &DaemonState) -> store::Result<bool> {
        // Retention goes by the configuration, too.
        if shared.is_behind() && self.duty != Duty::Index {
            return Ok(false);
        }
        let needs_rules = matches!(self.duty, Duty::Rematch | Duty::Reading);
        Ok(!needs_rules || shared.store.rules().await?.as_ref() == Some(&shared.plan.load().rules))
    }
}
