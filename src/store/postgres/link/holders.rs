//! Who holds what others wait for. The server's lists tell it to any role.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::tx::{Tx, column};
use crate::clock::{Clock, SystemClock};
use crate::store::{Error, Result};

/// How long a holder that was told of is not told of again.
const PAUSE: Duration = Duration::from_secs(30);

/// Sessions that hold locks on the store's tables or of the store's own kind and wait for
/// nothing, but for those that have only just begun.
const HOLDERS: &str = "
    SELECT DISTINCT a.pid, coalesce(a.usename, '')::text AS who, coalesce(a.application_name, '')::text AS program
      FROM pg_catalog.pg_locks l
      JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
     WHERE l.granted AND l.pid <> pg_backend_pid()
       AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
       AND (l.locktype = 'advisory' AND l.classid = 2003133291
            OR l.locktype = 'relation' AND l.mode <> 'AccessShareLock'
               AND l.relation IN (SELECT c.oid
                                    FROM pg_catalog.pg_class c
                                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                   WHERE n.nspname = current_schema()))
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks w WHERE w.pid = l.pid AND NOT w.granted)
       AND coalesce(a.xact_start < clock_timestamp() - interval '2 s', true)
     ORDER BY a.pid
     LIMIT 3";

/// When somebody was last told who holds a lock.
#[derive(Default)]
pub struct HolderWatch {
    clock: SystemClock,
    told_at: Mutex<Option<Duration>>,
}

impl HolderWatch {
    /// Whether it is time to look who holds what was waited for in vain.
    pub fn is_due(&self, error: &Error) -> bool {
        // Only a lock that was not given in time has somebody who holds it still.
        if !matches!(error, Error::Locked(said) if said.contains("55P03")) {
            return false;
        }
        let mut told_at = self.told_at.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.elapsed();
        let is_due = told_at.is_none_or(|at| now.saturating_sub(at) >= PAUSE);
        if is_due {
            *told_at = Some(now);
        }
        is_due
    }
}

/// Those who hold locks of the store, in words.
pub async fn holders(tx: &Tx) -> Result<Vec<String>> {
    let rows = tx.rows(HOLDERS, &[]).await?;
    let told = |row| {
        let (pid, who, program): (i32, String, String) =
            (column(row, "pid")?, column(row, "who")?, column(row, "program")?);
        let program = if program.is_empty() { String::new() } else { format!(" ({program})") };
        Ok(format!("process {pid} of user \"{who}\"{program}"))
    };
    rows.iter().map(told).collect()
}
