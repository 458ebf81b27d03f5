//! The same store gives the same bytes, on every machine and after every restart (check R110).

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::{Desk, EVERYTHING, Running, rss, source};
use crate::origin::Origin;
use crate::reply::Reply;

/// Everything that is served of a desk, by path and coding: its validator and its bytes.
type AllBytes = BTreeMap<(String, &'static str), (String, Vec<u8>)>;

/// How often the daemon of one copy starts again.
const RESTARTS: usize = 20;

const CODINGS: [&str; 3] = ["identity", "gzip", "br"];

/// Paths behind the links of a document.
fn linked(text: &str) -> Vec<String> {
    let urls = text.split("https://desk.example/wire").skip(1);
    let paths = urls.map(|rest| rest.split(['"', '<', '\'']).next().unwrap().replace("&amp;", "&"));
    let is_document = |path: &String| path.starts_with("/feeds/") && path.contains(['?', '.']);
    paths.filter(is_document).collect()
}

/// What is served, from the feeds on through all links to further documents.
fn everything(running: &mut Running) -> AllBytes {
    running.until("/feeds/all.atom", |got| got.status == 200);
    let formats = ["atom", "rss", "json", "ninjs"];
    let mut open: Vec<String> =
        formats.iter().flat_map(|f| ["all", "few"].map(|feed| format!("/feeds/{feed}.{f}"))).collect();
    open.extend(formats.map(|format| format!("/search.{format}?q=harbour")));
    open.push("/feeds.opml".to_owned());
    let (mut all, mut seen) = (AllBytes::new(), BTreeSet::new());
    while let Some(mut path) = open.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let got = running.get(&path, &[]);
        if got.status == 302 {
            let (folder, _) = path.rsplit_once('/').unwrap();
            path = format!("{folder}/{}", got.header("location").unwrap());
        }
        for coding in CODINGS {
            let got = running.get(&path, &[("Accept-Encoding", coding)]);
            assert_eq!(got.status, 200, "{path}");
            if coding == CODINGS[0] {
                open.extend(linked(&got.text()));
            }
            all.insert((path.clone(), coding), (got.header("etag").unwrap(), got.body));
        }
    }
    all
}

#[track_caller]
fn same(all: &AllBytes, expected: &AllBytes) {
    assert!(all.keys().eq(expected.keys()), "other paths");
    for (key, (etag, bytes)) in expected {
        assert!(all[key] == (etag.clone(), bytes.clone()), "{key:?}: {etag} and {}", all[key].0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_gives_the_same_bytes_on_two_machines_and_after_twenty_restarts_r110_o22() {
    let origin = Origin::start().await;
    for (path, name, count) in [("/a.rss", "harbour", 60), ("/b.rss", "quarry", 30)] {
        origin.set(path, Reply::ok(rss(name, 0..count)).header("Content-Type", "application/rss+xml"));
    }
    let few = EVERYTHING.replace("\"all\"", "\"few\"").replace("content", "size = 7\nreasons = true\ncontent");
    let feeds = EVERYTHING.replace("content", "size = 20\ncontent")
        + &few.replace("backfill", "match = 'SCORE/1(+1 title:quarry BECAUSE \"it is one\")'\nbackfill");
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + &source("b", origin.url("/b.rss")) + &feeds));
    if desk.database.is_some() {
        return eprintln!("SKIPPED: a store on a server is not copied as a file");
    }
    desk.runs(&["poll", "--all"]);
    let copy = Desk::new("");
    std::fs::copy(desk.config(), copy.config()).unwrap();
    std::fs::remove_file(copy.path("desk.db")).unwrap_or_default();
    desk.runs(&["backup", copy.path("desk.db").to_str().unwrap()]);

    let (mut one, mut other) = (desk.start(), copy.start());
    let expected = everything(&mut one);
    eprintln!("{} documents in {} codings", expected.len() / CODINGS.len(), CODINGS.len());
    assert!(expected.len() > 100, "{}", expected.len());
    same(&everything(&mut other), &expected);
    for n in 0..RESTARTS {
        one.signal(if n % 2 == 0 { "TERM" } else { "KILL" });
        one.end();
        one = desk.start();
        same(&everything(&mut one), &expected);
    }
    same(&everything(&mut other), &expected);
}
