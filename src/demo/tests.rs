use std::collections::{BTreeMap, BTreeSet};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::copy::{named, pieces};
use super::item::DemoItem;
use super::programme::{CopyForm, Cue, ROUND, batch};
use super::window::{SIZE, window};
use super::*;
use crate::clock::{ManualClock, Timestamp};

/// 2026-11-21T18:00:00Z
const START: Timestamp = Timestamp::from_millis(1_795_284_000_000);
const PACE: Duration = Duration::from_secs(20);
const BASE: &str = "http://127.0.0.1:9";

fn timetable() -> Timetable {
    Timetable::new(START, PACE)
}

fn document(wire: Wire, tick: i64) -> String {
    render::document(wire, &window(wire, tick, &timetable()), BASE)
}

/// What the windows up to `last` show, every third of them.
fn all_up_to(last: i64) -> Vec<DemoItem> {
    (0..=last)
        .step_by(3)
        .flat_map(|tick| WIRES.into_iter().flat_map(move |wire| window(wire, tick, &timetable())))
        .collect()
}

#[test]
fn the_programme_gives_each_wire_copy_it_can_carry() {
    let mut first_on: BTreeMap<(Wire, &str), i64> = BTreeMap::new();
    let mut told = BTreeSet::new();
    let mut counts: BTreeMap<Wire, usize> = BTreeMap::new();
    for tick in 1..=ROUND {
        assert!((1..=3).contains(&batch(tick).len()), "tick {tick}");
        for Cue(wire, key, form) in batch(tick) {
            let piece = named(key).unwrap_or_else(|| panic!("no piece {key}"));
            let text = piece.text(wire.language()).unwrap_or_else(|| panic!("{key} for {wire:?}"));
            told.insert(*key);
            match form {
                CopyForm::First => {}
                CopyForm::Copied => assert!(told.contains(key), "{key} is copied from somewhere"),
                CopyForm::Lead => assert!(!text.update.is_empty(), "{key} has a later lead"),
                CopyForm::Corrected | CopyForm::InPlace => {
                    assert!(first_on.contains_key(&(*wire, *key)), "{key} is on {wire:?} before");
                    assert!(text.paragraphs.iter().any(|p| p.contains("{error}")), "{key} has an error on {wire:?}");
                }
                CopyForm::Killed => {
                    assert!(first_on.contains_key(&(*wire, *key)), "{key} is on {wire:?} before");
                }
            }
            if !matches!(form, CopyForm::InPlace | CopyForm::Killed) {
                *counts.entry(*wire).or_default() += 1;
            }
            first_on.entry((*wire, *key)).or_insert(tick);
        }
    }
    for wire in WIRES {
        assert!(counts[&wire] >= SIZE / 2, "{wire:?} has {} items a round", counts[&wire]);
    }
    let unused: Vec<&str> = pieces().map(|piece| piece.key).filter(|key| !told.contains(key)).collect();
    assert!(unused.is_empty(), "never told: {unused:?}");
}

#[test]
fn windows_are_full_from_the_start_and_reach_back_two_days() {
    let mut distinct = BTreeSet::new();
    for wire in WIRES {
        let items = window(wire, 0, &timetable());
        assert_eq!(items.len(), SIZE, "{wire:?}");
        assert!(items.is_sorted_by(|a, b| a.published_at >= b.published_at), "{wire:?}: newest first");
        for item in &items {
            assert!(item.published_at <= START && item.published_at >= START.minus(Duration::from_secs(48 * 3600)));
            distinct.insert((item.wire, item.title.clone(), item.paragraphs.clone()));
        }
    }
    assert!(distinct.len() >= 60, "{} distinct items", distinct.len());
}

#[test]
fn no_placeholder_is_left_standing() {
    for item in all_up_to(6 * ROUND) {
        let said = format!("{} {} {} {}", item.title, item.dateline, item.issuer, item.paragraphs.join(" "));
        assert!(!said.contains(['{', '}']), "{said}");
    }
}

#[test]
fn items_keep_their_numbers_and_share_none() {
    let mut by_number: BTreeMap<i64, (Wire, String)> = BTreeMap::new();
    for item in all_up_to(ROUND) {
        let known = by_number.entry(item.number).or_insert_with(|| (item.wire, item.slug.clone()));
        assert_eq!(*known, (item.wire, item.slug), "{}", item.number);
    }
}

#[test]
fn documents_are_read_by_others_with_every_item() {
    for wire in WIRES {
        for tick in [0, 1, 7, 30, ROUND, 5 * ROUND + 3] {
            let text = document(wire, tick);
            let items = window(wire, tick, &timetable());
            let feed =
                feed_rs::parser::parse(text.as_bytes()).unwrap_or_else(|e| panic!("{wire:?} {tick}: {e}\n{text}"));
            let titles: BTreeSet<String> =
                feed.entries.iter().filter_map(|e| e.title.as_ref()).map(|t| t.content.clone()).collect();
            let expected: BTreeSet<String> = items.iter().map(|item| item.title.clone()).collect();
            assert_eq!(titles, expected, "{wire:?} {tick}");
            assert_eq!(feed.entries.len(), SIZE, "{wire:?} {tick}");
            let dated = feed.entries.iter().filter(|e| e.published.or(e.updated).is_some()).count();
            assert_eq!(dated, SIZE, "{wire:?} {tick}: every date can be read");
        }
    }
}

#[test]
fn xml_is_well_formed_and_json_is_json() {
    for wire in WIRES {
        let text = document(wire, 9);
        if wire == Wire::Agency {
            let feed: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
            continue;
        }
        let mut reader = quick_xml::Reader::from_str(&text);
        reader.config_mut().check_end_names = true;
        let mut open = 0;
        loop {
            match reader.read_event().unwrap_or_else(|e| panic!("{wire:?}: {e}")) {
                quick_xml::events::Event::Start(_) => open += 1,
                quick_xml::events::Event::End(_) => open -= 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(open, 0, "{wire:?}");
    }
}

#[test]
fn the_same_tick_gives_the_same_bytes_and_every_tick_something_new() {
    for tick in 0..2 * ROUND {
        let now: Vec<String> = WIRES.iter().map(|wire| document(*wire, tick)).collect();
        let again: Vec<String> = WIRES.iter().map(|wire| document(*wire, tick)).collect();
        let next: Vec<String> = WIRES.iter().map(|wire| document(*wire, tick + 1)).collect();
        assert_eq!(now, again);
        let changed = now.iter().zip(&next).filter(|(a, b)| a != b).count();
        assert!((1..=3).contains(&changed), "tick {tick} changes {changed} wires");
    }
}

/// The item about `key` that `wire` shows at `tick` and did not show in this
/// form before the first live tick.
fn live(wire: Wire, key: &str, form: CopyForm, tick: i64) -> Option<DemoItem> {
    let fresh = |item: &DemoItem| item.key == key && item.form == form && item.updated_at > START;
    window(wire, tick, &timetable()).into_iter().find(fresh)
}

#[test]
fn one_release_goes_round_the_wires_in_three_languages_within_three_ticks() {
    let first = live(Wire::Globe, "pairing", CopyForm::First, 1).unwrap();
    let copy = live(Wire::Prn, "pairing", CopyForm::Copied, 2).unwrap();
    let chinese = live(Wire::Xinhua, "pairing", CopyForm::First, 2).unwrap();
    let korean = live(Wire::Yonhap, "pairing", CopyForm::First, 3).unwrap();
    assert!(first.dateline.ends_with(" (GLOBE NEWSWIRE) -- "), "{}", first.dateline);
    assert!(first.dateline.contains(", Nov. 21, 2026 "), "{}", first.dateline);
    assert!(copy.dateline.ends_with(" /PRNewswire/ -- "), "{}", copy.dateline);
    assert!(chinese.dateline.starts_with("新华社") && chinese.dateline.contains("11月22日电"), "{}", chinese.dateline);
    assert!(korean.dateline.ends_with("=연합뉴스) 한서윤 기자 = "), "{}", korean.dateline);
    assert_eq!(first.title, copy.title);
    assert_ne!(first.paragraphs, copy.paragraphs, "desks edit lightly");
    assert!(chinese.title.contains("友好城市") && korean.title.contains("자매도시"));
}

#[test]
fn corrections_come_in_place_and_on_their_own() {
    let wrong = live(Wire::Prn, "results", CopyForm::Copied, 6).unwrap();
    let (mended, own) = (
        live(Wire::Prn, "results", CopyForm::InPlace, 7).unwrap(),
        live(Wire::Globe, "results", CopyForm::Corrected, 7).unwrap(),
    );
    assert_eq!((wrong.number, &wrong.slug), (mended.number, &mended.slug), "it keeps number and address");
    assert_eq!(mended.title, format!("/C O R R E C T I O N -- {}/", mended.issuer));
    assert!(mended.updated_at > mended.published_at);
    assert!(own.title.starts_with("CORRECTION -- "));
    let said = |item: &DemoItem| item.paragraphs.join(" ");
    assert!(said(&wrong).contains("net income of $41.2 million"));
    assert!(said(&mended).contains("net income of $14.2 million"));
    assert!(said(&own).contains("net income of $14.2 million"));
    let still_there =
        window(Wire::Globe, 7, &timetable()).iter().any(|i| i.key == "results" && i.form == CopyForm::First);
    assert!(still_there, "the item it corrects stays listed");
}

#[test]
fn an_office_mends_its_text_in_silence() {
    let (before, after) = (
        live(Wire::City, "forum", CopyForm::First, 23).unwrap(),
        live(Wire::City, "forum", CopyForm::InPlace, 24).unwrap(),
    );
    assert_eq!((before.number, &before.title), (after.number, &after.title));
    assert_ne!(before.paragraphs, after.paragraphs);
    assert!(after.updated_at > before.updated_at);
}

#[test]
fn a_kill_takes_the_item_away_and_says_so() {
    let story = live(Wire::Agency, "tanker", CopyForm::First, 8).unwrap();
    assert!(live(Wire::Agency, "tanker", CopyForm::Killed, 9).is_none());
    let kill = live(Wire::Agency, "tanker", CopyForm::Killed, 10).unwrap();
    assert_eq!(kill.title, format!("MANDATORY KILL: {}", story.title));
    assert!(live(Wire::Agency, "tanker", CopyForm::First, 10).is_none());
}

#[test]
fn the_next_round_tells_of_others() {
    let now = live(Wire::Globe, "pairing", CopyForm::First, 1).unwrap();
    let later = window(Wire::Globe, ROUND + 1, &timetable()).into_iter().next().unwrap();
    assert_eq!(later.key, now.key);
    assert_ne!(later.title, now.title);
}

#[test]
fn the_configuration_is_toml_with_every_wire() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _inside = runtime.enter();
    let wires = Wires::start(PACE, Arc::new(ManualClock::at(START))).unwrap();
    let text = wires.config(Path::new("/var/a \"b\"\\c.db"), "127.0.0.1:8470", "http://127.0.0.1:8470/");
    let table = toml::de::DeTable::parse(&text).unwrap();
    assert_eq!(table.get_ref()["store"].get_ref()["url"].get_ref().as_str(), Some("sqlite:/var/a \"b\"\\c.db"));
    for wire in WIRES {
        assert!(text.contains(&format!("url = \"{}\"", wires.url(wire))), "{wire:?}");
    }
    assert!(!text.contains("{wires}") && !text.contains("{store}"), "{text}");
}

/// Status line and fields, and body, of one request.
async fn ask(wires: &Wires, method: &str, path: &str, fields: &str) -> (String, String) {
    let mut stream = tokio::net::TcpStream::connect(wires.address()).await.unwrap();
    let request = format!("{method} {path} HTTP/1.1\r\nHost: wires\r\nConnection: close\r\n{fields}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

fn field<'h>(head: &'h str, name: &str) -> &'h str {
    let of =
        |line: &'h str| line.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    head.lines().find_map(of).unwrap_or_else(|| panic!("no {name} in {head}"))
}

#[tokio::test]
async fn conditional_requests_are_answered_as_publishers_should() {
    let clock = Arc::new(ManualClock::at(START));
    let wires = Wires::start(PACE, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
    let (head, body) = ask(&wires, "GET", "/globe.rss", "").await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let (etag, modified) = (field(&head, "etag").to_owned(), field(&head, "last-modified").to_owned());
    let status = async |fields: String| {
        let (head, body) = ask(&wires, "GET", "/globe.rss", &fields).await;
        (head[9..12].to_owned(), body.is_empty())
    };
    let unchanged = ("304".to_owned(), true);
    assert_eq!(status(format!("If-None-Match: {etag}\r\n")).await, unchanged);
    assert_eq!(status(format!("If-None-Match: \"x\", W/{etag}\r\n")).await, unchanged);
    assert_eq!(status("If-None-Match: *\r\n".to_owned()).await, unchanged);
    assert_eq!(status(format!("If-Modified-Since: {modified}\r\n")).await, unchanged);
    let tag_rules = format!("If-None-Match: \"x\"\r\nIf-Modified-Since: {modified}\r\n");
    assert_eq!(status(tag_rules).await.0, "200");

    clock.advance(PACE);
    let (head, later) = ask(&wires, "GET", "/globe.rss", &format!("If-None-Match: {etag}\r\n")).await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_ne!(later, body);
    assert_ne!(field(&head, "last-modified"), modified);
}

#[tokio::test]
async fn links_lead_to_pages_and_nothing_else_is_there() {
    let clock = Arc::new(ManualClock::at(START));
    let wires = Wires::start(PACE, clock).unwrap();
    let (_, body) = ask(&wires, "GET", "/city.atom", "").await;
    let feed = feed_rs::parser::parse(body.as_bytes()).unwrap();
    let entry = &feed.entries[0];
    let path = url::Url::parse(&entry.links[0].href).unwrap().path().to_owned();
    let (head, page) = ask(&wires, "GET", &path, "").await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(page.contains(&format!("<h1>{}</h1>", quick_xml::escape::escape(&entry.title.as_ref().unwrap().content))));
    assert!(ask(&wires, "GET", "/", "").await.1.contains("/city.atom"));
    let head_only = ask(&wires, "HEAD", "/city.atom", "").await;
    assert!(head_only.0.starts_with("HTTP/1.1 200") && head_only.1.is_empty());
    for path in
        ["/nothing", "/city/1/x.html", "/globe/9223372036854775807/x.html", "/globe/-9223372036854775808/x.html"]
    {
        assert!(ask(&wires, "GET", path, "").await.0.starts_with("HTTP/1.1 404"), "{path}");
    }
    assert!(ask(&wires, "POST", "/city.atom", "").await.0.starts_with("HTTP/1.1 405"));
}

#[tokio::test]
async fn dropping_the_wires_ends_them() {
    let wires = Wires::start(PACE, Arc::new(ManualClock::at(START))).unwrap();
    // A connection that stays open, to be cut with the rest.
    let mut open = tokio::net::TcpStream::connect(wires.address()).await.unwrap();
    open.write_all(b"GET /nothing HTTP/1.1\r\nHost: wires\r\n\r\n").await.unwrap();
    let mut first = [0; 1];
    open.read_exact(&mut first).await.unwrap();
    drop(wires);
    let mut rest = Vec::new();
    // Cut off, in whichever way the system puts it; the listener goes with it.
    let ended = tokio::time::timeout(Duration::from_secs(20), open.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "the connection lives on");
}

#[test]
fn each_wire_writes_datelines_in_its_dialect_b310() {
    use crate::newswire::{OwnWire, Tables, WireCopy, read};
    let own = |text: &str| vec![text.to_owned()];
    let harbour = OwnWire {
        key: "harbour".to_owned(),
        names: own("Harbour Press"),
        marks: own("(Harbour Press)"),
        ..OwnWire::default()
    };
    let tables = Tables::with(&[harbour]).unwrap();
    let gazetteer = crate::places::Gazetteer::built_in();
    let mut read_of: BTreeMap<Wire, usize> = BTreeMap::new();
    for item in all_up_to(ROUND) {
        let text = format!("{}{}", item.dateline, item.paragraphs.join("\n"));
        let copy =
            WireCopy { title: &item.title, text: &text, published: Some(item.published_at), ..WireCopy::default() };
        let dateline = read(&copy, &tables, &gazetteer).dateline;
        let wire = match item.wire {
            Wire::Globe => "GlobeNewswire",
            Wire::Prn => "PR Newswire",
            Wire::Xinhua => "Xinhua",
            Wire::Yonhap => "Yonhap",
            Wire::Agency => "Harbour Press",
            Wire::City | Wire::Noise => {
                assert_eq!(dateline, None, "{text}");
                continue;
            }
        };
        let dateline = dateline.unwrap_or_else(|| panic!("no dateline: {text}"));
        assert_eq!(dateline.wire.as_deref(), Some(wire), "{text}");
        assert_eq!(dateline.raw, item.dateline.trim_end_matches([' ', '-', '=']), "{text}");
        assert!(dateline.places.len() == 1 && dateline.places[0].resolved.is_some(), "{:?} {text}", dateline.places);
        assert_eq!(dateline.date.is_none(), item.wire == Wire::Yonhap, "{text}");
        assert!(dateline.date.is_none_or(|date| date.year.is_some()), "{text}");
        *read_of.entry(item.wire).or_default() += 1;
    }
    assert!(read_of.len() == 5 && read_of.values().all(|count| *count > 3), "{read_of:?}");
}
