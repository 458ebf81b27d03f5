use crate::schedule::{Budget, First};

use super::*;

#[test]
fn a_sources_own_limits_go_over_the_desks_b123() {
    let source = |id: &str, line: &str| format!("[[source]]\nid = \"{id}\"\nurl = \"{FEEDS}/{id}\"\n{line}\n");
    let desk = "[limits]\nentries_per_day = 300\nbytes_per_day = \"8 MiB\"\n";
    let own = "limits = { entries_per_day = 5_000_000, warnings_per_day = 1 }";
    let config = read(&(source("a", "") + &source("b", own) + desk)).unwrap();
    let budgets: Vec<Budget> = config.sources.iter().map(|s| s.budget).collect();
    let above = Budget { entries: 300, bytes: 8 << 20, first: First::Bound, ..Budget::default() };
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
    let problems = read("[limits]\nbytes_per_day = \"1 KiB\"\n").err().unwrap().to_string();
    assert!(problems.starts_with("conf/w.toml:2:17: limits.bytes_per_day: "), "{problems}");
}
