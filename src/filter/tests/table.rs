//! The table of expressions and entries: `table.txt`.

use std::collections::BTreeSet;

use super::*;

/// A place in a text: field, byte offsets, what stands there.
type HitPlace = (&'static str, usize, usize, String);

/// A text without its marks, and the places that were marked.
fn unmarked(field: &'static str, marked: &str) -> (String, BTreeSet<HitPlace>) {
    let (mut text, mut starts, mut places) = (String::new(), Vec::new(), BTreeSet::new());
    for c in marked.chars() {
        match c {
            '«' => starts.push(text.len()),
            '»' => {
                let start: usize = starts.pop().expect("a mark that was opened");
                places.insert((field, start, text.len(), text[start..].to_owned()));
            }
            c => text.push(c),
        }
    }
    assert!(starts.is_empty(), "{marked}");
    (text, places)
}

/// What is found in the lead is in the text, too.
fn place(hit: &crate::model::Hit) -> HitPlace {
    let field = if hit.field == Field::Title { "title" } else { "text" };
    (field, hit.start as usize, hit.end as usize, hit.text.clone())
}

/// What is wrong with a line; `None` when all of it holds.
fn wrong(line: &str) -> Option<String> {
    let (expression, entry) = line[2..].split_once(" ;; ").expect("an expression and an entry");
    let (title, body) = entry.split_once(" // ").unwrap_or((entry, ""));
    let ((title, mut expected), (body, places)) =
        (unmarked("title", title), unmarked("text", &body.replace("\\n", "\n")));
    expected.extend(places);
    let entry = placed(&copy(&title, &body));
    let rules = match Ruleset::compile(&[rule(expression)], &lists(), &known_places()) {
        Ok(rules) => rules,
        Err(errors) => return Some(format!("{errors:?}")),
    };
    let route = rules.decide(&FeedId::new("feed").unwrap(), &entry).unwrap();
    let found: BTreeSet<HitPlace> = route.hits.iter().map(place).collect();
    if route.admitted != line.starts_with('+') {
        return Some(format!("admitted: {}, {:?}", route.admitted, route.because));
    }
    // Entries without any term of a filter have nothing to show.
    if found != expected {
        return Some(format!("found {found:?}, expected {expected:?}"));
    }
    let query = Query::new(expression, &lists(), &known_places()).unwrap();
    (query.matches(&entry).is_some() != route.admitted).then(|| "a search decides otherwise".to_owned())
}

#[test]
fn the_table_holds() {
    let table = include_str!("table.txt");
    let rows = || table.lines().enumerate().filter(|(_, line)| line.starts_with("+ ") || line.starts_with("- "));
    let faults: Vec<String> =
        rows().filter_map(|(n, line)| wrong(line).map(|what| format!("{}: {line}\n    {what}", n + 1))).collect();
    assert!(faults.is_empty(), "{} of {} rows:\n{}", faults.len(), rows().count(), faults.join("\n"));
    assert!(rows().count() >= 300, "{} rows", rows().count());
    for script in ["latin", "cyrillic", "greek", "han", "kana", "hangul", "thai", "arabic", "hebrew", "devanagari"] {
        assert!(table.contains(&format!("\n## {script}\n")), "{script}");
    }
}
