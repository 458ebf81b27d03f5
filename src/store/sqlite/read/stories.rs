//! Where entries were placed among stories.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::clock::Timestamp;
use crate::model::{EntryId, Permille, StoryId};
use crate::store::codec::{read_placement, relation};
use crate::store::sqlite::read::row::readable_name;
use crate::store::{PlacedCopy, Result, UnplacedPage};

const PLACED: &str = "
    SELECT s.entry_id, s.story, s.at, s.relation, s.like_id, s.score, s.evidence, e.first_seen_at, o.id AS source
      FROM story_copy s
      JOIN entry e ON e.id = s.entry_id
      JOIN source o ON o.no = e.source_no
     WHERE s.entry_id = :entry";

/// See [`Stories::placed`](crate::store::Stories::placed).
pub fn placed(c: &Connection, entries: &[EntryId]) -> Result<Vec<PlacedCopy>> {
    let mut found = Vec::new();
    for entry in entries {
        let mut statement = c.prepare_cached(PLACED)?;
        let read = |row: &Row<'_>| Ok(copy(row));
        let copy = statement.query_row(named_params! { ":entry": entry.0 }, read).optional()?.transpose()?;
        found.extend(copy.flatten());
    }
    Ok(found)
}

fn copy(row: &Row<'_>) -> Result<Option<PlacedCopy>> {
    let Some(source) = readable_name(row.get("source"))? else { return Ok(None) };
    let (because, links) = read_placement(&row.get::<_, String>("evidence")?)?;
    Ok(Some(PlacedCopy {
        entry: EntryId(row.get("entry_id")?),
        source,
        story: StoryId(row.get("story")?),
        at: Timestamp::from_millis(row.get("at")?),
        first_seen_at: Timestamp::from_millis(row.get("first_seen_at")?),
        relation: relation(&row.get::<_, String>("relation")?)?,
        like: row.get::<_, Option<i64>>("like_id")?.map(EntryId),
        score: Permille(row.get("score")?),
        because,
        links,
    }))
}

const COPIES: &str = "
    SELECT entry_id
      FROM story_copy
     WHERE story = :story AND entry_id > :after
     ORDER BY entry_id
     LIMIT :limit";

/// See [`Stories::copies`](crate::store::Stories::copies).
pub fn copies(c: &Connection, story: StoryId, after: Option<EntryId>, limit: usize) -> Result<Vec<PlacedCopy>> {
    let page = named_params! {
        ":story": story.0, ":after": after.map_or(0, |id| id.0), ":limit": i64::try_from(limit).unwrap_or(i64::MAX),
    };
    let mut statement = c.prepare_cached(COPIES)?;
    let rows = statement.query_map(page, |row| Ok(EntryId(row.get(0)?)))?;
    placed(c, &rows.collect::<rusqlite::Result<Vec<_>>>()?)
}

const UNPLACED: &str = "
    SELECT t.entry_id, s.entry_id IS NULL AS waits
      FROM text t
      LEFT JOIN story_copy s ON s.entry_id = t.entry_id
     WHERE t.entry_id > :after
     ORDER BY t.entry_id
     LIMIT :limit";

/// See [`Stories::unplaced`](crate::store::Stories::unplaced).
pub fn unplaced(c: &Connection, after: Option<EntryId>, limit: usize) -> Result<UnplacedPage> {
    let page = named_params! {
        ":after": after.map_or(0, |id| id.0), ":limit": i64::try_from(limit).unwrap_or(i64::MAX),
    };
    let mut statement = c.prepare_cached(UNPLACED)?;
    let mut rows = statement.query(page)?;
    let (mut found, mut looked) = (UnplacedPage::default(), 0);
    while let Some(row) = rows.next()? {
        let entry = EntryId(row.get("entry_id")?);
        looked += 1;
        found.more = Some(entry);
        if row.get("waits")? {
            found.entries.push(entry);
        }
    }
    found.more = found.more.filter(|_| looked == limit);
    Ok(found)
}
