//! Round after round: conditional requests, restarts, revisions, refusals.

use std::collections::BTreeSet;

use crate::desk::{Desk, EVERYTHING, rss, source};
use crate::origin::Origin;
use crate::reply::Reply;

fn sources(origin: &Origin, count: usize) -> String {
    (0..count).map(|n| source(&format!("s{n}"), origin.url(&format!("/{n}.rss")))).collect::<String>() + EVERYTHING
}

fn stored(desk: &Desk) -> u64 {
    desk.runs(&["status", "--json"]).json()[0]["store"]["entries"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_round_is_all_304_and_nothing_is_published_twice_p1_p2_p4_r2() {
    let origin = Origin::start().await;
    let etags: Vec<String> =
        (0..30).map(|n| origin.document(&format!("/{n}.rss"), rss(&format!("s{n}"), 0..20))).collect();
    let desk = Desk::new(&sources(&origin, 30));
    desk.runs(&["poll", "--all"]);
    assert_eq!((stored(&desk), origin.requests().len()), (600, 30));
    origin.forget();
    for _ in 0..3 {
        desk.runs(&["poll", "--all"]);
    }
    assert_eq!((stored(&desk), origin.requests().len()), (600, 90));
    for request in origin.requests() {
        let n: usize = request.path.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap();
        assert_eq!(request.header("if-none-match").as_deref(), Some(etags[n].as_str()));
        assert!(request.header("if-modified-since").is_some());
        assert!(request.header("cookie").is_none() && request.header("referer").is_none());
        assert!(!request.path.contains('?'), "{}", request.path);
    }
    let counts = desk.runs(&["status", "--json"]).json()[0]["sources"].clone();
    assert!(counts.as_array().unwrap().iter().all(|s| s["last_outcome"] == "not modified"), "{counts}");

    let running = desk.start();
    let first = running.get("/feeds/all.atom", &[]);
    let ids = Desk::feed_ids(&running, "all");
    assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (600, 600));
    drop(running);
    let mut again = desk.start();
    let second = again.until("/feeds/all.atom", |got| got.status == 200);
    assert_eq!((second.header("etag"), &second.body), (first.header("etag"), &first.body), "O22");
    // Nothing was due: neither start asked for anything (P27).
    assert_eq!(origin.requests().len(), 90);
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_bytes_under_a_changing_etag_are_not_read_again_p7() {
    let origin = Origin::start().await;
    let mut n = 0;
    origin.script("/0.rss", move |_| {
        n += 1;
        Reply::ok(rss("s0", 0..5)).header("ETag", format!("\"{n}\""))
    });
    let desk = Desk::new(&sources(&origin, 1));
    desk.runs(&["poll", "--all"]);
    let again = desk.runs(&["poll", "--all", "--json"]).json();
    assert_eq!((again[0]["outcome"].as_str(), again[0]["new"].as_u64()), (Some("unchanged"), Some(0)));
    desk.runs(&["poll", "--all"]);
    let sent: Vec<_> = origin.requests().iter().map(|r| r.header("if-none-match")).collect();
    assert_eq!(sent, [None, Some("\"1\"".into()), Some("\"2\"".into())], "P3: the pair of the latest 200");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_costs_nothing_and_stores_no_validators_p5_b40_b41() {
    let origin = Origin::start().await;
    origin.document("/0.rss", rss("s0", 0..5));
    let desk = Desk::new(&sources(&origin, 1));
    desk.runs(&["poll", "--all"]);
    let etag = origin.document("/0.rss", rss("s0", 0..5));
    for (bad, said) in [
        ("<html><head><title>Log in</title></head><body></body></html>", "Log in"),
        ("   \n", "empty"),
        ("<rss version=\"2.0\"><channel><title>none</title></channel></rss>", "without entries"),
        ("{\"error\": 1}", "not a feed"),
    ] {
        origin.set("/0.rss", Reply::ok(bad).header("ETag", "\"bad\""));
        let ran = desk.run(&["poll", "--all", "--json"]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        let text = ran.json()[0]["text"].as_str().unwrap().to_owned();
        assert!(text.contains(said), "{text}");
        assert_eq!(origin.requests().last().unwrap().header("if-none-match").as_deref(), Some(etag.as_str()));
    }
    assert_eq!(stored(&desk), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_cut_keeps_what_it_holds_b39() {
    let origin = Origin::start().await;
    let whole = rss("s0", 0..50);
    let cut = &whole[..whole.find("<title>s0 19<").unwrap()];
    origin.set("/0.rss", Reply::ok(cut).header("ETag", "\"cut\""));
    let desk = Desk::new(&sources(&origin, 1));
    desk.runs(&["poll", "--all"]);
    assert_eq!(stored(&desk), 30);
    origin.set("/0.rss", Reply::ok(&whole).header("ETag", "\"whole\""));
    desk.runs(&["poll", "--all"]);
    assert_eq!((stored(&desk), origin.requests()[1].header("if-none-match")), (50, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_keeps_its_id_and_moves_updated_only_when_material_o7_b62() {
    let origin = Origin::start().await;
    let item = |title: &str, date: &str| {
        format!(
            "<rss version=\"2.0\"><channel><title>w</title><item><title>{title}</title><guid>urn:x:1</guid>\
             <link>https://news.example/1</link><pubDate>{date}</pubDate></item></channel></rss>"
        )
    };
    let desk = Desk::new(&sources(&origin, 1));
    let mut seen = Vec::new();
    for (title, date) in [
        ("Mayor meets envoy", "Sun, 01 Nov 2026 10:00:00 GMT"),
        ("Mayor meets envoy", "Mon, 02 Nov 2026 10:00:00 GMT"),
        ("Mayor  meets envoy!", "Mon, 02 Nov 2026 10:00:00 GMT"),
        ("Mayor meets ambassador", "Mon, 02 Nov 2026 10:00:00 GMT"),
    ] {
        origin.set("/0.rss", Reply::ok(item(title, date)));
        desk.runs(&["poll", "--all"]);
        let found = desk.runs(&["explain", "all", "urn:x:1", "--json"]).json();
        let mut running = desk.start();
        let feed = running.until("/feeds/all.atom", |got| got.status == 200).text();
        let entry = &feed[feed.find("<entry").unwrap()..];
        let between = |from: &str, to: &str| entry.split(from).nth(1).unwrap().split(to).next().unwrap().to_owned();
        assert_eq!(between("<id>", "</id>"), "urn:x:1");
        seen.push((found[0]["revisions"].as_u64().unwrap(), between("<updated>", "</updated>")));
    }
    let versions: Vec<u64> = seen.iter().map(|(n, _)| *n).collect();
    assert_eq!(versions, [1, 1, 2, 3]);
    assert!(seen[0].1 == seen[1].1 && seen[1].1 == seen[2].1 && seen[3].1 > seen[2].1, "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_rolled_is_told_r5_b66() {
    let origin = Origin::start().await;
    origin.document("/0.rss", rss("s0", 0..20));
    let desk = Desk::new(&sources(&origin, 1));
    desk.runs(&["poll", "--all"]);
    origin.document("/0.rss", rss("s0", 20..40));
    let told = desk.runs(&["poll", "--all", "--json"]).json();
    assert!(told[0]["warnings"][0].as_str().unwrap().contains("news may have been lost"), "{told:?}");
    assert!(told[0]["because"].as_str().unwrap().contains("20 of 20 new"), "{told:?}");
    assert_eq!(stored(&desk), 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_kills_the_process_is_polled_once_an_interval_p28_r3() {
    let origin = Origin::start().await;
    origin.set("/0.rss", Reply::silence());
    let desk = Desk::new(&sources(&origin, 1));
    let running = desk.start();
    origin.wait_for(1).await;
    running.signal("KILL");
    drop(running);
    for _ in 0..3 {
        let mut running = desk.start();
        running.until("/readyz", |got| got.status == 200);
    }
    assert_eq!(origin.requests().len(), 1);
    let state = desk.runs(&["status", "--json"]).json()[0]["sources"][0].clone();
    assert!(state["because"].as_str().unwrap().contains("a poll is running"), "{state}");
}
