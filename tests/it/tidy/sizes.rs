//! Files and functions that are taken in at once.

use std::collections::BTreeMap;

use regex::Regex;

use super::scan::{File, closed, files, line};
use super::{Found, hold};

const LONGEST_FILE: usize = 400;
const MEDIAN_FILE: usize = 140;
/// Nine files of ten are no longer.
const MOST_FILES: usize = 300;
const LONGEST_FUNCTION: usize = 40;
const MOST_IN_FOLDER: usize = 20;

/// One file per command is its order.
const WITHOUT_WINGS: [&str; 1] = ["cli"];

/// Functions over [`LONGEST_FUNCTION`] lines, by file and name. To be emptied.
const LONG: &[(&str, usize)] = &[];

/// Functions that are long and one piece, each with what it holds.
const ONE_PIECE: [(&str, &str); 5] = [
    ("identity/fingerprint.rs rest", "every field of an entry by its name"),
    ("model/bounds.rs fields", "every field of an entry by its name"),
    ("parse/xml/fields.rs in_entry", "a table: every element of an entry, and what it means"),
    ("parse/xml/walk/take.rs take_for_entry", "a table: every text of an entry, and where it goes"),
    ("text/tree/feed.rs feed", "one loop over a page, and what it knows of the markup so far"),
];

/// Folders with over [`MOST_IN_FOLDER`] files. To be emptied.
const CROWDED: &[(&str, usize)] = &[];

/// Lines of a file, its unit tests left out.
fn length(file: &File) -> usize {
    file.text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count()
}

/// The functions of a file with their lines.
fn functions(file: &File) -> Vec<(String, usize, usize)> {
    let function = Regex::new(r"(?m)^[ \t]*(?:pub(?:\([^)]*\))? )?(?:const |async |unsafe )*fn (\w+)").unwrap();
    let code = &file.code;
    let all = function.captures_iter(code).filter_map(|found| {
        let name = found.get(1).unwrap();
        let mut at = name.end();
        loop {
            match code.as_bytes().get(at)? {
                b';' => return None,
                b'{' => break,
                b'(' | b'[' => at = closed(code, at + 1),
                _ => at += 1,
            }
        }
        let lines = line(code, closed(code, at + 1) - 1) - line(code, name.start()) + 1;
        Some((name.as_str().to_owned(), name.start(), lines))
    });
    all.collect()
}

#[test]
fn files_keep_to_the_houses_size() {
    let mut lengths: Vec<(usize, &str)> = files().iter().map(|file| (length(file), &*file.name)).collect();
    lengths.sort_unstable();
    let long = lengths.iter().filter(|(lines, _)| *lines > LONGEST_FILE);
    let long: Vec<String> = long.map(|(lines, name)| format!("src/{name}:1: {lines} lines")).collect();
    assert!(long.is_empty(), "split by meaning, at {LONGEST_FILE} lines at most\n{}", long.join("\n"));
    let (median, tenth) = (lengths[lengths.len() / 2].0, lengths[lengths.len() * 9 / 10].0);
    assert!(median <= MEDIAN_FILE, "half of all files are {median} lines and longer: split some");
    assert!(tenth <= MOST_FILES, "a tenth of all files are {tenth} lines and longer: split some");
}

#[test]
fn functions_fit_a_screen() {
    let mut found = Found::new();
    for file in files() {
        for (name, at, lines) in functions(file).into_iter().filter(|(.., lines)| *lines > LONGEST_FUNCTION) {
            let place = format!("{} is {lines} lines", file.place(at));
            found.entry(format!("{} {name}", file.name)).or_default().push(place);
        }
    }
    for (name, what) in ONE_PIECE {
        assert!(found.remove(name).is_some(), "{name} ({what}) fits a screen: take it off the list");
    }
    hold(&found, LONG, "sizes", "give its parts names of their own");
}

#[test]
fn crowded_rooms_have_wings() {
    let mut folders = BTreeMap::<&str, usize>::new();
    for (folder, _) in files().iter().filter_map(|file| file.name.rsplit_once('/')) {
        *folders.entry(folder).or_default() += 1;
    }
    let crowded = folders.into_iter().filter(|(name, n)| *n > MOST_IN_FOLDER && !WITHOUT_WINGS.contains(name));
    let found = crowded.map(|(name, n)| (name.to_owned(), vec![format!("src/{name} has {n} files")])).collect();
    hold(&found, CROWDED, "sizes", "put what belongs together into folders with a module doc each");
}

#[test]
fn nothing_is_left_open() {
    let open = Regex::new(r"\b(todo|unimplemented|dbg)!\(").unwrap();
    let found = files().iter().flat_map(|file| open.find_iter(&file.code).map(|at| file.place(at.start())));
    let wrong: Vec<String> = found.collect();
    assert!(wrong.is_empty(), "finish it, or leave it out\n{}", wrong.join("\n"));
}

#[test]
fn functions_are_measured_whole() {
    let text =
        "pub const fn a() -> [u8; 2] {\n    [1, 2]\n}\ntrait T {\n    fn b(&self);\n    fn c() where u8: Copy {}\n}\n";
    let all = functions(&File::new("a.rs", text));
    let told: Vec<(&str, usize)> = all.iter().map(|(name, _, lines)| (name.as_str(), *lines)).collect();
    assert_eq!(told, [("a", 3), ("c", 1)]);
}
