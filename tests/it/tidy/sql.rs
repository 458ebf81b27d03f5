//! SQL stands in the stores alone, in constants with named parameters.

use std::fs;
use std::ops::Range;

use regex::Regex;

use super::scan::{File, closed, files, files_below, line, root};
use super::{Found, hold};

/// Where SQL may stand.
const STORES: [&str; 2] = ["store/sqlite", "store/postgres"];

const WORDS: &str = r"\b(SELECT\s|INSERT\s+(OR \w+\s+)?INTO|UPDATE\s+[a-z_]+\s+SET|DELETE\s+FROM|rusqlite::)";

fn in_store(file: &File) -> bool {
    STORES.iter().any(|store| file.name.starts_with(store))
}

/// Code from `const` or `static` to the end of each such item.
fn constants(code: &str) -> Vec<Range<usize>> {
    let begins = Regex::new(r"\b(const|static) [A-Z_0-9]+\s*:").unwrap();
    let end = |from: usize| {
        let mut at = from;
        while at < code.len() {
            match code.as_bytes()[at] {
                b';' => return at,
                b'(' | b'[' | b'{' => at = closed(code, at + 1),
                _ => at += 1,
            }
        }
        at
    };
    begins.find_iter(code).map(|found| found.start()..end(found.end())).collect()
}

#[test]
fn sql_stands_in_the_store_alone() {
    let words = Regex::new(WORDS).unwrap();
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| !in_store(file)) {
        let texts = file.texts.iter().map(|text| (text.start, &file.text[text.clone()]));
        let code = file.code.match_indices("rusqlite::").map(|(at, _)| (at, "rusqlite::"));
        let found = texts.chain(code).filter(|(_, text)| words.is_match(text));
        wrong.extend(found.map(|(at, _)| file.place(at)));
    }
    assert!(wrong.is_empty(), "ask the store by a method instead\n{}", wrong.join("\n"));
}

/// The way to a database, by who may take it.
const WAYS: [(&str, &str); 3] =
    [("rusqlite::", "store/sqlite"), ("tokio_postgres::", "store/postgres"), ("deadpool_postgres::", "store/postgres")];

#[test]
fn a_database_is_spoken_to_by_its_own_store_alone() {
    let mut wrong = Vec::new();
    for (way, store) in WAYS {
        for file in files().iter().filter(|file| !file.name.starts_with(store)) {
            wrong.extend(file.code.match_indices(way).map(|(at, _)| format!("{} knows {way}", file.place(at))));
        }
    }
    assert!(wrong.is_empty(), "ask the store by a method instead\n{}", wrong.join("\n"));
}

/// What names one kind of store.
const KINDS: &str = r"\b(SqliteStore|PostgresStore|store::sqlite|store::postgres)\b";

/// Who makes a place of `store.url`.
const LOCATED_BY: &str = "config/desk/store.rs";

#[test]
fn a_kind_of_store_is_named_in_the_store_alone() {
    let (kinds, places) = (Regex::new(KINDS).unwrap(), Regex::new(r"\bLocation::[A-Z]\w*").unwrap());
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| file.room != "store") {
        wrong.extend(kinds.find_iter(&file.code).map(|found| file.place(found.start())));
        let places = places.find_iter(&file.code).filter(|_| file.name != LOCATED_BY);
        wrong.extend(places.map(|found| file.place(found.start())));
    }
    let mut tests = Vec::new();
    for folder in ["tests/it", "benches", "fuzz"] {
        files_below(&root().join(folder), &["rs"], &mut tests);
    }
    for path in tests.iter().filter(|path| !path.starts_with(root().join("tests/it/tidy"))) {
        let text = fs::read_to_string(path).unwrap();
        let name = path.strip_prefix(root()).unwrap().display();
        wrong.extend(kinds.find_iter(&text).map(|found| format!("{name}:{}", line(&text, found.start()))));
    }
    assert!(wrong.is_empty(), "open it by store::open, and ask it by a trait\n{}", wrong.join("\n"));
}

#[test]
fn parameters_of_sql_have_names() {
    let positional = Regex::new(r"\?\d").unwrap();
    let calls = Regex::new(r"\bparams!\[").unwrap();
    let mut found = Found::new();
    for file in files().iter().filter(|file| in_store(file)) {
        let lines = file.texts.iter().flat_map(|text| {
            positional.find_iter(&file.text[text.clone()]).map(|at| file.place(text.start + at.start()))
        });
        let mut places: Vec<String> = lines.collect();
        places.dedup();
        places.extend(calls.find_iter(&file.code).map(|call| file.place(call.start())));
        if !places.is_empty() {
            found.insert(file.name.clone(), places);
        }
    }
    hold(&found, &[], "sql", "write :name in the statement and named_params! in the call");
}

#[test]
fn sql_is_a_constant_that_pages_by_key() {
    let words = Regex::new(WORDS).unwrap();
    let (mut found, mut wrong) = (Found::new(), Vec::new());
    for file in files().iter().filter(|file| in_store(file)) {
        let constants = constants(&file.code);
        for text in &file.texts {
            let written = &file.text[text.clone()];
            let place = file.place(text.start);
            if written.contains(" OFFSET ") || written.contains("json_extract") {
                wrong.push(place.clone());
            }
            if words.is_match(written) && !constants.iter().any(|constant| constant.contains(&text.start)) {
                found.entry(file.name.clone()).or_default().push(place);
            }
        }
    }
    assert!(wrong.is_empty(), "page by key, and keep what is asked for in a column\n{}", wrong.join("\n"));
    hold(&found, &[], "sql", "make it a constant beside the function that runs it");
}

#[test]
fn constants_are_seen_whole() {
    let file = File::new("a.rs", "const A: [&str; 2] = [\"SELECT 1\", \"x; y\"];\nconst fn b() { \"SELECT 2\" }");
    let all = constants(&file.code);
    assert_eq!(all.len(), 1);
    let inside: Vec<bool> = file.texts.iter().map(|text| all[0].contains(&text.start)).collect();
    assert_eq!(inside, [true, true, false]);
}
