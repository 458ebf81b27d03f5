//! The daemon: what it serves, how it reloads, how it ends.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use crate::desk::{Desk, EVERYTHING, rss, source};
use crate::origin::Origin;
use crate::reply::Reply;

/// A daemon with twenty entries of one source in a feed, polled.
async fn running() -> (Origin, Desk, crate::desk::Running) {
    let origin = Origin::start().await;
    origin.document("/a.rss", rss("harbour", 0..20));
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + EVERYTHING));
    let mut running = desk.start();
    running.until("/feeds/all.atom", |got| got.text().contains("harbour 19"));
    (origin, desk, running)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_is_conditional_compressed_and_open_to_all_o20_o23_o24_o25_o26_o27_o28() {
    let (_origin, _desk, mut running) = running().await;
    // In the second of its change a document carries no date (RFC 9110 §8.8.2.2).
    let plain = running.until("/feeds/all.atom", |got| got.header("last-modified").is_some());
    assert_eq!(plain.header("content-type").as_deref(), Some("application/atom+xml; charset=utf-8"));
    assert_eq!(plain.header("access-control-allow-origin").as_deref(), Some("*"));
    assert_eq!(plain.header("x-content-type-options").as_deref(), Some("nosniff"));
    assert_eq!(
        plain.header("cache-control").as_deref(),
        Some("public, max-age=60, stale-while-revalidate=60, stale-if-error=86400")
    );
    let etag = plain.header("etag").unwrap();

    let gzip = running.get("/feeds/all.atom", &[("Accept-Encoding", "gzip")]);
    assert_eq!(gzip.header("content-encoding").as_deref(), Some("gzip"));
    assert!(gzip.body.len() < plain.body.len() && gzip.header("etag").unwrap() != etag);
    let brotli = running.get("/feeds/all.atom", &[("Accept-Encoding", "gzip, br")]);
    assert_eq!(brotli.header("content-encoding").as_deref(), Some("br"));

    for field in [("If-None-Match", etag.as_str()), ("If-None-Match", "*")] {
        let fresh = running.get("/feeds/all.atom", &[field]);
        assert_eq!((fresh.status, fresh.body.len()), (304, 0), "{field:?}");
        for name in ["etag", "cache-control", "vary", "date"] {
            assert!(fresh.header(name).is_some(), "{name}");
        }
    }
    let modified = plain.header("last-modified").unwrap();
    assert_eq!(running.get("/feeds/all.atom", &[("If-Modified-Since", &modified)]).status, 304);

    let head = running.ask("HEAD", "/feeds/all.atom", &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length").unwrap(), plain.body.len().to_string());
    let post = running.ask("POST", "/feeds/all.atom", &[("Content-Length", "0")]);
    assert_eq!((post.status, post.header("allow").as_deref()), (405, Some("GET, HEAD")));
    assert_eq!(running.get("/feeds/nobody.atom", &[]).status, 404);
    assert_eq!(running.get("/feeds/all.atom?before=nonsense", &[]).status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_carry_a_strict_policy_and_no_forged_host_o28_o29_b76() {
    let (_origin, _desk, running) = running().await;
    let forged = [("Host", "evil.example"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-For", "127.0.0.1")];
    for path in ["/", "/feeds/all", "/sources", "/entries/1", "/nothing", "/feeds.opml", "/feeds/all.atom"] {
        let page = running.get(path, &forged);
        let text = page.text();
        assert!(!text.contains("evil.example"), "{path}");
        assert!(!text.contains("<script") && !text.contains(" style=\"") && !text.contains("onclick"), "{path}");
        if page.header("content-type").is_some_and(|t| t.starts_with("text/html")) {
            let policy = page.header("content-security-policy").unwrap();
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
            assert_eq!(page.header("referrer-policy").as_deref(), Some("no-referrer"));
            assert!(page.header("access-control-allow-origin").is_none(), "{path}");
        }
    }
    let index = running.get("/", &[]).text();
    assert!(index.contains("https://desk.example/wire/feeds/all.atom"), "{index}");
    assert!(running.get("/feeds/all", &[]).text().contains("harbour 19"));
    assert!(running.get("/feeds.opml", &[]).text().contains("xmlUrl=\"https://desk.example/wire/feeds/all.atom\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_figures_are_told_without_names_r26() {
    let (_origin, _desk, running) = running().await;
    assert_eq!(running.get("/healthz", &[]).text(), "ok\n");
    assert_eq!(running.get("/readyz", &[]).text(), "ready\n");
    let figures = running.get("/metrics", &[]).text();
    assert!(
        figures.contains("wiredesk_entries 20\n") && figures.contains("wiredesk_polls_total{outcome=\"document\"} 1\n")
    );
    assert!(!figures.contains("harbour") && !figures.contains("127.0.0.1") && !figures.contains("\"a\""), "{figures}");
    assert!(figures.lines().filter(|line| !line.starts_with('#')).count() < 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_well_with_polls_under_way_and_gives_the_rest_back_r7() {
    let origin = Origin::start().await;
    origin.set("/slow.rss", Reply::silence());
    let slow: String = (0..50).map(|n| source(&format!("slow{n}"), origin.url(&format!("/slow.rss?{n}")))).collect();
    let desk = Desk::polling("host_gap = \"0s\"\nper_host = 2", &(slow + EVERYTHING));
    let mut running = desk.start();
    origin.set("/slow.rss", Reply::silence());
    origin.wait_for(2).await;
    running.signal("TERM");
    assert_eq!(running.end(), Some(0), "{}", running.log());
    assert!(running.log().contains("wiredesk has stopped"));
    // Started again, the stop has lost no claim: what waited is due as before.
    let leased = desk.figure(&format!("SELECT count(*) FROM {} WHERE lease_until_at > 0", desk.schedule()));
    assert!(leased <= 2, "{leased} claims were not given back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_at_once_r7() {
    let origin = Origin::start().await;
    origin.set("/slow.rss", Reply::silence());
    let desk = Desk::new(&(source("slow", origin.url("/slow.rss")) + EVERYTHING));
    let mut running = desk.start();
    origin.wait_for(1).await;
    running.signal("TERM");
    running.wait_for("a second signal stops at once");
    running.signal("TERM");
    assert_eq!(running.end(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_daemon_a_taken_port_and_a_bad_configuration_are_refused_r15_b83_b86() {
    let (_origin, desk, running) = running().await;
    let second = desk.run(&["run"]);
    assert_eq!(second.code, Some(2));
    assert!(second.err.contains(&running.pid().to_string()), "{}", second.err);
    drop(running);

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let text = std::fs::read_to_string(desk.config()).unwrap();
    std::fs::write(desk.config(), text.replace("127.0.0.1:0\"", &format!("{address}\""))).unwrap();
    let refused = desk.run(&["run"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains(&address) && refused.err.contains("server.listen"), "{}", refused.err);

    let fresh = Desk::new("[[feed]]\nid = \"x\"\ntitl = \"X\"\n");
    let bad = fresh.run(&["run"]);
    assert_eq!(bad.code, Some(2));
    assert!(bad.err.contains("wiredesk.toml:") && bad.err.contains("did you mean `title`"), "{}", bad.err);
    assert!(!fresh.path("desk.db").exists(), "B83: the store is untouched");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_takes_a_good_file_whole_and_a_bad_one_not_at_all_b84_r20() {
    let (origin, desk, mut running) = running().await;
    let sources = source("a", origin.url("/a.rss"));
    let feed = |id: &str, expression: &str| {
        format!("[[feed]]\nid = \"{id}\"\ntitle = \"{id}\"\nbackfill = \"36500d\"\nmatch = '''{expression}'''\n\n")
    };

    desk.configure(&(sources.clone() + EVERYTHING + &feed("seven", "title:\"harbour 7\" AND AND")));
    running.signal("HUP");
    running.wait_for("the new configuration was refused");
    let page = running.until("/", |got| got.text().contains("role=\"alert\"")).text();
    assert!(page.contains("wiredesk.toml:") && page.contains("the old one runs on"), "{page}");
    assert_eq!(running.get("/feeds/all.atom", &[]).status, 200);

    // A good one by the file alone: a feed more, filled from what is stored.
    desk.configure(&(sources.clone() + EVERYTHING + &feed("some", "title:(\"harbour 7\" OR \"harbour 8\")")));
    let line = running.wait_for("a changed filter was applied");
    assert!(line.contains("+2 −0"), "{line}");
    let some = running.until("/feeds/some.atom", |got| got.text().contains("harbour 8"));
    assert!(some.text().contains("harbour 7") && !some.text().contains("harbour 9"));
    assert!(!running.get("/", &[]).text().contains("role=\"alert\""));

    // An edited filter moves entries in and out; a dropped feed is gone.
    desk.configure(&(sources + &feed("some", "title:(\"harbour 8\" OR \"harbour 9\" OR \"harbour 10\")")));
    running.signal("HUP");
    let line = running.wait_for("a changed filter was applied");
    assert!(line.contains("+2 −1"), "{line}");
    running.until("/feeds/some.atom", |got| got.text().contains("harbour 10") && !got.text().contains("harbour 7<"));
    assert_eq!(running.get("/feeds/all.atom", &[]).status, 410);
    assert_eq!(origin.requests().len(), 1, "R20: no source was polled for a reload");
}

/// `systemctl reload` right after a start: a SIGHUP that comes before everything
/// is up is a reload, and not the end.
#[tokio::test(flavor = "multi_thread")]
async fn a_sighup_during_the_start_is_a_reload() {
    let desk = Desk::new(&(source("a", "https://a.example/") + EVERYTHING));
    tokio::task::block_in_place(|| {
        let mut child = desk.command(&["run"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let first = lines.next().expect("it says something");
        Command::new("kill").arg("-HUP").arg(child.id().to_string()).status().unwrap();
        let in_force = lines.filter(|line| line.contains("configuration in force")).take(2).count();
        let ended = child.try_wait().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!((in_force, ended), (2, None), "after {first}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn new_copy_reaches_the_feed_the_index_and_explain() {
    let origin = Origin::start().await;
    origin.document("/a.rss", rss("mayor", 0..3));
    let feed = "[lists.heads]\nterms = [\"mayor{,s}\"]\n\n[[feed]]\nid = \"city\"\ntitle = \"City\"\n\
                match = 'title:@heads AND NOT \"number 1\"'\n";
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + feed));
    desk.runs(&["poll", "--all"]);
    let of = |n: u64| format!("https://news.example/mayor/{n}");
    let within = desk.runs(&["explain", "city", &of(2)]);
    assert!(within.out.contains("is in city") && within.out.contains("«mayor»"), "{}", within.out);
    let out = desk.runs(&["explain", "city", &of(1), "--json"]).json();
    assert_eq!(out[0]["in"], false);
    assert!(out[0]["hits"].as_array().unwrap().iter().any(|hit| hit["text"] == "number 1"), "{out:?}");
    let found = desk.runs(&["search", "title:mayor AND \"number 2\"", "--json"]).json();
    assert_eq!(found.iter().map(|f| f["title"].as_str().unwrap()).collect::<Vec<_>>(), ["mayor 2"]);
    assert_eq!(desk.run(&["explain", "city", "https://nowhere.example/"]).code, Some(1));
    assert_eq!(desk.run(&["search", "mayor and"]).code, Some(2));
    let floor = Desk::polling("host_gap = \"0s\"", &source("a", origin.url("/a.rss")));
    floor.runs(&["poll", "a"]);
    let held = floor.run(&["poll", "a"]);
    assert!(held.code == Some(1) && held.out.contains("may be polled again at"), "P36: {held:?}");
    assert_eq!(floor.run(&["poll", "nobody"]).code, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_taken_while_running_is_sound_and_a_damaged_store_is_named_r14_r16() {
    let (_origin, desk, _running) = running().await;
    let copy = desk.path("copy.db");
    let name = copy.to_str().unwrap();
    desk.runs(&["backup", name]);
    assert!(desk.runs(&["verify", name]).out.contains("sound"));
    let mut bytes = std::fs::read(&copy).unwrap();
    let page = bytes.len() / 2 / 4096 * 4096;
    bytes[page..page + 4096].fill(0x5a);
    std::fs::write(&copy, bytes).unwrap();
    let damaged = desk.run(&["verify", name]);
    assert_eq!(damaged.code, Some(1), "{damaged:?}");
    assert!(copy.exists() && !damaged.out.contains("sound"), "{damaged:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn fetch_prints_what_a_source_would_give() {
    let (origin, desk, _running) = running().await;
    let file = desk.path("saved.xml");
    std::fs::write(&file, rss("saved", 0..2)).unwrap();
    let url = origin.url("/a.rss").to_string();
    let read = desk.runs(&["fetch", "--json", &url, file.to_str().unwrap()]).json();
    assert_eq!((read[0]["format"].as_str(), read[0]["status"].as_u64()), (Some("rss2"), Some(200)));
    assert_eq!(read[1]["entries"].as_array().unwrap().len(), 2);
    let entry = &read[0]["entries"][0];
    assert_eq!((entry["id"].as_str(), entry["title"].as_str()), (Some("harbour-19"), Some("harbour 19")));
    assert!(entry["dateline"].is_null() && entry["published"].is_null());
    let missing = desk.run(&["fetch", "--json", "/nowhere/at/all.xml"]);
    assert_eq!(missing.code, Some(1));
    assert!(missing.json()[0]["error"].as_str().unwrap().contains("cannot be read"));
    for args in [&["completions", "bash"][..], &["man"], &["check"], &["status"]] {
        assert!(!desk.runs(args).out.is_empty(), "{args:?}");
    }
}
