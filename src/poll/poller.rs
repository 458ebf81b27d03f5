//! What all polls share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use tokio::sync::Semaphore;

use super::lull::PollLull;
use super::readers::{Patience, Readers};
use crate::clock::Clock;
use crate::fetch::robots::Robots;
use crate::net;
use crate::plan::Plan;
use crate::schedule::health::Line;
use crate::store::{Courtesy, Node, PollRecord, Store};

/// Documents between reading and the end of their commit: enough for large group commits, few
/// enough to bound memory.
const IN_HAND: usize = crate::limits::IN_HAND.count();

/// Polls sources.
pub struct Poller {
    pub(super) store: Arc<dyn Store>,
    pub(super) net: net::Client,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) plan: Arc<ArcSwap<Plan>>,
    pub(super) node: Node,
    pub(super) courtesy: Courtesy,
    pub(super) readers: Readers,
    pub(super) in_hand: Semaphore,
    pub(super) robots: Robots,
    pub(super) line: Mutex<Line>,
    /// When polls that brought nothing are stored; `None`: each at once.
    pub(super) lull: Option<Arc<PollLull>>,
    /// Failures that the store has not recorded yet.
    pub(super) unrecorded: Mutex<Vec<PollRecord>>,
}

impl Poller {
    /// A poller that follows `plan`, also when it is replaced, and polls as `node`.
    pub fn new(
        store: Arc<dyn Store>,
        net: net::Client,
        clock: Arc<dyn Clock>,
        plan: Arc<ArcSwap<Plan>>,
        node: Node,
        courtesy: Courtesy,
    ) -> Self {
        let readers = Readers::new(Patience::default());
        let in_hand = Semaphore::new(IN_HAND);
        let (robots, line, unrecorded) = (Robots::default(), Mutex::default(), Mutex::default());
        let lull = None;
        Poller { store, net, clock, plan, node, courtesy, readers, in_hand, robots, line, lull, unrecorded }
    }

    /// The same for a desk that polls all the time: what brings nothing is stored together.
    #[must_use]
    pub fn with_lulls(self, lull: Arc<PollLull>) -> Self {
        Poller { lull: Some(lull), ..self }
    }

    pub(super) fn unrecorded(&self) -> MutexGuard<'_, Vec<PollRecord>> {
        self.unrecorded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The plan in force.
    pub fn plan(&self) -> Arc<Plan> {
        self.plan.load_full()
    }

    /// The clock that polls use.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The node that polls.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// How considerate polls are to hosts.
    pub fn courtesy(&self) -> &Courtesy {
        &self.courtesy
    }

    /// Whether documents of this host's site recently took long to read.
    pub fn is_heavy(&self, host: &str) -> bool {
        self.readers.is_heavy(host)
    }

    /// Why no document can be read any more; `None` while some can.
    pub fn impediment(&self) -> Option<String> {
        self.readers.impediment()
    }
}
