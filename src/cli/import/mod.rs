//! `wiredesk import`: the feeds of a list as sources of the configuration.
//!
//! A list comes from anybody (checks B81, B34): what it would add is shown, and
//! addresses that polling would refuse are not taken.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use url::{Host, Url};

use crate::config::Config;
use crate::model::address::{Opened, Refusal};
use crate::model::{Kind, SourceId, without_credentials};
use crate::net::guard::Ports;
use crate::net::passport::Passport;
use crate::opml::{self, List, Listed, PageLines, Scraped};
use crate::parse;
use crate::parse::page::{Css, day};
use crate::text::quote::in_quotes;

use super::append::{Grown, NewSource, quoted};
use super::naming::{Ids, tag};
use super::{Desk, Done, Failed};

mod report;

/// Largest file that is read.
const MAX_BYTES: u64 = crate::limits::LIST_BYTES.most;

/// Most tags of one source.
const MOST_TAGS: usize = 16;

/// What to import.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// A list of feeds: OPML, FOAF or iGoogle
    file: PathBuf,
    /// Show what would be added, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// What becomes of a list's feeds.
#[derive(Debug, Default)]
struct Verdict {
    added: Vec<NewSource>,
    /// Feeds whose address is polled already, and by which source.
    known: Vec<(Listed, SourceId)>,
    /// What is not taken: polling would refuse it, or it cannot be read here; and why.
    refused: Vec<(Listed, String)>,
    /// How many of these `allow_addresses` would open.
    within: usize,
    /// What is read otherwise than by the list.
    remarks: Vec<(Url, String)>,
}

/// Shows what a list adds, and adds it.
pub fn run(desk: &Desk, args: &ImportArgs) -> Done {
    let path = desk.config_path()?;
    let config = desk.load()?;
    let list = read(&args.file)?;
    let verdict = Verdict::of(&list, &config);
    let grown = match verdict.added.as_slice() {
        [] => None,
        added => Some(Grown::of(&path, added)?),
    };
    let shown = report::Shown { file: &args.file, config: &path, list: &list, verdict: &verdict };
    shown.preview(&desk.out);
    if let Some(grown) = grown.filter(|_| !args.dry_run) {
        grown.write()?;
    }
    shown.end(&desk.out, args.dry_run);
    let any = !verdict.added.is_empty() || !verdict.known.is_empty();
    if any { Ok(()) } else { Err(Failed::Said) }
}

/// The list in `file`, warnings about its encoding included.
fn read(file: &Path) -> anyhow::Result<List> {
    let shown = file.display();
    let mut bytes = Vec::new();
    let opened = File::open(file).with_context(|| format!("{shown} cannot be read"))?;
    opened.take(MAX_BYTES + 1).read_to_end(&mut bytes).with_context(|| format!("{shown} cannot be read"))?;
    if bytes.len() as u64 > MAX_BYTES {
        bail!("{shown} is larger than {}", crate::limits::LIST_BYTES.shown());
    }
    let (text, mut warnings) = parse::text(&bytes, None);
    let mut list = opml::read(&text).with_context(|| shown.to_string())?;
    warnings.append(&mut list.warnings);
    Ok(List { warnings, ..list })
}

impl Verdict {
    fn of(list: &List, config: &Config) -> Verdict {
        let opened = config.polling.opened();
        let mut ids = Ids::of(config);
        let sources = config.sources.iter().map(|s| (place(&s.source.url), s.source.id.clone()));
        let mut known: HashMap<String, SourceId> = sources.collect();
        let mut verdict = Verdict::default();
        let mut taken: HashMap<String, &Option<Box<Scraped>>> = HashMap::new();
        for listed in &list.feeds {
            if let Some(source) = known.get(&place(&listed.url)) {
                // The configuration has one source for each URL.
                if *taken.entry(place(&listed.url)).or_insert(&listed.by) == &listed.by {
                    verdict.known.push((listed.clone(), source.clone()));
                } else {
                    let why = format!("cannot be taken: {source} polls that URL, and reads it differently");
                    verdict.refused.push((listed.clone(), why));
                }
            } else if let Err(refusal) = vet(&opened, &listed.url) {
                verdict.refused.push((listed.clone(), format!("refused: {refusal}")));
                verdict.within += 1;
            } else {
                match way(listed) {
                    Ok(way) => {
                        let id = ids.take(&listed.title, &listed.url);
                        known.insert(place(&listed.url), id.clone());
                        taken.insert(place(&listed.url), &listed.by);
                        verdict.remarks.extend(way.remarks.iter().map(|said| (listed.url.clone(), said.clone())));
                        verdict.added.push(new_source(id, listed, way));
                    }
                    Err(why) => verdict.refused.push((listed.clone(), format!("cannot be taken: {why}"))),
                }
            }
        }
        verdict
    }
}

/// How what a list names is read.
struct Way {
    kind: Kind,
    lines: Vec<String>,
    remarks: Vec<String>,
}

/// A feed as it is, a page by the selectors that its outline comes to.
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

/// What makes two addresses one and the same: http and https are, and whose
/// credentials are used makes no difference.
fn place(url: &Url) -> String {
    let bare = without_credentials(url.clone());
    bare.as_str().split_once(':').map_or("", |(_, rest)| rest).to_owned()
}

/// What polling would say of the address, as far as can be told without asking
/// anybody (checks B23 to B34). A name that must be looked up is vetted then.
fn vet(opened: &Opened, url: &Url) -> Result<(), Refusal> {
    let guard = Passport::of(url).guard(opened, url);
    guard.url(url)?;
    match url.host() {
        // RFC 6761 §6.3: these lead here, whoever is asked.
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
