//! The running program: polls, publishes, reloads, and stops cleanly.
//!
//! [`Daemon::open`] does all that can refuse a start, in the order configuration,
//! store, port: nothing is polled before all three are had (B83, B86, B87).

mod articles;
mod lock;
mod polls;
mod publisher;
mod reload;
mod stop;
mod upkeep;

use std::path::Path;
use std::sync::{Arc, Mutex, Weak};

use arc_swap::ArcSwap;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::config::{Config, Problems, SampleFailure};
use crate::net;
use crate::poll::{Plan, Poller};
use crate::store::sqlite::SqliteStore;
use crate::store::{self, Store};
use crate::web;

pub use stop::Stop;

/// The daemon's name among those who claim polls.
const WORKER: &str = "daemon";

/// Why the daemon does not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration cannot run.
    #[error("the configuration has problems")]
    Config(Problems),
    /// The start was refused; names what and the remedy.
    #[error("{0}")]
    Start(String),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The machine.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// A daemon that can run: configuration read, store open, port bound.
pub struct Daemon {
    watch: reload::Watch,
    config: Config,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    listener: TcpListener,
    /// Held for as long as the daemon lives.
    _lock: lock::Lock,
}

/// What the daemon's tasks share.
struct Shared {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    plan: Arc<ArcSwap<Plan>>,
    config: ArcSwap<Config>,
    poller: Arc<Poller>,
    desk: Arc<web::Desk>,
    dirty: publisher::Dirty,
    /// Rung when the configuration changed, so that the loop looks at its sources.
    changed: Notify,
    /// Rung when entries came, so that they are indexed.
    arrived: Notify,
    /// Rung when entries came that may want their articles.
    wanted: Notify,
    /// When the poll loop last came round, by the monotonic clock (R24).
    beat: std::sync::atomic::AtomicU64,
    /// The rematch that is under way.
    rematch: Mutex<Option<JoinHandle<()>>>,
    /// Plans of before, by which polls under way still decide.
    old_plans: Mutex<Vec<Weak<Plan>>>,
    stop: Stop,
}

impl Daemon {
    /// Reads the configuration, opens the store and binds the port.
    ///
    /// # Errors
    /// [`Error::Config`] lists all problems; [`Error::Start`] names what is in
    /// the way. The store is not touched when the configuration is bad (B83).
    pub async fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let mut watch = reload::Watch::begin(path)?;
        let config = Config::load(path).map_err(Error::Config)?;
        watch.note(&config.files);
        let unexpected = unexpected(&config);
        if !unexpected.0.is_empty() {
            return Err(Error::Config(unexpected));
        }
        let start = |said: String| Error::Start(said);
        crate::store::sqlite::check_file(&config.store.path).map_err(|e| start(e.to_string()))?;
        let lock = lock::Lock::take(&config.store.path).map_err(start)?;
        let now = clock.now();
        let store: Arc<dyn Store> =
            Arc::new(SqliteStore::open(&config.store.path, now).map_err(|e| start(e.to_string()))?);
        let listen = config.server.listen;
        let listener = TcpListener::bind(listen)
            .await
            .map_err(|e| start(format!("cannot listen on {listen}: {e}; free the port or change server.listen")))?;
        Ok(Daemon { watch, config, store, clock, listener, _lock: lock })
    }

    /// The address that is served.
    ///
    /// # Errors
    /// The machine's.
    pub fn address(&self) -> std::io::Result<std::net::SocketAddr> {
        self.listener.local_addr()
    }

    /// The feeds that are published.
    pub fn feeds(&self) -> impl Iterator<Item = &crate::model::FeedId> {
        self.config.feeds.iter().map(|feed| &feed.channel.id)
    }

    /// Polls and publishes until `stop` says so.
    ///
    /// # Errors
    /// The store's, at the start.
    pub async fn run(self, stop: Stop) -> Result<(), Error> {
        let Daemon { watch, config, store, clock, listener, _lock } = self;
        for warning in &config.warnings {
            tracing::warn!(key = warning.key, "{}", warning.sentence);
        }
        let address = listener.local_addr()?;
        let shared = share(config, store, clock, stop)?;
        shared.store.believe(shared.clock.now(), std::time::Duration::ZERO).await?;
        polls::set_back(&shared).await?;
        reload::take_over(&shared).await?;
        // The lock says that no other daemon works on this store: what turns
        // one left behind are nobody's.
        shared.store.end_turns(WORKER).await?;
        polls::respread(&shared).await?;
        tracing::info!(%address, sources = shared.plan.load().sources.len(), "wiredesk is running");
        notify(&[sd_notify::NotifyState::Ready]);

        let serving = tokio::spawn(web::serve(listener, Arc::clone(&shared.desk), shared.stop.watch()));
        let publishing = tokio::spawn(publisher::run(Arc::clone(&shared)));
        let side = [
            tokio::spawn(articles::run(Arc::clone(&shared))),
            tokio::spawn(upkeep::index(Arc::clone(&shared))),
            tokio::spawn(upkeep::follow(Arc::clone(&shared))),
            tokio::spawn(upkeep::prune(Arc::clone(&shared))),
            tokio::spawn(upkeep::watchdog(Arc::clone(&shared))),
            tokio::spawn(watch.run(Arc::clone(&shared))),
        ];
        polls::run(&shared).await;
        notify(&[sd_notify::NotifyState::Stopping]);
        side.iter().for_each(tokio::task::JoinHandle::abort);
        // Feeds are answered until the polls are done (R7).
        shared.stop.finish_serving();
        if let Ok(Err(error)) = serving.await {
            tracing::error!(%error, "serving ended badly");
        }
        publishing.abort();
        tracing::info!("wiredesk has stopped");
        Ok(())
    }
}

fn share(config: Config, store: Arc<dyn Store>, clock: Arc<dyn Clock>, stop: Stop) -> Result<Arc<Shared>, Error> {
    let net = net::Client::new(config.polling.net_settings()).map_err(|e| Error::Start(e.to_string()))?;
    let plan = Arc::new(ArcSwap::from_pointee(Plan::of(&config)));
    let worker = crate::poll::worker(&config, WORKER);
    let poller = Arc::new(Poller::new(Arc::clone(&store), net, Arc::clone(&clock), Arc::clone(&plan), worker));
    let desk = Arc::new(web::Desk::new(Arc::clone(&store), Arc::clone(&clock), reload::site(&config, Vec::new())));
    Ok(Arc::new(Shared {
        desk,
        dirty: publisher::Dirty::new(),
        plan,
        poller,
        config: ArcSwap::from_pointee(config),
        changed: Notify::new(),
        arrived: Notify::new(),
        wanted: Notify::new(),
        beat: std::sync::atomic::AtomicU64::new(0),
        store,
        clock,
        rematch: Mutex::new(None),
        old_plans: Mutex::new(Vec::new()),
        stop,
    }))
}

/// Samples that do not come out as their feed's author expects.
fn unexpected(config: &Config) -> Problems {
    Problems(config.run_samples().iter().map(SampleFailure::problem).collect())
}

/// Tells systemd, where there is one.
fn notify(states: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "systemd was not told");
    }
}
