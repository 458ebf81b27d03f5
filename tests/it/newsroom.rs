//! Polls in this process, with a clock that tests move and names that all lead here.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use wiredesk::clock::{Clock, ManualClock, Timestamp};
use wiredesk::config::Config;
use wiredesk::model::{FeedId, NodeId, PollState, SourceId};
use wiredesk::net::resolve::Resolve;
use wiredesk::net::{Client, Roots};
use wiredesk::past::again::drain;
use wiredesk::plan::edition::editions;
use wiredesk::plan::{Plan, courtesy};
use wiredesk::poll::articles::Fetched;
use wiredesk::poll::drive::Driver;
use wiredesk::poll::drive::resume::resume;
use wiredesk::poll::{Poller, Summary};
use wiredesk::schedule::Condition;
use wiredesk::schedule::lease::LEASE;
use wiredesk::store::{
    ArticleClaim, Claim, Courtesy, Joining, Node, NotClaimed, Opening, SourceStatus, Store, StoreTime, open_by,
};

use crate::desk::{Desk, EVERYTHING};
use crate::origin::Origin;

/// 2026-11-23T00:00:00Z, a Monday.
pub const MONDAY: Timestamp = Timestamp::from_millis(1_795_392_000_000);

/// A document of one entry.
pub const NEWS: &str = "<rss version=\"2.0\"><channel><title>News</title>\
    <item><guid>1</guid><title>One</title><link>https://news.example/1</link></item></channel></rss>";

/// Every name is this machine; some break down.
pub struct Names {
    /// Looking this name up panics.
    pub broken: Option<&'static str>,
}

#[async_trait]
impl Resolve for Names {
    async fn addresses(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        assert!(Some(name) != self.broken, "the resolver broke down");
        Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])
    }
}

/// A store, a clock and a poller.
pub struct Newsroom {
    pub desk: Desk,
    pub store: Arc<dyn Store>,
    pub clock: Arc<ManualClock>,
    poller: Arc<Poller>,
    plan: Arc<ArcSwap<Plan>>,
    pub node: Node,
    pub courtesy: Courtesy,
}

/// The address of `path` at a host of this name, served by `origin`.
pub fn at(origin: &Origin, host: &str, path: &str) -> String {
    format!("http://{host}:{}{path}", origin.address().port())
}

/// A source as TOML.
pub fn source(id: &str, url: &str, schedule: &str) -> String {
    format!("[[source]]\nid = \"{id}\"\nurl = \"{url}\"\nschedule = \"{schedule}\"\n\n")
}

/// Sources whose names all lead to this machine, and who may go there.
fn at_home(sources: &str) -> String {
    sources.replace("[[source]]\n", "[[source]]\nallow_addresses = [\"127.0.0.0/8\"]\n")
}

pub fn id(name: &str) -> SourceId {
    SourceId::new(name).unwrap()
}

impl Newsroom {
    /// Opens with these sources, no gap between starts.
    pub async fn open(sources: &str) -> Newsroom {
        Newsroom::with("host_gap = \"0s\"", sources, Names { broken: None }).await
    }

    /// Opens with keys of `[polling]`, sources and a resolver.
    pub async fn with(polling: &str, sources: &str, names: impl Resolve + 'static) -> Newsroom {
        let desk = Desk::polling(polling, &(at_home(sources) + EVERYTHING));
        let clock = Arc::new(ManualClock::at(MONDAY));
        Newsroom::start(desk, clock, names).await
    }

    /// Opens with its store in this file.
    pub async fn at(store: &std::path::Path, sources: &str, names: Names) -> Newsroom {
        let desk = Desk::polling("host_gap = \"0s\"", &(at_home(sources) + EVERYTHING));
        let text = std::fs::read_to_string(desk.config()).unwrap();
        std::fs::write(desk.config(), text.replace("sqlite:desk.db", &format!("sqlite:{}", store.display()))).unwrap();
        Newsroom::start(desk, Arc::new(ManualClock::at(MONDAY)), names).await
    }

    /// Opens with claims that hold for so long, by the machine's clock too.
    pub async fn leased(sources: &str, lease: Duration) -> Newsroom {
        let desk = Desk::polling("host_gap = \"0s\"", &(at_home(sources) + EVERYTHING));
        Newsroom::claiming(desk, Arc::new(ManualClock::at(MONDAY)), Names { broken: None }, lease).await
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.desk.path(name)
    }

    async fn start(desk: Desk, clock: Arc<ManualClock>, names: impl Resolve + 'static) -> Newsroom {
        Newsroom::claiming(desk, clock, names, LEASE).await
    }

    async fn claiming(desk: Desk, clock: Arc<ManualClock>, names: impl Resolve + 'static, lease: Duration) -> Newsroom {
        let config = Config::load(&desk.config()).unwrap_or_else(|problems| panic!("{problems:?}"));
        let now = clock.now();
        let store = open_by(&config.store.location, Opening::Work, StoreTime::Callers, now).await.unwrap();
        let node = store.join(&Joining::daemon(NodeId::new("daemon").unwrap()), now).await.unwrap();
        let plan = Plan::of(&config);
        let feeds: Vec<FeedId> = config.feeds.iter().map(|f| f.channel.id.clone()).collect();
        store.configure(&plan.planned(now), &feeds, now).await.unwrap();
        let net = Client::with(config.polling.net_settings(), Arc::new(names), Roots::Machine).unwrap();
        let courtesy = Courtesy { lease, ..courtesy(&config) };
        let plan = Arc::new(ArcSwap::from_pointee(plan));
        let watch: Arc<dyn Clock> = Arc::clone(&clock) as _;
        let poller = Poller::new(Arc::clone(&store), net, watch, Arc::clone(&plan), node.clone(), courtesy);
        Newsroom { desk, store, clock, poller: Arc::new(poller), plan, node, courtesy }
    }

    /// Stops and starts again on the same store, as the clock stands.
    pub async fn restart(self) -> Newsroom {
        let Newsroom { desk, clock, poller, store, .. } = self;
        drop((poller, store));
        Newsroom::start(desk, clock, Names { broken: None }).await
    }

    /// Changes the file of the configuration; it is read at the next start.
    pub fn reword(&self, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.desk.config()).unwrap();
        assert!(text.contains(from), "{text}");
        std::fs::write(self.desk.config(), text.replace(from, to)).unwrap();
    }

    /// Gives the feed another filter, as a reload does, and those who poll it.
    pub async fn refilter(&self, expression: &str) {
        let text = std::fs::read_to_string(self.desk.config()).unwrap();
        let text = text.replace(EVERYTHING, &format!("{EVERYTHING}match = '{expression}'\n"));
        let path = self.desk.path("refiltered.toml");
        std::fs::write(&path, text).unwrap();
        let config = Config::load(&path).unwrap_or_else(|problems| panic!("{problems:?}"));
        self.plan.store(Arc::new(Plan::of(&config)));
        self.store.take_rules(&editions(&config)).await.unwrap();
    }

    /// Has decided again what waits for it, as a daemon does.
    pub async fn decide_again(&self) {
        drain(&self.store, &self.plan.load_full(), self.clock.now()).await.unwrap();
    }

    /// The titles that are in the feed, the newest first.
    pub async fn published(&self) -> Vec<String> {
        let feed = FeedId::new("all").unwrap();
        let page = self.store.feed_page(&feed, None, 100).await.unwrap();
        page.into_iter().map(|p| p.entry.entry.title).collect()
    }

    /// When something is due.
    pub async fn due_at(&self) -> Timestamp {
        self.store.next_due_at(&self.courtesy, self.clock.now()).await.unwrap().expect("something is due")
    }

    /// Spreads what became due while nobody polled, as a daemon does at its start.
    pub async fn resume(&self) -> usize {
        resume(&self.store, &self.plan.load(), self.clock.now()).await.unwrap()
    }

    /// Moves the clock on to `at`; never back.
    pub fn until(&self, at: Timestamp) {
        self.clock.advance(at.since(self.clock.now()));
    }

    pub async fn claim(&self) -> Vec<Claim> {
        self.store.claim_due(&self.node, &self.courtesy, self.clock.now(), 1000).await.unwrap()
    }

    /// Claims sources whose articles are wanted now.
    pub async fn claim_articles(&self, limit: usize) -> Vec<ArticleClaim> {
        self.store.claim_articles(&self.node, &self.courtesy, self.clock.now(), limit).await.unwrap()
    }

    /// Fetches the articles of one claim.
    pub async fn articles_of(&self, claimed: ArticleClaim) -> Fetched {
        self.poller.articles(claimed).await
    }

    /// Fetches the articles that are wanted now.
    pub async fn articles(&self) -> Fetched {
        let mut all = Fetched::default();
        for claimed in self.claim_articles(10).await {
            let fetched = self.poller.articles(claimed).await;
            all.better += fetched.better;
            all.kept += fetched.kept;
            all.later += fetched.later;
        }
        all
    }

    /// What polls at most so many sources at once, as the daemon does.
    pub fn driver(&self, concurrency: usize) -> Driver {
        Driver::new(Arc::clone(&self.poller), concurrency)
    }

    /// Whether documents of this host's site took long to read.
    pub fn is_heavy(&self, host: &str) -> bool {
        self.poller.is_heavy(host)
    }

    pub async fn poll(&self, claim: Claim) -> Summary {
        self.poller.poll(claim).await
    }

    /// Stores what the store did not take before, as a daemon does at each round.
    pub async fn record_again(&self) {
        self.poller.record_again().await;
    }

    /// Moves on to when something is due, and polls it.
    pub async fn next(&self) -> Vec<Summary> {
        self.until(self.due_at().await);
        let mut ended = Vec::new();
        for claim in self.claim().await {
            ended.push(self.poll(claim).await);
        }
        ended
    }

    /// The same for a room of one source.
    pub async fn next_one(&self) -> Summary {
        let mut ended = self.next().await;
        assert_eq!(ended.len(), 1, "{ended:?}");
        ended.remove(0)
    }

    /// Polls by hand, with the default floor.
    pub async fn by_hand(&self, name: &str) -> Result<Summary, NotClaimed> {
        let floor = Duration::from_secs(60);
        let named = self.store.claim_named(&self.node, &self.courtesy, &[id(name)], floor, self.clock.now()).await;
        let (mut claims, mut refused) = named.unwrap();
        match claims.pop() {
            Some(claim) => Ok(self.poll(claim).await),
            None => Err(refused.remove(0)),
        }
    }

    pub async fn states(&self) -> HashMap<String, PollState> {
        let all = crate::contract::all_sources(&self.store, self.clock.now()).await;
        all.into_iter().map(|s| (s.source.to_string(), s.state)).collect()
    }

    pub async fn state(&self, name: &str) -> PollState {
        self.states().await.remove(name).expect("a source of this name")
    }

    /// A word for how a source is doing.
    pub async fn word(&self, name: &str) -> &'static str {
        let all = crate::contract::all_sources(&self.store, self.clock.now()).await;
        let found = all.iter().find(|s| s.source == id(name)).expect("a source of this name");
        condition(found, self.clock.now()).word()
    }
}

/// How a source is doing, as people are told.
pub fn condition(s: &SourceStatus, now: Timestamp) -> Condition<'_> {
    Condition { source: &s.source, state: &s.state, is_active: s.active, now }
}
