//! Figures: kept in the transactions that change what they count, never counted here.

use std::collections::{BTreeMap, HashMap};

use tokio_postgres::Row;

use super::row::{count, instant_if_any, number};
use super::source_row;
use crate::clock::Timestamp;
use crate::model::{FeedId, SourceId};
use crate::store::codec::feed_id;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::rules::{DayCounts, FEED_DAYS, SOURCE_DAYS};
use crate::store::{Census, Error, FeedStatus, Result, SCHEMA, SourceStatus, SourcesWanted, Totals, Which};

const ALL: &str = "
    SELECT no, id
      FROM source
     WHERE id > $1::text
     ORDER BY id
     LIMIT $2::bigint";

const ACTIVE: &str = "
    SELECT o.no, o.id
      FROM source o
      JOIN schedule s ON s.source_no = o.no
     WHERE o.id > $1::text AND s.active
     ORDER BY o.id
     LIMIT $2::bigint";

const FAILING: &str = "
    SELECT o.no, o.id
      FROM source o
      JOIN schedule s ON s.source_no = o.no
     WHERE o.id > $1::text AND s.active AND s.failing
     ORDER BY o.id
     LIMIT $2::bigint";

const OVER: &str = "
    SELECT o.no, o.id
      FROM source o
      JOIN schedule s ON s.source_no = o.no
     WHERE o.id > $1::text AND s.active AND s.over_at IS NOT NULL
     ORDER BY o.id
     LIMIT $2::bigint";

/// All but windows, which no page shows: they are as long as documents.
const STATES: &str = "
    SELECT o.no, o.id, o.active, o.entries, s.next_poll_at, s.because, o.polls, o.documents, o.last_poll_at,
           o.last_success_at, o.last_new_at, o.last_outcome, o.failures, o.ever_validated, o.etag, o.last_modified,
           o.validators_url, o.body_hash, NULL::bigint[] AS \"window\", o.rhythm_entries, o.rhythm_span_ms, o.ttl_ms,
           o.update_period_ms, o.skip_hours, o.skip_days, o.unstable_ids, o.warnings, o.carrier, o.standing,
           o.spent_day, o.spent_entries, o.spent_bytes, o.spent_warnings
      FROM unnest($1::bigint[]) WITH ORDINALITY AS q (no, nth)
      JOIN source o ON o.no = q.no
      JOIN schedule s ON s.source_no = o.no
     ORDER BY q.nth";

const ONE: &str = "
    SELECT o.*, s.next_poll_at, s.because
      FROM source o
      JOIN schedule s ON s.source_no = o.no
     WHERE o.id = $1::text";

/// See [`Figures::sources_page`](crate::store::Figures::sources_page).
pub async fn sources_page(tx: &Tx, wanted: &SourcesWanted, now: Timestamp) -> Result<Vec<SourceStatus>> {
    let query = match wanted.which {
        Which::All => ALL,
        Which::Active => ACTIVE,
        Which::Failing => FAILING,
        Which::Over => OVER,
    };
    let mut after = wanted.after.as_ref().map_or(String::new(), SourceId::to_string);
    let mut found = Vec::new();
    // A row that cannot be shown does not end the page.
    while found.len() < wanted.limit {
        let limit = wanted.limit - found.len();
        let page = tx.rows(query, &[SqlText(&after).param(), number(limit).param()]).await?;
        let numbers = page.iter().map(|row| column(row, "no")).collect::<Result<Vec<i64>>>()?;
        if numbers.is_empty() {
            break;
        }
        found.extend(shown(tx, tx.rows(STATES, &[numbers.param()]).await?, now).await?);
        match page.last() {
            Some(last) if page.len() == limit => after = column(last, "id")?,
            _ => break,
        }
    }
    Ok(found)
}

/// See [`Figures::source`](crate::store::Figures::source).
pub async fn source(tx: &Tx, source: &SourceId, now: Timestamp) -> Result<Option<SourceStatus>> {
    let rows = tx.rows(ONE, &[SqlText(source.as_str()).param()]).await?;
    Ok(shown(tx, rows, now).await?.pop())
}

const DAYS_OF_SOURCES: &str = "
    SELECT source_no AS no, day, entries
      FROM source_day
     WHERE source_no = ANY($1::bigint[]) AND day > $2::bigint";

/// Sources off their rows, but those whose names are damaged.
async fn shown(tx: &Tx, rows: Vec<Row>, now: Timestamp) -> Result<Vec<SourceStatus>> {
    let numbers = rows.iter().map(|row| column(row, "no")).collect::<Result<Vec<i64>>>()?;
    let mut days = days(tx, DAYS_OF_SOURCES, &numbers, DayCounts::until(now, SOURCE_DAYS)).await?;
    let mut found = Vec::with_capacity(rows.len());
    for (row, no) in rows.iter().zip(numbers) {
        let (source, state) = match source_row::state(row) {
            Ok(read) => read,
            Err(Error::Corrupt(error)) => {
                tracing::warn!(error, "a source whose name is damaged is not shown");
                continue;
            }
            Err(error) => return Err(error),
        };
        let days = days.remove(&no).map_or(Vec::new(), DayCounts::counts);
        found.push(SourceStatus {
            source,
            active: column(row, "active")?,
            state,
            entries: count(row, "entries").unwrap_or_default(),
            days,
        });
    }
    Ok(found)
}

/// Counts a day of each of these.
async fn days(tx: &Tx, query: &'static str, numbers: &Vec<i64>, none: DayCounts) -> Result<HashMap<i64, DayCounts>> {
    let mut all: HashMap<i64, DayCounts> = numbers.iter().map(|no| (*no, none.clone())).collect();
    for row in tx.rows(query, &[numbers.param(), none.before.param()]).await? {
        if let Some(counts) = all.get_mut(&column(&row, "no")?) {
            counts.note(column(&row, "day")?, count(&row, "entries").unwrap_or_default());
        }
    }
    Ok(all)
}

const CENSUS: &str = "
    SELECT sources, failing,
           (SELECT count(*) FROM schedule WHERE active AND stale_at IS NOT NULL AND stale_at < $1::bigint) AS stale,
           (SELECT count(*) FROM schedule WHERE active AND over_at IS NOT NULL) AS over
      FROM figures";

/// See [`Figures::census`](crate::store::Figures::census).
pub async fn census(tx: &Tx, now: Timestamp) -> Result<Census> {
    let row = the_figures(tx.one(CENSUS, &[now.millis().param()]).await?)?;
    Ok(Census {
        sources: count(&row, "sources")?,
        failing: count(&row, "failing")?,
        stale: count(&row, "stale")?,
        over: count(&row, "over")?,
    })
}

fn the_figures(row: Option<Row>) -> Result<Row> {
    row.ok_or_else(|| Error::Corrupt("the row of the figures is missing".to_owned()))
}

const FEEDS: &str = "
    SELECT f.no, f.id, f.entries, f.updated_at
      FROM unnest($1::text[]) WITH ORDINALITY AS q (id, nth)
      JOIN feed f ON f.id = q.id
     WHERE f.active
     ORDER BY q.nth";

const DAYS_OF_FEEDS: &str = "
    SELECT feed_no AS no, day, entries
      FROM feed_day
     WHERE feed_no = ANY($1::bigint[]) AND day > $2::bigint";

/// See [`Figures::feeds`](crate::store::Figures::feeds).
pub async fn feeds(tx: &Tx, feeds: &[FeedId], now: Timestamp) -> Result<Vec<FeedStatus>> {
    let ids: Vec<SqlText<'_>> = feeds.iter().map(|feed| SqlText(feed.as_str())).collect();
    let rows = tx.rows(FEEDS, &[ids.param()]).await?;
    let numbers = rows.iter().map(|row| column(row, "no")).collect::<Result<Vec<i64>>>()?;
    let days = days(tx, DAYS_OF_FEEDS, &numbers, DayCounts::until(now, FEED_DAYS)).await?;
    let mut found = Vec::with_capacity(rows.len());
    for (row, no) in rows.iter().zip(numbers) {
        let (id, days): (&str, Option<&DayCounts>) = (column(row, "id")?, days.get(&no));
        match feed_status(row, id, days.cloned().map_or(Vec::new(), DayCounts::counts)) {
            Ok(status) => found.push(status),
            Err(Error::Corrupt(error)) => {
                tracing::warn!(feed.id = id, error, "a feed whose figures are damaged is not shown");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn feed_status(row: &Row, id: &str, days: Vec<u32>) -> Result<FeedStatus> {
    let (entries, updated_at) = (count(row, "entries")?, instant_if_any(row, "updated_at")?);
    Ok(FeedStatus { feed: feed_id(id)?, entries, updated_at, days })
}

/// So many that wait for the index are counted at most: it is asked with every look at the
/// figures.
const TOTALS: &str = "
    SELECT entries, pg_database_size(current_database()) AS bytes,
           (SELECT count(*) FROM (SELECT FROM unindexed LIMIT 100000) q) AS unindexed
      FROM figures";

/// See [`Figures::totals`](crate::store::Figures::totals).
pub async fn totals(tx: &Tx) -> Result<Totals> {
    let row = the_figures(tx.one(TOTALS, &[]).await?)?;
    let entries = count(&row, "entries").unwrap_or_default();
    Ok(Totals {
        entries,
        // Until copies are folded, every entry is a story of its own.
        stories: entries,
        bytes: count(&row, "bytes")?,
        schema: SCHEMA,
        unindexed: count(&row, "unindexed")?,
    })
}

const POLL_COUNTS: &str = "
    SELECT kind, sum(polls)::bigint AS polls
      FROM tally
     GROUP BY kind";

/// See [`Figures::poll_counts`](crate::store::Figures::poll_counts).
pub async fn poll_counts(tx: &Tx) -> Result<BTreeMap<String, u64>> {
    let rows = tx.rows(POLL_COUNTS, &[]).await?;
    rows.iter().map(|row| Ok((column(row, "kind")?, count(row, "polls")?))).collect()
}
