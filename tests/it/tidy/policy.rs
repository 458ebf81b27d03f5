//! A number that is a policy says why it is that number.

use regex::Regex;

use super::scan::{File, files};
use super::{Found, hold};

/// Rooms where policies of the outside are kept.
const EDGE: [&str; 10] = ["net", "fetch", "store", "plan", "poll", "past", "web", "daemon", "cli", "config"];

/// Constants without a reason beside them, by file and name. To be emptied.
const BARE: &[(&str, usize)] = &[
    ("config/defaults.rs MINUTE", 1),
    ("config/defaults.rs HOUR", 1),
    ("config/defaults.rs DAY", 1),
    ("poll/readers/mod.rs ELEMENT", 1),
    ("poll/readers/mod.rs OBJECT", 1),
    ("poll/readers/mod.rs VALUE", 1),
    ("store/codec/standing.rs DAY_MS", 1),
];

/// Durations and counts without a comment above them, nor above the constant that
/// they follow at once.
fn bare(file: &File) -> Vec<(String, usize)> {
    let constant = Regex::new(r"^\s*(?:pub(?:\([^)]*\))? )?const (\w+): (?:Duration|usize|u32|u64|i64)\b").unwrap();
    let lines: Vec<&str> = file.text.lines().collect();
    let told = |n: usize| {
        let before = lines[..n].iter().rev().map(|line| line.trim_start());
        let mut above = before.skip_while(|line| {
            line.starts_with("#[") || line.contains("const ") && line.ends_with(';') && !line.starts_with("//")
        });
        above.next().is_some_and(|line| line.starts_with("//"))
    };
    let all = (0..).zip(file.code.lines()).filter_map(|(n, line)| Some((n, constant.captures(line)?[1].to_owned())));
    all.filter(|(n, _)| !told(*n)).map(|(n, name)| (name, n + 1)).collect()
}

#[test]
fn policies_have_a_reason() {
    let mut found = Found::new();
    for file in files().iter().filter(|file| EDGE.contains(&&*file.room)) {
        for (name, line) in bare(file) {
            found.entry(format!("{} {name}", file.name)).or_default().push(format!("src/{}:{line}", file.name));
        }
    }
    hold(&found, BARE, "policy", "say in a comment above it why it is this number");
}

#[test]
fn reasons_are_seen_above_constants() {
    let text = "/// Why.\nconst A: u64 = 1;\nconst B: u64 = 2;\n\nconst C: usize = 3;\n// Why.\n#[rustfmt::skip]\n\
                pub(super) const D: Duration = D;\nconst E: &str = \"\";\nlet x = 1;\nconst F: i64 = 1;\n";
    let names: Vec<(String, usize)> = bare(&File::new("net/a.rs", text));
    assert_eq!(names, [("C".to_owned(), 5), ("F".to_owned(), 11)]);
}
