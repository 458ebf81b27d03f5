//! `wiredesk search`: the filter language over everything stored.

use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::clock::Timestamp;
use crate::model::newswire::Newswire;
use crate::model::{EntryId, Hit, Published};
use crate::past::search;
use crate::plan::Plan;

use super::context::{CommandResult, Context, Failed};
use super::newswire::NewswireJson;
use super::open::OpenedAsIs;
use super::output::{Hue, Output, counted};
use super::runtime::on_runtime;

/// What to search for.
#[derive(Args, Debug)]
pub struct SearchArgs {
    /// An expression of the filter language
    query: String,
    /// How many entries to print at most
    #[arg(short = 'n', long, default_value_t = 20)]
    limit: usize,
    /// By which time entries are ordered, newest first; it is the time in front of each
    #[arg(long, value_name = "TIME", default_value = "arrived")]
    sort: SearchOrder,
    /// Continue after this entry: the last one of the page before
    #[arg(long, value_name = "ENTRY")]
    before: Option<i64>,
}

/// By which time what was found is ordered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum SearchOrder {
    /// When it was first seen here
    Arrived,
    /// The date that it carries; for undated entries, when they were first seen
    Published,
}

/// Entries that are compared by the dates that they carry: those that came last. So many,
/// with their texts, are a moment's work and little memory.
const COMPARED: usize = 5_000;

/// Minutes apart of two times that are one to a reader, in milliseconds.
const ONE_TO_A_READER: i64 = 60_000;

type Matches = Vec<(Published, Vec<Hit>)>;

/// Prints what matches, newest first.
pub fn run(context: &Context, args: &SearchArgs) -> CommandResult {
    on_runtime(async {
        let opened = context.look().await?;
        let waiting = opened.store.totals().await?.unindexed;
        let (found, is_all) = find(&opened, args).await?;
        let out = &context.out;
        if waiting > 0 {
            let entries = counted(waiting, "entry waits", "entries wait");
            out.complain(&format!("{entries} for the search index, and may be missing here"));
        }
        for (published, hits) in &found {
            match out.is_json() {
                true => out.json(&line(published, hits)),
                false => show(out, published, args.sort),
            }
        }
        if out.is_json() {
            return Ok(());
        }
        if found.is_empty() {
            out.complain("nothing that is stored matches");
        }
        if let (Some((last, _)), SearchOrder::Arrived, true) = (found.last(), args.sort, found.len() == args.limit) {
            out.line(&format!("more: --before {}", last.place.entry));
        }
        if !is_all {
            out.complain(&format!("more than {COMPARED} entries match; those that came last were compared"));
        }
        Ok(())
    })
}

/// The entries to show, and whether all that match were looked at.
async fn find(opened: &OpenedAsIs, args: &SearchArgs) -> Result<(Matches, bool), Failed> {
    let plan = Arc::new(Plan::of(&opened.config));
    let query = crate::filter::Query::new(&args.query, &opened.config.lists, &opened.config.places).map_err(|e| {
        let mark = " ".repeat(e.column.saturating_sub(1));
        let line = args.query.lines().nth(e.line.saturating_sub(1)).unwrap_or_default();
        Failed::Usage(format!("{e}\n  {line}\n  {mark}^"))
    })?;
    let (query, before, now) = (Arc::new(query), args.before.map(EntryId), opened.clock.now());
    if args.sort == SearchOrder::Arrived {
        return Ok((search::search(&opened.store, &plan, &query, before, args.limit, now).await?, true));
    }
    if before.is_some() {
        return Err(Failed::Usage("--before goes with --sort arrived: entries are numbered as they come".to_owned()));
    }
    let mut found = search::search(&opened.store, &plan, &query, None, COMPARED + 1, now).await?;
    let is_all = found.len() <= COMPARED;
    found.truncate(COMPARED);
    // Equals stay in the order in which they came.
    found.sort_by_key(|(published, _)| std::cmp::Reverse(dated(published)));
    found.truncate(args.limit);
    Ok((found, is_all))
}

fn dated(published: &Published) -> Timestamp {
    published.entry.dated().unwrap_or(published.first_seen_at)
}

/// An entry for people: the time that it is ordered by, and the other one where that differs.
fn show(out: &Output, published: &Published, sort: SearchOrder) {
    let (arrived, dated) = (published.first_seen_at, dated(published));
    let (first, word, second) = match sort {
        SearchOrder::Arrived => (arrived, "dated", dated),
        SearchOrder::Published => (dated, "arrived", arrived),
    };
    out.painted(&[(Hue::Faint, &out.when(first)), (Hue::Plain, "  "), (Hue::Bold, &published.entry.title)]);
    let differs = (first.millis() - second.millis()).abs() > ONE_TO_A_READER;
    let other = if differs { format!(", {word} {}", out.when(second)) } else { String::new() };
    let link = published.entry.link.as_deref().unwrap_or(&published.published_id);
    out.line(&format!("  {} (entry {}{other}) {link}", published.source, published.place.entry));
    // What an editor asks of a line of a list; `explain` and the entry's page tell the rest.
    let told = read(published).map(Newswire::told).unwrap_or_default();
    let told: Vec<String> = told
        .into_iter()
        .filter(|(name, _)| matches!(*name, "notice" | "wire" | "dateline" | "issuer"))
        .map(|(name, said)| format!("{name} {said}"))
        .collect();
    if !told.is_empty() {
        out.line(&format!("  {}", told.join(" · ")));
    }
}

/// What was read of an entry as wire copy, where that has been done.
fn read(published: &Published) -> Option<&Newswire> {
    published.entry.reading.as_ref().map(|reading| &*reading.newswire)
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
    #[serde(flatten)]
    newswire: NewswireJson,
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
        newswire: read(published).map(NewswireJson::from).unwrap_or_default(),
        matched: hits.iter().map(|hit| hit.text.as_str()).collect(),
    }
}
