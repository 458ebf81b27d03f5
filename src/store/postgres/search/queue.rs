//! Texts that wait for the search index, and words that enter it.

use std::collections::HashMap;

use super::words::{vector, without_words};
use crate::model::{Entry, EntryId};
use crate::store::codec::{Decoder, whole};
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::postgres::read::row::{self, number};
use crate::store::{PORTION, Result, TextHash, Unindexed, Words};

/// Texts are compressed, so those that are sent are few enough by far.
const WAITING: &str = "
    WITH page AS MATERIALIZED (
        SELECT q.entry_id
          FROM unindexed q
         WHERE q.entry_id > $1::bigint
         ORDER BY q.entry_id
         LIMIT $2::bigint
    ), sized AS (
        SELECT e.id, e.key, t.version, t.body, octet_length(t.body) AS size_bytes,
               sum(octet_length(t.body)) OVER (ORDER BY e.id) AS bytes_so_far
          FROM page q
          JOIN entry e ON e.id = q.entry_id
          JOIN text t ON t.entry_id = e.id AND t.seen_at = e.text_at
    )
    SELECT id, key, version, body
      FROM sized
     WHERE bytes_so_far - size_bytes < $3::bigint
     ORDER BY id";

/// See [`Index::waiting`](crate::store::Index::waiting).
pub async fn waiting(tx: &Tx, after: Option<EntryId>, limit: usize) -> Result<Vec<Unindexed>> {
    let (after, limit, portion) = (after.map_or(0, |id| id.0), number(limit), PORTION.cast_signed());
    let mut decoder = Decoder::new();
    let (mut found, mut bytes) = (Vec::new(), 0);
    for r in &tx.rows(WAITING, &[after.param(), limit.param(), portion.param()]).await? {
        if bytes >= PORTION {
            break;
        }
        let id = column(r, "id")?;
        let key = row::key(r, id);
        // A damaged text is gone past once, not at every pass.
        let entry = whole(id, decoder.stored(column(r, "body")?, key))?.unwrap_or_else(|| Entry::new(key).into());
        let version = TextHash(column::<i64>(r, "version")?.cast_unsigned());
        bytes += entry.size_bytes();
        found.push(Unindexed { id: EntryId(id), entry, version });
    }
    Ok(found)
}

/// Words as the server reads them.
pub struct PreparedWords {
    entry: EntryId,
    version: TextHash,
    vector: String,
}

/// Makes words ready for the server, before a connection is taken.
pub fn prepare(words: &[Words]) -> Vec<PreparedWords> {
    let one = |w: &Words| PreparedWords { entry: w.entry, version: w.version, vector: vector(&w.words, w.entry) };
    words.iter().map(one).collect()
}

/// What stands in the index for a text that is set aside.
pub fn aside(entry: EntryId, version: TextHash) -> Vec<PreparedWords> {
    vec![PreparedWords { entry, version, vector: without_words(entry) }]
}

/// Entries that somebody writes now go on waiting: nobody waits for them here.
const FREE: &str = "
    SELECT id
      FROM entry
     WHERE id = ANY($1::bigint[])
     ORDER BY id
       FOR NO KEY UPDATE SKIP LOCKED";

const VERSIONS: &str = "
    SELECT e.id, e.text_at, t.version
      FROM entry e
      LEFT JOIN text t ON t.entry_id = e.id AND t.seen_at = e.text_at
     WHERE e.id = ANY($1::bigint[])";

const DROP_WORDS: &str = "DELETE FROM search WHERE entry_id = ANY($1::bigint[])";

const INDEXED: &str = "DELETE FROM unindexed WHERE entry_id = ANY($1::bigint[])";

const ADD_WORDS: &str = "
    INSERT INTO search (entry_id, seen_at, words)
    SELECT q.id, q.at, q.words::tsvector
      FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS q (id, at, words)";

/// See [`Index::index`](crate::store::Index::index).
pub async fn index(tx: &Tx, words: &[PreparedWords]) -> Result<()> {
    let ids: Vec<i64> = words.iter().map(|w| w.entry.0).collect();
    let free = tx.rows(FREE, &[ids.param()]).await?;
    let free = free.iter().map(|row| column(row, "id")).collect::<Result<Vec<i64>>>()?;
    let mut current = HashMap::new();
    for row in &tx.rows(VERSIONS, &[free.param()]).await? {
        let version = column::<Option<i64>>(row, "version")?.map(|version| TextHash(version.cast_unsigned()));
        current.insert(column::<i64>(row, "id")?, (column::<i64>(row, "text_at")?, version));
    }
    let mut done = Vec::new();
    let (mut added, mut seen_at, mut vectors) = (Vec::new(), Vec::new(), Vec::new());
    for w in words {
        let Some((at, version)) = current.remove(&w.entry.0) else { continue };
        // A newer text waits for words of its own, which take the place of older ones.
        if version.is_some_and(|version| version != w.version) {
            continue;
        }
        done.push(w.entry.0);
        if version.is_some() {
            added.push(w.entry.0);
            seen_at.push(at);
            vectors.push(SqlText(&w.vector));
        }
    }
    let (done, rows) = ([done.param()], [added.param(), seen_at.param(), vectors.param()]);
    tokio::try_join!(
        biased;
        tx.rows(DROP_WORDS, &done), tx.rows(INDEXED, &done), tx.rows(ADD_WORDS, &rows)
    )
    .map(drop)
}
