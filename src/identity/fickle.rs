//! Parameters of addresses that change at each poll and tell nothing apart.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::model::LooseUrl;
use crate::model::loose::name_of;

/// Most parameters that are remembered of a source.
const MOST: usize = 8;

/// Longest name of a parameter that is remembered, in bytes.
const LONGEST: usize = 64;

/// Of so many entries at least the parameters have to change: one alone may have
/// been given another page.
const LEAST: usize = 2;

/// Stands before the name of a parameter that changed once, and once more for each
/// document since in which others did. It is learnt when it changes again before
/// it has [`FORGOTTEN`] of them: a site may be numbered anew just once, and two
/// parameters may change in turn. No parameter has such a name.
const SUSPECTED: char = '?';

/// With so many marks a suspicion is given up.
const FORGOTTEN: usize = 4;

/// Takes what changed in a document into what is remembered. A document in which
/// nothing did tells nothing: a token may last for some of them.
pub fn remember(known: &mut Vec<String>, changed: Vec<String>) {
    if changed.is_empty() {
        return;
    }
    let suspected = |name: &str| name.starts_with(SUSPECTED);
    let bare = |name: &str| name.trim_start_matches(SUSPECTED).to_owned();
    let again: Vec<String> = known.iter().filter(|name| suspected(name)).map(|name| bare(name)).collect();
    known.retain(|name| !suspected(name) || !changed.contains(&bare(name)));
    known.iter_mut().filter(|name| suspected(name)).for_each(|name| name.insert(0, SUSPECTED));
    known.retain(|name| !name.starts_with(&SUSPECTED.to_string().repeat(FORGOTTEN)));
    for name in changed {
        if known.len() == MOST || known.contains(&name) {
            continue;
        }
        known.push(if again.contains(&name) { name } else { format!("{SUSPECTED}{name}") });
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

/// Names whose values alone tell `now` from `before`, or that only one of them has.
fn differing(now: &str, before: &str) -> Option<BTreeSet<String>> {
    let (now, before) = (parameters(now)?, parameters(before)?);
    if now.0 != before.0 {
        return None;
    }
    let names = now.1.keys().chain(before.1.keys());
    Some(names.filter(|name| now.1.get(*name) != before.1.get(*name)).cloned().collect())
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

/// `fickle`, unless without these parameters some of `links`, those of one document,
/// become one: then they tell pages apart after all.
pub fn telling<'f>(links: &[impl AsRef<str>], fickle: &'f [String]) -> &'f [String] {
    if fickle.iter().all(|name| name.starts_with(SUSPECTED)) {
        return &[];
    }
    let distinct = |fickle: &[String]| {
        links.iter().filter_map(|link| LooseUrl::of(link.as_ref(), fickle)).collect::<HashSet<_>>().len()
    };
    if distinct(fickle) == distinct(&[]) { fickle } else { &[] }
}
