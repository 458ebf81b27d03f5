//! gofeed's suite: its universal model, and its models of each format.

use serde_json::Value;

use crate::model::{Category, Person};
use crate::parse::xml::person;

use super::differences::{GOFEED, Reason, known};
use super::expected::{Expected, ExpectedEntry, compare, text};
use super::*;

/// What gofeed makes of a document; the same name means the same in all its models.
fn expected(row: &Value) -> Expected {
    let entries = if row["items"].is_array() { &row["items"] } else { &row["entries"] };
    Expected {
        title: text(&row["title"]),
        link: text(&row["link"]).or_else(|| text(&row["home_page_url"])),
        id: text(&row["id"]),
        language: text(&row["language"]),
        rights: text(&row["copyright"]).or_else(|| text(&row["rights"])),
        authors: people(row),
        entries: list(entries).iter().map(expected_entry).collect(),
    }
}

fn list(row: &Value) -> &[Value] {
    row.as_array().map_or(&[], Vec::as_slice)
}

fn people(row: &Value) -> Vec<Person> {
    match (&row["authors"], &row["author"]) {
        (Value::Array(people), _) => people.iter().filter_map(person_of).collect(),
        (_, Value::String(name)) => person::read(name).into_iter().collect(),
        (_, single) => person_of(single).into_iter().collect(),
    }
}

fn person_of(row: &Value) -> Option<Person> {
    let uri = text(&row["uri"]).or_else(|| text(&row["url"])).filter(|uri| uri.starts_with("http"));
    let person = Person { name: text(&row["name"]).unwrap_or_default(), email: text(&row["email"]), uri };
    (person != Person::default()).then_some(person)
}

fn category(row: &Value) -> Option<Category> {
    let term =
        text(row).or_else(|| text(&row["term"])).or_else(|| text(&row["value"])).or_else(|| text(&row["label"]))?;
    let scheme = text(&row["scheme"]).or_else(|| text(&row["domain"]));
    Some(Category { term, scheme, label: text(&row["label"]) })
}

fn expected_entry(row: &Value) -> ExpectedEntry {
    let date = |names: &[&str]| {
        let raw = names.iter().find_map(|name| text(&row[name]))?;
        // Fractions of a second and offsets are written in many ways.
        let at = Timestamp::from_rfc3339(&raw)?;
        Some(at.rfc3339())
    };
    let of_atom = |rel: &str| {
        list(&row["links"]).iter().find(|link| link["rel"].as_str() == Some(rel)).and_then(|link| text(&link["href"]))
    };
    let files = list(&row["enclosures"]).iter().chain(list(&row["attachments"]));
    let enclosure = |file: &Value| {
        let length = file["length"].as_str().and_then(|l| l.parse().ok()).or_else(|| file["size_in_bytes"].as_u64());
        Some((text(&file["url"])?, text(&file["type"]).or_else(|| text(&file["mime_type"])), length))
    };
    let content = [&row["content"], &row["content"]["value"], &row["content_html"], &row["content_text"]];
    ExpectedEntry {
        title: text(&row["title"]),
        link: text(&row["link"]).or_else(|| text(&row["url"])).or_else(|| of_atom("alternate")),
        id: text(&row["id"]).or_else(|| text(&row["guid"])).or_else(|| text(&row["guid"]["value"])),
        published: date(&["publishedParsed", "pubDateParsed", "date_published"]),
        updated: date(&["updatedParsed", "date_modified"]),
        rights: text(&row["rights"]),
        authors: people(row),
        contributors: list(&row["contributors"]).iter().filter_map(person_of).collect(),
        categories: list(&row["categories"]).iter().chain(list(&row["tags"])).filter_map(category).collect(),
        summary: text(&row["description"]).or_else(|| text(&row["summary"])),
        content: content.into_iter().filter_map(text).collect(),
        enclosures: files.filter_map(enclosure).collect(),
    }
}

/// Each document with what gofeed makes of it: `a.xml` and `a.json`, or
/// `a.json` and `a_expected.json`.
fn pairs(folder: &Path) -> Vec<(String, Vec<u8>, Value)> {
    let found = files(folder).into_iter().filter_map(|path| {
        let stem = path.with_extension("");
        let expected = match path.extension()?.to_str()? {
            "xml" => stem.with_extension("json"),
            "json" => PathBuf::from(format!("{}_expected.json", stem.display())),
            _ => return None,
        };
        let expected = serde_json::from_slice(&std::fs::read(expected).ok()?).ok()?;
        let name = path.strip_prefix(folder).ok()?.display().to_string();
        Some((name, std::fs::read(path).ok()?, expected))
    });
    found.collect()
}

#[test]
fn the_suite_of_gofeed_is_met() {
    let Some(folder) = corpus("gofeed") else { return };
    let url = Url::parse("https://wire.example/feeds/rss").unwrap();
    let mut unlisted = Vec::new();
    let (mut met, mut missed, mut documents, mut whole) = (0, 0, 0, 0);
    for (name, bytes, row) in pairs(&folder) {
        documents += 1;
        let (agreeing, lines) = match read(&bytes) {
            Ok(parsed) => {
                let compared = compare(&parsed, &expected(&row), &url);
                (compared.met, compared.missed)
            }
            Err(error) => (0, vec![error.to_string()]),
        };
        let reason = known(GOFEED, &name, &lines);
        if reason.is_none() && !lines.is_empty() {
            unlisted.push(name.clone());
        }
        let ours = reason.is_some_and(Reason::is_ours);
        whole += usize::from(ours || lines.is_empty());
        met += agreeing + if ours { lines.len() } else { 0 };
        missed += if ours { 0 } else { lines.len() };
    }
    assert!(unlisted.is_empty(), "{unlisted:?} differ and are not listed");
    meets("gofeed, fields", met, met + missed, 97);
    meets("gofeed, documents", whole, documents, 97);
}
