//! What was read of entries as wire copy.

use std::collections::HashMap;

use super::lock;
use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::model::newswire::WireEdition;
use crate::store::codec::source_id;
use crate::store::postgres::link::run::Writing;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::postgres::past::in_force;
use crate::store::postgres::read::row::{count, instant, instant_if_any, number};
use crate::store::prepared::{PreparedReading, WrittenReading};
use crate::store::rules::{Reread, reread};
use crate::store::{ChangeKind, EditionRead, Error, Rereading, Result};

const SET: &str = "
    INSERT INTO newswire (entry_id, version, edition, wire, release_number, notice, reading)
    SELECT q.entry_id, q.version, q.edition, q.wire, q.release_number, q.notice, q.reading
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bytea[])
           AS q (entry_id, version, edition, wire, release_number, notice, reading)
        ON CONFLICT (entry_id) DO UPDATE
       SET version = excluded.version, edition = excluded.edition, wire = excluded.wire,
           release_number = excluded.release_number, notice = excluded.notice, reading = excluded.reading";

/// Writes what was read of entries, each once.
pub async fn set(tx: &Tx, readings: &[(i64, &WrittenReading)]) -> Result<()> {
    let ids: Vec<i64> = readings.iter().map(|(entry, _)| *entry).collect();
    let whole = |of: fn(&WrittenReading) -> i64| readings.iter().map(|(_, r)| of(r)).collect::<Vec<i64>>();
    let [versions, editions] = [whole(|r| r.version), whole(|r| r.edition)];
    let wires: Vec<Option<SqlText<'_>>> = readings.iter().map(|(_, r)| r.wire.as_deref().map(SqlText)).collect();
    let numbers: Vec<Option<SqlText<'_>>> =
        readings.iter().map(|(_, r)| r.release_number.as_deref().map(SqlText)).collect();
    let notices: Vec<Option<SqlText<'_>>> = readings.iter().map(|(_, r)| r.notice.map(SqlText)).collect();
    let forms: Vec<&[u8]> = readings.iter().map(|(_, r)| r.bytes.as_slice()).collect();
    let rows = [
        ids.param(),
        versions.param(),
        editions.param(),
        wires.param(),
        numbers.param(),
        notices.param(),
        forms.param(),
    ];
    tx.over(ids.len(), SET, &rows).await
}

const DROP: &str = "DELETE FROM newswire WHERE entry_id = ANY($1::bigint[])";

/// Has entries wait to be read.
pub async fn drop_of(tx: &Tx, entries: &Vec<i64>) -> Result<()> {
    tx.over(entries.len(), DROP, &[entries.param()]).await
}

/// What was read of another text, by a program that knows of no readings, is none.
const EDITIONS: &str = "
    WITH page AS MATERIALIZED (
        SELECT entry_id, seen_at, version
          FROM text
         WHERE entry_id < $1::bigint
         ORDER BY entry_id DESC
         LIMIT $2::bigint
    )
    SELECT p.entry_id, o.id AS source, w.edition
      FROM page p
      LEFT JOIN entry e ON e.id = p.entry_id AND e.text_at = p.seen_at
      LEFT JOIN source o ON o.no = e.source_no
      LEFT JOIN newswire w ON w.entry_id = p.entry_id AND w.version = p.version
     ORDER BY p.entry_id DESC";

/// See [`Readings::editions_read`](crate::store::Readings::editions_read).
pub async fn editions(tx: &Tx, before: Option<EntryId>, limit: usize) -> Result<Vec<EditionRead>> {
    let (mut before, limit) = (before.map_or(i64::MAX, |id| id.0), number(limit));
    loop {
        let rows = tx.rows(EDITIONS, &[before.param(), limit.param()]).await?;
        let Some(last) = rows.last() else { return Ok(Vec::new()) };
        before = column(last, "entry_id")?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            // A text that its entry no longer has comes without a source.
            let Some(source) = column::<Option<&str>>(row, "source")? else { continue };
            match source_id(source) {
                Ok(source) => {
                    let edition = column::<Option<i64>>(row, "edition")?.map(WireEdition);
                    found.push(EditionRead { entry: EntryId(column(row, "entry_id")?), source, edition });
                }
                Err(Error::Corrupt(error)) => tracing::warn!(error, "a source whose name is damaged is passed by"),
                Err(error) => return Err(error),
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
    }
}

const VERSIONS: &str = "
    SELECT e.id, t.version, w.version AS read_version, w.reading
      FROM entry e
      JOIN text t ON t.entry_id = e.id AND t.seen_at = e.text_at
      LEFT JOIN newswire w ON w.entry_id = e.id
     WHERE e.id = ANY($1::bigint[])";

const SHOWN_IN: &str = "
    SELECT DISTINCT feed_no
      FROM route
     WHERE entry_id = ANY($1::bigint[]) AND admitted
     ORDER BY feed_no";

/// Of an entry: its version, and what was read of which version.
type StoredReading<'r> = (i64, Option<(i64, &'r [u8])>);

/// See [`Readings::read_again`](crate::store::Readings::read_again).
pub async fn read_again(writing: &mut Writing, readings: &[PreparedReading], at: Timestamp) -> Result<()> {
    let Writing { tx, tail, .. } = writing;
    let ids: Vec<i64> = readings.iter().map(|reading| reading.entry.0).collect();
    lock::entries(tx, &ids).await?;
    // What others wrote before the rows were ours is seen by a statement that begins now.
    let rows = tx.rows(VERSIONS, &[ids.param()]).await?;
    let mut stored: HashMap<i64, StoredReading<'_>> = HashMap::new();
    for row in &rows {
        let version: Option<i64> = column(row, "read_version")?;
        let bytes: Option<&[u8]> = column(row, "reading")?;
        stored.insert(column(row, "id")?, (column(row, "version")?, version.zip(bytes)));
    }
    let (mut written, mut again, mut shown) = (Vec::new(), Vec::new(), Vec::new());
    for PreparedReading { entry, reading } in readings {
        let Some((version, before)) = stored.get(&entry.0).copied() else { continue };
        // Whoever brought another text has read it.
        if version != reading.version {
            continue;
        }
        let Reread { decide_again, is_shown } = reread(before, (reading.version, &reading.bytes));
        written.push((entry.0, reading));
        again.extend(decide_again.then_some(entry.0));
        shown.extend(is_shown.then_some(entry.0));
    }
    set(tx, &written).await?;
    in_force::queue(tx, &again).await?;
    if shown.is_empty() {
        return Ok(());
    }
    tail.at = at;
    for row in &tx.rows(SHOWN_IN, &[shown.param()]).await? {
        tail.tell(column(row, "feed_no")?, None, ChangeKind::Followed);
    }
    Ok(())
}

const REREADING: &str = "SELECT rules, done_to, looked, read, began_at, ended_at FROM rereading";

/// See [`Readings::rereading`](crate::store::Readings::rereading).
pub async fn rereading(tx: &Tx) -> Result<Option<Rereading>> {
    let Some(row) = tx.one(REREADING, &[]).await? else { return Ok(None) };
    Ok(Some(Rereading {
        rules: column(&row, "rules")?,
        done_to: column::<Option<i64>>(&row, "done_to")?.map(EntryId),
        looked: count(&row, "looked")?,
        read: count(&row, "read")?,
        began_at: instant(&row, "began_at")?,
        ended_at: instant_if_any(&row, "ended_at")?,
    }))
}

const NOTE_REREADING: &str = "
    INSERT INTO rereading (one, rules, done_to, looked, read, began_at, ended_at)
    VALUES (true, $1::bigint, $2::bigint, $3::bigint, $4::bigint, $5::bigint, $6::bigint)
        ON CONFLICT (one) DO UPDATE
       SET rules = excluded.rules, done_to = excluded.done_to, looked = excluded.looked, read = excluded.read,
           began_at = excluded.began_at, ended_at = excluded.ended_at";

/// See [`Readings::note_rereading`](crate::store::Readings::note_rereading).
pub async fn note_rereading(tx: &Tx, rereading: &Rereading) -> Result<()> {
    let Rereading { rules, done_to, looked, read, began_at, ended_at } = rereading;
    let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let (done_to, looked, read) = (done_to.map(|id| id.0), whole(*looked), whole(*read));
    let (began_at, ended_at) = (began_at.millis(), ended_at.map(Timestamp::millis));
    let row = [rules.param(), done_to.param(), looked.param(), read.param(), began_at.param(), ended_at.param()];
    tx.rows(NOTE_REREADING, &row).await.map(drop)
}
