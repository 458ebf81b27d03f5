//! `wiredesk terms`: what the terms of a filter find, and what they lack.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::clock::{Timestamp, read_span};
use crate::filter::Sought;
use crate::model::FeedId;
use crate::past::terms::{Harvest, harvest};
use crate::plan::Plan;
use crate::text::quote::in_quotes;

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
}

fn since(text: &str) -> Result<Duration, String> {
    read_span(text).ok_or_else(|| format!("{} is not a duration; write 30d, 12h or 90m", in_quotes(text)))
}

/// Prints what each term found, and typical words that no list has.
pub fn run(context: &Context, args: &TermsArgs) -> CommandResult {
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
    for typical in &harvest.words {
        let z = (typical.z * 100.0).round() / 100.0;
        out.json(&WordJson { word: &typical.word, inside: typical.inside, outside: typical.outside, z });
    }
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
