//! Which process holds a claim, and whether it still lives.
//!
//! A process is told by its number, when it began, and the room of numbers
//! (Linux's pid namespace) it counts in. That takes no write while all goes
//! well, as a heartbeat would, and no file that outlives its process. Where it
//! cannot be told (another namespace, a machine that hides other users'
//! processes or has no `/proc`), a claim is free when its lease lapses.

use std::path::Path;

use rusqlite::{Connection, named_params};

use super::turns;
use crate::store::{Result, Worker};

/// This process, as claims name it.
#[derive(Clone, Debug)]
pub struct Process(String);

impl Process {
    /// The one that is running.
    pub fn own() -> Process {
        let began = began("self").unwrap_or_default();
        Process(format!("{}:{}:{began}", namespace(), std::process::id()))
    }

    /// What a claim of `worker` in this process is held by.
    pub fn holder(&self, worker: &Worker) -> String {
        format!("{} {}", worker.name, self.0)
    }
}

fn namespace() -> String {
    let link = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    link.to_string_lossy().chars().filter(char::is_ascii_digit).collect()
}

/// When a process began, in the kernel's ticks (proc(5), field 22 of `stat`).
fn began(process: &str) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is its name, which may hold blanks and brackets.
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split(' ').nth(19).map(str::to_owned)
}

/// Whether the process of a holder is known to have ended.
fn is_dead(holder: &str) -> bool {
    let process = holder.rsplit(' ').next().unwrap_or_default();
    let mut parts = process.split(':');
    let (Some(room), Some(number), Some(start)) = (parts.next(), parts.next(), parts.next()) else { return false };
    if room.is_empty() || start.is_empty() || room != namespace() {
        return false;
    }
    match began(number) {
        Some(now) => now != start,
        // The first process is always there: who does not see it does not see others.
        None => Path::new("/proc/1").exists(),
    }
}

const HELD: &str = "
    SELECT DISTINCT holder
      FROM source
     WHERE lease_until_at > 0";

const FREE: &str = "
    UPDATE source SET lease = lease + 1, lease_until_at = 0
     WHERE holder = :holder AND lease_until_at > 0
    RETURNING no";

fn held(c: &Connection) -> Result<Vec<String>> {
    Ok(c.prepare_cached(HELD)?.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// Those who hold claims and are known to be dead.
pub fn dead(c: &Connection) -> Result<Vec<String>> {
    Ok(held(c)?.into_iter().filter(|holder| is_dead(holder)).collect())
}

/// Gives back what the dead held: their claims, and their turns at hosts.
pub fn bury(c: &Connection) -> Result<usize> {
    free(c, &dead(c)?)
}

/// Gives back what a worker of this name held, whichever process it was.
pub fn bury_named(c: &Connection, worker: &str) -> Result<usize> {
    let is_its = |holder: &String| holder.split_once(' ').is_some_and(|(name, _)| name == worker);
    let holders: Vec<_> = held(c)?.into_iter().filter(is_its).collect();
    free(c, &holders)
}

fn free(c: &Connection, holders: &[String]) -> Result<usize> {
    let mut freed = 0;
    for holder in holders {
        let mut statement = c.prepare_cached(FREE)?;
        let sources: Vec<i64> =
            statement.query_map(named_params! { ":holder": holder }, |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        sources.iter().try_for_each(|no| turns::end(c, *no))?;
        let claims = sources.len();
        tracing::info!(holder, claims, "a process that polled was killed; its claims are given back");
        freed += claims;
    }
    Ok(freed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dead_are_told_from_the_living() {
        let own = Process::own().0;
        let check = |process: &str, dead: bool| assert_eq!(is_dead(&format!("poll-1 {process}")), dead, "{process}");
        check(&own, false);
        let mut parts: Vec<String> = own.split(':').map(str::to_owned).collect();
        // Its number was given to another process since.
        parts[2] = "1".to_owned();
        check(&parts.join(":"), true);
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        check(&format!("{}:{}:77", parts[0], child.id()), true);
        // Of another namespace, or an earlier version: nobody knows.
        check(&format!("1:{}:77", child.id()), false);
        check("", false);
        check("nonsense", false);
    }
}
