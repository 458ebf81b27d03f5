//! feedparser's conformance suite: a document counts when every field of it
//! that both of us know is equal.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::{Category, Person};
use crate::parse::xml::person;

use super::differences::{FEEDPARSER, Reason, known};
use super::expected::{Compared, Expected, ExpectedEntry, compare, text};
use super::*;

/// What feedparser makes of a document.
///
/// Its link of a feed that has none is the id, which RFC 4287 §4.2.6 does not
/// mean to lead anywhere; so is its link of an entry. Its link is never
/// feedburner's true one, so `bytes` tell whether links can be compared.
pub fn expected(row: &Value, bytes: &[u8]) -> Expected {
    let feed = &row["feed"];
    let mut entries: Vec<ExpectedEntry> = row["entries"].as_array().unwrap().iter().map(expected_entry).collect();
    if memchr::memmem::find(bytes, b"origLink>").is_some() {
        entries.iter_mut().for_each(|entry| entry.link = None);
    }
    Expected {
        title: text(&feed["title"]),
        link: text(&feed["link"]).filter(|link| feed["id"].as_str() != Some(link)),
        id: text(&feed["id"]),
        language: text(&feed["language"]),
        rights: None,
        authors: text(&feed["author"]).and_then(|author| person::read(&author)).into_iter().collect(),
        entries,
    }
}

fn list(row: &Value) -> impl Iterator<Item = &Value> {
    row.as_array().into_iter().flatten()
}

fn expected_entry(row: &Value) -> ExpectedEntry {
    let person = |row: &Value| Person {
        name: text(&row["name"]).unwrap_or_default(),
        email: text(&row["email"]),
        uri: text(&row["href"]).filter(|uri| uri.starts_with("http")),
    };
    let category = |row: &Value| {
        Some(Category { term: text(&row["term"])?, scheme: text(&row["scheme"]), label: text(&row["label"]) })
    };
    let enclosure = |row: &Value| {
        let length = text(&row["length"]).and_then(|length| length.parse().ok());
        Some((text(&row["href"])?, text(&row["type"]), length))
    };
    ExpectedEntry {
        title: text(&row["title"]),
        link: text(&row["link"]).filter(|link| link.contains("://") || row["id"].as_str() != Some(link)),
        id: text(&row["id"]),
        published: text(&row["published"]),
        updated: text(&row["updated"]),
        authors: list(&row["authors"]).map(person).filter(|person| *person != Person::default()).collect(),
        categories: list(&row["tags"]).filter_map(category).collect(),
        summary: text(&row["summary"]),
        content: list(&row["content"]).filter_map(|content| text(&content["value"])).collect(),
        enclosures: list(&row["enclosures"]).filter_map(enclosure).collect(),
        ..ExpectedEntry::default()
    }
}

/// Reads one document with the headers and from the URL it had.
fn examine(bytes: &[u8], row: &Value) -> Result<Compared, Error> {
    let default = Url::parse("https://wire.example/feeds/rss").unwrap();
    let url = row["url"].as_str().and_then(|url| Url::parse(url).ok()).unwrap_or(default);
    // Before the URL standard, RFC 2616 §14.14 made this field the base; we
    // are told where a document is by our own client alone.
    let url = row["headers"]["Content-Location"].as_str().and_then(|place| url.join(place).ok()).unwrap_or(url);
    let about = About {
        url: &url,
        content_type: row["headers"]["Content-type"].as_str(),
        language: None,
        timezone: crate::clock::Zone::UTC,
        work: crate::model::Work::default(),
    };
    document(bytes, &about, NOW).map(|parsed| compare(&parsed, &expected(row, bytes), &url))
}

#[test]
fn a_conformance_suite_is_met() {
    let Some(folder) = corpus("feedparser") else { return };
    let mut groups: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut unlisted = Vec::new();
    let (mut fields, mut missed, mut short) = (0, 0, 0);
    for (name, bytes, row) in rows(&folder) {
        let group = name.split('/').next().unwrap().to_owned();
        let empty = row["entries"].as_array().unwrap().is_empty();
        let lines = match examine(&bytes, &row) {
            Ok(compared) => {
                fields += compared.met;
                missed += compared.missed.len();
                compared.missed
            }
            Err(error) if empty && row["version"].as_str().unwrap_or("").is_empty() => {
                eprintln!("{name}: refused as by feedparser: {error}");
                Vec::new()
            }
            Err(error) => vec![error.to_string()],
        };
        let count = groups.entry(group).or_default();
        count.1 += 1;
        let reason = known(FEEDPARSER, &name, &lines);
        if reason.is_none() && !lines.is_empty() {
            unlisted.push(name.clone());
        }
        let ours = reason.is_some_and(Reason::is_ours);
        count.0 += usize::from(ours || lines.is_empty());
        short += usize::from(!ours && !lines.is_empty());
    }
    assert!(unlisted.is_empty(), "{unlisted:?} differ and are not listed");
    eprintln!("feedparser, documents that fall short: {short}");
    meets("feedparser, fields", fields, fields + missed, 97);
    for (group, percent) in [("wellformed", 97), ("illformed", 90), ("encoding", 95), ("entities", 100)] {
        let (met, all) = groups[group];
        meets(&format!("feedparser, {group}, documents"), met, all, percent);
    }
}

/// Each document whose header or declaration names an encoding that can be
/// decoded gives its text.
#[test]
fn every_named_encoding_is_decoded() {
    let Some(folder) = corpus("feedparser/encoding") else { return };
    let (mut met, mut all) = (0, 0);
    for (name, bytes, row) in rows(&folder) {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).replace('\0', "");
        let declared = head.split("encoding=").nth(1).and_then(|rest| rest.split(['"', '\'']).nth(1));
        let header = row["headers"]["Content-type"].as_str().and_then(|kind| kind.split("charset=").nth(1));
        let decodable = |label: &str| {
            let label = label.trim_matches(['"', '\'', ' ']);
            label.to_ascii_lowercase().starts_with("utf-32")
                || encoding_rs::Encoding::for_label(label.as_bytes()).is_some()
        };
        if !header.or(declared).is_some_and(decodable) {
            continue;
        }
        all += 1;
        let missed = examine(&bytes, &row).unwrap_or_else(|error| panic!("{name}: {error}")).missed;
        let ours = known(FEEDPARSER, &format!("encoding/{name}"), &missed).is_some_and(Reason::is_ours);
        met += usize::from(ours || missed.is_empty());
    }
    meets("feedparser, documents that name their encoding", met, all, 100);
}
