//! Where entries were placed among stories.

use tokio_postgres::Row;

use super::row::instant;
use crate::model::{EntryId, Permille, StoryId};
use crate::store::codec::{read_placement, relation, source_id};
use crate::store::postgres::link::tx::{Tx, Typed, column};
use crate::store::{Error, PlacedCopy, Result, UnplacedPage};

const PLACED: &str = "
    SELECT s.entry_id, s.story, s.at, s.relation, s.like_id, s.score, s.evidence, e.first_seen_at, o.id AS source
      FROM unnest($1::bigint[]) WITH ORDINALITY AS q (id, nth)
      JOIN story_copy s ON s.entry_id = q.id
      JOIN entry e ON e.id = q.id
      JOIN source o ON o.no = e.source_no
     ORDER BY q.nth";

/// See [`Stories::placed`](crate::store::Stories::placed).
pub async fn placed(tx: &Tx, entries: &[EntryId]) -> Result<Vec<PlacedCopy>> {
    let ids: Vec<i64> = entries.iter().map(|entry| entry.0).collect();
    copies_of(&tx.rows(PLACED, &[ids.param()]).await?)
}

fn copies_of(rows: &[Row]) -> Result<Vec<PlacedCopy>> {
    let mut copies = Vec::with_capacity(rows.len());
    for row in rows {
        copies.extend(copy(row)?);
    }
    Ok(copies)
}

fn copy(row: &Row) -> Result<Option<PlacedCopy>> {
    let source = match source_id(column(row, "source")?) {
        Ok(source) => source,
        Err(Error::Corrupt(error)) => {
            tracing::warn!(error, "a source whose name is damaged is passed by");
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let (because, links) = read_placement(column(row, "evidence")?)?;
    Ok(Some(PlacedCopy {
        entry: EntryId(column(row, "entry_id")?),
        source,
        story: StoryId(column(row, "story")?),
        at: instant(row, "at")?,
        first_seen_at: instant(row, "first_seen_at")?,
        relation: relation(column(row, "relation")?)?,
        like: column::<Option<i64>>(row, "like_id")?.map(EntryId),
        score: Permille(u16::try_from(column::<i64>(row, "score")?).unwrap_or(u16::MAX)),
        because,
        links,
    }))
}

const COPIES: &str = "
    SELECT s.entry_id, s.story, s.at, s.relation, s.like_id, s.score, s.evidence, e.first_seen_at, o.id AS source
      FROM story_copy s
      JOIN entry e ON e.id = s.entry_id
      JOIN source o ON o.no = e.source_no
     WHERE s.story = $1::bigint AND s.entry_id > $2::bigint
     ORDER BY s.entry_id
     LIMIT $3::bigint";

/// See [`Stories::copies`](crate::store::Stories::copies).
pub async fn copies(tx: &Tx, story: StoryId, after: Option<EntryId>, limit: usize) -> Result<Vec<PlacedCopy>> {
    let (after, limit) = (after.map_or(0, |id| id.0), i64::try_from(limit).unwrap_or(i64::MAX));
    copies_of(&tx.rows(COPIES, &[story.0.param(), after.param(), limit.param()]).await?)
}

const UNPLACED: &str = "
    WITH page AS MATERIALIZED (
        SELECT DISTINCT entry_id
          FROM text
         WHERE entry_id > $1::bigint
         ORDER BY entry_id
         LIMIT $2::bigint
    )
    SELECT p.entry_id, s.entry_id IS NULL AS waits
      FROM page p
      LEFT JOIN story_copy s ON s.entry_id = p.entry_id
     ORDER BY p.entry_id";

/// See [`Stories::unplaced`](crate::store::Stories::unplaced).
pub async fn unplaced(tx: &Tx, after: Option<EntryId>, limit: usize) -> Result<UnplacedPage> {
    let after = after.map_or(0, |id| id.0);
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = tx.rows(UNPLACED, &[after.param(), most.param()]).await?;
    let mut found = UnplacedPage::default();
    for row in &rows {
        let entry = EntryId(column(row, "entry_id")?);
        found.more = Some(entry);
        if column(row, "waits")? {
            found.entries.push(entry);
        }
    }
    found.more = found.more.filter(|_| rows.len() == limit);
    Ok(found)
}
