//! Rows to domain types, and SQLite's errors to the store's.

use rusqlite::types::FromSql;
use rusqlite::{ErrorCode, Row};

use crate::clock::Timestamp;
use crate::model::{Change, EntryId, EntryKey, FeedId, Fingerprint, Known, SourceId};
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

impl Error {
    /// The same error for another of several callers.
    pub(super) fn again(&self) -> Error {
        match self {
            Error::Unusable(s) => Error::Unusable(s.clone()),
            Error::StaleClaim(s) => Error::StaleClaim(s.clone()),
            Error::Full(s) => Error::Full(s.clone()),
            Error::Locked(s) => Error::Locked(s.clone()),
            Error::Corrupt(s) => Error::Corrupt(s.clone()),
            Error::Gone(s) => Error::Gone(s.clone()),
            Error::Superseded => Error::Superseded,
            Error::TooLong(s) => Error::TooLong(s.clone()),
            Error::Database(s) => Error::Database(s.clone()),
        }
    }
}

/// Numbers as `source.window` holds them.
pub fn pack(window: &[EntryId]) -> Vec<u8> {
    window.iter().flat_map(|id| id.0.to_be_bytes()).collect()
}

/// Reads [`pack`]'s form.
pub fn unpack(packed: &[u8]) -> Vec<EntryId> {
    packed.as_chunks::<8>().0.iter().map(|bytes| EntryId(i64::from_be_bytes(*bytes))).collect()
}

/// A stored source id.
pub fn source_id(text: &str) -> Result<SourceId> {
    SourceId::new(text).map_err(|e| Error::Corrupt(format!("name of a source: {e}")))
}

/// A stored feed id.
pub fn feed_id(text: &str) -> Result<FeedId> {
    FeedId::new(text).map_err(|e| Error::Corrupt(format!("name of a feed: {e}")))
}

/// Columns of `entry` that [`known`] reads.
pub const KNOWN: &str =
    "id, key, first_seen_at, revisions, edition, id_hash, link_hash, page_hash, path_hash, title_hash,
    material_hash, labels_hash, form_hash, rest_hash, said_at";

/// What tells whether an entry changed. Of what is damaged nothing is known: the
/// entry is recognised by the rest, and a poll that does so writes it anew.
pub fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    let id = row.get(0)?;
    Ok(Known {
        entry: EntryId(id),
        key: key(row, 1, id)?,
        first_seen_at: Timestamp::from_millis(read(row, 2)?),
        revisions: read(row, 3)?,
        print: Fingerprint {
            edition: read(row, 4)?,
            id: read(row, 5)?,
            link: read(row, 6)?,
            page: read(row, 7)?,
            path: read(row, 8)?,
            title: read(row, 9)?,
            material: read(row, 10)?,
            labels: read::<Option<i64>>(row, 11)?.unwrap_or_default(),
            form: read(row, 12)?,
            rest: read::<Option<i64>>(row, 13)?.unwrap_or_default(),
            said_at: read::<Option<i64>>(row, 14)?.map(Timestamp::from_millis),
        },
    })
}

/// The key of entry `id`, which stands in `column`; where it is damaged, one that no
/// other entry has: the rest of the row is as good as it was.
pub fn key(row: &Row<'_>, column: usize, id: i64) -> rusqlite::Result<EntryKey> {
    match row.get(column) {
        Ok(key) => Ok(EntryKey(key)),
        Err(error) if is_of_one_row(&error) => {
            tracing::warn!(entry = id, %error, "the key of an entry is damaged; it is recognised by what else it has");
            Ok(EntryKey::of("damaged", &[&id.to_string()]))
        }
        Err(error) => Err(error),
    }
}

/// A value, or none where it is damaged.
fn read<T: FromSql + Default>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    match row.get(column) {
        Err(error) if is_of_one_row(&error) => Ok(T::default()),
        read => read,
    }
}

/// A change as it is stored.
pub fn change_code(change: Option<Change>) -> Option<i64> {
    change.map(|c| match c {
        Change::Cosmetic => 0,
        Change::Material => 1,
    })
}

/// Reads [`change_code`]'s form.
pub fn change(code: Option<i64>) -> Option<Change> {
    code.map(|c| if c == 0 { Change::Cosmetic } else { Change::Material })
}
