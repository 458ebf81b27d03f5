//! A type's name is used once in the crate: one name, one meaning.

use regex::Regex;

use super::scan::{File, files};
use super::{Found, hold};

/// Names of what can go wrong in a room.
const IN_EVERY_ROOM: [&str; 2] = ["Error", "Result"];

/// Names that mean something to everybody already.
const TAKEN: [&str; 9] = ["Copy", "Clone", "Option", "Box", "Vec", "Path", "Hash", "Duration", "Instant"];

/// Names with several meanings, and how many. To be emptied.
const SEVERAL: &[(&str, usize)] = &[];

/// Types of ours with a name of the language or its library. To be emptied.
const BORROWED: &[(&str, usize)] = &[];

/// The types that a file defines, with their places; types that belong to a trait
/// are not its own.
fn defined(file: &File) -> Vec<(String, usize)> {
    let definition =
        Regex::new(r"(?m)^([ \t]*)(pub(?:\([^)]*\))? )?(?:unsafe )?(struct|enum|trait|type|union) (\w+)").unwrap();
    let all = definition.captures_iter(&file.code);
    let own = all.filter(|found| &found[3] != "type" || found[1].is_empty() || found.get(2).is_some());
    own.map(|found| (found[4].to_owned(), found.get(3).unwrap().start())).collect()
}

#[test]
fn a_name_has_one_meaning() {
    let mut found = Found::new();
    for file in files() {
        for (name, at) in defined(file).into_iter().filter(|(name, _)| !IN_EVERY_ROOM.contains(&name.as_str())) {
            found.entry(name).or_default().push(file.place(at));
        }
    }
    let borrowed = found.iter().filter(|(name, _)| TAKEN.contains(&name.as_str()));
    let borrowed: Found = borrowed.map(|(name, places)| (name.clone(), places.clone())).collect();
    found.retain(|_, places| places.len() > 1);
    hold(&found, SEVERAL, "names", "give each of these types a name of its own");
    hold(&borrowed, BORROWED, "names", "these names are the language's and its library's");
}

#[test]
fn types_are_seen_where_they_are_defined() {
    let text = "pub(crate) struct A;\nfn f() {\n    enum B {}\n}\nimpl T for A {\n    type C = u8;\n}\n\
                pub unsafe trait D {}\ntype E = u8; // struct F\nlet g = \"\nstruct H\";";
    let names: Vec<String> = defined(&File::new("a.rs", text)).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["A", "B", "D", "E"]);
}
