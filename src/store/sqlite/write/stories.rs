//! Entries placed among stories, in the transaction that stores them.

use std::collections::{BTreeSet, HashMap};

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::clock::Timestamp;
use crate::model::{EntryId, FoundCopies, FoundCopy, StoryId, StoryKeys, StoryPlacement};
use crate::store::Result;
use crate::store::codec::{Decoder, write_placement};
use crate::store::prepared::PreparedCopy;
use crate::store::rules::{MOST_OF_ROW, SharesRows, likest};
use crate::store::sqlite::read::row::{pack, unpack};

/// Places a stored entry, unless it was placed before.
pub fn place(c: &Connection, entry: EntryId, copy: &PreparedCopy) -> Result<()> {
    let keys = copy.copy.keys();
    let found = found(c, entry, keys)?;
    let placement = copy.copy.place(entry, &found);
    let is_first = add(c, entry, copy, &placement)?;
    if is_first {
        index(c, entry, &keys.held, &keys.sketch)?;
    }
    Ok(())
}

const ADD: &str = "
    INSERT INTO story_copy (entry_id, story, at, title, runs, relation, like_id, score, evidence, reading, keys, sketch)
    VALUES (:entry, :story, :at, :title, :runs, :relation, :like, :score, :evidence, :reading, :keys, :sketch)
    ON CONFLICT (entry_id) DO NOTHING";

fn add(c: &Connection, entry: EntryId, copy: &PreparedCopy, placement: &StoryPlacement) -> Result<bool> {
    let keys = copy.copy.keys();
    let added = c.prepare_cached(ADD)?.execute(named_params! {
        ":entry": entry.0, ":story": placement.joins.unwrap_or(StoryId(entry.0)).0, ":at": keys.at.millis(),
        ":title": keys.title, ":runs": keys.runs, ":relation": placement.relation.as_str(),
        ":like": placement.like.map(|like| like.0), ":score": placement.score.0,
        ":evidence": write_placement(placement)?, ":reading": copy.reading,
        ":keys": packed(&keys.held), ":sketch": packed(&keys.sketch),
    })?;
    Ok(added == 1)
}

fn packed(hashes: &[i64]) -> Vec<u8> {
    pack(&hashes.iter().map(|hash| EntryId(*hash)).collect::<Vec<_>>())
}

fn unpacked(bytes: &[u8]) -> Vec<i64> {
    unpack(bytes).into_iter().map(|hash| hash.0).collect()
}

const ADD_KEY: &str = "INSERT OR IGNORE INTO story_key (key, entry_id) VALUES (:key, :entry)";

const ADD_ROW: &str = "INSERT OR IGNORE INTO story_row (row, entry_id) VALUES (:key, :entry)";

const DROP_KEY: &str = "DELETE FROM story_key WHERE key = :key AND entry_id = :entry";

const DROP_ROW: &str = "DELETE FROM story_row WHERE row = :key AND entry_id = :entry";

/// Has an entry found by these hashes.
fn index(c: &Connection, entry: EntryId, keys: &[i64], sketch: &[i64]) -> rusqlite::Result<()> {
    each(c, ADD_KEY, entry, keys)?;
    each(c, ADD_ROW, entry, sketch)
}

/// The same of an entry that was copied from another store.
pub fn index_packed(c: &Connection, entry: EntryId, keys: &[u8], sketch: &[u8]) -> rusqlite::Result<()> {
    index(c, entry, &unpacked(keys), &unpacked(sketch))
}

fn each(c: &Connection, sql: &str, entry: EntryId, hashes: &[i64]) -> rusqlite::Result<()> {
    let mut statement = c.prepare_cached(sql)?;
    for hash in hashes {
        statement.execute(named_params! { ":key": hash, ":entry": entry.0 })?;
    }
    Ok(())
}

/// What an entry of these keys may be like.
fn found(c: &Connection, entry: EntryId, keys: &StoryKeys) -> Result<FoundCopies> {
    let mut ids: BTreeSet<EntryId> = by_key(c, keys)?;
    ids.extend(likest(sharing(c, &keys.sketch)?, keys));
    ids.remove(&entry);
    let (mut found, mut decoder) = (FoundCopies::default(), Decoder::new());
    for id in ids {
        let Some(copy) = copy(c, id, keys)? else { continue };
        for wanted in [copy.entry, copy.fullest] {
            if !found.readings.contains_key(&wanted) {
                found.readings.extend(reading(c, wanted, &mut decoder)?.map(|reading| (wanted, reading)));
            }
        }
        found.copies.push(copy);
    }
    Ok(found)
}

const BY_KEY: &str = "
    SELECT k.entry_id
      FROM story_key k
      JOIN story_copy s ON s.entry_id = k.entry_id
     WHERE k.key = :key AND s.at BETWEEN :from AND :to
     ORDER BY k.entry_id DESC
     LIMIT :limit";

fn by_key(c: &Connection, keys: &StoryKeys) -> rusqlite::Result<BTreeSet<EntryId>> {
    let (mut ids, limit) = (BTreeSet::new(), i64::try_from(keys.reach.by_key).unwrap_or(i64::MAX));
    let mut statement = c.prepare_cached(BY_KEY)?;
    for (key, within) in &keys.sought {
        let found = statement.query_map(
            named_params! {
                ":key": key, ":from": keys.at.minus(*within).millis(), ":to": keys.at.plus(*within).millis(),
                ":limit": limit,
            },
            |row| Ok(EntryId(row.get(0)?)),
        )?;
        for id in found {
            ids.insert(id?);
        }
    }
    Ok(ids)
}

const BY_ROW: &str = "
    SELECT entry_id
      FROM story_row
     WHERE row = :row
     ORDER BY entry_id DESC
     LIMIT :limit";

const AT: &str = "SELECT at FROM story_copy WHERE entry_id = :entry";

/// The entries that share rows of a sketch.
fn sharing(c: &Connection, sketch: &[i64]) -> rusqlite::Result<Vec<SharesRows>> {
    let mut counted: HashMap<i64, usize> = HashMap::new();
    let mut statement = c.prepare_cached(BY_ROW)?;
    for row in sketch {
        let mut rows = statement.query(named_params! { ":row": row, ":limit": MOST_OF_ROW as i64 })?;
        while let Some(found) = rows.next()? {
            *counted.entry(found.get(0)?).or_default() += 1;
        }
    }
    let mut at = c.prepare_cached(AT)?;
    let mut shares = Vec::new();
    // One row alone is chance.
    for (entry, rows) in counted.into_iter().filter(|(_, rows)| *rows > 1) {
        let at = at.query_row(named_params! { ":entry": entry }, |row| row.get(0)).optional()?;
        shares.extend(at.map(|at| SharesRows { entry: EntryId(entry), at: Timestamp::from_millis(at), rows }));
    }
    Ok(shares)
}

const COPY: &str = "
    SELECT s.story,
           (SELECT f.entry_id
              FROM story_copy f
             WHERE f.story = s.story AND f.reading IS NOT NULL
             ORDER BY f.runs DESC, f.entry_id
             LIMIT 1) AS fullest,
           s.title <> 0 AND EXISTS (SELECT 1
                                      FROM story_key k
                                      JOIN story_copy o ON o.entry_id = k.entry_id
                                     WHERE k.key = s.title AND o.title = s.title AND o.at < s.at - :recurs) AS recurs
      FROM story_copy s
     WHERE s.entry_id = :entry AND s.reading IS NOT NULL";

fn copy(c: &Connection, entry: EntryId, keys: &StoryKeys) -> rusqlite::Result<Option<FoundCopy>> {
    let recurs = i64::try_from(keys.reach.recurs_after.as_millis()).unwrap_or(i64::MAX);
    let read = |row: &rusqlite::Row<'_>| {
        Ok(FoundCopy {
            entry,
            story: StoryId(row.get("story")?),
            fullest: EntryId(row.get("fullest")?),
            recurs: row.get("recurs")?,
        })
    };
    c.prepare_cached(COPY)?.query_row(named_params! { ":entry": entry.0, ":recurs": recurs }, read).optional()
}

const READING: &str = "SELECT reading FROM story_copy WHERE entry_id = :entry";

fn reading(c: &Connection, entry: EntryId, decoder: &mut Decoder) -> rusqlite::Result<Option<String>> {
    let read = |row: &rusqlite::Row<'_>| row.get::<_, Option<Vec<u8>>>(0);
    let stored = c.prepare_cached(READING)?.query_row(named_params! { ":entry": entry.0 }, read).optional()?;
    Ok(stored.flatten().and_then(|stored| decoder.text(&stored)))
}

const HASHES: &str = "SELECT keys, sketch FROM story_copy WHERE entry_id = :entry";

const DROP_TEXT: &str = "UPDATE story_copy SET reading = NULL, keys = x'', sketch = NULL WHERE entry_id = :entry";

/// Has an entry whose text is gone found no more; its place in its story stays.
pub fn drop_text(c: &Connection, entry: EntryId) -> rusqlite::Result<()> {
    let it = named_params! { ":entry": entry.0 };
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Option<Vec<u8>>>(1)?));
    let Some((keys, sketch)) = c.prepare_cached(HASHES)?.query_row(it, read).optional()? else { return Ok(()) };
    each(c, DROP_KEY, entry, &unpacked(&keys))?;
    each(c, DROP_ROW, entry, &unpacked(&sketch.unwrap_or_default()))?;
    c.prepare_cached(DROP_TEXT)?.execute(it).map(drop)
}

const LEAVING: &str = "
    SELECT entry_id, sketch
      FROM story_copy
     WHERE sketch IS NOT NULL AND at < :before
     ORDER BY at
     LIMIT :limit";

const LEAVE: &str = "UPDATE story_copy SET sketch = NULL WHERE entry_id = :entry";

/// See [`Stories::leave_window`](crate::store::Stories::leave_window).
pub fn leave_window(c: &Connection, before: Timestamp, limit: usize) -> Result<usize> {
    let page = named_params! { ":before": before.millis(), ":limit": i64::try_from(limit).unwrap_or(i64::MAX) };
    let mut statement = c.prepare_cached(LEAVING)?;
    let rows = statement.query_map(page, |row| Ok((EntryId(row.get(0)?), row.get::<_, Vec<u8>>(1)?)))?;
    let leaving = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    for (entry, sketch) in &leaving {
        each(c, DROP_ROW, *entry, &unpacked(sketch))?;
        c.prepare_cached(LEAVE)?.execute(named_params! { ":entry": entry.0 })?;
    }
    Ok(leaving.len())
}
