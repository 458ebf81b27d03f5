//! `wiredesk explain`: why an entry is, or is not, in a feed.

mod json;
mod page;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::past::explain::{context as around, explain};
use crate::plan::Plan;
use crate::schedule::Condition;

use super::backtest::label::{self, Label, LabelJudge};
use super::context::{CommandResult, Context, Failed};
use super::runtime::on_runtime;
use page::{Extent, ToldDecision};

/// What to explain.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// The feed
    feed: String,
    /// The entry: its number, link or id, its publisher's id, or words of its headline
    #[arg(required_unless_present_any = ["labels", "text", "title"], conflicts_with_all = ["labels", "text", "title"])]
    entry: Option<String>,
    /// Print the whole filter, part by part, and not a screen at most
    #[arg(long)]
    all: bool,
    /// Explain a labelled entry (see `backtest --labels`) and not a stored one
    #[arg(long, value_name = "FILE.jsonl", requires = "id")]
    labels: Option<PathBuf>,
    /// The id of the label, or its line
    #[arg(long, requires = "labels")]
    id: Option<String>,
    /// Explain this text and not a stored entry
    #[arg(long, conflicts_with = "labels")]
    text: Option<String>,
    /// The same of a headline; both may be given
    #[arg(long, conflicts_with = "labels")]
    title: Option<String>,
    /// The language of --text and --title
    #[arg(long, value_name = "TAG", conflicts_with = "labels")]
    language: Option<String>,
}

/// Prints the decision with its evidence: the stored one, or of what is not stored the one that
/// the filter makes.
pub fn run(context: &Context, args: &ExplainArgs) -> CommandResult {
    let extent = if args.all { Extent::All } else { Extent::Screen };
    match (&args.entry, &args.labels, &args.id) {
        (Some(entry), ..) => stored(context, &args.feed, entry, extent),
        (None, Some(file), Some(id)) => tried(context, &args.feed, &label::one(file, id)?, extent),
        _ => {
            let typed = Label::typed(args.title.as_deref(), args.text.as_deref(), args.language.as_deref());
            tried(context, &args.feed, &typed, extent)
        }
    }
}

fn stored(context: &Context, feed: &str, entry: &str, extent: Extent) -> CommandResult {
    on_runtime(async {
        let opened = context.look().await?;
        let feed = opened.feed(feed)?;
        let plan = Arc::new(Plan::of(&opened.config));
        let found = explain(&opened.store, &plan, &feed, entry).await??;
        let now = opened.clock.now();
        let source = opened.store.source(&found.record.published.source, now).await?;
        let remarks =
            source.map(|s| Condition { source: &s.source, state: &s.state, is_active: s.active, now }.remarks());
        let remarks = remarks.unwrap_or_default();
        if context.out.is_json() {
            context.out.json(&json::report(&found, &remarks));
        } else {
            page::stored(&context.out, &found, &remarks, extent);
        }
        Ok(())
    })
}

fn tried(context: &Context, feed: &str, label: &Label, extent: Extent) -> CommandResult {
    let config = context.load()?;
    let judge = LabelJudge::of(&config, feed)?;
    let copy = judge.copy(label);
    let Some(route) = judge.route(&copy) else {
        return Err(Failed::Usage(format!("the feed {} has no source, so it takes nothing", judge.feed)));
    };
    if context.out.is_json() {
        context.out.json(&json::tried(&copy, &route));
        return Ok(());
    }
    let contexts: Vec<Option<String>> = route.hits.iter().map(|hit| around(&copy, hit)).collect();
    page::tried(
        &context.out,
        &label.shown(),
        &ToldDecision { route: &route, contexts: &contexts },
        &copy.newswire,
        extent,
    );
    Ok(())
}
