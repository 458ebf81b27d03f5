//! `wiredesk poll`: polls once, now.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use clap::Args;
use indicatif::ProgressBar;

use crate::model::SourceId;
use crate::net;
use crate::past::index::{self, BatchIndexer};
use crate::plan::courtesy;
use crate::plan::edition::editions;
use crate::poll::Poller;
use crate::poll::articles::Fetched;
use crate::poll::drive::Driver;
use crate::store::{self, Claim, Joining, Node, NotClaimed};
use crate::text::quote::in_quotes;

use super::context::{CommandResult, Context, Failed};
use super::open::ConfiguredStore;
use super::output::Output;
use super::runtime::{closing, on_runtime};

mod report;

/// Claims taken from the schedule at a time.
const DUE: usize = 1000;

/// It is worth asking whose turn it is once this many polls have ended.
const ENOUGH: usize = 64;

/// How long a source waits at most before its host's turn is tried again.
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
pub fn run(context: &Context, args: &PollArgs) -> CommandResult {
    on_runtime(async {
        let opened = context.open_to_poll(&args.sources).await?;
        closing(&*opened.store, work(context, &opened, args).await).await
    })
}

async fn work(context: &Context, opened: &ConfiguredStore, args: &PollArgs) -> CommandResult {
    opened.store.believe(opened.clock.now(), Duration::ZERO).await?;
    opened.store.mend_times(opened.clock.now()).await?;
    // Only `run` puts rules in force; it decides again what other rules decided.
    opened.store.offer_rules(&editions(&opened.config)).await?;
    let wanted = wanted(opened, args)?;
    let node = opened.store.join(&Joining::command("poll"), opened.clock.now()).await?;
    let polled = poll(&context.out, opened, &node, wanted).await;
    if let Err(error) = opened.store.leave(&node, opened.clock.now()).await {
        tracing::debug!(%error, "claims were not given back; they are free when this process has ended");
    }
    let (failed, refused) = polled?;
    for reason in &refused {
        report::say_refused(&context.out, reason);
    }
    // The polls are stored: what they brought can be searched for later too.
    if let Err(error) = catch_up(&context.out, opened).await {
        let later = "the daemon indexes the rest, or the next poll does";
        context.out.complain(&format!("warning: the search index is behind: {error}; {later}"));
    }
    if failed || !refused.is_empty() { Err(Failed::Said) } else { Ok(()) }
}

/// The sources that are named; none stands for those that are due.
fn wanted(opened: &ConfiguredStore, args: &PollArgs) -> Result<Option<Vec<SourceId>>, Failed> {
    if args.all {
        return Ok(Some(opened.config.sources.iter().map(|s| s.source.id.clone()).collect()));
    }
    if args.sources.is_empty() {
        return Ok(None);
    }
    let known = |name: &String| {
        let id = SourceId::new(name).ok().filter(|id| opened.plan.sources.has(id));
        id.ok_or_else(|| Failed::Usage(format!("no source {} is configured; see: wiredesk status", in_quotes(name))))
    };
    args.sources.iter().map(known).collect::<Result<_, _>>().map(Some)
}

/// Sources that are still to be polled.
enum SourceQueue {
    /// The sources that are due in the store.
    Due,
    /// Named sources that have not had their turn yet.
    Named(Vec<SourceId>),
}

impl SourceQueue {
    /// Claims what has a turn free, into `claims` and `refused`. Returns how long to wait for
    /// the others' turns, `None` when there are no others.
    async fn claim(
        &mut self,
        opened: &ConfiguredStore,
        poller: &Poller,
        claims: &mut Vec<Claim>,
        refused: &mut Vec<NotClaimed>,
    ) -> Result<Option<Duration>, Failed> {
        let (now, node, courtesy) = (opened.clock.now(), poller.node(), poller.courtesy());
        match self {
            SourceQueue::Due => {
                *claims = opened.store.claim_due(node, courtesy, now, DUE).await?;
                let next = opened.store.next_due_at(courtesy, now).await?;
                Ok(next.map(|at| at.since(now)).filter(|wait| *wait <= TURN.max(courtesy.host_gap)))
            }
            SourceQueue::Named(sources) => {
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

/// Polls what is wanted, each source in its host's turn, and then fetches articles. Returns
/// whether a poll failed, and which sources may not be polled now.
async fn poll(
    out: &Output,
    opened: &ConfiguredStore,
    node: &Node,
    wanted: Option<Vec<SourceId>>,
) -> Result<(bool, Vec<NotClaimed>), Failed> {
    let net = net::Client::new(opened.config.polling.net_settings())?;
    let plan = Arc::new(ArcSwap::from(Arc::clone(&opened.plan)));
    let (store, clock, courtesy) = (Arc::clone(&opened.store), Arc::clone(&opened.clock), courtesy(&opened.config));
    let poller = Arc::new(Poller::new(store, net, clock, plan, node.clone(), courtesy));
    let mut run = PollRun {
        opened,
        driver: Driver::new(Arc::clone(&poller), opened.config.polling.concurrency),
        bar: out.bar(wanted.as_ref().map_or(0, Vec::len) as u64, "polling"),
        queue: wanted.map_or(SourceQueue::Due, SourceQueue::Named),
        refused: Vec::new(),
        polled: 0,
        indexer: BatchIndexer::new(Arc::clone(&opened.store)),
    };
    let failed = run.poll_all(out, &poller).await?;
    run.indexer.end().await;
    run.bar.finish_and_clear();
    if run.polled == 0 && run.refused.is_empty() {
        out.complain("no source is due: `wiredesk status` says when, `wiredesk poll SOURCE` and --all poll now");
    }
    articles(out, opened, &poller).await?;
    Ok((failed, run.refused))
}

/// The polls of one command.
struct PollRun<'a> {
    opened: &'a ConfiguredStore,
    driver: Driver,
    queue: SourceQueue,
    refused: Vec<NotClaimed>,
    /// How many polls have ended.
    polled: usize,
    bar: ProgressBar,
    indexer: BatchIndexer,
}

impl PollRun<'_> {
    /// Polls until no source is left, and prints a line for each. Returns whether one failed.
    async fn poll_all(&mut self, out: &Output, poller: &Poller) -> Result<bool, Failed> {
        let (mut failed, mut ended, mut wait) = (false, ENOUGH, None);
        loop {
            // A poll that ends frees its host's turn for the next. To try for all that wait
            // each time would cost the square of their number.
            if ended >= ENOUGH || self.driver.is_idle() {
                wait = self.claim(poller).await?;
                ended = 0;
            }
            let turn = async {
                match wait {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                Some(summary) = self.driver.next(), if !self.driver.is_idle() => {
                    self.bar.inc(1);
                    (ended, self.polled) = (ended + 1, self.polled + 1);
                    failed |= summary.failed;
                    self.indexer.stored(summary.new + summary.revised);
                    self.bar.suspend(|| report::say(out, &summary));
                }
                () = turn, if wait.is_some() => ended = ENOUGH,
                else => return Ok(failed),
            }
        }
    }

    /// Hands the driver what has a turn free. Returns how long to wait for the others' turns.
    async fn claim(&mut self, poller: &Poller) -> Result<Option<Duration>, Failed> {
        let mut claims = Vec::new();
        let wait = self.queue.claim(self.opened, poller, &mut claims, &mut self.refused).await?;
        let known = self.bar.length().unwrap_or_default();
        self.bar.set_length(known.max(self.bar.position() + claims.len() as u64));
        self.driver.push(claims);
        Ok(wait)
    }
}

/// Fetches the articles that are wanted now, which `run` does in the background.
async fn articles(out: &Output, opened: &ConfiguredStore, poller: &Poller) -> Result<(), Failed> {
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
            "articles: {better} fetched, {kept} kept as the feed has them, {later} to be requested again"
        ));
    }
    Ok(())
}

/// Brings the search index up to date, which `run` does in the background.
async fn catch_up(out: &Output, opened: &ConfiguredStore) -> store::Result<()> {
    let waiting = opened.store.totals().await?.unindexed;
    let bar = out.bar(waiting, "indexing");
    index::catch_up(&opened.store, |done| bar.inc(done as u64)).await?;
    bar.finish_and_clear();
    Ok(())
}
