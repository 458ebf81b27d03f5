//! The configuration as polls use it: a snapshot, replaced whole at a reload;
//! and what it decides about an entry.

pub mod decide;
pub mod digests;
pub mod edition;
pub mod readable;
pub mod stored;
#[cfg(test)]
pub mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::clock::Timestamp;
use crate::config::{Config, ConfiguredSource};
use crate::fetch::{self, DocumentKind};
use crate::filter::{FeedRule, Ruleset, Selector};
use crate::model::{FeedId, Host, Kind, Source, SourceId, site};
use crate::net::passport::{Doors, Passport};
use crate::schedule::lease::LEASE;
use crate::schedule::{Bounds, Policy, spread};
use crate::store::{Courtesy, RulesId, Share, SourcePlan, rules};

/// A source as polls need it: as it is configured, which is kept once, and what it may ask for.
#[derive(Clone, Debug)]
pub struct PlannedSource {
    /// It as it is configured.
    pub configured: Arc<ConfiguredSource>,
    /// What it may have asked for.
    pub passport: Passport,
}

fn site_of(source: &Arc<ConfiguredSource>) -> &str {
    site(source.source.url.host_str().unwrap_or_default())
}

/// How considerately is polled by the configuration.
pub fn courtesy(config: &Config) -> Courtesy {
    let polling = &config.polling;
    Courtesy { per_host: polling.per_host, host_gap: polling.host_gap, lease: LEASE }
}

/// What polls need of the configuration.
pub struct Plan {
    /// Sources by id.
    pub sources: HashMap<SourceId, Arc<PlannedSource>>,
    /// How many sites they live at.
    pub sites: usize,
    /// Bounds of adaptive schedules.
    pub bounds: Bounds,
    /// All feeds' filters.
    pub ruleset: Arc<Ruleset>,
    /// Which sources feed a feed.
    pub selectors: HashMap<FeedId, Vec<Selector>>,
    /// How old an entry may be and still enter a feed on first sight.
    pub backfill: HashMap<FeedId, Duration>,
    /// Which rules these are.
    pub rules: RulesId,
    /// How much of each feed revised entries of one source may take.
    pub shares: Arc<BTreeMap<FeedId, Share>>,
}

impl Plan {
    /// The plan of a configuration.
    pub fn of(config: &Config) -> Self {
        let doors = Arc::new(Doors::of(config.sources.iter().map(|s| &s.source.url)));
        let polled = |s: &Arc<ConfiguredSource>| {
            let passport = Passport::new(&s.source.url, s.access.opened.clone(), Arc::clone(&doors));
            (s.source.id.clone(), Arc::new(PlannedSource { configured: Arc::clone(s), passport }))
        };
        Plan {
            sources: config.sources.iter().map(polled).collect(),
            sites: config.sources.iter().map(site_of).collect::<HashSet<_>>().len(),
            bounds: Bounds { min: config.polling.interval_min, max: config.polling.interval_max },
            ruleset: Arc::clone(&config.ruleset),
            selectors: config.feeds.iter().map(|f| (f.channel.id.clone(), f.rule.sources.clone())).collect(),
            backfill: config.feeds.iter().map(|f| (f.channel.id.clone(), f.backfill)).collect(),
            rules: RulesId::of(&edition::editions(config)),
            shares: Arc::new(config.feeds.iter().map(|f| (f.channel.id.clone(), rules::share(f.size))).collect()),
        }
    }

    /// The same with the rules of `feeds` alone.
    pub fn only(config: &Config, feeds: &[FeedId]) -> Self {
        let rules: Vec<FeedRule> =
            config.feeds.iter().filter(|f| feeds.contains(&f.channel.id)).map(|f| f.rule.clone()).collect();
        let ruleset = Ruleset::compile(&rules, &config.lists).expect("rules that stand together stand alone");
        Plan { ruleset: Arc::new(ruleset), ..Plan::of(config) }
    }

    /// Whether `source` is among the sources of `feed`.
    pub fn takes(&self, feed: &FeedId, source: &Source) -> bool {
        let selectors = self.selectors.get(feed);
        selectors.is_some_and(|all| all.iter().any(|selector| selector.takes(&source.id, &source.tags)))
    }

    /// The sources as the store takes them over.
    pub fn planned(&self, now: Timestamp) -> Vec<SourcePlan> {
        let count = self.sources.len();
        self.sources
            .values()
            .map(|polled| {
                let interval = polled.interval(self.bounds);
                SourcePlan {
                    source: polled.configured.source.id.clone(),
                    url: polled.configured.source.url.to_string(),
                    host: Host::of(&polled.configured.source.url, &polled.configured.access.proxy_name()),
                    first: spread::first(&polled.configured.source.id, interval, count, now),
                    interval,
                    budgets: polled.configured.budget.names(),
                }
            })
            .collect()
    }
}

impl PlannedSource {
    /// A request for `url` in the manner of this source.
    pub fn request(&self, url: Url) -> fetch::Request {
        let wanted = match self.configured.source.kind {
            Kind::Feed => DocumentKind::Feed,
            Kind::Sitemap => DocumentKind::Sitemap,
            Kind::Page => DocumentKind::Page,
        };
        fetch::Request {
            wanted,
            home: self.configured.source.url.clone(),
            via: self.configured.access.proxy.as_ref().map(|proxy| proxy.url().clone()),
            headers: self.configured.access.headers.clone(),
            ..fetch::Request::by(self.passport.clone(), url)
        }
    }

    /// The least time between two polls of its own accord.
    pub fn interval(&self, bounds: Bounds) -> Duration {
        match &self.configured.schedule {
            Policy::Every(interval) => *interval,
            Policy::Adaptive | Policy::Cron { .. } => bounds.min,
        }
    }
}
