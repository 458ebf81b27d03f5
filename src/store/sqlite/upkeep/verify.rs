//! Integrity: the file's, that between tables, and that of everything that is
//! ever decoded.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use crate::model::{EntryKey, FeedId, SourceId, digest};
use crate::store::codec::{Decoder, read_evidence};
use crate::store::sqlite::file::look::{self, Idle};
use crate::store::sqlite::file::migrate;
use crate::store::sqlite::read::source_row::{broken_columns, state_columns};
use crate::store::sqlite::write::tree;
use crate::store::{Error, Result};
use crate::text::quote::in_quotes;

/// Checks the file at `path`, which may be any: a store, a copy of one, what is
/// left of one. Nothing is written, and nothing is left beside it.
///
/// # Errors
/// The machine's. What is wrong with the file is returned, not an error.
pub fn verify_file(path: &Path) -> Result<Vec<String>> {
    let name = path.display().to_string();
    let job = |c: &Connection| match migrate::check(c, &name) {
        Ok(()) => verify(c),
        // Its content cannot be looked at, its structure can.
        Err(error) => {
            let mut wrong = vec![error.to_string()];
            wrong.extend(structure(c)?);
            Ok(wrong)
        }
    };
    let checked = look::check_file(path).and_then(|()| look::steadily(path, &Idle::default(), job));
    match checked {
        Err(error @ Error::Locked(_)) => Err(error),
        Err(error) => Ok(vec![error.to_string()]),
        checked => checked,
    }
}

/// What must hold between tables; each query counts what breaks it.
const RULES: [(&str, &str); 11] = [
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
        "the figures of sources differ from what they count",
        "
        SELECT count(*) FROM figures f
         WHERE f.entries <> (SELECT coalesce(sum(entries), 0) FROM source)
            OR f.sources <> (SELECT count(*) FROM source WHERE active = 1)
            OR f.failing <> (SELECT count(*) FROM source WHERE active = 1 AND failures > 0)",
    ),
    (
        "entries share a published id",
        "
        SELECT count(*) FROM (SELECT 1 FROM entry GROUP BY published_id HAVING count(*) > 1)",
    ),
    (
        "entries without a text wait for the search index",
        "
        SELECT count(*) FROM unindexed q WHERE NOT EXISTS (SELECT 1 FROM text t WHERE t.entry_id = q.entry_id)",
    ),
    (
        "revisions are missing or doubled",
        "
        SELECT count(*) FROM text t JOIN entry e ON e.id = t.entry_id
         WHERE e.revisions <> 1 + (SELECT count(*) FROM revision r WHERE r.entry_id = e.id)",
    ),
    (
        "feeds say that nothing ever changed in them, and have entries",
        "
        SELECT count(*) FROM feed WHERE entries > 0 AND (updated_at IS NULL OR changed_at IS NULL)",
    ),
    (
        "changes are of feeds that are not there",
        "
        SELECT count(*) FROM change c WHERE NOT EXISTS (SELECT 1 FROM feed f WHERE f.no = c.feed_no)",
    ),
    (
        "texts are not in the search index; build it anew with: wiredesk store reindex",
        "
        SELECT count(*) FROM text t
         WHERE NOT EXISTS (SELECT 1 FROM unindexed q WHERE q.entry_id = t.entry_id)
           AND NOT EXISTS (SELECT 1 FROM search_docsize d WHERE d.id = t.entry_id)",
    ),
    (
        "texts without words in the search index, so that every search reads them; build it anew with: wiredesk store reindex",
        "
        SELECT count(*) FROM search WHERE search MATCH '\"\u{f8ff}aside\"'",
    ),
    (
        "the search index holds entries without a text; build it anew with: wiredesk store reindex",
        "
        SELECT count(*) FROM search_docsize d WHERE NOT EXISTS (SELECT 1 FROM text t WHERE t.entry_id = d.id)",
    ),
];

/// See [`Upkeep::verify`](crate::store::Upkeep::verify).
pub fn verify(c: &Connection) -> Result<Vec<String>> {
    let mut wrong = structure(c)?;
    for (what, query) in RULES {
        match c.query_row(query, [], |r| r.get::<_, i64>(0)) {
            Ok(0) => {}
            Ok(broken) => wrong.push(format!("{what} ({broken} times)")),
            Err(error) => wrong.push(format!("{what}: cannot be told: {error}")),
        }
    }
    let mut eyes = Eyes { c, decoder: Decoder::new(), trees: trees(c)? };
    for look in LOOKS {
        look.at(c, &mut eyes, &mut wrong)?;
    }
    Ok(wrong)
}

/// What SQLite itself finds wrong. It looks into the search index, too.
fn structure(c: &Connection) -> Result<Vec<String>> {
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
        Ok(wrong)
    };
    let mut wrong = match run() {
        Ok(wrong) => wrong,
        // It stops where it cannot go on; what is decoded is looked at all the same.
        Err(error) => match error.into() {
            error @ Error::Locked(_) => return Err(error),
            // Lengths that damage made up in the index ask for more memory than there is.
            error @ Error::Database(_) => vec![format!("the check broke off, as on a damaged search index: {error}")],
            error => vec![error.to_string()],
        },
    };
    for line in &mut wrong {
        if line.contains("fts5") || line.contains("search") {
            line.push_str("; build the search index anew with: wiredesk store reindex");
        }
    }
    Ok(wrong)
}

/// A look at each row of a query: its first column says in words which it is,
/// the others are what it is about.
struct SourceLook {
    query: &'static str,
    check: fn(&Row<'_>, &mut Eyes<'_>) -> Result<()>,
}

/// What looks need beside the row.
struct Eyes<'c> {
    c: &'c Connection,
    decoder: Decoder,
    /// The expressions of filters that decisions refer to, as they are stored.
    trees: HashMap<i64, String>,
}

/// Everything that is decoded when the store is read.
const LOOKS: [SourceLook; 8] = [
    SourceLook {
        query: "
        SELECT 'entry ' || e.id || ' of ' || s.id, t.body, e.key
          FROM text t JOIN entry e ON e.id = t.entry_id JOIN source s ON s.no = e.source_no",
        check: text,
    },
    SourceLook {
        query: "
        SELECT 'version ' || r.number || ' of entry ' || e.id || ' of ' || s.id, r.body, e.key
          FROM revision r JOIN entry e ON e.id = r.entry_id JOIN source s ON s.no = e.source_no",
        check: text,
    },
    SourceLook {
        query: "
        SELECT 'entry ' || e.id || ' of ' || s.id, e.key, e.published_id, e.published_id_hash
          FROM entry e JOIN source s ON s.no = e.source_no",
        check: entry_row,
    },
    SourceLook {
        query: "
        SELECT 'decision of ' || f.id || ' about entry ' || r.entry_id, r.evidence
          FROM route r JOIN feed f ON f.no = r.feed_no",
        check: evidence,
    },
    SourceLook { query: "SELECT 'tree ' || hash, parts FROM tree", check: tree_row },
    SourceLook { query: concat!("SELECT 'source ' || id, ", state_columns!(), " FROM source"), check: source },
    SourceLook { query: "SELECT 'feed ' || id, id FROM feed", check: feed },
    SourceLook { query: "SELECT 'rematch ' || name, name, decided_by FROM rematch", check: rematch },
];

impl SourceLook {
    fn at(&self, c: &Connection, eyes: &mut Eyes<'_>, wrong: &mut Vec<String>) -> Result<()> {
        let mut statement = c.prepare(self.query)?;
        let mut rows = statement.query([])?;
        loop {
            match rows.next() {
                Ok(None) => return Ok(()),
                Ok(Some(row)) => {
                    if let Err(error) = (self.check)(row, eyes) {
                        let which = row.get_ref(0).map(words).unwrap_or_default();
                        // That the store is damaged is what all of this says.
                        let said = match error {
                            Error::Corrupt(said) => said,
                            other => other.to_string(),
                        };
                        wrong.push(format!("{which}: {said}"));
                    }
                }
                // A page of the table cannot be read: the rest of it is not seen.
                Err(error) => {
                    wrong.push(format!("not all could be looked at: {error}"));
                    return Ok(());
                }
            }
        }
    }
}

fn words(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Null => "nothing".to_owned(),
    }
}

fn damaged(error: &rusqlite::Error) -> Error {
    Error::Corrupt(error.to_string())
}

fn text(row: &Row<'_>, eyes: &mut Eyes<'_>) -> Result<()> {
    let key: [u8; 16] = row.get(2).map_err(|e| damaged(&e))?;
    let body = row.get_ref(1).map_err(|e| damaged(&e))?;
    eyes.decoder.stored(body.as_blob().map_err(|e| Error::Corrupt(e.to_string()))?, EntryKey(key)).map(drop)
}

fn entry_row(row: &Row<'_>, _: &mut Eyes<'_>) -> Result<()> {
    let read = || Ok((row.get::<_, [u8; 16]>(1)?, row.get::<_, String>(2)?, row.get::<_, i64>(3)?));
    let (_, id, hash) = read().map_err(|e| damaged(&e))?;
    if digest(&id) == hash {
        return Ok(());
    }
    Err(Error::Corrupt(format!("its published id {} is not the one that was minted", in_quotes(&id))))
}

fn evidence(row: &Row<'_>, eyes: &mut Eyes<'_>) -> Result<()> {
    let evidence: String = row.get(1).map_err(|e| damaged(&e))?;
    let missing = || Error::Corrupt("what its filter looks like is not stored".to_owned());
    let feed = FeedId::new("any").map_err(|e| Error::Corrupt(e.to_string()))?;
    let known = |hash| match eyes.trees.get(&hash) {
        Some(parts) => Ok(Some(parts.clone())),
        // It may have been stored since the look began.
        None => tree::find(eyes.c, hash)?.ok_or_else(missing).map(Some),
    };
    read_evidence(&evidence, feed, false, known).map(drop)
}

const TREES: &str = "SELECT hash, parts FROM tree";

fn trees(c: &Connection) -> Result<HashMap<i64, String>> {
    let mut statement = c.prepare(TREES)?;
    let mut rows = statement.query([])?;
    let mut trees = HashMap::new();
    // One that cannot be read is named by the look at itself.
    while let Ok(Some(row)) = rows.next() {
        if let (Ok(hash), Ok(parts)) = (row.get(0), row.get(1)) {
            trees.insert(hash, parts);
        }
    }
    Ok(trees)
}

fn tree_row(row: &Row<'_>, _: &mut Eyes<'_>) -> Result<()> {
    let parts: String = row.get(1).map_err(|e| damaged(&e))?;
    let read: std::result::Result<Vec<(u16, String)>, _> = serde_json::from_str(&parts);
    read.map(drop).map_err(|e| Error::Corrupt(e.to_string()))
}

fn source(row: &Row<'_>, _: &mut Eyes<'_>) -> Result<()> {
    let id: String = row.get(1).map_err(|e| damaged(&e))?;
    SourceId::new(&id).map_err(|e| Error::Corrupt(e.to_string()))?;
    let broken = broken_columns(row, 1);
    if broken.is_empty() {
        return Ok(());
    }
    Err(Error::Corrupt(format!(
        "its {} cannot be read; the source is read anew when it is polled next",
        broken.join(", its ")
    )))
}

fn feed(row: &Row<'_>, _: &mut Eyes<'_>) -> Result<()> {
    let id: String = row.get(1).map_err(|e| damaged(&e))?;
    FeedId::new(&id).map(drop).map_err(|e| Error::Corrupt(e.to_string()))
}

fn rematch(row: &Row<'_>, _: &mut Eyes<'_>) -> Result<()> {
    let read = || Ok((row.get::<_, String>(1)?, row.get::<_, String>(2)?));
    read().map(drop).map_err(|e| damaged(&e))
}
