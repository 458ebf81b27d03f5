//! What a store costs as it grows: storing an entry, the first page of a feed, a search
//! and an explanation, each over more entries. `cargo bench --bench growth -- 10000000`
//! measures at 100,000 entries, at a million and at ten; without a number, at 10,000 and
//! at 100,000.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod desk;
#[allow(dead_code)]
mod words;

use std::path::Path;
use std::sync::Arc;

use wiredesk::clock::{Clock, SystemClock};
use wiredesk::config::Config;
use wiredesk::filter::Query;
use wiredesk::model::{Content, Entry, EntryKey, FeedId, Markup, Route};
use wiredesk::past::{explain, index, search};
use wiredesk::plan::Plan;
use wiredesk::store::Found;

use desk::{Desk, now, record};
use words::{Draw, WORDS, spread, word};

const SOURCES: usize = 100;

/// Entries that a poll brings.
const EACH: usize = 100;

/// How often each thing is done for its figure.
const TIMES: usize = 200;

/// An entry of some thirty words, so that ten million of them fit a small disk.
fn new(n: usize) -> Found {
    let mut draw = Draw(n as u64 * 0x9E37_79B9 + 77);
    let mut sentence = |length: usize| (0..length).map(|_| word(draw.zipf(WORDS))).collect::<Vec<_>>().join(" ");
    let id = format!("urn:growth:{n}");
    let mut entry = Entry::new(EntryKey::of("id", &[&id]));
    entry.title = sentence(8);
    entry.link = Some(format!("https://s{}.example/{n}", n % SOURCES));
    entry.content = Some(Content { markup: Markup::Html(format!("<p>{}.</p>", sentence(24))), base: None });
    entry.id = Some(id);
    let because = vec!["every entry of its sources".to_owned()];
    let feed = FeedId::new("all").expect("a slug");
    let mut found =
        desk::found(entry, vec![Route { feed, admitted: true, score: None, because, parts: vec![], hits: vec![] }]);
    if let Found::New(new) = &mut found {
        new.sort_at = now().plus(std::time::Duration::from_millis(n as u64));
    }
    found
}

fn main() {
    let most = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(100_000_usize);
    let sizes: Vec<usize> = [100, 10, 1].iter().map(|part| most / part).filter(|size| *size >= 10_000).collect();
    let desk = Desk::new(SOURCES);
    let config = Config::check(
        Path::new("bench.toml"),
        "[[source]]\nid = \"s0\"\nurl = \"https://s0.example/\"\n[[feed]]\nid = \"all\"\ntitle = \"All\"\n".to_owned(),
    );
    let plan = Arc::new(Plan::of(&config.unwrap_or_else(|problems| panic!("{problems:?}"))));
    let mut stored = 0;
    for size in sizes {
        let clock = SystemClock::new();
        fill(&desk, &mut stored, size);
        let bytes = desk.runtime.block_on(desk.store.totals()).expect("the store's figures").bytes;
        println!("{stored} entries, {} MB, filled in {:.0} s", bytes / 1_000_000, clock.elapsed().as_secs_f64());
        storing(&desk, &mut stored);
        reading(&desk, &plan, stored);
    }
}

/// Stores and indexes entries until there are so many.
fn fill(desk: &Desk, stored: &mut usize, size: usize) {
    while *stored < size {
        let records = desk.claims().into_iter().map(|claim| {
            let from = *stored;
            *stored = (from + EACH).min(size);
            record(claim, (from..*stored).map(new).collect())
        });
        let records = records.collect();
        desk.commit(records);
        desk.runtime.block_on(index::catch_up(&desk.store, |_| ())).expect("indexed");
    }
}

/// A poll that brings one new entry, one after the other: with its index.
fn storing(desk: &Desk, stored: &mut usize) {
    let (mut one, mut indexed) = (Vec::new(), Vec::new());
    for _ in 0..TIMES.div_ceil(SOURCES) {
        for claim in desk.claims() {
            let poll = record(claim, vec![new(*stored)]);
            *stored += 1;
            let clock = SystemClock::new();
            desk.commit(vec![poll]);
            one.push(clock.elapsed());
        }
        let clock = SystemClock::new();
        desk.runtime.block_on(index::catch_up(&desk.store, |_| ())).expect("indexed");
        indexed.push(clock.elapsed() / SOURCES as u32);
    }
    println!("  storing a poll's one entry: {}", spread(one));
    println!("  indexing an entry, {SOURCES} together: {}", spread(indexed));
}

fn reading(desk: &Desk, plan: &Arc<Plan>, stored: usize) {
    let feed = FeedId::new("all").expect("a slug");
    let mut draw = Draw(5);
    let (mut pages, mut searches, mut explanations) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let clock = SystemClock::new();
        let page = desk.runtime.block_on(desk.store.feed_page(&feed, None, 50)).expect("a page");
        pages.push(clock.elapsed());
        assert_eq!(page.len(), 50);

        let number = draw.below(stored) + 1;
        let clock = SystemClock::new();
        let told = desk.runtime.block_on(explain::explain(&desk.store, plan, &feed, &number.to_string()));
        explanations.push(clock.elapsed());
        let told = told.expect("the store answers").expect("an explanation");

        let title: Vec<&str> = told.record.published.entry.title.split(' ').collect();
        let query = Arc::new(Query::new(&format!("{} AND {}", title[1], title[5]), &[], &places()).expect("a query"));
        let clock = SystemClock::new();
        let found = desk.runtime.block_on(search::search(&desk.store, plan, &query, None, 20, now())).expect("found");
        searches.push(clock.elapsed());
        assert!(!found.is_empty(), "the entry itself has these words");
    }
    println!("  the first page of a feed: {}", spread(pages));
    println!("  an explanation: {}", spread(explanations));
    println!("  a search for two words: {}", spread(searches));
}

/// The built-in places.
fn places() -> std::sync::Arc<wiredesk::places::Gazetteer> {
    std::sync::Arc::new(wiredesk::places::Gazetteer::built_in())
}
