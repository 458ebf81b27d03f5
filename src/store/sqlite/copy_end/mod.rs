//! A store in a file as a copy reads or fills it, on a connection of its own and under the
//! lock that keeps daemons off.

mod rows;
mod unfinished;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::clock::Timestamp;
use crate::store::copy::{CopiedRow, CopiedTable, CopyBegun, CopyEnd, CopyOrigin, CopyStep};
use crate::store::sqlite::file::lock::Lock;
use crate::store::sqlite::file::opened::SqliteStore;
use crate::store::sqlite::file::{migrate, open};
use crate::store::{Error, Result};

/// A store in a file, or the place for one.
pub struct SqliteCopyEnd {
    path: PathBuf,
    now: Timestamp,
    connection: Arc<Mutex<Connection>>,
    /// Behind the connection, which is to be closed when another may come.
    _lock: Lock,
}

impl SqliteCopyEnd {
    /// The store at `path`, to be read. One state of it is seen until the end.
    ///
    /// # Errors
    /// [`Error::Unusable`]: there is none, it is of another version, or a daemon has it open.
    pub fn reading(path: &Path, now: Timestamp) -> Result<SqliteCopyEnd> {
        drop(SqliteStore::look(path)?);
        let end = SqliteCopyEnd::of(path, now)?;
        let connection = end.connection.lock().unwrap_or_else(PoisonError::into_inner);
        migrate::check(&connection, &path.display().to_string())?;
        connection.pragma_update(None, "query_only", true)?;
        connection.execute_batch("BEGIN")?;
        drop(connection);
        Ok(end)
    }

    /// The place at `path`, to be filled.
    ///
    /// # Errors
    /// [`Error::Unusable`] where no store can lie there.
    pub fn filling(path: &Path, now: Timestamp) -> Result<SqliteCopyEnd> {
        open::check_file(path)?;
        SqliteCopyEnd::of(path, now)
    }

    fn of(path: &Path, now: Timestamp) -> Result<SqliteCopyEnd> {
        let lock = Lock::take_to_copy(path)?;
        let connection = Arc::new(Mutex::new(open::writing(path)?));
        Ok(SqliteCopyEnd { path: path.to_owned(), now, connection, _lock: lock })
    }

    /// Runs `job` off the runtime's threads.
    async fn on<T: Send + 'static>(&self, job: impl FnOnce(&Connection) -> Result<T> + Send + 'static) -> Result<T> {
        let connection = Arc::clone(&self.connection);
        let work = move || job(&connection.lock().unwrap_or_else(PoisonError::into_inner));
        let done = tokio::task::spawn_blocking(work).await;
        let done = done.map_err(|e| Error::Database(format!("a copy broke down: {e}")))?;
        done.map_err(|error| open::at(&self.path, error))
    }

    /// Runs `job` in a transaction.
    async fn write(&self, job: impl FnOnce(&Connection) -> Result<()> + Send + 'static) -> Result<()> {
        self.on(|c| in_transaction(c, job)).await
    }
}

/// Runs `job` in a transaction. Its own error counts: SQLite has undone a transaction by itself
/// when a disk is full, and would complain of a second end.
fn in_transaction(c: &Connection, job: impl FnOnce(&Connection) -> Result<()>) -> Result<()> {
    let transaction = Transaction::new_unchecked(c, TransactionBehavior::Immediate)?;
    job(&transaction)?;
    Ok(transaction.commit()?)
}

/// A store is known by when it was made, and what is done on it moves one of these.
const ORIGIN: &str = "
    SELECT (SELECT min(applied_at) FROM migration) AS made_at, coalesce(sum(polls), 0) AS polls,
           coalesce(sum(lease), 0) AS leases, (SELECT coalesce(max(seq), 0) FROM change) AS change,
           (SELECT coalesce(max(id), 0) FROM entry) AS entry
      FROM source";

#[async_trait]
impl CopyEnd for SqliteCopyEnd {
    fn place(&self) -> String {
        self.path.display().to_string()
    }

    fn remedy(&self) -> String {
        format!("delete {}", self.path.display())
    }

    async fn origin(&self) -> Result<CopyOrigin> {
        let path = self.path.clone();
        // On a connection of its own: this one's sees one state until the end, and so none of
        // what others have done since.
        self.on(move |_| {
            let c = open::reading(&path)?;
            Ok(c.query_row(ORIGIN, [], |r| {
                let number = |name| r.get::<_, i64>(name);
                let done = [number("polls")?, number("leases")?, number("change")?, number("entry")?];
                Ok(CopyOrigin {
                    store: format!("sqlite {}", number("made_at")?),
                    state: done.map(|n| n.to_string()).join(" "),
                })
            })?)
        })
        .await
    }

    async fn count(&self, table: &'static CopiedTable) -> Result<u64> {
        self.on(|c| rows::count(c, table)).await
    }

    async fn page(&self, table: &'static CopiedTable, after: Option<CopiedRow>) -> Result<Vec<CopiedRow>> {
        self.on(move |c| rows::page(c, table, after.as_deref())).await
    }

    async fn begun(&self) -> Result<Option<CopyBegun>> {
        let name = self.place();
        self.on(move |c| unfinished::begun(c, &name)).await
    }

    async fn begin(&self, origin: &CopyOrigin) -> Result<()> {
        let (name, now, origin) = (self.place(), self.now, origin.clone());
        self.write(move |c| {
            migrate::make_unfinished(c, &name, now)?;
            unfinished::begin(c, &origin)
        })
        .await
    }

    async fn put(&self, table: &'static CopiedTable, rows: Arc<Vec<CopiedRow>>, step: CopyStep) -> Result<()> {
        self.write(move |c| {
            rows::put(c, table, &rows)?;
            unfinished::note(c, table.name, &step, rows.len())
        })
        .await
    }

    async fn finish(&self) -> Result<()> {
        self.write(|c| {
            unfinished::end(c)?;
            migrate::make_finished(c)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_that_undid_a_transaction_is_told_o61() {
        let c = Connection::open_in_memory().unwrap();
        c.execute_batch("CREATE TABLE a (x)").unwrap();
        let full = in_transaction(&c, |c| {
            c.execute_batch("INSERT INTO a VALUES (1)")?;
            // As SQLite does by itself.
            c.execute_batch("ROLLBACK")?;
            Err(Error::Full("no space".to_owned()))
        });
        assert!(matches!(full, Err(Error::Full(_))), "{full:?}");
        in_transaction(&c, |c| Ok(c.execute_batch("INSERT INTO a VALUES (2)")?)).unwrap();
        assert!(c.is_autocommit());
    }
}
