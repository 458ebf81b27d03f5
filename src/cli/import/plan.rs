//! What would become of each feed in a list: added, known already, or refused and why.

use std::collections::HashMap;
use std::net::Ipv4Addr;

use url::{Host, Url};

use crate::cli::append::{NewSource, quoted};
use crate::cli::naming::Ids;
use crate::config::Config;
use crate::config::naming::tag;
use crate::model::web::address::{Opened, Refusal};
use crate::model::{Kind, SourceId, without_credentials};
use crate::net::guard::Ports;
use crate::net::passport::Passport;
use crate::opml::{Carriage, List, Listed, PageLines, Scraped};
use crate::parse::page::{Css, day};
use crate::places::{Country, Gazetteer};
use crate::text::quote::in_quotes;

/// Most tags of one source.
const MOST_TAGS: usize = 16;

/// What becomes of a list's feeds.
#[derive(Debug, Default)]
pub struct ImportPlan {
    /// The sources that are added.
    pub added: Vec<NewSource>,
    /// Feeds whose URL is polled already, and by which source.
    pub known: Vec<(Listed, SourceId)>,
    /// What is not taken, and why: polling would refuse it, or it cannot be read here.
    pub refused: Vec<(Listed, String)>,
    /// How many of these `allow_addresses` would permit.
    pub within: usize,
    /// What will be read differently from what the list says.
    pub remarks: Vec<(Url, String)>,
}

impl ImportPlan {
    /// Decides about each feed of `list`, which is added to `config`.
    pub fn of(list: &List, config: &Config) -> ImportPlan {
        let opened = config.polling.opened();
        let mut ids = Ids::of(config);
        let sources = config.sources.iter().map(|s| (place(&s.source.url), s.source.id.clone()));
        let mut known: HashMap<String, SourceId> = sources.collect();
        let mut plan = ImportPlan::default();
        let mut taken: HashMap<String, &Option<Box<Scraped>>> = HashMap::new();
        for listed in &list.feeds {
            if let Some(source) = known.get(&place(&listed.url)) {
                // The configuration has one source for each URL.
                if *taken.entry(place(&listed.url)).or_insert(&listed.by) == &listed.by {
                    plan.known.push((listed.clone(), source.clone()));
                } else {
                    let why = format!("cannot be taken: {source} polls that URL, and reads it differently");
                    plan.refused.push((listed.clone(), why));
                }
            } else if let Err(refusal) = vet(&opened, &listed.url) {
                plan.refused.push((listed.clone(), format!("refused: {refusal}")));
                plan.within += 1;
            } else {
                match way(listed) {
                    Ok(mut way) => {
                        way.carry(&listed.carriage, &config.places);
                        let id = ids.take(&listed.title, &listed.url);
                        known.insert(place(&listed.url), id.clone());
                        taken.insert(place(&listed.url), &listed.by);
                        plan.remarks.extend(way.remarks.iter().map(|said| (listed.url.clone(), said.clone())));
                        plan.added.push(new_source(id, listed, way));
                    }
                    Err(why) => plan.refused.push((listed.clone(), format!("cannot be taken: {why}"))),
                }
            }
        }
        plan
    }
}

/// How something that the list names is read.
struct Way {
    kind: Kind,
    /// Keys first, then tables.
    lines: Vec<String>,
    remarks: Vec<String>,
}

impl Way {
    /// Takes over what the list says of the copy that is carried.
    fn carry(&mut self, Carriage { wire, country }: &Carriage, places: &Gazetteer) {
        if let Some(written) = country {
            let known = Country::new(written).filter(|country| places.country(*country).is_some());
            match known {
                Some(country) => self.lines.insert(0, format!("country = {}", quoted(country.code()))),
                None => self.remarks.push(format!("country is left out: {} is no country's code", in_quotes(written))),
            }
        }
        self.lines.splice(0..0, wire.as_ref().map(|wire| format!("wire = {}", quoted(wire))));
    }
}

/// A feed as it is; a page with the selectors that its outline translates to.
fn way(listed: &Listed) -> Result<Way, String> {
    let Some(by) = &listed.by else { return Ok(Way { kind: Kind::Feed, lines: Vec::new(), remarks: Vec::new() }) };
    let PageLines { lines: read, mut remarks } = by.page_lines()?;
    let mut lines = vec!["[source.page]".to_owned()];
    for (key, value) in read {
        let problem = if key == "date_format" { day::check(&value).err() } else { Css::parse(&value).err() };
        match problem {
            None => lines.push(format!("{key} = {}", quoted(&value))),
            Some(why) if matches!(key, "date" | "date_format" | "summary") => {
                remarks.push(format!("{key} is left out: {}: {why}", in_quotes(&value)));
                if key == "date" {
                    break;
                }
            }
            Some(why) => return Err(format!("{} is no selector: {why}", in_quotes(&value))),
        }
    }
    Ok(Way { kind: Kind::Page, lines, remarks })
}

fn new_source(id: SourceId, listed: &Listed, way: Way) -> NewSource {
    let mut tags: Vec<String> = Vec::new();
    for made in listed.folders.iter().flatten().filter_map(|name| tag(name)) {
        if tags.len() < MOST_TAGS && !tags.contains(&made) {
            tags.push(made);
        }
    }
    let (url, title) = (listed.url.clone(), listed.title.clone());
    NewSource { id, url, kind: way.kind, tags, title, lines: way.lines }
}

/// When two URLs count as the same: the scheme (http or https) and credentials make no
/// difference.
fn place(url: &Url) -> String {
    let bare = without_credentials(url.clone());
    bare.as_str().split_once(':').map_or("", |(_, rest)| rest).to_owned()
}

/// What polling would say about the URL, as far as can be told without a request (checks B23 to
/// B34). A name that has to be looked up is vetted when it is polled.
///
/// # Errors
/// Polls of it would be refused.
pub fn vet(opened: &Opened, url: &Url) -> Result<(), Refusal> {
    let guard = Passport::of(url).guard(opened, url);
    guard.url(url)?;
    match url.host() {
        // RFC 6761 §6.3: these names lead here, whichever resolver is used.
        Some(Host::Domain(name)) if is_local(name) => {
            let port = url.port_or_known_default().unwrap_or(0);
            guard.answers(name, &[Ipv4Addr::LOCALHOST.into()], Ports::of(port))
        }
        _ => Ok(()),
    }
}

fn is_local(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_address(url: &str, opened: &[&str], expected: Result<(), &str>) {
        let opened = Opened { networks: opened.iter().map(|net| net.parse().unwrap()).collect(), hosts: Vec::new() };
        let verdict = vet(&opened, &Url::parse(url).unwrap()).map_err(|refusal| refusal.0);
        assert_eq!(verdict, expected.map_err(str::to_owned), "{url}");
    }

    /// B34, B81: the guard of polls decides.
    #[test]
    fn addresses_within_are_refused() {
        check_address("https://news.example/feed", &[], Ok(()));
        check_address("http://10.0.0.1/", &[], Err("10.0.0.1 is not public (private)"));
        check_address("http://0x7f.1/", &[], Err("127.0.0.1 is not public (loopback)"));
        check_address("http://[::1]/", &[], Err("::1 is not public (loopback)"));
        check_address("http://LOCALHOST./", &[], Err("localhost. leads to 127.0.0.1, which is not public (loopback)"));
        check_address("http://a.localhost/", &["127.0.0.0/8"], Ok(()));
        check_address("http://10.0.0.1/", &["10.0.0.0/8"], Ok(()));
    }

    #[test]
    fn an_address_is_one_whatever_its_scheme_and_credentials() {
        let place = |url: &str| place(&Url::parse(url).unwrap());
        assert_eq!(place("https://u:p@a.example/f"), place("http://a.example:80/f"));
        assert_ne!(place("https://a.example/f"), place("https://a.example/g"));
        assert_ne!(place("https://a.example/f"), place("https://a.example:8443/f"));
    }
}
