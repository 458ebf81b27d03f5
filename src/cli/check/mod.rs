//! `wiredesk check`: reads the configuration as `run` would.

mod network;

use clap::Args;
use serde::Serialize;

use crate::clock::{Clock, SystemClock, ZoneData};
use crate::config::Config;

use super::context::{CommandResult, Context, Failed};
use super::output::{Hue, Output, counted};
use super::runtime::on_runtime;
use network::{NetworkAnswer, NetworkCheck, StoreAnswer};

/// What else to look at.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Also ask the store's server and every source once, and tell what is refused, does not answer or cannot be read
    #[arg(long)]
    network: bool,
}

#[derive(Serialize)]
struct CheckJson<'a> {
    sources: usize,
    feeds: usize,
    samples: usize,
    samples_failed: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<Vec<AnswerJson<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    store: Option<StoreAnswerJson<'a>>,
}

#[derive(Serialize)]
struct StoreAnswerJson<'a> {
    ok: bool,
    because: Option<&'a str>,
    remark: Option<&'a str>,
}

#[derive(Serialize)]
struct AnswerJson<'a> {
    source: &'a str,
    ok: bool,
    kind: Option<&'static str>,
    because: Option<&'a str>,
}

/// Reads the configuration, runs every feed's samples, prints all problems.
pub fn run(context: &Context, args: &CheckArgs) -> CommandResult {
    let out = &context.out;
    let config = match context.load() {
        Ok(config) => config,
        Err(Failed::Config(problems)) => {
            out.problems(&problems);
            return Err(Failed::Said);
        }
        Err(other) => return Err(other),
    };
    config.warnings.iter().for_each(|warning| out.complain(&warning.render("warning")));
    if let Some(complaint) = ZoneData::in_use().complaint(SystemClock::new().now()) {
        out.complain(&format!("warning: {complaint}"));
    }
    let samples_failed = config.run_samples().len();
    let obstacles = config.obstacles();
    if !obstacles.0.is_empty() {
        out.problems(&obstacles);
    }
    let asked = if args.network { Some(on_runtime(network::ask(context, &config))?) } else { None };
    summary(out, &config, samples_failed, asked.as_ref());
    let all_well = asked.is_none_or(|asked| asked.is_well());
    if obstacles.0.is_empty() && all_well { Ok(()) } else { Err(Failed::Said) }
}

/// What the store's server answered, if the store lies on one.
fn tell_of_store(out: &Output, answer: Option<&StoreAnswer>) {
    let Some(StoreAnswer { trouble, remark }) = answer else { return };
    match trouble {
        Some(trouble) => out.painted(&[(Hue::Red, trouble)]),
        None => out.line("the store's server can be used"),
    }
    if let Some(remark) = remark {
        out.complain(&format!("warning: {remark}"));
    }
}

/// What the sources answered: each that brings nothing, and a count.
fn tell(out: &Output, asked: &NetworkCheck) {
    let width = asked.answers.iter().map(|answer| answer.source.as_str().len()).max().unwrap_or_default();
    let mut answered = 0;
    for NetworkAnswer { source, trouble } in &asked.answers {
        match trouble {
            None => answered += 1,
            Some(trouble) => out.painted(&[
                (Hue::Plain, &format!("{:<width$}  ", source.as_str())),
                (Hue::Red, trouble.kind),
                (Hue::Plain, &format!("  {}", trouble.because)),
            ]),
        }
    }
    let all = counted(asked.answers.len() as u64, "source", "sources");
    out.line(&format!("{answered} of {all} can be polled now"));
    if asked.left_out > 0 {
        out.complain(&format!("{} more sources were not asked", asked.left_out));
    }
}

fn answer(answer: &NetworkAnswer) -> AnswerJson<'_> {
    let NetworkAnswer { source, trouble } = answer;
    AnswerJson {
        source: source.as_str(),
        ok: trouble.is_none(),
        kind: trouble.as_ref().map(|trouble| trouble.kind),
        because: trouble.as_ref().map(|trouble| trouble.because.as_str()),
    }
}

/// How much was checked, and how many samples came out as expected.
fn summary(out: &Output, config: &Config, samples_failed: usize, asked: Option<&NetworkCheck>) {
    let samples: usize = config.feeds.iter().map(|feed| feed.samples.len()).sum();
    if out.is_json() {
        let (sources, feeds) = (config.sources.len(), config.feeds.len());
        let network = asked.map(|asked| asked.answers.iter().map(answer).collect());
        let store = asked.and_then(|asked| asked.store.as_ref()).map(|StoreAnswer { trouble, remark }| {
            StoreAnswerJson { ok: trouble.is_none(), because: trouble.as_deref(), remark: *remark }
        });
        return out.json(&CheckJson { sources, feeds, samples, samples_failed, network, store });
    }
    out.line(&format!(
        "{}, {}, {}, {} of {} as expected",
        counted(config.sources.len() as u64, "source", "sources"),
        counted(config.feeds.len() as u64, "feed", "feeds"),
        counted(config.lists.len() as u64, "list", "lists"),
        samples - samples_failed,
        counted(samples as u64, "sample", "samples"),
    ));
    if let Some(asked) = asked {
        tell_of_store(out, asked.store.as_ref());
        tell(out, asked);
    }
}
