//! Retention.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::rules::polls_before;
use crate::store::sqlite::read::row::unpack;
use crate::store::sqlite::write::{outbox, stories};
use crate::store::{ChangeKind, Pruned, Result};

/// Texts that one call looks at: reading their headers takes a few milliseconds.
const MOST_LOOKED_AT: usize = 10_000;

/// Windows that one call unpacks: each is a query, and as long as a source's document.
const MOST_WINDOWS: usize = 500;

const TEXTS: &str = "
    SELECT t.entry_id, e.source_no, t.seen_at < :before AND e.first_seen_at < :before AS is_old
      FROM text t
      JOIN entry e ON e.id = t.entry_id
     WHERE t.entry_id > :after
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
const DROP: [&str; 7] = [
    "DELETE FROM text WHERE entry_id = :entry",
    "DELETE FROM newswire WHERE entry_id = :entry",
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
pub fn prune(
    c: &Connection,
    before: Timestamp,
    after: Option<EntryId>,
    limit: usize,
    now: Timestamp,
) -> Result<Pruned> {
    let Old { texts, more } = old(c, before, after, limit)?;
    let mut shown_in = BTreeSet::new();
    for id in &texts {
        let mut shown = c.prepare_cached(SHOWN_IN)?;
        shown_in.extend(shown.query_map(named_params! { ":entry": id }, |r| r.get::<_, i64>(0))?.flatten());
        for query in DROP {
            c.prepare_cached(query)?.execute(named_params! { ":entry": id })?;
        }
        stories::drop_text(c, EntryId(*id))?;
    }
    for feed in shown_in {
        outbox::tell(c, feed, None, ChangeKind::Pruned, now)?;
    }
    if more.is_none() {
        forget_polls(c, before)?;
    }
    Ok(Pruned { texts: texts.len(), more })
}

fn forget_polls(c: &Connection, before: Timestamp) -> rusqlite::Result<()> {
    let (last_poll, believed) = c.prepare_cached(TIMES)?.query_row([], |r| {
        let instant = |at: Option<i64>| at.map(Timestamp::from_millis);
        Ok((instant(r.get("last_poll_at")?), instant(r.get("believed_at")?)))
    })?;
    let forgotten = polls_before(before, last_poll, believed);
    c.prepare_cached(OLD_POLLS)?.execute(named_params! { ":before": forgotten.millis() }).map(drop)
}

/// Old texts that no source lists.
struct Old {
    texts: Vec<i64>,
    /// The entry after which there may be more.
    more: Option<EntryId>,
}

fn old(c: &Connection, before: Timestamp, after: Option<EntryId>, limit: usize) -> rusqlite::Result<Old> {
    let (mut looked, mut last, mut texts) = (0, None, Vec::new());
    let mut windows = HashMap::new();
    let mut statement = c.prepare_cached(TEXTS)?;
    let mut rows = statement.query(named_params! {
        ":before": before.millis(), ":after": after.map_or(0, |id| id.0), ":limit": MOST_LOOKED_AT as i64,
    })?;
    let is_end = loop {
        if texts.len() >= limit {
            break false;
        }
        let Some(r) = rows.next()? else { break looked < MOST_LOOKED_AT };
        let (id, no): (i64, i64) = (r.get("entry_id")?, r.get("source_no")?);
        let is_old = r.get("is_old")?;
        if is_old && windows.len() >= MOST_WINDOWS && !windows.contains_key(&no) {
            break false;
        }
        looked += 1;
        last = Some(EntryId(id));
        if is_old {
            let listed = match windows.entry(no) {
                Entry::Occupied(window) => window.into_mut(),
                Entry::Vacant(vacant) => vacant.insert(window(c, no)?),
            };
            if !listed.contains(&EntryId(id)) {
                texts.push(id);
            }
        }
    };
    Ok(Old { texts, more: last.filter(|_| !is_end) })
}

const WINDOW: &str = "
    SELECT window
      FROM source
     WHERE no = :no AND active = 1";

/// The entries that a source's last document listed; none of one that is retired.
fn window(c: &Connection, no: i64) -> rusqlite::Result<HashSet<EntryId>> {
    let read = |r: &rusqlite::Row<'_>| Ok(unpack(r.get_ref("window")?.as_blob().unwrap_or_default()));
    let window = c.prepare_cached(WINDOW)?.query_row(named_params! { ":no": no }, read).optional()?;
    Ok(window.unwrap_or_default().into_iter().collect())
}
