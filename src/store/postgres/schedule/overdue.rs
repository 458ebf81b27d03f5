//! What became due while nobody polled (check P29).

use crate::clock::Timestamp;
use crate::store::codec::source_id;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::{Overdue, Result};

const COUNT: &str = "
    SELECT count(*) AS overdue
      FROM schedule s
      JOIN source o ON o.no = s.source_no
     WHERE s.active AND s.next_poll_at < $1::bigint AND o.polls > 0";

/// See [`Schedule::count_overdue`](crate::store::Schedule::count_overdue).
pub async fn count(tx: &Tx, before: Timestamp) -> Result<usize> {
    let at = before.millis();
    let count: i64 = match tx.one(COUNT, &[at.param()]).await? {
        Some(row) => column(&row, "overdue")?,
        None => 0,
    };
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

const PAGE: &str = "
    SELECT o.id, s.next_poll_at
      FROM schedule s
      JOIN source o ON o.no = s.source_no
     WHERE s.active AND s.next_poll_at < $1::bigint AND o.polls > 0
       AND s.next_poll_at >= $2::bigint AND (s.next_poll_at > $2::bigint OR o.id > $3::text)
     ORDER BY s.next_poll_at, o.id
     LIMIT $4::bigint";

/// See [`Schedule::overdue`](crate::store::Schedule::overdue).
pub async fn page(tx: &Tx, before: Timestamp, after: Option<&Overdue>, limit: usize) -> Result<Vec<Overdue>> {
    let (before, limit) = (before.millis(), i64::try_from(limit).unwrap_or(i64::MAX));
    let at = after.map_or(i64::MIN, |last| last.due_at.millis());
    let id = SqlText(after.map_or("", |last| last.source.as_str()));
    let rows = tx.rows(PAGE, &[before.param(), at.param(), id.param(), limit.param()]).await?;
    let one = |row| match source_id(column(row, "id")?) {
        Ok(source) => Ok(Some(Overdue { source, due_at: Timestamp::from_millis(column(row, "next_poll_at")?) })),
        Err(error) => {
            tracing::warn!(%error, "a source whose name is damaged is passed by");
            Ok(None)
        }
    };
    rows.iter().filter_map(|row| one(row).transpose()).collect()
}
