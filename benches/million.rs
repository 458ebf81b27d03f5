//! A store of a million entries: indexing it, searching it, deciding anew about
//! all of it while polls go on. `cargo bench --bench million -- 1000000`; without
//! a number, a hundred thousand.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod desk;
mod words;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use wiredesk::clock::{Clock, SystemClock};
use wiredesk::config::Config;
use wiredesk::filter::Query;
use wiredesk::model::{Content, Entry, EntryKey, FeedId, Markup};
use wiredesk::past::rematch::Rematch;
use wiredesk::past::{index, search};
use wiredesk::plan::Plan;
use wiredesk::plan::edition::editions;
use wiredesk::store::{Found, Store};

use desk::{Desk, claim, now, record, source};
use words::{Draw, SIGNS, WORDS, sign, spread, word};

const SOURCES: usize = 100;
const QUERIES: usize = 200;

/// Texts as wires carry them: about 300 words, one in five in Chinese.
fn text(n: usize) -> (String, String) {
    let mut draw = Draw(n as u64 * 0x9E37_79B9 + 77);
    if n % 5 == 4 {
        let mut run = |length: usize| (0..length).map(|_| sign(draw.zipf(SIGNS))).collect::<String>();
        let sentences: Vec<String> = (0..30).map(|_| run(16)).collect();
        return (run(14), format!("<p>{}。</p>", sentences.join("，")));
    }
    let mut sentence = |length: usize| (0..length).map(|_| word(draw.zipf(WORDS))).collect::<Vec<_>>().join(" ");
    let body: Vec<String> = (0..20).map(|_| format!("<p>{}.</p>", sentence(15))).collect();
    (sentence(9), body.concat())
}

fn entry(n: usize) -> Entry {
    let id = format!("urn:million:{n}");
    let mut entry = Entry::new(EntryKey::of("id", &[&id]));
    let (title, html) = text(n);
    entry.link = Some(format!("https://s{}.example/{n}", n % SOURCES));
    (entry.id, entry.title) = (Some(id), title);
    entry.content = Some(Content { markup: Markup::Html(html), base: None });
    entry
}

fn found(n: usize) -> Found {
    desk::found(entry(n), Vec::new())
}

fn main() {
    let entries = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(100_000_usize);
    let desk = Desk::new(SOURCES);
    fill(&desk, entries);
    indexing(&desk, entries);
    searching(&desk, entries);
    rematching(&desk, entries);
}

fn fill(desk: &Desk, entries: usize) {
    let clock = SystemClock::new();
    let mut n = 0;
    while n < entries {
        let records = desk.claims().into_iter().map(|claim| {
            let from = n;
            n = (n + 100).min(entries);
            record(claim, (from..n).map(found).collect())
        });
        let records = records.collect();
        desk.commit(records);
    }
    println!("stored {entries} entries in {:.1} s", clock.elapsed().as_secs_f64());
}

fn size(desk: &Desk) -> u64 {
    desk.runtime.block_on(desk.store.totals()).expect("the store's figures").bytes
}

fn indexing(desk: &Desk, entries: usize) {
    let texts: u64 = (0..entries).step_by(97).map(text).map(|(t, b)| (t.len() + b.len()) as u64).sum();
    let texts = texts * 97;
    let before = size(desk);
    let clock = SystemClock::new();
    desk.runtime.block_on(index::catch_up(&desk.store, |_| ())).expect("indexed");
    let took = clock.elapsed().as_secs_f64();
    let grown = size(desk).saturating_sub(before);
    println!(
        "indexed in {took:.1} s, {:.0} entries/s; the index is {:.0} MB, {:.2} of {:.0} MB of text; the store {:.0} MB",
        entries as f64 / took,
        grown as f64 / 1e6,
        grown as f64 / texts as f64,
        texts as f64 / 1e6,
        size(desk) as f64 / 1e6,
    );
}

/// Queries of a kind, made of what stands in the entries.
fn queries(kind: &str, entries: usize) -> Vec<String> {
    let mut draw = Draw(5);
    (0..QUERIES)
        .map(|_| {
            let mut n = draw.below(entries);
            n = if kind.starts_with("Han") { n / 5 * 5 + 4 } else { n / 5 * 5 };
            let (_, html) = text(n.min(entries - 1));
            let sentences: Vec<&str> =
                html.split(&['<', '>', '/', '.', '，', '。'][..]).filter(|s| s.len() > 8).collect();
            let words: Vec<&str> = sentences[draw.below(sentences.len())].split(' ').collect();
            let at = draw.below(words.len().saturating_sub(6).max(1));
            match kind {
                "two words" => format!("{} AND {}", words[at], words[at + 4]),
                "phrase" => format!("\"{} {}\"", words[at], words[at + 1]),
                "NEAR" => format!("{} NEAR/5 {}", words[at], words[at + 3]),
                _ => {
                    let signs: Vec<char> = words[0].chars().collect();
                    let at = draw.below(signs.len() - 1);
                    signs[at..at + 2].iter().collect()
                }
            }
        })
        .collect()
}

fn searching(desk: &Desk, entries: usize) {
    let config = config("match = 'x'");
    let plan = Arc::new(Plan::of(&config));
    for kind in ["two words", "phrase", "NEAR", "Han, two characters"] {
        let (mut took, mut found) = (Vec::new(), 0);
        for text in queries(kind, entries) {
            let clock = SystemClock::new();
            let query = Arc::new(Query::new(&text, &[], &places()).unwrap_or_else(|e| panic!("{text}: {e}")));
            let page =
                desk.runtime.block_on(search::search(&desk.store, &plan, &query, None, 20, now())).expect("found");
            took.push(clock.elapsed());
            assert!(!page.is_empty(), "{text} stands in an entry");
            found += page.len();
        }
        println!("search, {kind}: {}; {:.1} entries a page", spread(took), found as f64 / QUERIES as f64);
    }
}

fn config(filter: &str) -> Config {
    let sources: String =
        (0..SOURCES).map(|n| format!("[[source]]\nid = \"s{n}\"\nurl = \"https://s{n}.example/\"\n")).collect();
    let text = format!("{sources}\n[[feed]]\nid = \"all\"\ntitle = \"All\"\nbackfill = \"36500d\"\n{filter}\n");
    Config::check(std::path::Path::new("bench.toml"), text).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// Decides anew about everything while polls of one new entry each are
/// committed ten times a second.
fn rematching(desk: &Desk, entries: usize) {
    let term = |from: usize| (from..from + 40).map(word).collect::<Vec<_>>().join("\" OR \"");
    let filter = format!(
        "match = 'SCORE/6(+8 title:(\"{}\") BECAUSE \"headline\" +3 body:(\"{}\") BECAUSE \"body\" +3 hlead:((\"{}\") \
         NEAR/25 (\"{}\")) BECAUSE \"near\") AND NOT ATLEAST/2 title:(\"{}\")'",
        term(300),
        term(2000),
        term(600),
        term(700),
        term(4000),
    );
    let config = config(&filter);
    let feeds = [FeedId::new("all").expect("a slug")];
    let rematch = Rematch::of("bench", &feeds, Plan::only(&config, &feeds), &editions(&config));
    let over = Arc::new(AtomicBool::new(false));
    let (store, told) = (Arc::clone(&desk.store), Arc::clone(&over));
    let polls = desk.runtime.spawn(polls(store, told, entries));
    let clock = SystemClock::new();
    let gains = desk.runtime.block_on(rematch.run(&desk.store, &clock, |_| ())).expect("rematched");
    let took = clock.elapsed().as_secs_f64();
    over.store(true, Ordering::Relaxed);
    let waits = desk.runtime.block_on(polls).expect("polls went on");
    let (count, waits) = (waits.len(), spread(waits));
    println!(
        "rematched in {took:.1} s, {:.0} entries/s, {:?}; {count} polls meanwhile were committed within {waits}",
        entries as f64 / took,
        gains.values().next(),
    );
}

async fn polls(store: Arc<dyn Store>, over: Arc<AtomicBool>, entries: usize) -> Vec<Duration> {
    let (mut waits, mut n) = (Vec::new(), entries);
    while !over.load(Ordering::Relaxed) {
        let claims = claim(&store, &[source(n % SOURCES)]).await;
        for claim in claims {
            let poll = record(claim, vec![found(n)]);
            let clock = SystemClock::new();
            store.commit_poll(poll).await.expect("committed");
            waits.push(clock.elapsed());
        }
        n += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    waits
}

/// The built-in places.
fn places() -> std::sync::Arc<wiredesk::places::Gazetteer> {
    std::sync::Arc::new(wiredesk::places::Gazetteer::built_in())
}
