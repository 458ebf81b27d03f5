//! Storing: polls of 30 new entries each, polls that brought nothing, indexing.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod desk;

use divan::{Bencher, counter::ItemsCount};
use wiredesk::model::{Content, Entry, EntryKey, FeedId, Markup, Route};
use wiredesk::past::index;
use wiredesk::store::{Claim, Found, PollRecord};

use desk::{Desk, found};

const SOURCES: usize = 64;
const ENTRIES: usize = 30;

fn main() {
    divan::main();
}

fn record(claim: Claim, round: usize, entries: usize) -> PollRecord {
    let source = claim.source.to_string();
    desk::record(claim, (0..entries).map(|n| new(&format!("{source}-{round}-{n}"))).collect())
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
    let because = vec!["every entry of its sources".to_owned()];
    let feed = FeedId::new("all").expect("a slug");
    let route = Route { feed, admitted: true, score: None, because, parts: vec![], hits: vec![] };
    found(entry, vec![route])
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn sixty_four_polls_of_thirty_new_entries(bencher: Bencher<'_, '_>) {
    let desk = Desk::new(SOURCES);
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
    let desk = Desk::new(SOURCES);
    bencher
        .counter(ItemsCount::new(SOURCES))
        .with_inputs(|| desk.claims().into_iter().map(|claim| record(claim, 0, 0)).collect::<Vec<_>>())
        .bench_local_values(|records| desk.commit(records));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn indexing_a_batch(bencher: Bencher<'_, '_>) {
    let desk = Desk::new(SOURCES);
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
