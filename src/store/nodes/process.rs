//! Whether a process still lives, as far as another on its machine can tell.
//!
//! A process is told by its number, when it began, and the room of numbers it counts in:
//! the kernel that was booted, and its pid namespace, whose own number is the same on
//! most machines. That takes no write while all goes well, and no file that outlives its
//! process. Where it cannot be told (another machine, boot or namespace, other users'
//! processes hidden, no `/proc`), nobody knows.

use std::fmt;
use std::path::Path;

use crate::clock::Timestamp;

/// A process, now or once, on this machine or another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Process(String);

/// What is known of a process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Life {
    /// It runs.
    Alive,
    /// It has ended.
    Dead,
    /// Nobody here can tell.
    Unknown,
}

impl Process {
    /// The one that is running.
    pub fn own() -> Process {
        Process::numbered(std::process::id())
    }

    /// The one that has this number here at this moment.
    pub fn numbered(number: u32) -> Process {
        let began = began(&number.to_string()).unwrap_or_default();
        Process(format!("{}:{number}:{began}", room()))
    }

    /// One as it was displayed.
    pub fn read(text: &str) -> Process {
        Process(text.to_owned())
    }

    /// Its number, where it has one.
    pub fn number(&self) -> Option<&str> {
        self.0.split(':').nth(1)
    }

    /// When one that was last heard of at `heard_at` has ended, as far as anybody here can tell:
    /// it was not heard of since.
    pub fn ended_at(&self, heard_at: Timestamp) -> Option<Timestamp> {
        (self.life() == Life::Dead).then_some(heard_at)
    }

    /// Whether it lives.
    pub fn life(&self) -> Life {
        let mut parts = self.0.split(':');
        let (Some(named), Some(number), Some(start)) = (parts.next(), parts.next(), parts.next()) else {
            return Life::Unknown;
        };
        if named.is_empty() || start.is_empty() || named != room() {
            return Life::Unknown;
        }
        match began(number) {
            Some(began) if began == start => Life::Alive,
            Some(_) => Life::Dead,
            // The first process is always there: who does not see it does not see others.
            None if Path::new("/proc/1").exists() => Life::Dead,
            None => Life::Unknown,
        }
    }
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of this machine; empty where it has none.
pub fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned()
}

/// In which processes are numbered apart from others; empty where it has no name.
fn room() -> String {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let link = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    let namespace: String = link.to_string_lossy().chars().filter(char::is_ascii_digit).collect();
    match (boot.trim(), namespace.as_str()) {
        ("", _) | (_, "") => String::new(),
        (boot, namespace) => format!("{boot}/{namespace}"),
    }
}

/// When a process that runs began, in the kernel's ticks.
fn began(number: &str) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    began_of(&stat).map(str::to_owned)
}

/// The same, of its `stat` (proc(5)): field 22, where it has not ended. One that has is there
/// until its parent has asked how (field 3), which in a container may be never. Of one that is
/// killed, the first thread may end before others (field 20), which have their connections
/// until they end too: a publisher still answers them.
fn began_of(stat: &str) -> Option<&str> {
    // The second field is its name, which may hold blanks and brackets.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ');
    let has_ended = fields.next().is_some_and(|state| ["Z", "X", "x"].contains(&state));
    let threads: u64 = fields.nth(16)?.parse().ok()?;
    fields.nth(1).filter(|_| !has_ended || threads > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_is_killed_lives_until_its_last_thread_has_ended_r96() {
        let check = |state: char, threads: u32, expected: Option<&str>| {
            let stat = format!("7 (a (b) c) {state} 1 7 7 0 -1 4 0 0 0 0 1 2 0 0 20 0 {threads} 0 4711 8192 55");
            assert_eq!(began_of(&stat), expected, "{stat}");
        };
        check('R', 1, Some("4711"));
        check('S', 9, Some("4711"));
        check('Z', 9, Some("4711"));
        check('Z', 2, Some("4711"));
        check('Z', 1, None);
        check('Z', 0, None);
        check('X', 0, None);
        assert_eq!(began_of("nonsense"), None);
    }

    #[test]
    fn the_dead_are_told_from_the_living() {
        let own = Process::own();
        let check = |process: &str, life: Life| assert_eq!(Process::read(process).life(), life, "{process}");
        check(&own.to_string(), Life::Alive);
        let mut parts: Vec<String> = own.to_string().split(':').map(str::to_owned).collect();
        // Its number was given to another process since.
        parts[2] = "1".to_owned();
        check(&parts.join(":"), Life::Dead);
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        check(&format!("{}:{}:77", parts[0], child.id()), Life::Dead);
        // It has ended, and nobody has asked how yet.
        let mut asked_later = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let unasked = Process::numbered(asked_later.id());
        assert_eq!(unasked.life(), Life::Alive);
        asked_later.kill().unwrap();
        while unasked.life() == Life::Alive {
            std::thread::yield_now();
        }
        check(&unasked.to_string(), Life::Dead);
        asked_later.wait().unwrap();
        // Of another namespace, another machine, or an earlier version: nobody knows.
        let (boot, namespace) = parts[0].split_once('/').unwrap();
        check(&format!("{boot}/1:{}:77", child.id()), Life::Unknown);
        let elsewhere = "00000000-0000-4000-8000-000000000000";
        check(&format!("{elsewhere}/{namespace}:{}:77", child.id()), Life::Unknown);
        check(&format!("{namespace}:{}:77", child.id()), Life::Unknown);
        check("", Life::Unknown);
        check("nonsense", Life::Unknown);
    }
}
