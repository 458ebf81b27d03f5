//! A first configuration: `wiredesk init`, and what leads to it (O80, O81).

use std::path::Path;
use std::process::{Command, Stdio};

use crate::desk::{BINARY, Ran, rss};
use crate::origin::Origin;
use crate::reply::Reply;

/// A command in an empty folder, with nothing that names a configuration.
fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.args(args).current_dir(folder).stdin(Stdio::null()).env_remove("WIREDESK_CONFIG").env_remove("RUST_LOG");
    command
}

fn run(folder: &Path, args: &[&str]) -> Ran {
    ended(&mut command(folder, args))
}

fn ended(command: &mut Command) -> Ran {
    let done = tokio::task::block_in_place(|| command.output().unwrap());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: done.status.code(), out: text(done.stdout), err: text(done.stderr) }
}

/// The same at a terminal where these lines are typed; util-linux's `script` is the terminal.
fn typed(folder: &Path, line: &str, answers: &str) -> Ran {
    let keys = folder.join("keys");
    std::fs::write(&keys, answers).unwrap();
    let mut script = Command::new("script");
    script.args(["-qec", &format!("'{BINARY}' {line}"), "/dev/null"]).current_dir(folder);
    script.stdin(std::fs::File::open(&keys).unwrap()).env_remove("WIREDESK_CONFIG").env("TERM", "xterm");
    let ran = ended(&mut script);
    std::fs::remove_file(keys).unwrap();
    ran
}

/// A city's press office: a page that names its feed.
async fn office() -> Origin {
    let origin = Origin::start().await;
    let page = "<title>City</title><link rel=alternate type='application/rss+xml' title='City news' href='/rss'>";
    origin.set("/news/", Reply::ok(page).header("content-type", "text/html"));
    origin.set("/rss", Reply::ok(rss("harbour", 0..4)));
    origin.set("/robots.txt", Reply::status(404));
    origin
}

fn written(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("config/wiredesk.toml")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_configuration_is_made_from_flags_and_runs_o80() {
    let origin = office().await;
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    let page = origin.url("/news/").to_string();
    let flags = ["init", "--contact", "press@city.example", "--city", "Harbour, Hafen", "--allow-address", "127.0.0.1"];
    let made = run(folder, &[&flags[..], &["--source", &page]].concat());
    assert_eq!(made.code, Some(0), "{made:?}");
    for said in
        ["wrote ./config/wiredesk.toml: 1 source", "  wiredesk run\n", "  wiredesk status\n", "feeds/harbour.atom"]
    {
        assert!(made.out.contains(said), "{said}: {}", made.out);
    }
    let text = written(folder);
    for line in [
        "contact = \"mailto:press@city.example\"",
        "terms = [\"Harbour\", \"Hafen\"]",
        "match = 'hlead:@city'",
        "title = \"harbour\"",
        "allow_addresses = [\"127.0.0.1\"]",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    }
    // It is found where it is, accepted without a warning, and does what it says.
    let checked = run(folder, &["check"]);
    assert_eq!((checked.code, checked.err.as_str()), (Some(0), ""), "{}", checked.out);
    let polled = run(folder, &["poll"]);
    assert!(polled.out.contains("4 new"), "{polled:?}");
    let status = run(folder, &["status", "--json"]).json();
    assert_eq!(
        (status[0]["feeds"][0]["id"].as_str(), status[0]["feeds"][0]["entries"].as_u64()),
        (Some("harbour"), Some(4))
    );
    // A second one is not made over it.
    let again = run(folder, &[&flags[..], &["--source", &page]].concat());
    assert_eq!(again.code, Some(2), "{again:?}");
    assert!(again.err.contains("is there already, and stays as it is: `wiredesk add URL` adds"), "{}", again.err);
    assert_eq!(written(folder), text);
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_answers_are_told_where_nobody_can_be_asked_o80() {
    let home = tempfile::tempdir().unwrap();
    let none = run(home.path(), &["init"]);
    assert_eq!(none.code, Some(2));
    assert!(
        none.err.contains("no terminal to ask at; give --contact") && none.err.contains("--source URL"),
        "{}",
        none.err
    );
    let half = run(home.path(), &["init", "--contact", "press@city.example"]);
    assert!(half.err.contains("give --source URL or --opml FILE") && !half.err.contains("--contact"), "{}", half.err);
    let wrong = run(home.path(), &["init", "--contact", "a b", "--source", "https://a.example/"]);
    assert!(wrong.code == Some(2) && wrong.err.contains("\"a b\" is neither the address"), "{wrong:?}");
    // What brings nothing is told, and a configuration of nothing is not written.
    let origin = office().await;
    let flags = ["init", "--contact", "a@b.example", "--allow-address", "127.0.0.0/8", "--source"];
    let lost = run(home.path(), &[&flags[..], &[origin.url("/gone").as_ref()]].concat());
    assert_eq!(lost.code, Some(1), "{lost:?}");
    assert!(lost.err.contains("http status 404") && lost.err.contains("nothing was written"), "{}", lost.err);
    let closed = run(home.path(), &["init", "--contact", "a@b.example", "--source", origin.url("/rss").as_ref()]);
    let hint = "127.0.0.1 is not public (loopback); if it is meant: --allow-address 127.0.0.1";
    assert!(closed.err.contains(hint), "{}", closed.err);
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
    // One of two is better than none, and the other is told.
    let (gone, well) = (origin.url("/gone"), origin.url("/rss"));
    let both = [&flags[..], &[gone.as_ref(), "--source", well.as_ref()]].concat();
    let some = run(home.path(), &both);
    assert!(some.code == Some(1) && some.err.contains("nothing was taken from"), "{some:?}");
    assert!(written(home.path()).contains("/rss\""), "{some:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_and_a_folder_make_a_configuration_o80() {
    let home = tempfile::tempdir().unwrap();
    let list = home.path().join("subs.opml");
    let outline = |n| format!("<outline text='Desk {n}' type='rss' xmlUrl='https://desk{n}.example/feed'/>");
    std::fs::write(&list, format!("<opml><body>{}{}</body></opml>", outline(1), outline(2))).unwrap();
    let flags = ["init", "desk", "--contact", "https://city.example/desk", "--opml", "subs.opml"];
    let shown = run(home.path(), &[&flags[..], &["--dry-run"]].concat());
    assert!(shown.out.contains("title = \"Desk 2\"") && !home.path().join("desk").exists(), "{shown:?}");
    let made = run(home.path(), &flags);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(made.out.contains("wiredesk run --config desk/wiredesk.toml\n"), "{}", made.out);
    let checked = run(home.path(), &["check", "--config", "desk/wiredesk.toml"]);
    assert!(checked.out.starts_with("2 sources, 1 feed,"), "{checked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_asked_for_what_no_flag_has_told_o80() {
    let origin = office().await;
    let home = tempfile::tempdir().unwrap();
    let page = origin.url("/news/").to_string();
    // The first contact is none, and the first address brings nothing.
    let answers = format!("a b\npress@city.example\nharbour\nftp://a.example/\n{page}\n\n");
    let ran = typed(home.path(), "init --allow-address 127.0.0.1", &answers);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for said in [
        "\"a b\" is neither",
        "About (nothing: all",
        "`ftp:` is not polled",
        "City news",
        "wrote ./config/wiredesk.toml",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    let text = written(home.path());
    assert!(text.contains("terms = [\"harbour\"]") && text.contains("/rss\""), "{text}");
    // Whoever goes away before the end leaves nothing.
    let left = tempfile::tempdir().unwrap();
    let ran = typed(left.path(), "init", "press@city.example\n\u{4}");
    assert!(ran.code == Some(1) && ran.out.contains("so nothing was done"), "{ran:?}");
    assert_eq!(std::fs::read_dir(left.path()).unwrap().count(), 0);
}

/// O81: nobody is left without a configuration and without a word.
#[tokio::test(flavor = "multi_thread")]
async fn what_leads_to_a_first_configuration_is_said_o81() {
    let home = tempfile::tempdir().unwrap();
    for args in [&["run"][..], &["check"], &["status"], &["search", "x"], &["poll"]] {
        let ran = run(home.path(), args);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(
            ran.err.contains("no configuration found: ") && ran.err.contains("; `wiredesk init` makes one"),
            "{ran:?}"
        );
    }
    let named = run(home.path(), &["check", "--config", "mine.toml"]);
    assert!(
        named.err.contains("no such file: mine.toml") && named.err.contains("`wiredesk init` makes one"),
        "{named:?}"
    );
    let add = run(home.path(), &["add", "https://city.example/a?b=c&d"]);
    assert_eq!(add.code, Some(2), "{add:?}");
    assert!(add.err.contains("wiredesk init --source 'https://city.example/a?b=c&d'"), "{}", add.err);
    // At a terminal it is offered, and not pressed upon anybody.
    let ran = typed(home.path(), "add https://city.example/", "n\n");
    assert!(ran.code == Some(1) && ran.out.contains("Make one now, with this source? [Y/n]"), "{ran:?}");
    let origin = office().await;
    let ran = typed(home.path(), &format!("add {}", origin.url("/rss")), "y\n\n\n");
    assert!(ran.out.contains("Your page or e-mail address") && ran.out.contains("is not public"), "{ran:?}");
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}
