//! The issuer: the body on whose behalf copy was issued, as printed (newswire-domain B).
//!
//! In order of trust: `dc:contributor` of a release wire, a source line, the one body that the
//! copy tells something "About" and that its headline or lead names, the name with which a
//! release begins. A wire is never an issuer, nor is a person who wrote a copy. What is not
//! certain is left out.

mod carrier;
mod lead;
mod line;
mod name;
mod words;

use super::copy::WireCopy;
use super::dateline::FoundDateline;
use super::notice::floor;
use super::tables::Tables;
use carrier::CarrierKind;

pub(super) use words::IssuerWords;

/// How far into the text the issuer is named that "About" tells of, in bytes.
const LEAD_BYTES: usize = 1_500;

/// What the issuer is read from.
pub(super) struct IssuerCopy<'a> {
    pub copy: &'a WireCopy<'a>,
    pub tables: &'a Tables,
    pub dateline: Option<&'a FoundDateline>,
    /// The wire that carried it.
    pub wire: Option<&'a str>,
    /// What stands after "About" in the headings of the text.
    pub abouts: &'a [&'a str],
}

/// The issuer of a copy.
pub(super) fn read(issued: &IssuerCopy<'_>) -> Option<String> {
    let words = IssuerWords::built_in();
    let carrier = match issued.wire {
        Some(wire) if words.is_release_wire(wire) => CarrierKind::ReleaseWire,
        Some(_) => CarrierKind::Agency,
        None => CarrierKind::Unknown,
    };
    let is_agency = carrier == CarrierKind::Agency;
    let contributor = || {
        let named = issued.copy.contributors.iter().filter(|_| carrier == CarrierKind::ReleaseWire);
        named.filter_map(|name| name::of(name, issued.tables, words)).next()
    };
    let told = || (!is_agency).then(|| about(issued, words)).flatten();
    let begun = || {
        let from = issued.dateline.map_or(0, |found| found.news_at);
        let news = issued.copy.text.get(from..).unwrap_or("").trim_start();
        (!is_agency).then(|| lead::read(news, carrier, words)).flatten()
    };
    let begun = || begun().and_then(|name| name::of(name, issued.tables, words));
    contributor()
        .or_else(|| line::read(issued.copy.text, carrier, issued.tables, words))
        .or_else(told)
        .or_else(begun)
        .map(str::to_owned)
}

/// The one body of the "About" headings that the headline or the lead names.
fn about<'a>(issued: &IssuerCopy<'a>, words: &IssuerWords) -> Option<&'a str> {
    if issued.abouts.is_empty() {
        return None;
    }
    let lead = issued.copy.text.get(..floor(issued.copy.text, LEAD_BYTES)).unwrap_or("");
    let (title, lead) = (issued.copy.title.to_lowercase(), lead.to_lowercase());
    let mut named: Vec<&str> = Vec::new();
    for about in issued.abouts {
        let Some(name) = name::of(about, issued.tables, words) else { continue };
        let core = name::core(name, words);
        let is_named = core.len() >= 2 && (title.contains(&core) || lead.contains(&core));
        if is_named && !named.contains(&name) {
            named.push(name);
        }
    }
    match named[..] {
        [only] => Some(only),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
