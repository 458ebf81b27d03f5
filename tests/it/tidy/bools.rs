//! No public function takes a `bool`: at its call nobody sees what it says.

use regex::Regex;

use super::scan::{File, closed, files};
use super::{Found, hold};

/// Functions that take one, by file and name. To be emptied.
const TAKEN: &[(&str, usize)] =
    &[("cli/import/report.rs end", 1), ("store/codec/evidence.rs read_evidence", 1), ("text/tree/gate.rs new", 1)];

/// Public functions that take a `bool`, with their places.
fn taking(file: &File) -> Vec<(String, usize)> {
    let function = Regex::new(r"\bpub(?:\([^)]*\))? (?:const |async |unsafe )*fn (\w+)").unwrap();
    let bool = Regex::new(r":\s*bool\b").unwrap();
    let all = function.captures_iter(&file.code).map(|found| found.get(1).unwrap());
    let taking = all.filter(|name| {
        let open = past_generics(&file.code, name.end()) + 1;
        bool.is_match(&file.code[open..closed(&file.code, open)])
    });
    taking.map(|name| (name.as_str().to_owned(), name.start())).collect()
}

/// The `(` of a function whose name ends at byte `at`.
fn past_generics(code: &str, at: usize) -> usize {
    let mut depth = 0_usize;
    for (n, byte) in code.bytes().enumerate().skip(at) {
        match byte {
            b'(' if depth == 0 => return n,
            b'<' => depth += 1,
            // `->` of `Fn(u8) -> u8` closes nothing.
            b'>' if code.as_bytes()[n - 1] != b'-' => depth -= 1,
            _ => {}
        }
    }
    code.len() - 1
}

#[test]
fn public_functions_take_no_bool() {
    let mut found = Found::new();
    for file in files() {
        for (name, at) in taking(file) {
            found.entry(format!("{} {name}", file.name)).or_default().push(file.place(at));
        }
    }
    hold(&found, TAKEN, "bools", "write two functions, or an enum that says what is meant");
}

#[test]
fn bools_are_seen_where_they_are_taken() {
    let check = |text: &str, expected: &[&str]| {
        let taking = taking(&File::new("a.rs", text));
        assert_eq!(taking.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), expected, "{text}");
    };
    check("pub fn a(x: bool) {}", &["a"]);
    check("pub(super) async fn a<T: Fn(bool) -> u8>(x: &T,\n    y:\n bool) {}", &["a"]);
    check("pub fn a(x: u8) -> bool { b(|y: bool| y) }", &[]);
    check("fn a(x: bool) {}", &[]);
    check("pub fn a(x: Option<bool>) {}", &[]);
    check("pub fn a() { fn b(x: bool) {} }", &[]);
}
