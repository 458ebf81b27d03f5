//! Which room may import which, and what pure rooms may not know.

use std::collections::HashSet;

use regex::Regex;

use super::scan::{File, files};

/// What every room may import.
const BASE: [&str; 5] = ["model", "limits", "text", "places", "clock"];

/// Rooms that know no runtime, network, database, server or log.
const PURE: [&str; 13] = [
    "model", "limits", "text", "places", "clock", "schedule", "parse", "identity", "newswire", "stories", "filter",
    "publish", "opml",
];

/// Files of other rooms that decide, and so know no more than [`PURE`] rooms do. A name
/// that ends in a slash is a folder.
const PURE_FILES: [&str; 4] = ["plan/decide.rs", "plan/readable.rs", "store/rules/", "store/trusted.rs"];

/// What such a file may not know of its own room: how things are kept, and where.
const EDGES: &str = r"\b(sqlite|postgres|codec|Store|Location)\b";

const IMPURE_CRATES: [&str; 8] =
    ["tokio", "reqwest", "rusqlite", "tokio_postgres", "axum", "hyper", "tracing", "std::net::Tcp"];

/// What a room may import besides [`BASE`] and itself.
fn may_import(room: &str) -> &'static [&'static str] {
    match room {
        "fetch" => &["net"],
        "config" => &["newswire", "stories", "schedule", "filter", "publish", "parse", "fetch", "net", "store", "opml"],
        "plan" => {
            &["config", "identity", "newswire", "stories", "schedule", "filter", "parse", "fetch", "net", "store"]
        }
        "past" => &["plan", "identity", "newswire", "stories", "filter", "store"],
        "poll" => &["plan", "identity", "newswire", "stories", "schedule", "parse", "fetch", "net", "store"],
        "web" => &["config", "plan", "past", "schedule", "filter", "publish", "parse", "store", "opml"],
        "daemon" | "cli" => &[
            "config", "plan", "past", "poll", "web", "daemon", "demo", "identity", "newswire", "stories", "schedule",
            "filter", "publish", "parse", "fetch", "net", "store", "opml",
        ],
        _ => &[],
    }
}

/// Whether it is no room: `lib.rs` and `main.rs`.
fn is_root(room: &str) -> bool {
    ["lib", "main"].contains(&room)
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
    let known: HashSet<&str> = files().iter().map(|file| &*file.room).filter(|room| !is_root(room)).collect();
    let mut wrong = Vec::new();
    // Tests may ask another room what becomes of what theirs has made.
    for file in files().iter().filter(|file| !is_root(&file.room)) {
        for (number, line) in (1..).zip(file.code.lines()) {
            for other in imported(line).iter().map(String::as_str).filter(|other| known.contains(other)) {
                if other != file.room && !BASE.contains(&other) && !may_import(&file.room).contains(&other) {
                    wrong.push(format!("src/{}:{number}: {} imports {other}", file.name, file.room));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "what both rooms need belongs into model\n{}", wrong.join("\n"));
}

/// Files of pure rooms that know the machine all the same, and what of it: somebody has to
/// wait for time to pass.
const KNOWING: [(&str, &str); 1] = [("clock/sleep.rs", "tokio")];

#[test]
fn pure_rooms_know_no_machine() {
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| PURE.contains(&&*file.room)) {
        for name in IMPURE_CRATES {
            if KNOWING.contains(&(&*file.name, name)) {
                continue;
            }
            let path = format!("{name}::");
            let uses = file.code.match_indices(&path);
            wrong.extend(uses.map(|(at, _)| format!("{}: {} knows {name}", file.place(at), file.room)));
        }
    }
    assert!(wrong.is_empty(), "hand in what it needs as a value\n{}", wrong.join("\n"));
}

fn is_pure(file: &File) -> bool {
    PURE_FILES.iter().any(|pure| if pure.ends_with('/') { file.name.starts_with(pure) } else { file.name == *pure })
}

#[test]
fn files_that_decide_know_no_machine_and_no_edge() {
    for pure in PURE_FILES {
        let is_there = |file: &&File| file.name.starts_with(pure);
        assert!(files().iter().any(|file| is_there(&file)), "{pure} is gone: name the file where it lies now");
    }
    let edges = Regex::new(EDGES).unwrap();
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| is_pure(file)) {
        for name in IMPURE_CRATES {
            let path = format!("{name}::");
            let uses = file.code.match_indices(&path);
            wrong.extend(uses.map(|(at, _)| format!("{} knows {name}", file.place(at))));
        }
        wrong.extend(edges.find_iter(&file.code).map(|at| format!("{} knows {}", file.place(at.start()), at.as_str())));
        for (number, line) in (1..).zip(file.code.lines()) {
            for other in imported(line).iter().map(String::as_str) {
                if other != file.room && !PURE.contains(&other) {
                    wrong.push(format!("src/{}:{number}: imports {other}", file.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "hand in what it needs as a value\n{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_imports_sees_what_is_written() {
    let check = |line: &str, expected: &[&str]| assert_eq!(imported(line), expected, "{line}");
    check("use crate::model::Entry;", &["model"]);
    check("use crate::{fetch, net::{Client, guard}, parse};", &["fetch", "net", "parse"]);
    check("let x = crate::store::open(crate::model::x);", &["store", "model"]);
    check("$crate::nothing", &[]);
}
