//! Rows to domain types, and SQLite's errors to the store's.

use rusqlite::{ErrorCode, Row};

use crate::clock::Timestamp;
use crate::model::{Change, EntryId, EntryKey, FeedId, Fingerprint, Known, SourceId};
use crate::store::{Error, Result};

/// The store's word for what SQLite says.
pub fn database(e: &rusqlite::Error) -> Error {
    let said = e.to_string();
    match e.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => Error::TooLong("nobody waits for it any more".to_owned()),
        Some(ErrorCode::DiskFull) => Error::Full(said),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Locked(said),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::Corrupt(said),
        _ => Error::Database(said),
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

/// What tells whether an entry changed.
pub fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    Ok(Known {
        entry: EntryId(row.get(0)?),
        key: EntryKey(row.get(1)?),
        first_seen_at: Timestamp::from_millis(row.get(2)?),
        revisions: row.get(3)?,
        print: Fingerprint {
            edition: row.get(4)?,
            id: row.get(5)?,
            link: row.get(6)?,
            page: row.get(7)?,
            path: row.get(8)?,
            title: row.get(9)?,
            material: row.get(10)?,
            labels: row.get::<_, Option<i64>>(11)?.unwrap_or_default(),
            form: row.get(12)?,
            rest: row.get::<_, Option<i64>>(13)?.unwrap_or_default(),
            said_at: row.get::<_, Option<i64>>(14)?.map(Timestamp::from_millis),
        },
    })
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
