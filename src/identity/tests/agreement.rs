//! What two versions have to agree in before anything follows from it: tables of cases.

use super::*;
use crate::identity::compare::Agreement::{self, Different, Same, Unknown};
use crate::identity::listed::ListedEntry;
use crate::identity::matching::Matching;
use crate::identity::weight::Weight;

const A: &str = "https://city.example/a";
const B: &str = "https://city.example/b";
const C: &str = "https://city.example/c";
const ROAD: &str = "Quay Street is closed for repairs to the sewer until Friday.";
const PORT: &str = "The consul general of Norland visits the port today.";

/// What `of` says of the first entry of `now` and the first of `known`.
fn of_first<T>(known: &[Known], now: &[Entry], of: impl Fn(&Matching<'_>, &ListedEntry, &Known) -> T) -> T {
    let listed = |e: &Entry| {
        let EntryReading { texts, print } = read(e, &[]);
        let (headline, text) = (Weight::of(&e.title), Weight::of(&texts.body));
        ListedEntry { print, keys: Vec::new(), has_id: e.id.is_some(), headline, text, earlier_ids: Vec::new() }
    };
    let listed: Vec<ListedEntry> = now.iter().map(listed).collect();
    of(&Matching::new(&listed, known), &listed[0], &known[0])
}

/// An item on `page`, dated by `hour`, with a headline and a text that no other has.
fn dated(page: &str, hour: i64) -> Entry {
    item("", page, &format!("On {page}"), &format!("All about {page}."), hour)
}

/// The same, on a day without a time.
fn at_midnight(page: &str) -> Entry {
    Entry { published: Some(Timestamp::from_millis(1_795_046_400_000)), ..dated(page, 0) }
}

#[test]
fn dates_agree_to_the_second_where_they_are_the_entrys_own_b55() {
    let other = dated(C, 1);
    let cases: [(&str, &[Entry], &[Entry], Agreement); 10] = [
        ("the same second on one page", &[dated(A, 1)], &[dated(A, 1)], Same),
        ("the same second on two pages", &[dated(A, 1)], &[dated(B, 1)], Same),
        ("another second", &[dated(A, 1)], &[dated(A, 2)], Different),
        ("one without a date", &[dated(A, 1)], &[dated(A, 0)], Unknown),
        ("none with a date", &[dated(A, 0)], &[dated(A, 0)], Unknown),
        ("a day alone", &[at_midnight(A)], &[at_midnight(A)], Unknown),
        ("a second that others have too", &[dated(A, 1), other.clone()], &[dated(B, 1), other.clone()], Unknown),
        ("such a one, on a page of its own", &[dated(A, 1), other.clone()], &[dated(A, 1), other.clone()], Same),
        ("one that another has by now", &[dated(A, 1)], &[dated(B, 1), other.clone()], Unknown),
        ("such a one, on a page of all", &[dated(A, 1), dated(A, 1)], &[dated(A, 1), dated(A, 1)], Unknown),
    ];
    for (what, before, now, expected) in cases {
        assert_eq!(of_first(&remember_all(before), now, |m, l, k| m.dates(l, k)), expected, "{what}");
    }
}

/// What is known of entries, none of which is dropped.
fn remember_all(entries: &[Entry]) -> Vec<Known> {
    entries.iter().flat_map(|e| remember(std::slice::from_ref(e))).collect()
}

#[test]
fn texts_agree_to_the_letter_where_they_are_the_entrys_own_b92() {
    let with = |page: &str, text: &str| item("", page, &format!("On {page}"), text, 0);
    let other = with(C, "Something else altogether.");
    let short = "Read more.";
    let cases: [(&str, &[Entry], &[Entry], Agreement); 9] = [
        ("the same sentence", &[with(A, ROAD)], &[with(B, ROAD)], Same),
        ("another sentence", &[with(A, ROAD)], &[with(B, PORT)], Different),
        ("a text that came", &[with(A, "")], &[with(A, ROAD)], Different),
        ("a text that went", &[with(A, ROAD)], &[with(A, "")], Different),
        ("none at all", &[with(A, "")], &[with(A, "")], Unknown),
        ("a phrase, alone in its document", &[with(A, short)], &[with(A, short)], Unknown),
        ("a phrase that no other has", &[with(A, short)], &[with(A, short), other.clone()], Same),
        ("a sentence that another has by now", &[with(A, ROAD)], &[with(A, ROAD), with(B, ROAD)], Unknown),
        ("a sentence that another had", &[with(A, ROAD), with(B, ROAD)], &[with(A, ROAD), other.clone()], Unknown),
    ];
    for (what, before, now, expected) in cases {
        assert_eq!(of_first(&remember_all(before), now, |m, l, k| m.texts(l, k)), expected, "{what}");
    }
    // What an earlier version hashed cannot be compared.
    let mut known = remember_all(&[with(A, ROAD)]);
    known[0].print.edition -= 1;
    assert_eq!(of_first(&known, &[with(A, ROAD)], |m, l, k| m.texts(l, k)), Unknown);
}

#[test]
fn one_of_date_and_text_is_evidence_and_both_are_against_it_b91() {
    let of = |text: &str, hour: i64| item("", A, "Road works", text, hour);
    for (now, for_it, against_it) in [
        (of(ROAD, 1), true, false),
        (of(PORT, 1), true, false),
        (of(ROAD, 2), true, false),
        (of(PORT, 2), false, true),
        // What is not said contradicts nothing.
        (of(PORT, 0), false, false),
    ] {
        let known = remember_all(&[of(ROAD, 1)]);
        let told = |m: &Matching<'_>, l: &ListedEntry, k: &Known| (m.date_or_text(l, k), m.contradict(l, k));
        assert_eq!(of_first(&known, std::slice::from_ref(&now), told), (for_it, against_it), "{now:?}");
    }
}

#[test]
fn an_id_stands_for_another_story_where_nothing_else_stayed_b55() {
    let of = |page: &str, title: &str, text: &str, hour: i64| item("7", page, title, text, hour);
    let before = || of(A, "Harbour dues", ROAD, 1);
    let beside = item("8", A, "Ferry", "It sails at noon.", 9);
    for (what, now, expected) in [
        ("all of it", vec![of(B, "Port strike", PORT, 2), beside.clone()], true),
        ("all but the headline", vec![of(B, "Harbour dues", PORT, 2), beside.clone()], false),
        ("all but the text", vec![of(B, "Port strike", ROAD, 2), beside.clone()], false),
        ("all but the date", vec![of(B, "Port strike", PORT, 1), beside.clone()], false),
        ("all on a page that others have too", vec![of(A, "Port strike", PORT, 2), beside.clone()], true),
        ("the text on such a page", vec![of(A, "Harbour dues", PORT, 2), beside], false),
        ("all on its own page", vec![of(A, "Port strike", PORT, 2), item("8", B, "Ferry", "At noon.", 9)], false),
        ("all on its own page, alone in its document", vec![of(A, "Port strike", PORT, 2)], true),
        ("text and date there", vec![of(A, "Harbour dues", PORT, 2)], false),
    ] {
        assert_eq!(of_first(&remember_all(&[before()]), &now, |m, l, k| m.is_another(l, k)), expected, "{what}");
    }
}

#[test]
fn ids_number_positions_where_each_of_two_is_another_items_too_b55() {
    let of = |id: &str, page: &str| item(id, page, "One", ROAD, 1);
    for (what, before, now, expected) in [
        ("swapped", vec![of("1", A), of("2", B)], vec![of("2", A), of("1", B)], true),
        ("kept", vec![of("1", A), of("2", B)], vec![of("1", A), of("2", B)], false),
        ("renewed", vec![of("1", A), of("2", B)], vec![of("8", A), of("9", B)], false),
        ("the old one is gone", vec![of("1", A), of("2", B)], vec![of("2", A), of("3", B)], false),
        ("the new one was not there", vec![of("1", A), of("2", B)], vec![of("3", A), of("1", B)], false),
        ("none now", vec![of("1", A), of("2", B)], vec![of("", A), of("1", B)], false),
        ("none before", vec![of("", A), of("2", B)], vec![of("2", A), of("1", B)], false),
    ] {
        assert_eq!(of_first(&remember_all(&before), &now, |m, l, k| m.is_positional(l, k)), expected, "{what}");
    }
}

#[test]
fn words_show_something_from_a_sentence_on_or_at_a_time_of_day_b92() {
    let day = at_midnight(A).published;
    for (title, text, hour, expected) in [
        ("Minutes", "See the attached file", 0, false),
        ("Minutes", "See the attached file", 1, true),
        ("Minutes", ROAD, 0, true),
        ("Minutes of the council of the fourth of May, second part", "", 0, true),
        // Together they are more than a phrase.
        ("Minutes of the town council", "See the attached file", 0, true),
        ("", "", 1, true),
    ] {
        let now = item("", A, title, text, hour);
        let is_worded = |m: &Matching<'_>, l: &ListedEntry, _: &Known| m.is_worded(l);
        assert_eq!(of_first(&remember_all(&[dated(B, 1)]), &[now], is_worded), expected, "{title} {text} {hour}");
    }
    let now = Entry { published: day, ..item("", A, "Minutes", "", 0) };
    assert!(!of_first(&remember_all(&[dated(B, 1)]), &[now], |m, l, _| m.is_worded(l)), "a day has no time");
}

#[test]
fn a_page_a_headline_or_a_text_is_an_entrys_own_where_no_other_has_it_b55() {
    let of = |page: &str, title: &str, text: &str| item("", page, title, text, 0);
    let first = of(A, "Road works", ROAD);
    for (what, others, expected) in [
        ("all its own", vec![of(B, "Port", PORT)], (true, true, true)),
        ("a page of two", vec![of(A, "Port", PORT)], (false, true, true)),
        ("a headline of two", vec![of(B, "Road works", PORT)], (true, false, true)),
        ("a text of two", vec![of(B, "Port", ROAD)], (true, true, false)),
    ] {
        let own = |m: &Matching<'_>, l: &ListedEntry, _: &Known| {
            (m.has_own_page(&l.print), m.has_own_title(l), m.has_own_text(l))
        };
        // Whether another one is listed with it, or was known before.
        let now = [vec![first.clone()], others.clone()].concat();
        assert_eq!(of_first(&remember_all(std::slice::from_ref(&first)), &now, own), expected, "{what}, listed");
        let known = remember_all(&[vec![first.clone()], others].concat());
        assert_eq!(of_first(&known, std::slice::from_ref(&first), own), expected, "{what}, known");
    }
    let bare = [of("", "Road works", "")];
    let own = |m: &Matching<'_>, l: &ListedEntry, _: &Known| (m.has_own_page(&l.print), m.has_own_text(l));
    assert_eq!(of_first(&remember_all(&bare), &bare, own), (false, false), "what is not there is not its own");
}
