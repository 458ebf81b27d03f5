//! Retention, backup, integrity.

use std::collections::HashSet;
use std::path::Path;

use rusqlite::{Connection, params};

use super::row::{database, unpack};
use crate::clock::Timestamp;
use crate::model::{EntryId, EntryKey};
use crate::store::codec::Decoder;
use crate::store::{Error, Result};

const OLD_TEXTS: &str = "
    SELECT e.id
      FROM text t JOIN entry e ON e.id = t.entry_id
     WHERE t.seen_at < ?1 AND e.first_seen_at < ?1
     ORDER BY t.entry_id
     LIMIT ?2";

/// Polls are remembered as long as texts are, yet no longer than this by a time
/// that is believed; the latest of each source stays.
const POLLS_MS: i64 = 30 * 86_400_000;

const OLD_POLLS: &str = "
    DELETE FROM poll
     WHERE last_at < max(?1, coalesce(min((SELECT max(last_poll_at) FROM source),
                                          (SELECT believed_at FROM desk_clock)), 0) - ?2)
       AND id NOT IN (SELECT last_run FROM source WHERE last_run IS NOT NULL)";

/// See [`Store::prune`](crate::store::Store::prune).
pub fn prune(c: &Connection, before: Timestamp, limit: usize) -> Result<usize> {
    let run = || -> rusqlite::Result<usize> {
        let listed = listed(c)?;
        // Listed ones stay and would be met again and again: look past them.
        let reach = i64::try_from(limit.saturating_add(listed.len())).unwrap_or(i64::MAX);
        let old: Vec<i64> = c
            .prepare_cached(OLD_TEXTS)?
            .query_map(params![before.millis(), reach], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut pruned = 0;
        for id in old.into_iter().filter(|id| !listed.contains(&EntryId(*id))).take(limit) {
            for query in [
                "DELETE FROM text WHERE entry_id = ?1",
                "DELETE FROM revision WHERE entry_id = ?1",
                "DELETE FROM reindex WHERE entry_id = ?1",
                "DELETE FROM article WHERE entry_id = ?1",
                "DELETE FROM search WHERE rowid = ?1",
            ] {
                c.prepare_cached(query)?.execute([id])?;
            }
            pruned += 1;
        }
        c.prepare_cached(OLD_POLLS)?.execute([before.millis(), POLLS_MS])?;
        Ok(pruned)
    };
    run().map_err(|e| database(&e))
}

/// Entries that some source's last document listed.
fn listed(c: &Connection) -> rusqlite::Result<HashSet<EntryId>> {
    let mut listed = HashSet::new();
    let mut statement = c.prepare_cached("SELECT window FROM source WHERE window IS NOT NULL AND active = 1")?;
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        listed.extend(unpack(r.get_ref(0)?.as_blob().unwrap_or_default()));
    }
    Ok(listed)
}

/// See [`Store::backup`](crate::store::Store::backup). `VACUUM INTO` reads one
/// snapshot and does not keep the writer waiting.
pub fn backup(c: &Connection, to: &Path) -> Result<u64> {
    let named = |why: String| Error::Unusable(format!("backup to {}: {why}", to.display()));
    if to.exists() {
        return Err(named("the file exists; name another".to_owned()));
    }
    let text = to.to_str().ok_or_else(|| named("the name is not UTF-8".to_owned()))?;
    c.pragma_update(None, "query_only", false).map_err(|e| database(&e))?;
    let done = c.execute("VACUUM INTO ?1", [text]);
    c.pragma_update(None, "query_only", true).map_err(|e| database(&e))?;
    done.map_err(|e| named(database(&e).to_string()))?;
    let file = std::fs::File::open(to).map_err(|e| named(e.to_string()))?;
    file.sync_all().map_err(|e| named(e.to_string()))?;
    file.metadata().map(|m| m.len()).map_err(|e| named(e.to_string()))
}

/// What must hold between tables; each query counts what breaks it.
const RULES: [(&str, &str); 5] = [
    (
        "entries admitted to a feed differ from its count",
        "
        SELECT count(*) FROM feed f
         WHERE f.entries <> (SELECT count(*) FROM route r WHERE r.feed_no = f.no AND r.admitted = 1)",
    ),
    (
        "entries of a source differ from its count",
        "
        SELECT count(*) FROM source s
         WHERE s.entries <> (SELECT count(*) FROM entry e WHERE e.source_no = s.no)",
    ),
    (
        "entries share a published id",
        "
        SELECT count(*) FROM (SELECT 1 FROM entry GROUP BY published_id HAVING count(*) > 1)",
    ),
    (
        "the index is ahead of the entries",
        "
        SELECT count(*) FROM index_state WHERE indexed_to > (SELECT coalesce(max(id), 0) FROM entry)",
    ),
    (
        "revisions are missing or doubled",
        "
        SELECT count(*) FROM text t JOIN entry e ON e.id = t.entry_id
         WHERE e.revisions <> 1 + (SELECT count(*) FROM revision r WHERE r.entry_id = e.id)",
    ),
];

/// See [`Store::verify`](crate::store::Store::verify). `integrity_check` looks
/// into the search index too.
pub fn verify(c: &Connection) -> Result<Vec<String>> {
    let run = || -> rusqlite::Result<Vec<String>> {
        let mut wrong: Vec<String> = c
            .prepare("PRAGMA integrity_check")?
            .query_map([], |r| r.get::<_, String>(0))?
            .collect::<rusqlite::Result<_>>()?;
        wrong.retain(|line| line != "ok");
        let orphans: usize = c.prepare("PRAGMA foreign_key_check")?.query_map([], |_| Ok(()))?.count();
        if orphans > 0 {
            wrong.push(format!("{orphans} rows refer to rows that are not there"));
        }
        for (what, query) in RULES {
            let broken: i64 = c.query_row(query, [], |r| r.get(0))?;
            if broken > 0 {
                wrong.push(format!("{what} ({broken} times)"));
            }
        }
        Ok(wrong)
    };
    let mut wrong = run().map_err(|e| database(&e))?;
    wrong.extend(damaged(c).map_err(|e| database(&e))?);
    Ok(wrong)
}

/// Texts that cannot be decoded, each with its entry's number and source.
fn damaged(c: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut decoder = Decoder::new();
    let mut wrong = Vec::new();
    let mut texts = c.prepare(
        "SELECT t.entry_id, e.key, t.body, s.id
           FROM text t JOIN entry e ON e.id = t.entry_id JOIN source s ON s.no = e.source_no",
    )?;
    let mut rows = texts.query([])?;
    while let Some(row) = rows.next()? {
        let (id, key, source): (i64, [u8; 16], String) = (row.get(0)?, row.get(1)?, row.get(3)?);
        let body = row.get_ref(2)?.as_blob().unwrap_or_default();
        if let Err(error) = decoder.entry(body, EntryKey(key)) {
            wrong.push(format!("entry {id} of {source}: {error}"));
        }
    }
    Ok(wrong)
}
