//! The house's map, enforced: which room may import which, and what pure rooms
//! may not know.

use std::fs;
use std::path::{Path, PathBuf};

/// What every room may import.
const BASE: [&str; 3] = ["model", "text", "clock"];

/// Rooms that know no runtime, network, database, server or log.
const PURE: [&str; 9] = ["model", "text", "clock", "schedule", "parse", "identity", "filter", "publish", "opml"];

const IMPURE_CRATES: [&str; 7] = ["tokio", "reqwest", "rusqlite", "axum", "hyper", "tracing", "std::net::Tcp"];

/// What a room may import besides [`BASE`] and itself.
fn may_import(room: &str) -> &'static [&'static str] {
    match room {
        "fetch" => &["net"],
        "config" => &["schedule", "filter", "publish", "parse", "fetch", "net", "store"],
        "poll" => &["config", "identity", "schedule", "filter", "publish", "parse", "fetch", "net", "store"],
        "web" => &["config", "poll", "schedule", "filter", "publish", "parse", "store", "opml"],
        "daemon" | "cli" => &[
            "config", "poll", "web", "daemon", "demo", "identity", "schedule", "filter", "publish", "parse", "fetch",
            "net", "store", "opml",
        ],
        _ => &[],
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Every file of the crate with the room it lies in and its text.
fn rooms() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    files
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&root).unwrap();
            let first = inside.iter().next().unwrap().to_string_lossy().replace(".rs", "");
            (first, inside.display().to_string(), fs::read_to_string(&path).unwrap())
        })
        .filter(|(room, ..)| room != "lib" && room != "main")
        .collect()
}

/// Whether a file holds unit tests and nothing else.
fn is_test(file: &str) -> bool {
    file.ends_with("tests.rs") || file.contains("tests/")
}

/// Comments may name what code may not.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines()).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Rooms named by `crate::` paths of a line, `use crate::{a, b}` included.
fn imported(line: &str) -> Vec<String> {
    let word = |s: &str| s.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        if at > 0 && line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &line[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => found.push(word(rest)),
            Some(list) => {
                let (mut depth, mut start) = (0, true);
                for (i, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if start && !c.is_whitespace() => {
                            found.push(word(&list[i..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    found.retain(|room| !room.is_empty());
    found
}

#[test]
fn rooms_import_only_what_the_map_allows() {
    let all = rooms();
    let names: Vec<&String> = all.iter().map(|(room, ..)| room).collect();
    let mut wrong = Vec::new();
    // Tests may ask another room what becomes of what theirs has made.
    for (room, file, text) in all.iter().filter(|(_, file, _)| !is_test(file)) {
        for (number, line) in code(text) {
            for other in imported(line) {
                let known = names.contains(&&other);
                let allowed =
                    other == *room || BASE.contains(&other.as_str()) || may_import(room).contains(&other.as_str());
                if known && !allowed {
                    wrong.push(format!("{file}:{number}: {room} imports {other}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_rooms_know_no_machine() {
    let mut wrong = Vec::new();
    for (room, file, text) in rooms().iter().filter(|(room, ..)| PURE.contains(&room.as_str())) {
        for (number, line) in code(text) {
            for name in IMPURE_CRATES {
                if line.contains(&format!("{name}::")) {
                    wrong.push(format!("{file}:{number}: {room} knows {name}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sql_stands_in_the_store_alone() {
    let mut wrong = Vec::new();
    for (_, file, text) in rooms().iter().filter(|(_, file, _)| !file.starts_with("store/sqlite")) {
        for (number, line) in code(text) {
            if ["SELECT ", "INSERT INTO", "UPDATE source", "DELETE FROM", "rusqlite::"].iter().any(|w| line.contains(w))
            {
                wrong.push(format!("{file}:{number}: {}", line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_keep_to_the_houses_size_and_leave_nothing_open() {
    let mut wrong = Vec::new();
    for (_, file, text) in rooms() {
        let code_lines = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count();
        if code_lines > 400 && !is_test(&file) {
            wrong.push(format!("{file}: {code_lines} lines"));
        }
        for (number, line) in code(&text) {
            if ["todo!(", "unimplemented!(", "dbg!("].iter().any(|w| line.contains(w)) {
                wrong.push(format!("{file}:{number}: {}", line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_imports_sees_what_is_written() {
    let check = |line: &str, expected: &[&str]| assert_eq!(imported(line), expected, "{line}");
    check("use crate::model::Entry;", &["model"]);
    check("use crate::{fetch, net::{Client, guard}, parse};", &["fetch", "net", "parse"]);
    check("let x = crate::store::open(crate::model::x);", &["store", "model"]);
    check("$crate::nothing", &[]);
}
