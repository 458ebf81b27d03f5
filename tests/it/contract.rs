//! What every store must do, run on each kind of store.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::model::{
    Asked, Change, Content, EDITION, Entry, EntryId, EntryKey, FeedId, Fingerprint, Host, Markup, NextPoll, Place,
    Route, SourceId, Validators, digest,
};
use wiredesk::schedule::lease::LEASE;
use wiredesk::store::sqlite::SqliteStore;
use wiredesk::store::{
    Claim, Counted, Decided, Earlier, EntryRef, Error, Found, Gained, Lookup, NewEntry, NotClaimed, Planned, PollNote,
    PollRecord, Rerouting, Revision, Row, Store, TextHash, Unindexed, Words, Worker,
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

pub fn planned(id: &str, url: &str) -> Planned {
    let first = NextPoll { at: now(), because: "first poll".to_owned() };
    let host = Host::of(&url::Url::parse(url).unwrap(), "");
    Planned { source: source(id), url: url.to_owned(), host, first, interval: 15 * MINUTE, budgets: Default::default() }
}

/// Claims as considerately as a daemon does, but for the gap between starts.
pub fn worker() -> Worker {
    Worker { name: "test".to_owned(), per_host: 1, host_gap: Duration::ZERO, lease: LEASE }
}

/// A store with two sources and a feed, in a folder of its own.
pub async fn store() -> (tempfile::TempDir, Arc<dyn Store>) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("a.db"), now()).unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    configure(&store, &["a", "b"]).await;
    (folder, store)
}

async fn configure(store: &Arc<dyn Store>, ids: &[&str]) {
    let all: Vec<Planned> = ids.iter().map(|id| planned(id, &format!("https://{id}.example/"))).collect();
    store.configure(&all, &[feed()], now()).await.unwrap();
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
    }))
}

pub async fn claim(store: &Arc<dyn Store>, id: &str, at: Timestamp) -> Claim {
    store.claim_named(&worker(), &[source(id)], Duration::ZERO, at).await.unwrap().0.pop().expect("claimed")
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
        shares,
        host,
        hold: None,
        succeeded: true,
        warnings_told: 0,
        counted: Counted::All,
    }
}

pub async fn poll(store: &Arc<dyn Store>, id: &str, found: Vec<Found>) -> Vec<EntryId> {
    let claim = claim(store, id, now()).await;
    store.commit_poll(record(claim, now(), Some(found))).await.unwrap().new
}

#[tokio::test]
async fn a_claim_moves_the_due_time_before_anything_is_sent_p28_r3() {
    let (_folder, store) = store().await;
    let claims = store.claim_due(&worker(), now(), 10).await.unwrap();
    assert_eq!(claims.len(), 2);
    assert!(store.claim_due(&worker(), now(), 10).await.unwrap().is_empty());
    // The process dies here: nothing is due before the interval has passed.
    let later = now().plus(14 * MINUTE);
    assert!(store.claim_due(&worker(), later, 10).await.unwrap().is_empty());
    assert_eq!(store.claim_due(&worker(), now().plus(15 * MINUTE), 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_stale_claim_stores_nothing_r21() {
    let (_folder, store) = store().await;
    let stale = claim(&store, "a", now()).await;
    let later = now().plus(20 * MINUTE);
    let fresh = claim(&store, "a", later).await;
    let refused = store.commit_poll(record(stale, later, Some(vec![new("1", "One")]))).await;
    assert!(matches!(refused, Err(Error::StaleClaim(_))), "{refused:?}");
    assert_eq!(store.totals().await.unwrap().entries, 0);
    store.commit_poll(record(fresh, later, Some(vec![new("1", "One")]))).await.unwrap();
    assert_eq!(store.totals().await.unwrap().entries, 1);
}

#[tokio::test]
async fn a_claim_given_back_is_due_as_before() {
    let (_folder, store) = store().await;
    let claims = store.claim_due(&worker(), now(), 10).await.unwrap();
    store.release(&claims).await.unwrap();
    assert_eq!(store.next_due_at(&worker(), now()).await.unwrap(), Some(now()));
    assert_eq!(store.claim_due(&worker(), now(), 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_refresh_floor_says_until_when_to_wait_p36() {
    let (_folder, store) = store().await;
    poll(&store, "a", vec![new("1", "One")]).await;
    let soon = now().plus(Duration::from_secs(20));
    let (claims, refused) = store.claim_named(&worker(), &[source("a"), source("nobody")], MINUTE, soon).await.unwrap();
    assert!(claims.is_empty());
    let until = now().plus(MINUTE);
    assert_eq!(refused, [NotClaimed::TooSoon { source: source("a"), until }, NotClaimed::Unknown(source("nobody"))]);
}

#[tokio::test]
async fn one_poll_commits_as_one_and_validators_return_byte_for_byte_p2_p4_r1() {
    let (_folder, store) = store().await;
    let ids = poll(&store, "a", vec![new("2", "Two"), new("1", "One")]).await;
    let again = claim(&store, "a", now()).await;
    assert_eq!(again.state.validators.etag.as_deref(), Some(&b"W/\"odd \xff\""[..]));
    // The document's first entry is its newest, and gets the higher number.
    assert_eq!(again.state.window, [ids[1], ids[0]]);
    let page = store.feed_page(&feed(), None, 10).await.unwrap();
    let titles: Vec<&str> = page.iter().map(|p| p.entry.title.as_str()).collect();
    assert_eq!(titles, ["Two", "One"]);
    assert!(page[0].entry.content.is_some());
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_bad_record_undoes_itself_alone() {
    let (_folder, store) = store().await;
    let (a, b) = (claim(&store, "a", now()).await, claim(&store, "b", now()).await);
    // A new version of an entry that there is not breaks a rule of the store.
    let (id, change, e) = (EntryId(77), Change::Material, entry("1", "One"));
    let none = Revision {
        id,
        change,
        print: print(&e),
        entry: e,
        routes: vec![route(true)],
        wants_article: false,
        earlier: Earlier::Kept,
    };
    let bad = store.commit_poll(record(a, now(), Some(vec![new("1", "One"), Found::Revised(Box::new(none))])));
    let good = store.commit_poll(record(b, now(), Some(vec![new("2", "Two")])));
    let (bad, good) = tokio::join!(bad, good);
    assert!(bad.is_err());
    assert_eq!(good.unwrap().new.len(), 1);
    assert_eq!(store.totals().await.unwrap().entries, 1);
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn an_id_that_two_sources_share_is_published_once_o5() {
    let (_folder, store) = store().await;
    let mut shared = entry("urn:wire:7", "Seven");
    shared.id = Some("urn:wire:7".to_owned());
    let found = |e: &Entry| {
        let (entry, print) = (e.clone(), print(e));
        vec![Found::New(Box::new(NewEntry {
            entry,
            print,
            sort_at: now(),
            routes: vec![route(true)],
            wants_article: false,
        }))]
    };
    poll(&store, "a", found(&shared)).await;
    poll(&store, "b", found(&shared)).await;
    let ids: Vec<String> =
        store.feed_page(&feed(), None, 10).await.unwrap().into_iter().map(|p| p.published_id).collect();
    assert!(ids.contains(&"urn:wire:7".to_owned()), "{ids:?}");
    assert!(ids.iter().any(|id| id.starts_with("urn:uuid:")), "{ids:?}");
}

#[tokio::test]
async fn revisions_are_kept_and_only_material_ones_move_updated_o7() {
    let (_folder, store) = store().await;
    let id = poll(&store, "a", vec![new("1", "One")]).await[0];
    let revise = |title: &str, change, at| {
        let e = entry("1", title);
        let revision = Revision {
            id,
            change,
            print: print(&e),
            entry: e,
            routes: vec![route(true)],
            wants_article: false,
            earlier: Earlier::Kept,
        };
        (Found::Revised(Box::new(revision)), at)
    };
    let steps = [
        revise("One!", Change::Cosmetic, now().plus(20 * MINUTE)),
        revise("One, corrected", Change::Material, now().plus(40 * MINUTE)),
    ];
    for (found, at) in steps {
        let claim = claim(&store, "a", at).await;
        let done = store.commit_poll(record(claim, at, Some(vec![found]))).await.unwrap();
        assert_eq!((done.new.len(), done.revised), (0, 1));
    }
    let kept = store.entry(&EntryRef::Id(id)).await.unwrap().unwrap();
    let titles: Vec<&str> = kept.versions.iter().map(|v| v.entry.as_ref().unwrap().title.as_str()).collect();
    assert_eq!(titles, ["One, corrected", "One!", "One"]);
    assert_eq!(kept.versions[1].change, Some(Change::Cosmetic));
    assert_eq!(kept.published.updated_at, now().plus(40 * MINUTE));
    assert_eq!(kept.published.first_seen_at, now());
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn versions_that_alternate_stop_at_twenty_a_day_b61() {
    let (_folder, store) = store().await;
    let id = poll(&store, "a", vec![new("1", "One")]).await[0];
    for n in 0..30 {
        let e = entry("1", if n % 2 == 0 { "Two" } else { "One" });
        let change = Change::Material;
        let revision = Revision {
            id,
            change,
            print: print(&e),
            entry: e,
            routes: vec![route(true)],
            wants_article: false,
            earlier: Earlier::Kept,
        };
        let claim = claim(&store, "a", now()).await;
        store.commit_poll(record(claim, now(), Some(vec![Found::Revised(Box::new(revision))]))).await.unwrap();
    }
    let kept = store.entry(&EntryRef::Id(id)).await.unwrap().unwrap();
    assert_eq!(kept.published.revisions, 21);
    // What is bounded is what is kept: the newest text stands, and the source is told of.
    assert_eq!(kept.published.entry.title, "One");
    let status = store.sources(now()).await.unwrap();
    let told = &status.iter().find(|s| s.source == source("a")).unwrap().state.warnings;
    assert!(told.iter().any(|w| w.contains("more than 20 times in a day")), "{told:?}");
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn known_entries_are_found_by_window_key_and_link() {
    let (_folder, store) = store().await;
    let ids = poll(&store, "a", vec![new("2", "Two"), new("1", "One")]).await;
    let ask = |e: &Entry, keys| Asked { keys, link: None, page: e.link.as_deref().map(digest), title: 0, material: 0 };
    let (one, nobody) = (entry("1", "One"), EntryKey::of("id", &["nobody"]));
    let by = async |window: &[EntryId], asked: Vec<Asked>| {
        let found = store.known(&source("a"), window, &asked).await.unwrap();
        found.into_iter().map(|k| k.entry).collect::<Vec<_>>()
    };
    assert_eq!(by(&ids, vec![]).await, ids);
    assert_eq!(by(&[], vec![ask(&one, vec![nobody, one.key])]).await, [ids[0]]);
    assert_eq!(by(&[], vec![ask(&one, vec![nobody])]).await, [ids[0]]);
    assert!(store.known(&source("b"), &[], &[ask(&one, vec![one.key])]).await.unwrap().is_empty());
}

#[tokio::test]
async fn pages_are_cut_by_place_so_arrivals_shift_nothing_o17() {
    let (_folder, store) = store().await;
    poll(&store, "a", (0..10).map(|n| new(&format!("a{n}"), "A")).collect()).await;
    let first = store.feed_page(&feed(), None, 4).await.unwrap();
    let place = first.last().map(|p| p.place);
    poll(&store, "b", (0..5).map(|n| new(&format!("b{n}"), "B")).collect()).await;
    let rest = store.feed_page(&feed(), place, 100).await.unwrap();
    let seen: std::collections::BTreeSet<EntryId> = first.iter().chain(&rest).map(|p| p.place.entry).collect();
    assert_eq!((rest.len(), seen.len()), (6, 10));
    let end = rest.last().map_or(Place { at: now(), entry: EntryId(0) }, |p| p.place);
    assert!(store.feed_page(&feed(), Some(end), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn retired_sources_keep_their_entries_and_are_not_polled_r20() {
    let (_folder, store) = store().await;
    poll(&store, "a", vec![new("1", "One")]).await;
    configure(&store, &["b"]).await;
    let later = now().plus(60 * MINUTE);
    let due: Vec<String> =
        store.claim_due(&worker(), later, 10).await.unwrap().iter().map(|c| c.source.to_string()).collect();
    assert_eq!(due, ["b"]);
    assert_eq!(store.feed_page(&feed(), None, 10).await.unwrap().len(), 1);
    configure(&store, &["a", "b"]).await;
    assert_eq!(store.sources(later).await.unwrap().iter().filter(|s| s.active).count(), 2);
}

#[tokio::test]
async fn another_address_forgets_the_validators_of_the_old_one_p6() {
    let (_folder, store) = store().await;
    poll(&store, "a", vec![new("1", "One")]).await;
    let due = store.sources(now()).await.unwrap()[0].state.next.at;
    store.configure(&[planned("a", "https://elsewhere.example/")], &[feed()], now()).await.unwrap();
    let state = store.source(&source("a"), now()).await.unwrap().unwrap().state;
    assert!(state.validators.is_empty());
    assert_eq!((state.next.at, state.window.len()), (due, 1));
}

#[tokio::test]
async fn pruning_takes_texts_and_leaves_identity_r25_o34() {
    let (_folder, store) = store().await;
    let old = poll(&store, "a", vec![new("1", "One")]).await[0];
    let listed = poll(&store, "a", vec![new("2", "Two")]).await[0];
    let later = now().plus(Duration::from_secs(86_400 * 500));
    assert_eq!(store.prune(later, 100).await.unwrap(), 1);
    assert!(store.entry(&EntryRef::Id(old)).await.unwrap().unwrap().pruned);
    assert!(!store.entry(&EntryRef::Id(listed)).await.unwrap().unwrap().pruned);
    let one = entry("1", "One");
    let asked = [Asked { keys: vec![one.key], link: None, page: None, title: 0, material: 0 }];
    assert_eq!(store.known(&source("a"), &[], &asked).await.unwrap()[0].entry, old);
    assert_eq!(store.totals().await.unwrap().entries, 2);
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn the_index_follows_new_and_revised_entries() {
    let (_folder, store) = store().await;
    let id = poll(&store, "a", vec![new("1", "harbour strike")]).await[0];
    let waiting = async || store.unindexed(EntryId(0), 10).await.unwrap();
    let words = |of: &Unindexed| Words { entry: of.id, version: of.version, words: of.entry.title.to_lowercase() };
    let find = async |word: &str| {
        store.search(&Lookup::Row(Row { words: vec![word.to_owned()], open: false }), None, 10).await.unwrap().len()
    };
    assert_eq!(store.totals().await.unwrap().unindexed, 1);
    let first = waiting().await;
    store.index(vec![words(&first[0])]).await.unwrap();
    assert_eq!((find("harbour").await, find("mayor").await), (1, 0));
    assert!(waiting().await.is_empty());

    let e = entry("1", "mayor visits");
    let revision = Revision {
        id,
        change: Change::Material,
        print: print(&e),
        entry: e,
        routes: vec![],
        wants_article: false,
        earlier: Earlier::Kept,
    };
    let claim = claim(&store, "a", now()).await;
    store.commit_poll(record(claim, now(), Some(vec![Found::Revised(Box::new(revision))]))).await.unwrap();
    let second = waiting().await;
    assert_eq!(second.iter().map(|u| (u.id, u.entry.title.as_str())).collect::<Vec<_>>(), [(id, "mayor visits")]);
    // Words of the older text, by somebody who was slower: they change nothing.
    store.index(vec![words(&first[0])]).await.unwrap();
    assert_eq!(waiting().await.len(), 1, "the newer text goes on waiting");
    store.index(vec![words(&second[0])]).await.unwrap();
    assert_eq!((find("harbour").await, find("mayor").await), (0, 1));
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_backup_is_a_store_of_its_own_r16() {
    let (folder, store) = store().await;
    poll(&store, "a", vec![new("1", "One")]).await;
    let copy = folder.path().join("copy.db");
    assert!(store.backup(&copy).await.unwrap() > 0);
    assert!(store.backup(&copy).await.unwrap_err().to_string().contains("exists"));
    let restored = SqliteStore::open(&copy, now()).unwrap();
    assert_eq!(restored.feed_page(&feed(), None, 10).await.unwrap(), store.feed_page(&feed(), None, 10).await.unwrap());
    assert_eq!(restored.verify().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn polls_that_bring_nothing_share_a_row_and_are_counted() {
    let (_folder, store) = store().await;
    for n in 1..=5 {
        let at = now().plus(20 * MINUTE * n);
        let claim = claim(&store, "a", at).await;
        store.commit_poll(record(claim, at, None)).await.unwrap();
    }
    assert_eq!(store.poll_counts().await.unwrap().get("not-modified"), Some(&5));
}

#[tokio::test]
async fn a_changed_filter_moves_entries_in_and_out() {
    let (_folder, store) = store().await;
    let ids = poll(&store, "a", vec![new("2", "Two"), new("1", "One")]).await;
    let decide = async |decisions: Vec<(EntryId, Vec<Route>)>, gained, at| {
        let kept = store.history(None, 10).await.unwrap();
        let version = |id| kept.iter().find(|kept| kept.id == id).unwrap().version;
        let decided = |(entry, routes)| Decided { entry, version: version(entry), routes };
        let entries = decisions.into_iter().map(decided).collect();
        let gains = store.reroute(Rerouting { feeds: vec![feed()], entries, gained, at, step: None }).await.unwrap();
        assert_eq!(store.feed_updated_at(&feed()).await.unwrap(), Some(at), "what changes says when");
        gains[&feed()]
    };
    let (name, range) = (feed(), ids[1].min(ids[0])..=ids[0].max(ids[1]));
    let members = || store.members(&name, range.clone());
    assert_eq!(
        decide(vec![(ids[0], vec![]), (ids[1], vec![route(true)])], Gained::Silently, now().plus(MINUTE)).await,
        (0, 1)
    );
    assert_eq!(members().await.unwrap(), HashSet::from([ids[1]]));
    assert_eq!(decide(vec![(ids[0], vec![route(true)])], Gained::Silently, now().plus(2 * MINUTE)).await, (1, 0));
    assert_eq!(members().await.unwrap().len(), 2);
    let newest = store.feed_page(&feed(), None, 1).await.unwrap()[0].place;
    // Out, and in again with a word: at the head of the feed.
    let other = if newest.entry == ids[0] { ids[1] } else { ids[0] };
    assert_eq!(decide(vec![(other, vec![])], Gained::Silently, now().plus(3 * MINUTE)).await, (0, 1));
    let at = now().plus(60 * MINUTE);
    assert_eq!(
        decide(vec![(other, vec![route(true)]), (newest.entry, vec![route(true)])], Gained::AsNew, at).await,
        (1, 0)
    );
    let head = store.feed_page(&feed(), None, 1).await.unwrap()[0].place;
    assert_eq!((head.entry, head.at), (other, at));
    let told = store.feeds(at).await.unwrap()[0].updated_at;
    assert_eq!(told, Some(at), "O7: what is announced is the feed's latest change");
    assert_eq!(store.feed_page(&feed(), None, 10).await.unwrap().len(), 2);
    // What was decided by a text that is no longer there is nothing.
    let stale = Decided { entry: ids[0], version: TextHash(1), routes: vec![] };
    let work = Rerouting { feeds: vec![feed()], entries: vec![stale], gained: Gained::Silently, at, step: None };
    assert_eq!(store.reroute(work).await.unwrap()[&feed()], (0, 0));
    assert_eq!(members().await.unwrap().len(), 2);
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}

/// A damaged text costs itself alone; who goes through all goes past it.
#[tokio::test]
async fn a_damaged_text_stops_nobody_and_is_named() {
    let (folder, store) = store().await;
    let ids = poll(&store, "a", vec![new("3", "Three"), new("2", "Two"), new("1", "One")]).await;
    let c = rusqlite::Connection::open(folder.path().join("a.db")).unwrap();
    c.execute("UPDATE text SET body = x'0001' WHERE entry_id = ?1", [ids[1].0]).unwrap();
    let others = [ids[0], ids[2]].map(|id| id.0);
    let mut kept: Vec<i64> = store.history(None, 10).await.unwrap().iter().map(|kept| kept.id.0).collect();
    kept.sort_unstable();
    let mut waiting: Vec<i64> = store.unindexed(EntryId(0), 10).await.unwrap().iter().map(|u| u.id.0).collect();
    waiting.sort_unstable();
    assert_eq!((kept.as_slice(), waiting.as_slice()), (others.as_slice(), others.as_slice()));
    let wrong = store.verify().await.unwrap();
    assert!(wrong.len() == 1 && wrong[0].starts_with(&format!("entry {} of a: ", ids[1].0)), "{wrong:?}");
}

#[test]
fn unusable_files_are_named_with_the_remedy_b87() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let said = |path: &std::path::Path| SqliteStore::open(path, now()).err().expect("refused").to_string();
    std::fs::create_dir(at("folder")).unwrap();
    assert!(said(&at("folder")).contains("is a directory"));
    assert!(said(&at("missing/a.db")).contains("mkdir -p"));
    std::fs::write(at("junk.db"), "this is no database, though long enough to have a header of one".repeat(40))
        .unwrap();
    let junk = said(&at("junk.db"));
    assert!(junk.contains("junk.db") && junk.contains("not a database"), "{junk}");
}
