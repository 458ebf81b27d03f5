//! `check --network`: asks the store's server and every source once, and tells what would be
//! refused, what does not answer and what cannot be read.
//!
//! With the manners of polls: robots.txt where it binds, a gap between two requests to a
//! site, one at a time to each. A host that lets time run out is asked for no more, and one
//! that asked to be left alone is not asked at all. Nothing is stored.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use indicatif::ProgressBar;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::cli::context::{Context, Failed};
use crate::cli::manners::Paced;
use crate::clock::{Clock, SystemClock, Timestamp};
use crate::config::Config;
use crate::fetch::robots::Robots;
use crate::fetch::{Ask, Asker, Received};
use crate::model::{Failure, Format, Kind, SourceId, Work, site};
use crate::net;
use crate::parse;
use crate::plan::{Plan, PlannedSource};
use crate::poll::unread;
use crate::store::{self, Location, POOLED, SourcesWanted};

/// Sites that are asked at once: enough for hundreds of sources in a minute, and no burden to
/// the operator's line.
const SITES_AT_ONCE: usize = 16;

/// Sources that are asked at most: somebody waits for the answer, and a larger desk has
/// `wiredesk status`.
const MOST: usize = 1_000;

/// What asking a source brought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NetworkAnswer {
    /// The source.
    pub source: SourceId,
    /// Why it brings nothing, and what to do; `None` where it does.
    pub trouble: Option<NetworkTrouble>,
}

/// Why a source brings nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NetworkTrouble {
    /// In a word, as polls have it.
    pub kind: &'static str,
    /// In a sentence.
    pub because: String,
}

/// What a store's server said.
pub struct StoreAnswer {
    /// Why no store can be worked on there, and what to do; `None` where one can.
    pub trouble: Option<String>,
    /// What is to be said although it can.
    pub remark: Option<&'static str>,
}

/// Asks the server that the store lies on; `None` where it lies in a file.
pub async fn ask_store(at: &Location) -> Option<StoreAnswer> {
    if !at.is_shared() {
        return None;
    }
    let trouble = store::examine(at).await.err().map(|error| error.to_string());
    // Where nobody answers, neither does a pooler.
    let is_pooled = trouble.is_none() && store::hears_through_pooler(at).await.unwrap_or(false);
    Some(StoreAnswer { trouble, remark: is_pooled.then_some(POOLED) })
}

/// All answers by name, and how many sources were not asked since there are too many.
pub struct NetworkCheck {
    /// The store's server.
    pub store: Option<StoreAnswer>,
    /// The answers, by name.
    pub answers: Vec<NetworkAnswer>,
    /// How many sources were left out.
    pub left_out: usize,
}

impl NetworkCheck {
    /// Whether nothing is wrong with any of them.
    pub fn is_well(&self) -> bool {
        let is_usable = self.store.as_ref().is_none_or(|store| store.trouble.is_none());
        is_usable && self.answers.iter().all(|answer| answer.trouble.is_none())
    }
}

/// Asks the sources of `config`.
///
/// # Errors
/// No request can be made at all.
pub async fn ask(context: &Context, config: &Config) -> Result<NetworkCheck, Failed> {
    let store = ask_store(&config.store.location).await;
    let plan = Plan::of(config);
    let mut sources: Vec<&PlannedSource> = plan.sources.iter().collect();
    let left_out = sources.len().saturating_sub(MOST);
    sources.truncate(MOST);
    let held = held(context).await;
    let bar = context.out.bar(sources.len() as u64, "asking sources");
    let mut by_site: BTreeMap<String, Vec<PlannedSource>> = BTreeMap::new();
    let mut answers = Vec::with_capacity(sources.len());
    for source in sources {
        match held.get(&source.configured.source.id) {
            Some(because) => answers.push(in_trouble(source, "held", because.clone())),
            None => {
                let host = source.configured.source.url.host_str().unwrap_or_default();
                by_site.entry(site(host).to_owned()).or_default().push(source.clone());
            }
        }
    }
    let line = Arc::new(AskingLine {
        net: net::Client::new(config.polling.net_settings())?,
        robots: Robots::default(),
        paced: Paced::new(config.polling.host_gap),
        turns: Semaphore::new(SITES_AT_ONCE),
        bar,
        now: SystemClock::new().now(),
    });
    let mut sites = JoinSet::new();
    for sources in by_site.into_values() {
        sites.spawn(Arc::clone(&line).of_site(sources));
    }
    while let Some(done) = sites.join_next().await {
        answers.extend(done?);
    }
    line.bar.finish_and_clear();
    answers.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(NetworkCheck { store, answers, left_out })
}

/// Sources whose servers asked to be left alone, as far as a store remembers it.
async fn held(context: &Context) -> HashMap<SourceId, String> {
    let mut held = HashMap::new();
    // Without a store, or with one that cannot be read now, nothing is remembered.
    let Ok(Ok(opened)) = context.look_if_there().await else { return held };
    let (now, mut wanted) = (opened.clock.now(), SourcesWanted::all(MOST));
    while let Ok(page) = opened.store.sources_page(&wanted, now).await {
        let Some(last) = page.last() else { break };
        wanted.after = Some(last.source.clone());
        for s in page {
            if let Some(hold) = s.state.standing.hold.filter(|hold| hold.at > now) {
                held.insert(s.source, format!("not asked until {}: {}", context.out.when(hold.at), hold.because));
            }
        }
    }
    held
}

/// What asking takes.
struct AskingLine {
    net: net::Client,
    robots: Robots,
    paced: Paced,
    turns: Semaphore,
    bar: ProgressBar,
    now: Timestamp,
}

impl AskingLine {
    /// Asks the sources of one site, one after the other.
    async fn of_site(self: Arc<Self>, sources: Vec<PlannedSource>) -> Vec<NetworkAnswer> {
        // The semaphore is never closed.
        let _turn = self.turns.acquire().await;
        let mut silent: Option<String> = None;
        let mut answers = Vec::with_capacity(sources.len());
        for source in sources {
            let host = source.configured.source.url.host_str().unwrap_or_default().to_owned();
            if silent.as_ref() == Some(&host) {
                answers.push(in_trouble(
                    &source,
                    "untried",
                    format!("not asked: {host} left the request before unanswered"),
                ));
            } else {
                let failure = self.one(&source).await.err();
                if matches!(&failure, Some(failure) if failure.is_unreached() || matches!(failure, Failure::Timeout { .. }))
                {
                    silent = Some(host);
                }
                answers.push(match failure {
                    Some(failure) => in_trouble(&source, failure.kind(), told(&failure, &source)),
                    None => NetworkAnswer { source: source.configured.source.id.clone(), trouble: None },
                });
            }
            self.bar.inc(1);
        }
        answers
    }

    /// Asks a source, and reads what it sends as a poll would.
    async fn one(&self, source: &PlannedSource) -> Result<(), Failure> {
        let request = source.request(source.configured.source.url.clone());
        let ask = if source.configured.source.kind.heeds_robots() { Ask::bound(request) } else { Ask::free(request) };
        let asker = Asker { net: &self.net, robots: &self.robots };
        let Received { body, room: _room } = asker.ask(&ask, &self.paced, self.now).await.document()?;
        let about = parse::About {
            url: &body.url,
            content_type: body.content_type.as_deref(),
            language: source.configured.source.language.as_deref(),
            timezone: source.configured.timezone.clone(),
            work: Work::default(),
        };
        let parsed = match &source.configured.page {
            Some(selectors) => parse::page::read(&body.bytes, &about, selectors, self.now),
            None => parse::document(&body.bytes, &about, self.now),
        };
        let parsed = parsed.map_err(|error| unread(error, &body.url))?;
        if parsed.format == Format::Sitemap && source.configured.source.kind == Kind::Feed {
            return Err(Failure::NotAFeed("a sitemap; a source of kind = \"sitemap\" reads it".to_owned()));
        }
        Ok(())
    }
}

fn in_trouble(source: &PlannedSource, kind: &'static str, because: String) -> NetworkAnswer {
    NetworkAnswer { source: source.configured.source.id.clone(), trouble: Some(NetworkTrouble { kind, because }) }
}

/// A failure with what its operator may do about it.
fn told(failure: &Failure, source: &PlannedSource) -> String {
    match failure.closed_host(&source.configured.source.url) {
        Some(host) => format!("{failure}; if it is meant, write allow_addresses = [\"{host}\"] in its [[source]]"),
        None => failure.to_string(),
    }
}
