//! The running program: polls, publishes, reloads, and stops cleanly.
//!
//! [`Daemon::open`] does all that can refuse a start, in the order configuration,
//! store, port: nothing is polled before all three are had (B83, B86, B87).

mod articles;
mod polls;
mod publisher;
mod reload;
mod second_look;
mod stop;
mod upkeep;
mod watch;

use std::path::Path;
use std::sync::{Arc, Mutex, Weak};

use arc_swap::ArcSwap;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::clock::{Clock, ZoneData};
use crate::config::{Config, Problems, Reading};
use crate::model::{FeedId, NodeId};
use crate::net;
use crate::plan::Plan;
use crate::poll::Poller;
use crate::store::{self, Joining, Node, Opening, Store};
use crate::web;

pub use stop::Stop;

/// The daemon's name among the nodes of its store. One daemon works on a store, so that
/// each replaces the one before.
const NODE: &str = "daemon";

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
    watch: watch::Watch,
    config: Config,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    listener: TcpListener,
}

/// What the daemon's tasks share.
struct Shared {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    plan: Arc<ArcSwap<Plan>>,
    config: ArcSwap<Config>,
    /// What this process began with and keeps until a restart.
    fixed: reload::Fixed,
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
    /// The rematch that is under way. Held while a configuration is taken over,
    /// so that none is begun beside another.
    rematch: tokio::sync::Mutex<Option<JoinHandle<()>>>,
    /// Plans of before, by which polls under way still decide.
    old_plans: Mutex<Vec<Weak<Plan>>>,
    stop: Stop,
}

impl Shared {
    /// Has the documents of all feeds made anew; those that come out as they were stay.
    fn mark_all(&self) {
        let config = self.config.load();
        let feeds: Vec<FeedId> = config.feeds.iter().map(|feed| feed.channel.id.clone()).collect();
        self.dirty.mark(&feeds);
    }
}

impl Daemon {
    /// Reads the configuration, opens the store and binds the port.
    ///
    /// # Errors
    /// [`Error::Config`] lists all problems; [`Error::Start`] names what is in
    /// the way. The store is not touched when the configuration is bad (B83).
    pub async fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let mut watch = watch::Watch::begin(path)?;
        let Reading { footprint, config } = watch::load(path);
        let config = config.map_err(Error::Config)?;
        watch.note(footprint);
        let start = |said: String| Error::Start(said);
        let store = store::open(&config.store.location, Opening::Alone, clock.now());
        let store = store.map_err(|e| start(e.to_string()))?;
        let listen = config.server.listen;
        let listener = web::listen(listen)
            .map_err(|e| start(format!("cannot listen on {listen}: {e}; free the port or change server.listen")))?;
        Ok(Daemon { watch, config, store, clock, listener })
    }

    /// The address that is served.
    ///
    /// # Errors
    /// The machine's.
    pub fn address(&self) -> std::io::Result<std::net::SocketAddr> {
        self.listener.local_addr()
    }

    /// The feeds that are published.
    pub fn feeds(&self) -> impl Iterator<Item = &FeedId> {
        self.config.feeds.iter().map(|feed| &feed.channel.id)
    }

    /// Polls and publishes until `stop` says so.
    ///
    /// # Errors
    /// The store's, at the start; and when it is no longer ours, or can take
    /// nothing any more.
    pub async fn run(self, stop: Stop) -> Result<(), Error> {
        let Daemon { watch, config, store, clock, listener } = self;
        for warning in &config.warnings {
            tracing::warn!("{warning}");
        }
        let zones = ZoneData::in_use();
        if let Some(complaint) = zones.complaint(clock.now()) {
            tracing::warn!("{complaint}");
        }
        let address = listener.local_addr()?;
        // First of all: what a daemon before this one left behind is free.
        let id = NodeId::new(NODE).expect("a short slug");
        let node = store.join(&Joining::daemon(id), clock.now()).await?;
        let shared = share(config, node, store, clock, stop)?;
        shared.store.believe(shared.clock.now(), std::time::Duration::ZERO).await?;
        polls::set_back(&shared).await?;
        reload::take_over(&shared).await?;
        polls::respread(&shared).await?;
        tracing::info!(%address, sources = shared.plan.load().sources.len(), %zones, "wiredesk is running");
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
        let lost = tokio::select! {
            () = polls::run(&shared) => None,
            lost = shared.store.ended() => Some(lost),
            lost = upkeep::beat(&shared) => Some(lost),
        };
        if let Some(error) = &lost {
            tracing::error!(%error, "nothing can be stored any more; wiredesk ends");
        }
        notify(&[sd_notify::NotifyState::Stopping]);
        side.iter().for_each(tokio::task::JoinHandle::abort);
        // Feeds are answered until the polls are done (R7).
        shared.stop.finish_serving();
        if let Ok(Err(error)) = serving.await {
            tracing::error!(%error, "serving ended badly");
        }
        publishing.abort();
        upkeep::leave(&shared).await;
        shared.store.close().await?;
        tracing::info!("wiredesk has stopped");
        lost.map_or(Ok(()), |error| Err(error.into()))
    }
}

fn share(
    config: Config,
    node: Node,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    stop: Stop,
) -> Result<Arc<Shared>, Error> {
    let net = net::Client::new(config.polling.net_settings()).map_err(|e| Error::Start(e.to_string()))?;
    let plan = Arc::new(ArcSwap::from_pointee(Plan::of(&config)));
    let courtesy = crate::plan::courtesy(&config);
    let poller = Poller::new(Arc::clone(&store), net, Arc::clone(&clock), Arc::clone(&plan), node, courtesy);
    let poller = Arc::new(poller);
    let desk = Arc::new(web::Desk::new(Arc::clone(&store), Arc::clone(&clock), reload::site(&config, None)));
    Ok(Arc::new(Shared {
        desk,
        dirty: publisher::Dirty::new(),
        plan,
        poller,
        fixed: reload::Fixed::of(&config),
        config: ArcSwap::from_pointee(config),
        changed: Notify::new(),
        arrived: Notify::new(),
        wanted: Notify::new(),
        beat: std::sync::atomic::AtomicU64::new(0),
        store,
        clock,
        rematch: tokio::sync::Mutex::new(None),
        old_plans: Mutex::new(Vec::new()),
        stop,
    }))
}

/// Tells systemd, where there is one.
fn notify(states: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "systemd was not told");
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::clock::{Sleep, SystemClock, Timestamp};

    /// A daemon by this clock, and the folder that it lives in.
    async fn opened(clock: impl Clock + 'static) -> (tempfile::TempDir, Daemon) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wiredesk.toml");
        let config = "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nurl = \"sqlite:desk.db\"\n\
                      [[source]]\nid = \"a\"\nurl = \"https://a.example/\"\n\
                      [[feed]]\nid = \"all\"\ntitle = \"All\"\n";
        std::fs::write(&path, config).unwrap();
        let daemon = Daemon::open(&path, Arc::new(clock)).await.unwrap();
        (folder, daemon)
    }

    /// Whoever ends the writer: a daemon that cannot store anything is none.
    #[tokio::test]
    async fn a_daemon_whose_writer_is_dead_ends_loudly() {
        let (_folder, daemon) = opened(SystemClock::new()).await;
        let store = Arc::clone(&daemon.store);
        let address = daemon.address().unwrap();
        let running = tokio::spawn(daemon.run(Stop::new()));
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n").await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.unwrap();
        store.close().await.unwrap();
        let ended = running.await.unwrap().unwrap_err();
        assert!(ended.to_string().contains("the store's writer has died"), "{ended}");
    }

    /// No wait lasts by it.
    struct Hurried(SystemClock);

    impl Clock for Hurried {
        fn now(&self) -> Timestamp {
            self.0.now()
        }

        fn elapsed(&self) -> Duration {
            self.0.elapsed()
        }

        fn sleep(&self, _: Duration) -> Sleep<'_> {
            Box::pin(tokio::task::yield_now())
        }
    }

    /// Who was replaced holds no claim any more, and may make none: two that poll what the
    /// other polls would do harm (P30, R3).
    #[tokio::test]
    async fn a_daemon_that_is_replaced_ends_loudly_p30() {
        let (_folder, daemon) = opened(Hurried(SystemClock::new())).await;
        let (store, now) = (Arc::clone(&daemon.store), SystemClock::new().now());
        let running = tokio::spawn(daemon.run(Stop::new()));
        while store.nodes(now).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        let another = store.join(&Joining::daemon(NodeId::new(NODE).unwrap()), now).await.unwrap();
        let ended = running.await.unwrap().unwrap_err();
        assert!(matches!(ended, Error::Store(store::Error::Replaced(_))), "{ended}");
        assert!(ended.to_string().contains("another process works on the store as node daemon"), "{ended}");
        assert!(another.generation > 1);
    }
}
