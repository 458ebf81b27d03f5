//! A store with sources of which polls can be committed.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use wiredesk::clock::Timestamp;
use wiredesk::identity;
use wiredesk::model::{Entry, FeedId, Host, NextPoll, NodeId, Route, SourceId};
use wiredesk::schedule::lease::LEASE;
use wiredesk::store::{
    Claim, Counted, Courtesy, Editions, Found, Joining, Location, NewEntry, Opening, PollNote, PollRecord, RulesId,
    SourcePlan, Store, open,
};

pub fn now() -> Timestamp {
    Timestamp::from_millis(1_795_392_000_000)
}

pub struct Desk {
    pub runtime: Runtime,
    pub store: Arc<dyn Store>,
    _folder: tempfile::TempDir,
    sources: usize,
}

impl Desk {
    /// A fresh store with so many sources and a feed of everything.
    pub fn new(sources: usize) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let at = Location::Sqlite(folder.path().join("bench.db"));
        let store = runtime.block_on(open(&at, Opening::Work, now())).expect("a store");
        let first = NextPoll { at: now(), because: "first poll".to_owned() };
        let planned: Vec<SourcePlan> = (0..sources)
            .map(|n| SourcePlan {
                source: source(n),
                url: format!("https://s{n}.example/"),
                host: Host { name: format!("s{n}.example"), proxy: String::new() },
                first: first.clone(),
                interval: Duration::from_secs(900),
                budgets: Default::default(),
            })
            .collect();
        let feed = FeedId::new("all").expect("a slug");
        runtime.block_on(store.configure(&planned, &[feed], now())).expect("configured");
        // What is committed is decided by what is in force, as nearly all is.
        runtime.block_on(store.take_rules(&Editions::default())).expect("in force");
        Desk { runtime, store, _folder: folder, sources }
    }

    /// A claim on every source.
    pub fn claims(&self) -> Vec<Claim> {
        let all: Vec<SourceId> = (0..self.sources).map(source).collect();
        self.runtime.block_on(claim(&self.store, &all))
    }

    /// Commits all at once, as polls under load do.
    pub fn commit(&self, records: Vec<PollRecord>) {
        self.runtime.block_on(async {
            let mut all = tokio::task::JoinSet::new();
            for record in records {
                let store = Arc::clone(&self.store);
                all.spawn(async move { store.commit_poll(record).await.expect("committed") });
            }
            while let Some(done) = all.join_next().await {
                done.expect("joined");
            }
        });
    }
}

pub fn source(n: usize) -> SourceId {
    SourceId::new(&format!("s{n}")).expect("a slug")
}

/// Claims on these sources.
pub async fn claim(store: &Arc<dyn Store>, sources: &[SourceId]) -> Vec<Claim> {
    let joining = Joining::daemon(NodeId::new("bench").expect("a slug"));
    let all = store.nodes(now()).await.expect("nodes");
    let node = match all.into_iter().find(|status| status.node.id == joining.id) {
        Some(status) => status.node,
        None => store.join(&joining, now()).await.expect("joined"),
    };
    let courtesy = Courtesy { per_host: 1, host_gap: Duration::ZERO, lease: LEASE };
    store.claim_named(&node, &courtesy, sources, Duration::ZERO, now()).await.expect("claimed").0
}

/// A poll that brought these entries; none: that brought nothing.
pub fn record(claim: Claim, entries: Vec<Found>) -> PollRecord {
    let mut state = claim.state.clone();
    state.polls += 1;
    let kind = if entries.is_empty() { "not-modified" } else { "document" };
    let found = (!entries.is_empty()).then_some(entries);
    let note = PollNote { kind, text: kind.to_owned(), status: Some(200), duration: Duration::ZERO, wire_bytes: 0 };
    let host = claim.host.clone();
    let (released, shares) = (Vec::new(), Arc::default());
    PollRecord {
        claim,
        at: now(),
        note,
        state,
        found,
        released,
        decided_by: RulesId::of(&Editions::default()),
        shares,
        host,
        hold: None,
        succeeded: true,
        warnings_told: 0,
        counted: Counted::All,
    }
}

/// A new entry, in these feeds.
pub fn found(entry: Entry, routes: Vec<Route>) -> Found {
    let print = identity::read(&entry, &[]).print;
    Found::New(Box::new(NewEntry {
        entry,
        print,
        sort_at: now(),
        routes,
        wants_article: false,
        words: None,
        reading: None,
        copy: None,
    }))
}
