//! The house's rules, enforced (`docs/style.md`).
//!
//! What does not hold yet stands in a list beside its test, "to be emptied": the
//! test fails for what is new, and for what stands in the list in vain. So a list
//! only ever shrinks.

mod bools;
mod checks;
mod circles;
mod clock;
mod docs;
mod html;
mod manifest;
mod messages;
mod names;
mod policy;
mod prose;
mod rooms;
mod scan;
mod sizes;
mod sql;

use std::collections::BTreeMap;

/// What a rule objects to: the places of each kind, by the name that stands in the
/// list of what is to be emptied.
type Found = BTreeMap<String, Vec<String>>;

/// Fails where more is `found` than the `known`, or less; `mend` says what to do
/// about it, and `list` where the known ones stand.
#[track_caller]
fn hold(found: &Found, known: &[(&str, usize)], list: &str, mend: &str) {
    let wrong = differences(found, known, list);
    assert!(wrong.is_empty(), "{mend}\n{}", wrong.join("\n"));
}

fn differences(found: &Found, known: &[(&str, usize)], list: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, places) in found {
        let allowed = known.iter().find(|(known, _)| known == name).map_or(0, |(_, times)| *times);
        if places.len() > allowed {
            let besides = if allowed > 0 { format!(" (of these, {allowed} are known)") } else { String::new() };
            wrong.push(format!("{name}{besides}: {}", places.join(", ")));
        }
    }
    for (n, (name, times)) in known.iter().enumerate() {
        let left = found.get(*name).map_or(0, Vec::len);
        if left < *times {
            wrong.push(format!(
                "tests/it/tidy/{list}.rs: the list says {name} {times}, {left} are left: well done, lower it"
            ));
        }
        if known[..n].iter().any(|(before, _)| before == name) {
            wrong.push(format!("tests/it/tidy/{list}.rs: {name} stands in the list twice"));
        }
    }
    wrong
}

#[test]
fn a_list_to_be_emptied_only_shrinks() {
    let found = Found::from([("a".to_owned(), vec!["x:1".to_owned(), "x:2".to_owned()])]);
    let check = |known: &[(&str, usize)], expected: &[&str]| assert_eq!(differences(&found, known, "l"), expected);
    check(&[("a", 2)], &[]);
    check(&[], &["a: x:1, x:2"]);
    check(&[("a", 1)], &["a (of these, 1 are known): x:1, x:2"]);
    let lower = |name, times, left| {
        format!("tests/it/tidy/l.rs: the list says {name} {times}, {left} are left: well done, lower it")
    };
    check(&[("a", 3)], &[&lower("a", 3, 2)]);
    check(&[("a", 2), ("b", 1)], &[&lower("b", 1, 0)]);
    check(&[("a", 2), ("a", 2)], &["tests/it/tidy/l.rs: a stands in the list twice"]);
}
