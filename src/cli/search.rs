//! `wiredesk search`: the filter language over everything stored.

use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use crate::clock::Timestamp;
use crate::model::{EntryId, Hit, Published};
use crate::past::search;
use crate::plan::Plan;

use super::context::{CommandResult, Context, Failed};
use super::output::counted;
use super::runtime::on_runtime;

/// What to search for.
#[derive(Args, Debug)]
pub struct SearchArgs {
    /// An expression of the filter language
    query: String,
    /// How many entries to print at most
    #[arg(short = 'n', long, default_value_t = 20)]
    limit: usize,
    /// Continue after this entry: the last one of the page before
    #[arg(long, value_name = "ENTRY")]
    before: Option<i64>,
}

/// Prints what matches, newest first.
pub fn run(context: &Context, args: &SearchArgs) -> CommandResult {
    on_runtime(async {
        let opened = context.look().await?;
        let plan = Arc::new(Plan::of(&opened.config));
        let query = crate::filter::Query::new(&args.query, &opened.config.lists).map_err(|e| {
            let mark = " ".repeat(e.column.saturating_sub(1));
            let line = args.query.lines().nth(e.line.saturating_sub(1)).unwrap_or_default();
            Failed::Usage(format!("{e}\n  {line}\n  {mark}^"))
        })?;
        let (before, now) = (args.before.map(EntryId), opened.clock.now());
        let waiting = opened.store.totals().await?.unindexed;
        if waiting > 0 {
            let entries = counted(waiting, "entry waits", "entries wait");
            context.out.complain(&format!("{entries} for the search index, and may be missing here"));
        }
        let found = search::search(&opened.store, &plan, &Arc::new(query), before, args.limit, now).await?;
        for (published, hits) in &found {
            if context.out.is_json() {
                context.out.json(&line(published, hits));
            } else {
                let at = published.entry.dated().unwrap_or(published.first_seen_at);
                context.out.line(&format!("{at}  {}", published.entry.title));
                let link = published.entry.link.as_deref().unwrap_or(&published.published_id);
                context.out.line(&format!("  {} (entry {}) {link}", published.source, published.place.entry));
            }
        }
        if let (Some((last, _)), true) = (found.last(), found.len() == args.limit && !context.out.is_json()) {
            context.out.line(&format!("more: --before {}", last.place.entry));
        }
        Ok(())
    })
}

#[derive(Serialize)]
struct MatchJson<'a> {
    entry: i64,
    id: &'a str,
    source: &'a str,
    title: &'a str,
    link: Option<&'a str>,
    published: Option<String>,
    first_seen_at: String,
    matched: Vec<&'a str>,
}

fn line<'a>(published: &'a Published, hits: &'a [Hit]) -> MatchJson<'a> {
    MatchJson {
        entry: published.place.entry.0,
        id: &published.published_id,
        source: published.source.as_str(),
        title: &published.entry.title,
        link: published.entry.link.as_deref(),
        published: published.entry.published.map(Timestamp::rfc3339),
        first_seen_at: published.first_seen_at.rfc3339(),
        matched: hits.iter().map(|hit| hit.text.as_str()).collect(),
    }
}
