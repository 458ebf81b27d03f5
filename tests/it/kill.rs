//! kill -9 under load: nothing lost, nothing doubled (R1, R2, R8).

use std::collections::BTreeSet;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::desk::{Desk, EVERYTHING, rss, source};
use crate::origin::Origin;
use crate::reply::Reply;

const SOURCES: u64 = 40;
const WINDOW: u64 = 30;

/// How many kills; more by environment for a longer run.
fn kills() -> u64 {
    std::env::var("WIREDESK_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(50)
}

/// A seeded sequence (splitmix64): the same moments in every run.
struct Moments(u64);

impl Moments {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_at_random_moments_loses_and_doubles_nothing_r1_r2_r8() {
    let origin = Origin::start().await;
    let newest = Arc::new(AtomicU64::new(WINDOW));
    for n in 0..SOURCES {
        let newest = Arc::clone(&newest);
        // Two new entries a round: every window overlaps the one before.
        origin.script(&format!("/{n}.rss"), move |_| {
            let end = newest.load(Ordering::SeqCst);
            Reply::ok(rss(&format!("s{n}"), end - WINDOW..end))
        });
    }
    let config: String = (0..SOURCES).map(|n| source(&format!("s{n}"), origin.url(&format!("/{n}.rss")))).collect();
    let desk = Desk::new(&(config + EVERYTHING));
    let mut moments = Moments(2026);
    let mut cut_short = 0;
    for kill in 0..kills() {
        if kill > 0 {
            lapse(&desk);
        }
        let mut child = desk.command(&["poll", "--all"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // The moment is counted from the first answer: no kill falls into the start alone.
        let asked = origin.requests().len();
        origin.wait_for(asked + 1).await;
        tokio::time::sleep(Duration::from_micros(moments.next(60_000))).await;
        cut_short += u64::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        if kill % 10 == 9 {
            desk.runs(&["verify"]);
        }
        newest.fetch_add(2, Ordering::SeqCst);
    }
    eprintln!("{cut_short} of {} kills met a poll under way", kills());
    assert!(cut_short > kills() / 4, "the kills came too late to test anything: {cut_short}");
    lapse(&desk);
    desk.runs(&["poll", "--all"]);
    desk.runs(&["verify"]);

    let end = newest.load(Ordering::SeqCst);
    let mut running = desk.start();
    running.until("/feeds/all.atom", |got| got.status == 200);
    let ids = Desk::feed_ids(&running, "all");
    let once: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(ids.len(), once.len(), "an id is published twice");
    let stored = desk.runs(&["status", "--json"]).json()[0]["store"]["entries"].as_u64().unwrap();
    assert_eq!(stored, ids.len() as u64);
    // The last poll was answered whole: all of its windows are there, once.
    let titles = all_titles(&running);
    for n in 0..SOURCES {
        for number in end - WINDOW..end {
            let title = format!("s{n} {number}");
            assert_eq!(titles.iter().filter(|t| **t == title).count(), 1, "{title}");
        }
    }
}

/// What was killed holds its leases for two minutes: lets them lapse now.
fn lapse(desk: &Desk) {
    let store = rusqlite::Connection::open(desk.path("desk.db")).unwrap();
    store.execute_batch("UPDATE source SET lease_until_at = 0; DELETE FROM turn").unwrap();
}

fn all_titles(running: &crate::desk::Running) -> Vec<String> {
    let (mut path, mut titles) = ("/feeds/all.atom".to_owned(), Vec::new());
    loop {
        let read = feed_rs::parser::parse(&running.get(&path, &[]).body[..]).unwrap();
        titles.extend(read.entries.into_iter().filter_map(|e| e.title).map(|t| t.content));
        match read.links.into_iter().find(|link| link.rel.as_deref() == Some("next")) {
            Some(link) => path = link.href.replace("https://desk.example/wire", ""),
            None => return titles,
        }
    }
}
