//! What became of an entry, as a line (product §6).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::Route;
use crate::past::replay::Replayed;

use super::super::newswire::{DatelineJson, NewswireJson, NoticeJson};
use super::stories::PlacementJson;

#[derive(Serialize)]
struct LineJson<'a> {
    id: &'a str,
    wire: Option<String>,
    dateline: Option<DatelineJson>,
    issuer: Option<String>,
    notice: Option<NoticeJson>,
    story: PlacementJson,
    feeds: BTreeMap<&'a str, DecisionJson<'a>>,
}

#[derive(Serialize)]
struct DecisionJson<'a> {
    #[serde(rename = "in")]
    admitted: bool,
    score: Option<i32>,
    because: &'a [String],
}

/// The line of the entry `id`.
///
/// # Errors
/// It cannot be written as JSON.
pub fn line(id: &str, replayed: &Replayed, story: PlacementJson) -> serde_json::Result<String> {
    let NewswireJson { wire, dateline, issuer, notice, .. } = NewswireJson::from(&*replayed.newswire);
    let feeds = replayed.routes.iter().map(|route| (route.feed.as_str(), feed(route))).collect();
    serde_json::to_string(&LineJson { id, wire, dateline, issuer, notice, story, feeds })
}

fn feed(route: &Route) -> DecisionJson<'_> {
    DecisionJson { admitted: route.admitted, score: route.score, because: &route.because }
}
