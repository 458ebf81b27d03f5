//! Which changes make a revision (O7), which are followed, and which show nothing.

use super::*;
use crate::model::keys::{alternative_keys, undated_key};
use crate::model::{Category, Person};

const A: &str = "https://city.example/a";
const B: &str = "https://city.example/b";

fn person(name: &str) -> Person {
    Person { name: name.to_owned(), ..Person::default() }
}

/// An item after `change`.
fn with(change: impl Fn(&mut Entry)) -> Entry {
    let mut e = item("1", A, "Decision 44", "It was adopted.", 5);
    e.authors = vec![person("Ada Berg"), person("Carl Dahl")];
    e.categories = ["council", "port"].map(|term| Category { term: term.to_owned(), ..Category::default() }).to_vec();
    change(&mut e);
    e
}

#[test]
fn o7_another_author_or_category_is_a_revision_and_another_order_of_them_a_cosmetic_one() {
    let changes: [(&str, fn(&mut Entry), Verdict); 8] = [
        ("nothing", |_| (), same(1)),
        ("one author less", |e| e.authors.truncate(1), edited(1)),
        ("another author", |e| e.authors[0] = person("Eva Falk"), edited(1)),
        ("another category", |e| e.categories[1].term = "harbour".to_owned(), edited(1)),
        ("authors in another order", |e| e.authors.reverse(), retouched(1)),
        ("categories in another order", |e| e.categories.reverse(), retouched(1)),
        ("an author in capitals", |e| e.authors[0].name.make_ascii_uppercase(), retouched(1)),
        ("another heading of a category", |e| e.categories[0].label = Some("Council".to_owned()), followed(1)),
    ];
    for (what, change, expected) in changes {
        assert_eq!(after(&[with(|_| ())], &[with(change)], 0).verdicts, [expected], "{what}");
    }
}

#[test]
fn o7_what_is_said_of_people_beside_their_names_is_followed() {
    let changes: [(&str, fn(&mut Entry)); 3] = [
        ("an author's page", |e| e.authors[0].uri = Some("https://city.example/ada".to_owned())),
        ("an author's address", |e| e.authors[1].email = Some("carl@city.example".to_owned())),
        ("a contributor", |e| e.contributors.push(person("Eva Falk"))),
    ];
    for (what, change) in changes {
        assert_eq!(after(&[with(|_| ())], &[with(change)], 0).verdicts, [followed(1)], "{what}");
    }
}

/// Letters of every script count, and nothing else does.
#[test]
fn o7_an_edit_is_one_in_any_script() {
    for (before, now, expected) in [
        ("领事访问港口", "领事离开港口", edited(1)),
        ("Straße 5 gesperrt", "Straße 6 gesperrt", edited(1)),
        ("Straße gesperrt", "Strasse gesperrt", edited(1)),
        ("Διακοπή νερού", "Διακοπή ρεύματος", edited(1)),
        ("É a greve", "é a greve", retouched(1)),
        ("领事访问港口", "领事访问港口！", retouched(1)),
        ("Port – strike", "Port: strike", retouched(1)),
    ] {
        let titled = |title: &str| [item("1", A, title, "", 1)];
        assert_eq!(after(&titled(before), &titled(now), 0).verdicts, [expected], "{before} {now}");
    }
    // However long the text is.
    let long = |end: &str| [item("1", A, "Minutes", &format!("{} {end}", "The council met. ".repeat(300)), 1)];
    check(&long("It agreed."), &long("It disagreed."), &[edited(1)]);
    check(&long("It agreed."), &long("It agreed!"), &[retouched(1)]);
}

/// A post may have none.
#[test]
fn a_headline_without_letters_is_no_evidence_b92() {
    for title in ["", "…", "+++"] {
        let post =
            |host: &str, page: &str, text: &str| item("", &format!("https://{host}.example/{page}"), title, text, 1);
        let before = [post("old", "a", "Quay Street is closed for repairs to the sewer.")];
        // Another page, or the same path on another host, at the same second.
        check(&before, &[post("old", "b", "The consul general of Norland visits the port.")], &[new()]);
        check(&before, &[post("new", "a", "The consul general of Norland visits the port.")], &[new()]);
        // With the text it is the same.
        check(&before, &[post("new", "b", "Quay Street is closed for repairs to the sewer.")], &[followed(1)]);
    }
}

/// A store that an earlier version wrote is read without a wave of revisions.
#[test]
fn o7_an_entry_of_an_earlier_version_is_revised_by_what_changed_since() {
    let all = [item("1", A, "One", "Text.", 1)];
    let mut known = remember(&all);
    let (material, form) = fingerprint::first_edition(&all[0], &own_texts(&all[0]));
    let (link, path, title) = (known[0].print.link, known[0].print.path, known[0].print.title);
    known[0].print = crate::model::Fingerprint { link, path, title, material, form, ..Default::default() };
    for (title, text, expected) in [
        ("One", "Text.", rekeyed(1)),
        ("One", "Another text.", edited(1)),
        ("ONE!", "Text.", retouched(1)),
        ("One", "Text", retouched(1)),
    ] {
        let mut now = [item("1", A, title, text, 1)];
        let readings = [read(&now[0], &[])];
        assert_eq!(recognise(&mut now, &readings, &known, 0).verdicts, [expected], "{title} {text}");
    }
}

/// Its key is taken by the entry that had its new id and fell out of the document.
#[test]
fn an_entry_that_keeps_its_key_under_a_new_id_is_remembered_by_the_id_b54() {
    let one = |id: &str| item(id, A, "One", "Text of one.", 1);
    check(&[one("1"), item("2", B, "Two", "Text of two.", 2)], &[one("2")], &[rekeyed(1)]);
}

#[test]
fn only_an_entry_whose_url_alone_changed_may_show_a_fickle_parameter_b61() {
    let at = |id: &str, page: &str, title: &str| item(id, page, title, "The council met on it.", 1);
    let adrift =
        |before: &Entry, now: &Entry| after(std::slice::from_ref(before), std::slice::from_ref(now), 0).adrift.len();
    let one = at("1", A, "One");
    assert_eq!(adrift(&one, &one), 0, "nothing changed");
    assert_eq!(adrift(&one, &at("1", A, "One, edited")), 0, "an edit where it was");
    assert_eq!(adrift(&one, &at("1", &format!("{A}?t=1"), "One, edited")), 0, "an edit that moved");
    assert_eq!(adrift(&one, &at("1", &format!("{A}?t=1"), "One")), 1);
    assert_eq!(adrift(&at("", A, "One"), &at("", &format!("{A}?t=1"), "One")), 1, "known by its content alone");
}

#[test]
fn ids_count_as_changed_where_most_entries_came_under_another_b54() {
    let [one, two, three] = [(A, "One"), (B, "Two"), ("https://city.example/c", "Three")];
    let of = |id: &str, (page, title): (&str, &str)| item(id, page, title, &format!("The text of {title}."), 1);
    let before = [of("1", one), of("2", two), of("3", three)];
    for (now, expected) in [
        (vec![of("1", one), of("2", two), of("3", three)], false),
        (vec![of("1", one), of("2", two), of("9", three)], false),
        (vec![of("1", one), of("9", three)], false),
        (vec![of("8", two), of("9", three)], true),
        (vec![of("1", one), of("8", two), of("9", three)], true),
        // None of them was known.
        (vec![of("7", ("https://city.example/d", "Four"))], false),
    ] {
        let recognised = after(&before, &now, 0);
        assert_eq!(recognised.ids_changed, expected, "{recognised:?}");
    }
    // Without ids there are none that could change.
    let bare = |pages: &str| [item("", &format!("{A}{pages}"), "One", "The text of one.", 1)];
    assert!(!after(&bare(""), &bare("?t=1"), 0).ids_changed);
}

#[test]
fn an_id_is_used_again_only_for_a_single_new_entry_b55() {
    let before = [item("7", A, "Harbour dues", "They rise by a tenth, the council said.", 1)];
    let other = |id: &str, page: &str, title: &str| item(id, page, title, &format!("{title}: it ends."), 9);
    for (now, expected) in [
        (vec![other("7", B, "Port strike")], 1),
        // Nobody had it.
        (vec![other("8", B, "Port strike")], 0),
        (vec![other("", B, "Port strike")], 0),
        (before.to_vec(), 0),
        // An id that several share names nothing, so it is not used again either.
        (vec![other("7", B, "Port strike"), other("7", "https://city.example/c", "Ferry line")], 0),
    ] {
        let recognised = after(&before, &now, 0);
        assert_eq!(recognised.warnings.len(), expected, "{recognised:?}");
    }
}

#[test]
fn only_several_items_without_id_and_link_are_asked_for_without_their_date_b93() {
    let keys = |document: &[Entry]| -> Vec<Vec<EntryKey>> {
        let readings: Vec<EntryReading> = document.iter().map(|e| read(e, &[])).collect();
        questions(document, &readings).into_iter().map(|asked| asked.keys).collect()
    };
    let bare = |title: &str| item("", "", title, "", 3);
    // Of one item alone it cannot be known whose date it is.
    assert_eq!(keys(&[bare("Gale warning")]), [alternative_keys(&bare("Gale warning"))]);
    let [first, second] = [bare("Gale warning"), bare("Storm")];
    let of_two = keys(&[first.clone(), second.clone()]);
    assert_eq!(of_two[0], [vec![undated_key(&first)], alternative_keys(&first)].concat());
    assert_eq!(of_two[1], [vec![undated_key(&second)], alternative_keys(&second)].concat());
    // The second of one headline has no such key, nor has what has an id or a link.
    let named = [item("1", "", "Gale warning", "", 3), item("", A, "Storm", "", 3), item("2", B, "Ferry", "", 3)];
    let mixed = [first.clone(), second, bare("Gale warning"), named[0].clone(), named[1].clone(), named[2].clone()];
    let of_mixed = keys(&mixed);
    assert_eq!(of_mixed[..2], of_two);
    assert_eq!(
        of_mixed[2..],
        [
            alternative_keys(&first),
            alternative_keys(&named[0]),
            alternative_keys(&named[1]),
            alternative_keys(&named[2])
        ]
    );
    // Times that lie further apart are the items' own, and a day is no time.
    let mut later = bare("Storm");
    for (millis, is_one_go) in [(60_000, true), (60_001, false)] {
        later.published = first.published.map(|at| at.plus(std::time::Duration::from_millis(millis)));
        assert_eq!(keys(&[first.clone(), later.clone()])[0] != alternative_keys(&first), is_one_go, "{millis}");
    }
    let mut days = [bare("Gale warning"), bare("Storm")];
    days.iter_mut().for_each(|e| e.published = Some(Timestamp::from_millis(1_795_046_400_000)));
    assert_eq!(keys(&days), [alternative_keys(&days[0]), alternative_keys(&days[1])]);
}
