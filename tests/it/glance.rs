//! What commands show people: health first, their own clocks, widths that fit, hints that lead
//! on (O82 to O87).

use std::process::{Command, Stdio};

use wiredesk::clock::{Clock, SystemClock};

use crate::desk::{BINARY, Desk, EVERYTHING, Ran, rss, source};
use crate::origin::Origin;
use crate::reply::Reply;

/// Two sources that answer and two that do not.
async fn desk() -> (Origin, Desk) {
    let origin = Origin::start().await;
    origin.set("/a", Reply::ok(rss("harbour", 0..4)));
    origin.set("/c", Reply::ok(rss("council", 0..2)));
    origin.set("/page", Reply::ok("<html><title>City</title><p>x</html>").header("content-type", "text/html"));
    let desk = Desk::new(
        &(source("a-well", origin.url("/a"))
            + &source("b-page", origin.url("/page"))
            + &source("c-well", origin.url("/c"))
            + &source("d-broken", origin.url("/broken"))
            + EVERYTHING),
    );
    origin.set("/broken", Reply::status(500));
    assert_eq!(desk.run(&["poll", "--all"]).code, Some(1));
    (origin, desk)
}

/// A command at a terminal of this width.
fn at_terminal(desk: &Desk, args: &str, columns: usize, environment: &[(&str, &str)]) -> String {
    let line = format!("stty rows 40 cols {columns}; '{BINARY}' --config '{}' {args}", desk.config().display());
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).stdin(Stdio::null()).env("TERM", "xterm").env_remove("NO_COLOR");
    script.envs(environment.iter().copied());
    let done = tokio::task::block_in_place(|| script.output().unwrap());
    String::from_utf8(done.stdout).unwrap().replace("\r\n", "\n")
}

fn named<'t>(text: &'t str, names: &[&'t str]) -> Vec<&'t str> {
    let mut found: Vec<(usize, &str)> =
        names.iter().filter_map(|name| Some((text.find(&format!("\n{name} "))?, *name))).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name).collect()
}

const ALL: [&str; 4] = ["a-well", "b-page", "c-well", "d-broken"];

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_somebody_comes_first_o83() {
    let (_origin, desk) = desk().await;
    let shown = desk.runs(&["status"]).out;
    assert!(shown.starts_with("4 sources: 2 failing, 2 ok\n6 entries, 6 new today (UTC), "), "{shown}");
    assert_eq!(named(&shown, &ALL), ["b-page", "d-broken", "a-well", "c-well"], "{shown}");
    assert!(shown.contains("LAST POLL") && shown.contains("1 failure, the last: http status 500"), "{shown}");
    let failing = desk.runs(&["status", "--failing"]).out;
    assert!(failing.starts_with("2 of 4 sources bring nothing\n"), "{failing}");
    assert_eq!(named(&failing, &ALL), ["b-page", "d-broken"], "{failing}");
    let json = desk.runs(&["status", "--failing", "--json"]).json();
    let ids: Vec<&str> = json[0]["sources"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["b-page", "d-broken"]);
    // One in full.
    let one = desk.runs(&["status", "a-well"]).out;
    for said in
        ["a-well  ok\n", "  title        harbour\n", "/a\n", "4 in 30 days, 4 today", "wiredesk search source:a-well"]
    {
        assert!(one.contains(said), "{said}: {one}");
    }
    let slip = desk.run(&["status", "a-wel"]);
    assert_eq!((slip.code, slip.err.contains("did you mean a-well?")), (Some(2), true), "{slip:?}");
    let feed = desk.run(&["status", "all"]);
    assert!(feed.err.contains("a feed has that name"), "{feed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_fit_the_terminal_and_colours_can_be_left_out_o84() {
    let (_origin, desk) = desk().await;
    let uncoloured = |text: &str| {
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("\u{1b}[") {
            plain.push_str(before);
            rest = after.split_once('m').unwrap().1;
        }
        plain + rest
    };
    for columns in [60, 80, 120, 200] {
        let shown = at_terminal(&desk, "status", columns, &[]);
        assert!(shown.contains("\u{1b}[31mfailing\u{1b}[0m") && shown.contains("\u{1b}[32mok\u{1b}[0m"), "{shown}");
        let plain = uncoloured(&shown);
        let widest = plain.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= columns, "{columns}: {widest}\n{plain}");
        assert!(plain.contains("http status 500"), "{plain}");
    }
    let plain = at_terminal(&desk, "status", 80, &[("NO_COLOR", "1")]);
    assert!(!plain.contains('\u{1b}') && plain.contains("failing"), "{plain}");
    assert!(!desk.runs(&["status"]).out.contains('\u{1b}'), "a pipe is not coloured");
}

#[tokio::test(flavor = "multi_thread")]
async fn status_is_shown_again_until_it_is_stopped_o83() {
    use std::io::{BufRead, BufReader};
    let (_origin, desk) = desk().await;
    let mut command = desk.command(&["status", "--json", "--watch=1"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let seen: Vec<String> = tokio::task::block_in_place(|| lines.take(2).map(Result::unwrap).collect());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(seen.len() == 2 && seen.iter().all(|line| line.starts_with("{\"store\":")), "{seen:?}");
}

/// O82: a reader's clocks are those of the reader.
#[tokio::test(flavor = "multi_thread")]
async fn times_are_shown_on_the_readers_clocks_o82() {
    let origin = Origin::start().await;
    let item = |n, date| format!("<item><guid>{n}</guid><title>Item {n}</title><pubDate>{date}</pubDate></item>");
    let items = item(1, "Mon, 23 Nov 2026 23:30:00 GMT") + &item(2, "Sun, 22 Nov 2026 10:00:00 GMT");
    let feed = format!("<rss version='2.0'><channel><title>N</title>{items}</channel></rss>");
    origin.set("/a", Reply::ok(feed));
    let desk = Desk::new(&(source("a", origin.url("/a")) + EVERYTHING));
    desk.runs(&["poll"]);
    let in_zone = |zone: &str, args: &[&str]| -> Ran {
        let done = tokio::task::block_in_place(|| desk.command(args).env("TZ", zone).output().unwrap());
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: done.status.code(), out: text(done.stdout), err: text(done.stderr) }
    };
    let search = ["search", "Item", "--sort", "published"];
    let shown = in_zone("Asia/Kathmandu", &search).out;
    assert!(shown.starts_with("2026-11-24 05:15 +0545  Item 1\n"), "{shown}");
    let shown = in_zone("Europe/Berlin", &search).out;
    assert!(shown.starts_with("2026-11-24 00:30 CET  Item 1\n"), "{shown}");
    assert!(shown.find("Item 1").unwrap() < shown.find("Item 2").unwrap(), "{shown}");
    let utc = in_zone("Europe/Berlin", &["--utc", "search", "Item", "--sort", "published"]).out;
    assert!(utc.starts_with("2026-11-23 23:30 UTC  Item 1\n"), "{utc}");
    // By arrival the time in front is that of arrival, and the date stands behind it.
    let arrived = in_zone("UTC", &["search", "Item"]).out;
    let today = SystemClock::new().now().rfc3339();
    assert!(arrived.starts_with(&today[..8]) && arrived.contains(", dated 2026-11-23 23:30 UTC) "), "{arrived}");
    let fetched = in_zone("Europe/Berlin", &["fetch", origin.url("/a").as_ref()]).out;
    assert!(fetched.contains("2026-11-24 00:30 CET  Item 1"), "{fetched}");
    let refused = desk.run(&["search", "Item", "--sort", "published", "--before", "1"]);
    assert!(refused.code == Some(2) && refused.err.contains("--sort arrived"), "{refused:?}");
    // Programs read one time zone.
    let json = in_zone("Europe/Berlin", &["--json", "search", "Item", "--sort", "published"]).json();
    assert_eq!(json[0]["published"], "2026-11-23T23:30:00Z");
}

/// O87: what is wrong is told with what to do next.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_leads_on_o87() {
    let (origin, desk) = desk().await;
    let status = desk.runs(&["status"]).out;
    let add =
        format!("not a feed: an HTML page titled \"City\"; `wiredesk add {}` looks for the feed", origin.url("/page"));
    assert!(status.contains(&add), "{status}");
    let inside = Desk::polling("allow_addresses_of_nobody = 1", "");
    inside.edit(|text| {
        let text =
            text.replace("allow_addresses = [\"127.0.0.0/8\"]\n", "").replace("allow_addresses_of_nobody = 1\n", "");
        text + &source("in", origin.url("/a"))
    });
    let polled = inside.run(&["poll"]);
    assert!(polled.out.contains("127.0.0.1 is not public (loopback); if it is meant, write allow_addresses = [\"127.0.0.1\"] in its [[source]]"), "{polled:?}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = taken.local_addr().unwrap();
    let mut demo = Command::new(BINARY);
    demo.args(["demo", "--listen", &at.to_string()]).stdin(Stdio::null());
    let demo = tokio::task::block_in_place(|| demo.output().unwrap());
    let said = String::from_utf8_lossy(&demo.stderr).into_owned();
    assert_eq!(demo.status.code(), Some(2), "{said}");
    assert!(said.contains("serve it elsewhere: wiredesk demo --listen 127.0.0.1:"), "{said}");
}

/// O86: what is asked for over the network is asked for as polls do.
#[tokio::test(flavor = "multi_thread")]
async fn check_asks_the_network_with_manners_o86() {
    let origin = Origin::start().await;
    origin.set("/well", Reply::ok(rss("harbour", 0..2)));
    origin.set("/page", Reply::ok("<html><title>City</title></html>"));
    origin.set("/closed", Reply::ok("<ul><li><a href=/1>x</a></ul>"));
    origin.set("/robots.txt", Reply::ok("User-agent: *\nDisallow: /closed\n"));
    let page = |id: &str, path: &str| {
        source(id, origin.url(path)).trim_end().to_owned() + "\nkind = \"page\"\n[source.page]\nentries = \"li\"\n\n"
    };
    let sources = source("well", origin.url("/well"))
        + &source("html", origin.url("/page"))
        + &page("closed", "/closed")
        + &source("private", "http://10.0.0.1/feed")
        + &source("lost", origin.url("/lost"))
        + EVERYTHING;
    let desk = Desk::new(&sources);
    let quiet = desk.runs(&["check"]);
    assert_eq!(origin.requests().len(), 0, "{quiet:?}");
    let asked = desk.run(&["check", "--network"]);
    assert_eq!(asked.code, Some(1), "{asked:?}");
    for said in [
        "closed   robots  robots.txt",
        "html     not-a-feed  not a feed: an HTML page",
        "lost     status  http status 404",
        "private  refused  refused: 10.0.0.1 is not public (private); if it is meant, write allow_addresses",
        "1 of 5 sources can be polled now",
    ] {
        assert!(asked.out.contains(said), "{said}: {}", asked.out);
    }
    assert_eq!(origin.requests_for("/closed").len(), 0, "robots.txt forbids it");
    assert!(!desk.path("desk.db").exists(), "nothing is stored");
    let json = desk.run(&["check", "--network", "--json"]).json();
    let all = json.last().unwrap()["network"].as_array().unwrap().clone();
    assert_eq!((all.len(), all[4]["source"].as_str(), all[4]["ok"].as_bool()), (5, Some("well"), Some(true)));
    // A host that lets time run out is asked once, not for each of its sources.
    let silent = Origin::start().await;
    silent.set("/a", Reply::silence());
    silent.set("/b", Reply::silence());
    let sources = source("a", silent.url("/a")) + &source("b", silent.url("/b"));
    let desk = Desk::polling("host_gap = \"0s\"\nrefresh_floor = \"0s\"\ntimeout = \"1s\"", &sources);
    let asked = desk.run(&["check", "--network"]);
    assert!(asked.out.contains("b  untried  not asked: 127.0.0.1 left the request before unanswered"), "{asked:?}");
    assert_eq!(silent.requests().len(), 1);
}

/// O85: every command has its page, made from what reads command lines.
#[tokio::test(flavor = "multi_thread")]
async fn every_command_has_a_manual_page_o85() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| tokio::task::block_in_place(|| Command::new(BINARY).args(args).output().unwrap());
    let made = run(&["man", folder.path().to_str().unwrap()]);
    assert!(made.status.success(), "{made:?}");
    let help = String::from_utf8(run(&["--help"]).stdout).unwrap();
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // Lines that go on stand further to the right.
    let listed = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let commands: Vec<&str> =
        listed.filter_map(|line| line.split_whitespace().next()).filter(|c| *c != "help").collect();
    assert!(commands.len() > 15 && commands.contains(&"init"), "{commands:?}");
    for command in commands
        .iter()
        .map(|command| format!("wiredesk-{command}"))
        .chain(["wiredesk".to_owned(), "wiredesk-store-copy".to_owned()])
    {
        let page = std::fs::read_to_string(folder.path().join(format!("{command}.1"))).expect(&command);
        for section in ["NAME", "SYNOPSIS", "EXIT STATUS", "FILES", "ENVIRONMENT", "SEE ALSO"] {
            assert!(
                page.contains(&format!(".SH {section}\n")) || page.contains(&format!(".SH \"{section}\"\n")),
                "{command}: {section}\n{page}"
            );
        }
        assert!(command == "wiredesk-store" || page.contains(".SH EXAMPLES\n"), "{command}");
        assert!(!page.contains("wiredesk-help"), "{command}");
    }
    // The examples stand in `--help`, too.
    let told = String::from_utf8(run(&["search", "--help"]).stdout).unwrap();
    assert!(told.contains("Examples:\n  wiredesk search 'hlead:harbour"), "{told}");
}

/// Ten questions that people ask, each answered by one command (docs/operating.md).
#[tokio::test(flavor = "multi_thread")]
async fn each_question_is_answered_by_one_command_o83() {
    let origin = Origin::start().await;
    let item = |n: u64, title: &str, date: &str| {
        format!(
            "<item><guid>{n}</guid><title>{title}</title><link>https://city.example/{n}</link><pubDate>{date}</pubDate></item>"
        )
    };
    let items =
        item(1, "Harbour opens", "Sun, 29 Nov 2026 10:00:00 GMT") + &item(2, "Snow", "Sat, 28 Nov 2026 10:00:00 GMT");
    origin.set("/rss", Reply::ok(format!("<rss version='2.0'><channel><title>City</title>{items}</channel></rss>")));
    origin.set(
        "/",
        Reply::ok("<link rel=alternate type='application/rss+xml' href='/rss'>").header("content-type", "text/html"),
    );
    let feed = "[[feed]]\nid = \"port\"\ntitle = \"Port\"\nbackfill = \"36500d\"\nmatch = 'title:(harbour OR quay)'\n";
    let desk = Desk::new(&(source("city", origin.url("/rss")) + &source("dead", origin.url("/dead")) + feed));
    desk.run(&["poll", "--all"]);
    let copy = desk.path("copy.db").display().to_string();
    desk.runs(&["backup", &copy]);
    let (page, document) = (origin.url("/").to_string(), origin.url("/rss").to_string());
    let answers: [(&[&str], &[&str]); 10] = [
        (
            &["explain", "port", "https://city.example/2"],
            &["is not in port", "because no term of the filter was found"],
        ),
        (&["status", "--failing"], &["1 of 2 sources bring nothing", "dead ", "http status 404"]),
        (
            &["search", "source:city AND published:2026-11-29", "--sort", "published"],
            &["2026-11-29 10:00 UTC  Harbour opens"],
        ),
        (&["status", "city"], &["next poll", "adaptive: "]),
        (&["add", "--dry-run", &page], &["named by the page's link element", "City, 2 entries"]),
        (&["fetch", &document], &["rss2, UTF-8, 2 entries: City", "Harbour opens"]),
        (&["check", "--network"], &["dead  status  http status 404", "1 of 2 sources can be polled now"]),
        (&["backtest", "port"], &["port: +0 −0 of 2 entries"]),
        (&["terms", "port"], &["never found: 1 term", "quay"]),
        (&["verify", &copy], &[""]),
    ];
    for (command, said) in answers {
        let ran = desk.run(command);
        assert!(said.iter().all(|said| ran.out.contains(said)), "{command:?}: {ran:?}");
        assert!(!ran.out.is_empty(), "{command:?}: {ran:?}");
    }
}
