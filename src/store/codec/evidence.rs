//! A route's reasons and evidence.

use serde::{Deserialize, Serialize};

use crate::model::{FeedId, Field, Hit, Part, Route};
use crate::store::{Error, Result};

use super::broken;

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredRoute {
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<i32>,
    because: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<StoredPart>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hits: Vec<StoredHit>,
}

#[derive(Serialize, Deserialize)]
struct StoredPart {
    depth: u16,
    text: String,
    held: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hits: Vec<u16>,
}

#[derive(Serialize, Deserialize)]
struct StoredHit {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    list: Option<String>,
    term: String,
    field: String,
    start: u32,
    end: u32,
    text: String,
}

/// The stored form of a route's reasons and evidence.
///
/// # Errors
/// [`Error::Database`] when it cannot be written as JSON.
pub fn write_evidence(route: &Route) -> Result<String> {
    let parts = route.parts.iter().map(|p| StoredPart {
        depth: p.depth,
        text: p.text.to_string(),
        held: p.held,
        note: p.note.clone(),
        hits: p.hits.clone(),
    });
    let hits = route.hits.iter().map(|h| StoredHit {
        list: h.list.clone(),
        term: h.term.clone(),
        field: h.field.as_str().to_owned(),
        start: h.start,
        end: h.end,
        text: h.text.clone(),
    });
    let stored = StoredRoute {
        score: route.score,
        because: route.because.clone(),
        parts: parts.collect(),
        hits: hits.collect(),
    };
    serde_json::to_string(&stored).map_err(broken)
}

/// Reads [`write_evidence`]'s form.
///
/// # Errors
/// [`Error::Corrupt`] when it is none.
pub fn read_evidence(stored: &str, feed: FeedId, admitted: bool) -> Result<Route> {
    let s: StoredRoute =
        serde_json::from_str(stored).map_err(|e| Error::Corrupt(format!("evidence of a route: {e}")))?;
    let parts = s.parts.into_iter().map(|p| Part {
        depth: p.depth,
        text: p.text.into(),
        held: p.held,
        note: p.note,
        hits: p.hits,
    });
    let hits = s.hits.into_iter().map(|h| Hit {
        list: h.list,
        term: h.term,
        field: field(&h.field),
        start: h.start,
        end: h.end,
        text: h.text,
    });
    Ok(Route { feed, admitted, score: s.score, because: s.because, parts: parts.collect(), hits: hits.collect() })
}

fn field(word: &str) -> Field {
    [Field::Title, Field::Lead, Field::Author, Field::Category, Field::Url]
        .into_iter()
        .find(|f| f.as_str() == word)
        .unwrap_or(Field::Body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_comes_back_as_it_went() {
        let route = Route {
            feed: FeedId::new("f").unwrap(),
            admitted: true,
            score: Some(8),
            because: vec!["a pairing in the headline".into()],
            parts: vec![Part { depth: 1, text: "title:@pairing".into(), held: true, note: None, hits: vec![0] }],
            hits: vec![Hit {
                list: Some("pairing".into()),
                term: "sister cit{y,ies}".into(),
                field: Field::Title,
                start: 3,
                end: 14,
                text: "sister city".into(),
            }],
        };
        let stored = write_evidence(&route).unwrap();
        assert_eq!(read_evidence(&stored, route.feed.clone(), true).unwrap(), route);
    }
}
