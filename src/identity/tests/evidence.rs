//! What is evidence that two items are one, and what is not: words, dates, URLs (checks B91
//! to B94).

use super::*;

const A: &str = "https://city.example/a";
const ROAD: &str = "Quay Street is closed for repairs to the sewer until Friday.";
const PORT: &str = "The consul general of Norland visits the port today.";
const HALL: &str = "The library opens later on Monday because of a training.";

#[test]
fn the_only_item_under_one_address_is_another_where_all_it_says_is_b91() {
    for (id, link) in [("x", A), ("N/A", "https://city.example/"), ("", A)] {
        let of = |title: &str, text: &str, hour| item(id, link, title, text, hour);
        let before = [of("Quay Street closed", ROAD, 1)];
        check(&before, &[of("Consul visits", PORT, 25)], &[new()]);
        // It is an edit where headline, text or date stays (product §3.1).
        check(&before, &[of("Quay Street shut", ROAD, 25)], &[edited(1)]);
        check(&before, &[of("Quay Street shut", PORT, 1)], &[edited(1)]);
        if !link.ends_with(".example/") && !id.is_empty() {
            check(&before, &[of("Quay Street closed", HALL, 25)], &[edited(1)]);
        }
        // And where there was nothing to compare.
        if !link.ends_with(".example/") {
            check(&[of("Quay Street closed", ROAD, 0)], &[of("Consul visits", PORT, 0)], &[edited(1)]);
        }
    }
    // Beside another item an own id names what it names.
    let other = item("8", "https://city.example/b", "Library", HALL, 2);
    let before = [item("7", A, "Quay Street closed", ROAD, 1), other.clone()];
    check(&before, &[item("7", A, "Street open again", "All of it.", 30), other], &[edited(1), same(2)]);
}

#[test]
fn a_set_phrase_is_no_evidence_b92() {
    for phrase in ["See attached PDF", "Click to read", "Read more on our site", "Siehe Anhang.", "点击查看全文"]
    {
        // The only item, on the same page under another id; under the same id elsewhere.
        let latest = |id: &str, title: &str, hour| item(id, A, title, phrase, hour);
        check(&[latest("1", "Road works", 1)], &[latest("2", "Market moved", 25)], &[new()]);
        check(&[latest("1", "Briefing", 1)], &[latest("2", "Briefing", 25)], &[new()]);
        let at = |page: &str, title: &str, hour| item("7", &format!("{A}/{page}"), title, phrase, hour);
        check(&[at("1", "Road works", 1)], &[at("2", "Market moved", 25)], &[new()]);
        // Minutes of a day, or of none, under another id and page; alone and beside others.
        let library = item("9", "https://city.example/9", "Library", HALL, 7);
        for day in [0, midnight()] {
            let minutes = |n: &str| with_date(item(n, &format!("{A}/{n}"), "Minutes", phrase, 0), day);
            check(&[minutes("1"), library.clone()], &[minutes("2"), library.clone()], &[new(), same(2)]);
            check(&[minutes("1")], &[minutes("2")], &[new()]);
            let page = |n: &str| with_date(item("", &format!("{A}/{n}"), "Minutes", "", 0), day);
            check(&[page("1")], &[page("2")], &[new()]);
        }
    }
    // On another host the same path and headline are no evidence with it either.
    let hello = |host: &str, hour| {
        item("", &format!("https://{host}.example/hello-world"), "Hello world", "Welcome to WordPress.", hour)
    };
    check(&[hello("a", 1)], &[hello("c", 5)], &[new()]);
}

/// A day without a time of day.
fn midnight() -> i64 {
    1_795_046_400_000
}

fn with_date(mut e: Entry, millis: i64) -> Entry {
    e.published = (millis > 0).then(|| Timestamp::from_millis(millis));
    e
}

#[test]
fn title_date_and_text_of_a_gone_entry_are_evidence() {
    for (title, text) in
        [("Quay Street closed", ROAD), ("Port", PORT), ("领事访问港口", "代表团今天参观了港口和市场。")]
    {
        let at = |n: u32, hour| {
            item(&format!("https://c.example/v{n}/x"), &format!("https://c.example/v{n}/x"), title, text, hour)
        };
        // Also beside an item that stays, and without a date.
        let fixed = item("fix", "https://c.example/fix", "Library", HALL, 0);
        check(&[at(1, 3), fixed.clone()], &[at(2, 3), fixed.clone()], &[followed(1), same(2)]);
        check(&[at(1, 0), fixed.clone()], &[at(2, 0), fixed.clone()], &[followed(1), same(2)]);
        check(&[at(1, 3)], &[at(2, 3)], &[followed(1)]);
        // While the old one is still listed, another one is new.
        check(&[at(1, 3)], &[at(2, 3), at(1, 3)], &[new(), same(1)]);
    }
    // With one of headline and text edited, the second of its date names it.
    let at = |page: &str, title: &str, text: &str| item(page, &format!("https://c.example/{page}"), title, text, 3);
    check(&[at("a?from=rss", "Road", ROAD)], &[at("a", "Road", &format!("{ROAD} Buses."))], &[edited(1)]);
    check(&[at("a?from=rss", "Road", ROAD)], &[at("a", "Street shut", ROAD)], &[edited(1)]);
}

#[test]
fn one_story_listed_twice_stays_two_under_tokens_b93() {
    for hour in [0, 5] {
        let listed = |token: u32| {
            let at = |n: &str, twin: u32, title: &str, text: &str| {
                item("", &format!("https://c.example/{n}?tk={token}{n}{twin}"), title, text, hour)
            };
            [
                at("a", 1, "Quay Street closed", ROAD),
                at("b", 1, "Consul visits", PORT),
                at("a", 2, "Quay Street closed", ROAD),
            ]
        };
        check(&listed(1), &listed(2), &[followed(1), followed(2), followed(3)]);
        // One more of the same is one too many to tell which is new.
        let [a, b, twin] = listed(1);
        assert_eq!(after(&[a, b], &listed(2), 0).verdicts.iter().filter(|v| **v == new()).count(), 2);
        check(&listed(1), &[twin], &[same(3)]);
    }
}

#[test]
fn the_order_of_parameters_tells_nothing_b93() {
    let spelt = |before: &str, now: &str| {
        let [before, now] = [before, now].map(|query| format!("https://c.example/n?{query}"));
        check(&[item("", &before, "Road", ROAD, 1)], &[item("", &now, "Street shut", PORT, 9)], &[new()]);
        let two = |link: &str, title: &str| {
            [item("", link, title, ROAD, 1), item("", "https://c.example/b", "Consul", PORT, 2)]
        };
        check(&two(&before, "Road"), &two(&now, "Street shut"), &[edited(1), same(2)]);
        let named = |id: &str, title: &str, text: &str| {
            [item(id, "", title, text, 0), item("https://c.example/b", "", "Consul", PORT, 2)]
        };
        check(&named(&before, "Road", ROAD), &named(&now, "Shut", ROAD), &[edited(1), same(2)]);
    };
    spelt("a=1&id=7", "id=7&a=1");
    spelt("lang=en&id=7&x=a%20b", "x=a+b&id=7&lang=en");
    spelt("id=%2c7&b", "b&id=,7");
}

#[test]
fn items_with_a_headline_alone_come_back_as_what_they_were_b93() {
    let at = |title: &str, hour| item("", "", title, "", hour);
    let documents = |hour| {
        let [mut first, second] = [at("Road works", hour), at("Road works", hour)];
        first.published = first.published.map(|at| at.plus(std::time::Duration::from_secs(1)));
        first.published_raw = Some(format!("hour {hour}, a second later"));
        first.key = crate::model::keys::text_key(&first);
        [at("Library", hour), first, at("Market", hour), second]
    };
    check(&documents(1), &documents(2), &[followed(1), followed(2), followed(3), followed(4)]);
    check(&documents(1)[..2], &documents(2)[..3], &[followed(1), followed(2), new()]);
    // Its key stays from one document to the next, so a store finds it again.
    let key = |document: &[Entry]| {
        let asked = questions(document, &document.iter().map(|e| read(e, &[])).collect::<Vec<_>>());
        asked[0].keys[0]
    };
    assert_eq!(key(&documents(1)), remember(&documents(9))[0].key);
    // Where dates are the items' own, they count.
    let gales = [at("Gale warning", 3), at("Gale warning", 2), at("Storm", 1)];
    check(&gales, &[at("Gale warning", 9), at("Gale warning", 8)], &[new(), new()]);
    assert_ne!(key(&gales), key(&[at("Gale warning", 4), gales[2].clone()]));
}

#[test]
fn anchors_of_one_page_are_items_without_ids() {
    let post = |anchor: &str, title: &str, text: &str, hour| item("", &format!("{A}#{anchor}"), title, text, hour);
    let live = |anchor: &str, text: &str, hour| post(anchor, "Live: the strike", text, hour);
    check(&[live("p1", ROAD, 1)], &[live("p2", PORT, 2)], &[new()]);
    check(&[live("p1", ROAD, 1)], &[live("p2", PORT, 2), live("p1", HALL, 3)], &[new(), edited(1)]);
    let notes = [post("n2", "Road", ROAD, 2), post("n1", "Port", PORT, 1)];
    check(&notes, &[post("n3", "Hall", HALL, 3), post("n2", "Shut", "All other.", 5)], &[new(), edited(1)]);
    // One that says how the reader came tells nothing; nor does one beside an id.
    check(&[post("xtor=RSS-1", "Road", ROAD, 1)], &[post("xtor=RSS-2", "Shut", ROAD, 9)], &[edited(1)]);
    let named = |anchor: &str| item("7", &format!("{A}#{anchor}"), "Road", ROAD, 1);
    check(&[named("item4")], &[named("item44")], &[followed(1)]);
}

#[test]
fn what_is_numbered_by_position_goes_with_its_page_or_its_words_b94() {
    let words = [("Quay Street closed", ROAD), ("Consul visits", PORT), ("Library", HALL)];
    let at = |n: usize, of: usize, title: &str, text: &str, hour| {
        item(&n.to_string(), &format!("https://c.example/{of}"), title, text, hour)
    };
    // Ids: page and headline, or the page alone, with date and text edited.
    for dated in [0, 1] {
        let old = |n: usize, of: usize| at(n, of, words[of].0, words[of].1, dated * (9 - of as i64));
        let top = at(0, 9, "Ferry line agreed", "Both councils agreed on it.", dated * 20);
        let before = [old(0, 0), old(1, 1), old(2, 2)];
        let edit = at(1, 0, words[0].0, "Buses go round.", dated * 19);
        check(&before, &[top.clone(), edit, old(2, 1), old(3, 2)], &[new(), edited(1), rekeyed(2), rekeyed(3)]);
        let edit = at(1, 0, "Street shut", "Buses go round.", dated * 19);
        check(&before, &[top, edit, old(2, 1), old(3, 2)], &[new(), edited(1), rekeyed(2), rekeyed(3)]);
    }
    // Links, without ids; one is edited meanwhile.
    let place =
        |n: usize, title: &str, text: &str, hour| item("", &format!("https://c.example/latest/{n}"), title, text, hour);
    let old = |n: usize, of: usize| place(n, words[of].0, words[of].1, 9 - of as i64);
    let top = place(0, "Ferry line agreed", "Both councils agreed on it.", 20);
    let before = [old(0, 0), old(1, 1), old(2, 2)];
    check(&before, &[top.clone(), old(1, 0), old(2, 1), old(3, 2)], &[new(), followed(1), followed(2), followed(3)]);
    check(&before, &[old(0, 1), old(1, 0), old(2, 2)], &[followed(2), followed(1), same(3)]);
    check(
        &before,
        &[top, place(1, "Street shut", ROAD, 9), old(2, 1), old(3, 2)],
        &[new(), edited(1), followed(2), followed(3)],
    );
}

#[test]
fn an_id_that_counts_the_edits_of_its_page_is_the_same_b94() {
    let at = |page: &str, count: u32, title: &str, text: &str| {
        item(&format!("https://c.example/{page}#{count}"), &format!("https://c.example/{page}"), title, text, 0)
    };
    let before = [at("a", 0, "Road", ROAD), at("b", 0, "Consul", PORT)];
    for count in [1, 3, 8] {
        check(&before, &[at("a", count, "Street shut", "Buses."), before[1].clone()], &[edited(1), same(2)]);
    }
    // Counted down, or alone on the page of all, it is another.
    let later = [at("a", 4, "Road", ROAD), before[1].clone()];
    check(&later, &[at("a", 2, "Street shut", "Buses."), before[1].clone()], &[new(), same(2)]);
    check(&before[..1], &[at("a", 1, "Street shut", "Buses.")], &[new()]);
}

#[test]
fn a_date_to_the_second_names_an_item_where_all_share_an_address() {
    for id in ["", "x"] {
        let of = |title: &str, text: &str, hour| item(id, A, title, text, hour);
        let before = [of("Road", ROAD, 1), of("Consul", PORT, 2), of("Hall", HALL, 3)];
        let mut now = before.to_vec();
        now[1] = of("Consul stays", "She stays until Monday.", 2);
        check(&before, &now, &[same(1), edited(2), same(3)]);
        // One that others have too names none.
        let day = [of("Road", ROAD, 1), of("Consul", PORT, 1), of("Hall", HALL, 1)];
        check(&day, &[of("Ferry", "It sails.", 1), day[1].clone(), day[2].clone()], &[new(), same(2), same(3)]);
    }
}

#[test]
fn versions_of_an_atom_entry_are_one_whatever_they_leave_out_b53() {
    let version = |page: &str, text: &str, published: i64, updated: i64| {
        let mut e = item("urn:v", &format!("https://c.example/{page}"), "Budget", text, published);
        e.updated = Some(Timestamp::from_millis(updated));
        e
    };
    let other = item("urn:b", "https://c.example/b", "Other", HALL, 1);
    let kept = |a: &Entry, b: &Entry| {
        let counts = [[a, b, &other], [b, a, &other]].map(|entries| {
            let mut entries: Vec<Entry> = entries.into_iter().cloned().collect();
            drop_repeated(&mut entries, Format::Atom);
            assert!(entries.iter().any(|e| e.updated == a.updated), "the later one stays");
            entries.len()
        });
        assert_eq!(counts[0], counts[1], "whichever stands first");
        counts[0]
    };
    let more = format!("{ROAD} Buses go round.");
    assert_eq!(kept(&version("a", &more, 0, 2), &version("a", ROAD, 5, 1)), 2, "one does not say when");
    assert_eq!(kept(&version("a", PORT, 0, 2), &version("a", ROAD, 0, 1)), 2, "on one page");
    assert_eq!(kept(&version("a-new", &more, 0, 2), &version("a", ROAD, 0, 1)), 2, "under another slug");
    assert_eq!(kept(&version("a-new", &more, 5, 2), &version("a", ROAD, 0, 1)), 2, "and one says when");
    assert_eq!(kept(&version("c", PORT, 0, 2), &version("a", ROAD, 0, 1)), 3, "other words on another page");
    assert_eq!(kept(&version("a", PORT, 6, 2), &version("a", ROAD, 5, 1)), 3, "published at another time");
}
