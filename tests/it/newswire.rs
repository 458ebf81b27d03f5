//! What is read of wire copy, from the source to its readers (checks B332, B333, O150, O151).

use serde_json::json;
use wiredesk::clock::Timestamp;
use wiredesk::model::EntryId;
use wiredesk::store::Rereading;

use crate::desk::{Desk, EVERYTHING, rss, source};
use crate::origin::Origin;

const WIRE: &str = "PR Newswire";

/// A source that carries `wire`, as TOML, and a feed of everything.
fn carries(url: impl std::fmt::Display, wire: &str) -> String {
    source("s", url).trim_end().to_owned() + &format!("\nwire = \"{wire}\"\ncountry = \"CN\"\n\n") + EVERYTHING
}

/// B332, O150: a reader of any of them meets the same.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_is_shown_wherever_an_entry_is() {
    let origin = Origin::start().await;
    origin.document("/feed", rss("news", 0..2));
    let desk = Desk::new(&carries(origin.url("/feed"), WIRE));
    let fetched = &desk.runs(&["fetch", "--json", "s"]).json()[0]["entries"][0];
    let nothing = serde_json::Value::Null;
    assert_eq!((&fetched["wire"], &fetched["dateline"], &fetched["issuer"]), (&WIRE.into(), &nothing, &nothing));
    assert_eq!((&fetched["places"], &fetched["notice"]), (&json!([]), &nothing));
    let told = format!("wire: {WIRE}");
    assert!(desk.runs(&["fetch", "s"]).out.contains(&told));
    // A document that no source is configured for says what it says itself.
    std::fs::write(desk.path("feed.rss"), rss("news", 0..1)).unwrap();
    let file = desk.path("feed.rss").display().to_string();
    assert_eq!(desk.runs(&["fetch", "--json", &file]).json()[0]["entries"][0]["wire"], nothing);
    desk.runs(&["poll", "--all"]);
    assert_eq!(desk.runs(&["search", "--json", "news"]).json()[0]["wire"], WIRE);
    assert!(desk.runs(&["search", "news"]).out.contains(&format!("wire {WIRE}")));
    assert_eq!(desk.runs(&["explain", "--json", "all", "1"]).json()[0]["wire"], WIRE);
    assert!(desk.runs(&["explain", "all", "1"]).out.contains(&told));
    let mut running = desk.start();
    running.until("/entries/1", |page| page.text().contains(WIRE));
    let atom = running.until("/feeds/all.atom", |got| got.text().contains("/wire/wires")).body;
    let read = feed_rs::parser::parse(&atom[..]).unwrap();
    let category = read.entries[0].categories.iter().find(|category| category.term == WIRE).unwrap();
    assert_eq!(category.scheme.as_deref(), Some("https://desk.example/wire/wires"));
    running.signal("TERM");
    assert_eq!(running.end(), Some(0));
}

/// B333, O145: what other rules read is read again beside the polls, and a kill costs nothing.
#[tokio::test(flavor = "multi_thread")]
async fn stored_entries_are_read_again_and_a_kill_costs_nothing() {
    let origin = Origin::start().await;
    origin.document("/feed", rss("news", 0..250));
    let desk = Desk::new(&carries(origin.url("/feed"), "Another"));
    desk.runs(&["poll", "--all"]);
    desk.edit(|text| text.replace("Another", WIRE));
    // How far that has come is told.
    let now = Timestamp::from_millis(1_795_392_000_000);
    let store = desk.store(now).await;
    let begun =
        Rereading { rules: 7, done_to: Some(EntryId(200)), looked: 50, read: 40, began_at: now, ended_at: None };
    store.note_rereading(begun).await.unwrap();
    store.close().await.unwrap();
    let told = desk.runs(&["status"]).out;
    assert!(told.contains("50 of 250 entries are looked through for wire copy to read anew; 40 were read"), "{told}");
    let told = desk.runs(&["status", "--json"]).json().remove(0);
    assert_eq!(told["rereading"], json!({ "began_at": now.rfc3339(), "looked": 50, "read": 40 }));
    let mut running = desk.start();
    // The newest are read first.
    running.until("/entries/250", |page| page.text().contains(WIRE));
    running.signal("KILL");
    running.end();
    let mut running = desk.start();
    running.until("/entries/1", |page| page.text().contains(WIRE));
    // Nobody was told that they are news.
    let atom = running.until("/feeds/all.atom", |got| got.text().contains(WIRE) && !got.text().contains("Another"));
    assert_eq!(feed_rs::parser::parse(&atom.body[..]).unwrap().entries.len(), 50);
    let is_done = || desk.runs(&["status", "--json"]).json()[0]["rereading"].is_null();
    assert!((0..200).any(|_| is_done()), "it comes to an end");
    running.signal("TERM");
    assert_eq!(running.end(), Some(0));
    let store = desk.store(now).await;
    let editions = store.editions_read(None, 1_000).await.unwrap();
    assert_eq!(editions.len(), 250);
    assert!(editions.iter().all(|read| read.edition.is_some() && read.edition == editions[0].edition));
    store.close().await.unwrap();
}

/// B334: codes of countries are checked, with what to write instead.
#[tokio::test(flavor = "multi_thread")]
async fn countries_of_sources_are_checked() {
    let check = |country: &str, expected: Option<&str>| {
        let with = source("s", "https://news.example/feed").trim_end().to_owned();
        let desk = Desk::new(&(with + &format!("\ncountry = \"{country}\"\n\n") + EVERYTHING));
        let said = desk.run(&["check"]);
        assert_eq!(said.code, Some(i32::from(expected.is_some())), "{country}: {said:?}");
        if let Some(expected) = expected {
            assert!((said.out + &said.err).contains(expected), "{country}: {expected}");
        }
    };
    check("CN", None);
    check("cn", None);
    check("China", Some("write \"CN\" for China"));
    check("ZZ", Some("two letters of ISO 3166-1"));
    check("", Some("two letters of ISO 3166-1"));
}
