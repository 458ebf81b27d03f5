//! `wiredesk poll`: polls once, now.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use clap::Args;
use serde::Serialize;

use crate::clock::{Timestamp, span};
use crate::model::SourceId;
use crate::net;
use crate::past::index;
use crate::plan::courtesy;
use crate::plan::edition::editions;
use crate::poll::articles::Fetched;
use crate::poll::drive::Driver;
use crate::poll::{Poller, Summary};
use crate::store::{Claim, Joining, Node, NotClaimed};
use crate::text::quote::in_quotes;

use super::open::{Opened, closing, on_runtime};
use super::output::Output;
use super::{Desk, Done, Failed};

/// Claims taken from the schedule at a time.
const DUE: usize = 1000;

/// So many polls that ended make it worth asking whose turn it is.
const ENOUGH: usize = 64;

/// How long a source waits at most before its host's turn is asked for again.
const TURN: Duration = Duration::from_millis(200);

/// What to poll.
#[derive(Args, Debug)]
pub struct PollArgs {
    /// Sources to poll, due or not [default: the due ones]
    #[arg(value_name = "SOURCE", conflicts_with = "all")]
    sources: Vec<String>,
    /// Poll all sources, due or not
    #[arg(long)]
    all: bool,
}

/// Polls and prints a line a source.
pub fn run(desk: &Desk, args: &PollArgs) -> Done {
    on_runtime(async {
        let opened = desk.open().await?;
        closing(&*opened.store, work(desk, &opened, args).await).await
    })
}

async fn work(desk: &Desk, opened: &Opened, args: &PollArgs) -> Done {
    opened.store.believe(opened.clock.now(), Duration::ZERO).await?;
    opened.store.mend_times(opened.clock.now()).await?;
    // What changed since it was decided by is for `run` to decide anew.
    opened.store.outdated(&editions(&opened.config)).await?;
    let wanted = wanted(opened, args)?;
    let node = opened.store.join(&Joining::command("poll"), opened.clock.now()).await?;
    let polled = poll(&desk.out, opened, &node, wanted).await;
    if let Err(error) = opened.store.leave(&node, opened.clock.now()).await {
        tracing::debug!(%error, "claims were not given back; they are free when this process has ended");
    }
    let (failed, refused) = polled?;
    for reason in &refused {
        say_refused(&desk.out, reason);
    }
    catch_up(&desk.out, opened).await?;
    if failed || !refused.is_empty() { Err(Failed::Said) } else { Ok(()) }
}

/// The sources asked for by name; none for "the due ones".
fn wanted(opened: &Opened, args: &PollArgs) -> Result<Option<Vec<SourceId>>, Failed> {
    if args.all {
        return Ok(Some(opened.config.sources.iter().map(|s| s.source.id.clone()).collect()));
    }
    if args.sources.is_empty() {
        return Ok(None);
    }
    let known = |name: &String| {
        let id = SourceId::new(name).ok().filter(|id| opened.plan.sources.contains_key(id));
        id.ok_or_else(|| Failed::Usage(format!("no source {} is configured; see: wiredesk status", in_quotes(name))))
    };
    args.sources.iter().map(known).collect::<Result<_, _>>().map(Some)
}

/// Sources that are still to be polled.
enum Queue {
    /// What is due in the store.
    Due,
    /// Those named that did not have their turn yet.
    Named(Vec<SourceId>),
}

impl Queue {
    /// Claims what has a turn free, into `claims` and `refused`; gives how long
    /// to wait for the others' turns, `None` when no more is to come.
    async fn claim(
        &mut self,
        opened: &Opened,
        poller: &Poller,
        claims: &mut Vec<Claim>,
        refused: &mut Vec<NotClaimed>,
    ) -> Result<Option<Duration>, Failed> {
        let (now, node, courtesy) = (opened.clock.now(), poller.node(), poller.courtesy());
        match self {
            Queue::Due => {
                *claims = opened.store.claim_due(node, courtesy, now, DUE).await?;
                let next = opened.store.next_due_at(courtesy, now).await?;
                Ok(next.map(|at| at.since(now)).filter(|wait| *wait <= TURN.max(courtesy.host_gap)))
            }
            Queue::Named(sources) => {
                let floor = opened.config.polling.refresh_floor;
                let (found, not) = opened.store.claim_named(node, courtesy, sources, floor, now).await?;
                *claims = found;
                sources.clear();
                for reason in not {
                    match reason {
                        NotClaimed::NotItsTurn(source) => sources.push(source),
                        other => refused.push(other),
                    }
                }
                Ok((!sources.is_empty()).then_some(TURN))
            }
        }
    }
}

/// Polls what is wanted, each source in its host's turn; gives whether one
/// failed, and which may not be polled now.
async fn poll(
    out: &Output,
    opened: &Opened,
    node: &Node,
    wanted: Option<Vec<SourceId>>,
) -> Result<(bool, Vec<NotClaimed>), Failed> {
    let net = net::Client::new(opened.config.polling.net_settings())?;
    let plan = Arc::new(ArcSwap::from(Arc::clone(&opened.plan)));
    let (store, clock, courtesy) = (Arc::clone(&opened.store), Arc::clone(&opened.clock), courtesy(&opened.config));
    let poller = Poller::new(store, net, clock, plan, node.clone(), courtesy);
    let poller = Arc::new(poller);
    let mut driver = Driver::new(Arc::clone(&poller), opened.config.polling.concurrency);
    let bar = out.bar(wanted.as_ref().map_or(0, Vec::len) as u64, "polling");
    let mut queue = wanted.map_or(Queue::Due, Queue::Named);
    let (mut failed, mut refused) = (false, Vec::new());
    let (mut ended, mut wait) = (ENOUGH, None);
    loop {
        // A poll that ends gives its host's turn to the next; asking for all that wait
        // each time would cost the square of their number.
        if ended >= ENOUGH || driver.is_idle() {
            let mut claims = Vec::new();
            wait = queue.claim(opened, &poller, &mut claims, &mut refused).await?;
            bar.set_length(bar.length().unwrap_or_default().max(bar.position() + claims.len() as u64));
            driver.push(claims);
            ended = 0;
        }
        let turn = async {
            match wait {
                Some(wait) => tokio::time::sleep(wait).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some(summary) = driver.next(), if !driver.is_idle() => {
                bar.inc(1);
                ended += 1;
                failed |= summary.failed;
                bar.suspend(|| say(out, &summary));
            }
            () = turn, if wait.is_some() => ended = ENOUGH,
            else => break,
        }
    }
    bar.finish_and_clear();
    articles(out, opened, &poller).await?;
    Ok((failed, refused))
}

/// Fetches the articles that are wanted now, which `run` does in the background.
async fn articles(out: &Output, opened: &Opened, poller: &Poller) -> Result<(), Failed> {
    let mut all = Fetched::default();
    loop {
        let claims = opened.store.claim_articles(poller.node(), poller.courtesy(), opened.clock.now(), 1).await?;
        let Some(claimed) = claims.into_iter().next() else { break };
        let some = claimed.wanted.len();
        let fetched = poller.articles(claimed).await;
        if some == 0 || fetched.better + fetched.kept + fetched.later == 0 {
            break;
        }
        all.better += fetched.better;
        all.kept += fetched.kept;
        all.later += fetched.later;
    }
    let Fetched { better, kept, later, .. } = all;
    if better + kept + later > 0 && !out.is_json() {
        out.line(&format!(
            "articles: {better} fetched, {kept} kept as the feed has them, {later} to be asked for again"
        ));
    }
    Ok(())
}

/// Brings the search index up to date, which `run` does in the background.
async fn catch_up(out: &Output, opened: &Opened) -> Result<(), Failed> {
    let waiting = opened.store.totals().await?.unindexed;
    let bar = out.bar(waiting, "indexing");
    index::catch_up(&opened.store, |done| bar.inc(done as u64)).await?;
    bar.finish_and_clear();
    Ok(())
}

#[derive(Serialize)]
struct Line<'a> {
    source: &'a str,
    outcome: &'a str,
    text: &'a str,
    status: Option<u16>,
    failed: bool,
    new: usize,
    changed: usize,
    next_poll_at: Option<String>,
    because: &'a str,
    warnings: &'a [String],
    duration_ms: u64,
}

fn say(out: &Output, s: &Summary) {
    if out.is_json() {
        return out.json(&Line {
            source: s.source.as_str(),
            outcome: s.note.kind,
            text: &s.note.text,
            status: s.note.status,
            failed: s.failed,
            new: s.new,
            changed: s.revised,
            next_poll_at: Some(s.next.at).filter(|at| *at < Timestamp::NEVER).map(Timestamp::rfc3339),
            because: &s.next.because,
            warnings: &s.warnings,
            duration_ms: u64::try_from(s.note.duration.as_millis()).unwrap_or(u64::MAX),
        });
    }
    let mark = if s.failed { "failed" } else { "ok" };
    out.line(&format!("{:<32} {mark:<6} {} ({})", s.source, s.note.text, span(s.note.duration)));
    for warning in &s.warnings {
        out.line(&format!("{:<32}        {warning}", ""));
    }
}

fn say_refused(out: &Output, reason: &NotClaimed) {
    let (source, why) = match reason {
        NotClaimed::Unknown(source) => (source, "is not in the store".to_owned()),
        NotClaimed::Busy(source) => (source, "is being polled at this moment".to_owned()),
        NotClaimed::NotItsTurn(source) => (source, "has no turn at its host".to_owned()),
        NotClaimed::Held { source, until } => {
            (source, format!("may be polled again at {}: {}", until.at, until.because))
        }
        NotClaimed::TooSoon { source, until } => {
            (source, format!("was polled a moment ago; it may be polled again at {until} (polling.refresh_floor)"))
        }
    };
    if out.is_json() {
        #[derive(Serialize)]
        struct RefusedLine<'a> {
            source: &'a str,
            outcome: &'static str,
            text: &'a str,
            failed: bool,
        }
        return out.json(&RefusedLine { source: source.as_str(), outcome: "refused", text: &why, failed: true });
    }
    out.line(&format!("{source:<32} held   {why}"));
}
