//! `wiredesk check`: reads the configuration as `run` would.

use serde::Serialize;

use crate::clock::{Clock, SystemClock, ZoneData};

use super::output::counted;
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
    if let Some(complaint) = ZoneData::in_use().complaint(SystemClock::new().now()) {
        desk.out.complain(&format!("warning: {complaint}"));
    }
    let failures = config.run_samples();
    let samples: usize = config.feeds.iter().map(|feed| feed.samples.len()).sum();
    let obstacles = config.obstacles();
    if !obstacles.0.is_empty() {
        desk.out.problems(&obstacles);
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
            "{}, {}, {}, {} of {} as expected",
            counted(config.sources.len() as u64, "source", "sources"),
            counted(config.feeds.len() as u64, "feed", "feeds"),
            counted(config.lists.len() as u64, "list", "lists"),
            samples - failures.len(),
            counted(samples as u64, "sample", "samples"),
        ));
    }
    if obstacles.0.is_empty() { Ok(()) } else { Err(Failed::Said) }
}
