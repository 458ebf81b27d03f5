//! The configuration as polls use it: a snapshot, replaced whole at a reload;
//! and what it decides about an entry.

pub mod date_told;
pub mod decide;
pub mod digests;
pub mod edition;
pub mod planned;
pub mod readable;
pub mod stored;
pub mod story;
#[cfg(test)]
pub mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::config::{Config, ConfiguredSource};
use crate::filter::{FeedRule, Ruleset, Selector};
use crate::model::{FeedId, Source, site};
use crate::newswire::WireReader;
use crate::schedule::Bounds;
use crate::schedule::lease::LEASE;
use crate::store::{Courtesy, RulesId, Share, SourcePlans, rules};
use crate::stories::settings::StorySettings;

use planned::{PlannedSources, PlansAt};

pub use planned::PlannedSource;

fn site_of(source: &Arc<ConfiguredSource>) -> &str {
    site(source.source.url.host_str().unwrap_or_default())
}

/// Feeds that take some languages alone.
fn choosy(config: &Config) -> HashSet<FeedId> {
    let choosy = config.feeds.iter().filter(|feed| !feed.rule.languages.is_empty());
    choosy.map(|feed| feed.channel.id.clone()).collect()
}

/// How considerately is polled by the configuration.
pub fn courtesy(config: &Config) -> Courtesy {
    let polling = &config.polling;
    Courtesy { per_host: polling.per_host, host_gap: polling.host_gap, lease: LEASE }
}

/// What polls need of the configuration.
pub struct Plan {
    /// Every source.
    pub sources: PlannedSources,
    /// How many sites they live at.
    pub sites: usize,
    /// Bounds of adaptive schedules.
    pub bounds: Bounds,
    /// What reads wire copy.
    pub wire: Arc<WireReader>,
    /// All feeds' filters.
    pub ruleset: Arc<Ruleset>,
    /// Which sources feed a feed.
    pub selectors: HashMap<FeedId, Vec<Selector>>,
    /// Feeds that take some languages alone.
    pub choosy: HashSet<FeedId>,
    /// How old an entry may be and still enter a feed on first sight.
    pub backfill: HashMap<FeedId, Duration>,
    /// Which rules these are.
    pub rules: RulesId,
    /// How much of each feed revised entries of one source may take.
    pub shares: Arc<BTreeMap<FeedId, Share>>,
    /// When entries are copies of one release.
    pub stories: Arc<StorySettings>,
}

impl Plan {
    /// The plan of a configuration.
    pub fn of(config: &Config) -> Self {
        Plan {
            sources: PlannedSources::of(&config.sources),
            sites: config.sources.iter().map(site_of).collect::<HashSet<_>>().len(),
            bounds: Bounds { min: config.polling.interval_min, max: config.polling.interval_max },
            wire: Arc::clone(&config.wire),
            ruleset: Arc::clone(&config.ruleset),
            selectors: config.feeds.iter().map(|f| (f.channel.id.clone(), f.rule.sources.clone())).collect(),
            choosy: choosy(config),
            backfill: config.feeds.iter().map(|f| (f.channel.id.clone(), f.backfill)).collect(),
            rules: RulesId::of(&edition::editions(config)),
            shares: Arc::new(config.feeds.iter().map(|f| (f.channel.id.clone(), rules::share(f.size))).collect()),
            stories: Arc::new(StorySettings::default()),
        }
    }

    /// The same with the rules of `feeds` alone.
    pub fn only(config: &Config, feeds: &[FeedId]) -> Self {
        let rules: Vec<FeedRule> =
            config.feeds.iter().filter(|f| feeds.contains(&f.channel.id)).map(|f| f.rule.clone()).collect();
        let ruleset =
            Ruleset::compile(&rules, &config.lists, &config.places).expect("rules that stand together stand alone");
        Plan { ruleset: Arc::new(ruleset), ..Plan::of(config) }
    }

    /// Whether `source` is among the sources of `feed`.
    pub fn takes(&self, feed: &FeedId, source: &Source) -> bool {
        let selectors = self.selectors.get(feed);
        selectors.is_some_and(|all| all.iter().any(|selector| selector.takes(&source.id, &source.tags)))
    }

    /// The sources as the store takes them over at `now`.
    pub fn planned(&self, now: Timestamp) -> impl SourcePlans {
        PlansAt { sources: &self.sources, bounds: self.bounds, now }
    }
}
