//! An explanation as JSON: always all of it.

use serde::Serialize;

use crate::cli::newswire::NewswireJson;
use crate::clock::Timestamp;
use crate::model::{ExprPart, Hit, Readable, Route};
use crate::past::explain::{Explanation, context};

/// An entry that is stored.
#[derive(Serialize)]
pub struct ExplainJson<'a> {
    entry: i64,
    published_id: &'a str,
    title: &'a str,
    source: &'a str,
    feed: &'a str,
    #[serde(rename = "in")]
    admitted: bool,
    score: Option<i32>,
    because: &'a [String],
    place: Option<&'static str>,
    nearly: Vec<String>,
    parts: Vec<PartJson<'a>>,
    hits: Vec<HitJson<'a>>,
    first_seen_at: String,
    published_at: Option<String>,
    published_raw: Option<&'a str>,
    date: &'a str,
    revisions: u32,
    article: Option<&'a str>,
    #[serde(flatten)]
    newswire: NewswireJson,
    source_remarks: &'a [String],
}

#[derive(Serialize)]
struct PartJson<'a> {
    depth: u16,
    text: &'a str,
    held: bool,
    note: Option<&'a str>,
    hits: &'a [u16],
}

#[derive(Serialize)]
struct HitJson<'a> {
    list: Option<&'a str>,
    term: &'a str,
    field: &'static str,
    start: u32,
    end: u32,
    text: &'a str,
    context: Option<String>,
}

/// An entry that is not stored: a label, or what was typed.
#[derive(Serialize)]
pub struct TriedJson<'a> {
    title: &'a str,
    feed: &'a str,
    #[serde(rename = "in")]
    admitted: bool,
    score: Option<i32>,
    because: &'a [String],
    nearly: Vec<String>,
    parts: Vec<PartJson<'a>>,
    hits: Vec<HitJson<'a>>,
    #[serde(flatten)]
    newswire: NewswireJson,
}

/// What a filter says of an entry that is not stored.
pub fn tried<'a>(copy: &'a Readable, route: &'a Route) -> TriedJson<'a> {
    let hit = |h: &'a Hit| hit(h, context(copy, h));
    TriedJson {
        title: &copy.title,
        feed: route.feed.as_str(),
        admitted: route.admitted,
        score: route.score,
        because: &route.because,
        nearly: nearly(route),
        parts: route.parts.iter().map(part).collect(),
        hits: route.hits.iter().map(hit).collect(),
        newswire: NewswireJson::from(&*copy.newswire),
    }
}

fn nearly(route: &Route) -> Vec<String> {
    if route.admitted { Vec::new() } else { route.nearly() }
}

/// An entry that is stored.
pub fn report<'a>(found: &'a Explanation, remarks: &'a [String]) -> ExplainJson<'a> {
    let (published, route) = (&found.record.published, &found.route);
    ExplainJson {
        entry: published.place.entry.0,
        published_id: &published.published_id,
        title: &published.entry.title,
        source: published.source.as_str(),
        feed: route.feed.as_str(),
        admitted: route.admitted,
        score: route.score,
        because: &route.because,
        place: found.place(),
        nearly: nearly(route),
        parts: route.parts.iter().map(part).collect(),
        hits: route.hits.iter().zip(&found.contexts).map(|(h, context)| hit(h, context.clone())).collect(),
        first_seen_at: published.first_seen_at.rfc3339(),
        published_at: published.entry.published.map(Timestamp::rfc3339),
        published_raw: published.entry.published_raw.as_deref(),
        date: &found.date,
        revisions: published.revisions,
        article: found.record.article.as_deref(),
        newswire: NewswireJson::from(&*found.newswire),
        source_remarks: remarks,
    }
}

fn part(p: &ExprPart) -> PartJson<'_> {
    PartJson { depth: p.depth, text: &p.text, held: p.held, note: p.note.as_deref(), hits: &p.hits }
}

fn hit(h: &Hit, context: Option<String>) -> HitJson<'_> {
    HitJson {
        list: h.list.as_deref(),
        term: &h.term,
        field: h.field.as_str(),
        start: h.start,
        end: h.end,
        text: &h.text,
        context,
    }
}
