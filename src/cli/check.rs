//! `wiredesk check`: reads the configuration as `run` would.

use serde::Serialize;

use crate::clock::{Clock, SystemClock, ZoneData};
use crate::config::Config;

use super::context::{CommandResult, Context, Failed};
use super::output::{Output, counted};

#[derive(Serialize)]
struct CheckJson {
    sources: usize,
    feeds: usize,
    samples: usize,
    samples_failed: usize,
}

/// Reads the configuration, runs every feed's samples, prints all problems.
pub fn run(context: &Context) -> CommandResult {
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
    summary(out, &config, samples_failed);
    if obstacles.0.is_empty() { Ok(()) } else { Err(Failed::Said) }
}

/// How much was checked, and how many samples came out as expected.
fn summary(out: &Output, config: &Config, samples_failed: usize) {
    let samples: usize = config.feeds.iter().map(|feed| feed.samples.len()).sum();
    if out.is_json() {
        let (sources, feeds) = (config.sources.len(), config.feeds.len());
        return out.json(&CheckJson { sources, feeds, samples, samples_failed });
    }
    out.line(&format!(
        "{}, {}, {}, {} of {} as expected",
        counted(config.sources.len() as u64, "source", "sources"),
        counted(config.feeds.len() as u64, "feed", "feeds"),
        counted(config.lists.len() as u64, "list", "lists"),
        samples - samples_failed,
        counted(samples as u64, "sample", "samples"),
    ));
}
