//! `wiredesk replay`: an archive through the whole pipeline, on a store that is not kept.

mod archive;
mod emit;
mod report;
mod stand_ins;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::json;
use url::Url;

use crate::clock::{Timestamp, Zone};
use crate::config::Config;
use crate::daemon::Stop;
use crate::model::{Entry, SourceId, Work};
use crate::parse;
use crate::past::replay::{Archived, Replay};
use crate::plan::Plan;
use crate::store::{self, Location, Opening, Store};

use super::context::{CommandResult, Context, Failed};
use super::output::counted;
use super::runtime::on_runtime;
use super::scratch::Scratch;
use archive::{Archive, ArchivedLine, LineAt};
use emit::Emitter;

/// Entries that are brought together: some megabytes, and a transaction for each source.
const BATCH: usize = 400;

/// Bytes of lines after which a batch ends.
const BATCH_BYTES: usize = 8 << 20;

/// Bad lines that are named; the others are counted.
const NAMED: usize = 100;

/// What to replay.
#[derive(Args, Debug)]
pub struct ReplayArgs {
    /// The archive, an entry in each line; `-` is standard input
    #[arg(value_name = "FILE.jsonl")]
    archive: PathBuf,
    /// Print the final stories alone
    #[arg(long)]
    stories: bool,
}

/// Sends the archive's entries, oldest first, through the pipeline, and prints what each became.
pub fn run(context: &Context, args: &ReplayArgs) -> CommandResult {
    if args.stories {
        return Err(Failed::Usage("copies are not gathered into stories yet; leave --stories out".to_owned()));
    }
    let config = context.load()?;
    let scratch = Scratch::of("replay")?;
    // Standard input may be a person's, who ends it as any other program.
    let archive = Archive::open(&args.archive, &scratch)?;
    on_runtime(async {
        let stop = Stop::on_signals()?;
        tokio::select! {
            done = replay(context, config, archive, &scratch) => done,
            // What was begun goes with its folder.
            () = stop.polling() => Err(Failed::Because(anyhow::anyhow!("the replay was broken off"))),
        }
    })
}

async fn replay(context: &Context, mut config: Config, mut archive: Archive, scratch: &Scratch) -> CommandResult {
    config.sources = stand_ins::of(&config.sources, &archive.sources);
    let plan = Arc::new(Plan::of(&config));
    let Some(first) = archive.lines.first().map(|line| line.at) else { return ended(context, &archive.bad) };
    let at = Location::read(&format!("sqlite:{}", scratch.path().join("replay.db").display()));
    let at = at.map_err(|problem| Failed::Usage(problem.what))?;
    let store = store::open(&at, Opening::Work, first).await?;
    let feeds: Vec<_> = config.feeds.iter().map(|feed| feed.channel.id.clone()).collect();
    store.configure(&plan.planned(first), &feeds, first).await?;
    let done = bring_all(context, &mut archive, (&store, &plan), scratch).await;
    store.close().await?;
    done?;
    ended(context, &archive.bad)
}

async fn bring_all(
    context: &Context,
    archive: &mut Archive,
    (store, plan): (&Arc<dyn Store>, &Arc<Plan>),
    scratch: &Scratch,
) -> CommandResult {
    let lines = std::mem::take(&mut archive.lines);
    let begin = lines.first().map_or(Timestamp::EPOCH, |line| line.at);
    let replay = Replay::begin(Arc::clone(store), Arc::clone(plan), begin).await?;
    let mut emitter = Emitter::new(&context.out, scratch)?;
    let bar = context.out.bar(lines.len() as u64, "replaying");
    let mut rest = lines.as_slice();
    while !rest.is_empty() {
        let batch = batch(archive, &mut rest, plan)?;
        bar.inc(batch.len() as u64);
        for SourceGroup { source, named, entries } in grouped(batch) {
            let replayed = replay.bring(&source, entries).await?;
            let lines = tokio::task::spawn_blocking(move || {
                let all = named.into_iter().zip(&replayed);
                let lines = all.map(|((nth, id), replayed)| Ok((nth, report::line(&id, replayed)?)));
                lines.collect::<serde_json::Result<Vec<(usize, String)>>>()
            });
            for (nth, line) in lines.await?? {
                bar.suspend(|| emitter.take(nth, &line))?;
            }
        }
    }
    bar.finish_and_clear();
    Ok(())
}

/// An entry of a batch.
struct Brought {
    line: LineAt,
    id: String,
    source: SourceId,
    entry: Entry,
}

/// The next entries: as many as go together. Of two of one id the second comes later, as another
/// version of it.
fn batch(archive: &mut Archive, rest: &mut &[LineAt], plan: &Plan) -> Result<Vec<Brought>, Failed> {
    let (mut batch, mut met, mut bytes) = (Vec::new(), HashSet::new(), 0);
    while let Some((line, later)) = rest.split_first() {
        bytes += line.length();
        if batch.len() == BATCH || bytes > BATCH_BYTES && !batch.is_empty() {
            break;
        }
        let (written, source) = archive.entry(*line)?;
        if !met.insert((source.clone(), written.id.clone())) {
            break;
        }
        *rest = later;
        let id = written.id.clone();
        let entry = entry(written, &source, plan, line.at)?;
        batch.push(Brought { line: *line, id, source, entry });
    }
    Ok(batch)
}

/// The entries of one source.
struct SourceGroup {
    source: SourceId,
    /// The number of each, and its id.
    named: Vec<(usize, String)>,
    entries: Vec<Archived>,
}

/// A batch by sources, in the order in which each is met first.
fn grouped(batch: Vec<Brought>) -> Vec<SourceGroup> {
    let (mut groups, mut places): (Vec<SourceGroup>, HashMap<SourceId, usize>) = (Vec::new(), HashMap::new());
    for Brought { line, id, source, entry } in batch {
        let place = *places.entry(source.clone()).or_insert(groups.len());
        if place == groups.len() {
            groups.push(SourceGroup { source, named: Vec::new(), entries: Vec::new() });
        }
        groups[place].named.push((line.nth, id));
        groups[place].entries.push(Archived { entry, seen_at: line.at });
    }
    groups
}

/// The entry of a line, read as a document of JSON Feed that holds it alone.
fn entry(line: ArchivedLine, source: &SourceId, plan: &Plan, now: Timestamp) -> Result<Entry, Failed> {
    let ArchivedLine { id, source: _, title, text, html, link, published, language } = line;
    let item = json!({
        "id": id, "title": title, "content_text": text, "content_html": html, "url": link,
        "date_published": published, "language": language,
    });
    let document = json!({ "version": "https://jsonfeed.org/version/1.1", "title": "archive", "items": [item] });
    let planned = plan.sources.get(source).map(|planned| &planned.configured);
    let url = Url::parse("https://replay.invalid/archive.json")?;
    let about = parse::About {
        url: &url,
        content_type: Some("application/feed+json"),
        language: planned.and_then(|configured| configured.source.language.as_deref()),
        timezone: planned.map_or(Zone::UTC, |configured| configured.timezone.clone()),
        work: Work::default(),
    };
    let mut parsed = parse::document(&serde_json::to_vec(&document)?, &about, now)?;
    parsed.entries.pop().ok_or_else(|| Failed::Because(anyhow::anyhow!("the entry {id} cannot be read")))
}

/// Names the lines that could not be read.
fn ended(context: &Context, bad: &[(usize, String)]) -> CommandResult {
    for (number, said) in bad.iter().take(NAMED) {
        context.out.complain(&format!("line {number}: {said}"));
    }
    if bad.len() > NAMED {
        context.out.complain(&format!("{} more cannot be read", counted((bad.len() - NAMED) as u64, "line", "lines")));
    }
    if bad.is_empty() { Ok(()) } else { Err(Failed::Said) }
}
