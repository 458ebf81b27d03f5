//! The outbox: each change that readers can see, once, in the order of commits (check O36).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::model::{Change, Content, EntryId, Markup, Stored};
use wiredesk::store::{
    ArticleRecord, Came, ChangeKind, Changes, Continuity, Decided, FeedChange, Followed, Found, Gained, NewEntry,
    Rerouting, Revision, Seq, Store,
};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);
const WRITERS: usize = 8;
const POLLS: usize = 10;

/// Changes after `after`, in pages that hold few.
pub async fn after(store: &dyn Store, after: Seq) -> Vec<FeedChange> {
    let (mut at, mut all) = (after, Vec::new());
    loop {
        let Changes { all: page, next, continuity } = store.changes(at, 3).await.unwrap();
        assert_eq!(continuity, Continuity::Whole);
        assert!(page.len() <= 3);
        if next == at {
            return all;
        }
        at = next;
        all.extend(page);
    }
}

/// Follows what is told of a store.
pub struct Told<'a> {
    store: &'a dyn Store,
    at: Seq,
}

impl<'a> Told<'a> {
    pub async fn from_here(store: &'a dyn Store) -> Told<'a> {
        Told { store, at: store.newest_change().await.unwrap() }
    }

    /// What was told since the last look.
    pub async fn since(&mut self) -> Vec<(Option<EntryId>, ChangeKind)> {
        let all = after(self.store, self.at).await;
        self.at = all.last().map_or(self.at, |change| change.seq);
        assert_eq!(self.store.newest_change().await.unwrap(), self.at);
        assert!(all.iter().all(|change| change.feed == feed()), "{all:?}");
        all.into_iter().map(|change| (change.entry, change.kind)).collect()
    }
}

pub async fn changes_come_once_and_in_order_while_eight_write_o36(bench: &dyn Bench) {
    let names: Vec<String> = (0..WRITERS).map(|n| format!("s{n}")).collect();
    let planned: Vec<_> = names.iter().map(|name| planned(name, &format!("https://{name}.example/"))).collect();
    let store = with(bench, &planned).await;
    // Half of them are another process.
    let stores = [Arc::clone(&store), store.beside().await];
    let mut writers = tokio::task::JoinSet::new();
    for (n, name) in names.into_iter().enumerate() {
        let store = Arc::clone(&stores[n % 2]);
        writers.spawn(async move {
            let node = store.join(&joining(&name), now()).await.unwrap();
            let mut ids = Vec::new();
            for poll in 0..POLLS {
                let title = format!("{name} {poll}");
                ids.extend(poll_by(&node, &store, &name, vec![new(&title, &title)]).await);
            }
            ids
        });
    }
    let (mut at, mut read, mut is_over) = (Seq::START, Vec::new(), false);
    let mut committed = BTreeSet::new();
    loop {
        let changes = store.changes(at, 7).await.unwrap();
        assert_eq!(changes.continuity, Continuity::Whole);
        for change in changes.all {
            assert!(change.seq > at, "{change:?} came after {at:?}");
            at = change.seq;
            read.push(change);
        }
        assert_eq!(changes.next, at);
        while let Some(ids) = writers.try_join_next() {
            committed.extend(ids.unwrap());
        }
        if is_over && store.newest_change().await.unwrap() == at {
            break;
        }
        is_over = writers.is_empty();
        tokio::task::yield_now().await;
    }
    assert_eq!(committed.len(), WRITERS * POLLS);
    assert_eq!(read.iter().filter_map(|change| change.entry).collect::<BTreeSet<_>>(), committed);
    assert_eq!(read.len(), committed.len(), "each is told once");
    assert!(read.iter().all(|change| change.kind == ChangeKind::Entered && change.at == now()));
    assert_eq!(after(&**store, Seq::START).await, read, "who reads it later reads the same");
    is_sound(&store).await;
}

pub async fn what_is_undone_is_not_told_o36(bench: &dyn Bench) {
    let store = two(bench).await;
    let mut told = Told::from_here(&**store).await;
    let (a, b) = (claim(&store, "a", now()).await, claim(&store, "b", now()).await);
    // A new version of an entry that there is not breaks a rule of the store.
    let none = revised(EntryId(77), Change::Material, entry("1", "One"));
    let bad = store.commit_poll(record(a.clone(), now(), Some(vec![none, new("1", "One")])));
    let good = store.commit_poll(record(b, now(), Some(vec![new("2", "Two")])));
    let (bad, good) = tokio::join!(bad, good);
    assert!(bad.is_err());
    assert_eq!(told.since().await, [(Some(good.unwrap().new[0]), ChangeKind::Entered)]);
    let again = store.commit_poll(record(a, now(), Some(vec![new("1", "One")]))).await.unwrap();
    assert_eq!(told.since().await, [(Some(again.new[0]), ChangeKind::Entered)]);
    is_sound(&store).await;
}

/// A known entry with another text that this feed rules so about.
fn reworded(id: EntryId, title: &str, admitted: bool) -> Found {
    let entry = entry("1", title);
    Found::Revised(Box::new(Revision {
        id,
        change: Change::Material,
        print: print(&entry),
        entry: entry.into(),
        routes: vec![route(admitted)],
        wants_article: false,
        earlier: wiredesk::store::Earlier::Kept,
    }))
}

pub async fn what_polls_change_is_told_by_its_kind_o36(bench: &dyn Bench) {
    let store = two(bench).await;
    let mut told = Told::from_here(&**store).await;
    // In the order of their numbers; the document's first is the newest.
    let ids = poll(&store, "a", vec![new("2", "Two"), new("1", "One")]).await;
    assert_eq!(told.since().await, [(Some(ids[0]), ChangeKind::Entered), (Some(ids[1]), ChangeKind::Entered)]);
    let (first, _) = (ids[0], ids[1]);
    let steps = [
        (reworded(first, "One!", true), Some(ChangeKind::Revised)),
        (reworded(first, "One gone", false), Some(ChangeKind::Left)),
        (reworded(first, "One still gone", false), None),
        (reworded(first, "One back", true), Some(ChangeKind::Entered)),
        (Found::Same(first), None),
    ];
    for (found, kind) in steps {
        poll(&store, "a", vec![found]).await;
        assert_eq!(told.since().await, kind.map(|kind| (Some(first), kind)).into_iter().collect::<Vec<_>>());
    }
    let entry = entry("1", "One back");
    let followed = Followed { id: first, print: print(&entry), entry: entry.into(), routes: vec![route(true)] };
    poll(&store, "a", vec![Found::Followed(Box::new(followed))]).await;
    assert_eq!(told.since().await, [(Some(first), ChangeKind::Followed)]);
    // A poll that brings nothing, and an entry that is in no feed, are seen by nobody.
    let claim = claim(&store, "a", now()).await;
    store.commit_poll(record(claim, now(), None)).await.unwrap();
    let aside = super::entry("9", "Aside");
    let aside = NewEntry {
        print: print(&aside),
        entry: aside,
        sort_at: now(),
        routes: vec![route(false)],
        wants_article: false,
        words: None,
        reading: None,
        copy: None,
    };
    poll(&store, "b", vec![Found::New(Box::new(aside))]).await;
    assert_eq!(told.since().await, []);
    // What a source says of itself is seen in the feeds that hold its entries.
    for (source, expected) in [("a", vec![(None, ChangeKind::Described)]), ("b", vec![])] {
        let mut record = record(super::claim(&store, source, now()).await, now(), Some(vec![]));
        record.state.carrier.title = "The Pilot".to_owned();
        store.commit_poll(record).await.unwrap();
        assert_eq!(told.since().await, expected, "{source}");
    }
    is_sound(&store).await;
}

pub async fn what_else_readers_see_is_told_by_its_kind_o36(bench: &dyn Bench) {
    let store = two(bench).await;
    let Found::New(mut teaser) = new("2", "Two") else { unreachable!() };
    teaser.wants_article = true;
    let ids = poll(&store, "a", vec![Found::New(teaser), new("1", "One")]).await;
    let mut told = Told::from_here(&**store).await;
    let wanted = store.claim_articles(&node(&store).await, &courtesy(), now(), 10).await.unwrap().remove(0);
    let entry = wanted.wanted[0].entry.clone();
    let article = Some(Content { markup: Markup::Html("<p>All of it</p>".to_owned()), base: None });
    let text = Came::Text { entry: Box::new(Stored { article, ..entry.into() }), routes: vec![route(true)] };
    for (came, expected) in [(Came::Nothing, vec![]), (text, vec![(Some(ids[1]), ChangeKind::Revised)])] {
        let (claim, said) = (wanted.claim.clone(), String::new());
        let record = ArticleRecord {
            claim,
            entry: ids[1],
            at: now(),
            came,
            decided_by: rules("now"),
            said,
            hold: None,
            well: None,
        };
        store.commit_article(record).await.unwrap();
        assert_eq!(told.since().await, expected);
    }
    store.end_articles(&wanted.claim).await.unwrap();
    // Decided anew: each feed once without a word, entry by entry where it is announced.
    let decide = async |admitted: bool, gained| {
        let kept = store.history(None, 10).await.unwrap();
        let routes = || if admitted { vec![route(true)] } else { vec![] };
        let decided = kept.iter().map(|kept| Decided { entry: kept.id, version: kept.version, routes: routes() });
        let entries = decided.collect();
        let work = Rerouting { feeds: vec![feed()], entries, gained, at: now(), step: None, again_by: None };
        store.reroute(work).await.unwrap();
    };
    let silently = [(None, ChangeKind::Rematched)];
    decide(true, Gained::Silently).await;
    assert_eq!(told.since().await, [], "it holds what it held");
    decide(false, Gained::AsNew).await;
    assert_eq!(told.since().await, silently, "what leaves does so without a word");
    decide(true, Gained::Silently).await;
    assert_eq!(told.since().await, silently);
    decide(false, Gained::Silently).await;
    decide(true, Gained::AsNew).await;
    let mut announced = told.since().await;
    assert_eq!(announced.remove(0), silently[0]);
    announced.sort_unstable_by_key(|(entry, _)| *entry);
    assert_eq!(announced, [(Some(ids[0]), ChangeKind::Entered), (Some(ids[1]), ChangeKind::Entered)]);
    // Texts that go are missed in the documents; those that go a second time are not there.
    poll(&store, "a", vec![new("3", "Three")]).await;
    told.since().await;
    let later = now().plus(Duration::from_secs(86_400 * 500));
    for expected in [vec![(None, ChangeKind::Pruned)], vec![]] {
        store.prune(later, None, 100, now()).await.unwrap();
        assert_eq!(told.since().await, expected);
    }
    is_sound(&store).await;
}

pub async fn the_outbox_is_pruned_from_its_old_end_and_says_so_o36(bench: &dyn Bench) {
    let store = two(bench).await;
    let hour = |n: u32| now().plus(60 * MINUTE * n);
    for n in 0..6 {
        let claim = claim(&store, "a", hour(n)).await;
        let found = vec![new(&n.to_string(), &format!("Number {n}"))];
        store.commit_poll(record(claim, hour(n), Some(found))).await.unwrap();
    }
    let all = after(&**store, Seq::START).await;
    let newest = store.newest_change().await.unwrap();
    let prune = async |before: Timestamp, limit| store.prune_changes(before, limit).await.unwrap();
    assert_eq!(prune(hour(0), 100).await, 0);
    assert_eq!((prune(hour(3), 2).await, prune(hour(3), 2).await, prune(hour(3), 2).await), (2, 1, 0));
    // Whoever had read what is gone goes on; whoever had not is told.
    assert_eq!(after(&**store, all[2].seq).await, all[3..]);
    for position in [Seq::START, all[1].seq] {
        let changes = store.changes(position, 2).await.unwrap();
        assert_eq!((changes.continuity, &changes.all[..]), (Continuity::Cut, &all[3..5]));
        assert_eq!(after(&**store, changes.next).await, all[5..], "and goes on from there");
    }
    // The newest one stays, so that no number comes a second time.
    assert_eq!(prune(hour(100), 100).await, 2);
    assert_eq!((prune(hour(100), 100).await, store.newest_change().await.unwrap()), (0, newest));
    let store = store.reopened().await;
    poll(&store, "b", vec![new("b", "B")]).await;
    let more = after(&**store, newest).await;
    assert!(more.len() == 1 && more[0].seq > newest, "{more:?}");
    // A position that this store never gave: a copy from before took its place.
    let beyond = store.changes(Seq(more[0].seq.0 + 7), 10).await.unwrap();
    assert_eq!(beyond, Changes { all: vec![], next: more[0].seq, continuity: Continuity::Cut });
    is_sound(&store).await;
}

pub async fn who_waits_for_changes_hears_of_them_o36(bench: &dyn Bench) {
    let store = two(bench).await;
    let at = store.newest_change().await.unwrap();
    let (ids, ()) = tokio::join!(poll(&store, "a", vec![new("1", "One")]), store.changed(at));
    let told = after(&**store, at).await;
    assert_eq!(told[0].entry, Some(ids[0]), "it is there when it is heard of");
    // Whoever comes late hears of it all the same, and whoever has read it does not.
    store.changed(at).await;
    assert!(tokio::time::timeout(Duration::ZERO, store.changed(told[0].seq)).await.is_err());
}
