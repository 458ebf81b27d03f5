//! Whole configurations, by value: what is written and what comes of it.

use std::fs;
use std::time::Duration;

use crate::filter::Selector;
use crate::model::Republish;
use crate::publish::ContentLevel;
use crate::schedule::Policy;
use crate::store::Location;

use super::*;

const FEEDS: &str = "https://news.example.org";

mod budgets;
mod files;
mod pages;
mod serving;
mod source_files;
mod stores;
mod values;
mod wires;

fn read(text: &str) -> Result<Config, Problems> {
    Config::check(Path::new("conf/w.toml"), text.to_owned())
}

/// Every problem of `text`, a line each.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let problems = read(text).err().map(|problems| problems.to_string()).unwrap_or_default();
    assert_eq!(problems.lines().collect::<Vec<_>>(), expected, "\n{text}");
}

/// The problem of one more key of a source.
#[track_caller]
fn check_source(line: &str, expected: &str) {
    let text = format!("[[source]]\nid = \"a\"\nurl = \"{FEEDS}/a\"\n{line}\n");
    check(&text, &[&format!("conf/w.toml:4:{expected}")]);
}

#[track_caller]
fn check_url(url: &str, expected: &str) {
    check(
        &format!("[[source]]\nid = \"a\"\nurl = \"{url}\"\n"),
        &[&format!("conf/w.toml:3:7: source[a].url: {expected}")],
    );
}

/// The problem of one key of a section.
#[track_caller]
fn check_in(section: &str, line: &str, expected: &str) {
    check(&format!("[{section}]\n{line}\n"), &[&format!("conf/w.toml:2:{expected}")]);
}

#[test]
fn an_empty_file_is_all_defaults() {
    let config = read("").unwrap();
    assert_eq!(config.server.listen, [ListenAt::Tcp(defaults::LISTEN)]);
    assert_eq!(config.server.public_url.as_str(), "http://127.0.0.1:8470/");
    let location = Location::Sqlite("conf/wiredesk.db".into());
    assert_eq!(config.store, StoreSettings { location, keep: defaults::KEEP });
    assert_eq!(config.polling, Polling::default());
    assert_eq!(config.files, [PathBuf::from("conf/w.toml")]);
    let warnings: Vec<String> = config.warnings.iter().map(|w| w.key.clone()).collect();
    assert_eq!(warnings, ["polling.contact", "feed"]);
    let obstacle = config.obstacles().to_string();
    let expected = "conf/w.toml:1:1: source: no source is configured: nothing would be polled (add a [[source]])";
    assert_eq!(obstacle, expected);
}

#[test]
fn everything_that_is_written_arrives() {
    let config = read(
        r#"
[server]
listen = "0.0.0.0:8080"
public_url = "https://example.org/news"
[store]
url = "sqlite:data/w.db"
keep = "90d"
[polling]
contact = "https://example.org/desk"
interval = { min = "10m", max = "12h" }
concurrency = 8
per_host = 2
host_gap = "2s"
refresh_floor = "5m"
timeout = "12s"
max_body = "4 MiB"
allow_addresses = ["10.1.0.0/16", "::1"]
[[source]]
id = "fao"
url = "feed:https://fao.example.cn/rss#top"
kind = "feed"
schedule = "30 8-20 * * 1-5"
timezone = "Asia/Shanghai"
language = "zh-hans-cn"
wire = "fao"
tags = ["office", "china"]
republish = "full"
[lists]
short = ["友城"]
[lists.pairing]
terms = ["sister cit{y,ies}"]
not_inside = ["友城路"]
[[feed]]
id = "cities"
title = "Cities"
sources = ["tag:office", "fao", "*"]
languages = ["ZH"]
match = "title:(@pairing OR @short)"
content = "title"
size = 20
backfill = "7d"
[[feed.sample]]
title = "t"
text = "x"
language = "zh"
in_feed = false
"#,
    )
    .unwrap();
    assert_eq!(config.server.public_url.as_str(), "https://example.org/news/");
    assert_eq!(config.store.location, Location::Sqlite("conf/data/w.db".into()));
    assert_eq!(config.polling.interval_min.as_secs(), 600);
    assert_eq!(config.polling.allow_addresses[1].to_string(), "::1/128");
    let source = &config.sources[0];
    assert_eq!(source.source.url.as_str(), "https://fao.example.cn/rss"); // B35
    assert!(matches!(&source.schedule, Policy::Cron { timezone, .. } if timezone.name() == "Asia/Shanghai"));
    assert_eq!(source.source.language.as_deref(), Some("zh-Hans-CN"));
    assert_eq!((source.source.republish, source.source.tags.len()), (Republish::Full, 2));
    assert_eq!(config.lists.len(), 2);
    assert_eq!(config.lists[0].not_inside, ["友城路"]);
    let feed = &config.feeds[0];
    assert_eq!((feed.channel.content, feed.size), (ContentLevel::Title, 20));
    assert_eq!(feed.rule.languages, ["zh"]);
    assert_eq!(feed.rule.sources[0], Selector::Tag("office".to_owned()));
    assert_eq!(feed.samples[0].at.line, 42);
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);

    let net = config.polling.net_settings();
    let seconds = [net.connect, net.head, net.idle, net.total].map(|d| d.as_secs());
    assert_eq!((seconds, net.max_wire_bytes), ([10, 12, 12, 24], 2 << 20));
    let agent = format!("wiredesk/{} (+https://example.org/desk)", env!("CARGO_PKG_VERSION"));
    assert_eq!(net.user_agent, agent); // P31
}

#[test]
fn the_timeout_that_is_set_is_the_one_that_holds() {
    let check = |secs: u64, expected: [u64; 4]| {
        let polling = Polling { timeout: Duration::from_secs(secs), ..Polling::default() };
        let net = polling.net_settings();
        let found = [net.connect, net.head, net.idle, net.total].map(|d| d.as_secs());
        assert_eq!(found, expected, "connect, head, idle and total of {secs} s");
    };
    check(30, [10, 30, 15, 60]);
    check(60, [20, 60, 30, 120]);
    check(600, [200, 600, 300, 1200]);
    check(21, [10, 21, 15, 42]);
    check(5, [5, 5, 5, 10]);
}

#[test]
fn every_problem_is_told_at_once_b83() {
    check(
        r#"
[server]
listen = "8470"
tls = true
[polling]
interval = { min = "5s", max = "24 hours" }
[[source]]
id = "Bad Id"
url = "https:///rss"
schedule = "0 0 30 2 *"
timezone = "Asia/Shangai"
[[feed]]
id = "f"
sources = ["nobody"]
"#,
        &[
            "conf/w.toml:3:10: server.listen: \"8470\" is not an IP address and port to listen on (write IP:PORT, as \"127.0.0.1:8470\" or \"[::1]:8470\")",
            "conf/w.toml:4:1: server.tls: unknown key `tls` (known here: listen, search, public_url)",
            "conf/w.toml:6:20: polling.interval.min: \"5s\" is too little (1m is the least)",
            "conf/w.toml:6:32: polling.interval.max: \"24 hours\" is not a duration (write \"30s\", \"15m\", \"24h\" or \"30d\")",
            "conf/w.toml:8:6: source[1].id: \"Bad Id\" is not an id: use 1 to 64 of a-z, 0-9 and - (write \"bad-id\"; a `title` may hold anything)",
            "conf/w.toml:9:7: source[1].url: \"https:///rss\" has no host (write https://host/path)",
            "conf/w.toml:10:12: source[1].schedule: \"0 0 30 2 *\" is never due (no calendar has such a day)",
            "conf/w.toml:11:12: source[1].timezone: unknown time zone \"Asia/Shangai\" (did you mean \"Asia/Shanghai\"?)",
            "conf/w.toml:14:12: feed[f].sources[1]: no source has the id \"nobody\" (name ids of sources, \"tag:…\" or \"*\")",
        ],
    );
}

#[test]
fn unknown_keys_are_refused_with_a_suggestion_b85() {
    check("[sever]\n", &["conf/w.toml:1:2: sever: unknown key `sever` (did you mean `server`?)"]);
    check_source("tgas = []", "1: source[a].tgas: unknown key `tgas` (did you mean `tags`?)");
    check_in("polling", "hostgap = \"1s\"", "1: polling.hostgap: unknown key `hostgap` (did you mean `host_gap`?)");
    check(
        "[lists.x]\nterms = [\"a\"]\nnot_insde = []\n",
        &["conf/w.toml:3:1: lists.x.not_insde: unknown key `not_insde` (did you mean `not_inside`?)"],
    );
}

#[test]
fn what_later_versions_know_is_not_accepted_in_silence() {
    let gone = "is not available in this version (leave it out)";
    check_in("server", "admin_token_file = \"t\"", &format!("1: server.admin_token_file: `admin_token_file` {gone}"));
    for key in ["collapse = true", "webhooks = []"] {
        let name = key.split(' ').next().unwrap();
        let expected = format!("conf/w.toml:3:1: feed[f].{name}: `{name}` {gone}");
        check(&format!("[[feed]]\nid = \"f\"\n{key}\n"), &[&expected]);
    }
    check_source("kind = \"fed\"", "8: source[a].kind: \"fed\" is not known (did you mean \"feed\"?)");
}

#[test]
fn wrong_types_are_named_with_what_was_found() {
    check_in(
        "server",
        "listen = 8470",
        "10: server.listen: must be a string, not the number 8470 (write \"127.0.0.1:8470\")",
    );
    check_in("polling", "timeout = 30", "11: polling.timeout: must be a string, not the number 30 (write \"30s\")");
    check_in(
        "polling",
        "concurrency = \"64\"",
        "15: polling.concurrency: must be a whole number, not the string \"64\" (write 64)",
    );
    check_in("polling", "concurrency = 0", "15: polling.concurrency: 0 is not between 1 and 1024 (64 is the default)");
    check_in(
        "polling",
        "allow_addresses = \"::1\"",
        "19: polling.allow_addresses: must be an array, not the string \"::1\" (write [\"192.168.10.0/24\", \"intranet.example.org\"])",
    );
    check_in("store", "keep = 2026-11-23", "8: store.keep: must be a string, not the date 2026-11-23 (write \"400d\")");
    check_source("tags = [\"a\", true]", "14: source[a].tags[2]: must be a string, not true (write \"wire\")");
    check("server = 1\n", &["conf/w.toml:1:10: server: must be a table, not the number 1 (write [server])"]);
    check("[source]\nid = \"a\"\n", &["conf/w.toml:1:1: source: must be an array, not a table (write [[source]])"]);
    check("source = [1]\n", &["conf/w.toml:1:11: source[1]: must be a table, not the number 1 (write [[source]])"]);
    check(
        "[[feed]]\nid = \"f\"\nsample = [{ title = \"t\", in_feed = 1 }]\n",
        &["conf/w.toml:3:36: feed[f].sample[1].in_feed: must be true or false, not the number 1 (write true)"],
    );
}

#[test]
fn nothing_is_defined_twice_b85() {
    let source = |id: &str, path: &str| format!("[[source]]\nid = \"{id}\"\nurl = \"{FEEDS}/{path}\"\n");
    check(
        &(source("a", "1") + &source("a", "2") + &source("b", "1")),
        &[
            "conf/w.toml:5:6: source[a].id: the id \"a\" is taken by the source at conf/w.toml:2:6 (ids are permanent: give the newer one another)",
            "conf/w.toml:9:7: source[b].url: the source `a` at conf/w.toml:3:7 polls the same URL (leave one of them out)",
        ],
    );
    check(
        "[[feed]]\nid = \"f\"\n[[feed]]\nid = \"f\"\n",
        &[
            "conf/w.toml:4:6: feed[f].id: the id is taken by the feed at conf/w.toml:2:6 (ids are permanent: give the newer one another)",
        ],
    );
    check("[server]\n[server]\n", &["conf/w.toml:2:2: duplicate key"]);
}

#[test]
fn what_is_missing_is_asked_for() {
    check(
        "\n[[source]]\n[[feed]]\n[[feed.sample]]\n[lists.x]\n",
        &[
            "conf/w.toml:2:1: source[1].id: is missing (write id = \"un-news\")",
            "conf/w.toml:2:1: source[1].url: is missing (write url = \"https://…\")",
            "conf/w.toml:3:1: feed[1].id: is missing (write id = \"municipal-foreign-affairs\")",
            "conf/w.toml:4:1: feed[1].sample[1].in_feed: is missing (write in_feed = true)",
            "conf/w.toml:4:1: feed[1].sample[1].title: is missing (write title = \"…\")",
            "conf/w.toml:5:8: lists.x: the list has neither terms nor a file (write terms = [\"…\"])",
        ],
    );
}

#[test]
fn feeds_name_sources_that_exist() {
    let check_selector = |selectors: &str, expected: &str| {
        let sources = format!("[[source]]\nid = \"un-news\"\nurl = \"{FEEDS}\"\ntags = [\"agency\"]\n");
        let text = format!("{sources}[[feed]]\nid = \"f\"\nsources = {selectors}\n");
        check(&text, &[&format!("conf/w.toml:7:{expected}")]);
    };
    check_selector(
        "[\"un-new\"]",
        "12: feed[f].sources[1]: no source has the id \"un-new\" (did you mean \"un-news\"?)",
    );
    check_selector(
        "[\"un-news\", \"tag:agancy\"]",
        "23: feed[f].sources[2]: no source has the tag \"agancy\" (did you mean \"tag:agency\"?)",
    );
    check_selector("[]", "11: feed[f].sources: names no source (write [\"*\"], or leave it out, for all)");
}

#[test]
fn several_syntax_errors_are_told_beside_wrong_values() {
    check(
        "[server]\nlisten = \npublic_url = \"ftp://x\"\n[[source]\nid = \"a\"\n[store]\nkeep = 'x\n",
        &[
            "conf/w.toml:2:10: a value is missing",
            "conf/w.toml:3:14: server.public_url: `ftp:` is not polled (use http:// or https://)",
            "conf/w.toml:4:10: unclosed array table, expected `]`",
            "conf/w.toml:7:10: invalid literal string, expected `'`",
        ],
    );
}

#[test]
fn filters_that_cannot_run_stop_the_start() {
    let text = "[lists]\nx = [\"a\"]\n[[feed]]\nid = \"f\"\nmatch = '''\ntitle:@x\nOR @nowhere\n'''\n";
    let problems = read(text).err().unwrap().0;
    let places: Vec<(usize, &str)> = problems.iter().map(|p| (p.at.line, p.key.as_str())).collect();
    assert_eq!(places, [(7, "feed[f].match")]);
}

#[test]
fn safeguards_switched_off_are_warned_about() {
    let text = "[server]\nlisten = \"0.0.0.0:80\"\n[polling]\nhost_gap = \"0s\"\nrefresh_floor = \"0s\"\nallow_addresses = [\"0.0.0.0/0\"]\n";
    let warnings = read(text).unwrap().warnings;
    let places: Vec<(usize, &str)> = warnings.iter().map(|w| (w.at.line, w.key.as_str())).collect();
    let expected = [
        (1, "server.public_url"),
        (4, "polling.host_gap"),
        (5, "polling.refresh_floor"),
        (6, "polling.allow_addresses"),
        (3, "polling.contact"),
        (1, "feed"),
    ];
    assert_eq!(places, expected);
}

#[test]
fn marks_and_line_ends_of_other_systems_do_not_move_places() {
    check(
        "\u{feff}tittle = 1\r\n[sever]\r\n",
        &[
            "conf/w.toml:1:1: tittle: unknown key `tittle` (known here: include, server, store, node, polling, limits, places, source, sources, lists, wires, feed)",
            "conf/w.toml:2:2: sever: unknown key `sever` (did you mean `server`?)",
        ],
    );
    // Columns count characters.
    check(
        "polling = { contact = \"https://例え.jp/\", x = 1 }\n",
        &[
            "conf/w.toml:1:41: polling.x: unknown key `x` (known here: contact, interval, concurrency, per_host, host_gap, refresh_floor, timeout, max_body, allow_addresses)",
        ],
    );
}

#[test]
fn what_a_filter_asks_for_in_vain_is_a_warning_where_it_stands() {
    let text = "[polling]\ncontact = \"mailto:a@example.org\"\n[[source]]\nid = \"un-news\"\n\
        url = \"https://news.example.org/feed.xml\"\n[[feed]]\nid = \"f\"\nmatch = 'mayor AND source:un-new'\n";
    let warnings = read(text).unwrap().warnings;
    let told: Vec<String> = warnings.iter().map(|w| format!("{}:{} {}", w.at.line, w.at.column, w.sentence)).collect();
    assert_eq!(told, ["8:27 no source is called \"un-new\""]);
}
