//! Rooms whose work is simulated wait by their clock alone.

use regex::Regex;

use super::scan::{File, files};

/// Rooms that wait for turns, hosts and sources.
const WAITING: [&str; 3] = ["plan", "poll", "past"];

/// Threads that read documents take time of the machine, whatever the clock says.
const READING: &str = "poll/readers/";

fn waits(file: &File) -> Vec<usize> {
    let wait = Regex::new(r"\b(tokio::time|thread::sleep|Instant|SystemTime)\b").unwrap();
    wait.find_iter(&file.code).map(|found| found.start()).collect()
}

#[test]
fn polls_wait_by_their_clock() {
    let waiting = files().iter().filter(|file| WAITING.contains(&&*file.room) && !file.name.starts_with(READING));
    let wrong: Vec<String> = waiting.flat_map(|file| waits(file).into_iter().map(|at| file.place(at))).collect();
    assert!(wrong.is_empty(), "wait by `Clock::sleep` or `Clock::sleep_until`\n{}", wrong.join("\n"));
}

#[test]
fn waits_are_seen_as_they_are_written() {
    let check =
        |text: &str, expected: usize| assert_eq!(waits(&File::new("poll/a.rs", text)).len(), expected, "{text}");
    check("tokio::time::sleep(wait).await", 1);
    check("use tokio::time::{sleep, timeout};", 1);
    check("std::thread::sleep(wait)", 1);
    check("self.clock.sleep(wait).await", 0);
}
