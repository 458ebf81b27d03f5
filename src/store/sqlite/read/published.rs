//! Rows of published entries.

use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::codec::{PublishedRow, ReadingRow};
use crate::store::sqlite::read::row::{is_of_one_row, key};
use crate::store::{Error, Result};

/// Columns that [`published_row`] reads, of `entry e`, `source s`, `text t` and `newswire w`; besides, it
/// reads `sort_at`, the place in the order, and `evidence`, a route's.
macro_rules! published_columns {
    () => {
        "e.id, e.key, e.published_id, e.first_seen_at, e.updated_at, e.revisions,
           s.id AS source, s.carrier, t.body, e.published_id_hash,
           w.version AS read_version, w.edition AS read_edition, w.reading"
    };
}
pub(in crate::store::sqlite) use published_columns;

/// An entry as a row has it.
///
/// # Errors
/// [`Error::Corrupt`] when its identity is damaged, and the database's.
pub fn published_row<'r>(row: &'r Row<'_>) -> Result<PublishedRow<'r>> {
    identity(row).map_err(|e| match is_of_one_row(&e) {
        true => Error::Corrupt(e.to_string()),
        false => e.into(),
    })
}

fn identity<'r>(row: &'r Row<'_>) -> rusqlite::Result<PublishedRow<'r>> {
    let id = row.get("id")?;
    Ok(PublishedRow {
        entry: EntryId(id),
        key: key(row, id)?,
        published_id: row.get("published_id")?,
        published_id_hash: row.get("published_id_hash")?,
        first_seen_at: Timestamp::from_millis(row.get("first_seen_at")?),
        updated_at: Timestamp::from_millis(row.get("updated_at")?),
        revisions: row.get("revisions")?,
        source: row.get("source")?,
        sort_at: Timestamp::from_millis(row.get("sort_at")?),
        body: unless_null(row.get_ref("body")?, |body| body.as_blob()),
        reading: reading(row)?,
        carrier: row.get_ref("carrier")?.as_str().map_err(|e| Error::Corrupt(e.to_string())),
        evidence: unless_null(row.get_ref("evidence")?, |evidence| evidence.as_str()),
    })
}

/// What was read of an entry, in the columns `read_version`, `read_edition` and `reading` of
/// `newswire`.
///
/// # Errors
/// The database's.
pub fn reading<'r>(row: &'r Row<'_>) -> rusqlite::Result<Option<ReadingRow<'r>>> {
    let Some(version) = row.get("read_version")? else { return Ok(None) };
    let bytes = row.get_ref("reading")?.as_blob().unwrap_or_default();
    Ok(Some(ReadingRow { version, edition: row.get("read_edition")?, bytes }))
}

/// A value, where there is one.
fn unless_null<'r, T>(
    value: ValueRef<'r>,
    read: impl FnOnce(ValueRef<'r>) -> rusqlite::types::FromSqlResult<T>,
) -> Result<Option<T>> {
    match value {
        ValueRef::Null => Ok(None),
        value => read(value).map(Some).map_err(|e| Error::Corrupt(e.to_string())),
    }
}
