//! Typical mistakes at the command line and in the configuration, and what each is told: what
//! is wrong, and what to write instead (O87).

use crate::desk::{Desk, source};

/// A configuration without a mistake.
fn good() -> String {
    source("city", "http://127.0.0.1:9/rss") + "[[feed]]\nid = \"all\"\ntitle = \"All\"\nmatch = \"title:harbour\"\n"
}

/// Mistakes in the configuration: what is written instead of what, and what `check` says.
const WRITTEN: &[(&str, &str, &str)] = &[
    ("title = \"All\"", "tittle = \"All\"", "unknown key `tittle`|did you mean `title`?"),
    ("[[feed]]", "[feeds]", "unknown key `feeds`|did you mean `feed`?"),
    ("title = \"All\"", "title = “All”", "these quotes are a word processor's; write \" on both sides"),
    ("title = \"All\"", "title = \"All", "invalid basic string"),
    ("title = \"All\"", "title = All", "string values must be quoted"),
    ("title = \"All\"", "title =", "a value is missing"),
    ("title = \"All\"", "title = 5", "must be a string, not the number 5"),
    ("id = \"city\"", "id = \"City News\"", "is not an id|write \"city-news\"; a `title` may hold anything"),
    ("id = \"city\"\n", "", "source[1].id: is missing"),
    ("url = \"http://127.0.0.1:9/rss\"\n", "", "url: is missing"),
    ("http://127.0.0.1:9/rss", "city.example/rss", "the address has no scheme|begin it with https://"),
    ("http://127.0.0.1:9/rss", "ftp://city.example/rss", "ftp"),
    ("republish = \"full\"", "republish = \"all\"", "write one of: link, excerpt, full"),
    ("republish = \"full\"", "timezone = \"GMT+1\"", "write \"Etc/GMT-1\"|\"Europe/Berlin\""),
    ("republish = \"full\"", "timezone = \"UTC+5:30\"", "write a city of that zone, as \"Asia/Kolkata\""),
    ("republish = \"full\"", "timezone = \"PST\"", "letters are no zone"),
    ("republish = \"full\"", "timezone = \"Berlin\"", "did you mean \"Europe/Berlin\"?"),
    ("republish = \"full\"", "timezone = \"Europe/Berln\"", "did you mean \"Europe/Berlin\"?"),
    ("republish = \"full\"", "schedule = \"hourly\"", "is not a schedule|\"every 30m\""),
    ("republish = \"full\"", "schedule = \"every 10s\"", "polls more often than every 1m"),
    ("republish = \"full\"", "schedule = \"*/10 8-20 * *\"", "it has 4 fields"),
    ("republish = \"full\"", "schedule = \"0 0 30 2 *\"", "is never due|no calendar has such a day"),
    ("republish = \"full\"", "language = \"english\"", "is not a language"),
    ("republish = \"full\"", "language = \"en_GB\"", "write \"en-GB\""),
    ("republish = \"full\"", "tags = \"wire\"", "tags"),
    ("republish = \"full\"", "tags = [\"two words\"]", "is not a tag|write one word"),
    ("republish = \"full\"", "kind = \"html\"", "write one of: feed, sitemap, page"),
    ("republish = \"full\"", "kind = \"page\"", "needs [source.page] with selectors|wiredesk fetch URL --page"),
    ("republish = \"full\"", "kind = \"page\"\n[source.page]\nentries = \"ul >\"", "nothing follows `>`"),
    ("republish = \"full\"", "full_text = \"yes\"", "full_text"),
    ("republish = \"full\"", "title = \"a\\nb\"", "write it on one line"),
    ("title:harbour", "harbour strike", "nothing joins harbour and strike|write harbour AND strike"),
    ("title:harbour", "harbour and strike", "operators are written in upper case"),
    ("title:harbour", "@harbor", "there is no list \"harbor\"|define [lists.harbor]"),
    ("title:harbour", "headline:harbour", "there is no field \"headline\"|fields are title"),
    ("title:harbour", "(harbour", "is never closed"),
    ("title:harbour", "", "match"),
    ("title = \"All\"", "sources = [\"town\"]", "no source has the id \"town\""),
    ("title = \"All\"", "sources = [\"tag:wire\"]", "no source has the tag \"wire\""),
    ("title = \"All\"", "content = \"everything\"", "write one of"),
    ("title = \"All\"", "size = \"50\"", "size"),
    ("title = \"All\"", "backfill = \"30\"", "is not a duration|write \"30s\", \"15m\", \"24h\" or \"30d\""),
    ("127.0.0.1:0", "127.0.0.1", "write IP:PORT, as \"127.0.0.1:8470\""),
    ("127.0.0.1:0", "localhost:8470", "write IP:PORT, as \"127.0.0.1:8470\""),
    ("https://example.org/desk", "press@city.example", "write \"mailto:press@city.example\""),
    ("host_gap = \"0s\"", "host_gap = \"1\"", "is not a duration"),
    ("host_gap = \"0s\"", "max_body = \"20\"", "max_body"),
    ("[\"127.0.0.0/8\"]", "[\"127.0.0.0/40\"]", "allow_addresses"),
    ("[polling]", "[poling]", "unknown key `poling`|did you mean `polling`?"),
];

/// Mistakes at the command line of a desk that was never polled, and what is said.
const TYPED: &[(&[&str], &str)] = &[
    (&["stauts"], "unrecognized subcommand 'stauts'|'status'"),
    (&["status", "--failling"], "'--failing'"),
    (&["status", "--watch=0"], "0 is not in 1..=86400"),
    (&["add"], "<URL>"),
    (&["add", "press@city.example"], "is a mailbox, which is not polled"),
    (&["add", "ftp://city.example/"], "use http:// or https://"),
    (&["add", "./feed.xml"], "is a file, and sources are URLs; `wiredesk fetch` reads files"),
    (&["add", "--id", "City News", "city.example"], "is not an id: use 1 to 64"),
    (&["add", "http://10.0.0.1/"], "10.0.0.1 is not public (private)|allow_addresses = [\"10.0.0.1\"]"),
    (&["add", "http://169.254.169.254/"], "a cloud's metadata service"),
    (&["poll", "ctiy"], "no source \"ctiy\" is configured; see: wiredesk status"),
    (&["search", "harbour and x"], "no store|upper case"),
    (&["search", "harbour", "--sort", "date"], "possible values: arrived, published"),
    (&["explain", "al", "1"], "no store|no feed \"al\" is configured; there are: all"),
    (&["backtest", "all", "--since", "30"], "write 30d, 12h or 90m"),
    (&["fetch", "feed.xml"], "cannot be read"),
    (&["import", "feed.opml"], "cannot be read"),
    (&["import", "-"], "standard input: empty"),
    (&["init"], "is there already, and stays as it is"),
    (&["init", "other"], "give a folder or --config, not both"),
    (&["store", "copy"], "--to <URL>"),
    (&["completions", "dash"], "possible values: bash"),
    (&["verify", "nowhere.db"], "nowhere.db"),
];

/// Each word behind a bar is said as well; of one that begins with "no store", any will do.
fn says(said: &str, expected: &str) -> bool {
    let mut parts = expected.split('|');
    if expected.starts_with("no store") {
        parts.any(|part| said.contains(part))
    } else {
        parts.all(|part| said.contains(part))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_wrongly_is_told_with_what_to_write_o87() {
    let desk = Desk::new(&good());
    desk.runs(&["check"]);
    let before = std::fs::read_to_string(desk.config()).unwrap();
    for (right, wrong, expected) in WRITTEN {
        assert!(before.contains(right), "{right}");
        std::fs::write(desk.config(), before.replacen(right, wrong, 1)).unwrap();
        let ran = desk.run(&["check"]);
        assert_eq!(ran.code, Some(1), "{wrong}: {ran:?}");
        assert!(says(&ran.err, expected), "{wrong}: {}", ran.err);
        assert!(ran.err.contains("wiredesk.toml:"), "{wrong}: the place is told: {}", ran.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_wrongly_is_told_with_what_to_type_o87() {
    let desk = Desk::new(&good());
    for (args, expected) in TYPED {
        let ran = desk.run(args);
        assert!(matches!(ran.code, Some(1 | 2)), "{args:?}: {ran:?}");
        assert!(says(&(ran.err.clone() + &ran.out), expected), "{args:?}: {ran:?}");
        assert!(!ran.err.contains("panicked"), "{args:?}: {ran:?}");
    }
}
