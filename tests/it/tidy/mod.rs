//! The house's map, enforced: which room may import which, what pure rooms may
//! not know, and that every check that is cited is defined in `docs/checks.md`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What every room may import.
const BASE: [&str; 4] = ["model", "limits", "text", "clock"];

/// Rooms that know no runtime, network, database, server or log.
const PURE: [&str; 10] =
    ["model", "limits", "text", "clock", "schedule", "parse", "identity", "filter", "publish", "opml"];

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

fn files_below(folder: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, extensions, found);
        } else if path.extension().is_some_and(|e| extensions.iter().any(|one| e == *one)) {
            found.push(path);
        }
    }
}

/// Every file of the crate with the room it lies in and its text.
fn rooms() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    files_below(&root, &["rs"], &mut files);
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

/// Whoever went to an HTML parser past its bounds could be held up by any page.
#[test]
fn html_meets_a_parser_in_two_places_b106() {
    const WAYS: [(&str, &str); 8] = [
        ("html5ever", "text/tree"),
        ("Tokenizer::new(", "text/tree"),
        ("dom_query::Document", "text/tree"),
        ("Html::parse", "text/tree"),
        ("Html::new", "text/tree"),
        ("Readability::with_document(page", "parse/article.rs"),
        ("Readability::new", ""),
        // What is sanitised is written anew before.
        ("clean(&nested(", "publish/sanitize.rs"),
    ];
    let mut met = vec![0; WAYS.len()];
    for (_, file, text) in rooms() {
        for (at, line) in code(&text).filter(|_| !is_test(&file)) {
            for (n, (way, place)) in WAYS.iter().enumerate().filter(|(_, (way, _))| line.contains(way)) {
                // The article's tree is made in one place and named where it is used.
                let named = file == "parse/article.rs" && line.starts_with("use dom_query::Document");
                assert!(
                    !place.is_empty() && file.starts_with(place) || named,
                    "{file}:{at} goes past the bounds: {way}"
                );
                met[n] += 1;
            }
            assert!(!line.contains("ammonia") || file == "publish/sanitize.rs", "{file}:{at} names the sanitiser");
            assert!(!line.contains(".clean(") || line.contains(".clean(&nested("), "{file}:{at}: {line}");
            assert!(!line.contains("Document::from") && !line.contains("Document::fragment"), "{file}:{at}: {line}");
        }
    }
    let unmet: Vec<&str> = WAYS.iter().zip(met).filter(|(_, met)| *met == 0).map(|((way, _), _)| *way).collect();
    assert_eq!(unmet, ["Html::parse", "Readability::new"], "what this looks for has another name now");
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

/// `{:?}` shows vowel signs of many scripts as numbers, so no message is made with it:
/// whatever is quoted goes through `text::quote`.
#[test]
fn no_message_shows_text_as_programmers_see_it_b136() {
    // What is made there is hashed or compared, and never shown.
    const HASHED: [&str; 2] = ["poll/edition.rs", "publish/cleaned.rs"];
    const WAYS: [&str; 5] = [":?}", ":#?}", "escape_debug", "escape_default", "escape_unicode"];
    let mut wrong = Vec::new();
    for (_, file, text) in rooms().iter().filter(|(_, file, _)| !is_test(file)) {
        let before_tests = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
        for (number, line) in code(before_tests) {
            if WAYS.iter().any(|way| line.contains(way)) && !HASHED.contains(&file.as_str()) {
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

/// Lines that may cite checks, with their places: all of code and prose, and the
/// comments of the corpus, whose feeds may say anything.
fn citing_lines() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("README.md"), root.join("CHANGELOG.md")];
    for folder in ["src", "tests", "benches", "fuzz", "docs"] {
        files_below(&root.join(folder), &["rs", "md", "xml", "json", "html"], &mut files);
    }
    let mut lines = Vec::new();
    for path in files {
        // The corpus holds documents in other charsets: they cite nothing.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let inside = path.strip_prefix(root).unwrap();
        let is_prose = path.extension().is_some_and(|e| e == "rs" || e == "md");
        for (number, line) in (1..).zip(text.lines()) {
            if is_prose || line.contains("<!--") || line.contains("_comment") {
                lines.push((format!("{}:{number}", inside.display()), line.to_owned()));
            }
        }
    }
    lines
}

/// The check that a word names, as `B44` does.
fn check_named(word: &str) -> Option<String> {
    let (kind, number) = word.split_at_checked(1)?;
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    (is_number && ["P", "O", "B", "R"].contains(&kind)).then(|| word.to_owned())
}

/// Checks cited by a line: as words (`check P17`, `"B9 short"`) and as parts of
/// a test's name (`…_o16_o23`).
fn cited(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = line;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        if length == 0 {
            before = first;
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (word, behind) = rest.split_at(length);
        if word.contains('_') && !first.is_ascii_digit() {
            found.extend(
                word.split('_')
                    .filter(|part| !part.contains(char::is_uppercase))
                    .filter_map(|part| check_named(&part.to_uppercase())),
            );
        // `%B8` is a byte of a URL, `P-256` and `U+B0` are other people's numbers.
        } else if !"%-+\\".contains(before) {
            found.extend(check_named(word));
        }
        rest = behind;
    }
    found
}

/// Every check that a table of `docs/checks.md` defines, with how many times.
fn defined() -> BTreeMap<String, u32> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/checks.md");
    let mut checks = BTreeMap::new();
    for row in fs::read_to_string(path).unwrap().lines().filter_map(|line| line.strip_prefix("| ")) {
        if let Some(check) = row.split(' ').next().and_then(check_named) {
            *checks.entry(check).or_default() += 1;
        }
    }
    checks
}

#[test]
fn checks_are_defined_once() {
    let checks = defined();
    assert!(checks.len() > 190, "only {} checks are seen", checks.len());
    let wrong: Vec<String> =
        checks.iter().filter(|(_, times)| **times > 1).map(|(check, _)| format!("{check}: defined twice")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_check_that_is_cited_is_defined() {
    let checks = defined();
    let (mut citations, mut wrong) = (0, Vec::new());
    for (place, line) in citing_lines() {
        for check in cited(&line) {
            citations += u32::from(!place.starts_with("docs/checks.md"));
            if !checks.contains_key(&check) {
                wrong.push(format!("{place}: {check} is not in docs/checks.md"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(citations > 400, "only {citations} citations are seen");
}

#[test]
fn citations_are_seen_as_they_are_written() {
    let check = |line: &str, expected: &[&str]| assert_eq!(cited(line), expected, "{line}");
    check("/// Waits (checks P8 to P24, R23); B61.", &["P8", "P24", "R23", "B61"]);
    check("async fn b2_b3_bombs_stop_o16() {", &["B2", "B3", "O16"]);
    check("(\"B9 short\", x), // B35", &["B9", "B35"]);
    check("| B77, B82 | `transfer::b4_b5_…` |", &["B77", "B82", "B4", "B5"]);
    check("%E3%83%8B%B9 P-256 xn--r8jz45g Uuid 0x0b35_7d4e_b1 gb2312 RFC3339 R2D2 r9 MAX_B2", &[]);
}
