//! Retention: texts go one by one, a page of entries at a time, as old as they are. What
//! that leaves of a month is put with the rest, and the month is dropped (`dissolve.rs`).

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::postgres::link::run::Writing;
use crate::store::postgres::link::tx::{Tx, Typed, column};
use crate::store::postgres::read::row::instant_if_any;
use crate::store::postgres::write::{lock, stories};
use crate::store::rules::{DayCounts, polls_before};
use crate::store::{ChangeKind, Pruned, Result};

/// Texts that one call looks at, as on SQLite.
const LOOK: i64 = 10_000;

/// Days of sources and feeds that are kept: twice what pages show.
const DAYS_KEPT: i64 = 62;

/// A lost COMMIT is asked after for half a minute (`link/run.rs`).
const RECEIPTS_KEPT: Duration = Duration::from_secs(3600);

/// A page of texts of that age.
const TEXTS: &str = "
    WITH page AS MATERIALIZED (
        SELECT entry_id
          FROM text
         WHERE entry_id > $2::bigint AND seen_at < $1::bigint
         ORDER BY entry_id
         LIMIT $3::bigint
    )
    SELECT p.entry_id AS id, coalesce(e.source_no, 0) AS source_no,
           coalesce(e.first_seen_at < $1::bigint, true) AS is_old
      FROM page p
      LEFT JOIN entry e ON e.id = p.entry_id
     ORDER BY p.entry_id";

/// Entries that the last documents of sources listed, as far as they are on the page; none of
/// a source that is retired.
const LISTED: &str = "
    SELECT l.id
      FROM source o
     CROSS JOIN LATERAL unnest(o.\"window\") AS l (id)
     WHERE o.no = ANY($1::bigint[]) AND o.active AND l.id BETWEEN $2::bigint AND $3::bigint";

/// One that got another text meanwhile keeps it.
const DROP_TEXTS: &str = "
    DELETE FROM text
     WHERE entry_id = ANY($1::bigint[]) AND seen_at < $2::bigint
    RETURNING entry_id";

/// What goes with a text.
const DROP_WORDS: &str = "DELETE FROM search WHERE entry_id = ANY($1::bigint[])";
const DROP_READINGS: &str = "DELETE FROM newswire WHERE entry_id = ANY($1::bigint[])";
const DROP_REVISIONS: &str = "DELETE FROM revision WHERE entry_id = ANY($1::bigint[])";
const DROP_UNINDEXED: &str = "DELETE FROM unindexed WHERE entry_id = ANY($1::bigint[])";
const DROP_AGAIN: &str = "DELETE FROM decide_again WHERE entry_id = ANY($1::bigint[])";
const DROP_ARTICLES: &str = "DELETE FROM article WHERE entry_id = ANY($1::bigint[])";

const SHOWN_IN: &str = "
    SELECT DISTINCT feed_no
      FROM route
     WHERE entry_id = ANY($1::bigint[]) AND admitted";

/// See [`Upkeep::prune`](crate::store::Upkeep::prune).
pub async fn prune(
    writing: &mut Writing,
    before: Timestamp,
    after: Option<EntryId>,
    limit: usize,
    now: Timestamp,
) -> Result<Pruned> {
    let now = writing.now(now);
    let Writing { tx, tail, .. } = writing;
    let OldTexts { texts, more } = old(tx, before, after, limit).await?;
    let gone = drop_texts(tx, &texts, before).await?;
    tail.at = now;
    for feed in shown_in(tx, &gone).await? {
        tail.tell(feed, None, ChangeKind::Pruned);
    }
    if more.is_none() {
        forget_polls(tx, before, now).await?;
        forget_days(tx, now).await?;
        let before = tx.begun_at.minus(RECEIPTS_KEPT).millis();
        tx.execute(OLD_RECEIPTS, &[before.param()]).await?;
    }
    Ok(Pruned { texts: gone.len(), more })
}

/// Drops those of these entries' texts that are of that age still; gives whose they were.
async fn drop_texts(tx: &Tx, entries: &Vec<i64>, before: Timestamp) -> Result<Vec<i64>> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    lock::entries(tx, entries).await?;
    let before = before.millis();
    let rows = tx.rows(DROP_TEXTS, &[entries.param(), before.param()]).await?;
    let gone = rows.iter().map(|row| column(row, "entry_id")).collect::<Result<Vec<i64>>>()?;
    let of_them = [gone.param()];
    tokio::try_join!(
        biased;
        tx.execute(DROP_REVISIONS, &of_them), tx.execute(DROP_UNINDEXED, &of_them), tx.execute(DROP_AGAIN, &of_them),
        tx.execute(DROP_ARTICLES, &of_them), tx.execute(DROP_WORDS, &of_them), tx.execute(DROP_READINGS, &of_them),
        tx.execute(stories::DROP_TEXTS, &of_them)
    )?;
    Ok(gone)
}

async fn shown_in(tx: &Tx, entries: &Vec<i64>) -> Result<BTreeSet<i64>> {
    if entries.is_empty() {
        return Ok(BTreeSet::new());
    }
    let rows = tx.rows(SHOWN_IN, &[entries.param()]).await?;
    rows.iter().map(|row| column(row, "feed_no")).collect()
}

/// Old texts that no source lists.
struct OldTexts {
    texts: Vec<i64>,
    /// The entry after which there may be more.
    more: Option<EntryId>,
}

async fn old(tx: &Tx, before: Timestamp, after: Option<EntryId>, limit: usize) -> Result<OldTexts> {
    let (before, after) = (before.millis(), after.map_or(0, |id| id.0));
    let mut page = Vec::new();
    for row in &tx.rows(TEXTS, &[before.param(), after.param(), LOOK.param()]).await? {
        let (id, no): (i64, i64) = (column(row, "id")?, column(row, "source_no")?);
        page.push((id, no, column::<bool>(row, "is_old")?));
    }
    let listed = listed(tx, &page).await?;
    let (mut last, mut texts) = (None, Vec::new());
    for (id, _, is_old) in &page {
        if texts.len() >= limit {
            break;
        }
        last = Some(EntryId(*id));
        if *is_old && !listed.contains(id) {
            texts.push(*id);
        }
    }
    let is_last_page = i64::try_from(page.len()).is_ok_and(|looked| looked < LOOK);
    let more = last.filter(|_| !is_last_page || texts.len() >= limit);
    Ok(OldTexts { texts, more })
}

async fn listed(tx: &Tx, page: &[(i64, i64, bool)]) -> Result<HashSet<i64>> {
    let (Some((first, ..)), Some((last, ..))) = (page.first(), page.last()) else { return Ok(HashSet::new()) };
    let sources: BTreeSet<i64> = page.iter().map(|(_, no, _)| *no).collect();
    let sources: Vec<i64> = sources.into_iter().collect();
    let rows = tx.rows(LISTED, &[sources.param(), first.param(), last.param()]).await?;
    rows.iter().map(|row| column(row, "id")).collect()
}

const TIMES: &str = "
    SELECT (SELECT max(last_poll_at) FROM source) AS last_poll_at,
           (SELECT believed_at FROM desk) AS believed_at";

/// See [`polls_before`]; the latest poll of each source stays.
const OLD_POLLS: &str = "
    DELETE FROM poll p
     WHERE p.first_at < $1::bigint AND p.last_at < $1::bigint
       AND NOT EXISTS (SELECT FROM source o WHERE o.no = p.source_no AND o.last_run = p.id)";

async fn forget_polls(tx: &Tx, before: Timestamp, now: Timestamp) -> Result<()> {
    let Some(row) = tx.one(TIMES, &[]).await? else { return Ok(()) };
    // A server's clock is believed, unless a copy has brought what was believed before.
    let believed = instant_if_any(&row, "believed_at")?.unwrap_or(now);
    let forgotten = polls_before(before, instant_if_any(&row, "last_poll_at")?, Some(believed)).millis();
    tx.execute(OLD_POLLS, &[forgotten.param()]).await.map(drop)
}

const OLD_DAYS_OF_SOURCES: &str = "DELETE FROM source_day WHERE day < $1::bigint";

const OLD_DAYS_OF_FEEDS: &str = "DELETE FROM feed_day WHERE day < $1::bigint";

const OLD_RECEIPTS: &str = "DELETE FROM receipt WHERE at < $1::bigint";

async fn forget_days(tx: &Tx, now: Timestamp) -> Result<()> {
    let oldest = DayCounts::until(now, DAYS_KEPT).before;
    let before = [oldest.param()];
    tokio::try_join!(biased; tx.execute(OLD_DAYS_OF_SOURCES, &before), tx.execute(OLD_DAYS_OF_FEEDS, &before)).map(drop)
}
