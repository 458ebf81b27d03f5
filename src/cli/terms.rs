//! `wiredesk terms`: what the terms of a filter find, and what they lack.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::clock::{Timestamp, read_span};
use crate::filter::Sought;
use crate::model::FeedId;
use crate::past::terms::{Harvest, Typical, harvest, lacking};
use crate::plan::Plan;
use crate::text::quote::in_quotes;

use super::backtest::label::{self, LabelJudge};
use super::context::{CommandResult, Context};
use super::output::Output;
use super::runtime::on_runtime;

/// What to look at.
#[derive(Args, Debug)]
pub struct TermsArgs {
    /// The feed
    feed: String,
    /// Look at entries first seen within this time [default: all]
    #[arg(long, value_name = "SPAN", value_parser = since)]
    since: Option<Duration>,
    /// Instead of the store, compare labelled entries that the filter misses with those it leaves out rightly
    #[arg(long, value_name = "FILE.jsonl", conflicts_with = "since")]
    labels: Option<PathBuf>,
}

fn since(text: &str) -> Result<Duration, String> {
    read_span(text).ok_or_else(|| format!("{} is not a duration; write 30d, 12h or 90m", in_quotes(text)))
}

/// Prints what each term found, and typical words that no list has.
pub fn run(context: &Context, args: &TermsArgs) -> CommandResult {
    if let Some(file) = &args.labels {
        return of_labels(context, &args.feed, file);
    }
    on_runtime(async {
        let opened = context.look().await?;
        let feed = opened.feed(&args.feed)?;
        let from = args.since.map_or(Timestamp::EPOCH, |since| opened.clock.now().minus(since));
        let plan = Arc::new(Plan::only(&opened.config, std::slice::from_ref(&feed)));
        let harvest = harvest(&opened.store, &plan, &feed, from).await?;
        if context.out.is_json() {
            json(&context.out, &harvest);
        } else {
            page(&context.out, &feed, &harvest);
        }
        Ok(())
    })
}

/// Words that missed labels have, and rejected ones have not.
fn of_labels(context: &Context, feed: &str, file: &Path) -> CommandResult {
    let config = context.load()?;
    let judge = LabelJudge::of(&config, feed)?;
    let (mut missed, mut rejected) = (Vec::new(), Vec::new());
    for label in &label::read(file)? {
        let copy = judge.copy(label);
        match (judge.route(&copy).is_some_and(|route| route.admitted), label.is_relevant()) {
            (false, true) => missed.push(copy),
            (false, false) => rejected.push(copy),
            _ => {}
        }
    }
    let words = lacking(&config.ruleset, &judge.feed, &missed, &rejected);
    let out = &context.out;
    if out.is_json() {
        words.iter().for_each(|typical| out.json(&word_json(typical)));
        return Ok(());
    }
    out.line(&format!("{}: {} labels missed, {} left out rightly", judge.feed, missed.len(), rejected.len()));
    out.line(&format!("\nin missed ones, and in no term that was found: {} words", words.len()));
    out.line("  missed    left out  word");
    for Typical { word, inside, outside, z } in &words {
        out.line(&format!("{inside:>8}{outside:>12}  {word}  (z {z:.1})"));
    }
    Ok(())
}

#[derive(Serialize)]
struct TermJson<'a> {
    list: Option<&'a str>,
    term: &'a str,
    inside: u32,
    outside: u32,
}

#[derive(Serialize)]
struct WordJson<'a> {
    word: &'a str,
    inside: u32,
    outside: u32,
    z: f64,
}

fn json(out: &Output, harvest: &Harvest) {
    for (Sought { list, term, .. }, inside, outside) in &harvest.terms {
        out.json(&TermJson { list: list.as_deref(), term, inside: *inside, outside: *outside });
    }
    harvest.words.iter().for_each(|typical| out.json(&word_json(typical)));
}

fn word_json(typical: &Typical) -> WordJson<'_> {
    let z = (typical.z * 100.0).round() / 100.0;
    WordJson { word: &typical.word, inside: typical.inside, outside: typical.outside, z }
}

fn page(out: &Output, feed: &FeedId, harvest: &Harvest) {
    let (inside, outside) = harvest.entries;
    out.line(&format!("{feed}: {inside} entries in it, {outside} not, by the filter as it is configured"));
    let of = |wanted: fn(u32, u32) -> bool| harvest.terms.iter().filter(move |(_, i, o)| wanted(*i, *o));
    let mut found: Vec<_> = of(|inside, _| inside > 0).collect();
    found.sort_by_key(|(_, inside, outside)| std::cmp::Reverse((*inside, *outside)));
    out.line(&format!("\nfound in entries of the feed: {} terms", found.len()));
    out.line("      in     out  term");
    for (sought, inside, outside) in found {
        out.line(&format!("{inside:>8}{outside:>8}  {}", named(sought)));
    }
    let mut astray: Vec<_> = of(|inside, outside| inside == 0 && outside > 0).collect();
    astray.sort_by_key(|(_, _, outside)| std::cmp::Reverse(*outside));
    out.line(&format!("\nfound only in entries that did not get in: {} terms", astray.len()));
    for (sought, _, outside) in astray {
        out.line(&format!("{outside:>16}  {}", named(sought)));
    }
    let never: Vec<_> = of(|inside, outside| inside + outside == 0).map(|(sought, ..)| sought).collect();
    out.line(&format!("\nnever found: {} terms", never.len()));
    let mut list = None;
    for sought in never {
        if list != Some(&sought.list) {
            list = Some(&sought.list);
            out.line(&format!(
                "  {}",
                sought.list.as_ref().map_or("in the expression".to_owned(), |l| format!("@{l}"))
            ));
        }
        out.line(&format!("    {}", sought.term));
    }
    out.line(&format!("\ntypical of the feed, and in none of its terms: {} words", harvest.words.len()));
    for typical in &harvest.words {
        out.line(&format!("{:>8}{:>8}  {}  (z {:.1})", typical.inside, typical.outside, typical.word, typical.z));
    }
}

fn named(sought: &Sought) -> String {
    match &sought.list {
        Some(list) => format!("{} (@{list})", sought.term),
        None => sought.term.clone(),
    }
}
