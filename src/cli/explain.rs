//! `wiredesk explain`: why an entry is, or is not, in a feed.

use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use crate::clock::Timestamp;
use crate::model::{ExprPart, Hit};
use crate::past::explain::{Explanation, explain};
use crate::plan::Plan;
use crate::schedule::Condition;
use crate::store::PlacedCopy;

use super::context::{CommandResult, Context};
use super::newswire::NewswireJson;
use super::output::{Output, counted};
use super::runtime::on_runtime;

/// Characters of a part that are printed.
const LONGEST_PART: usize = 96;

/// What to explain.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// The feed
    feed: String,
    /// The entry: its number, link or id
    entry: String,
}

/// Prints the stored decision with its evidence.
pub fn run(context: &Context, args: &ExplainArgs) -> CommandResult {
    on_runtime(async {
        let opened = context.look().await?;
        let feed = opened.feed(&args.feed)?;
        let plan = Arc::new(Plan::of(&opened.config));
        let found = explain(&opened.store, &plan, &feed, &args.entry).await??;
        let now = opened.clock.now();
        let source = opened.store.source(&found.record.published.source, now).await?;
        let remarks =
            source.map(|s| Condition { source: &s.source, state: &s.state, is_active: s.active, now }.remarks());
        let remarks = remarks.unwrap_or_default();
        if context.out.is_json() {
            context.out.json(&report(&found, &remarks));
        } else {
            page(&context.out, &found, &remarks);
        }
        Ok(())
    })
}

#[derive(Serialize)]
struct ExplainJson<'a> {
    entry: i64,
    published_id: &'a str,
    title: &'a str,
    source: &'a str,
    feed: &'a str,
    #[serde(rename = "in")]
    admitted: bool,
    score: Option<i32>,
    because: &'a [String],
    place: Option<&'static str>,
    parts: Vec<PartJson<'a>>,
    hits: Vec<HitJson<'a>>,
    first_seen_at: String,
    published_at: Option<String>,
    published_raw: Option<&'a str>,
    date: &'a str,
    revisions: u32,
    article: Option<&'a str>,
    #[serde(flatten)]
    newswire: NewswireJson,
    story: Option<PlacedJson<'a>>,
    source_remarks: &'a [String],
}

#[derive(Serialize)]
struct PlacedJson<'a> {
    id: i64,
    like: Option<i64>,
    relation: &'static str,
    score: f64,
    because: &'a [String],
}

fn placed(copy: &PlacedCopy) -> PlacedJson<'_> {
    PlacedJson {
        id: copy.story.0,
        like: copy.like.map(|like| like.0),
        relation: copy.relation.as_str(),
        score: f64::from(copy.score.0) / 1000.0,
        because: &copy.because,
    }
}

#[derive(Serialize)]
struct PartJson<'a> {
    depth: u16,
    text: &'a str,
    held: bool,
    note: Option<&'a str>,
    hits: &'a [u16],
}

#[derive(Serialize)]
struct HitJson<'a> {
    list: Option<&'a str>,
    term: &'a str,
    field: &'static str,
    start: u32,
    end: u32,
    text: &'a str,
    context: Option<&'a str>,
}

fn report<'a>(found: &'a Explanation, remarks: &'a [String]) -> ExplainJson<'a> {
    let (published, route) = (&found.record.published, &found.route);
    ExplainJson {
        entry: published.place.entry.0,
        published_id: &published.published_id,
        title: &published.entry.title,
        source: published.source.as_str(),
        feed: route.feed.as_str(),
        admitted: route.admitted,
        score: route.score,
        because: &route.because,
        place: found.place(),
        parts: route.parts.iter().map(part).collect(),
        hits: route.hits.iter().zip(&found.contexts).map(|(h, context)| hit(h, context.as_deref())).collect(),
        first_seen_at: published.first_seen_at.rfc3339(),
        published_at: published.entry.published.map(Timestamp::rfc3339),
        published_raw: published.entry.published_raw.as_deref(),
        date: &found.date,
        revisions: published.revisions,
        article: found.record.article.as_deref(),
        newswire: NewswireJson::from(&*found.newswire),
        story: found.placed.as_ref().map(placed),
        source_remarks: remarks,
    }
}

fn part(p: &ExprPart) -> PartJson<'_> {
    PartJson { depth: p.depth, text: &p.text, held: p.held, note: p.note.as_deref(), hits: &p.hits }
}

fn hit<'a>(h: &'a Hit, context: Option<&'a str>) -> HitJson<'a> {
    HitJson {
        list: h.list.as_deref(),
        term: &h.term,
        field: h.field.as_str(),
        start: h.start,
        end: h.end,
        text: &h.text,
        context,
    }
}

fn page(out: &Output, found: &Explanation, remarks: &[String]) {
    let (published, route) = (&found.record.published, &found.route);
    out.line(&format!("{} (entry {}, from {})", published.entry.title, published.place.entry, published.source));
    let verdict = if route.admitted { "is in" } else { "is not in" };
    let score = route.score.map(|score| format!(", score {score}")).unwrap_or_default();
    out.line(&format!("{verdict} {}{score}", route.feed));
    for because in &route.because {
        out.line(&format!("  because {because}"));
    }
    if let Some(place) = found.place() {
        out.line(&format!("  {place}"));
    }
    tree(out, found);
    let seen = out.when(published.first_seen_at);
    out.line(&format!(
        "first seen {seen}, {}, id {}",
        counted(u64::from(published.revisions), "revision", "revisions"),
        published.published_id
    ));
    out.line(&found.date);
    for (name, said) in found.newswire.told() {
        out.line(&format!("{name}: {said}"));
    }
    if let Some(placed) = &found.placed {
        let like = placed.like.map(|like| format!(", {} of entry {like}", placed.relation)).unwrap_or_default();
        out.line(&format!("story {}{like}", placed.story));
        placed.because.iter().for_each(|because| out.line(&format!("  because {because}")));
    }
    if let Some(said) = &found.record.article {
        out.line(&format!("full text: {}", out.moments().sentence(said)));
    }
    for remark in remarks {
        out.line(&format!("its source {} is {}", published.source, out.moments().sentence(remark)));
    }
}

/// A long part repeats what its own parts show, so its two ends are enough.
fn shortened(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= LONGEST_PART {
        return text.to_owned();
    }
    let (head, tail) = (LONGEST_PART * 2 / 3, LONGEST_PART / 3);
    let begin: String = chars[..head].iter().collect();
    let end: String = chars[chars.len() - tail..].iter().collect();
    format!("{} … {}", begin.trim_end(), end.trim_start())
}

/// The expression, one part on each line, with the words found for it.
fn tree(out: &Output, found: &Explanation) {
    let Explanation { route, contexts, .. } = found;
    if !route.parts.is_empty() {
        out.line("");
    }
    for p in &route.parts {
        let mark = if p.held { "yes" } else { "no " };
        let indent = "  ".repeat(usize::from(p.depth));
        let note = p.note.as_ref().map(|note| format!("  [{note}]")).unwrap_or_default();
        out.line(&format!("  {mark} {indent}{}{note}", shortened(&p.text)));
        for at in p.hits.iter().map(|at| usize::from(*at)) {
            let Some(h) = route.hits.get(at) else { continue };
            let list = h.list.as_ref().map(|list| format!(" of @{list}")).unwrap_or_default();
            let words = contexts.get(at).and_then(Option::as_deref).unwrap_or(&h.text);
            out.line(&format!("      {indent}{words}  ({} at {}: {}{list})", h.field.as_str(), h.start, h.term));
        }
    }
}
