//! Looks at all that is decoded when the store is read, a page of rows at a time.

use std::collections::HashMap;

use tokio_postgres::Row;
use xxhash_rust::xxh3::xxh3_64;

use crate::model::{EntryKey, FeedId, SourceId, digest};
use crate::store::codec::{Decoder, read_evidence};
use crate::store::postgres::link::run::Session;
use crate::store::postgres::link::tx::{Typed, column};
use crate::store::postgres::read::source_row::broken_columns;
use crate::store::{Error, Result};
use crate::text::quote::in_quotes;

/// Rows that are asked for at once; of entries, with all that belongs to them.
const PAGE: i64 = 200;

const ENTRIES: &str = "SELECT id AS no FROM entry WHERE id > $1::bigint ORDER BY id LIMIT $2::bigint";

const TREES: &str = "SELECT hash AS no FROM tree WHERE hash > $1::bigint ORDER BY hash LIMIT $2::bigint";

const SOURCES: &str = "SELECT no FROM source WHERE no > $1::bigint ORDER BY no LIMIT $2::bigint";

const FEEDS: &str = "SELECT no FROM feed WHERE no > $1::bigint ORDER BY no LIMIT $2::bigint";

const TEXTS: &str = "
    SELECT 'entry ' || e.id || ' of ' || o.id AS which, t.body, t.version, e.key
      FROM entry e
      JOIN source o ON o.no = e.source_no
      JOIN text t ON t.entry_id = e.id
     WHERE e.id = ANY($1::bigint[])";

const REVISIONS: &str = "
    SELECT 'version ' || r.number || ' of entry ' || e.id || ' of ' || o.id AS which, r.body, NULL::bigint AS version,
           e.key
      FROM entry e
      JOIN source o ON o.no = e.source_no
      JOIN revision r ON r.entry_id = e.id
     WHERE e.id = ANY($1::bigint[])";

const IDENTITIES: &str = "
    SELECT 'entry ' || e.id || ' of ' || o.id AS which, e.key, e.published_id, e.published_id_hash
      FROM entry e
      JOIN source o ON o.no = e.source_no
     WHERE e.id = ANY($1::bigint[])";

const DECISIONS: &str = "
    SELECT 'decision of ' || f.id || ' about entry ' || r.entry_id AS which, r.evidence
      FROM route r
      JOIN feed f ON f.no = r.feed_no
     WHERE r.entry_id = ANY($1::bigint[])";

const TREE_PARTS: &str = "SELECT 'tree ' || hash AS which, hash, parts FROM tree WHERE hash = ANY($1::bigint[])";

const SOURCE_ROWS: &str = "
    SELECT 'source ' || o.id AS which, o.*, s.next_poll_at, s.because
      FROM source o
      JOIN schedule s ON s.source_no = o.no
     WHERE o.no = ANY($1::bigint[])";

const FEED_ROWS: &str = "SELECT 'feed ' || id AS which, id FROM feed WHERE no = ANY($1::bigint[])";

/// A look at each row of a query, which takes the keys of a page; the column `which` says in
/// words what it is about.
struct RowsLook {
    query: &'static str,
    check: fn(&Row, &mut LookAids) -> Result<()>,
}

/// Trees come first: decisions refer to them.
const LOOKS: [(&str, &[RowsLook]); 4] = [
    (TREES, &[RowsLook { query: TREE_PARTS, check: tree }]),
    (
        ENTRIES,
        &[
            RowsLook { query: TEXTS, check: text },
            RowsLook { query: REVISIONS, check: text },
            RowsLook { query: IDENTITIES, check: identity },
            RowsLook { query: DECISIONS, check: decision },
        ],
    ),
    (SOURCES, &[RowsLook { query: SOURCE_ROWS, check: source }]),
    (FEEDS, &[RowsLook { query: FEED_ROWS, check: feed }]),
];

/// What looks need beside the row.
struct LookAids {
    decoder: Decoder,
    /// The expressions of filters that decisions refer to, as they are stored.
    trees: HashMap<i64, String>,
}

/// Looks at everything, and adds what is wrong.
pub async fn all(session: &Session, wrong: &mut Vec<String>) -> Result<()> {
    let mut eyes = LookAids { decoder: Decoder::new(), trees: HashMap::new() };
    for (keys, looks) in LOOKS {
        let mut after = i64::MIN;
        loop {
            let page = match page(session, keys, after).await {
                Err(error) if is_of_the_way(&error) => return Err(error),
                Err(error) => {
                    wrong.push(format!("not all could be looked at: {error}"));
                    break;
                }
                Ok(page) => page,
            };
            let Some(last) = page.last().copied() else { break };
            for look in looks {
                look.at(session, &page, &mut eyes, wrong).await?;
            }
            after = last;
        }
    }
    Ok(())
}

/// Whether an error is about the way to the store, and says nothing of what lies there.
pub fn is_of_the_way(error: &Error) -> bool {
    matches!(error, Error::Away(_) | Error::Locked(_) | Error::Gone(_) | Error::Unusable(_))
}

async fn page(session: &Session, keys: &'static str, after: i64) -> Result<Vec<i64>> {
    let reading = session.survey(&(), move |tx, ()| {
        Box::pin(async move {
            let rows = tx.rows(keys, &[after.param(), PAGE.param()]).await?;
            rows.iter().map(|row| column(row, "no")).collect()
        })
    });
    reading.await
}

async fn rows(session: &Session, query: &'static str, keys: &Vec<i64>) -> Result<Vec<Row>> {
    session.survey(keys, move |tx, keys| Box::pin(async move { tx.rows(query, &[keys.param()]).await })).await
}

impl RowsLook {
    async fn at(&self, session: &Session, page: &Vec<i64>, eyes: &mut LookAids, wrong: &mut Vec<String>) -> Result<()> {
        let found = match rows(session, self.query, page).await {
            Err(error) if is_of_the_way(&error) => return Err(error),
            // A page of the table cannot be read: rows on others are looked at all the same.
            Err(error) => {
                let (first, last) = (page.first().copied().unwrap_or(0), page.last().copied().unwrap_or(0));
                wrong.push(format!("what belongs to the numbers {first} to {last} cannot be read: {error}"));
                return Ok(());
            }
            Ok(found) => found,
        };
        let mut broken = self.broken(&found, eyes);
        if !broken.is_empty() && self.query == DECISIONS {
            // Trees may have been stored since they were looked at.
            refresh(session, eyes).await?;
            broken = self.broken(&found, eyes);
        }
        wrong.extend(broken);
        Ok(())
    }

    fn broken(&self, rows: &[Row], eyes: &mut LookAids) -> Vec<String> {
        let mut broken = Vec::new();
        for row in rows {
            if let Err(error) = (self.check)(row, eyes) {
                let which: String = column(row, "which").unwrap_or_default();
                // That the store is damaged is what all of this says.
                let said = match error {
                    Error::Corrupt(said) => said,
                    other => other.to_string(),
                };
                broken.push(format!("{which}: {said}"));
            }
        }
        broken
    }
}

const ALL_TREES: &str = "SELECT hash, parts FROM tree";

async fn refresh(session: &Session, eyes: &mut LookAids) -> Result<()> {
    let rows = session.survey(&(), |tx, ()| Box::pin(async move { tx.rows(ALL_TREES, &[]).await })).await?;
    for row in &rows {
        eyes.trees.insert(column(row, "hash")?, column(row, "parts")?);
    }
    Ok(())
}

fn key(row: &Row) -> Result<EntryKey> {
    let key: &[u8] = column(row, "key")?;
    let key = <[u8; 16]>::try_from(key).map_err(|_| Error::Corrupt(format!("its key has {} bytes", key.len())))?;
    Ok(EntryKey(key))
}

fn text(row: &Row, eyes: &mut LookAids) -> Result<()> {
    let body: &[u8] = column(row, "body")?;
    eyes.decoder.stored(body, key(row)?)?;
    let version: Option<i64> = column(row, "version")?;
    match version.is_none_or(|version| version.cast_unsigned() == xxh3_64(body)) {
        true => Ok(()),
        false => Err(Error::Corrupt("its text is not the one that its hash is of".to_owned())),
    }
}

fn identity(row: &Row, _: &mut LookAids) -> Result<()> {
    key(row)?;
    let (id, hash): (String, i64) = (column(row, "published_id")?, column(row, "published_id_hash")?);
    if digest(&id) == hash {
        return Ok(());
    }
    Err(Error::Corrupt(format!("its published id {} is not the one that was minted", in_quotes(&id))))
}

fn decision(row: &Row, eyes: &mut LookAids) -> Result<()> {
    let evidence: String = column(row, "evidence")?;
    let missing = || Error::Corrupt("what its filter looks like is not stored".to_owned());
    let feed = FeedId::new("any").map_err(|e| Error::Corrupt(e.to_string()))?;
    let known = |hash| eyes.trees.get(&hash).cloned().ok_or_else(missing).map(Some);
    read_evidence(&evidence, feed, false, known).map(drop)
}

fn tree(row: &Row, eyes: &mut LookAids) -> Result<()> {
    let (hash, parts): (i64, String) = (column(row, "hash")?, column(row, "parts")?);
    let read: std::result::Result<Vec<(u16, String)>, _> = serde_json::from_str(&parts);
    eyes.trees.insert(hash, parts);
    read.map(drop).map_err(|e| Error::Corrupt(e.to_string()))
}

fn source(row: &Row, _: &mut LookAids) -> Result<()> {
    let id: String = column(row, "id")?;
    SourceId::new(&id).map_err(|e| Error::Corrupt(e.to_string()))?;
    let broken = broken_columns(row);
    if broken.is_empty() {
        return Ok(());
    }
    Err(Error::Corrupt(format!(
        "its {} cannot be read; the source is read anew when it is polled next",
        broken.join(", its ")
    )))
}

fn feed(row: &Row, _: &mut LookAids) -> Result<()> {
    let id: String = column(row, "id")?;
    FeedId::new(&id).map(drop).map_err(|e| Error::Corrupt(e.to_string()))
}
