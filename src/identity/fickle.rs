//! Parameters of URLs that change at each poll and distinguish nothing.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::model::LooseUrl;
use crate::model::web::loose::name_of;

/// How many parameters are remembered for a source at most.
const MOST: usize = 8;

/// The longest parameter name that is remembered, in bytes.
const LONGEST: usize = 64;

/// The parameters must change in at least this many entries: a single one may simply have
/// moved to another page.
const LEAST: usize = 2;

/// Marks the name of a parameter that has changed once; one more mark is added for each
/// later document in which only others changed. The parameter is learnt if it changes again
/// before it has [`FORGOTTEN`] marks: a site may be renumbered just once, and two
/// parameters may change in turn. No parameter's name begins with this.
const SUSPECTED: char = '?';

/// With this many marks a parameter is no longer suspected.
const FORGOTTEN: usize = 4;

/// Adds the parameters that changed in a document to the remembered ones. A document in
/// which none changed shows nothing: a token may outlast several of them.
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

/// The names (in lower case) of parameters that changed in each of `pairs`: the URL now and
/// before, of entries that are otherwise the same. None if anything else changed too.
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

/// Names whose values differ between `now` and `before`, or that only one of them has;
/// `None` if the two differ otherwise.
fn differing(now: &str, before: &str) -> Option<BTreeSet<String>> {
    let (now, before) = (parameters(now)?, parameters(before)?);
    if now.0 != before.0 {
        return None;
    }
    let names = now.1.keys().chain(before.1.keys());
    Some(names.filter(|name| now.1.get(*name) != before.1.get(*name)).cloned().collect())
}

/// A URL without its parameters, and the parameters of its query and path.
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

/// `fickle`, unless some of a document's `links` become equal without these parameters:
/// then the parameters distinguish pages after all.
pub fn telling<'f>(links: &[impl AsRef<str>], fickle: &'f [String]) -> &'f [String] {
    if fickle.iter().all(|name| name.starts_with(SUSPECTED)) {
        return &[];
    }
    let distinct = |fickle: &[String]| {
        links.iter().filter_map(|link| LooseUrl::of(link.as_ref(), fickle)).collect::<HashSet<_>>().len()
    };
    if distinct(fickle) == distinct(&[]) { fickle } else { &[] }
}
