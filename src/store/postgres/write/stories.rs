//! Entries placed among stories, in the transaction that stores them.
//!
//! Whoever places holds one row until his transaction ends, so that of two copies which two
//! nodes bring at once the second finds the first. He holds it after all that belongs to his
//! entries, and before what the tail holds.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::{EntryId, FoundCopies, FoundCopy, StoryId, StoryKeys};
use crate::store::Result;
use crate::store::codec::{Decoder, write_placement};
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::prepared::PreparedCopy;
use crate::store::rules::{MOST_OF_ROW, SharesRows, likest};

const HOLD: &str = "SELECT one FROM story_turn FOR UPDATE";

const ARE_PLACED: &str = "SELECT entry_id FROM story_copy WHERE entry_id = ANY($1::bigint[])";

/// Places stored entries one after another, but for those that were placed before.
pub async fn place(tx: &Tx, entries: &[(EntryId, &PreparedCopy)]) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    tx.rows(HOLD, &[]).await?;
    let ids: Vec<i64> = entries.iter().map(|(entry, _)| entry.0).collect();
    let rows = tx.rows(ARE_PLACED, &[ids.param()]).await?;
    let placed = rows.iter().map(|row| column(row, "entry_id")).collect::<Result<BTreeSet<i64>>>()?;
    for (entry, copy) in entries.iter().filter(|(entry, _)| !placed.contains(&entry.0)) {
        one(tx, *entry, copy).await?;
    }
    Ok(())
}

const ADD: &str = "
    INSERT INTO story_copy (entry_id, story, at, title, runs, relation, like_id, score, evidence, reading, keys, sketch)
    VALUES ($1::bigint, $2::bigint, $3::bigint, $4::bigint, $5::bigint, $6::text, $7::bigint, $8::bigint, $9::text,
            $10::bytea, $11::bigint[], $12::bigint[])";

async fn one(tx: &Tx, entry: EntryId, copy: &PreparedCopy) -> Result<()> {
    let keys = copy.copy.keys();
    let placement = copy.copy.place(entry, &found(tx, entry, keys).await?);
    let evidence = write_placement(&placement)?;
    let story = placement.joins.unwrap_or(StoryId(entry.0)).0;
    let (at, runs, score) = (keys.at.millis(), i64::from(keys.runs), i64::from(placement.score.0));
    let (relation, like) = (SqlText(placement.relation.as_str()), placement.like.map(|like| like.0));
    let (evidence, reading) = (SqlText(&evidence), copy.reading.as_slice());
    let row = [
        entry.0.param(),
        story.param(),
        at.param(),
        keys.title.param(),
        runs.param(),
        relation.param(),
        like.param(),
        score.param(),
        evidence.param(),
        reading.param(),
        keys.held.param(),
        keys.sketch.param(),
    ];
    tx.rows(ADD, &row).await.map(drop)
}

/// Entries under hashes, each hash with its own span of time.
const BY_KEY: &str = "
    SELECT m.entry_id
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS q (key, from_at, to_at)
     CROSS JOIN LATERAL (
               WITH met AS MATERIALIZED (
                   SELECT s.entry_id, s.at
                     FROM story_copy s
                    WHERE s.keys @> ARRAY[q.key]
               )
               SELECT entry_id
                 FROM met
                WHERE at BETWEEN q.from_at AND q.to_at
                ORDER BY entry_id DESC
                LIMIT $4::bigint) m";

/// The newest entries that share rows of a sketch. They are found by the rows: left to itself
/// the server goes through all entries, from the newest on.
const SHARING: &str = "
    WITH met AS MATERIALIZED (
        SELECT s.entry_id, s.at, s.sketch
          FROM story_copy s
         WHERE s.sketch && $1::bigint[]
    ), newest AS MATERIALIZED (
        SELECT entry_id, at, sketch
          FROM met
         WHERE at BETWEEN $2::bigint AND $3::bigint
         ORDER BY entry_id DESC
         LIMIT $4::bigint
    )
    SELECT entry_id, at, (SELECT count(*) FROM unnest(sketch) AS r (row) WHERE r.row = ANY($1::bigint[])) AS rows
      FROM newest";

/// What an entry of these keys may be like.
async fn found(tx: &Tx, entry: EntryId, keys: &StoryKeys) -> Result<FoundCopies> {
    let hashes: Vec<i64> = keys.sought.iter().map(|(hash, _)| *hash).collect();
    let from: Vec<i64> = keys.sought.iter().map(|(_, within)| keys.at.minus(*within).millis()).collect();
    let to: Vec<i64> = keys.sought.iter().map(|(_, within)| keys.at.plus(*within).millis()).collect();
    let limit = i64::try_from(keys.reach.by_key).unwrap_or(i64::MAX);
    let (since, until) = (keys.at.minus(keys.reach.copies).millis(), keys.at.plus(keys.reach.copies).millis());
    let most = MOST_OF_ROW as i64;
    let by_key = [hashes.param(), from.param(), to.param(), limit.param()];
    let sharing = [keys.sketch.param(), since.param(), until.param(), most.param()];
    let (by_key, sharing) = tokio::try_join!(biased; tx.rows(BY_KEY, &by_key), tx.rows(SHARING, &sharing))?;
    let mut ids: BTreeSet<i64> = by_key.iter().map(|row| column(row, "entry_id")).collect::<Result<BTreeSet<i64>>>()?;
    let mut shares = Vec::with_capacity(sharing.len());
    for row in &sharing {
        shares.push(SharesRows {
            entry: EntryId(column(row, "entry_id")?),
            at: Timestamp::from_millis(column(row, "at")?),
            rows: usize::try_from(column::<i64>(row, "rows")?).unwrap_or(0),
        });
    }
    ids.extend(likest(shares, keys).into_iter().map(|id| id.0));
    ids.remove(&entry.0);
    loaded(tx, ids.into_iter().collect(), keys.reach.recurs_after).await
}

const COPIES: &str = "
    SELECT s.entry_id, s.story, s.reading, f.entry_id AS fullest, f.reading AS fullest_reading,
           s.title <> 0 AND EXISTS (SELECT
                                      FROM story_copy o
                                     WHERE o.keys @> ARRAY[s.title] AND o.title = s.title
                                       AND o.at < s.at - $2::bigint) AS recurs
      FROM story_copy s
     CROSS JOIN LATERAL (SELECT m.entry_id, m.reading
                           FROM story_copy m
                          WHERE m.story = s.story AND m.reading IS NOT NULL
                          ORDER BY m.runs DESC, m.entry_id
                          LIMIT 1) f
     WHERE s.entry_id = ANY($1::bigint[]) AND s.reading IS NOT NULL
     ORDER BY s.entry_id";

async fn loaded(tx: &Tx, ids: Vec<i64>, recurs_after: Duration) -> Result<FoundCopies> {
    let (mut found, mut decoder) = (FoundCopies::default(), Decoder::new());
    if ids.is_empty() {
        return Ok(found);
    }
    let recurs = i64::try_from(recurs_after.as_millis()).unwrap_or(i64::MAX);
    for row in &tx.rows(COPIES, &[ids.param(), recurs.param()]).await? {
        let (entry, fullest) = (EntryId(column(row, "entry_id")?), EntryId(column(row, "fullest")?));
        for (id, name) in [(entry, "reading"), (fullest, "fullest_reading")] {
            if !found.readings.contains_key(&id) {
                found.readings.extend(decoder.text(column(row, name)?).map(|reading| (id, reading)));
            }
        }
        let (story, recurs) = (StoryId(column(row, "story")?), column(row, "recurs")?);
        found.copies.push(FoundCopy { entry, story, fullest, recurs });
    }
    Ok(found)
}

/// What is left of an entry whose text is gone: its place in its story.
pub const DROP_TEXTS: &str = "
    UPDATE story_copy
       SET reading = NULL, keys = '{}', sketch = NULL
     WHERE entry_id = ANY($1::bigint[])";

const LEAVE: &str = "
    WITH leaving AS MATERIALIZED (
        SELECT entry_id
          FROM story_copy
         WHERE sketch IS NOT NULL AND at < $1::bigint
         ORDER BY at
         LIMIT $2::bigint
    )
    UPDATE story_copy s
       SET sketch = NULL
      FROM leaving l
     WHERE s.entry_id = l.entry_id";

/// See [`Stories::leave_window`](crate::store::Stories::leave_window).
pub async fn leave_window(tx: &Tx, before: Timestamp, limit: usize) -> Result<usize> {
    let (before, limit) = (before.millis(), i64::try_from(limit).unwrap_or(i64::MAX));
    let left = tx.execute(LEAVE, &[before.param(), limit.param()]).await?;
    Ok(usize::try_from(left).unwrap_or(usize::MAX))
}
