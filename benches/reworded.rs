//! A poll whose every text changed: how long it takes, and how long others wait
//! for the writer meanwhile. Doubling the document should double the time.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod desk;

use std::time::Duration;

use wiredesk::clock::{Clock, SystemClock};
use wiredesk::model::{Change, Content, Entry, EntryId, EntryKey, FeedId, Markup, Route};
use wiredesk::store::{Earlier, Found, Revision};

use desk::{Desk, found};

fn entry(n: usize, round: u32) -> Entry {
    let mut entry = Entry::new(EntryKey::of("id", &[&n.to_string()]));
    entry.id = Some(format!("urn:bench:{n}"));
    entry.title = format!("Entry {n}, version {round}");
    entry.link = Some(format!("https://example.org/{n}"));
    let text = format!("<p>The port, the city and the envoys of {}, told for the {round}th time.</p>", n * 7919 % 1000);
    entry.content = Some(Content { markup: Markup::Html(text.repeat(5)), base: None });
    entry
}

fn routes() -> Vec<Route> {
    let because = vec!["every entry of its sources".to_owned()];
    let feed = FeedId::new("all").expect("a slug");
    vec![Route { feed, admitted: true, score: None, because, parts: vec![], hits: vec![] }]
}

fn revised(id: EntryId, n: usize, round: u32) -> Found {
    let entry = entry(n, round);
    let print = wiredesk::identity::read(&entry, &[]).print;
    let (change, routes) = (Change::Material, routes());
    Found::Revised(Box::new(Revision {
        id,
        change,
        entry: entry.into(),
        print,
        routes,
        wants_article: false,
        earlier: Earlier::Kept,
    }))
}

fn main() {
    let clock = SystemClock::new();
    println!("entries  stored  reworded  longest wait of another poll");
    for size in [10_000, 20_000, 40_000, 80_000] {
        let desk = Desk::new(2);
        let new = (0..size).map(|n| found(entry(n, 0), routes())).collect();
        let began = clock.elapsed();
        desk.commit(desk.claims().into_iter().zip([new, Vec::new()]).map(|(c, f)| desk::record(c, f)).collect());
        let stored_in = clock.elapsed() - began;
        let mut claims = desk.claims();
        desk.commit(vec![desk::record(claims.pop().expect("two claims"), Vec::new())]);
        let large = claims.pop().expect("two claims");
        let all = large.state.window.iter().enumerate().map(|(n, id)| revised(*id, n, 1)).collect();
        let record = desk::record(large, all);
        let began = clock.elapsed();
        let (took, longest) = desk.runtime.block_on(async {
            let store = desk.store.clone();
            let large = tokio::spawn(async move { store.commit_poll(record).await.expect("stored") });
            let mut longest = Duration::ZERO;
            while !large.is_finished() {
                let one = desk::claim(&desk.store, &[desk::source(1)]).await.pop().expect("claimed");
                let asked = clock.elapsed();
                desk.store.commit_poll(desk::record(one, Vec::new())).await.expect("stored");
                longest = longest.max(clock.elapsed() - asked);
            }
            ((clock.elapsed() - began), longest)
        });
        println!(
            "{size:7}  {:5.2}s  {:7.2}s  {:5.0} ms",
            stored_in.as_secs_f64(),
            took.as_secs_f64(),
            longest.as_secs_f64() * 1000.0
        );
    }
}
