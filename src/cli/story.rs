//! `wiredesk story`: who carried a release, and why each copy belongs to it.

use clap::Args;
use serde::Serialize;

use crate::clock::span;
use crate::model::EntryId;
use crate::past::stories::{ToldStory, story_of};
use crate::store::{PlacedCopy, PlacedLink};

use super::context::{CommandResult, Context};
use super::output::{Output, counted};
use super::runtime::on_runtime;

/// Which story.
#[derive(Args, Debug)]
pub struct StoryArgs {
    /// An entry of the story: its number, link or id
    entry: String,
}

/// Prints the story of an entry, with its copies and the evidence.
pub fn run(context: &Context, args: &StoryArgs) -> CommandResult {
    on_runtime(async {
        let opened = context.look().await?;
        let told = story_of(&opened.store, &args.entry).await??;
        match context.out.is_json() {
            true => context.out.json(&report(&told)),
            false => page(&context.out, &told),
        }
        Ok(())
    })
}

#[derive(Serialize)]
struct ToldStoryJson<'a> {
    story: Option<i64>,
    copies: Vec<CarrierJson<'a>>,
    links: Vec<LinkJson<'a>>,
}

#[derive(Serialize)]
struct CarrierJson<'a> {
    entry: i64,
    source: &'a str,
    title: &'a str,
    first_seen_at: String,
    relation: &'static str,
    like: Option<i64>,
    score: f64,
    because: &'a [String],
}

#[derive(Serialize)]
struct LinkJson<'a> {
    story: i64,
    like: i64,
    relation: &'static str,
    score: f64,
    because: &'a [String],
}

fn report(told: &ToldStory) -> ToldStoryJson<'_> {
    let copy = |copy: &'_ PlacedCopy| (copy.entry.0, copy.like.map(|like| like.0), f64::from(copy.score.0) / 1000.0);
    let copies = told.copies.iter().map(|it| {
        let (entry, like, score) = copy(it);
        CarrierJson {
            entry,
            source: it.source.as_str(),
            title: told.title(it.entry),
            first_seen_at: it.first_seen_at.rfc3339(),
            relation: it.relation.as_str(),
            like,
            score,
            because: &it.because,
        }
    });
    let links = links(told).map(|link| LinkJson {
        story: link.story.0,
        like: link.like.0,
        relation: link.relation.as_str(),
        score: f64::from(link.score.0) / 1000.0,
        because: &link.because,
    });
    ToldStoryJson { story: told.story().map(|story| story.0), copies: copies.collect(), links: links.collect() }
}

/// The stories beside it: each once.
fn links(told: &ToldStory) -> impl Iterator<Item = &PlacedLink> {
    let mut seen = std::collections::BTreeSet::new();
    told.copies.iter().flat_map(|copy| &copy.links).filter(move |link| seen.insert(link.story))
}

fn page(out: &Output, told: &ToldStory) {
    let Some(story) = told.story() else {
        let entry = told.record.published.place.entry;
        return out.line(&format!("entry {entry} waits to be placed among stories; the daemon does that"));
    };
    out.line(&format!("story {story}, {}", counted(told.copies.len() as u64, "copy", "copies")));
    let first = told.copies.iter().map(|copy| copy.first_seen_at).min();
    for copy in &told.copies {
        let lag = first.map(|first| copy.first_seen_at.since(first)).filter(|lag| !lag.is_zero());
        let lag = lag.map(|lag| format!(", {} after the first", span(lag))).unwrap_or_default();
        let EntryId(entry) = copy.entry;
        out.line("");
        out.line(&format!("{} (entry {entry}, from {})", told.title(copy.entry), copy.source));
        out.line(&format!("  first seen {}{lag}", out.when(copy.first_seen_at)));
        if let Some(like) = copy.like {
            out.line(&format!("  {} of entry {like}, {}", copy.relation, copy.score));
        }
        copy.because.iter().for_each(|because| out.line(&format!("    because {because}")));
    }
    for link in links(told) {
        out.line("");
        out.line(&format!("beside it story {}: {} of entry {}", link.story, link.relation, link.like));
        link.because.iter().for_each(|because| out.line(&format!("    because {because}")));
    }
}
