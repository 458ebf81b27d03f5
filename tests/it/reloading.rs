//! Every saved configuration is seen, and none that was cut short ends what runs
//! (checks B83, B84, O25, R20).

use std::net::SocketAddr;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiredesk::clock::{Clock, ManualClock, SystemClock};
use wiredesk::daemon::{Daemon, Stop};

use crate::desk::{Desk, Running, source};
use crate::server::TestDatabase;

const FORCE: &str = "configuration in force";
const REFUSED: &str = "the new configuration was refused";
const WAITS: &str = "waits until its files have stood unchanged";

/// Sources that nobody asks within the time of a test.
fn sources(ids: &[&str]) -> String {
    let one = |id: &&str| source(id, format!("https://{id}.example/feed"));
    ids.iter().map(one).collect()
}

fn feed(id: &str) -> String {
    format!("[[feed]]\nid = \"{id}\"\ntitle = \"Feed {id}\"\n\n")
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Sources that the store polls.
fn active(desk: &Desk) -> i64 {
    desk.figure(&format!("SELECT count(*) FROM {} WHERE CAST(active AS int) = 1", desk.schedule()))
}

#[track_caller]
fn all_answer(running: &Running, feeds: &[&str]) {
    for id in feeds {
        assert_eq!(running.get(&format!("/feeds/{id}.atom"), &[]).status, 200, "{id}: {}", running.log());
    }
}

/// Includes a pattern before all else, for files that come and go.
fn including(desk: &Desk, patterns: &str, rest: &str) {
    desk.configure(rest);
    let text = std::fs::read_to_string(desk.config()).unwrap();
    std::fs::write(desk.config(), format!("include = {patterns}\n{text}")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_while_the_one_before_comes_into_force_is_seen_b84() {
    let desk = Desk::new(&(sources(&["a"]) + &feed("f0")));
    let mut running = desk.start();
    for n in 1..=6 {
        desk.configure(&(sources(&["a"]) + &feed(&format!("f{n}")) + &feed("f0")));
        // The next one is saved in the moment in which this one is taken over.
        running.wait_for(FORCE);
    }
    running.until("/feeds/f6.atom", |got| got.status == 200);
    // Many in a row, faster than they are read: the last one counts.
    for n in 7..=40 {
        desk.configure(&(sources(&["a"]) + &feed(&format!("f{n}")) + &feed("f0")));
    }
    running.until("/feeds/f40.atom", |got| got.status == 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_is_read_again_once_it_is_mended_b84() {
    let desk = Desk::new("");
    write(&desk.path("feeds/a.toml"), &feed("a"));
    including(&desk, "[\"feeds/*.toml\"]", &sources(&["s"]));
    let mut running = desk.start();
    // A new file that is broken, and then mended.
    write(&desk.path("feeds/b.toml"), "[[feed]]\nid = \"b\"\ntitl = \"B\"\n");
    running.wait_for(REFUSED);
    write(&desk.path("feeds/b.toml"), &feed("b"));
    running.until("/feeds/b.atom", |got| got.status == 200);
    // One in force that is broken and mended, and the main file meanwhile.
    write(&desk.path("feeds/a.toml"), "[[feed]]\nid = \"A B\"\n");
    running.wait_for(REFUSED);
    let good = std::fs::read_to_string(desk.config()).unwrap();
    write(&desk.config(), &good.replace("[server]", "[sever]"));
    running.wait_for("did you mean `server`");
    write(&desk.config(), &good);
    running.wait_for(REFUSED);
    write(&desk.path("feeds/a.toml"), &(feed("a") + &feed("c")));
    running.until("/feeds/c.atom", |got| got.status == 200);
    all_answer(&running, &["a", "b", "c"]);
    // A file more, and a file less: no file that was there was touched.
    write(&desk.path("feeds/d.toml"), &feed("d"));
    running.until("/feeds/d.atom", |got| got.status == 200);
    std::fs::remove_file(desk.path("feeds/b.toml")).unwrap();
    running.until("/feeds/b.atom", |got| got.status == 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_arrives_late_is_noticed_b84() {
    let desk = Desk::new(&(sources(&["s"]) + &feed("f0")));
    let mut running = desk.start();
    let list = "[lists.heads]\nfile = \"lists/heads.txt\"\n\n[[feed]]\nid = \"list\"\nmatch = 'title:@heads'\n\n";
    let secret = "[[source]]\nid = \"login\"\nurl = \"https://login.example/\"\n\
                  basic_auth = { user = \"desk\", password_file = \"login.password\" }\n\n";
    let header = "[[source]]\nid = \"key\"\nurl = \"https://key.example/\"\nheaders = { X-Key = { file = \"keys/key.txt\" } }\n\n";
    let steps: [(&str, &str, &str); 3] =
        [(list, "lists/heads.txt", "mayor\n"), (secret, "login.password", "hush\n"), (header, "keys/key.txt", "k\n")];
    let (mut all, mut number) = (sources(&["s"]) + &feed("f0"), 0);
    for (lines, file, text) in steps {
        number += 1;
        all += lines;
        desk.configure(&(all.clone() + &feed(&format!("f{number}"))));
        running.wait_for(REFUSED);
        write(&desk.path(file), text);
        running.until(&format!("/feeds/f{number}.atom"), |got| got.status == 200);
    }
    // An included file by its full name, and the folder of a pattern.
    including(&desk, "[\"more/late.toml\", \"deep/*.toml\"]", &all);
    running.wait_for(REFUSED);
    write(&desk.path("more/late.toml"), &(feed("late") + &feed("f3")));
    running.wait_for("no such folder");
    write(&desk.path("deep/x.toml"), &feed("deep"));
    running.until("/feeds/deep.atom", |got| got.status == 200);
    all_answer(&running, &["f0", "late", "deep"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_replaced_by_rename_or_link_without_another_size_or_time_b84() {
    let desk = Desk::new("");
    let include = "[\"current/feeds.toml\"]";
    write(&desk.path("v1/feeds.toml"), &feed("a"));
    write(&desk.path("v2/feeds.toml"), &(feed("a") + &feed("b")));
    symlink("v1", desk.path("current")).unwrap();
    including(&desk, include, &(sources(&["s"]) + &feed("x1")));
    let mut running = desk.start();
    // The folder's link is swapped, as mounted configurations are.
    symlink("v2", desk.path("next")).unwrap();
    std::fs::rename(desk.path("next"), desk.path("current")).unwrap();
    running.until("/feeds/b.atom", |got| got.status == 200);
    // The same size and time under another name, moved into its place.
    let text = std::fs::read_to_string(desk.config()).unwrap();
    let replace = |new: &str, from: &str| {
        let time = std::fs::metadata(desk.config()).unwrap().modified().unwrap();
        write(&desk.path("new.toml"), &text.replace("x1", new));
        let file = std::fs::File::options().write(true).open(desk.path("new.toml")).unwrap();
        file.set_modified(time).unwrap();
        std::fs::rename(desk.path("new.toml"), desk.path(from)).unwrap();
    };
    replace("x2", "wiredesk.toml");
    running.until("/feeds/x2.atom", |got| got.status == 200);
    // The main file becomes a link, and the link leads elsewhere.
    for id in ["x3", "x4"] {
        replace(id, &format!("{id}.toml"));
        symlink(format!("{id}.toml"), desk.path("link")).unwrap();
        std::fs::rename(desk.path("link"), desk.config()).unwrap();
        running.until(&format!("/feeds/{id}.atom"), |got| got.status == 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_without_sources_is_refused_by_name_b83_b84() {
    let whole = sources(&["a", "b"]) + &feed("one") + &feed("two");
    let desk = Desk::new(&whole);
    let mut running = desk.start();
    let good = std::fs::read_to_string(desk.config()).unwrap();
    let cuts = ["", "\n  \n", "# only remarks\n", &good[..good.find("[[source]]").unwrap()]];
    for cut in cuts {
        write(&desk.config(), cut);
        running.wait_for("no source is configured");
        let page = running.until("/", |got| got.text().contains("role=\"alert\"")).text();
        assert!(page.contains("no source is configured") && page.contains("the old one runs on"), "{page}");
        all_answer(&running, &["one", "two"]);
        // Not by any other command either.
        for (args, code) in [(&["check"][..], 1), (&["run"], 2), (&["poll"], 2), (&["poll", "--all"], 2)] {
            let ran = desk.run(args);
            assert_eq!(ran.code, Some(code), "{args:?}: {ran:?}");
            assert!(ran.err.contains("wiredesk.toml:1:1") && ran.err.contains("no source is configured"), "{ran:?}");
        }
        assert_eq!(active(&desk), 2);
        write(&desk.config(), &good);
        running.until("/", |got| !got.text().contains("role=\"alert\""));
    }
    all_answer(&running, &["one", "two"]);
    assert!(!running.log().contains("\"retired\":2"), "{}", running.log());
    // To look at a store no source is needed.
    let store = desk.database.as_ref().map_or_else(|| "sqlite:desk.db".to_owned(), TestDatabase::url);
    write(&desk.path("drill.toml"), &format!("[store]\nurl = \"{store}\"\n"));
    let drill = desk.path("drill.toml");
    let status = std::process::Command::new(crate::desk::BINARY).arg("--config").arg(drill).arg("status").output();
    assert!(status.unwrap().status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_configuration_ends_nothing_and_a_sighup_does_not_hurry_it_b84_o25() {
    let feeds = feed("one") + &feed("two") + &feed("three");
    let whole = sources(&["a", "b", "c"]) + &feeds;
    let desk = Desk::new(&whole);
    let mut running = desk.start();
    let cuts = [
        // Most sources, most feeds, all feeds, all sources but other ones.
        (sources(&["a"]) + &feeds, "2 of 3 sources"),
        (sources(&["a", "b", "c"]) + &feed("one"), "2 of 3 feeds"),
        (sources(&["a", "b", "c"]), "3 of 3 feeds"),
        (sources(&["d", "e", "f"]) + &feeds, "3 of 3 sources"),
        (sources(&["a"]) + &feed("one"), "2 of 3 sources and 2 of 3 feeds"),
    ];
    for (cut, expected) in cuts {
        desk.configure(&cut);
        for signal in [false, true] {
            if signal {
                running.signal("HUP");
            }
            let line = running.wait_for(WAITS);
            assert!(line.contains("WARN") && line.contains(expected), "{line}");
        }
        let page = running.get("/sources", &[]).text();
        assert!(page.contains("The new configuration waits") && page.contains(expected), "{page}");
        all_answer(&running, &["one", "two", "three"]);
        assert_eq!(active(&desk), 3);
        desk.configure(&whole);
        running.wait_for(FORCE);
        running.until("/", |got| !got.text().contains("role=\"alert\""));
    }
    // An included file of no bytes, though little would end.
    write(&desk.path("feeds/one.toml"), &feed("four"));
    including(&desk, "[\"feeds/*.toml\"]", &whole);
    running.until("/feeds/four.atom", |got| got.status == 200);
    write(&desk.path("feeds/one.toml"), "");
    let line = running.wait_for(WAITS);
    assert!(line.contains("1 of 4 feeds") && line.contains("one.toml is empty"), "{line}");
    all_answer(&running, &["one", "four"]);
    // Half of them is an edit like others.
    write(&desk.path("feeds/one.toml"), "# nothing here\n");
    desk.configure(&(sources(&["a", "b"]) + &feed("one") + &feed("two")));
    running.until("/feeds/four.atom", |got| got.status == 410);
    running.until("/feeds/two.atom", |got| got.status == 200);
}

/// A daemon of this process, whose clock the test moves.
async fn start(desk: &Desk, clock: Arc<ManualClock>) -> (SocketAddr, Stop) {
    let daemon = Daemon::open(&desk.config(), clock).await.unwrap_or_else(|error| panic!("{error:?}"));
    let (address, stop) = (daemon.address().unwrap(), Stop::new());
    let ends = stop.clone();
    tokio::spawn(async move { daemon.run(ends).await.unwrap() });
    (address, stop)
}

pub async fn status(address: SocketAddr, path: &str) -> (u16, String) {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

/// Asks until the answer is as expected, with a bound for when it never is.
async fn until(address: SocketAddr, path: &str, good: impl Fn(u16, &str) -> bool) {
    let mut pace = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..1200 {
        pace.tick().await;
        let (code, text) = status(address, path).await;
        if good(code, &text) {
            return;
        }
    }
    panic!("{path} never came to be as expected: {:?}", status(address, path).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_end_most_comes_into_force_after_a_minute_unchanged_b84_o25() {
    let desk = Desk::new(&(sources(&["a", "b", "c"]) + &feed("one") + &feed("two") + &feed("three")));
    let clock = Arc::new(ManualClock::at(SystemClock::new().now()));
    let (address, stop) = start(&desk, clock.clone()).await;
    let waiting = |_, text: &str| text.contains("The new configuration waits");
    desk.configure(&(sources(&["a"]) + &feed("one")));
    until(address, "/", waiting).await;
    // It is written on before the minute is over, and waits from then on.
    clock.advance(Duration::from_secs(50));
    desk.configure(&(sources(&["a", "b"]) + &feed("one") + &feed("four")));
    until(address, "/", |_, text| text.contains("1 of 3 sources and 2 of 3 feeds")).await;
    clock.advance(Duration::from_secs(50));
    assert_eq!(status(address, "/feeds/two.atom").await.0, 200);
    assert_eq!(status(address, "/feeds/four.atom").await.0, 404);
    clock.advance(Duration::from_secs(61));
    until(address, "/feeds/two.atom", |code, _| code == 410).await;
    until(address, "/feeds/four.atom", |code, _| code == 200).await;
    until(address, "/", |_, text| !text.contains("role=\"alert\"")).await;
    // The pages know before the store has taken it over.
    until(address, "/", |_, _| active(&desk) == 2).await;
    stop.now();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_taken_back_takes_no_restart_r20() {
    let desk = Desk::new(&(sources(&["a"]) + &feed("f")));
    let mut running = desk.start();
    let before = std::fs::read_to_string(desk.config()).unwrap();
    for (timeout, takes_one) in [(Some("40s"), true), (Some("50s"), true), (None, false), (Some("41s"), true)] {
        let more = timeout.map_or_else(String::new, |value| format!("timeout = \"{value}\"\n"));
        std::fs::write(desk.config(), before.replace("[polling]\n", &format!("[polling]\n{more}"))).unwrap();
        running.signal("HUP");
        let told = running.log().matches("needs a restart").count();
        running.wait_for(FORCE);
        let more = running.log().matches("needs a restart").count() - told;
        assert_eq!(more == 1, takes_one, "{timeout:?}: {}", running.log());
    }
}

/// O122: what is polled is decided by the daemon, and by a start; a poll by hand by another
/// configuration polls what it was asked to.
#[tokio::test(flavor = "multi_thread")]
async fn a_poll_by_hand_retires_nothing_o122() {
    let desk = Desk::new(&(sources(&["a", "b", "c"]) + &feed("f")));
    let less = std::fs::read_to_string(desk.config()).unwrap();
    write(&desk.path("less.toml"), &less.replace(&sources(&["b", "c"]), ""));
    let poll = |args: &[&str]| {
        let less = desk.path("less.toml");
        let mut command = std::process::Command::new(crate::desk::BINARY);
        command.arg("--config").arg(less).arg("poll").args(args);
        command.output().unwrap()
    };
    let mut running = desk.start();
    for args in [&["a"][..], &["--all"], &[]] {
        let ran = poll(args);
        assert!(ran.status.code() != Some(2), "{args:?}: {ran:?}");
        assert_eq!(active(&desk), 3, "{args:?}");
    }
    running.signal("KILL");
    running.end();
    poll(&["a"]);
    assert_eq!(active(&desk), 3, "it needs no more than the one");
    // Without a daemon, who polls what is due decides what that is.
    poll(&[]);
    assert_eq!(active(&desk), 1);
}

/// A copy of a file of sources that stalled between two lines looks like a whole file.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_sources_that_is_cut_ends_nothing_that_runs_b290_b291_b292() {
    let line = |n: usize| format!("s{n},https://s{n}.example/feed\n");
    let csv = |sources: usize| "id,url\n".to_owned() + &(0..sources).map(line).collect::<String>();
    let outline = |n: usize| format!("<outline xmlUrl=\"https://o{n}.example/feed\"/>");
    let opml = "<opml><body>".to_owned() + &(0..4).map(outline).collect::<String>() + "</body></opml>";
    let desk =
        Desk::new(&("[[sources]]\nfile = \"s.csv\"\n[[sources]]\nfile = \"o.opml\"\n\n".to_owned() + &feed("f")));
    write(&desk.path("s.csv"), &csv(20));
    write(&desk.path("o.opml"), &opml);
    let clock = Arc::new(ManualClock::at(SystemClock::new().now()));
    let (address, stop) = start(&desk, clock.clone()).await;
    until(address, "/", |_, _| active(&desk) == 24).await;
    write(&desk.path("s.csv"), &csv(19));
    until(address, "/", |_, text| text.contains("1 of 24 sources") && text.contains("1 of 20 of")).await;
    write(&desk.path("s.csv"), "");
    until(address, "/", |_, text| text.contains("s.csv is empty")).await;
    write(&desk.path("s.csv"), &csv(20));
    until(address, "/", |_, text| !text.contains("role=\"alert\"")).await;
    write(&desk.path("o.opml"), &opml[..opml.len() - 20]);
    until(address, "/", |_, text| text.contains("does not end: its &lt;/opml&gt; is missing")).await;
    assert_eq!(active(&desk), 24);
    write(&desk.path("o.opml"), &opml);
    write(&desk.path("s.csv"), &csv(19));
    until(address, "/", |_, text| text.contains("1 of 24 sources")).await;
    clock.advance(Duration::from_secs(61));
    until(address, "/", |_, text| !text.contains("role=\"alert\"") && active(&desk) == 23).await;
    stop.now();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_line_of_a_file_of_sources_ends_nothing_that_runs_b261() {
    let desk = Desk::new(&("[[sources]]\nfile = \"s.csv\"\n\n".to_owned() + &feed("f")));
    let line = |n: usize| format!("s{n},https://s{n}.example/feed\n");
    let good = |sources: usize| "id,url\n".to_owned() + &(0..sources).map(line).collect::<String>();
    write(&desk.path("s.csv"), &good(20));
    let mut running = desk.start();
    assert_eq!(active(&desk), 20);
    write(&desk.path("s.csv"), &(good(25) + "s99,htps://s99.example/\n"));
    running.wait_for(REFUSED);
    assert!(running.log().contains("s.csv:27:5"), "{}", running.log());
    assert_eq!(active(&desk), 20);
    all_answer(&running, &["f"]);
    write(&desk.path("s.csv"), &good(25));
    running.wait_for(FORCE);
    assert_eq!(active(&desk), 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_places_and_wires_stop_a_start_and_end_nothing_that_runs_b394() {
    let rest = "[places]\nfile = \"places.csv\"\n\n".to_owned() + &sources(&["s"]) + &feed("f");
    let wire = |mark: &str, more: &str| format!("[wires.harbour]\nmarks = [\"{mark}\"]\n\n{rest}{more}");
    let desk = Desk::new(&wire("(HARBOUR)", ""));
    write(&desk.path("places.csv"), "Avon, FR, 14000\n");
    let mut running = desk.start();
    let place = "is no country (give its two letters";
    write(&desk.path("places.csv"), "Avon, FR, 14000\nBville, XX\n");
    running.wait_for(REFUSED);
    assert!(running.log().contains("places.csv:2:1") && running.log().contains(place), "{}", running.log());
    let refused = desk.run(&["check"]);
    assert_ne!(refused.code, Some(0), "{refused:?}");
    write(&desk.path("places.csv"), "Avon, FR, 14000\nBville, FR\n");
    running.wait_for(FORCE);
    // A mark that is another wire's, or none.
    let wrong = [("(AP)", "belongs to AP", "g"), ("(HARBOUR", "has a bracket or slash on one side only", "h")];
    for (mark, problem, feed_id) in wrong {
        desk.configure(&wire(mark, ""));
        running.wait_for(REFUSED);
        assert!(
            running.log().contains("wires.harbour.marks[1]") && running.log().contains(problem),
            "{}",
            running.log()
        );
        let start = desk.run(&["run"]);
        assert!(start.code != Some(0) && start.err.contains(problem), "{start:?}");
        desk.configure(&wire("(HARBOUR)", &feed(feed_id)));
        running.wait_for(FORCE);
    }
    all_answer(&running, &["f"]);
}
