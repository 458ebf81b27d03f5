use crate::schedule::{Budget, FirstDocument};

use super::*;

#[test]
fn a_sources_own_limits_go_over_the_desks_b123() {
    let source = |id: &str, line: &str| format!("[[source]]\nid = \"{id}\"\nurl = \"{FEEDS}/{id}\"\n{line}\n");
    let desk = "[limits]\nentries_per_day = 300\nbytes_per_day = \"8 MiB\"\n";
    let own = "limits = { entries_per_day = 5_000_000, warnings_per_day = 1 }";
    let config = read(&(source("a", "") + &source("b", own) + desk)).unwrap();
    let budgets: Vec<Budget> = config.sources.iter().map(|s| s.budget).collect();
    let above = Budget { entries: 300, bytes: 8 << 20, first: FirstDocument::Bound, ..Budget::default() };
    assert_eq!(budgets, [above, Budget { entries: 5_000_000, warnings: 1, ..above }], "wherever [limits] stands");
    let config = read(&source("a", "")).unwrap();
    assert_eq!(config.sources[0].budget, Budget::default());
}

#[test]
fn limits_are_checked_like_all_else() {
    check_in(
        "limits",
        "entries_per_day = 0",
        "19: limits.entries_per_day: 0 is not between 1 and 10000000 (20000 is the default)",
    );
    check_in(
        "limits",
        "entries = 5",
        "1: limits.entries: unknown key `entries` (known here: entries_per_day, bytes_per_day, warnings_per_day)",
    );
    check_source(
        "limits = { entry_per_day = 5 }",
        "12: source[a].limits.entry_per_day: unknown key `entry_per_day` (did you mean `entries_per_day`?)",
    );
    let sizes = |text: &str, expected: &str| {
        check_in("limits", &format!("bytes_per_day = \"{text}\""), &format!("17: limits.bytes_per_day: {expected}"));
    };
    sizes("1 KiB", "\"1 KiB\" is too little (4096 KiB is the least)");
    sizes("1 MiB", "\"1 MiB\" is too little (4 MiB is the least)");
    sizes("1 kB", "\"1 kB\" is too little (4 MiB is the least)");
    sizes("5000 GiB", "\"5000 GiB\" is too much (1024 GiB is the most)");
    check(
        "limits = 5\n",
        &["conf/w.toml:1:10: limits: must be a table, not the number 5 \
           (write [limits] on a line of its own, and below it entries_per_day = 20000)"],
    );
    check_source(
        "limits = 5",
        "10: source[a].limits: must be a table, not the number 5 (write limits = { entries_per_day = 20000 })",
    );
}

#[test]
fn what_is_opened_is_named_as_it_has_to_be_b33() {
    let check = |written: &str, expected: &str| {
        let line = format!("allow_addresses = [\"{written}\"]");
        check_source(&line, &format!("20: source[a].allow_addresses[1]: \"{written}\" {expected}"));
    };
    let with_port = "is an address with a port: an address is opened with all its ports";
    check("127.0.0.1:9913", &format!("{with_port} (write \"127.0.0.1\")"));
    check("127.0.0.1:99999", &format!("{with_port} (write \"127.0.0.1\")"));
    check("[::1]:80", &format!("{with_port} (write \"::1\")"));
    let no_port =
        "ends in no port (write \"wiki\" for the ports of its sources, or a port from 1 to 65535: \"wiki:8080\")";
    check("wiki:99999", no_port);
    check("wiki:0", no_port);
    check("wiki:", no_port);
    check("https://wiki.example/feed", "is a whole URL (write its host: \"wiki.example\")");
    let config = read(&format!(
        "[[source]]\nid = \"a\"\nurl = \"{FEEDS}\"\nallow_addresses = [\"wiki:8080\", \"::1\", \"wiki\"]\n"
    ));
    let opened = &config.unwrap().sources[0].access.opened;
    assert_eq!((opened.networks.len(), opened.hosts.len(), opened.hosts[0].port), (1, 2, Some(8080)));
}

#[test]
fn a_source_that_polling_will_refuse_is_told_b161() {
    let warned = |url: &str, more: &str| -> Vec<String> {
        let text = format!("{more}[[source]]\nid = \"a\"\nurl = \"{url}\"\n");
        let config = read(&text).unwrap();
        let told = config.warnings.iter().filter(|warning| warning.key == "source[a].url");
        told.map(|warning| format!("{} ({})", warning.sentence, warning.hint.as_deref().unwrap_or_default())).collect()
    };
    let remedy = |host: &str| format!("(if it is meant, write allow_addresses = [\"{host}\"] in this source)");
    let expected = format!("10.0.0.5 is not public (private): polls of it are refused {}", remedy("10.0.0.5"));
    assert_eq!(warned("http://10.0.0.5/feed", ""), [expected]);
    let expected = format!("::1 is not public (loopback): polls of it are refused {}", remedy("::1"));
    assert_eq!(warned("http://[::1]:8080/feed", ""), [expected]);
    let named = "wiki is not public (a name without a domain): polls of it are refused if it leads to such an address";
    assert_eq!(warned("http://wiki/feed", ""), [format!("{named} {}", remedy("wiki"))]);
    assert!(warned("http://169.254.169.254/latest", "")[0].contains("metadata service"));
    let nothing: [String; 0] = [];
    assert_eq!(warned("https://news.example.org/feed", ""), nothing);
    assert_eq!(warned("http://10.0.0.5/feed", "[polling]\nallow_addresses = [\"10.0.0.0/8\"]\n"), nothing);
    assert_eq!(warned("http://wiki/feed\"\nallow_addresses = [\"wiki\"] # \"", ""), nothing);
}
