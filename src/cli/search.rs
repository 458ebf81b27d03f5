//! `wiredesk search`: the filter language over everything stored.

use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use crate::clock::Timestamp;
use crate::model::{EntryId, Hit, Published};
use crate::past::search;
use crate::plan::Plan;

use super::open::on_runtime;
use super::{Desk, Done, Failed};

/// What to search for.
#[derive(Args, Debug)]
pub struct SearchArgs {
    /// An expression of the filter language
    query: String,
    /// How many entries to print at most
    #[arg(short = 'n', long, default_value_t = 20)]
    limit: usize,
    /// Go on before this entry: the last one of the page before
    #[arg(long, value_name = "ENTRY")]
    before: Option<i64>,
}

/// Prints what matches, newest first.
pub fn run(desk: &Desk, args: &SearchArgs) -> Done {
    on_runtime(async {
        let opened = desk.look()?;
        let plan = Arc::new(Plan::of(&opened.config));
        let query = crate::filter::Query::new(&args.query, &opened.config.lists).map_err(|e| {
            let mark = " ".repeat(e.column.saturating_sub(1));
            let line = args.query.lines().nth(e.line.saturating_sub(1)).unwrap_or_default();
            Failed::Usage(format!("{e}\n  {line}\n  {mark}^"))
        })?;
        let (before, now) = (args.before.map(EntryId), opened.clock.now());
        let found = search::search(&opened.store, &plan, &Arc::new(query), before, args.limit, now).await?;
        for (published, hits) in &found {
            if desk.out.is_json() {
                desk.out.json(&line(published, hits));
            } else {
                let at = published.entry.dated().unwrap_or(published.first_seen_at);
                desk.out.line(&format!("{at}  {}", published.entry.title));
                let link = published.entry.link.as_deref().unwrap_or(&published.published_id);
                desk.out.line(&format!("  {} (entry {}) {link}", published.source, published.place.entry));
            }
        }
        if let (Some((last, _)), true) = (found.last(), found.len() == args.limit && !desk.out.is_json()) {
            desk.out.line(&format!("more: --before {}", last.place.entry));
        }
        Ok(())
    })
}

#[derive(Serialize)]
struct Line<'a> {
    entry: i64,
    id: &'a str,
    source: &'a str,
    title: &'a str,
    link: Option<&'a str>,
    published: Option<String>,
    first_seen_at: String,
    matched: Vec<&'a str>,
}

fn line<'a>(published: &'a Published, hits: &'a [Hit]) -> Line<'a> {
    Line {
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
