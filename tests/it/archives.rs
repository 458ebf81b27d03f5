//! Archived documents of a feed (RFC 5005 §4), as a reader that was away walks them.

use std::collections::BTreeSet;

use crate::captures::valid;
use crate::desk::{Desk, EVERYTHING, Got, Running, corpus, is_there, rss, source};
use crate::formats::judged_by_jing;
use crate::origin::Origin;
use crate::reply::Reply;

/// The path behind a URL of the desk.
fn path(url: &str) -> String {
    url.replace("https://desk.example/wire", "")
}

fn linked(body: &[u8], rel: &str) -> Option<String> {
    let links = feed_rs::parser::parse(body).unwrap().links;
    links.into_iter().find(|link| link.rel.as_deref() == Some(rel)).map(|link| path(&link.href))
}

/// The archived document that a link leads to, with the address at which it is.
fn followed(running: &Running, link: &str) -> (String, Got) {
    let got = running.get(link, &[]);
    assert_eq!(got.status, 302, "{link}");
    let (folder, _) = link.rsplit_once('/').unwrap();
    let address = format!("{folder}/{}", got.header("location").unwrap());
    let document = running.get(&address, &[]);
    assert_eq!(document.status, 200, "{address}");
    assert_eq!(document.header("cache-control").as_deref(), Some("public, max-age=31536000, immutable"));
    (address, document)
}

/// What a reader finds: the ids of all entries, and the archived documents with their addresses.
fn walk(running: &Running, format: &str) -> (Vec<String>, Vec<(String, Got)>) {
    let newest = running.get(&format!("/feeds/all.{format}"), &[]);
    let ids = |body: &[u8]| feed_rs::parser::parse(body).unwrap().entries.into_iter().map(|entry| entry.id);
    let mut all: Vec<String> = ids(&newest.body).collect();
    assert!(!newest.text().contains("fh:archive/"), "the document to subscribe to is no archive");
    let (mut at, mut documents) = (linked(&newest.body, "prev-archive"), Vec::new());
    while let Some(link) = at {
        let (address, document) = followed(running, &link);
        assert!(document.text().contains("<fh:archive/>"));
        assert_eq!(linked(&document.body, "current").as_deref(), Some(&*format!("/feeds/all.{format}")));
        // The archive begins within the document to subscribe to, and overlaps nothing else.
        let found: Vec<String> = ids(&document.body).collect();
        let known = if documents.is_empty() { all.clone() } else { Vec::new() };
        all.extend(found.into_iter().filter(|id| !known.contains(id)));
        at = linked(&document.body, "prev-archive");
        documents.push((address, document));
    }
    (all, documents)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_was_away_finds_everything_and_old_addresses_stay_o16_o175() {
    let origin = Origin::start().await;
    let serve = |document: String| {
        origin.set("/a.rss", Reply::ok(document).header("Content-Type", "application/rss+xml"));
    };
    serve(rss("harbour", 0..80));
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + &EVERYTHING.replace("content", "size = 9\ncontent")));
    desk.run(&["poll", "--all"]);
    let mut running = desk.start();
    running.until("/feeds/all.atom", |got| got.status == 200);
    let (ids, before) = walk(&running, "atom");
    assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (80, 80), "each once");
    assert!(before.len() > 8, "{}", before.len());
    let (rss_ids, _) = walk(&running, "rss");
    assert_eq!(rss_ids, ids);

    // News come: what was archived is where it was, to the byte.
    serve(rss("harbour", 0..95));
    desk.run(&["poll", "--all"]);
    running.until("/feeds/all.atom", |got| got.text().contains("harbour 94"));
    let (ids, after) = walk(&running, "atom");
    assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (95, 95), "each once");
    for (address, document) in &before {
        let again = running.get(address, &[("If-None-Match", &document.header("etag").unwrap())]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{address}");
        assert_eq!(running.get(address, &[]).body, document.body, "{address}");
    }
    let known: BTreeSet<&String> = before.iter().map(|(address, _)| address).collect();
    let kept = after.iter().filter(|(address, _)| known.contains(address)).count();
    assert!(kept + 2 >= before.len(), "{kept} of {} stay", before.len());

    // An entry changes: its document is at another address, to which that of before leads.
    serve(rss("harbour", 0..95).replace("<title>harbour 40<", "<title>harbour 40 is closed<"));
    desk.run(&["poll", "--all"]);
    running.until("/feeds/all.atom", |got| got.text().contains("harbour 40 is closed"));
    let moved: Vec<_> = after.iter().filter(|(address, _)| running.get(address, &[]).status != 200).collect();
    eprintln!("{} of {} archived documents moved", moved.len(), after.len());
    assert!((1..=3).contains(&moved.len()), "{}", moved.len());
    for (address, document) in moved {
        let now = running.get(address, &[]);
        assert_eq!(now.status, 302, "{address}");
        let (folder, _) = address.rsplit_once('/').unwrap();
        let present = running.get(&format!("{folder}/{}", now.header("location").unwrap()), &[]);
        assert!(present.status == 200 && present.body != document.body);
    }
    let (ids, _) = walk(&running, "atom");
    assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (95, 95), "each once");

    for (odd, status) in [
        ("/feeds/all/archive/x.atom", 400),
        ("/feeds/all/archive/5-5.atom", 404),
        ("/feeds/all/archive/5-5.xml", 404),
        ("/feeds/never/archive/5-5.atom", 404),
    ] {
        assert_eq!(running.get(odd, &[]).status, status, "{odd}");
    }
    let (address, document) = &after[1];
    let head = running.ask("HEAD", address, &[]);
    assert_eq!((head.status, head.header("etag")), (200, document.header("etag")));
    assert_eq!(running.ask("POST", address, &[]).status, 405);
}

/// Other rules make another archive, which readers walk anew: what they know by its address is
/// never something else. What has left the feed is at no address any more.
#[tokio::test(flavor = "multi_thread")]
async fn another_filter_makes_another_archive_o177() {
    let origin = Origin::start().await;
    origin.set("/a.rss", Reply::ok(rss("harbour", 0..80)).header("Content-Type", "application/rss+xml"));
    let feed = EVERYTHING.replace("content", "size = 9\ncontent");
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + &feed));
    desk.run(&["poll", "--all"]);
    let mut running = desk.start();
    let first = running.until("/feeds/all.atom", |got| got.status == 200);
    let (ids, before) = walk(&running, "atom");
    assert_eq!(ids.len(), 80);
    validate(&desk, &before);
    let known = linked(&first.body, "prev-archive").unwrap();

    desk.edit(|text| text.replace("size = 9", "match = 'NOT title:\"harbour 40\"'\nsize = 9"));
    running.signal("HUP");
    running.wait_for("a changed filter was applied");
    let gone = |running: &Running| !walk(running, "atom").0.iter().any(|id| id.contains("harbour-40"));
    running.until("/feeds/all.atom", |got| linked(&got.body, "prev-archive").as_ref() != Some(&known));
    for _ in 0..600 {
        if gone(&running) {
            break;
        }
        running.get("/healthz", &[]);
    }
    let (ids, after) = walk(&running, "atom");
    assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (79, 79), "each once");
    let addresses: BTreeSet<&String> = before.iter().map(|(address, _)| address).collect();
    // The oldest one has no link into the archive, so it is what it was.
    let same = after.iter().filter(|(address, _)| addresses.contains(address)).count();
    assert!(same <= 1, "{same} of {}", after.len());
    for (address, document) in &before {
        let now = running.get(address, &[]);
        if now.status == 200 {
            assert_eq!(now.body, document.body, "{address}");
            continue;
        }
        assert_eq!(now.status, 302, "{address}");
        let (folder, _) = address.rsplit_once('/').unwrap();
        let present = running.get(&format!("{folder}/{}", now.header("location").unwrap()), &[]);
        assert_eq!(present.status, 200);
        assert!(!present.text().contains("harbour 40<"), "what has left is nowhere");
    }
    validate(&desk, &after);
}

/// Archived documents are valid by the schema of Atom.
fn validate(desk: &Desk, documents: &[(String, Got)]) {
    let Some(schemas) = corpus("schemas").filter(|_| is_there("xmllint")) else { return };
    let written = documents.iter().enumerate().map(|(n, (_, document))| {
        let file = desk.path(&format!("archived{n}.atom"));
        std::fs::write(&file, &document.body).unwrap();
        file
    });
    let files: Vec<_> = written.collect();
    files.iter().take(2).for_each(|file| valid(file, &schemas));
    judged_by_jing(&schemas.join("atom-rfc4287.rng"), &files);
}
