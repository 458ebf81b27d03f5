//! Whole configurations, by value: what is written and what comes of it.

use std::fs;

use crate::filter::Selector;
use crate::model::Republish;
use crate::publish::ContentLevel;
use crate::schedule::Policy;

use super::*;

const FEEDS: &str = "https://news.example.org";

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
    assert_eq!(config.server.listen, defaults::LISTEN);
    assert_eq!(config.server.public_url.as_str(), "http://127.0.0.1:8470/");
    assert_eq!(config.store, Store { path: "conf/wiredesk.db".into(), keep: defaults::KEEP });
    assert_eq!(config.polling, Polling::default());
    assert_eq!(config.files, [PathBuf::from("conf/w.toml")]);
    let warnings: Vec<String> = config.warnings.iter().map(|w| w.key.clone()).collect();
    assert_eq!(warnings, ["polling.contact", "source", "feed"]);
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
match = "title:@pairing"
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
    assert_eq!(config.store.path, PathBuf::from("conf/data/w.db"));
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
            "conf/w.toml:3:10: server.listen: \"8470\" is not an address to listen on (write IP:PORT, as \"127.0.0.1:8470\" or \"[::1]:8470\")",
            "conf/w.toml:4:1: server.tls: unknown key `tls` (known here: listen, public_url)",
            "conf/w.toml:6:20: polling.interval.min: \"5s\" is too little (1m is the least)",
            "conf/w.toml:6:32: polling.interval.max: \"24 hours\" is not a duration (write \"30s\", \"15m\", \"24h\" or \"30d\")",
            "conf/w.toml:8:6: source[1].id: \"Bad Id\" is not an id: use 1 to 64 of a-z, 0-9 and -",
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
    check_in("lists.x", "terms = [\"a\"]\nnot_insde = []", "");
}
