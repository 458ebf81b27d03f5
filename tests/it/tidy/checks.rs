//! Every check that is cited is defined in `docs/checks.md`, once.

use std::collections::BTreeMap;
use std::fs;

use super::scan::{files_below, root};

/// Lines that may cite checks, with their places: all of code and prose, and the
/// comments of the corpus, whose feeds may say anything.
fn citing_lines() -> Vec<(String, String)> {
    let root = root();
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
    let path = root().join("docs/checks.md");
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
