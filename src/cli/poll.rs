//! `wiredesk poll`: polls once, now.

use std::sync::Arc;

use arc_swap::ArcSwap;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::clock::span;
use crate::model::SourceId;
use crate::net;
use crate::poll::driver::{Driver, Limits};
use crate::poll::{Poller, Summary, index};
use crate::store::{Claim, NotClaimed};

use super::open::{Opened, on_runtime};
use super::output::Output;
use super::{Desk, Done, Failed};

/// Claims taken from the schedule at a time.
const DUE: usize = 1000;

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
        let wanted = wanted(&opened, args)?;
        let (claims, refused) = claim(&opened, &wanted).await?;
        let failed = poll(&desk.out, &opened, claims).await?;
        for reason in &refused {
            say_refused(&desk.out, reason);
        }
        catch_up(&desk.out, &opened).await?;
        if failed || !refused.is_empty() { Err(Failed::Said) } else { Ok(()) }
    })
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
        id.ok_or_else(|| Failed::Usage(format!("no source {name:?} is configured; see: wiredesk status")))
    };
    args.sources.iter().map(known).collect::<Result<_, _>>().map(Some)
}

async fn claim(opened: &Opened, wanted: &Option<Vec<SourceId>>) -> Result<(Vec<Claim>, Vec<NotClaimed>), Failed> {
    let now = opened.clock.now();
    Ok(match wanted {
        Some(sources) => opened.store.claim_named(sources, opened.config.polling.refresh_floor, now).await?,
        None => (opened.store.claim_due(now, DUE).await?, Vec::new()),
    })
}

async fn poll(out: &Output, opened: &Opened, claims: Vec<Claim>) -> Result<bool, Failed> {
    let net = net::Client::new(opened.config.polling.net_settings())?;
    let plan = Arc::new(ArcSwap::from(Arc::clone(&opened.plan)));
    let poller = Poller::new(Arc::clone(&opened.store), net, Arc::clone(&opened.clock), plan);
    let mut driver = Driver::new(Arc::new(poller), Limits::of(&opened.config));
    let bar = bar(out, claims.len(), "polling");
    driver.push(claims);
    let mut failed = false;
    while let Some(summary) = driver.next().await {
        bar.inc(1);
        failed |= summary.failed;
        bar.suspend(|| say(out, &summary));
    }
    bar.finish_and_clear();
    Ok(failed)
}

/// A progress bar where a person watches, else nothing.
fn bar(out: &Output, length: usize, what: &'static str) -> ProgressBar {
    if !out.is_watched() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg} {bar:32} {pos}/{len} {eta}");
    let bar = ProgressBar::new(length as u64).with_message(what);
    if let Ok(style) = style { bar.with_style(style) } else { bar }
}

/// Brings the search index up to date, which `run` does in the background.
async fn catch_up(out: &Output, opened: &Opened) -> Result<(), Failed> {
    let waiting = opened.store.totals().await?.unindexed;
    let bar = bar(out, usize::try_from(waiting).unwrap_or(usize::MAX), "indexing");
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
    next_poll_at: String,
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
            next_poll_at: s.next.at.rfc3339(),
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
        NotClaimed::TooSoon { source, until } => {
            (source, format!("was polled a moment ago; it may be polled again at {until} (polling.refresh_floor)"))
        }
    };
    if out.is_json() {
        #[derive(Serialize)]
        struct Refused<'a> {
            source: &'a str,
            outcome: &'static str,
            text: &'a str,
            failed: bool,
        }
        return out.json(&Refused { source: source.as_str(), outcome: "refused", text: &why, failed: true });
    }
    out.line(&format!("{source:<32} held   {why}"));
}
