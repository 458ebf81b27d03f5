//! What publishers send reaches no terminal, log or page's title so that it acts
//! there (check B122).

use crate::desk::{Desk, source};
use crate::origin::Origin;
use crate::reply::Reply;

/// Each acts on a terminal, or hides or turns what stands beside it.
const ACTING: [char; 14] = [
    '\u{1b}',
    '\u{7}',
    '\u{7f}',
    '\u{85}',
    '\u{9b}',
    '\u{9d}',
    '\u{200b}',
    '\u{200e}',
    '\u{202e}',
    '\u{2066}',
    '\u{2028}',
    '\u{feff}',
    '\u{ad}',
    '\u{e0041}',
];

fn hostile(word: &str) -> String {
    let marks: String = ACTING.iter().map(|c| format!("{c}{word}")).collect();
    format!("Mayor {marks}")
}

#[track_caller]
fn plain(what: &str, text: &str) {
    let found = text.chars().find(|c| ACTING.contains(c) || (c.is_control() && !matches!(c, '\n' | '\t')));
    assert_eq!(found, None, "B122: {what} printed it: {text:?}");
}

fn feed() -> String {
    let escaped = |text: String| text.chars().map(|c| format!("&#{};", u32::from(c))).collect::<String>();
    let (title, name) = (escaped(hostile("31m")), escaped(hostile("desk")));
    let guid = escaped(hostile("id"));
    format!(
        "<rss version=\"2.0\"><channel><title>{name}</title><item><guid>{guid}</guid><title>{title}</title>\
         <author>{name}</author><category>{name}</category><pubDate>{name}</pubDate>\
         <link>https://city.example/1</link><description>{title}</description></item></channel></rss>"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_acts_reaches_a_terminal_a_log_or_a_title_b122() {
    let origin = Origin::start().await;
    origin.set("/feed", Reply::ok(feed()));
    origin.set("/html", Reply::ok(format!("<html><title>{}</title><p>{}", hostile("t"), hostile("p"))));
    let rules = source("city", origin.url("/feed"))
        + &source("page", origin.url("/html"))
        + "[[feed]]\nid = \"all\"\ntitle = \"All\"\nbackfill = \"36500d\"\nmatch = 'title:mayor'\n";
    let desk = Desk::new(&rules);
    let file = desk.path("feed.xml");
    std::fs::write(&file, feed()).unwrap();
    let file = file.display().to_string();
    let commands: [&[&str]; 7] = [
        &["-vv", "poll", "--all"],
        &["fetch", &file],
        &["status"],
        &["search", "mayor"],
        &["explain", "all", "https://city.example/1"],
        &["backtest", "all"],
        &["export"],
    ];
    for args in commands {
        for json in [&[][..], &["--json"]] {
            let all = [json, args].concat();
            let ran = desk.run(&all);
            plain(&format!("{all:?} stdout"), &ran.out);
            plain(&format!("{all:?} stderr"), &ran.err);
            assert!(!ran.out.is_empty(), "{all:?}: {ran:?}");
        }
    }
    // Programs read what was sent; people see that something was there.
    let found = desk.runs(&["--json", "search", "mayor"]);
    let found = found.json();
    let title = found[0]["title"].as_str().unwrap();
    assert!(title.contains('\u{202e}'), "{title:?}");
    let shown = desk.runs(&["search", "mayor"]).out;
    assert!(shown.contains("\\u{202e}31m"), "{shown}");

    let mut running = desk.start_with(|command| {
        command.args(["-vv"]).env("RUST_LOG", "wiredesk=trace");
    });
    let page = running.until("/entries/1", |got| got.status == 200).text();
    let title = page.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
    plain("the page's title", title);
    assert!(title.contains("Mayor") && title.contains("\\u{202e}"), "{title:?}");
    running.signal("TERM");
    running.end();
    plain("the daemon's log", &running.log());
}
