//! `docs/limits.md` shows the table of `src/limits`, row by row.

use std::fs;
use std::path::Path;

use wiredesk::limits::{ALL, Limit};

/// The setting that changes a limit, with the least and the most that it may say.
fn setting(limit: &Limit) -> String {
    limit.setting.as_ref().map_or(String::new(), |setting| {
        let [least, most] = [setting.least, setting.most].map(|bound| limit.unit.shown(bound));
        format!("`{}`: {least} to {most}", setting.key)
    })
}

/// The tables as `docs/limits.md` has them.
fn tables() -> String {
    let mut page = String::new();
    for chapter in ALL {
        page.push_str(&format!(
            "\n## {}\n\n| what | at most | beyond it | setting |\n|---|---|---|---|\n",
            chapter.heading
        ));
        for limit in chapter.limits {
            page.push_str(&format!("| {} | {} | {} | {} |\n", limit.name, limit.shown(), limit.beyond, setting(limit)));
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
        assert_eq!(found, wanted, "docs/limits.md differs from src/limits; UPDATE_DOCS=1 writes it anew");
    }
}

#[test]
fn every_limit_stands_once_and_bounds_something() {
    let names: Vec<&str> = ALL.iter().flat_map(|chapter| chapter.limits).map(|limit| limit.name).collect();
    let mut once = names.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), names.len(), "a name stands twice");
    assert!(ALL.iter().flat_map(|chapter| chapter.limits).all(|limit| limit.most > 0 && !limit.beyond.is_empty()));
}
