//! The past as a whole: entry by entry, newest first, with their texts.

use tokio_postgres::Row;

use super::published::reading;
use super::row::{TEXTS_AT_ONCE, instant, key, number};
use crate::limits::PAGE_TEXTS;
use crate::model::{EntryId, bounds};
use crate::store::codec::{Decoder, source_id, whole};
use crate::store::postgres::link::tx::{Tx, Typed, column};
use crate::store::{Error, Kept, Result, TextHash};

/// A page of texts. One that its entry no longer has for its own comes without the entry.
pub const HISTORY: &str = "
    WITH page AS MATERIALIZED (
        SELECT entry_id, seen_at, version, body
          FROM text
         WHERE entry_id < $1::bigint
         ORDER BY entry_id DESC
         LIMIT $2::bigint
    )
    SELECT t.entry_id, e.id, o.id AS source, e.key, e.first_seen_at, t.version, t.body,
           n.version AS read_version, n.edition AS read_edition, n.reading
      FROM page t
      LEFT JOIN entry e ON e.id = t.entry_id AND e.text_at = t.seen_at
      LEFT JOIN source o ON o.no = e.source_no
      LEFT JOIN newswire n ON n.entry_id = e.id
     ORDER BY t.entry_id DESC";

/// See [`Past::history`](crate::store::Past::history).
pub async fn history(tx: &Tx, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>> {
    let mut before = before.map_or(i64::MAX, |id| id.0);
    let (mut reader, mut found) = (KeptReader::new(), Vec::new());
    while found.len() < limit && reader.weight <= PAGE_TEXTS.count() {
        let texts = (limit - found.len()).min(TEXTS_AT_ONCE);
        let rows = tx.rows(HISTORY, &[before.param(), number(texts).param()]).await?;
        for row in &rows {
            found.extend(reader.kept(row)?);
            if reader.weight > PAGE_TEXTS.count() {
                break;
            }
        }
        match rows.last() {
            Some(last) if rows.len() == texts => before = column(last, "entry_id")?,
            _ => break,
        }
    }
    Ok(found)
}

const KEPT: &str = "
    SELECT e.id, o.id AS source, e.key, e.first_seen_at, t.version, t.body,
           n.version AS read_version, n.edition AS read_edition, n.reading
      FROM unnest($1::bigint[]) WITH ORDINALITY AS q (id, nth)
      JOIN entry e ON e.id = q.id
      JOIN source o ON o.no = e.source_no
      JOIN text t ON t.entry_id = e.id AND t.seen_at = e.text_at
      LEFT JOIN newswire n ON n.entry_id = e.id
     ORDER BY q.nth";

/// See [`Entries::kept`](crate::store::Entries::kept).
pub async fn kept(tx: &Tx, entries: &[EntryId]) -> Result<Vec<Kept>> {
    let (mut reader, mut found) = (KeptReader::new(), Vec::with_capacity(entries.len()));
    for some in entries.chunks(TEXTS_AT_ONCE) {
        let ids: Vec<i64> = some.iter().map(|id| id.0).collect();
        for row in tx.rows(KEPT, &[ids.param()]).await? {
            found.extend(reader.kept(&row)?);
        }
    }
    Ok(found)
}

/// Decodes stored entries.
pub struct KeptReader {
    decoder: Decoder,
    /// Bytes of the entries read so far.
    pub weight: usize,
}

impl KeptReader {
    /// One that has read nothing yet.
    pub fn new() -> KeptReader {
        KeptReader { decoder: Decoder::new(), weight: 0 }
    }

    /// The entry of a row with the columns `id`, `source`, its name, `key`,
    /// `first_seen_at`, `version`, `body` and those of [`reading`]; `None` where it is damaged, or its source
    /// is: whose name is damaged is nobody's until its source is configured again.
    ///
    /// # Errors
    /// The database's.
    pub fn kept(&mut self, row: &Row) -> Result<Option<Kept>> {
        match self.read(row) {
            Err(Error::Corrupt(error)) => {
                tracing::warn!(error, "a damaged entry is gone past");
                Ok(None)
            }
            read => read,
        }
    }

    fn read(&mut self, row: &Row) -> Result<Option<Kept>> {
        let (Some(id), Some(source)) = (column(row, "id")?, column::<Option<&str>>(row, "source")?) else {
            return Ok(None);
        };
        let (source, first_seen_at) = (source_id(source)?, instant(row, "first_seen_at")?);
        let version = TextHash(column::<i64>(row, "version")?.cast_unsigned());
        let text = self.decoder.with_reading(column(row, "body")?, key(row, id), reading(row)?);
        let Some(entry) = whole(id, text)? else { return Ok(None) };
        self.weight += bounds::stored_weight(&entry);
        Ok(Some(Kept { id: EntryId(id), source, first_seen_at, entry, version }))
    }
}
