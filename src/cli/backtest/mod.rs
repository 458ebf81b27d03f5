//! `wiredesk backtest`: what a filter would change, or how it does on labels.

pub mod label;
mod labels;
mod sweep;
mod tally;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::clock::read_span;
use crate::model::FeedId;
use crate::past::backtest::{BacktestTurn, Turned, backtest};
use crate::plan::Plan;
use crate::text::quote::in_quotes;

use super::context::{CommandResult, Context};
use super::open::OpenedAsIs;
use super::output::Output;
use super::runtime::on_runtime;
use labels::Wanted;

/// What to try.
#[derive(Args, Debug)]
pub struct BacktestArgs {
    /// The feed; its filter is taken from the configuration (--config FILE for a new one)
    feed: String,
    /// Look at entries first seen within this time
    #[arg(long, value_name = "SPAN", default_value = "30d", value_parser = since)]
    since: Duration,
    /// Also print the entries that would stay in
    #[arg(long)]
    all: bool,
    /// Instead of the store, judge labelled entries: JSON lines of title, text or lead, language, relevant
    #[arg(long, value_name = "FILE.jsonl", conflicts_with = "since")]
    labels: Option<PathBuf>,
    /// With --labels: precision and recall at each score that the filter could ask for
    #[arg(long, requires = "labels")]
    sweep: bool,
}

fn since(text: &str) -> Result<Duration, String> {
    read_span(text).ok_or_else(|| format!("{} is not a duration; write 30d, 12h or 90m", in_quotes(text)))
}

/// Prints what the feed would gain and lose.
pub fn run(context: &Context, args: &BacktestArgs) -> CommandResult {
    if let Some(file) = &args.labels {
        let wanted = if args.sweep { Wanted::Sweep } else { Wanted::Faults };
        return labels::run(context, &args.feed, file, wanted);
    }
    on_runtime(async {
        let opened = context.look().await?;
        let feed = opened.feed(&args.feed)?;
        history(&context.out, &opened, &feed, args).await
    })
}

#[derive(Serialize)]
struct TurnedJson<'a> {
    change: &'static str,
    entry: i64,
    title: &'a str,
    source: &'a str,
    link: Option<&'a str>,
    first_seen_at: String,
    score: Option<i32>,
    because: &'a [String],
}

#[derive(Serialize)]
struct BacktestJson<'a> {
    feed: &'a str,
    entries: usize,
    inside: usize,
    gained: usize,
    lost: usize,
}

async fn history(out: &Output, opened: &OpenedAsIs, feed: &FeedId, args: &BacktestArgs) -> CommandResult {
    let from = opened.clock.now().minus(args.since);
    let plan = Arc::new(Plan::only(&opened.config, std::slice::from_ref(feed)));
    let came = backtest(&opened.store, plan, feed, from, |turned| {
        if args.all || turned.turn != BacktestTurn::Stays {
            tell(out, &turned);
        }
    });
    let came = came.await?;
    if out.is_json() {
        let (entries, inside, gained, lost) = (came.entries, came.inside, came.gained, came.lost);
        out.json(&BacktestJson { feed: feed.as_str(), entries, inside, gained, lost });
    } else {
        let (now, then) = (came.inside, came.inside + came.gained - came.lost);
        out.line(&format!(
            "{feed}: +{} −{} of {} entries first seen since {}; {now} are in it now, {then} would be",
            came.gained,
            came.lost,
            came.entries,
            out.when(from)
        ));
    }
    Ok(())
}

fn tell(out: &Output, turned: &Turned) {
    let kept = &turned.kept;
    let (change, sign) = match turned.turn {
        BacktestTurn::Enters => ("gained", '+'),
        BacktestTurn::Leaves => ("lost", '−'),
        BacktestTurn::Stays => ("stays", '='),
    };
    let nothing = [crate::model::NOTHING_FOUND.to_owned()];
    let because = turned.route.as_ref().map_or(&nothing[..], |route| &route.because);
    if out.is_json() {
        return out.json(&TurnedJson {
            change,
            entry: kept.id.0,
            title: &kept.entry.title,
            source: kept.source.as_str(),
            link: kept.entry.link.as_deref(),
            first_seen_at: kept.first_seen_at.rfc3339(),
            score: turned.route.as_ref().and_then(|route| route.score),
            because,
        });
    }
    let at = out.when(kept.entry.dated().unwrap_or(kept.first_seen_at));
    out.line(&format!("{sign} {at}  {} ({}, entry {})", kept.entry.title, kept.source, kept.id));
    because.iter().for_each(|reason| out.line(&format!("    because {reason}")));
}
