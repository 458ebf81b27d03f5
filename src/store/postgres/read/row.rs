//! Rows to domain types. Types of columns are the server's to keep; what they hold can be
//! damaged all the same, and then costs no more than itself.

use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::clock::Timestamp;
use crate::model::{EntryId, EntryKey, Fingerprint, Known};
use crate::store::codec::instead_of_key;
use crate::store::postgres::link::tx::column;
use crate::store::{Error, Result};

/// Texts that are read at once: as many rows lie in memory, stored and decoded.
pub const TEXTS_AT_ONCE: usize = 64;

/// A number as the server has it.
pub fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A column that holds a number of things.
///
/// # Errors
/// [`Error::Corrupt`] where it is none, or more than can be.
pub fn count<T: TryFrom<i64>>(row: &Row, name: &str) -> Result<T> {
    let stored: i64 = column(row, name)?;
    T::try_from(stored).map_err(|_| Error::Corrupt(format!("{name}: {stored} is out of range")))
}

/// A column that holds an instant.
pub fn instant(row: &Row, name: &str) -> Result<Timestamp> {
    column(row, name).map(Timestamp::from_millis)
}

/// A column that holds an instant or nothing.
pub fn instant_if_any(row: &Row, name: &str) -> Result<Option<Timestamp>> {
    Ok(column::<Option<i64>>(row, name)?.map(Timestamp::from_millis))
}

/// The key of entry `id`, in the column `key`; where it is damaged, one that no other
/// entry has.
pub fn key(row: &Row, id: i64) -> EntryKey {
    let stored: Result<&[u8]> = column(row, "key");
    let key = stored.and_then(|stored| {
        <[u8; 16]>::try_from(stored).map_err(|_| Error::Corrupt(format!("key: {} bytes", stored.len())))
    });
    key.map_or_else(|error| instead_of_key(id, &error), EntryKey)
}

/// What tells whether an entry changed, of a row with the columns of `entry`. Of what is
/// damaged nothing is known: the entry is recognised by the rest, and a poll that does so
/// writes it anew.
///
/// # Errors
/// [`Error::Corrupt`] when it has no number.
pub fn known(row: &Row) -> Result<Known> {
    let id = column(row, "id")?;
    Ok(Known {
        entry: EntryId(id),
        key: key(row, id),
        first_seen_at: Timestamp::from_millis(read(row, "first_seen_at")),
        revisions: count(row, "revisions").unwrap_or_default(),
        print: Fingerprint {
            edition: count(row, "edition").unwrap_or_default(),
            id: read(row, "id_hash"),
            link: read(row, "link_hash"),
            page: read(row, "page_hash"),
            path: read(row, "path_hash"),
            title: read(row, "title_hash"),
            material: read(row, "material_hash"),
            labels: read::<Option<i64>>(row, "labels_hash").unwrap_or_default(),
            form: read(row, "form_hash"),
            rest: read::<Option<i64>>(row, "rest_hash").unwrap_or_default(),
            said_at: read::<Option<i64>>(row, "said_at").map(Timestamp::from_millis),
        },
    })
}

/// A value, or none where it is damaged.
fn read<'r, T: FromSql<'r> + Default>(row: &'r Row, column: &str) -> T {
    row.try_get(column).unwrap_or_default()
}
