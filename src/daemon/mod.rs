//! The running program: polls, publishes, reloads, and stops cleanly.
//!
//! [`Daemon::open`] does everything that can refuse a start, in the order configuration, store,
//! port: nothing is polled before it has all three (B83, B86, B87). Each file beside this one
//! is a task of the daemon, or what several tasks need.

mod again;
mod articles;
mod clock_watch;
mod dirty;
mod duty;
mod error;
mod fixed;
mod handed;
mod memory;
mod node;
mod opening;
mod polls;
mod publisher;
mod reload;
mod second_look;
mod site;
mod state;
mod stop;
mod systemd;
mod upkeep;
mod watch;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::clock::{Clock, ZoneData};
use crate::config::{Config, ConfigReading};
use crate::model::{FeedId, NodeId};
use crate::store::NodeRole;
use crate::web;
use opening::OpenedStore;
use state::DaemonState;
use watch::ConfigWatch;

pub use error::Error;
pub use stop::Stop;

/// A daemon that can run: configuration read, store open, port bound.
pub struct Daemon {
    watch: ConfigWatch,
    config: Config,
    id: NodeId,
    opened: OpenedStore,
    listeners: web::Listeners,
}

impl Daemon {
    /// Reads the configuration, opens the store and binds the port.
    ///
    /// # Errors
    /// [`Error::Config`] lists all problems; [`Error::Start`] and [`Error::Listen`] name what
    /// prevents the start.
    /// The store is not touched when the configuration is bad (B83).
    pub async fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let mut watch = ConfigWatch::begin(path)?;
        let ConfigReading { footprint, config } = watch::load(path);
        let config = config.map_err(Error::Config)?;
        watch.note(footprint);
        let id = node::id(&config, path)?;
        let opened = opening::open(&config.store.location, clock).await?;
        let listeners = match handed::listener()? {
            Some(handed) => handed.into(),
            None => web::listen(&config.server.listen).map_err(|(address, error)| Error::Listen { address, error })?,
        };
        Ok(Daemon { watch, config, id, opened, listeners })
    }

    /// The first IP address and port that are served; `None` where there is none.
    pub fn address(&self) -> Option<std::net::SocketAddr> {
        self.listeners.address()
    }

    /// The feeds that are published.
    pub fn feeds(&self) -> impl Iterator<Item = &FeedId> {
        self.config.feeds.iter().map(|feed| &feed.channel.id)
    }

    /// Polls and publishes until `stop` says so.
    ///
    /// # Errors
    /// The store's, at the start; and later if another process has taken over the store, or
    /// if nothing can be stored any more.
    pub async fn run(self, stop: Stop) -> Result<(), Error> {
        let Daemon { watch, config, id, opened, listeners } = self;
        warn(&config, &*opened.clock);
        let address = listeners.shown();
        let store = Arc::clone(&opened.store);
        let Some(state) = begin(config, id, opened, stop).await? else {
            store.close().await?;
            tracing::info!("wiredesk has stopped before it joined its store");
            return Ok(());
        };
        let (sources, zones) = (state.plan.load().sources.count(), ZoneData::in_use());
        let node = state.poller.node().id.as_str();
        tracing::info!(address, node, sources, %zones, "wiredesk is running");
        systemd::ready(&systemd::summary(&state.config.load()));

        let serving = tokio::spawn(web::serve(listeners, Arc::clone(&state.desk), state.stop.watch()));
        let publishing = state.has(NodeRole::Publish).then(|| tokio::spawn(publisher::run(Arc::clone(&state))));
        let side = side_tasks(&state, watch);
        let lost = tokio::select! {
            () = polls::run(&state) => None,
            lost = state.store.ended() => Some(lost),
            lost = upkeep::beat(&state) => Some(lost),
        };
        if let Some(error) = &lost {
            tracing::error!(%error, "nothing can be stored any more; wiredesk ends");
        }
        systemd::stopping();
        side.iter().for_each(JoinHandle::abort);
        // Feeds are served until the polls have ended (R7).
        state.stop.finish_serving();
        if let Ok(Err(error)) = serving.await {
            tracing::error!(%error, "serving ended badly");
        }
        publishing.iter().for_each(JoinHandle::abort);
        upkeep::leave(&state).await;
        state.store.close().await?;
        tracing::info!("wiredesk has stopped");
        lost.map_or(Ok(()), |error| Err(error.into()))
    }
}

/// Logs the warnings of a configuration, and whether time zones may be out of date.
fn warn(config: &Config, clock: &dyn Clock) {
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    if let Some(complaint) = ZoneData::in_use().complaint(clock.now()) {
        tracing::warn!("{complaint}");
    }
}

/// Joins the store and puts the configuration in force, before anything is polled or served.
/// `None` where the stop came before it could join.
async fn begin(config: Config, id: NodeId, opened: OpenedStore, stop: Stop) -> Result<Option<Arc<DaemonState>>, Error> {
    let OpenedStore { store, clock, led } = opened;
    // First of all: this frees what a daemon before this one still holds.
    let Some(node) = node::join(&*store, &*clock, id, &config.node, &stop).await? else { return Ok(None) };
    let state = DaemonState::new(config, node, OpenedStore { store, clock, led }, stop)?;
    state.store.believe(state.clock.now(), Duration::ZERO).await?;
    clock_watch::set_back(&state).await?;
    reload::take_over(&state).await?;
    clock_watch::respread(&state).await?;
    memory::give_back().await;
    Ok(Some(state))
}

/// Starts what goes on beside polling, serving and publishing.
fn side_tasks(state: &Arc<DaemonState>, watch: ConfigWatch) -> Vec<JoinHandle<()>> {
    let mut tasks = vec![
        tokio::spawn(upkeep::follow_clock(Arc::clone(state))),
        tokio::spawn(upkeep::watchdog(Arc::clone(state))),
        tokio::spawn(watch.run(Arc::clone(state))),
    ];
    // A file's desk has one daemon.
    if state.config.load().store.location.is_shared() {
        tasks.push(tokio::spawn(node::standing::run(Arc::clone(state))));
    }
    if state.has(NodeRole::Poll) {
        tasks.push(tokio::spawn(articles::run(Arc::clone(state))));
    }
    if state.has(NodeRole::Background) {
        tasks.push(tokio::spawn(again::deciding::run(Arc::clone(state))));
        tasks.push(tokio::spawn(again::reading::run(Arc::clone(state))));
        tasks.push(tokio::spawn(upkeep::index(Arc::clone(state))));
        tasks.push(tokio::spawn(upkeep::prune(Arc::clone(state))));
    }
    tasks
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::clock::{Sleep, SystemClock, Timestamp};
    use crate::store::{self, Joining};

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

    /// Whoever ends the writer: a daemon that can store nothing has to end.
    #[tokio::test]
    async fn a_daemon_whose_writer_is_dead_ends_loudly() {
        let (_folder, daemon) = opened(SystemClock::new()).await;
        let store = Arc::clone(&daemon.opened.store);
        let address = daemon.address().unwrap();
        let running = tokio::spawn(daemon.run(Stop::new()));
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n").await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.unwrap();
        store.close().await.unwrap();
        let ended = running.await.unwrap().unwrap_err();
        assert!(ended.to_string().contains("the store's writer has died"), "{ended}");
    }

    /// A clock by which every wait is over at once.
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

    /// A daemon that was replaced holds no claims and may make none: two that poll the same
    /// sources would do harm (P30, R3).
    #[tokio::test]
    async fn a_daemon_that_is_replaced_ends_loudly_p30() {
        let (_folder, daemon) = opened(Hurried(SystemClock::new())).await;
        let (store, now) = (Arc::clone(&daemon.opened.store), SystemClock::new().now());
        let running = tokio::spawn(daemon.run(Stop::new()));
        while store.nodes(now).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        let another = store.join(&Joining::daemon(NodeId::new(node::NODE).unwrap()), now).await.unwrap();
        let ended = running.await.unwrap().unwrap_err();
        assert!(matches!(ended, Error::Store(store::Error::Replaced(_))), "{ended}");
        assert!(ended.to_string().contains("another process works on the store as node daemon"), "{ended}");
        assert!(another.generation > 1);
    }
}
