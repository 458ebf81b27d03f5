//! `wiredesk status`: sources, feeds and nodes at a glance.

mod figures;
mod json;
mod nodes;
mod page;
mod source;

use std::time::Duration;

use clap::Args;

use crate::clock::{Clock, SystemClock, ZoneData};
use crate::config::did_you_mean;
use crate::store::{Location, SourceStatus};
use crate::text::quote::in_quotes;

use super::context::{CommandResult, Context, Failed};
use super::output::Output;
use super::runtime::on_runtime;
use figures::{StatusFigures, condition};

/// What to show, and how often.
#[derive(Args, Debug)]
pub struct StatusArgs {
    /// Sources to show in full [default: all, in a table]
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Show only sources that bring nothing: failing, stale, gone or out of reach
    #[arg(long, conflicts_with = "sources")]
    failing: bool,
    /// Show it again every so many seconds, until stopped [default: 2]
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = "2",
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    watch: Option<u64>,
}

/// Prints the store's figures, its sources and feeds.
pub fn run(context: &Context, args: &StatusArgs) -> CommandResult {
    on_runtime(async {
        let clock = SystemClock::new();
        loop {
            let read = StatusFigures::read(context).await?;
            if args.watch.is_some() && !context.out.is_json() {
                context.out.clear();
            }
            match read {
                Ok(figures) => show(context, args, figures)?,
                Err(at) => nothing_yet(&context.out, &at),
            }
            let Some(seconds) = args.watch else { return Ok(()) };
            if context.out.end().is_some() {
                return Err(Failed::Said);
            }
            clock.sleep(Duration::from_secs(seconds)).await;
        }
    })
}

fn show(context: &Context, args: &StatusArgs, mut figures: StatusFigures) -> CommandResult {
    let out = &context.out;
    if !args.sources.is_empty() {
        figures.sources = named(&figures, &args.sources)?;
    }
    let all = figures.sources.len();
    if args.failing {
        let now = figures.now;
        figures.sources.retain(|s| condition(s, now).health().brings_nothing());
    }
    match (out.is_json(), args.sources.is_empty()) {
        (true, _) => out.json(&figures.json()),
        (false, false) => source::print(context, &figures)?,
        (false, true) if args.failing => figures.print_failing(out, all),
        (false, true) => figures.print(out),
    }
    Ok(())
}

/// The sources that are asked for, in the order asked for.
fn named(figures: &StatusFigures, names: &[String]) -> Result<Vec<SourceStatus>, Failed> {
    let find = |name: &String| figures.sources.iter().find(|s| s.source.as_str() == name).cloned();
    let known = |name: &String| find(name).ok_or_else(|| Failed::Usage(unknown(figures, name)));
    names.iter().map(known).collect()
}

fn unknown(figures: &StatusFigures, name: &str) -> String {
    let why = format!("no source {} is known", in_quotes(name));
    if figures.feeds.iter().any(|feed| feed.feed.as_str() == name) {
        return format!("{why}; a feed has that name: wiredesk backtest {name} shows what it takes");
    }
    match did_you_mean(name, figures.sources.iter().map(|s| s.source.as_str())) {
        Some(like) => format!("{why}; did you mean {like}?"),
        None => format!("{why}; wiredesk status shows all"),
    }
}

/// Before the first start there is nothing to show, and nothing is made for it.
fn nothing_yet(out: &Output, at: &Location) {
    if out.is_json() {
        return out.json(&StatusFigures::none().json());
    }
    out.line(&format!("there is no store at {at} yet; `wiredesk run` or `wiredesk poll` makes one"));
    out.line(&ZoneData::in_use().to_string());
}
