//! Rows to domain types, and SQLite's errors to the store's.

use rusqlite::types::FromSql;
use rusqlite::{ErrorCode, Row};

use crate::clock::Timestamp;
use crate::model::{EntryId, EntryKey, Fingerprint, Known, SourceId};
use crate::store::codec::{instead_of_key, source_id};
use crate::store::{Error, Result};

/// The store's word for what SQLite says.
impl From<rusqlite::Error> for Error {
    fn from(e: rusqlite::Error) -> Self {
        let said = e.to_string();
        match e.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => Error::TooLong("nobody waits for it any more".to_owned()),
            Some(ErrorCode::DiskFull) => Error::Full(said),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Locked(said),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::Corrupt(said),
            Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig) => Error::Unfit(said),
            _ => Error::Database(said),
        }
    }
}

/// Whether what SQLite says is about one value that is not what was written there:
/// the row is damaged, and the next may well be whole.
pub fn is_of_one_row(e: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error};
    matches!(e, FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) | Utf8Error(..))
}

/// Numbers as `source.window` holds them.
pub fn pack(window: &[EntryId]) -> Vec<u8> {
    window.iter().flat_map(|id| id.0.to_be_bytes()).collect()
}

/// Reads [`pack`]'s form.
pub fn unpack(packed: &[u8]) -> Vec<EntryId> {
    packed.as_chunks::<8>().0.iter().map(|bytes| EntryId(i64::from_be_bytes(*bytes))).collect()
}

/// A stored source id; `None` where it is damaged, which is logged. The source is nobody's
/// until it is configured again.
pub fn readable_name(stored: rusqlite::Result<String>) -> Result<Option<SourceId>> {
    let name = match stored {
        Err(error) if is_of_one_row(&error) => Err(Error::Corrupt(error.to_string())),
        other => other.map_err(Error::from).and_then(|name| source_id(&name)),
    };
    match name {
        Ok(name) => Ok(Some(name)),
        Err(Error::Corrupt(error)) => {
            tracing::warn!(error, "a source whose name is damaged is passed by");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Columns of `entry` that [`known`] reads.
macro_rules! known_columns {
    () => {
        "id, key, first_seen_at, revisions, edition, id_hash, link_hash, page_hash, path_hash, title_hash,
           material_hash, labels_hash, form_hash, rest_hash, said_at"
    };
}
pub(in crate::store::sqlite) use known_columns;

/// What tells whether an entry changed. Of what is damaged nothing is known: the
/// entry is recognised by the rest, and a poll that does so writes it anew.
pub fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    let id = row.get("id")?;
    Ok(Known {
        entry: EntryId(id),
        key: key(row, id)?,
        first_seen_at: Timestamp::from_millis(read(row, "first_seen_at")?),
        revisions: read(row, "revisions")?,
        print: Fingerprint {
            edition: read(row, "edition")?,
            id: read(row, "id_hash")?,
            link: read(row, "link_hash")?,
            page: read(row, "page_hash")?,
            path: read(row, "path_hash")?,
            title: read(row, "title_hash")?,
            material: read(row, "material_hash")?,
            labels: read::<Option<i64>>(row, "labels_hash")?.unwrap_or_default(),
            form: read(row, "form_hash")?,
            rest: read::<Option<i64>>(row, "rest_hash")?.unwrap_or_default(),
            said_at: read::<Option<i64>>(row, "said_at")?.map(Timestamp::from_millis),
        },
    })
}

/// The key of entry `id`, in the column `key`; where it is damaged, one that no
/// other entry has: the rest of the row is as good as it was.
pub fn key(row: &Row<'_>, id: i64) -> rusqlite::Result<EntryKey> {
    match row.get("key") {
        Ok(key) => Ok(EntryKey(key)),
        Err(error) if is_of_one_row(&error) => Ok(instead_of_key(id, &error)),
        Err(error) => Err(error),
    }
}

/// A value, or none where it is damaged.
fn read<T: FromSql + Default>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    match row.get(column) {
        Err(error) if is_of_one_row(&error) => Ok(T::default()),
        read => read,
    }
}
