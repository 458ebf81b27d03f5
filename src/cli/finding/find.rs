//! Finding sources behind an address: the address itself, what its page names or
//! links to, usual addresses, robots.txt, and at last the page by selectors. What a page
//! names and cannot be read is told (check B180).
//!
//! Every request takes its turn at its site, and what robots.txt binds is only
//! offered where it allows us (checks P25, P35).

use std::collections::VecDeque;
use std::time::Duration;

use anyhow::{anyhow, bail};
use url::Url;

use crate::clock::{Timestamp, Zone};
use crate::fetch::robots::Robots;
use crate::fetch::{self, Ask, Asker, DocumentKind};
use crate::model::{Body, Entry, Failure, Format, Kind, Parsed, redacted, with_credentials_of};
use crate::net;
use crate::net::passport::Passport;
use crate::parse::discover::{self, By, Candidate, Topic};
use crate::parse::page::propose::propose;
use crate::parse::{self, About};
use crate::text::quote::in_quotes;

use super::leads::leads_to;
use crate::cli::append::proposal_lines;
use crate::cli::manners::Paced;
use crate::cli::output::{Output, counted};

/// Candidates of a page that are asked for: a page may link to a feed a department.
const MOST_NAMED: usize = crate::limits::ADD_NAMED.count();
/// Pages of feeds that are looked at, as "RSS" at the foot of a page often leads to one.
const MOST_PAGES: usize = crate::limits::ADD_PAGES.count();
/// Sitemaps that are looked at.
const MOST_MAPS: usize = crate::limits::ADD_MAPS.count();
/// Feeds that were not asked for and are named: as many lines as a screen holds well.
const MOST_TOLD: usize = 12;
/// A server that leaves so many requests for guessed addresses unanswered is asked for no
/// more of them: each takes as long as a poll may, and burdens it.
const MOST_SILENT: usize = 2;

/// A source that was found.
#[derive(Debug)]
pub struct FoundSource {
    /// Where it is polled.
    pub url: Url,
    /// What is found there.
    pub kind: Kind,
    /// What it calls itself.
    pub title: String,
    /// How it was found.
    pub because: String,
    /// Its entries: headlines and dates.
    pub entries: Vec<(String, Option<Timestamp>)>,
    /// Hosts of another site to which its entries lead, with how many each.
    pub leads_to: Vec<(String, usize)>,
    /// Further lines of its configuration.
    pub lines: Vec<String>,
    /// What it is about.
    topic: Topic,
}

impl FoundSource {
    /// Its address as it may be shown.
    pub fn shown(&self) -> String {
        redacted(&self.url)
    }
}

/// The page at the address that was given.
struct GivenPage<'b> {
    url: Url,
    body: &'b Body,
    /// Whether robots.txt lets us poll it, where that was asked.
    allowed: Option<Result<(), String>>,
}

/// Looks for sources.
pub struct Finder<'a> {
    net: &'a net::Client,
    robots: Robots,
    paced: Paced,
    now: Timestamp,
    out: &'a Output,
    /// That of the address that was given: a page leads no further inside than it lies.
    passport: Passport,
}

impl<'a> Finder<'a> {
    /// One that looks behind `url` and leaves this gap between two requests to a site.
    pub fn new(net: &'a net::Client, url: &Url, gap: Duration, now: Timestamp, out: &'a Output) -> Self {
        Finder { net, robots: Robots::default(), paced: Paced::new(gap), now, out, passport: Passport::of(url) }
    }

    fn request(&self, url: &Url) -> fetch::Request {
        fetch::Request::by(self.passport.clone(), url.clone())
    }

    /// Sources behind `url`, the best first.
    ///
    /// # Errors
    /// The URL brings no document, or no source is behind it.
    pub async fn find(&self, url: &Url) -> anyhow::Result<Vec<FoundSource>> {
        // What binds the page is asked before anything else of its host.
        let allowed = self.allows(url).await;
        let body = self
            .get(url, DocumentKind::Page)
            .await
            .map_err(|failure| anyhow!("{}: {failure}{}", redacted(url), hint(url, &failure)))?;
        // Credentials stay with the URL as it was given.
        let at = with_credentials_of(url, body.url.clone());
        let why = match self.read(&body) {
            Ok(parsed) => match self.source(at.clone(), parsed, "the address itself").await {
                Ok(found) => return Ok(vec![found]),
                Err(why) => why,
            },
            Err(error) => error.to_string(),
        };
        let page = GivenPage { allowed: Some(allowed).filter(|_| at.origin() == url.origin()), url: at, body: &body };
        // A feed without an entry may be one that is no longer written.
        let of_news = |found: &FoundSource| found.topic == Topic::News && !found.entries.is_empty();
        let (named, untried) = self.named_on(&body).await;
        let (mut found, rest): (Vec<FoundSource>, Vec<FoundSource>) = named.into_iter().partition(of_news);
        self.tell_untried(&untried);
        if found.is_empty() {
            let which = if untried.is_empty() { "the page names no feed" } else { "no feed that was tried is one" };
            let read = if rest.is_empty() { "that can be read" } else { "of its news" };
            self.out.complain(&format!("{which} {read}; looking at usual addresses"));
            found = self.at_usual(&page, &rest).await;
        }
        if found.is_empty() {
            found = self.in_maps(&page).await;
        }
        found.extend(rest);
        if found.is_empty() {
            bail!(
                "{}: no source was found: {why}, and no feed, sitemap or list of news behind it; try the page that lists its news, or the address of its feed",
                redacted(url)
            );
        }
        Ok(found)
    }

    /// Sources at usual addresses that are none of the `known`, and the page beside them.
    async fn at_usual(&self, page: &GivenPage<'_>, known: &[FoundSource]) -> Vec<FoundSource> {
        let usual = discover::well_known(&page.body.url).into_iter();
        let usual = usual.filter(|usual| !known.iter().any(|known| known.url == usual.url));
        let mut found = self.first_among(usual.collect()).await;
        // The site's feed may hold more, or less, than this list of its news.
        if !found.is_empty() {
            found.extend(self.page(page).await);
        }
        found
    }

    /// Sitemaps that robots.txt names, and the page: which of them first depends on
    /// whether a sitemap is one of news.
    async fn in_maps(&self, page: &GivenPage<'_>) -> Vec<FoundSource> {
        let maps = self.maps(page).await.into_iter().take(MOST_MAPS).collect();
        let mut found = self.first_among(maps).await;
        // A sitemap of all pages is worse than the list of news itself.
        let has_news = found.iter().any(|map| map.entries.iter().any(|(_, at)| at.is_some()));
        if let Some(page) = self.page(page).await {
            if has_news { found.push(page) } else { found.insert(0, page) }
        }
        found
    }

    fn asker(&self) -> Asker<'_> {
        Asker { net: self.net, robots: &self.robots }
    }

    /// What stands at `url`, which robots.txt does not bind: a person asks for it once.
    async fn get(&self, url: &Url, wanted: DocumentKind) -> Result<Box<Body>, Failure> {
        let ask = Ask::free(fetch::Request { wanted, ..self.request(url) });
        Ok(self.asker().ask(&ask, &self.paced, self.now).await.document()?.body)
    }

    fn about<'b>(&self, body: &'b Body) -> About<'b> {
        About {
            url: &body.url,
            content_type: body.content_type.as_deref(),
            language: None,
            timezone: Zone::UTC,
            work: crate::model::Work::default(),
        }
    }

    fn read(&self, body: &Body) -> Result<Parsed, parse::Error> {
        parse::document(&body.bytes, &self.about(body), self.now)
    }

    fn named(&self, body: &Body) -> Vec<Candidate> {
        discover::on_page(&body.bytes, &self.about(body))
    }

    /// Sources that a page names or links to, those of news first. A visible link may
    /// lead to a page that lists the feeds: one such page is looked at. Also what was not
    /// asked for because others were.
    async fn named_on(&self, body: &Body) -> (Vec<FoundSource>, Vec<Candidate>) {
        let (mut found, mut pages, mut asked) = (Vec::new(), 0, 0);
        let mut waiting: VecDeque<Candidate> = self.named(body).into();
        let mut known: Vec<Url> =
            waiting.iter().map(|candidate| candidate.url.clone()).chain([body.url.clone()]).collect();
        while asked < MOST_NAMED {
            let Some(candidate) = waiting.pop_front() else { break };
            asked += 1;
            match self.ask(&candidate).await {
                Ok(source) if found.iter().any(|known: &FoundSource| known.url == source.url) => {}
                Ok(source) => {
                    if source.entries.is_empty() {
                        self.out.complain(&format!("{} holds no entries", told(&candidate)));
                    }
                    found.push(source);
                }
                Err(NoSource { page: Some(page), because, .. }) if candidate.by == By::Anchor && pages < MOST_PAGES => {
                    let listed = self.named(&page).into_iter().filter(|listed| !known.contains(&listed.url));
                    let listed: Vec<Candidate> = listed.collect();
                    if listed.is_empty() {
                        self.out.complain(&format!("{} is no source: {because}", told(&candidate)));
                        continue;
                    }
                    pages += 1;
                    known.extend(listed.iter().map(|listed| listed.url.clone()));
                    waiting.extend(listed);
                }
                Err(why) => self.out.complain(&format!("{} is no source: {}", told(&candidate), why.because)),
            }
        }
        found.sort_by_key(|found| found.topic);
        (found, waiting.into())
    }

    /// What stands at a candidate's address.
    async fn ask(&self, candidate: &Candidate) -> Result<FoundSource, NoSource> {
        let request = self.request(&candidate.url);
        let ask = if candidate.by == By::Robots { Ask::bound(request) } else { Ask::free(request) };
        let body = self.asker().ask(&ask, &self.paced, self.now).await.document().map_err(NoSource::after)?.body;
        let parsed = match self.read(&body) {
            Ok(parsed) => parsed,
            Err(error) => return Err(NoSource { page: Some(body), ..NoSource::of(error) }),
        };
        let mut source = self.source(body.url.clone(), parsed, candidate.by.as_str()).await.map_err(NoSource::of)?;
        if candidate.topic == Topic::Comments || discover::tells_of_comments(&source.title) {
            source.topic = Topic::Comments;
        }
        match &candidate.title {
            Some(named) if source.title.is_empty() => source.title.clone_from(named),
            // Several offers are told apart by what the page calls them.
            Some(named) if *named != source.title => {
                source.because = format!("{}, as {}", source.because, in_quotes(named));
            }
            _ => {}
        }
        if source.topic == Topic::Comments {
            source.because.push_str(", comments of readers");
        }
        Ok(source)
    }

    /// Whether robots.txt lets us poll what it binds.
    async fn allows(&self, url: &Url) -> Result<(), String> {
        let permission = self.asker().permission(&self.request(url), &self.paced, self.now).await;
        permission.map(drop).map_err(|failure| failure.to_string())
    }

    async fn source(&self, url: Url, parsed: Parsed, because: &str) -> Result<FoundSource, String> {
        let kind = if parsed.format == Format::Sitemap { Kind::Sitemap } else { Kind::Feed };
        if kind.heeds_robots() {
            self.allows(&url).await?;
        }
        let entries = parsed.entries.iter().map(shown).collect();
        let leads_to = leads_to(&parsed.entries, &url);
        let (title, because, lines) = (parsed.title, because.to_owned(), Vec::new());
        Ok(FoundSource { url, kind, title, because, entries, leads_to, lines, topic: Topic::News })
    }

    /// The first of `candidates` that is a source of news; those behind it are not asked.
    async fn first_among(&self, candidates: Vec<Candidate>) -> Vec<FoundSource> {
        let mut silent = 0;
        for candidate in candidates {
            match self.ask(&candidate).await {
                Ok(source) if source.topic == Topic::News => return vec![source],
                Err(NoSource { is_silent: true, because, .. }) => {
                    silent += 1;
                    if silent == MOST_SILENT {
                        let place = redacted(&candidate.url);
                        self.out.complain(&format!("{place}: {because}; no further addresses of the kind are tried"));
                        break;
                    }
                }
                // Nobody named these: that there is nothing says nothing.
                _ => {}
            }
        }
        Vec::new()
    }

    /// Names feeds that were not asked for: the one that is meant may be among them.
    fn tell_untried(&self, untried: &[Candidate]) {
        if untried.is_empty() {
            return;
        }
        let count = counted(untried.len() as u64, "further feed", "further feeds");
        self.out.complain(&format!("the page names {count} that this did not try; if one is meant, add its address:"));
        untried.iter().take(MOST_TOLD).for_each(|candidate| self.out.complain(&format!("  {}", told(candidate))));
        if untried.len() > MOST_TOLD {
            self.out.complain(&format!("  and {} more", untried.len() - MOST_TOLD));
        }
    }

    /// The sitemaps that robots.txt names.
    async fn maps(&self, page: &GivenPage<'_>) -> Vec<Candidate> {
        // Its robots.txt was asked for once, in vain.
        if matches!(page.allowed, Some(Err(_))) {
            return Vec::new();
        }
        let Ok(place) = page.body.url.join("/robots.txt") else { return Vec::new() };
        match self.get(&place, DocumentKind::Robots).await {
            Ok(body) => discover::in_robots(&String::from_utf8_lossy(&body.bytes), &place),
            Err(_) => Vec::new(),
        }
    }

    /// The page itself, by selectors, where robots.txt allows it.
    async fn page(&self, page: &GivenPage<'_>) -> Option<FoundSource> {
        let GivenPage { url, body, allowed } = page;
        let about = self.about(body);
        let proposal = match propose(&body.bytes, &about, self.now) {
            Ok(proposal) => proposal,
            Err(why) => {
                self.out.complain(&format!("the page itself cannot be read by selectors: {why}"));
                return None;
            }
        };
        let parsed = parse::page::read(&body.bytes, &about, &proposal.selectors, self.now).ok()?;
        proposal.remarks.iter().for_each(|remark| self.out.complain(&format!("of the list on the page: {remark}")));
        let allowed = match allowed {
            Some(allowed) => allowed.clone(),
            None => self.allows(url).await,
        };
        if let Err(why) = allowed {
            self.out.complain(&format!("the page could be read by selectors, but {why}"));
            return None;
        }
        let entries = parsed.entries.iter().map(shown).collect();
        let because = "the list on the page, by selectors".to_owned();
        let lines = proposal_lines(&proposal).collect();
        let (url, leads_to) = (url.clone(), leads_to(&parsed.entries, url));
        let (kind, title, topic) = (Kind::Page, parsed.title, Topic::News);
        Some(FoundSource { url, kind, title, because, entries, leads_to, lines, topic })
    }
}

/// What to do where the address itself was refused as one of the inside.
fn hint(url: &Url, failure: &Failure) -> String {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    match failure {
        Failure::Refused(why) if why.contains("metadata service") => {
            " (it hands out a machine's credentials, and no news)".to_owned()
        }
        Failure::Tls(_) => {
            let port = url.port().map(|port| format!(" (if that port speaks http, write http://{host}:{port})"));
            port.unwrap_or_default()
        }
        _ => match failure.closed_host(url) {
            Some(host) => format!(" (if it is meant, write allow_addresses = [\"{host}\"] under [polling])"),
            None => String::new(),
        },
    }
}

fn shown(entry: &Entry) -> (String, Option<Timestamp>) {
    (entry.title.clone(), entry.dated())
}

/// A candidate as it is told of.
fn told(candidate: &Candidate) -> String {
    let title = candidate.title.as_deref().map(|title| format!(" as {}", in_quotes(title))).unwrap_or_default();
    format!("{} ({}{title})", redacted(&candidate.url), candidate.by.as_str())
}

/// Why a candidate is no source.
struct NoSource {
    because: String,
    /// What stands there instead.
    page: Option<Box<Body>>,
    /// Whether its server let time run out.
    is_silent: bool,
}

impl NoSource {
    fn of(because: impl ToString) -> NoSource {
        NoSource { because: because.to_string(), page: None, is_silent: false }
    }

    fn after(failure: Failure) -> NoSource {
        NoSource { is_silent: matches!(failure, Failure::Timeout { .. }), ..NoSource::of(failure) }
    }
}
