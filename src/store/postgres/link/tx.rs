//! A transaction on a connection of its own.
//!
//! Each begins by one round trip, which sets its limits and reads the server's clock. What
//! the planner may do is fixed, not left to statistics: nearly all that is asked for is
//! looked up by key, and a plan that reads a whole table would be read at every poll.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::Object;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Row, SimpleQueryMessage};

use super::tls::Tls;
use crate::clock::Timestamp;
use crate::store::{Error, Result};

/// What a transaction is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TxKind {
    /// To read: all its statements see one state.
    Read,
    /// To read all there is of something, which takes as long as it takes.
    Survey,
    /// To write: what others committed meanwhile is seen by the next statement.
    Write,
    /// To make or change tables, which takes as long as it takes.
    Schema,
}

/// Read committed: whoever writes locks rows first, and looks at them by a statement that
/// begins after that.
const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
    SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '3s';
    SET LOCAL idle_in_transaction_session_timeout = '15s';";

const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL statement_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '15s';";

const BEGIN_SCHEMA: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
    SET LOCAL statement_timeout = '10min'; SET LOCAL lock_timeout = '1min';";

const BEGIN_SURVEY: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL statement_timeout = '30min'; SET LOCAL idle_in_transaction_session_timeout = '15s';";

const PLANS: &str = "SET LOCAL jit = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off;
    SET LOCAL enable_mergejoin = off; SET LOCAL max_parallel_workers_per_gather = 0;";

const TIME: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/// The query that begins a transaction in a schema, or the user's own.
pub fn beginning(purpose: TxKind, schema: Option<&str>) -> String {
    let begin = match purpose {
        TxKind::Read => BEGIN_READ,
        TxKind::Survey => BEGIN_SURVEY,
        TxKind::Write => BEGIN_WRITE,
        TxKind::Schema => BEGIN_SCHEMA,
    };
    let plans = if matches!(purpose, TxKind::Schema | TxKind::Survey) { "" } else { PLANS };
    let quoted = |name: &str| name.replace('"', "\"\"");
    let path = schema.map(|name| format!("SET LOCAL search_path TO \"{}\";", quoted(name))).unwrap_or_default();
    format!("{begin} {plans} {path} {TIME}")
}

/// A parameter of a statement.
pub type Param<'a> = (&'a (dyn ToSql + Sync), Type);

/// A value that says which type it is in SQL.
pub trait Typed: ToSql + Sync + Sized {
    /// That type.
    const TYPE: Type;

    /// It, as a parameter.
    fn param(&self) -> Param<'_> {
        (self, Self::TYPE)
    }
}

macro_rules! typed {
    ($($value:ty: $one:ident, $many:ident;)+) => {
        $(impl Typed for $value {
            const TYPE: Type = Type::$one;
        }
        impl Typed for Option<$value> {
            const TYPE: Type = Type::$one;
        }
        impl Typed for Vec<$value> {
            const TYPE: Type = Type::$many;
        }
        impl Typed for Vec<Option<$value>> {
            const TYPE: Type = Type::$many;
        })+
    };
}

typed! {
    i64: INT8, INT8_ARRAY;
    i32: INT4, INT4_ARRAY;
    i16: INT2, INT2_ARRAY;
    bool: BOOL, BOOL_ARRAY;
    f64: FLOAT8, FLOAT8_ARRAY;
    SqlText<'_>: TEXT, TEXT_ARRAY;
    Vec<u8>: BYTEA, BYTEA_ARRAY;
    &[u8]: BYTEA, BYTEA_ARRAY;
}

impl Typed for Option<Vec<i64>> {
    const TYPE: Type = Type::INT8_ARRAY;
}

/// Text for the server. It cannot hold U+0000, which becomes U+FFFD.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SqlText<'a>(pub &'a str);

impl ToSql for SqlText<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut bytes::BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self.0.contains('\0') {
            true => self.0.replace('\0', "\u{fffd}").to_sql(ty, out),
            false => self.0.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        <&str as ToSql>::accepts(ty)
    }

    to_sql_checked!();
}

/// A column of a row.
///
/// # Errors
/// [`Error::Corrupt`] where there is something else than this program writes.
pub fn column<'r, T: FromSql<'r>>(row: &'r Row, name: &str) -> Result<T> {
    row.try_get(name).map_err(|e| Error::Corrupt(format!("{name}: {}", super::error::told(&e))))
}

/// What is done in a transaction.
pub type Doing<'t, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 't>>;

/// What is written last, when all else is.
pub trait LastWrite {
    /// Writes it. All its statements are sent before the first is answered.
    fn write_last<'t>(&'t self, tx: &'t Tx) -> Doing<'t, ()>;
}

/// Nothing more.
impl LastWrite for () {
    fn write_last<'t>(&'t self, _: &'t Tx) -> Doing<'t, ()> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// How a transaction ended that was to be committed.
#[derive(Debug)]
pub enum CommitEnd {
    /// It is committed.
    Well,
    /// It is not.
    Undone(Error),
    /// Nobody knows: the connection was lost when COMMIT was on its way.
    Unheard(Error),
}

/// How long a server may take to begin a transaction. One that is well takes a thousandth of
/// that, and one that hangs would keep its askers for ever.
const ANSWER: Duration = Duration::from_secs(10);

/// A transaction. One that is dropped before its end is cancelled, and its connection is
/// closed; behind a pooler it is closed alone, and the server ends what runs by its time limit.
pub struct Tx {
    client: Option<Object>,
    /// How a request to cancel gets to the server, where one is sent.
    cancelling: Option<Tls>,
    /// When it began, by the server's clock.
    pub begun_at: Timestamp,
    /// Whether a statement failed: then nothing more can come of it.
    has_failed: AtomicBool,
}

impl Tx {
    /// Begins one by the query of [`beginning`].
    pub async fn begin(client: Object, cancelling: Option<Tls>, beginning: &str) -> Result<Tx> {
        // Whatever cuts this short leaves a transaction open: it is owned by then.
        let mut tx =
            Tx { client: Some(client), cancelling, begun_at: Timestamp::EPOCH, has_failed: AtomicBool::new(false) };
        let said = tokio::time::timeout(ANSWER, tx.client()?.simple_query(beginning)).await;
        let silent = |_| Error::Away(format!("the server has not answered for {} s", ANSWER.as_secs()));
        let said = said.map_err(silent)??;
        let time = said.iter().find_map(|said| match said {
            SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
            _ => None,
        });
        let time = time.ok_or_else(|| Error::Database("the server does not tell the time".to_owned()))?;
        tx.begun_at = Timestamp::from_millis(time);
        Ok(tx)
    }

    /// The rows that a statement gives.
    pub async fn rows(&self, sql: &'static str, params: &[Param<'_>]) -> Result<Vec<Row>> {
        let answer = self.client()?.query_typed(sql, params).await;
        answer.map_err(|e| self.failed(e))
    }

    /// The rows of a statement that is composed at run time.
    pub async fn composed(&self, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>> {
        let answer = self.client()?.query_typed(sql, params).await;
        answer.map_err(|e| self.failed(e))
    }

    /// The first row that a statement gives, if any.
    pub async fn one(&self, sql: &'static str, params: &[Param<'_>]) -> Result<Option<Row>> {
        Ok(self.rows(sql, params).await?.into_iter().next())
    }

    /// Runs a statement, and gives how many rows it wrote.
    pub async fn execute(&self, sql: &'static str, params: &[Param<'_>]) -> Result<u64> {
        let answer = self.client()?.execute_typed(sql, params).await;
        answer.map_err(|e| self.failed(e))
    }

    /// Runs a statement that writes so many rows at once; for none it is not sent.
    pub async fn over(&self, rows: usize, sql: &'static str, params: &[Param<'_>]) -> Result<()> {
        if rows == 0 {
            return Ok(());
        }
        self.rows(sql, params).await.map(drop)
    }

    /// Runs statements that make or change tables.
    pub async fn define(&self, sql: &str) -> Result<()> {
        let answer = self.client()?.batch_execute(sql).await;
        answer.map_err(|e| self.failed(e))
    }

    /// Commits, after `last` was sent: both go in one flight.
    pub async fn commit(mut self, last: &(dyn LastWrite + Sync)) -> CommitEnd {
        // A COMMIT of what has failed says ROLLBACK, and that is no error to the driver.
        if self.has_failed.load(Ordering::Relaxed) {
            self.roll_back().await;
            return CommitEnd::Undone(Error::Database("a statement before its COMMIT failed".to_owned()));
        }
        match tokio::try_join!(biased; last.write_last(&self), self.define("COMMIT")) {
            Ok(_) => {
                self.client = None;
                CommitEnd::Well
            }
            // A statement failed before the connection did, or the server refused.
            Err(error @ Error::Away(_)) => CommitEnd::Unheard(error),
            Err(error) => CommitEnd::Undone(error),
        }
    }

    /// Does a part of it that may fail by itself: then that part alone is undone. The inner
    /// result is the part's.
    pub async fn part<T>(&self, work: impl Future<Output = Result<T>>) -> Result<Result<T>> {
        self.define("SAVEPOINT part").await?;
        match work.await {
            Ok(done) => {
                self.define("RELEASE SAVEPOINT part").await?;
                Ok(Ok(done))
            }
            Err(error @ (Error::Away(_) | Error::Cancelled(_))) => Err(error),
            Err(error) => {
                self.define("ROLLBACK TO SAVEPOINT part").await?;
                self.has_failed.store(false, Ordering::Relaxed);
                Ok(Err(error))
            }
        }
    }

    /// Undoes it, and gives the connection back where it is well.
    pub async fn roll_back(&mut self) {
        if self.define("ROLLBACK").await.is_ok() {
            self.client = None;
        }
    }

    fn client(&self) -> Result<&Object> {
        self.client.as_ref().ok_or_else(|| Error::Database("the transaction has ended".to_owned()))
    }

    fn failed(&self, e: tokio_postgres::Error) -> Error {
        self.has_failed.store(true, Ordering::Relaxed);
        e.into()
    }
}

/// A request to cancel that is not answered by then is given up: the server ends an idle
/// transaction by itself.
const CANCEL: Duration = Duration::from_secs(5);

impl Drop for Tx {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        let client = Object::take(client);
        let Some(tls) = self.cancelling.take() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if client.is_closed() {
            return;
        }
        runtime.spawn(async move {
            let cancelled = tokio::time::timeout(CANCEL, client.cancel_token().cancel_query(tls)).await;
            tracing::debug!(is_in_time = cancelled.is_ok(), "a transaction was given up");
            drop(client);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_a_place_in_the_server_loses_that_letter_alone() {
        let check = |text: &str, expected: &str| {
            let mut out = bytes::BytesMut::new();
            SqlText(text).to_sql(&Type::TEXT, &mut out).unwrap();
            assert_eq!(out, expected.as_bytes(), "{text}");
        };
        check("", "");
        check("Ελλάδα ' \\ \u{fffe}", "Ελλάδα ' \\ \u{fffe}");
        check("a\0b\0", "a\u{fffd}b\u{fffd}");
    }

    #[test]
    fn a_transaction_tells_its_limits_as_it_begins() {
        let read = beginning(TxKind::Read, None);
        assert!(read.starts_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;") && read.ends_with(TIME));
        assert!(!read.contains("search_path"));
        let write = beginning(TxKind::Write, Some("wiredesk"));
        assert!(write.contains("lock_timeout = '3s'") && write.contains("SET LOCAL search_path TO \"wiredesk\";"));
        for begin in [read, write, beginning(TxKind::Schema, None), beginning(TxKind::Survey, None)] {
            let sets = begin.matches("SET ").count();
            assert_eq!(begin.matches("SET LOCAL ").count(), sets, "nothing outlives it: {begin}");
        }
    }
}
