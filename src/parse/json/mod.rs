//! JSON Feed 1.0 and 1.1, entry by entry: a wrong type costs its field, a
//! damaged entry itself, never the document (B22). What a strict reader refuses
//! is mended and read again. Depth is limited by serde_json.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::model::{Content, Enclosure, Format, Link, Markup, Person, WarningKind};
use crate::text::html::{is_allowed, windows_1252};
use crate::text::quote::in_quotes;

use super::Error;
use super::notes::excerpt;
use super::text::loose::loose_title;
use super::text::texts;
use super::xml::draft::{Draft, DraftEntry};

mod mend;

/// What was seen of the outermost object.
#[derive(Default)]
struct SeenMembers {
    version: Option<String>,
    items: bool,
    described: bool,
    keys: Vec<String>,
}

impl SeenMembers {
    fn is_feed(&self) -> bool {
        self.version.as_ref().is_some_and(|v| v.contains("jsonfeed.org/version")) || self.items && self.described
    }

    fn not_a_feed(&self) -> Error {
        let keys: Vec<String> = self.keys.iter().take(6).map(|key| in_quotes(excerpt(key))).collect();
        Error::NotAFeed(format!("a JSON document with the keys {}", keys.join(", ")))
    }
}

/// Reads `text`, which begins as JSON does, into `draft`.
pub fn read(text: &str, draft: &mut Draft<'_>) -> Result<(), Error> {
    if text.starts_with('[') {
        return Err(Error::NotAFeed("a JSON array".to_owned()));
    }
    draft.parsed.format = Format::Json;
    let before = (draft.parsed.clone(), draft.notes.clone());
    let (seen, outcome) = attempt(text, &[], draft);
    let error = match outcome {
        Ok(()) if seen.is_feed() => return Ok(()),
        Ok(()) => return Err(seen.not_a_feed()),
        Err(error) if error.to_string().contains("recursion limit") => {
            return Err(Error::Limit("JSON nested too deep".to_owned()));
        }
        Err(error) => error,
    };
    *draft.notes = before.1;
    draft.begin_again(before.0);
    let mended = mend::mended(text, draft.notes)?;
    let (seen, outcome) = attempt(&mended.text, &mended.broken, draft);
    if !seen.is_feed() && draft.parsed.entries.is_empty() {
        return Err(match error.is_eof() && seen.keys.iter().any(|key| key == "version") {
            true => Error::Unreadable(format!("the JSON breaks off: {error}")),
            false => Error::NotAFeed(format!("something like JSON, but {error}")),
        });
    }
    if mended.cut || outcome.is_err() {
        draft.parsed.truncated = true;
        draft.notes.tell(WarningKind::Repair, format!("the JSON breaks off: {error}"));
    } else {
        draft.notes.tell(WarningKind::Repair, format!("the JSON is not well-formed: {error}"));
    }
    Ok(())
}

/// Reads what a strict reader makes of `text`; `broken` entries stay only if
/// they can be known again.
fn attempt(text: &str, broken: &[usize], draft: &mut Draft<'_>) -> (SeenMembers, serde_json::Result<()>) {
    let mut seen = SeenMembers::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let outcome = FeedObject { draft, seen: &mut seen, broken }.deserialize(&mut json).and_then(|()| json.end());
    (seen, outcome)
}

struct FeedObject<'x, 'd> {
    draft: &'x mut Draft<'d>,
    seen: &'x mut SeenMembers,
    broken: &'x [usize],
}

impl<'de> DeserializeSeed<'de> for FeedObject<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FeedObject<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "items" => map.next_value_seed(Items { draft: self.draft, seen: self.seen, broken: self.broken })?,
                _ => {
                    let value: Value = map.next_value()?;
                    describe(&key, value, self.draft, self.seen);
                }
            }
            if self.seen.keys.len() < 16 {
                self.seen.keys.push(key);
            }
        }
        Ok(())
    }
}

struct Items<'x, 'd> {
    draft: &'x mut Draft<'d>,
    seen: &'x mut SeenMembers,
    broken: &'x [usize],
}

impl<'de> DeserializeSeed<'de> for Items<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.seen.items = true;
        // Entries that broke are counted among those with brackets.
        let mut at = 0;
        while let Some(value) = seq.next_element::<Value>()? {
            let whole = self.broken.binary_search(&at).is_err();
            at += usize::from(value.is_object() || value.is_array());
            match value {
                Value::Object(fields) => {
                    let item = entry(fields, self.draft);
                    if whole || item.is_usable() {
                        self.draft.add(item);
                    }
                    self.draft.in_entry = false;
                }
                _ => self.draft.notes.count(WarningKind::Repair, "an item is no object; passed over", 1),
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

/// Takes one of the outermost object's other members.
fn describe(key: &str, value: Value, draft: &mut Draft<'_>, seen: &mut SeenMembers) {
    match key {
        "version" => seen.version = text(Some(value)),
        "title" => {
            seen.described = true;
            draft.parsed.title = text(Some(value)).map(|t| loose_title(&t)).unwrap_or_default();
        }
        "home_page_url" => {
            seen.described = true;
            draft.parsed.link = text(Some(value)).and_then(|href| draft.link(&href, None));
        }
        "feed_url" => draft.parsed.self_link = text(Some(value)).and_then(|href| draft.link(&href, None)),
        "next_url" => {
            if let Some(href) = text(Some(value)).and_then(|href| draft.link(&href, None)) {
                draft.feed_link(Link { rel: "next".to_owned(), href, ..Link::default() });
            }
        }
        "language" => draft.parsed.language = text(Some(value)),
        "authors" | "author" if draft.parsed.authors.is_empty() => {
            people(Some(value), draft).into_iter().for_each(|person| draft.add_author(Some(person)));
        }
        "hubs" => {
            for hub in list(Some(value)) {
                let Value::Object(mut hub) = hub else { continue };
                if let Some(href) = text(hub.remove("url")).and_then(|href| draft.link(&href, None)) {
                    draft.feed_link(Link { rel: "hub".to_owned(), href, ..Link::default() });
                }
            }
        }
        _ => {}
    }
}

/// What the fields of an entry say.
fn entry(mut fields: Map<String, Value>, draft: &mut Draft<'_>) -> DraftEntry {
    draft.in_entry = true;
    let mut item = DraftEntry::new();
    let entry = &mut item.entry;
    entry.id = text(fields.remove("id"));
    entry.language = text(fields.remove("language"));
    entry.published_raw = text(fields.remove("date_published"));
    entry.updated_raw = text(fields.remove("date_modified"));
    item.offer_title(text(fields.remove("title")).map(|title| loose_title(&title)).unwrap_or_default());
    let content = |markup| texts::mended(Content { markup, base: None });
    item.offer_summary(text(fields.remove("summary")).map(Markup::Plain).map(content));
    item.offer_content(text(fields.remove("content_html")).map(Markup::Html).map(content));
    item.offer_content(text(fields.remove("content_text")).map(Markup::Plain).map(content));
    for named in ["authors", "author"] {
        if item.entry.authors.is_empty() {
            people(fields.remove(named), draft).into_iter().for_each(|person| item.add_author(Some(person)));
        }
    }
    let external = text(fields.remove("external_url")).and_then(|href| draft.link(&href, None));
    if let Some(href) = external.clone() {
        item.add_link(Link { rel: "related".to_owned(), href, ..Link::default() });
    }
    let tags = list(fields.remove("tags"));
    for term in tags.into_iter().filter_map(|tag| text(Some(tag))) {
        item.add_category(&loose_title(&term), None, None);
    }
    enclosures(&mut fields, &mut item, draft);
    if let Some(href) = text(fields.remove("url")).and_then(|href| draft.link(&href, None)) {
        item.offer_link(href, 2);
    }
    if let Some(href) = external {
        item.offer_link(href, 1);
    }
    item.id_link = item.entry.id.clone();
    item
}

/// Adds the files and pictures of an entry.
fn enclosures(fields: &mut Map<String, Value>, item: &mut DraftEntry, draft: &mut Draft<'_>) {
    for attachment in list(fields.remove("attachments")) {
        let Value::Object(mut file) = attachment else { continue };
        let Some(url) = text(file.remove("url")).and_then(|href| draft.link(&href, None)) else { continue };
        let length_bytes =
            file.get("size_in_bytes").and_then(|size| size.as_u64().or_else(|| size.as_f64().map(|s| s as u64)));
        item.add_enclosure(Enclosure { url, media_type: text(file.remove("mime_type")), length_bytes });
    }
    for picture in ["image", "banner_image"] {
        if let Some(url) = text(fields.remove(picture)).and_then(|href| draft.link(&href, None)) {
            item.add_enclosure(Enclosure { url, ..Enclosure::default() });
        }
    }
}

/// A text; a number is read as one, since ids are often sent so.
fn text(value: Option<Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) if text.chars().all(|c| is_allowed(c) && windows_1252(c) == c) => text,
        Value::String(text) => text.chars().filter(|&c| is_allowed(c)).map(windows_1252).collect(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let trimmed = text.trim();
    match trimmed.len() {
        0 => None,
        length if length == text.len() => Some(text),
        _ => Some(trimmed.to_owned()),
    }
}

fn list(value: Option<Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(values)) => values,
        _ => Vec::new(),
    }
}

fn people(value: Option<Value>, draft: &mut Draft<'_>) -> Vec<Person> {
    let values = match value {
        Some(single @ Value::Object(_)) => vec![single],
        other => list(other),
    };
    let people = values.into_iter().filter_map(|value| {
        let Value::Object(mut fields) = value else { return None };
        let name = text(fields.remove("name")).map(|name| loose_title(&name)).unwrap_or_default();
        let url = text(fields.remove("url"));
        let email = url.as_deref().and_then(|url| url.strip_prefix("mailto:")).map(str::to_owned);
        let uri = url.and_then(|url| draft.person_link(&url, None));
        Some(Person { name, email, uri })
    });
    people.filter(|person| *person != Person::default()).collect()
}
