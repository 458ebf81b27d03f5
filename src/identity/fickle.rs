//! Parameters of addresses that change at each poll and tell nothing apart.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::model::loose::name_of;
use crate::model::{Entry, LooseUrl};

/// Most parameters that are remembered of a source.
const MOST: usize = 8;

/// Longest name of a parameter that is remembered, in bytes.
const LONGEST: usize = 64;

/// Of so many entries at least the parameters have to change: one alone may have
/// been given another page.
const LEAST: usize = 2;

/// Stands before the name of a parameter that changed once: it is learnt when it
/// does in the next document too, for a site may be numbered anew just once. No
/// parameter has such a name.
const SUSPECTED: &str = "?";

/// Takes what changed in a document into what is remembered.
pub fn remember(known: &mut Vec<String>, changed: Vec<String>) {
    let suspected: Vec<String> =
        known.iter().filter_map(|name| name.strip_prefix(SUSPECTED)).map(str::to_owned).collect();
    known.retain(|name| !name.starts_with(SUSPECTED));
    for name in changed {
        if known.len() == MOST || known.contains(&name) {
            continue;
        }
        known.push(if suspected.contains(&name) { name } else { format!("{SUSPECTED}{name}") });
    }
}

/// The names (in lower case) that changed in every one of `pairs`, each an
/// address as it is now and as it was, of entries that are otherwise the same;
/// nothing where anything else changed too.
pub fn changed(pairs: &[(String, String)]) -> Vec<String> {
    let mut met: Option<BTreeSet<String>> = None;
    let mut count = 0;
    for (now, before) in pairs.iter().filter(|(now, before)| now != before) {
        let Some(names) = differing(now, before) else { return Vec::new() };
        let all = met.get_or_insert_with(|| names.clone());
        all.retain(|name| names.contains(name));
        count += 1;
    }
    let names = met.unwrap_or_default().into_iter().filter(|name| name.len() <= LONGEST).take(MOST);
    if count < LEAST { Vec::new() } else { names.collect() }
}

/// Names whose values alone tell `now` from `before`.
fn differing(now: &str, before: &str) -> Option<BTreeSet<String>> {
    let (now, before) = (parameters(now)?, parameters(before)?);
    if now.0 != before.0 || !now.1.keys().eq(before.1.keys()) {
        return None;
    }
    Some(now.1.into_iter().filter(|(name, value)| before.1[name] != *value).map(|(name, _)| name).collect())
}

/// An address without its parameters, and these: of its query and of its path.
fn parameters(address: &str) -> Option<(String, BTreeMap<String, Vec<String>>)> {
    let url = url::Url::parse(address).ok().filter(url::Url::has_host)?;
    let path: Vec<&str> = url.path().split('/').collect();
    let bare = path.iter().map(|segment| segment.split(';').next().unwrap_or(segment)).collect::<Vec<_>>().join("/");
    let in_path = path.iter().flat_map(|segment| segment.split(';').skip(1));
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in in_path.chain(url.query().unwrap_or_default().split('&')).filter(|pair| !pair.is_empty()) {
        all.entry(name_of(pair).to_ascii_lowercase()).or_default().push(pair.to_owned());
    }
    Some((format!("{}{bare}#{}", url.host_str()?, url.fragment().unwrap_or_default()), all))
}

/// `fickle`, unless without these parameters links of one document become one:
/// then they tell pages apart after all.
pub fn telling<'f>(entries: &[Entry], fickle: &'f [String]) -> &'f [String] {
    if fickle.is_empty() {
        return fickle;
    }
    let links = || entries.iter().filter_map(|entry| entry.link.as_deref());
    let distinct = |fickle: &[String]| links().filter_map(|l| LooseUrl::of(l, fickle)).collect::<HashSet<_>>().len();
    if distinct(fickle) == distinct(&[]) { fickle } else { &[] }
}
