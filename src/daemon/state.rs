//! What the daemon's tasks share.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use arc_swap::ArcSwap;
use tokio::sync::{Mutex, Notify};
use tokio::task::JoinHandle;

use crate::clock::{Clock, LedClock, SystemClock};
use crate::config::Config;
use crate::net;
use crate::plan::{Plan, courtesy};
use crate::poll::Poller;
use crate::poll::lull::PollLull;
use crate::publish::pages::Alarm;
use crate::store::{ConfigStanding, Node, NodeRole, Roles, Store};
use crate::web;

use super::dirty::Dirty;
use super::error::Error;
use super::fixed::Fixed;
use super::opening::OpenedStore;
use super::site::site;
use super::stop::Stop;

/// What the daemon's tasks share.
pub struct DaemonState {
    /// The store.
    pub store: Arc<dyn Store>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The same, where it follows the store's.
    pub led: Option<Arc<LedClock>>,
    /// What this node does.
    roles: Roles,
    /// The configuration in force, as polls use it.
    pub plan: Arc<ArcSwap<Plan>>,
    /// The configuration in force.
    pub config: ArcSwap<Config>,
    /// The settings that this process keeps until a restart.
    pub fixed: Fixed,
    /// When polls claim and store.
    pub lull: Arc<PollLull>,
    /// Runs polls and fetches articles.
    pub poller: Arc<Poller>,
    /// What is served.
    pub desk: Arc<web::Desk>,
    /// Feeds that are to be rendered.
    pub dirty: Dirty,
    /// Notified when the configuration changes, so that the poll loop looks for due sources.
    pub changed: Notify,
    /// When the poll loop last came round, by the monotonic clock (R24).
    pub beat: AtomicU64,
    /// The rematch that is under way. Locked while a configuration is taken over, so that
    /// no second one begins beside it.
    pub rematch: Mutex<Option<JoinHandle<()>>>,
    /// How this node's configuration stands among those of other nodes.
    pub standing: ArcSwap<ConfigStanding>,
    /// When to stop.
    pub stop: Stop,
}

impl DaemonState {
    /// What the tasks of a daemon with this configuration share.
    ///
    /// # Errors
    /// The HTTP client cannot be made.
    pub fn new(
        config: Config,
        node: Node,
        OpenedStore { store, clock, led }: OpenedStore,
        stop: Stop,
    ) -> Result<Arc<DaemonState>, Error> {
        let net = net::Client::new(config.polling.net_settings()).map_err(|e| Error::Start(e.to_string()))?;
        let config = Arc::new(config);
        let in_force = Arc::new(Plan::of(&config));
        let plan = Arc::new(ArcSwap::new(Arc::clone(&in_force)));
        let courtesy = courtesy(&config);
        let poller = Poller::new(Arc::clone(&store), net, Arc::clone(&clock), Arc::clone(&plan), node, courtesy);
        // A lull spares the disk, which knows no clock but the machine's.
        let lull = Arc::new(PollLull::new(Arc::new(SystemClock::new()), config.polling.concurrency));
        let shown = site(&config, &in_force, None);
        let desk = web::Desk::new(Arc::clone(&store), Arc::clone(&clock), shown).in_roles(config.node.roles);
        Ok(Arc::new(DaemonState {
            desk: Arc::new(desk),
            dirty: Dirty::new(),
            plan,
            poller: Arc::new(poller.with_lulls(Arc::clone(&lull))),
            lull,
            roles: config.node.roles,
            fixed: Fixed::of(&config),
            config: ArcSwap::new(config),
            changed: Notify::new(),
            beat: AtomicU64::new(0),
            store,
            clock,
            led,
            rematch: Mutex::new(None),
            standing: ArcSwap::default(),
            stop,
        }))
    }

    /// Whether this node does a part of the work.
    pub fn has(&self, role: NodeRole) -> bool {
        self.roles.has(role)
    }

    /// Whether other nodes have a newer configuration than this one.
    pub fn is_behind(&self) -> bool {
        **self.standing.load() != ConfigStanding::InForce
    }

    /// Notes how this node's configuration stands, and tells of it in the log, on the pages and
    /// in readiness.
    pub fn stand(&self, standing: ConfigStanding) {
        let before = self.standing.swap(Arc::new(standing.clone()));
        let (newer, remedy) = (standing.newer(), standing.remedy());
        match &newer {
            Some(newer) => tracing::warn!(
                newer,
                remedy,
                "other nodes have a newer configuration: this one retires no source, applies no filter, and polls only \
                 what both have"
            ),
            None if *before != standing => tracing::info!("this node's configuration is in force again"),
            None => return,
        }
        let line = |newer: String| Alarm {
            title: "This node's configuration is not in force".to_owned(),
            lines: vec![format!(
                "nodes with a newer one: {newer}. This node retires no source, applies no filter, and polls only what both \
                 have; {remedy}."
            )],
        };
        self.desk.set_remark(newer.as_ref().map(|newer| format!("with an earlier configuration than {newer}")));
        self.show(newer.map(line));
    }

    /// Serves by the configuration in force, with an alarm if there is one.
    pub fn show(&self, alarm: Option<Alarm>) {
        self.desk.set_site(site(&self.config.load_full(), &self.plan.load_full(), alarm));
    }

    /// Has all feeds rendered again. A document whose bytes come out the same stays as it is.
    pub fn mark_all(&self) {
        let config = self.config.load();
        self.dirty.mark(config.feeds.iter().map(|feed| feed.channel.id.clone()));
    }
}
