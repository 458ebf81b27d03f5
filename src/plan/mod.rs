//! The configuration as polls use it: a snapshot, replaced whole at a reload;
//! and what it decides about an entry.

pub mod decide;
pub mod edition;
pub mod readable;
pub mod stored;
#[cfg(test)]
pub mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::clock::{Timestamp, Zone};
use crate::config::{Access, Config, ConfiguredSource};
use crate::fetch::{self, DocumentKind};
use crate::filter::{FeedRule, Ruleset, Selector};
use crate::model::{FeedId, Host, Kind, LinkTemplate, Source, SourceId, site};
use crate::net::passport::{Doors, Passport};
use crate::parse::page::Selectors;
use crate::schedule::lease::LEASE;
use crate::schedule::{Bounds, Budget, Policy, spread};
use crate::store::{Courtesy, RulesId, Share, SourcePlan, rules};

/// A source as polls need it.
#[derive(Clone, Debug)]
pub struct PlannedSource {
    /// The source.
    pub source: Source,
    /// When it is due.
    pub policy: Policy,
    /// For dates that carry no zone.
    pub timezone: Zone,
    /// How it is asked.
    pub access: Access,
    /// What reads it, where it is a page.
    pub page: Option<Arc<Selectors>>,
    /// What makes links for entries that have an id alone.
    pub link_template: Option<LinkTemplate>,
    /// What it may bring a day.
    pub budget: Budget,
    /// What it may have asked for.
    pub passport: Passport,
}

fn site_of(source: &ConfiguredSource) -> &str {
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
        let polled = |s: &ConfiguredSource| {
            let (source, policy, access) = (s.source.clone(), s.schedule.clone(), s.access.clone());
            let (timezone, page, budget) = (s.timezone.clone(), s.page.clone(), s.budget);
            let link_template = s.link_template.clone();
            let passport = Passport::new(&source.url, access.opened.clone(), Arc::clone(&doors));
            let polled = PlannedSource { source, policy, timezone, access, page, link_template, budget, passport };
            (s.source.id.clone(), Arc::new(polled))
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
                    source: polled.source.id.clone(),
                    url: polled.source.url.to_string(),
                    host: Host::of(&polled.source.url, &polled.access.proxy_name()),
                    first: spread::first(&polled.source.id, interval, count, now),
                    interval,
                    budgets: polled.budget.names(),
                }
            })
            .collect()
    }
}

impl PlannedSource {
    /// A request for `url` in the manner of this source.
    pub fn request(&self, url: Url) -> fetch::Request {
        let wanted = match self.source.kind {
            Kind::Feed => DocumentKind::Feed,
            Kind::Sitemap => DocumentKind::Sitemap,
            Kind::Page => DocumentKind::Page,
        };
        fetch::Request {
            wanted,
            home: self.source.url.clone(),
            via: self.access.proxy.as_ref().map(|proxy| proxy.url().clone()),
            headers: self.access.headers.clone(),
            ..fetch::Request::by(self.passport.clone(), url)
        }
    }

    /// The least time between two polls of its own accord.
    pub fn interval(&self, bounds: Bounds) -> Duration {
        match &self.policy {
            Policy::Every(interval) => *interval,
            Policy::Adaptive | Policy::Cron { .. } => bounds.min,
        }
    }
}
