//! Storing: polls of 30 new entries each, polls that brought nothing, indexing.

use std::sync::Arc;
use std::time::Duration;

use divan::{Bencher, counter::ItemsCount};
use tokio::runtime::Runtime;
use wiredesk::clock::Timestamp;
use wiredesk::model::{Content, Entry, EntryKey, FeedId, Host, Markup, NextPoll, Route, SourceId};
use wiredesk::poll::{index, print};
use wiredesk::store::sqlite::SqliteStore;
use wiredesk::store::{Claim, Found, NewEntry, Planned, PollNote, PollRecord, Store, Worker};

const SOURCES: usize = 64;
const ENTRIES: usize = 30;

fn main() {
    divan::main();
}

fn now() -> Timestamp {
    Timestamp::from_millis(1_795_392_000_000)
}

struct Desk {
    runtime: Runtime,
    store: Arc<dyn Store>,
    _folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let store: Arc<dyn Store> =
            Arc::new(SqliteStore::open(&folder.path().join("bench.db"), now()).expect("a store"));
        let first = NextPoll { at: now(), because: "first poll".to_owned() };
        let planned: Vec<Planned> = (0..SOURCES)
            .map(|n| Planned {
                source: SourceId::new(&format!("s{n}")).expect("a slug"),
                url: format!("https://s{n}.example/"),
                host: Host { name: format!("s{n}.example"), proxy: String::new() },
                first: first.clone(),
                interval: Duration::from_secs(900),
            })
            .collect();
        let feed = FeedId::new("all").expect("a slug");
        runtime.block_on(store.configure(&planned, &[feed], now())).expect("configured");
        Desk { runtime, store, _folder: folder }
    }

    fn claims(&self) -> Vec<Claim> {
        let all: Vec<SourceId> = (0..SOURCES).map(|n| SourceId::new(&format!("s{n}")).expect("a slug")).collect();
        let worker = Worker { name: "bench".to_owned(), per_host: 1, host_gap: Duration::ZERO };
        self.runtime.block_on(self.store.claim_named(&worker, &all, Duration::ZERO, now())).expect("claimed").0
    }

    /// Commits all at once, as polls under load do.
    fn commit(&self, records: Vec<PollRecord>) {
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

fn record(claim: Claim, round: usize, entries: usize) -> PollRecord {
    let mut state = claim.state.clone();
    state.polls += 1;
    let source = claim.source.to_string();
    let found = (entries > 0).then(|| (0..entries).map(|n| new(&format!("{source}-{round}-{n}"))).collect());
    let kind = if entries > 0 { "document" } else { "not-modified" };
    let note = PollNote { kind, text: kind.to_owned(), status: Some(200), duration: Duration::ZERO, wire_bytes: 0 };
    let host = claim.host.clone();
    PollRecord { claim, at: now(), note, state, found, host, hold: None, succeeded: true }
}

fn new(id: &str) -> Found {
    let mut entry = Entry::new(EntryKey::of("id", &[id]));
    entry.id = Some(format!("urn:bench:{id}"));
    entry.title = format!("Entry {id} about the mayor and the consul general");
    entry.link = Some(format!("https://example.org/{id}"));
    let text: String = (0..40)
        .map(|n| format!("<p>Paragraph {n} of {id}: the port, the city and the envoys of {}.</p>", n * 7919 % 1000))
        .collect();
    entry.content = Some(Content { markup: Markup::Html(text), base: None });
    let print = print::read(&entry).print;
    let because = vec!["every entry of its sources".to_owned()];
    let feed = FeedId::new("all").expect("a slug");
    let route = Route { feed, admitted: true, score: None, because, parts: vec![], hits: vec![] };
    Found::New(Box::new(NewEntry { entry, print, sort_at: now(), routes: vec![route], wants_article: false }))
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn sixty_four_polls_of_thirty_new_entries(bencher: Bencher<'_, '_>) {
    let desk = Desk::new();
    let mut round = 0;
    bencher
        .counter(ItemsCount::new(SOURCES * ENTRIES))
        .with_inputs(|| {
            round += 1;
            desk.claims().into_iter().map(|claim| record(claim, round, ENTRIES)).collect::<Vec<_>>()
        })
        .bench_local_values(|records| desk.commit(records));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn sixty_four_polls_that_brought_nothing(bencher: Bencher<'_, '_>) {
    let desk = Desk::new();
    bencher
        .counter(ItemsCount::new(SOURCES))
        .with_inputs(|| desk.claims().into_iter().map(|claim| record(claim, 0, 0)).collect::<Vec<_>>())
        .bench_local_values(|records| desk.commit(records));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn indexing_a_batch(bencher: Bencher<'_, '_>) {
    let desk = Desk::new();
    let mut round = 0;
    bencher
        .counter(ItemsCount::new(index::BATCH))
        .with_inputs(|| {
            round += 1;
            let each = index::BATCH.div_ceil(SOURCES);
            desk.commit(desk.claims().into_iter().map(|claim| record(claim, round, each)).collect());
        })
        .bench_local_values(|()| desk.runtime.block_on(index::catch_up(&desk.store, |_| ())).expect("indexed"));
}
