//! What the tests of stores put in: sources, entries, polls.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::model::{
    Change, Content, EDITION, Entry, EntryId, EntryKey, FeedId, Fingerprint, Host, Markup, NextPoll, NodeId, Route,
    SourceId, Validators, digest,
};
use wiredesk::schedule::lease::LEASE;
use wiredesk::store::{
    Claim, Counted, Courtesy, Earlier, Editions, Found, Joining, NewEntry, Node, PollNote, PollRecord, Revision,
    RulesId, SourcePlan, SourceStatus, SourcesWanted, Store,
};

const MINUTE: Duration = Duration::from_secs(60);

pub fn now() -> Timestamp {
    Timestamp::from_millis(1_795_392_000_000)
}

pub fn source(id: &str) -> SourceId {
    SourceId::new(id).unwrap()
}

pub fn feed() -> FeedId {
    FeedId::new("city").unwrap()
}

pub fn planned(id: &str, url: &str) -> SourcePlan {
    let first = NextPoll { at: now(), because: "first poll".to_owned() };
    let host = Host::of(&url::Url::parse(url).unwrap(), "");
    SourcePlan {
        source: source(id),
        url: url.to_owned(),
        host,
        first,
        interval: 15 * MINUTE,
        budgets: Default::default(),
    }
}

/// Claims as considerately as a daemon does, but for the gap between starts.
pub fn courtesy() -> Courtesy {
    Courtesy { per_host: 1, host_gap: Duration::ZERO, lease: LEASE }
}

/// Who is about to work on a store by this name, in this process.
pub fn joining(name: &str) -> Joining {
    Joining::daemon(NodeId::new(name).unwrap())
}

/// The node that tests claim as; it joins when it is first asked for.
pub async fn node(store: &Arc<dyn Store>) -> Node {
    let joining = joining("test");
    let all = store.nodes(now()).await.unwrap();
    match all.into_iter().find(|status| status.node.id == joining.id && status.left_at.is_none()) {
        Some(status) => status.node,
        None => store.join(&joining, now()).await.unwrap(),
    }
}

/// Takes over a configuration of these sources and a feed.
pub async fn configure(store: &Arc<dyn Store>, ids: &[&str]) {
    let all: Vec<SourcePlan> = ids.iter().map(|id| planned(id, &format!("https://{id}.example/"))).collect();
    store.configure(&all, &[feed()], now()).await.unwrap();
}

/// All sources, page by page.
pub async fn all_sources(store: &Arc<dyn Store>, at: Timestamp) -> Vec<SourceStatus> {
    let mut wanted = SourcesWanted::all(500);
    let mut all = Vec::new();
    loop {
        let page = store.sources_page(&wanted, at).await.unwrap();
        let Some(last) = page.last() else { return all };
        wanted.after = Some(last.source.clone());
        all.extend(page);
    }
}

pub fn entry(id: &str, title: &str) -> Entry {
    let mut e = Entry::new(EntryKey::of("id", &[id]));
    e.id = Some(id.to_owned());
    e.title = title.to_owned();
    e.link = Some(format!("https://a.example/{id}"));
    e.content = Some(Content { markup: Markup::Html(format!("<p>{title} in full</p>")), base: None });
    e
}

pub fn print(e: &Entry) -> Fingerprint {
    let hash = digest(&e.title);
    let link = e.link.as_deref().map(digest);
    Fingerprint {
        edition: EDITION,
        page: link,
        path: link,
        title: hash,
        material: hash,
        form: hash,
        ..Fingerprint::default()
    }
}

pub fn route(admitted: bool) -> Route {
    let because = vec!["every entry of its sources".to_owned()];
    Route { feed: feed(), admitted, score: None, because, parts: vec![], hits: vec![] }
}

pub fn new(id: &str, title: &str) -> Found {
    added(entry(id, title))
}

/// A new entry, in the feed.
pub fn added(e: Entry) -> Found {
    Found::New(Box::new(NewEntry {
        print: print(&e),
        entry: e,
        sort_at: now(),
        routes: vec![route(true)],
        wants_article: false,
        words: None,
        reading: None,
        copy: None,
    }))
}

/// A known entry with another text, in the feed.
pub fn revised(id: EntryId, change: Change, e: Entry) -> Found {
    Found::Revised(Box::new(Revision {
        id,
        change,
        print: print(&e),
        entry: e.into(),
        routes: vec![route(true)],
        wants_article: false,
        earlier: Earlier::Kept,
    }))
}

/// Rules whose feed has this edition.
pub fn editions(edition: &str) -> Editions {
    Editions { feeds: BTreeMap::from([(feed(), edition.to_owned())]), labels: Arc::default() }
}

/// Which these are.
pub fn rules(edition: &str) -> RulesId {
    RulesId::of(&editions(edition))
}

pub async fn claim(store: &Arc<dyn Store>, id: &str, at: Timestamp) -> Claim {
    claim_by(&node(store).await, store, id, at).await
}

/// Claims a source for a node.
pub async fn claim_by(node: &Node, store: &Arc<dyn Store>, id: &str, at: Timestamp) -> Claim {
    let claimed = store.claim_named(node, &courtesy(), &[source(id)], Duration::ZERO, at).await;
    claimed.unwrap().0.pop().expect("claimed")
}

pub fn record(claim: Claim, at: Timestamp, found: Option<Vec<Found>>) -> PollRecord {
    let mut state = claim.state.clone();
    state.polls += 1;
    state.documents += u64::from(found.is_some());
    state.last_poll_at = Some(at);
    state.validators = Validators { etag: Some(b"W/\"odd \xff\"".to_vec()), last_modified: None };
    state.next = NextPoll { at: at.plus(15 * MINUTE), because: "schedule: every 15m".to_owned() };
    let kind = if found.is_some() { "document" } else { "not-modified" };
    let note = PollNote { kind, text: kind.to_owned(), status: Some(200), duration: MINUTE, wire_bytes: 9 };
    let host = claim.host.clone();
    let (released, shares) = (Vec::new(), Arc::default());
    PollRecord {
        claim,
        at,
        note,
        state,
        found,
        released,
        decided_by: rules("now"),
        shares,
        host,
        hold: None,
        succeeded: true,
        warnings_told: 0,
        counted: Counted::All,
    }
}

pub async fn poll(store: &Arc<dyn Store>, id: &str, found: Vec<Found>) -> Vec<EntryId> {
    poll_by(&node(store).await, store, id, found).await
}

/// Polls as a node that has joined.
pub async fn poll_by(node: &Node, store: &Arc<dyn Store>, id: &str, found: Vec<Found>) -> Vec<EntryId> {
    let claim = claim_by(node, store, id, now()).await;
    store.commit_poll(record(claim, now(), Some(found))).await.unwrap().new
}
