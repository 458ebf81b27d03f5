//! What a kind of store does for a copy, on either end of it.

use std::sync::Arc;

use async_trait::async_trait;

use super::row::{CopiedRow, CopiedValue};
use super::table::CopiedTable;
use crate::store::Result;

/// A store as a copy reads it and, where it is the new one, fills it.
#[async_trait]
pub trait CopyEnd: Send + Sync {
    /// Where it lies, for people.
    fn place(&self) -> String;

    /// What makes room for another try, for people.
    fn remedy(&self) -> String;

    /// Which store it is, and how far it has come: both are other texts when it is another,
    /// or somebody has worked on it.
    async fn origin(&self) -> Result<CopyOrigin>;

    /// How many rows a table has.
    async fn count(&self, table: &'static CopiedTable) -> Result<u64>;

    /// The rows after a key, in the order of keys; of a page no more than a moment's work.
    async fn page(&self, table: &'static CopiedTable, after: Option<CopiedRow>) -> Result<Vec<CopiedRow>>;

    /// How far a copy has come that is not at its end; `None` where none has begun, and the
    /// place is free: a file that is missing or has no tables, a schema without tables or with
    /// those of a store that holds nothing yet.
    ///
    /// # Errors
    /// Something else is there.
    async fn begun(&self) -> Result<Option<CopyBegun>>;

    /// Begins a copy: from now on nobody opens what is there as a store.
    async fn begin(&self, origin: &CopyOrigin) -> Result<()>;

    /// Writes rows, and how far the copy has come with them, in one transaction.
    ///
    /// # Errors
    /// [`Error::Unfit`](crate::store::Error::Unfit) where a row cannot be held;
    /// [`Error::Unusable`](crate::store::Error::Unusable) where somebody else copies there.
    async fn put(&self, table: &'static CopiedTable, rows: Arc<Vec<CopiedRow>>, step: CopyStep) -> Result<()>;

    /// Makes a store of the copy, which anybody may open.
    async fn finish(&self) -> Result<()>;
}

/// Which store a copy is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CopyOrigin {
    /// The same as long as it lives.
    pub store: String,
    /// Another whenever somebody has worked on it.
    pub state: String,
}

/// A copy that has begun.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CopyBegun {
    /// Of which store.
    pub origin: CopyOrigin,
    /// How far it has come with each table that it has come to.
    pub tables: Vec<TableBegun>,
}

/// How far a copy has come with a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableBegun {
    /// Its name.
    pub table: String,
    /// The key of its last row that was written.
    pub after: Option<String>,
    /// How many were written.
    pub rows: u64,
    /// Whether these are all.
    pub is_whole: bool,
}

/// How far a copy comes with a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CopyStep {
    /// How many rows of the table were written before.
    pub before: u64,
    /// The key of the last row that is written by then.
    pub after: Option<String>,
    /// Whether the table is whole then.
    pub is_whole: bool,
}

/// The value of a text column that stands in every row, as text.
pub fn text_of(value: &CopiedValue) -> Option<&str> {
    match value {
        CopiedValue::Text(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}
