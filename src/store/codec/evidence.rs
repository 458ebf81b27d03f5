//! A route's reasons and evidence.
//!
//! What a filter's expression looks like as a tree is the same for all routes
//! that it made, and larger than the rest: it is kept once, under its hash, and
//! a route keeps what became of each part.

use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::model::{ExprPart, FeedId, Field, Hit, Route};
use crate::store::{Error, Result};

use super::broken;

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredRoute<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<i32>,
    because: Vec<String>,
    /// The hash of its tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    tree: Option<i64>,
    /// By part: whether it held, as `1` or `0`.
    #[serde(skip_serializing_if = "String::is_empty")]
    held: String,
    /// By part: what decided it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    notes: BTreeMap<u16, Cow<'a, str>>,
    /// By part: its hits.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    marks: BTreeMap<u16, Vec<u16>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hits: Vec<StoredHit<'a>>,
    /// The lists that brought it about; earlier versions kept none.
    #[serde(skip_serializing_if = "Option::is_none")]
    lists: Option<Vec<String>>,
    /// What earlier versions kept instead of `tree`, `held`, `notes`, `marks`.
    #[serde(skip_serializing)]
    parts: Vec<StoredPart>,
}

#[derive(Deserialize)]
struct StoredPart {
    depth: u16,
    text: String,
    held: bool,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    hits: Vec<u16>,
}

/// List, term, field, start, end, words; earlier versions named them.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StoredHit<'a> {
    Short(Option<Cow<'a, str>>, Cow<'a, str>, Cow<'a, str>, u32, u32, Cow<'a, str>),
    Named {
        #[serde(default)]
        list: Option<Cow<'a, str>>,
        term: Cow<'a, str>,
        field: Cow<'a, str>,
        start: u32,
        end: u32,
        text: Cow<'a, str>,
    },
}

/// Trees by their hashes, each as JSON: `[[depth, "part"], …]`.
#[derive(Default)]
pub struct Trees(BTreeMap<i64, String>);

impl Trees {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (i64, &str)> {
        self.0.iter().map(|(hash, json)| (*hash, json.as_str()))
    }

    fn note(&mut self, parts: &[ExprPart]) -> Result<Option<i64>> {
        if parts.is_empty() {
            return Ok(None);
        }
        let mut hash = Xxh3::new();
        for part in parts {
            hash.update(&part.depth.to_be_bytes());
            hash.update(part.text.as_bytes());
            hash.update(&[0]);
        }
        let hash = i64::from_ne_bytes(hash.digest().to_ne_bytes());
        if let Entry::Vacant(vacant) = self.0.entry(hash) {
            let tree: Vec<(u16, &str)> = parts.iter().map(|part| (part.depth, &*part.text)).collect();
            vacant.insert(serde_json::to_string(&tree).map_err(broken)?);
        }
        Ok(Some(hash))
    }
}

/// The stored form of a route's reasons and evidence; its tree is added to `trees`.
///
/// # Errors
/// [`Error::Database`] when it cannot be written as JSON.
pub fn write_evidence(route: &Route, trees: &mut Trees) -> Result<String> {
    let numbered = || (0_u16..).zip(&route.parts);
    let hits = route.hits.iter().map(|h| {
        let list = h.list.as_deref().map(Cow::from);
        StoredHit::Short(list, (&*h.term).into(), h.field.as_str().into(), h.start, h.end, (&*h.text).into())
    });
    let stored = StoredRoute {
        score: route.score,
        because: route.because.clone(),
        tree: trees.note(&route.parts)?,
        held: route.parts.iter().map(|part| if part.held { '1' } else { '0' }).collect(),
        notes: numbered().filter_map(|(n, part)| Some((n, part.note.as_deref()?.into()))).collect(),
        marks: numbered().filter(|(_, part)| !part.hits.is_empty()).map(|(n, part)| (n, part.hits.clone())).collect(),
        hits: hits.collect(),
        lists: Some(route.lists()),
        parts: Vec::new(),
    };
    serde_json::to_string(&stored).map_err(broken)
}

/// Reads [`write_evidence`]'s form; `tree` returns the JSON that is kept under a hash.
///
/// # Errors
/// [`Error::Corrupt`] when it is none, and those of `tree`.
pub fn read_evidence(
    stored: &str,
    feed: FeedId,
    admitted: bool,
    tree: impl FnOnce(i64) -> Result<Option<String>>,
) -> Result<Route> {
    let corrupt = |e: serde_json::Error| Error::Corrupt(format!("evidence of a route: {e}"));
    let s: StoredRoute = serde_json::from_str(stored).map_err(corrupt)?;
    let json = s.tree.map(tree).transpose()?.flatten();
    let shape: Vec<(u16, String)> =
        json.map(|json| serde_json::from_str(&json).map_err(corrupt)).transpose()?.unwrap_or_default();
    let held = s.held.bytes().chain(std::iter::repeat(b'0'));
    let kept = (0_u16..).zip(shape).zip(held).map(|((n, (depth, text)), held)| ExprPart {
        depth,
        text: text.into(),
        held: held == b'1',
        note: s.notes.get(&n).map(|note| (&**note).into()),
        hits: s.marks.get(&n).cloned().unwrap_or_default(),
    });
    let named = s.parts.into_iter().map(|p| ExprPart {
        depth: p.depth,
        text: p.text.into(),
        held: p.held,
        note: p.note.map(Into::into),
        hits: p.hits,
    });
    let parts = named.chain(kept).collect();
    let hits = s.hits.into_iter().map(hit).collect();
    Ok(Route { feed, admitted, score: s.score, because: s.because, parts, hits })
}

/// A decision as it is stored.
pub struct RouteRow<'a> {
    /// The feed.
    pub feed: FeedId,
    /// Whether the entry is in it.
    pub admitted: bool,
    /// What decided.
    pub evidence: &'a str,
}

/// The same, where damage costs no more than what is damaged: the decision stands, and what
/// it was made by is lost.
///
/// # Errors
/// Those of `tree`.
pub fn read_route(row: RouteRow<'_>, tree: impl FnOnce(i64) -> Result<Option<String>>) -> Result<Route> {
    let RouteRow { feed, admitted, evidence } = row;
    match read_evidence(evidence, feed.clone(), admitted, tree) {
        Err(Error::Corrupt(error)) => {
            let because = vec![format!("the evidence of this decision is damaged: {error}")];
            Ok(Route { feed, admitted, score: None, because, parts: Vec::new(), hits: Vec::new() })
        }
        read => read,
    }
}

/// The hash of the tree that [`read_route`] will ask for, if any.
pub fn tree_of(stored: &str) -> Option<i64> {
    serde_json::from_str(stored).ok().and_then(|stored: StoredRoute<'_>| stored.tree)
}

/// Why an entry is in a feed, without the tree.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct Reasons {
    /// The lists that brought it about, in order of name.
    pub lists: Vec<String>,
    /// The reasons, a sentence each.
    pub because: Vec<String>,
}

/// Reads the reasons in [`write_evidence`]'s form.
///
/// # Errors
/// [`Error::Corrupt`] when it is none.
pub fn read_reasons(stored: &str) -> Result<Reasons> {
    let corrupt = |e: serde_json::Error| Error::Corrupt(format!("evidence of a route: {e}"));
    let s: StoredRoute = serde_json::from_str(stored).map_err(corrupt)?;
    let found = || {
        let lists: BTreeSet<String> = s.hits.into_iter().filter_map(|h| Some(hit(h).list?.to_string())).collect();
        lists.into_iter().collect()
    };
    Ok(Reasons { lists: s.lists.unwrap_or_else(found), because: s.because })
}

fn hit(stored: StoredHit<'_>) -> Hit {
    let (StoredHit::Short(list, term, word, start, end, text)
    | StoredHit::Named { list, term, field: word, start, end, text }) = stored;
    let list = list.map(|list| (*list).into());
    Hit { list, term: (*term).into(), field: field(&word), start, end, text: text.into_owned() }
}

fn field(word: &str) -> Field {
    Field::ALL.into_iter().find(|f| f.as_str() == word).unwrap_or(Field::Body)
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
            parts: vec![ExprPart { depth: 1, text: "title:@pairing".into(), held: true, note: None, hits: vec![0] }],
            hits: vec![Hit {
                list: Some("pairing".into()),
                term: "sister cit{y,ies}".into(),
                field: Field::Title,
                start: 3,
                end: 14,
                text: "sister city".into(),
            }],
        };
        let mut trees = Trees::default();
        let stored = write_evidence(&route, &mut trees).unwrap();
        let again = write_evidence(&route, &mut trees).unwrap();
        let kept: BTreeMap<i64, String> = trees.iter().map(|(hash, json)| (hash, json.to_owned())).collect();
        assert_eq!((kept.len(), &again), (1, &stored), "one tree for all routes of a filter");
        assert!(!stored.contains("title:@pairing"), "{stored}");
        let read = |stored: &str| read_evidence(stored, route.feed.clone(), true, |hash| Ok(kept.get(&hash).cloned()));
        assert_eq!(read(&stored).unwrap(), route);
        assert_eq!(tree_of(&stored), kept.keys().next().copied());
        let earlier = "{\"score\":8,\"because\":[\"a pairing in the headline\"],\
            \"parts\":[{\"depth\":1,\"text\":\"title:@pairing\",\"held\":true,\"hits\":[0]}],\
            \"hits\":[{\"list\":\"pairing\",\"term\":\"sister cit{y,ies}\",\"field\":\"title\",\
            \"start\":3,\"end\":14,\"text\":\"sister city\"}]}";
        assert_eq!(read(earlier).unwrap(), route, "as earlier versions wrote it");
        let reasons = Reasons { lists: vec!["pairing".to_owned()], because: route.because.clone() };
        assert_eq!(read_reasons(&stored).unwrap(), reasons);
        assert_eq!(read_reasons(earlier).unwrap(), reasons);
    }
}
