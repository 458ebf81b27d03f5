//! Where the entries of a source lead.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use url::Url;

use crate::model::{Entry, site};

/// The hosts beyond the site of `url` to which the links of `entries` lead, those of most first.
pub fn leads_to(entries: &[Entry], url: &Url) -> Vec<(String, usize)> {
    let own = site(url.host_str().unwrap_or_default());
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for to in entries.iter().filter_map(|entry| Url::parse(entry.link.as_deref()?).ok()) {
        if let Some(host) = to.host_str().filter(|host| site(host) != own) {
            *counted.entry(host.to_owned()).or_default() += 1;
        }
    }
    let mut counted: Vec<(String, usize)> = counted.into_iter().collect();
    counted.sort_by_key(|(_, count)| Reverse(*count));
    counted
}
