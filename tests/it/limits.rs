//! `docs/limits.md` shows the table of `src/limits.rs`, row by row.

use std::fs;
use std::path::Path;

use wiredesk::limits::{ALL, Limit, Unit};

/// A limit's value as people write it.
fn shown(limit: &Limit) -> String {
    let divided = |most: u64, by: u64, unit: &str| {
        most.is_multiple_of(by).then(|| format!("{} {unit}", most / by)).filter(|_| most >= by)
    };
    match limit.unit {
        Unit::Bytes => divided(limit.most, 1 << 20, "MiB")
            .or_else(|| divided(limit.most, 1 << 10, "KiB"))
            .unwrap_or_else(|| format!("{} bytes", limit.most)),
        Unit::Count | Unit::Levels => {
            let digits = limit.most.to_string();
            let groups: Vec<&str> =
                digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).unwrap()).collect();
            groups.join(",")
        }
        Unit::Milliseconds => divided(limit.most, 3_600_000, "h")
            .or_else(|| divided(limit.most, 60_000, "min"))
            .or_else(|| divided(limit.most, 1_000, "s"))
            .unwrap_or_else(|| format!("{} ms", limit.most)),
    }
}

/// The tables as `docs/limits.md` has them.
fn tables() -> String {
    let mut page = String::new();
    for part in ALL {
        page.push_str(&format!(
            "\n## {}\n\n| what | at most | beyond it | setting |\n|---|---|---|---|\n",
            part.heading
        ));
        for limit in part.limits {
            let setting = limit.setting.map_or(String::new(), |setting| format!("`{setting}`"));
            page.push_str(&format!("| {} | {} | {} | {setting} |\n", limit.name, shown(limit), limit.beyond));
        }
    }
    page
}

#[test]
fn the_page_of_limits_shows_the_table_that_the_code_uses() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/limits.md");
    let page = fs::read_to_string(&path).unwrap();
    let start = page.find("\n## ").expect("docs/limits.md has chapters");
    let (wanted, found) = (tables(), &page[start..]);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, format!("{}{wanted}", &page[..start])).unwrap();
    } else {
        assert_eq!(found, wanted, "docs/limits.md differs from src/limits.rs; UPDATE_DOCS=1 writes it anew");
    }
}

#[test]
fn every_limit_stands_once_and_bounds_something() {
    let names: Vec<&str> = ALL.iter().flat_map(|part| part.limits).map(|limit| limit.name).collect();
    let mut once = names.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), names.len(), "a name stands twice");
    assert!(ALL.iter().flat_map(|part| part.limits).all(|limit| limit.most > 0 && !limit.beyond.is_empty()));
}
