//! The number of a release at its wire, from the link or id of an entry: the same in every
//! language (newswire-domain A).

use std::sync::LazyLock;

use regex::Regex;

use super::copy::WireCopy;
use super::notation::regex;

/// Where wires keep their numbers: the host, and the form of the path.
static FORMS: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
    let table = include_str!("../../data/newswire/numbers.tsv");
    let rows = table.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let row = |line: &'static str| {
        let (host, form) = line.split_once('\t').expect("a row has a host and a form");
        (host, regex(form.trim()))
    };
    rows.map(row).collect()
});

/// Business Wire: date, number and language, as an id of its own.
static BUSINESS_WIRE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^(?:BW|bw)?(20[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9][0-9]{6})(?:[a-z]{2}|[a-z]{2}-[A-Za-z]{2})?$")
});

/// The number of the release that the copy carries.
pub(super) fn number(copy: &WireCopy<'_>) -> Option<String> {
    let of_id = || {
        let id = copy.id?.trim();
        let bare = BUSINESS_WIRE.captures(id).map(|found| found[1].to_owned());
        bare.or_else(|| number_of_link(id))
    };
    copy.link.and_then(number_of_link).or_else(of_id)
}

/// The number that the link of a release holds.
pub(super) fn number_of_link(link: &str) -> Option<String> {
    let rest = link.trim().split_once("://")?.1;
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host = host.to_ascii_lowercase();
    let path = path.split('#').next()?;
    let is_of = |name: &str| {
        let before = host.strip_suffix(name);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    let found = FORMS.iter().filter(|(name, _)| is_of(name)).find_map(|(_, form)| form.captures(path))?;
    Some(found[1].to_owned())
}

/// The last part of a link, without its ending.
pub(super) fn slug(link: &str) -> Option<String> {
    let path = link.split(['?', '#']).next()?.trim_end_matches('/');
    let (before, last) = path.rsplit_once('/')?;
    let name = last.strip_suffix(".html").or_else(|| last.strip_suffix(".htm")).unwrap_or(last);
    (!name.is_empty() && !before.ends_with(':') && !before.ends_with('/')).then(|| name.to_owned())
}
