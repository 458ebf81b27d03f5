//! Rows of published entries.

use tokio_postgres::Row;

use super::row::{TEXTS_AT_ONCE, count, instant, key};
use crate::model::{EntryId, Published};
use crate::store::Result;
use crate::store::codec::{PublishedRow, Reader, ReadingRow};
use crate::store::postgres::link::tx::{Tx, Typed, column};

/// An entry as a row has it: columns of `entry`, `source`, the source's name, and
/// `carrier`; `body`, its text; `sort_at`, the place in the order, and `evidence`, a route's.
///
/// # Errors
/// [`Error::Corrupt`](crate::store::Error::Corrupt) when its identity is damaged.
pub fn published_row(row: &Row) -> Result<PublishedRow<'_>> {
    let id = column(row, "id")?;
    Ok(PublishedRow {
        entry: EntryId(id),
        key: key(row, id),
        published_id: column(row, "published_id")?,
        published_id_hash: column(row, "published_id_hash")?,
        first_seen_at: instant(row, "first_seen_at")?,
        updated_at: instant(row, "updated_at")?,
        revisions: count(row, "revisions")?,
        source: column(row, "source")?,
        sort_at: instant(row, "sort_at")?,
        body: column(row, "body"),
        reading: reading(row)?,
        carrier: column(row, "carrier"),
        evidence: column(row, "evidence"),
    })
}

/// What was read of an entry, in the columns `read_version`, `read_edition` and `reading` of
/// `newswire`.
///
/// # Errors
/// The database's.
pub fn reading(row: &Row) -> Result<Option<ReadingRow<'_>>> {
    let Some(version) = column(row, "read_version")? else { return Ok(None) };
    Ok(Some(ReadingRow { version, edition: column(row, "read_edition")?, bytes: column(row, "reading")? }))
}

const PUBLISHED: &str = "
    SELECT e.id, e.key, e.published_id, e.published_id_hash, e.first_seen_at, e.updated_at, e.revisions,
           o.id AS source, o.carrier, t.body, n.version AS read_version, n.edition AS read_edition, n.reading,
           e.first_seen_at AS sort_at, NULL::text AS evidence
      FROM unnest($1::bigint[]) WITH ORDINALITY AS q (id, nth)
      JOIN entry e ON e.id = q.id
      JOIN source o ON o.no = e.source_no
      JOIN text t ON t.entry_id = e.id AND t.seen_at = e.text_at
      LEFT JOIN newswire n ON n.entry_id = e.id
     ORDER BY q.nth";

/// See [`Entries::published`](crate::store::Entries::published).
pub async fn published(tx: &Tx, entries: &[EntryId]) -> Result<Vec<Published>> {
    let (mut reader, mut found) = (Reader::new(), Vec::with_capacity(entries.len()));
    for some in entries.chunks(TEXTS_AT_ONCE) {
        let ids: Vec<i64> = some.iter().map(|id| id.0).collect();
        for row in tx.rows(PUBLISHED, &[ids.param()]).await? {
            found.extend(reader.whole(column(&row, "id")?, published_row(&row))?);
        }
    }
    Ok(found)
}
