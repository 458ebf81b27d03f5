//! The larger corpus, where it is at hand: whole captures of news feeds, the
//! suites of other parsers, broken feeds. `docs/reading.md` tells the figures.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::*;

mod broken;
mod captures;
mod differences;
mod expected;
mod feedparser;
mod feedrs;
mod gofeed;
mod stress;

fn corpus(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus").join(folder);
    if !path.is_dir() {
        eprintln!("skipped: no corpus at {}", path.display());
        return None;
    }
    Some(path)
}

/// Every file under `folder`, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// The rows of `expectations.jsonl` under `folder`, each with its document,
/// its name within `folder` and its bytes.
fn rows(folder: &Path) -> Vec<(String, Vec<u8>, Value)> {
    let mut found = Vec::new();
    let inside = files(folder);
    for list in inside.iter().filter(|path| path.ends_with("expectations.jsonl")) {
        for line in std::fs::read_to_string(list).unwrap().lines() {
            let row: Value = serde_json::from_str(line).unwrap();
            let name = row["file"].as_str().unwrap();
            let below = |path: &&PathBuf| path.starts_with(list.parent().unwrap()) && path.ends_with(name);
            let path = inside.iter().find(below).unwrap_or_else(|| panic!("{name} is listed and not there"));
            let shown = path.strip_prefix(folder).unwrap().display().to_string();
            found.push((shown, std::fs::read(path).unwrap(), row));
        }
    }
    found
}

/// Prints how many of `all` are `met`, and fails below `percent`.
fn meets(what: &str, met: usize, all: usize, percent: usize) {
    eprintln!("{what}: {met} of {all} ({:.1} %)", 100.0 * met as f64 / all.max(1) as f64);
    assert!(all > 0, "{what}: nothing was compared");
    assert!(met * 100 >= all * percent, "{what}: {met} of {all} is less than {percent} %");
}
