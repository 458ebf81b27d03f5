//! JSON forms of the command line (product §6). What is absent is `null`, times are RFC 3339 in
//! UTC, HTML is as it would be published.

use serde::Serialize;

use crate::clock::Timestamp;
use crate::model::newswire::Newswire;
use crate::model::{Entry, Parsed, Person, Warning, masked};
use crate::publish::sanitize::Sanitizer;

use super::newswire::NewswireJson;

/// A document, as `fetch --json` prints it.
#[derive(Serialize, Default)]
pub struct DocumentJson {
    pub url: String,
    pub status: Option<u16>,
    pub format: Option<&'static str>,
    pub encoding: Option<&'static str>,
    pub title: Option<String>,
    pub link: Option<String>,
    pub language: Option<String>,
    pub entries: Vec<EntryJson>,
    pub warnings: Vec<WarningJson>,
    /// Sitemaps that an index names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub maps: Vec<String>,
    /// The `[source.page]` block that is proposed for a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Remarks about the proposal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    pub error: Option<String>,
}

#[derive(Serialize)]
pub struct EntryJson {
    id: Option<String>,
    pub title: String,
    pub link: Option<String>,
    pub published: Option<String>,
    updated: Option<String>,
    published_raw: Option<String>,
    authors: Vec<PersonJson>,
    categories: Vec<CategoryJson>,
    summary_html: Option<String>,
    content_html: Option<String>,
    text: String,
    language: Option<String>,
    enclosures: Vec<EnclosureJson>,
    #[serde(flatten)]
    newswire: NewswireJson,
    /// What was read of it as wire copy, for people.
    #[serde(skip)]
    pub told: Vec<(&'static str, String)>,
}

#[derive(Serialize)]
struct PersonJson {
    name: String,
    email: Option<String>,
    uri: Option<String>,
}

#[derive(Serialize)]
struct CategoryJson {
    term: String,
    scheme: Option<String>,
    label: Option<String>,
}

#[derive(Serialize)]
struct EnclosureJson {
    url: String,
    #[serde(rename = "type")]
    media_type: Option<String>,
    length: Option<u64>,
}

#[derive(Serialize)]
pub struct WarningJson {
    pub kind: &'static str,
    pub text: String,
    pub entry: Option<usize>,
}

impl From<&Warning> for WarningJson {
    fn from(w: &Warning) -> Self {
        WarningJson { kind: w.kind.as_str(), text: masked(&w.text).into_owned(), entry: w.entry }
    }
}

impl DocumentJson {
    /// A document that could not be read.
    pub fn failed(url: String, status: Option<u16>, error: String) -> Self {
        DocumentJson { url, status, error: Some(error), ..DocumentJson::default() }
    }

    /// A document as read, with what was read of each entry as wire copy.
    pub fn read(
        url: String,
        status: Option<u16>,
        parsed: &Parsed,
        newswires: &[Newswire],
        sanitizer: &Sanitizer,
    ) -> Self {
        DocumentJson {
            url,
            status,
            format: Some(parsed.format.as_str()),
            encoding: Some(parsed.encoding),
            title: Some(parsed.title.clone()).filter(|title| !title.is_empty()),
            link: parsed.link.clone(),
            language: parsed.language.clone(),
            entries: parsed.entries.iter().zip(newswires).map(|(e, newswire)| entry(e, newswire, sanitizer)).collect(),
            warnings: parsed.warnings.iter().map(WarningJson::from).collect(),
            ..DocumentJson::default()
        }
    }
}

fn entry(e: &Entry, newswire: &Newswire, sanitizer: &Sanitizer) -> EntryJson {
    EntryJson {
        id: e.id.clone(),
        title: e.title.clone(),
        link: e.link.clone(),
        published: e.published.map(Timestamp::rfc3339),
        updated: e.updated.map(Timestamp::rfc3339),
        published_raw: e.published_raw.clone(),
        authors: e.authors.iter().map(person).collect(),
        categories: e
            .categories
            .iter()
            .map(|c| CategoryJson { term: c.term.clone(), scheme: c.scheme.clone(), label: c.label.clone() })
            .collect(),
        summary_html: e.summary.as_ref().map(|c| sanitizer.html(c)),
        content_html: e.content.as_ref().map(|c| sanitizer.html(c)),
        text: e.fullest().map(crate::identity::plain).unwrap_or_default(),
        language: e.language.clone(),
        enclosures: e
            .enclosures
            .iter()
            .map(|f| EnclosureJson { url: f.url.clone(), media_type: f.media_type.clone(), length: f.length_bytes })
            .collect(),
        newswire: NewswireJson::from(newswire),
        told: newswire.told(),
    }
}

fn person(p: &Person) -> PersonJson {
    PersonJson { name: p.name.clone(), email: p.email.clone(), uri: p.uri.clone() }
}
