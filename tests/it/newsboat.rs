//! A real reader: newsboat sees each entry once (O33).

use std::process::Command;

use crate::desk::{Desk, EVERYTHING, free_port, is_there, rss, source};
use crate::origin::Origin;

#[tokio::test(flavor = "multi_thread")]
async fn newsboat_sees_each_entry_once_over_ten_reloads_o33() {
    if !is_there("newsboat") {
        return;
    }
    let origin = Origin::start().await;
    origin.document("/a.rss", rss("copy", 0..20));
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + EVERYTHING));
    desk.listen_on(free_port());
    let mut running = desk.start();
    running.until("/feeds/all.atom", |got| got.text().contains("copy 19<"));
    std::fs::write(desk.path("urls"), format!("http://{}/feeds/all.atom\n", running.address)).unwrap();
    // Newsboat's own view of the feed: its cache, counted through its own command.
    let newsboat = |command: &str| {
        let folder = desk.config().parent().unwrap().to_owned();
        let done = tokio::task::block_in_place(|| {
            Command::new("newsboat")
                .env("HOME", &folder)
                .arg("-u")
                .arg(folder.join("urls"))
                .arg("-c")
                .arg(folder.join("cache.db"))
                .arg("-C")
                .arg("/dev/null")
                .args(["-x", command])
                .output()
                .unwrap()
        });
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    let mut newest = 20;
    for round in 0..10 {
        if round % 3 == 1 {
            newest += 5;
            origin.document("/a.rss", rss("copy", newest - 20..newest));
            // Another process polls; the daemon's own rendering follows its own polls.
            drop(running);
            desk.runs(&["poll", "--all"]);
            running = desk.start();
            running.until("/feeds/all.atom", |got| got.text().contains(&format!("copy {}<", newest - 1)));
        }
        newsboat("reload");
    }
    let cache = rusqlite::Connection::open(desk.path("cache.db")).unwrap();
    let count = |query: &str| cache.query_row(query, [], |r| r.get::<_, u64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM rss_item"), newest);
    assert_eq!(count("SELECT count(DISTINCT guid) FROM rss_item"), newest);
    assert_eq!(count("SELECT count(DISTINCT title) FROM rss_item"), newest);
    let unread = newsboat("print-unread");
    assert!(unread.contains(&format!("{newest} unread")), "{unread}");
}
