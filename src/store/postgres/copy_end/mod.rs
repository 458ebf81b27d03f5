//! A store on a server as a copy reads or fills it.

mod rows;
mod statements;
mod unfinished;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::link::run::{Repeat, Session};
use super::link::time::StoreTime;
use super::link::tx::column;
use super::link::url::ServerAddress;
use super::schema::months::{self, Month};
use super::{node, opened, schema};
use crate::clock::Timestamp;
use crate::store::copy::{CopiedRow, CopiedTable, CopiedValue, CopyBegun, CopyEnd, CopyOrigin, CopyStep};
use crate::store::{Error, Result, SILENT};

/// A store on a server, or the place for one.
pub struct PostgresCopyEnd {
    session: Session,
    now: Timestamp,
    /// Months whose partitions are there.
    made: Mutex<BTreeSet<Month>>,
}

/// Texts and polls that are older lie together in the partition of the rest.
const MONTHS_BEFORE: i64 = 60;

impl PostgresCopyEnd {
    /// The store at `address`, to be read.
    ///
    /// # Errors
    /// [`Error::Unusable`]: there is none, it is of another version, or a node works on it.
    pub async fn reading(address: &ServerAddress, now: Timestamp) -> Result<PostgresCopyEnd> {
        let end = PostgresCopyEnd::of(address, now)?;
        schema::look(&end.session).await?;
        end.refuse_nodes().await?;
        Ok(end)
    }

    /// The place at `address`, to be filled.
    ///
    /// # Errors
    /// [`Error::Unusable`] where no store can lie there.
    pub async fn filling(address: &ServerAddress, now: Timestamp) -> Result<PostgresCopyEnd> {
        let end = PostgresCopyEnd::of(address, now)?;
        end.session.reach().await?;
        Ok(end)
    }

    fn of(address: &ServerAddress, now: Timestamp) -> Result<PostgresCopyEnd> {
        let session = opened::session(address, StoreTime::Servers)?;
        Ok(PostgresCopyEnd { session, now, made: Mutex::default() })
    }

    async fn refuse_nodes(&self) -> Result<()> {
        let at_work = self.session.read(|tx| Box::pin(node::nodes::at_work(tx))).await?;
        match at_work {
            Some(id) => Err(Error::Unusable(format!(
                "store {}: node {id} is at work on it; stop it first (a node that was killed is taken for one at \
                 work for {} s)",
                self.place(),
                SILENT.as_secs()
            ))),
            None => Ok(()),
        }
    }

    /// Makes the months that rows of a table lie in.
    async fn make_months(&self, table: &CopiedTable, rows: &[CopiedRow]) -> Result<()> {
        let instant = match table.name {
            "text" => "seen_at",
            "poll" => "first_at",
            _ => return Ok(()),
        };
        let Some(at) = table.columns.iter().position(|column| column.name == instant) else { return Ok(()) };
        let known = Month::of(self.now).later(-MONTHS_BEFORE)..=Month::of(self.now);
        let months = rows.iter().filter_map(|row| match row[at] {
            CopiedValue::Number(ms) => Some(Month::of(Timestamp::from_millis(ms))),
            _ => None,
        });
        let mut wanted: BTreeSet<Month> = months.filter(|month| known.contains(month)).collect();
        wanted.retain(|month| !self.made().contains(month));
        if wanted.is_empty() {
            return Ok(());
        }
        let list: Vec<Month> = wanted.iter().copied().collect();
        self.session.alter(&list, |tx, list| Box::pin(months::make(tx, list))).await?;
        self.made().extend(wanted);
        Ok(())
    }

    fn made(&self) -> std::sync::MutexGuard<'_, BTreeSet<Month>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const ORIGIN: &str = "
    SELECT (SELECT store FROM desk) AS store,
           (SELECT coalesce(sum(polls), 0) FROM source) || ' ' || (SELECT coalesce(sum(lease), 0) FROM schedule)
           || ' ' || (SELECT coalesce(max(seq), 0) FROM change)
           || ' ' || (SELECT coalesce(max(id), 0) FROM entry) AS state";

#[async_trait]
impl CopyEnd for PostgresCopyEnd {
    fn place(&self) -> String {
        self.session.address().to_string()
    }

    fn remedy(&self) -> String {
        // Others may have tables in the same schema, so it is not for us to drop.
        "name another empty database, or another schema (?schema=NAME)".to_owned()
    }

    async fn origin(&self) -> Result<CopyOrigin> {
        let asking = self.session.survey(&(), |tx, ()| {
            Box::pin(async move {
                let row = tx.one(ORIGIN, &[]).await?;
                let row = row.ok_or_else(|| Error::Database("the server says nothing".to_owned()))?;
                Ok(CopyOrigin { store: column(&row, "store")?, state: column(&row, "state")? })
            })
        });
        asking.await
    }

    async fn count(&self, table: &'static CopiedTable) -> Result<u64> {
        self.session.survey(&(), move |tx, ()| Box::pin(rows::count(tx, table))).await
    }

    async fn page(&self, table: &'static CopiedTable, after: Option<CopiedRow>) -> Result<Vec<CopiedRow>> {
        self.session.read_of(&after, move |tx, after| Box::pin(rows::page(tx, table, after.as_deref()))).await
    }

    async fn begun(&self) -> Result<Option<CopyBegun>> {
        unfinished::begun(&self.session, self.now).await
    }

    async fn begin(&self, origin: &CopyOrigin) -> Result<()> {
        self.refuse_nodes().await?;
        unfinished::begin(&self.session, origin).await
    }

    async fn put(&self, table: &'static CopiedTable, rows: Arc<Vec<CopiedRow>>, step: CopyStep) -> Result<()> {
        self.make_months(table, &rows).await?;
        let given = (rows, step);
        let writing = self.session.write_of(Repeat::Once, given, move |writing, (rows, step)| {
            Box::pin(async move {
                rows::put(&writing.tx, table, rows).await?;
                unfinished::note(&writing.tx, table.name, step, rows.len()).await
            })
        });
        writing.await.map_err(|error| match error {
            Error::Unusable(said) => Error::Unusable(format!("store {}: {said}", self.place())),
            other => other,
        })
    }

    async fn finish(&self) -> Result<()> {
        unfinished::end(&self.session).await
    }
}
