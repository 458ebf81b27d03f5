//! Datelines of the larger corpus, and none in ordinary paragraphs of captured feeds.

use std::path::Path;

use serde_json::Value;
use wiredesk::clock::{Timestamp, Zone};
use wiredesk::identity::own_texts;
use wiredesk::model::Work;
use wiredesk::model::newswire::Dateline;
use wiredesk::newswire::{self, Tables, WireCopy};
use wiredesk::parse::{About, document};
use wiredesk::places::Gazetteer;

use crate::desk::corpus;

struct Reader {
    tables: Tables,
    gazetteer: Gazetteer,
}

impl Reader {
    fn new() -> Reader {
        Reader { tables: Tables::built_in(), gazetteer: Gazetteer::built_in() }
    }

    fn read(&self, text: &str, language: Option<&str>) -> Option<Dateline> {
        let copy = WireCopy { title: "Untitled", text, language, ..WireCopy::default() };
        newswire::read(&copy, &self.tables, &self.gazetteer).dateline
    }
}

/// Letters and digits alone: labels and readings differ in signs.
fn flat(text: Option<&str>) -> String {
    text.unwrap_or_default().chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What of a label is not as it was read.
fn wrong(read: &Dateline, label: &Value) -> Vec<&'static str> {
    let places = label["places"].as_array().map_or(&[][..], Vec::as_slice);
    let date = read.date.map(|date| date.to_string()).unwrap_or_default();
    let printed = label["date"].as_str().map(|date| date.trim_start_matches('-'));
    let cities: Vec<String> = read.places.iter().map(|place| flat(place.city.as_deref())).collect();
    let labelled: Vec<String> = places.iter().map(|place| flat(place["city"].as_str())).collect();
    let countries = read.places.iter().zip(places).all(|(place, label)| {
        label["country"].as_str().is_none_or(|code| place.country.is_some_and(|country| country.code() == code))
    });
    let checks = [
        ("wire", flat(read.wire.as_deref()) == flat(label["wire"].as_str())),
        ("date", printed.map_or(date.is_empty(), |printed| date.ends_with(printed))),
        ("place", cities == labelled),
        ("country", countries),
    ];
    checks.into_iter().filter(|(_, holds)| !holds).map(|(name, _)| name).collect()
}

#[test]
fn the_larger_corpus_of_datelines_is_read_b319() {
    let Some(folder) = corpus("datelines") else { return };
    let reader = Reader::new();
    let (mut rows, mut missed) = (0, Vec::new());
    for line in std::fs::read_to_string(folder.join("datelines.jsonl")).unwrap().lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let read = reader.read(row["text"].as_str().unwrap(), row["lang"].as_str()).unwrap_or_default();
        let wrong = wrong(&read, &row["expected"]);
        rows += 1;
        if !wrong.is_empty() {
            missed.push(format!("{} {wrong:?}: {:?}", row["id"], read.raw));
        }
    }
    assert!(missed.len() * 100 <= rows * 3, "{} of {rows}\n{}", missed.len(), missed.join("\n"));
}

/// The paragraphs of a captured document.
fn paragraphs(file: &Path) -> Vec<String> {
    let about = About {
        url: &"https://origin.example/feed.xml".parse().unwrap(),
        content_type: None,
        language: None,
        timezone: Zone::UTC,
        work: Work::default(),
    };
    let now = Timestamp::from_millis(1_795_392_000_000);
    let Ok(parsed) = document(&std::fs::read(file).unwrap(), &about, now) else { return Vec::new() };
    let texts = parsed.entries.iter().map(|entry| own_texts(entry).body);
    let lines = texts.flat_map(|text| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>());
    lines.filter(|line| line.len() >= 60).collect()
}

#[test]
fn ordinary_paragraphs_of_captures_have_no_dateline_b319() {
    let Some(folder) = corpus("captures") else { return };
    let reader = Reader::new();
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut read, mut invented) = (0, Vec::new());
    for paragraph in files.iter().flat_map(|file| paragraphs(file)) {
        read += 1;
        // One with a wire's mark was looked at by a person, and is one.
        if let Some(dateline) = reader.read(&paragraph, None).filter(|dateline| dateline.wire.is_none()) {
            invented.push(format!("{:?} in {paragraph}", dateline.raw));
        }
    }
    assert!(read >= 2_000, "{read}");
    assert!(invented.is_empty(), "{}", invented.join("\n"));
}
