//! Phrases that a reader stumbles over, and that came back before.

use std::fs;

use regex::Regex;

use super::scan::{files, files_below, root};
use super::{Found, hold};

/// Each with what to do about it.
const PHRASES: [(&str, &str); 3] = [
    (r"\b(is|are|was|were|be|been) had\b", "say who has it"),
    (r"\b[Ww]hat\b[^.,:;!?]*\bof what\b", "name the thing"),
    (r"(?i)\b(issue|session) \d+\b", "say what it is about"),
];

/// By file, and how many. To be emptied.
const THERE: &[(&str, usize)] = &[];

#[test]
fn prose_is_read_once() {
    let mut texts: Vec<(String, String)> =
        files().iter().map(|file| (format!("src/{}", file.name), file.text.clone())).collect();
    let mut pages = vec![root().join("README.md"), root().join("CHANGELOG.md")];
    files_below(&root().join("docs"), &["md"], &mut pages);
    for path in pages {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        texts.push((name, fs::read_to_string(&path).unwrap()));
    }
    let mut found = Found::new();
    for (phrase, mend) in PHRASES.map(|(phrase, mend)| (Regex::new(phrase).unwrap(), mend)) {
        for (name, text) in &texts {
            for (number, line) in (1..).zip(text.lines()) {
                if let Some(said) = phrase.find(line) {
                    let place = format!("{name}:{number} {:?} ({mend})", said.as_str());
                    found.entry(name.clone()).or_default().push(place);
                }
            }
        }
    }
    hold(&found, THERE, "prose", "write it so that it is taken in at the first reading");
}
