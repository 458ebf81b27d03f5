//! What became due while nobody polled (check P29).

use rusqlite::{Connection, named_params};

use crate::clock::Timestamp;
use crate::store::sqlite::read::row::readable_name;
use crate::store::{Overdue, Result};

const COUNT: &str = "
    SELECT count(*)
      FROM source
     WHERE active = 1 AND polls > 0 AND next_poll_at < :before";

/// See [`Schedule::count_overdue`](crate::store::Schedule::count_overdue).
pub fn count(c: &Connection, before: Timestamp) -> Result<usize> {
    Ok(c.prepare_cached(COUNT)?.query_row(named_params! { ":before": before.millis() }, |r| r.get(0))?)
}

const PAGE: &str = "
    SELECT id, next_poll_at
      FROM source
     WHERE active = 1 AND polls > 0 AND next_poll_at < :before
       AND next_poll_at >= :at AND (next_poll_at > :at OR id > :id)
     ORDER BY next_poll_at, id";

/// See [`Schedule::overdue`](crate::store::Schedule::overdue).
pub fn page(c: &Connection, before: Timestamp, after: Option<&Overdue>, limit: usize) -> Result<Vec<Overdue>> {
    let mut statement = c.prepare_cached(PAGE)?;
    let mut rows = statement.query(named_params! {
        ":before": before.millis(),
        ":at": after.map_or(i64::MIN, |last| last.due_at.millis()),
        ":id": after.map_or("", |last| last.source.as_str()),
    })?;
    let mut found = Vec::new();
    // A source without a name does not end the page.
    while found.len() < limit {
        let Some(r) = rows.next()? else { break };
        let Some(source) = readable_name(r.get("id"))? else { continue };
        found.push(Overdue { source, due_at: Timestamp::from_millis(r.get("next_poll_at")?) });
    }
    Ok(found)
}
