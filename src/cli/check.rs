//! `wiredesk check`: reads the configuration as `run` would.

use serde::Serialize;

use crate::config::{Problems, SampleFailure};

use super::{Desk, Done, Failed};

/// Reads the configuration, runs every feed's samples, prints all problems.
pub fn run(desk: &Desk) -> Done {
    let config = match desk.load() {
        Ok(config) => config,
        Err(Failed::Config(problems)) => {
            desk.out.problems(&problems);
            return Err(Failed::Said);
        }
        Err(other) => return Err(other),
    };
    config.warnings.iter().for_each(|warning| desk.out.complain(&warning.render("warning")));
    let failures = config.run_samples();
    let samples: usize = config.feeds.iter().map(|feed| feed.samples.len()).sum();
    let unexpected = Problems(failures.iter().map(SampleFailure::problem).collect());
    if !unexpected.0.is_empty() {
        desk.out.problems(&unexpected);
    }
    if desk.out.is_json() {
        #[derive(Serialize)]
        struct Report {
            sources: usize,
            feeds: usize,
            samples: usize,
            samples_failed: usize,
        }
        desk.out.json(&Report {
            sources: config.sources.len(),
            feeds: config.feeds.len(),
            samples,
            samples_failed: failures.len(),
        });
    } else {
        desk.out.line(&format!(
            "{} sources, {} feeds, {} lists, {} of {samples} samples as expected",
            config.sources.len(),
            config.feeds.len(),
            config.lists.len(),
            samples - failures.len(),
        ));
    }
    if failures.is_empty() { Ok(()) } else { Err(Failed::Said) }
}
