//! How most commands begin: with the configuration and its store.

use std::sync::Arc;

use crate::clock::{Clock, LedClock, SystemClock, Timestamp};
use crate::config::{Config, Problems};
use crate::model::FeedId;
use crate::plan::Plan;
use crate::store::{self, CONFIG_KEPT, Location, NodeKind, NodeStatus, Opening, SourcePlan, SourcePlans, Store};
use crate::text::quote::in_quotes;

use super::context::{Context, Failed};

/// A configuration with its store, which polls those sources of it that it knows.
pub struct ConfiguredStore {
    /// The configuration.
    pub config: Config,
    /// The store.
    pub store: Arc<dyn Store>,
    /// The configuration as polls use it.
    pub plan: Arc<Plan>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// A configuration with its store, which still has the sources and feeds of before.
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

/// Opens a store, with the clock to go by: the machine's, or one that follows the store's
/// where that has one of its own.
async fn opened(at: &Location, opening: Opening) -> Result<(Arc<dyn Store>, Arc<dyn Clock>), store::Error> {
    let machine: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let store = store::open(at, opening, machine.now()).await?;
    if !at.is_shared() {
        return Ok((store, machine));
    }
    let clock = LedClock::on(machine);
    store::follow(&*store, &clock).await?;
    Ok((store, Arc::new(clock)))
}

/// Whether a daemon is at work on a store, or was so recently that it may be again.
fn has_daemon(nodes: &[NodeStatus], now: Timestamp) -> bool {
    let may_work = |node: &NodeStatus| node.left_at.is_none() && now.since(node.beat_at) < CONFIG_KEPT;
    nodes.iter().any(|node| node.kind == NodeKind::Daemon && may_work(node))
}

impl Context {
    /// Reads the configuration and opens its store for reading.
    pub async fn look(&self) -> Result<OpenedAsIs, Failed> {
        let config = self.load()?;
        let (store, clock) = opened(&config.store.location, Opening::Look).await?;
        Ok(OpenedAsIs { config, store, clock })
    }

    /// The same, unless there is no store yet.
    pub async fn look_if_there(&self) -> Result<Result<OpenedAsIs, Location>, Failed> {
        let config = self.load()?;
        let at = &config.store.location;
        if !at.exists() {
            return Ok(Err(at.clone()));
        }
        match opened(at, Opening::Look).await {
            Ok((store, clock)) => Ok(Ok(OpenedAsIs { config, store, clock })),
            Err(store::Error::Absent(_)) => Ok(Err(at.clone())),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the configuration and opens its store for writing, without its sources and feeds.
    pub async fn open_as_is(&self) -> Result<OpenedAsIs, Failed> {
        let config = self.load()?;
        let at = &config.store.location;
        if !at.exists() {
            return Err(Failed::Usage(format!("there is no store at {at} yet; `wiredesk run` or `poll` makes one")));
        }
        let (store, clock) = opened(at, Opening::Work).await?;
        Ok(OpenedAsIs { config, store, clock })
    }

    /// Reads the configuration and opens its store for polls. What is polled is for daemons to
    /// decide: while one is at work, the store takes nothing over. Otherwise it takes over the
    /// sources that are named, and the configuration as a whole if none is. A configuration
    /// without sources would end all of them, so it is refused.
    pub async fn open_to_poll(&self, named: &[String]) -> Result<ConfiguredStore, Failed> {
        let config = self.load()?;
        if let Some(idle) = &config.idle {
            return Err(Failed::Config(Problems(vec![idle.clone()])));
        }
        let (store, clock) = opened(&config.store.location, Opening::Work).await?;
        let now = clock.now();
        let plan = Arc::new(Plan::of(&config));
        take_over(&*store, &plan, &config, named, now).await?;
        Ok(ConfiguredStore { config, store, plan, clock })
    }
}

/// Takes over what is named of a configuration, or all of it, unless a daemon decides.
async fn take_over(
    store: &dyn Store,
    plan: &Plan,
    config: &Config,
    named: &[String],
    now: Timestamp,
) -> store::Result<()> {
    let feeds: Vec<_> = config.feeds.iter().map(|f| f.channel.id.clone()).collect();
    let planned = plan.planned(now);
    if has_daemon(&store.nodes(now).await?, now) {
        tracing::debug!("a daemon decides what is polled");
    } else if named.is_empty() {
        store.configure(&planned, &feeds, now).await?;
    } else {
        let is_named = |plan: &SourcePlan| named.iter().any(|name| plan.source.as_str() == name);
        let planned = (0..planned.count()).map(|nth| planned.plan(nth)).filter(is_named).collect();
        store.include(planned, &feeds, now).await?;
    }
    Ok(())
}
