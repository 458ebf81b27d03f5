//! What most commands begin with: the configuration and its store.

use std::path::PathBuf;
use std::sync::Arc;

use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Problems};
use crate::model::FeedId;
use crate::plan::Plan;
use crate::store::{self, Location, Opening, Store, Upkeep};
use crate::text::quote::in_quotes;

use super::{Desk, Done, Failed};

/// A configuration with its store open.
pub struct Opened {
    /// The configuration.
    pub config: Config,
    /// The store.
    pub store: Arc<dyn Store>,
    /// The configuration as polls use it.
    pub plan: Arc<Plan>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// A configuration with its store open, which goes on by the configuration it has.
pub struct OpenedAsIs {
    /// The configuration.
    pub config: Config,
    /// The store.
    pub store: Arc<dyn Store>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

impl OpenedAsIs {
    /// The feed called `name`.
    pub fn feed(&self, name: &str) -> Result<FeedId, Failed> {
        OpenedAsIs::feed_of(&self.config, name)
    }

    /// The feed that `config` calls `name`.
    pub fn feed_of(config: &Config, name: &str) -> Result<FeedId, Failed> {
        let found = config.feeds.iter().map(|feed| &feed.channel.id).find(|id| id.as_str() == name);
        let all = || config.feeds.iter().map(|feed| feed.channel.id.as_str()).collect::<Vec<_>>().join(", ");
        found
            .cloned()
            .ok_or_else(|| Failed::Usage(format!("no feed {} is configured; there are: {}", in_quotes(name), all())))
    }
}

impl Desk {
    /// Reads the configuration and opens its store to look at it.
    pub fn look(&self) -> Result<OpenedAsIs, Failed> {
        let config = self.load()?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let store = store::open(&config.store.location, Opening::Look, clock.now())?;
        Ok(OpenedAsIs { config, store, clock })
    }

    /// The same, unless there is no store yet.
    pub fn look_if_there(&self) -> Result<Result<OpenedAsIs, Location>, Failed> {
        let at = self.load()?.store.location;
        if at.exists() { self.look().map(Ok) } else { Ok(Err(at)) }
    }

    /// Reads the configuration and opens its store, which is left to the
    /// configuration it has.
    pub fn open_as_is(&self) -> Result<OpenedAsIs, Failed> {
        let config = self.load()?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let at = &config.store.location;
        if !at.exists() {
            return Err(Failed::Usage(format!("there is no store at {at} yet; `wiredesk run` or `poll` makes one")));
        }
        let store = store::open(at, Opening::Work, clock.now())?;
        Ok(OpenedAsIs { config, store, clock })
    }

    /// The configuration's file.
    pub fn config_path(&self) -> Result<PathBuf, Failed> {
        crate::config::locate(self.config.as_deref()).map_err(|said| Failed::Usage(said.to_string()))
    }

    /// Reads the configuration. Its warnings are for `check` and `run` to tell.
    pub fn load(&self) -> Result<Config, Failed> {
        Config::load(&self.config_path()?).map_err(Failed::Config)
    }

    /// Reads the configuration and opens its store, which takes over the
    /// configured sources and feeds. One without sources would end them all.
    pub async fn open(&self) -> Result<Opened, Failed> {
        let config = self.load()?;
        if let Some(idle) = &config.idle {
            return Err(Failed::Config(Problems(vec![idle.clone()])));
        }
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let now = clock.now();
        let store = store::open(&config.store.location, Opening::Work, now)?;
        let plan = Arc::new(Plan::of(&config));
        let feeds: Vec<_> = config.feeds.iter().map(|f| f.channel.id.clone()).collect();
        store.configure(plan.planned(now), &feeds, now).await?;
        Ok(Opened { config, store, plan, clock })
    }
}

/// Closes a store that a command worked on, whatever became of the work, and
/// gives what did: a store that nobody works on is one file.
pub async fn closing(store: &dyn Upkeep, done: Done) -> Done {
    let closed = store.close().await;
    done?;
    Ok(closed?)
}

/// Runs `work` on a runtime of two threads: enough to fetch, for reading and
/// storing have threads of their own.
pub fn on_runtime<T>(work: impl Future<Output = Result<T, Failed>>) -> Result<T, Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let done = runtime.block_on(work);
    // Nothing that is worth waiting for is left: what had to be stored is.
    runtime.shutdown_background();
    done
}
