//! Retention.

use std::collections::{BTreeSet, HashSet};

use rusqlite::{Connection, named_params};

use super::outbox;
use super::row::unpack;
use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::rules::polls_before;
use crate::store::{ChangeKind, Result};

const OLD_TEXTS: &str = "
    SELECT e.id
      FROM text t JOIN entry e ON e.id = t.entry_id
     WHERE t.seen_at < :before AND e.first_seen_at < :before
     ORDER BY t.entry_id
     LIMIT :limit";

const TIMES: &str = "
    SELECT (SELECT max(last_poll_at) FROM source) AS last_poll_at,
           (SELECT believed_at FROM desk_clock) AS believed_at";

/// See [`polls_before`]; the latest poll of each source stays.
const OLD_POLLS: &str = "
    DELETE FROM poll
     WHERE last_at < :before
       AND id NOT IN (SELECT last_run FROM source WHERE last_run IS NOT NULL)";

/// What goes with a text.
const DROP: [&str; 6] = [
    "DELETE FROM text WHERE entry_id = :entry",
    "DELETE FROM revision WHERE entry_id = :entry",
    "DELETE FROM unindexed WHERE entry_id = :entry",
    "DELETE FROM decide_again WHERE entry_id = :entry",
    "DELETE FROM article WHERE entry_id = :entry",
    "DELETE FROM search WHERE rowid = :entry",
];

const SHOWN_IN: &str = "
    SELECT feed_no
      FROM route
     WHERE entry_id = :entry AND admitted = 1";

/// See [`Upkeep::prune`](crate::store::Upkeep::prune).
pub fn prune(c: &Connection, before: Timestamp, limit: usize, now: Timestamp) -> Result<usize> {
    let listed = listed(c)?;
    // Listed ones stay and would be met again and again: look past them.
    let reach = i64::try_from(limit.saturating_add(listed.len())).unwrap_or(i64::MAX);
    let old: Vec<i64> = c
        .prepare_cached(OLD_TEXTS)?
        .query_map(named_params! { ":before": before.millis(), ":limit": reach }, |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let (mut pruned, mut shown_in) = (0, BTreeSet::new());
    for id in old.into_iter().filter(|id| !listed.contains(&EntryId(*id))).take(limit) {
        let mut shown = c.prepare_cached(SHOWN_IN)?;
        shown_in.extend(shown.query_map(named_params! { ":entry": id }, |r| r.get::<_, i64>(0))?.flatten());
        for query in DROP {
            c.prepare_cached(query)?.execute(named_params! { ":entry": id })?;
        }
        pruned += 1;
    }
    for feed in shown_in {
        outbox::tell(c, feed, None, ChangeKind::Pruned, now)?;
    }
    let (last_poll, believed) = c.prepare_cached(TIMES)?.query_row([], |r| {
        let instant = |at: Option<i64>| at.map(Timestamp::from_millis);
        Ok((instant(r.get("last_poll_at")?), instant(r.get("believed_at")?)))
    })?;
    let forgotten = polls_before(before, last_poll, believed);
    c.prepare_cached(OLD_POLLS)?.execute(named_params! { ":before": forgotten.millis() })?;
    Ok(pruned)
}

const WINDOWS: &str = "
    SELECT window
      FROM source
     WHERE window IS NOT NULL AND active = 1";

/// Entries that some source's last document listed.
fn listed(c: &Connection) -> rusqlite::Result<HashSet<EntryId>> {
    let mut listed = HashSet::new();
    let mut statement = c.prepare_cached(WINDOWS)?;
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        listed.extend(unpack(r.get_ref("window")?.as_blob().unwrap_or_default()));
    }
    Ok(listed)
}
