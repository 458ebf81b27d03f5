//! Sources as polls need them, and as a store takes them over.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::clock::Timestamp;
use crate::config::ConfiguredSource;
use crate::fetch::{self, DocumentKind};
use crate::model::{Host, Kind, SourceId, digest};
use crate::net::passport::{Doors, Passport};
use crate::schedule::{Bounds, Policy, spread};
use crate::store::{Claim, SourcePlan, SourcePlans};

/// A source as polls need it: as it is configured, which is kept once, and whose ports are
/// open to it.
#[derive(Clone, Debug)]
pub struct PlannedSource {
    /// It as it is configured.
    pub configured: Arc<ConfiguredSource>,
    doors: Arc<Doors>,
}

impl PlannedSource {
    /// What a store remembers of its URL.
    fn url_hash(&self) -> i64 {
        digest(self.configured.source.url.as_str())
    }

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
            ..fetch::Request::by(self.passport(), url)
        }
    }

    /// What it may ask for. Made for each request: kept, a million of them would take as much
    /// memory as their sources.
    fn passport(&self) -> Passport {
        Passport::new(&self.configured.source.url, self.configured.access.opened.clone(), Arc::clone(&self.doors))
    }

    /// The least time between two polls of its own accord.
    pub fn interval(&self, bounds: Bounds) -> Duration {
        match &self.configured.schedule {
            Policy::Every(interval) => *interval,
            Policy::Adaptive | Policy::Cron { .. } => bounds.min,
        }
    }
}

/// All sources of a configuration, by id.
pub struct PlannedSources(Vec<PlannedSource>);

impl PlannedSources {
    pub(super) fn of(sources: &[Arc<ConfiguredSource>]) -> PlannedSources {
        let doors = Arc::new(Doors::of(sources.iter().map(|s| &s.source.url)));
        let planned =
            |s: &Arc<ConfiguredSource>| PlannedSource { configured: Arc::clone(s), doors: Arc::clone(&doors) };
        let mut all: Vec<PlannedSource> = sources.iter().map(planned).collect();
        all.sort_by(|a, b| a.configured.source.id.cmp(&b.configured.source.id));
        PlannedSources(all)
    }

    /// The source of an id.
    pub fn get(&self, id: &SourceId) -> Option<&PlannedSource> {
        self.0.binary_search_by(|planned| planned.configured.source.id.cmp(id)).ok().map(|at| &self.0[at])
    }

    /// The source that is claimed, where it has the URL here that it has in the configuration in
    /// force: a node that is behind polls nobody at an old URL.
    pub fn claimed(&self, claim: &Claim) -> Option<&PlannedSource> {
        let is_here = |planned: &&PlannedSource| claim.url_hash.is_none_or(|hash| hash == planned.url_hash());
        self.get(&claim.source).filter(is_here)
    }

    /// Whether there is a source of this id.
    pub fn has(&self, id: &SourceId) -> bool {
        self.get(id).is_some()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Each of them, by id.
    pub fn iter(&self) -> impl Iterator<Item = &PlannedSource> {
        self.0.iter()
    }
}

/// The sources as the store takes them over at an instant.
pub(super) struct PlansAt<'p> {
    pub sources: &'p PlannedSources,
    pub bounds: Bounds,
    pub now: Timestamp,
}

impl SourcePlans for PlansAt<'_> {
    fn count(&self) -> usize {
        self.sources.count()
    }

    fn name(&self, nth: usize) -> &SourceId {
        &self.sources.0[nth].configured.source.id
    }

    fn url_hash(&self, nth: usize) -> i64 {
        self.sources.0[nth].url_hash()
    }

    fn plan(&self, nth: usize) -> SourcePlan {
        let planned = &self.sources.0[nth];
        let (source, interval) = (&planned.configured.source, planned.interval(self.bounds));
        SourcePlan {
            source: source.id.clone(),
            url: source.url.to_string(),
            host: Host::of(&source.url, &planned.configured.access.proxy_name()),
            first: spread::first(&source.id, interval, self.count(), self.now),
            interval,
            budgets: planned.configured.budget.names(),
        }
    }
}
