//! What the documents name exists.

use std::collections::BTreeSet;
use std::fs;

use regex::Regex;

use super::Found;
use super::hold;
use super::scan::{files_below, root};

/// Paths that are named and do not exist, by page and path. To be emptied.
const MISSING: &[(&str, usize)] = &[];

#[test]
fn paths_in_documents_exist() {
    let path = Regex::new(r"\b(?:src|docs|tests|benches|scripts|fuzz|migrations)/[\w./-]*\w").unwrap();
    let mut pages = vec![root().join("README.md")];
    files_below(&root().join("docs"), &["md"], &mut pages);
    let (mut found, mut seen) = (Found::new(), 0);
    for page in pages {
        let name = page.strip_prefix(root()).unwrap().display().to_string();
        for (number, line) in (1..).zip(fs::read_to_string(&page).unwrap().lines()) {
            for named in path.find_iter(line).filter(|named| !is_part_of_url(line, named.start())) {
                // `src/cli/COMMAND.rs` stands for any.
                if named.as_str().contains(char::is_uppercase) {
                    continue;
                }
                seen += 1;
                if !root().join(named.as_str()).exists() {
                    let place = format!("{name}:{number}");
                    found.entry(format!("{name} {}", named.as_str())).or_default().push(place);
                }
            }
        }
    }
    assert!(seen > 20, "only {seen} paths are seen");
    hold(&found, MISSING, "docs", "name the file where it lies now");
}

/// Whether what begins at byte `at` stands in a longer path.
fn is_part_of_url(line: &str, at: usize) -> bool {
    line[..at].ends_with(['/', '-', '.', '~', '$', '}'])
}

#[test]
fn the_map_shows_every_room() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let rooms: BTreeSet<&str> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let page = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let map = page.split("```").nth(1).expect("the map is the first block");
    let word = Regex::new(r"(?m)(?:^|  )([a-z]+)  ").unwrap();
    let shown: BTreeSet<&str> = map
        .lines()
        .flat_map(|line| word.captures_iter(line).map(|found| found.get(1).unwrap().as_str()))
        .filter(|name| root().join("src").join(name).exists() || root().join(format!("src/{name}.rs")).exists())
        .collect();
    assert_eq!(shown, rooms, "docs/architecture.md: the rooms of src/lib.rs");
}
