//! Situations met in practice, one after the other (B6 to B10).

use super::*;
use crate::identity::recognise::UNSTABLE;

const A: &str = "https://city.example/a";
const B: &str = "https://city.example/b";

#[test]
fn the_same_document_changes_nothing() {
    let all = [item("1", A, "Mayor meets envoy", "At noon.", 1), item("", B, "Port strike", "", 0)];
    check(&all, &all, &[same(1), same(2)]);
}

#[test]
fn an_edited_headline_makes_no_new_entry() {
    let before = [item("1", A, "Mayor meets envoy", "", 0), item("", B, "Port strike", "", 0)];
    let now = [item("1", A, "Mayor meets ambassador", "", 0), item("", B, "Port strike ends", "", 0)];
    check(&before, &now, &[edited(1), edited(2)]);
    let dots = item("1", A, "Mayor meets  Envoy!", "", 0);
    check(&before, &[dots, before[1].clone()], &[retouched(1), same(2)]);
}

#[test]
fn ids_that_change_at_each_poll_bring_no_news_b54() {
    let before = [item("1", A, "One", "", 0), item("2", B, "Two", "", 0)];
    let now = [item("8", A, "One", "", 0), item("9", B, "Two", "", 0)];
    assert!(check(&before, &now, &[rekeyed(1), rekeyed(2)]).ids_changed);
    // Once ids are known to be unstable, the link alone suffices.
    let edited_one = [item("8", A, "One, updated", "", 0), item("9", B, "Two", "", 0)];
    assert_eq!(after(&before, &edited_one, 0).verdicts, [new(), rekeyed(2)]);
    assert_eq!(after(&before, &edited_one, UNSTABLE).verdicts, [edited(1), rekeyed(2)]);
}

#[test]
fn an_id_used_for_another_story_is_a_new_entry_b55() {
    const RISE: &str = "They rise by a tenth from the first of January, the council said.";
    let before = [item("7", A, "Harbour dues", RISE, 1)];
    let other = check(&before, &[item("7", B, "Port strike", "It ends.", 9)], &[new()]);
    assert!(other.warnings[0].text.contains("used again"), "{:?}", other.warnings);
    // Headline and page alone are an edit, where date or text stayed.
    check(&before, &[item("7", B, "Port dues", RISE, 9)], &[edited(1)]);
    check(&before, &[item("7", B, "Port dues", "They fall.", 1)], &[edited(1)]);
    check(&before, &[item("7", B, "Harbour dues", RISE, 1)], &[followed(1)]);
}

#[test]
fn a_site_that_moves_publishes_nothing_again_b56() {
    let old = |n: &str| format!("http://city.example/news/{n}");
    let before = [item("1", &old("a"), "One", "", 0), item("2", &old("b"), "Two", "", 0)];
    let https = ["a", "b"].map(|n| format!("https://city.example/news/{n}"));
    check(
        &before,
        &[item("1", &https[0], "One", "", 0), item("2", &https[1], "Two", "", 0)],
        &[followed(1), followed(2)],
    );
    let host = ["a", "b"].map(|n| format!("https://new.example/news/{n}"));
    check(
        &before,
        &[item("x", &host[0], "One", "", 0), item("y", &host[1], "Two", "", 0)],
        &[followed(1), followed(2)],
    );
}

#[test]
fn one_id_and_one_link_for_all_take_nothing_from_known_items() {
    let all = |title: &str, hour| item("alerts", A, title, &format!("{title} in full"), hour);
    let before = [all("Quay closed", 2), all("Market moved", 1)];
    let now = [all("Consul visits", 3), before[0].clone(), before[1].clone()];
    check(&before, &now, &[new(), rekeyed(1), same(2)]);
    // An older one that fell out stays as it is.
    check(&before, &now[..2], &[new(), rekeyed(1)]);
    // The same without ids, and with one headline: date and text tell them apart.
    let gale = |area: &str, hour| item("", A, "Gale warning", area, hour);
    let before = [gale("Kettle", 2), gale("Anvil", 1)];
    check(&before, &[gale("Tongs", 3), gale("Kettle", 2)], &[new(), same(1)]);
    let bare = |hour| item("", A, "Gale warning", "", hour);
    check(&[bare(2), bare(1)], &[bare(3), bare(2)], &[new(), same(1)]);
}

#[test]
fn own_ids_come_before_page_and_headline() {
    let gale = |id: &str, area: &str, hour| item(id, A, "Gale warning", area, hour);
    let before = [gale("g3", "Kettle", 3), gale("g2", "Anvil", 2), gale("g1", "Bellows", 1)];
    let now = [gale("g4", "Tongs", 4), before[0].clone(), before[1].clone(), before[2].clone()];
    let told = check(&before, &now, &[new(), same(1), same(2), same(3)]);
    assert!(told.warnings.is_empty(), "{:?}", told.warnings);
    // The oldest fell out in the same poll: it is not the new one either.
    check(&before, &now[..3], &[new(), same(1), same(2)]);
    // Planets list many hosts with like paths.
    let post = |host: &str, id: &str| item(id, &format!("https://{host}.example/hello"), "Hello", host, 1);
    check(&[post("a", "a1"), post("b", "b1")], &[post("c", "c1"), post("a", "a1")], &[new(), same(1)]);
}

#[test]
fn a_new_id_is_a_new_item_where_date_and_text_differ_too() {
    let fish = "The spokesman took questions on fishing quotas and the price of salt.";
    let before = [item("b1", A, "Daily briefing", fish, 1)];
    check(&before, &[item("b2", A, "Daily briefing", "On a consulate.", 25)], &[new()]);
    check(&before, &[item("b2", A, "Daily briefing", fish, 25)], &[followed(1)]);
    check(&before, &[item("b2", A, "Daily briefing", &format!("{fish} And more."), 1)], &[edited(1)]);
    // Without a text the date decides.
    check(&[item("b1", A, "Closed today", "", 1)], &[item("b2", A, "Closed today", "", 25)], &[new()]);
}

#[test]
fn an_edit_that_changes_the_id_is_an_edit() {
    let counted = |n: u32, title: &str, text: &str| item(&format!("{A}#{n}"), A, title, text, 1);
    let before = [counted(0, "Mayor to meet envoy", "At noon."), item(B, B, "Dues", "", 1)];
    let now = [counted(1, "Mayor meets envoy", "At noon. A second meeting follows."), item(B, B, "Dues", "", 1)];
    check(&before, &now, &[edited(1), same(2)]);
    // A parameter of the id vanishes, while the headline is edited.
    let campaign = [item(&format!("{A}?utm_source=rss"), &format!("{A}?utm_source=rss"), "Twin town", "They come.", 1)];
    check(&campaign, &[item(A, A, "Sudhafen sends a delegation", "They come.", 1)], &[edited(1)]);
    // A version counted in the id, with the page kept and the text alone changed.
    let versions = |v: &str, text: &str| item(&format!("urn:x:9:{v}"), A, "Budget", text, 3);
    check(&[versions("v1", "Draft.")], &[versions("v2", "Adopted.")], &[edited(1)]);
}

#[test]
fn other_spellings_of_an_address_bring_no_news() {
    let titled = |n: usize, link: &str| item("", link, &format!("Title {n}"), &format!("Text {n}"), n as i64 + 1);
    let spelt = |before: &[&str], now: &[&str], expected: fn(i64) -> Verdict| {
        let [before, now] = [before, now]
            .map(|links| -> Vec<Entry> { links.iter().enumerate().map(|(n, link)| titled(n, link)).collect() });
        let expected: Vec<Verdict> = (1..=now.len() as i64).map(expected).collect();
        check(&before, &now, &expected);
    };
    spelt(&["https://c.example/a", "https://c.example/b"], &["https://c.example/a/", "https://c.example/b/"], followed);
    spelt(&["https://c.example/%e5%8f%8b"], &["https://c.example/%E5%8F%8B"], followed);
    spelt(&["https://c.example/%e5%8f%8b"], &["https://c.example/友"], followed);
    spelt(&["https://c.example/a;jsessionid=1"], &["https://c.example/a;jsessionid=2"], followed);
    spelt(
        &["https://c.example/click?to=1&t=a", "https://c.example/click?to=2&t=a"],
        &["https://c.example/click?to=1&t=b", "https://c.example/click?to=2&t=b"],
        followed,
    );
    spelt(&["https://c.example/news/1.html"], &["https://new.example/2026/first-title"], followed);
    spelt(&["https://c.example/archive/index.php"], &["http://www.c.example/archive"], followed);
}

#[test]
fn pages_told_apart_by_a_parameter_stay_apart() {
    let notice = |n: i64| item("", &format!("{A}?n={n}"), "Notice", "Read the board.", n);
    check(&[notice(2), notice(1)], &[notice(3), notice(2)], &[new(), same(1)]);
    // Even without dates, as long as the window moves on.
    let undated = |n: i64| item("", &format!("{A}?n={n}"), "Notice", "Read the board.", 0);
    check(&[undated(2), undated(1)], &[undated(3), undated(2)], &[new(), same(1)]);
}

#[test]
fn a_date_of_generation_makes_nothing_new_b52_b62() {
    let bare = |title: &str, text: &str, hour| item("", "", title, text, hour);
    let before = [bare("Consul visits", "At the port.", 1), bare("Quay closed", "", 1)];
    let now = [bare("Consul visits", "At the port.", 2), bare("Quay closed", "", 2)];
    check(&before, &now, &[followed(1), followed(2)]);
    check(&before, &[bare("Market moved", "", 2), now[0].clone(), now[1].clone()], &[new(), followed(1), followed(2)]);
    // An edited text under the same headline and date is an edit.
    check(&before, &[bare("Consul visits", "At the port, at noon.", 1), before[1].clone()], &[edited(1), same(2)]);
    // Where dates stay with their items, another date is another item.
    let gale = |hour| bare("Gale warning", "", hour);
    check(&[gale(2), gale(1)], &[gale(3), gale(2)], &[new(), same(1)]);
    check(&[gale(1)], &[gale(2)], &[new()]);
}

#[test]
fn ids_numbered_by_position_go_with_their_pages_b55() {
    let at = |n: usize, page: &str| {
        item(&n.to_string(), &format!("https://c.example/{page}"), page, page, page.len() as i64)
    };
    let before = [at(1, "ccc"), at(2, "bb"), at(3, "a")];
    // A new one on top moves every id down by one.
    let now = [at(1, "dddd"), at(2, "ccc"), at(3, "bb"), at(4, "a")];
    let moved = check(&before, &now, &[new(), rekeyed(1), rekeyed(2), rekeyed(3)]);
    assert_eq!(moved.released.len(), 3, "each takes the key of the one below: {moved:?}");
    // Two swap; the first is removed and the rest move up.
    let swapped = check(&before, &[at(1, "bb"), at(2, "ccc"), at(3, "a")], &[rekeyed(2), rekeyed(1), same(3)]);
    assert_eq!(swapped.released, [EntryId(1), EntryId(2)]);
    check(&before, &[at(1, "bb"), at(2, "a")], &[rekeyed(2), rekeyed(3)]);
}

#[test]
fn what_others_have_too_shows_nothing_b55() {
    // Numbered ids without links, and with one link for all.
    for page in ["", A] {
        let at = |n: usize, title: &str, hour| item(&n.to_string(), page, title, &format!("{title} in full"), hour);
        let before = [at(0, "A", 3), at(1, "B", 2), at(2, "C", 1)];
        let now = [at(0, "N", 4), at(1, "A", 3), at(2, "B", 2), at(3, "C", 1)];
        check(&before, &now, &[new(), rekeyed(1), rekeyed(2), rekeyed(3)]);
        check(&before, &now[..3], &[new(), rekeyed(1), rekeyed(2)]);
        check(&before, &[at(0, "B", 2), at(1, "A", 3), at(2, "C", 1)], &[rekeyed(2), rekeyed(1), same(3)]);
    }
    // A day that all share, and a text that all share, are no evidence.
    let day = |n: &str, page: &str, title: &str| item(n, &format!("{A}/{page}"), title, &format!("{title} in full"), 1);
    check(&[day("1", "a", "A"), day("2", "b", "B")], &[day("1", "n", "N"), day("2", "b", "B")], &[new(), same(2)]);
    let boiler = |n: &str, page: &str, title: &str, hour| item(n, &format!("{A}/{page}"), title, "Read more.", hour);
    let before = [boiler("1", "a", "A", 1), boiler("2", "b", "B", 2)];
    check(&before, &[boiler("1", "n", "N", 3), before[1].clone()], &[new(), same(2)]);
    // An id used again under a link that others have too.
    let shared = |n: &str, title: &str, hour| item(n, A, title, &format!("{title} in full"), hour);
    let before = [shared("7", "A", 1), shared("8", "B", 2)];
    check(&before, &[shared("7", "N", 3), before[1].clone()], &[new(), same(2)]);
    check(&before, &[shared("7", "A, edited", 1), before[1].clone()], &[edited(1), same(2)]);
}

#[test]
fn an_edit_on_a_shared_page_or_on_another_host_is_an_edit() {
    let board = |title: &str, text: &str, hour| item("", A, title, text, hour);
    let before = [board("A", "Text of A", 1), board("B", "Text of B", 2), board("C", "Text of C", 3)];
    check(
        &before,
        &[board("A, edited", "Text of A", 1), before[1].clone(), before[2].clone()],
        &[edited(1), same(2), same(3)],
    );
    check(
        &before,
        &[board("A", "Text of A, edited", 1), before[1].clone(), before[2].clone()],
        &[edited(1), same(2), same(3)],
    );
    let at = |host: &str, title: &str, text: &str| item("", &format!("https://{host}.example/x"), title, text, 1);
    check(&[at("old", "A", "Text.")], &[at("new", "A, edited", "Text.")], &[edited(1)]);
    check(&[at("old", "A", "Text.")], &[at("new", "A", "Text, edited.")], &[edited(1)]);
    let named = |id: &str, page: &str, title: &str| item(id, &format!("https://c.example/{page}"), title, "Text.", 1);
    check(&[named("1", "a?b=1", "A")], &[named("2", "a", "A, edited")], &[edited(1)]);
}

#[test]
fn what_makes_no_revision_is_followed() {
    let with = |change: fn(&mut Entry)| {
        let mut e = item("1", A, "Decision 44", "It was adopted.", 5);
        change(&mut e);
        e
    };
    let before = [with(|_| {})];
    check(
        &before,
        &[with(|e| e.enclosures.push(Enclosure { url: "https://c.example/44.pdf".into(), ..Default::default() }))],
        &[followed(1)],
    );
    check(&before, &[with(|e| e.link = Some(format!("{A}#item44")))], &[followed(1)]);
    check(&before, &[with(|e| e.language = Some("en".into()))], &[followed(1)]);
    check(&before, &[with(|e| e.rights = Some("CC BY".into()))], &[followed(1)]);
    check(&before, &[with(|e| e.links.push(Default::default()))], &[followed(1)]);
    // A date is put right; one of generation is not believed.
    check(&before, &[item("1", A, "Decision 44", "It was adopted.", 6)], &[followed(1)]);
    check(&before, &[item("1", A, "Decision 44", "It was adopted.", 900)], &[same(1)]);
    check(&[item("1", A, "Decision 44", "It was adopted.", 0)], &before, &[followed(1)]);
}

#[test]
fn of_equal_atom_ids_the_latest_version_wins_wherever_it_stands() {
    let version = |title: &str, updated: i64| {
        let mut e = item("tag:c.example,2026:1", A, title, title, 0);
        e.updated = Some(Timestamp::from_millis(updated));
        e
    };
    let kept = |entries: &[Entry], format| {
        let mut entries = entries.to_vec();
        drop_repeated(&mut entries, format);
        entries.into_iter().map(|e| e.title).collect::<Vec<_>>()
    };
    let other = item("tag:c.example,2026:2", B, "Other", "", 0);
    assert_eq!(kept(&[version("New", 2), other.clone(), version("Old", 1)], Format::Atom), ["New", "Other"]);
    assert_eq!(kept(&[version("Old", 1), other.clone(), version("New", 2)], Format::Atom), ["Other", "New"]);
    // RSS knows no versions: both are kept apart (B53).
    assert_eq!(kept(&[version("Old", 1), other, version("New", 2)], Format::Rss2).len(), 3);
    // Three versions of one are no constant id, where they say when it was published.
    let published = |title: &str, updated| Entry { published: Some(SEEN), ..version(title, updated) };
    assert_eq!(kept(&[published("2", 2), published("3", 3), published("1", 1)], Format::Atom), ["3"]);
    // An id that all entries have names none.
    let alerts = [version("A", 3), version("B", 2), version("C", 1)];
    assert_eq!(kept(&alerts, Format::Atom), ["A", "B", "C"]);
}

#[test]
fn what_stands_twice_is_one_unless_it_says_something_else_b53() {
    let kept = |entries: &[Entry]| {
        let mut entries = entries.to_vec();
        drop_repeated(&mut entries, Format::Rss2);
        let keys: std::collections::HashSet<_> = entries.iter().map(|e| e.key).collect();
        assert_eq!(keys.len(), entries.len(), "each has a key of its own");
        entries.len()
    };
    let one = item("1", A, "Gale", "Kettle.", 1);
    assert_eq!(kept(&[one.clone(), one.clone()]), 1);
    assert_eq!(kept(&[one.clone(), item("1", A, "Gale", "Kettle again.", 1)]), 1);
    assert_eq!(kept(&[one.clone(), item("1", A, "Gale", "Anvil.", 2)]), 2);
    assert_eq!(kept(&[item("", A, "Gale", "Kettle.", 1), item("", A, "Gale", "Anvil.", 1)]), 2);
    assert_eq!(kept(&[item("", A, "Gale", "", 1), item("", A, "Gale", "", 2)]), 2);
    assert_ne!(own_key(&one), one.key);
}

#[test]
fn an_entry_of_an_earlier_version_is_known_by_its_key_and_link() {
    let all = [item("1", A, "One", "Text.", 1), item("", B, "Two", "", 0)];
    let mut known = remember(&all);
    for (known, entry) in known.iter_mut().zip(&all) {
        let (material, form) = fingerprint::first_edition(entry, &own_texts(entry));
        let (link, path, title) = (known.print.link, known.print.path, known.print.title);
        known.print = crate::model::Fingerprint { link, path, title, material, form, ..Default::default() };
    }
    let of = |now: &[Entry]| {
        let mut now = now.to_vec();
        let readings: Vec<EntryReading> = now.iter().map(|e| read(e, &[])).collect();
        recognise(&mut now, &readings, &known, 0).verdicts
    };
    assert_eq!(of(&all), [rekeyed(1), rekeyed(2)]);
    assert_eq!(of(&[item("9", A, "One", "Text.", 1), all[1].clone()]), [rekeyed(1), rekeyed(2)]);
    assert_eq!(of(&[item("1", A, "One, edited", "Text.", 1)]), [edited(1)]);
    assert_eq!(of(&[item("1", "https://c.example/z", "Else", "Other.", 9)]), [new()]);
}

/// The id stays, the link carries a token: it is followed and learnt, no revision.
#[test]
fn a_token_in_the_link_of_a_stable_id_is_no_revision_b61() {
    let items = |token: &str| ["1", "2"].map(|n| item(n, &format!("{A}/{n}?t={token}"), n, "Text.", 1));
    let again = check(&items("a"), &items("b"), &[followed(1), followed(2)]);
    assert_eq!(again.adrift, [(0, EntryId(1)), (1, EntryId(2))]);
}

/// A text that is edited brings no date of generation with it (B62).
#[test]
fn an_edit_brings_no_date_that_lies_after_its_first_sight_b62() {
    let mut now = [item("1", A, "One", "Edited.", 9000)];
    let readings = [read(&now[0], &[])];
    let before = [item("1", A, "One", "Text.", 1)];
    let recognised = recognise(&mut now, &readings, &remember(&before), 0);
    assert_eq!(recognised.verdicts, [edited(1)]);
    assert_eq!(now[0].published, before[0].published);
}

#[test]
fn parameters_that_change_with_each_document_are_learnt() {
    let pairs = |pairs: &[(&str, &str)]| -> Vec<String> {
        fickle::changed(&pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>())
    };
    let token = [
        ("https://s.example/c?to=5&tid=2", "https://s.example/c?to=5&tid=1"),
        ("https://s.example/c?to=4&tid=2", "https://s.example/c?to=4&tid=1"),
    ];
    assert_eq!(pairs(&token), ["tid"]);
    assert_eq!(pairs(&token[..1]), [""; 0], "one item may have got another page");
    let path = [
        ("https://s.example/a;v=2", "https://s.example/a;v=1"),
        ("https://s.example/b;v=9", "https://s.example/b;v=1"),
    ];
    assert_eq!(pairs(&path), ["v"]);
    let slash = [token[0], ("https://s.example/b/", "https://s.example/b")];
    assert_eq!(pairs(&slash), [""; 0], "something else changed too");
    // Once is no habit: a site may be numbered anew. Twice is one, also in turn with another.
    let mut known = Vec::new();
    for (changed, expected) in [
        (vec!["id"], vec!["?id"]),
        (vec!["tid"], vec!["??id", "?tid"]),
        (vec![], vec!["??id", "?tid"]),
        (vec!["tid"], vec!["???id", "tid"]),
        (vec!["tid"], vec!["tid"]),
        (vec!["id"], vec!["tid", "?id"]),
        (vec!["sid"], vec!["tid", "??id", "?sid"]),
        (vec!["id"], vec!["tid", "??sid", "id"]),
        (vec!["sid"], vec!["tid", "id", "sid"]),
    ] {
        fickle::remember(&mut known, changed.into_iter().map(str::to_owned).collect());
        assert_eq!(known, expected);
    }
    // A parameter without which two items of a document become one is heeded.
    let two = ["https://s.example/c?n=1", "https://s.example/c?n=2"];
    assert!(fickle::telling(&two, &["n".to_owned()]).is_empty());
    assert_eq!(fickle::telling(&two, &["tid".to_owned()]), ["tid"]);
    // A parameter comes and goes.
    let one = [
        ("https://s.example/c?to=5&tid=2", "https://s.example/c?to=5"),
        ("https://s.example/c?to=4", "https://s.example/c?to=4&tid=1"),
    ];
    assert_eq!(pairs(&one), ["tid"]);
}
