//! Reading whole copies, and the leads of `tests/corpus/datelines`.

use serde_json::Value;

use super::*;
use crate::clock::Timestamp;
use crate::model::newswire::{CopyPart, Dateline};

fn desk() -> (Tables, Gazetteer) {
    (Tables::built_in(), Gazetteer::built_in())
}

fn dateline(text: &str, published: Option<&str>) -> Option<Dateline> {
    let (tables, gazetteer) = desk();
    let published = published.and_then(Timestamp::from_rfc3339);
    read(&WireCopy { text, published, ..WireCopy::default() }, &tables, &gazetteer).dateline
}

/// What `cuts` leave of a text: its lines, parted by bars.
pub(super) fn kept(text: &str, cuts: &[crate::model::newswire::Cut]) -> String {
    let mut left = text.to_owned();
    for cut in cuts.iter().rev() {
        left.replace_range(cut.at.clone(), "");
    }
    left.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" | ")
}

/// A dateline as the corpus labels it.
fn told(dateline: &Dateline) -> Value {
    let mut told =
        serde_json::json!({ "places": [], "date": dateline.date.map(|d| d.to_string()), "wire": dateline.wire });
    for place in &dateline.places {
        let mut row = serde_json::Map::new();
        let fields = [
            ("city", place.city.clone()),
            ("region", place.region.clone()),
            ("country", place.country.map(|country| country.code().to_owned())),
        ];
        row.extend(fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))));
        told["places"].as_array_mut().unwrap().push(row.into());
    }
    if let Some(byline) = &dateline.byline {
        told["byline"] = byline.as_str().into();
    }
    told
}

#[test]
fn labelled_leads_are_read_b310() {
    let (tables, gazetteer) = desk();
    let (mut rows, mut none, mut wrong) = (0, 0, Vec::new());
    for file in ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "other", "pt", "ru", "zh"] {
        let path = format!("{}/tests/corpus/datelines/{file}.jsonl", env!("CARGO_MANIFEST_DIR"));
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let row: Value = serde_json::from_str(line).unwrap();
            let copy = WireCopy {
                title: "A headline",
                text: row["text"].as_str().unwrap(),
                language: row["lang"].as_str(),
                published: row["published"].as_str().and_then(Timestamp::from_rfc3339),
                ..WireCopy::default()
            };
            let read = read(&copy, &tables, &gazetteer).dateline;
            (rows, none) = (rows + 1, none + usize::from(read.is_none()));
            let told = told(&read.unwrap_or_default());
            if told != row["expected"] {
                wrong.push(format!("{}\n  read {told}\n  not  {}", copy.text, row["expected"]));
            }
        }
    }
    assert!(rows >= 170 && none >= 8, "{rows} {none}");
    assert!(wrong.is_empty(), "{} of {rows}\n{}", wrong.len(), wrong.join("\n"));
}

/// What follows an opening bracket, without the country and the closing one.
fn unlabelled(part: &str) -> String {
    let Some((name, rest)) = part.split_once('|') else { return part.to_owned() };
    format!("{name}{}", rest.split_once(']').map_or("", |(_, rest)| rest))
}

#[test]
fn ordinary_paragraphs_have_no_dateline_b311() {
    let (tables, gazetteer) = desk();
    let (mut paragraphs, mut opened) = (0, 0);
    for language in ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "pt", "ru", "zh"] {
        let path = format!("{}/tests/corpus/places/{language}.jsonl", env!("CARGO_MANIFEST_DIR"));
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let row: Value = serde_json::from_str(line).unwrap();
            let text = row["text"].as_str().unwrap();
            // The labels stand in brackets: "[Nice|FR]".
            let text: String = text.split('[').map(unlabelled).collect();
            let copy = WireCopy { text: &text, language: Some(language), ..WireCopy::default() };
            let read = super::dateline::read(&copy, &tables, &gazetteer).map(|found| found.dateline.raw);
            // A few of them open with one: "Essen (dpa) - ...".
            assert_eq!(read.as_deref(), row["dateline"].as_str(), "{text}");
            paragraphs += 1;
            opened += usize::from(read.is_some());
        }
    }
    assert!(paragraphs >= 100 && opened == 5, "{paragraphs} {opened}");
}

#[test]
fn a_date_without_year_is_near_its_publication_b312() {
    let check = |text: &str, published: Option<&str>, expected: &str| {
        let date = dateline(text, published).and_then(|dateline| dateline.date).map(|date| date.to_string());
        assert_eq!(date.as_deref().unwrap_or("none"), expected, "{text} {published:?}");
    };
    let beijing = "BEIJING, Dec. 30 (Xinhua) -- The airport";
    check(beijing, None, "--12-30");
    check(beijing, Some("2026-12-30T05:00:00Z"), "2026-12-30");
    check(beijing, Some("2027-01-02T05:00:00Z"), "2026-12-30");
    check(beijing, Some("2026-11-20T05:00:00Z"), "2026-12-30");
    check(beijing, Some("2026-07-01T05:00:00Z"), "--12-30");
    check("OSLO, Feb. 29 (Xinhua) -- A fair", Some("2027-03-01T00:00:00Z"), "--02-29");
    check("OSLO, Feb. 30 (Xinhua) -- A fair", Some("2027-03-01T00:00:00Z"), "none");
    check("OSLO, May 3, 2011 (AFP) - A fair", Some("2027-03-01T00:00:00Z"), "2011-05-03");
    let tokyo = "[東京 ３１日 ロイター] - 日経平均は";
    check(tokyo, None, "---31");
    check(tokyo, Some("2026-11-01T02:00:00Z"), "2026-10-31");
    check(tokyo, Some("2026-10-30T22:00:00Z"), "2026-10-31");
    check(tokyo, Some("2026-03-02T02:00:00Z"), "2026-01-31");
}

#[test]
fn the_raw_words_and_the_resolved_place_are_kept_b313() {
    let text = "A first line\nREADING, Pa., Nov. 3, 2025 /PRNewswire/ -- A bridge opened in READING.";
    let (tables, gazetteer) = desk();
    let copy = WireCopy { text, ..WireCopy::default() };
    let found = super::dateline::read(&copy, &tables, &gazetteer).unwrap();
    assert_eq!(found.dateline.raw, "READING, Pa., Nov. 3, 2025 /PRNewswire/");
    assert_eq!(&text[found.at.clone()], found.dateline.raw);
    assert!(text[found.news_at..].starts_with("A bridge"), "{}", &text[found.news_at..]);
    let place = &found.dateline.places[0];
    assert_eq!((place.region.as_deref(), place.resolved.map(|c| c.code().to_owned())), (Some("PA"), Some("US".into())));
    assert_eq!(place.because.as_deref(), Some("Reading, US: by the country or region beside it"));

    // What the text does not name, the gazetteer knows apart from it.
    let place = dateline("KABUL (Reuters) - A road", None).unwrap().places.remove(0);
    assert_eq!((place.country, place.resolved.map(|c| c.code().to_owned())), (None, Some("AF".into())));
    assert_eq!(place.because.as_deref(), Some("Kabul, AF: the most populous place of this name"));
}

#[test]
fn the_wire_is_read_where_there_is_no_dateline_b314() {
    let (tables, gazetteer) = desk();
    let check = |copy: WireCopy<'_>, expected: Option<&str>| {
        assert_eq!(read(&copy, &tables, &gazetteer).wire.as_deref(), expected, "{copy:?}");
    };
    let of = |text: &'static str| WireCopy { text, ..WireCopy::default() };
    check(of("A bridge opened.\nSource: Harbour Office via GlobeNewswire"), Some("GlobeNewswire"));
    check(
        of("View source version on businesswire.com: https://www.businesswire.com/news/home/1/en/"),
        Some("Business Wire"),
    );
    check(of("一座桥开通。\n来源：新华社"), Some("Xinhua"));
    check(of("（来源：中新网）\n一座桥开通。"), Some("China News Service"));
    check(of("Source: Harbour Office"), None);
    check(of("Sources say that Reuters is for sale."), None);
    let linked = WireCopy { link: Some("https://www.prnewswire.com/news-releases/a-1.html"), ..of("A bridge opened.") };
    check(linked, Some("PR Newswire"));
    check(WireCopy { source_wire: Some("chinanewsservice"), ..linked }, Some("PR Newswire"));
    check(WireCopy { source_wire: Some("globenewswire"), ..of("A bridge opened.") }, Some("GlobeNewswire"));
    check(WireCopy { source_wire: Some("Harbour Press"), ..of("A bridge opened.") }, Some("Harbour Press"));
    check(WireCopy { source_wire: Some("yonhap"), ..of("ROME (AP) — A bridge") }, Some("AP"));
}

#[test]
fn the_operators_wires_are_read_or_named_b315() {
    let own = |key: &str, names: &[&str], marks: &[&str]| {
        let texts = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        OwnWire { key: key.into(), names: texts(names), marks: texts(marks), end_marks: vec!["=fin=".into()] }
    };
    let gazetteer = Gazetteer::built_in();
    let tables = Tables::with(&[
        own("harbour", &["Harbour Press"], &["(HARBOUR)", "Harbour Press"]),
        own("globenewswire", &[], &["/GNW/"]),
    ]);
    let tables = tables.unwrap();
    let wire = |text: &str| read(&WireCopy { text, ..WireCopy::default() }, &tables, &gazetteer).wire;
    assert_eq!(wire("BAKU, Dec. 5 (Harbour) -- The council").as_deref(), Some("Harbour Press"));
    assert_eq!(wire("BAKU - Harbour Press - Dec. 5, 2025 - The council").as_deref(), Some("Harbour Press"));
    assert_eq!(wire("BAKU, Dec. 5 /GNW/ -- The council").as_deref(), Some("GlobeNewswire"));
    assert_eq!(tables.end_marks(), ["=fin=", "=fin="]);

    let problems = |own: OwnWire| {
        let errors = Tables::with(&[own]).err().unwrap_or_default();
        errors.iter().map(|e| format!("{} {}", e.value.as_deref().unwrap_or("-"), e.problem)).collect::<Vec<_>>()
    };
    assert_eq!(problems(own("x", &["X"], &["(AP)"])), ["(AP) belongs to AP"]);
    assert_eq!(problems(own("x", &["Reuters"], &["(XX)"])), ["Reuters belongs to Reuters"]);
    assert_eq!(
        problems(own("x", &["X"], &["(XX", "--"])),
        ["-- has no letter or digit", "(XX has a bracket or slash on one side only"]
    );
    assert_eq!(problems(own("x", &["X"], &["(XX)", "(XX)"])), ["(XX) stands twice"]);
    assert_eq!(problems(OwnWire { key: "x".into(), ..OwnWire::default() }), ["- names no mark, name or end mark"]);
}

#[test]
fn places_are_mentioned_with_their_positions_b316() {
    let (tables, gazetteer) = desk();
    let text = "Essen (dpa) - Der Bürgermeister fuhr nach München.";
    let copy = WireCopy { title: "Essen wählt", text, language: Some("de"), ..WireCopy::default() };
    let places = read(&copy, &tables, &gazetteer).places;
    let told: Vec<(&str, CopyPart, usize)> = places.iter().map(|p| (p.name.as_str(), p.part, p.offset)).collect();
    // "Essen" is food in the headline, until the dateline says that it is the city.
    assert!(told.contains(&("Essen", CopyPart::Body, 0)), "{told:?}");
    let munich = places.iter().find(|place| place.name == "München").unwrap();
    assert_eq!(text.chars().skip(munich.offset).collect::<String>(), "München.");
    assert_eq!(
        (munich.city.as_deref(), munich.region.as_deref(), munich.country.code()),
        (Some("Munich"), Some("Bavaria"), "DE")
    );
    assert!(munich.at.is_some() && !munich.because.is_empty());
}

#[test]
fn a_hostile_text_costs_what_its_length_costs_b317() {
    let (tables, gazetteer) = desk();
    let parts = [
        "(",
        "/",
        "[",
        "【新华社北京",
        "NEW YORK, ",
        "(Reuters) ",
        "May 3, 2025 ",
        "Nice & ",
        "A B, May 3 (x) \n",
        "新华社",
        "1",
        "一",
        "By ",
        "AUSTIN, Texas and (x/y) /PRN ",
        "Source: a via ",
        "\n",
        "=",
        "기자",
        "（记者",
        "【＝共同】",
        "=）＝é",
    ];
    for part in parts {
        for copies in [1, 3, 60, 20_000] {
            let text = part.repeat(copies);
            let copy = WireCopy { text: &text, title: &part.repeat(copies.min(60)), ..WireCopy::default() };
            let newswire = read(&copy, &tables, &gazetteer);
            let dateline = newswire.dateline.unwrap_or_default();
            assert!(dateline.places.len() <= 8 && dateline.raw.len() <= 700, "{part} {}", dateline.raw.len());
        }
    }
    // At any border of a character.
    let lead = "【ワシントン＝共同】（中央社記者王小明高雄29日電）「Saint-Jean, le 1er août 2025 /CNW Telbec/ - é";
    for (at, _) in lead.char_indices() {
        read(&WireCopy { text: &lead[at..], ..WireCopy::default() }, &tables, &gazetteer);
        read(&WireCopy { text: &lead[..at], ..WireCopy::default() }, &tables, &gazetteer);
    }
}

#[test]
fn built_in_tables_are_whole_b318() {
    let tables = Tables::built_in();
    for name in
        ["GlobeNewswire", "PRNewswire", "prnewswire", "Business Wire", "Xinhua", "新华社", "ТАСС", "KCNA", "ots"]
    {
        assert!(tables.named(name).is_some(), "{name}");
    }
    let usual = |name: &str| tables.named(name).map(|wire| tables.name(wire).to_owned());
    assert_eq!(usual("Agence France-Presse").as_deref(), Some("AFP"));
    assert_eq!(usual("中央社").as_deref(), Some("CNA"));
    for (name, month) in [("january", 1), ("août", 8), ("ноября", 11), ("ديسمبر", 12), ("tháng 10", 10)] {
        assert_eq!(tables.month(name).map(|(month, _)| month), Some(month), "{name}");
    }
    assert_eq!(
        tables.region("N.Y.").map(|(country, code)| (country.code().to_owned(), code)),
        Some(("US".into(), "NY"))
    );
    assert_eq!(
        tables.region("Qué.").map(|(country, code)| (country.code().to_owned(), code)),
        Some(("CA".into(), "QC"))
    );
}

/// The form of the release with which the domain's table of datelines begins.
#[test]
fn a_release_under_its_sub_headline_is_read_whole_b391() {
    let (tables, gazetteer) = desk();
    let text = "Two cities look back on forty years and forward to a ferry\n\
                SHENYANG, China, Nov. 21, 2024 (GLOBE NEWSWIRE) -- A news report from the Culture Office of Shenyang:\n\
                Guests from Busan walked through the old palace on Thursday before the talks began.\n\
                Source: Culture Office of Shenyang";
    let published = Timestamp::from_rfc3339("2024-11-21T13:00:00Z");
    let copy = WireCopy { title: "Forty years of friendship", text, published, ..WireCopy::default() };
    let newswire = read(&copy, &tables, &gazetteer);
    assert_eq!(newswire.issuer.as_deref(), Some("Culture Office of Shenyang"));
    let dateline = newswire.dateline.unwrap();
    assert_eq!(dateline.raw, "SHENYANG, China, Nov. 21, 2024 (GLOBE NEWSWIRE)");
    let code = |country: Option<crate::places::Country>| country.map(|country| country.code().to_owned());
    let [place] = dateline.places.as_slice() else { panic!("{:?}", dateline.places) };
    assert_eq!(place.city.as_deref(), Some("Shenyang"));
    assert_eq!((code(place.country), code(place.resolved)), (Some("CN".into()), Some("CN".into())));
    assert_eq!(dateline.date.map(|date| date.to_string()).as_deref(), Some("2024-11-21"));
    assert_eq!((dateline.wire.as_deref(), newswire.wire.as_deref()), (Some("GlobeNewswire"), Some("GlobeNewswire")));
}

/// A day or an hour that does not exist: the embargo holds, and a person is told its words.
#[test]
fn an_impossible_embargo_waits_for_a_person_b392() {
    use crate::model::newswire::{NoticeKind, NoticeUntil};
    let (tables, gazetteer) = desk();
    for until in ["9 a.m. ET February 30, 2027", "25:70 GMT, 3 May 2027", "some day soon"] {
        let text = format!("EMBARGOED UNTIL {until}\nThe bridge opens.");
        let copy = WireCopy { title: "The bridge opens", text: &text, ..WireCopy::default() };
        let notice = read(&copy, &tables, &gazetteer).notice.unwrap_or_else(|| panic!("{text}"));
        assert_eq!(notice.kind, NoticeKind::Embargo);
        let Some(NoticeUntil::Unreadable(words)) = &notice.until else { panic!("{text} {notice:?}") };
        assert!(words.contains(until), "{words}");
    }
}
