//! What most commands begin with: the configuration and its store.

use std::path::PathBuf;
use std::sync::Arc;

use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::poll::Plan;
use crate::store::Store;
use crate::store::sqlite::SqliteStore;

use super::{Desk, Failed};

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

impl Desk {
    /// The configuration's file.
    pub fn config_path(&self) -> Result<PathBuf, Failed> {
        crate::config::locate(self.config.as_deref()).map_err(|said| Failed::Usage(said.to_string()))
    }

    /// Reads the configuration. Its warnings are for `check` and `run` to tell.
    pub fn load(&self) -> Result<Config, Failed> {
        Config::load(&self.config_path()?).map_err(Failed::Config)
    }

    /// Reads the configuration and opens its store, which takes over the
    /// configured sources and feeds.
    pub async fn open(&self) -> Result<Opened, Failed> {
        let config = self.load()?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let now = clock.now();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&config.store.path, now)?);
        let plan = Arc::new(Plan::of(&config));
        let feeds: Vec<_> = config.feeds.iter().map(|f| f.channel.id.clone()).collect();
        store.configure(&plan.planned(now), &feeds, now).await?;
        Ok(Opened { config, store, plan, clock })
    }
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
