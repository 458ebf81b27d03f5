//! An open store.

use super::link::run::{Repeat, Session, Writing};
use super::link::time::StoreTime;
use super::link::tx::{Doing, Tx};
use super::link::url::ServerAddress;
use super::schema;
use super::write::quiet::QuietPolls;
use crate::clock::Timestamp;
use crate::store::prepared::encoders::Encoders;
use crate::store::{Error, Lane, Result};

/// A store on a server. Clones are one, asked through the same connections.
#[derive(Clone)]
pub struct PostgresStore {
    /// Its connections.
    pub session: Session,
    /// Where polls are encoded.
    pub encoders: Encoders,
    /// Polls that brought nothing, before they are written.
    pub quiet: QuietPolls,
    is_looked_at: bool,
}

/// See [`prepare`](crate::store::prepare).
pub async fn prepare(address: &ServerAddress, now: Timestamp) -> Result<()> {
    schema::prepare(&session(address, StoreTime::Servers)?, now).await
}

/// See [`examine`](crate::store::examine).
pub async fn examine(address: &ServerAddress) -> Result<()> {
    schema::examine(&session(address, StoreTime::Servers)?).await
}

/// The connections to a store, none of which is made yet.
pub fn session(address: &ServerAddress, time: StoreTime) -> Result<Session> {
    Session::new(address.clone(), time, "wiredesk", address.connections)
}

impl PostgresStore {
    /// Opens the store at `address`, whose tables are made when there are none.
    ///
    /// # Errors
    /// [`Error::Unusable`] and [`Error::Away`] name the store and the remedy.
    pub async fn open(address: &ServerAddress, time: StoreTime, now: Timestamp) -> Result<Self> {
        let session = session(address, time)?;
        schema::prepare(&session, now).await?;
        Ok(PostgresStore { session, encoders: Encoders::new(), quiet: QuietPolls::default(), is_looked_at: false })
    }

    /// Opens the store at `address` to look at it: nothing of it is changed.
    ///
    /// # Errors
    /// Those of [`PostgresStore::open`], and that there is no store, or an older one.
    pub async fn look(address: &ServerAddress, time: StoreTime) -> Result<Self> {
        let session = session(address, time)?;
        schema::look(&session).await?;
        Ok(PostgresStore { session, encoders: Encoders::new(), quiet: QuietPolls::default(), is_looked_at: true })
    }

    /// The same store, asked through others of its connections.
    pub fn asked_through(&self, lane: Lane) -> PostgresStore {
        PostgresStore { session: self.session.through(lane), ..self.clone() }
    }

    /// Reads `asked`, all in one state of the store.
    pub async fn read<D: Sync + ?Sized, T: Send>(
        &self,
        asked: &D,
        work: impl for<'t> Fn(&'t Tx, &'t D) -> Doing<'t, T> + Send + Sync,
    ) -> Result<T> {
        self.session.read_of(asked, work).await
    }

    /// Writes `given` in one transaction, which is ended whether or not the caller still
    /// waits for it.
    ///
    /// # Errors
    /// Besides those of the work: the store is only looked at.
    pub async fn write<D: Send + Sync + 'static, T: Send + 'static>(
        &self,
        repeat: Repeat,
        given: D,
        work: impl for<'t> Fn(&'t mut Writing, &'t D) -> Doing<'t, T> + Send + Sync + 'static,
    ) -> Result<T> {
        self.changing()?.write_of(repeat, given, work).await
    }

    /// Its connections, to change what lies there.
    ///
    /// # Errors
    /// The store is only looked at.
    pub fn changing(&self) -> Result<&Session> {
        match self.is_looked_at {
            true => Err(Error::Unusable("the store is open to be looked at, not to be changed".to_owned())),
            false => Ok(&self.session),
        }
    }
}
