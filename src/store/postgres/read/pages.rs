//! Pages of feeds.
//!
//! A page's places are found first, by the index of the feed's order, and joined to their
//! texts afterwards: left to itself the server reads all texts of all months, and joins them
//! to the feed.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use tokio_postgres::Row;

use super::published::published_row;
use super::row::{TEXTS_AT_ONCE, count, instant, number};
use crate::clock::Timestamp;
use crate::model::{EntryId, FeedId, FeedPosition, Published};
use crate::store::Result;
use crate::store::codec::Reader;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};

/// The first texts behind a place among so many places. Each row tells how many places there
/// were, and the last of them; where none has a text there is a row of that alone.
pub const FEED_PAGE: &str = "
    WITH page AS MATERIALIZED (
        SELECT entry_id, sort_at, evidence
          FROM route
         WHERE feed_no = (SELECT no FROM feed WHERE id = $1::text) AND admitted
           AND (sort_at, entry_id) < ($2::bigint, $3::bigint)
         ORDER BY sort_at DESC, entry_id DESC
         LIMIT $4::bigint
    ), whole AS (
        SELECT e.id, e.key, e.published_id, e.published_id_hash, e.first_seen_at, e.updated_at, e.revisions,
               o.id AS source, o.carrier, t.body, n.version AS read_version, n.edition AS read_edition, n.reading,
               r.sort_at, r.evidence
          FROM page r
          JOIN entry e ON e.id = r.entry_id
          JOIN source o ON o.no = e.source_no
          JOIN text t ON t.entry_id = e.id AND t.seen_at = e.text_at
          LEFT JOIN newswire n ON n.entry_id = e.id
         ORDER BY r.sort_at DESC, r.entry_id DESC
         LIMIT $5::bigint
    )
    SELECT w.*, l.sort_at AS last_at, l.entry_id AS last_entry, (SELECT count(*) FROM page) AS places
      FROM (SELECT sort_at, entry_id FROM page ORDER BY sort_at, entry_id LIMIT 1) l
      LEFT JOIN whole w ON true
     ORDER BY w.sort_at DESC, w.id DESC";

/// Places are looked at in steps that grow as long as none of them has a text: behind what
/// is kept, texts are pruned.
const STEPS: usize = 4;
const MOST_PLACES: usize = 4_096;

/// See [`Entries::feed_page`](crate::store::Entries::feed_page). What is damaged is gone
/// past: the page is as full without it.
pub async fn feed_page(tx: &Tx, feed: &FeedId, before: Option<FeedPosition>, limit: usize) -> Result<Vec<Published>> {
    let mut place = before.unwrap_or(FeedPosition { at: Timestamp::NEVER, entry: EntryId(i64::MAX) });
    let (mut reader, mut found) = (Reader::new(), Vec::new());
    let mut step = 1;
    while found.len() < limit {
        let texts = (limit - found.len()).min(TEXTS_AT_ONCE);
        let places = texts.saturating_mul(step).min(MOST_PLACES);
        let rows = page(tx, feed, place, places, texts).await?;
        let Some(first) = rows.first() else { break };
        let read_to = last_read(&rows)?;
        for row in rows.iter().filter(|_| read_to.is_some()) {
            found.extend(reader.whole(column(row, "id")?, published_row(row))?);
        }
        place = match read_to {
            // There may be more among these places.
            Some(read) if rows.len() == texts => read,
            _ if count::<usize>(first, "places")? < places => break,
            _ => FeedPosition { at: instant(first, "last_at")?, entry: EntryId(column(first, "last_entry")?) },
        };
        step = if read_to.is_some() { 1 } else { step.saturating_mul(STEPS) };
    }
    Ok(found)
}

async fn page(tx: &Tx, feed: &FeedId, place: FeedPosition, places: usize, texts: usize) -> Result<Vec<Row>> {
    let (feed, at, entry) = (SqlText(feed.as_str()), place.at.millis(), place.entry.0);
    let (places, texts) = (number(places), number(texts));
    tx.rows(FEED_PAGE, &[feed.param(), at.param(), entry.param(), places.param(), texts.param()]).await
}

/// The place of the last text that was found, if any was.
fn last_read(rows: &[Row]) -> Result<Option<FeedPosition>> {
    let Some(last) = rows.last() else { return Ok(None) };
    let (at, entry): (Option<i64>, Option<i64>) = (column(last, "sort_at")?, column(last, "id")?);
    Ok(at.zip(entry).map(|(at, entry)| FeedPosition { at: Timestamp::from_millis(at), entry: EntryId(entry) }))
}

const MEMBERS: &str = "
    SELECT entry_id
      FROM route
     WHERE feed_no = (SELECT no FROM feed WHERE id = $1::text) AND admitted
       AND entry_id BETWEEN $2::bigint AND $3::bigint";

/// See [`Entries::members`](crate::store::Entries::members).
pub async fn members(tx: &Tx, feed: &FeedId, range: &RangeInclusive<EntryId>) -> Result<HashSet<EntryId>> {
    let (feed, first, last) = (SqlText(feed.as_str()), range.start().0, range.end().0);
    let rows = tx.rows(MEMBERS, &[feed.param(), first.param(), last.param()]).await?;
    rows.iter().map(|row| column(row, "entry_id").map(EntryId)).collect()
}
