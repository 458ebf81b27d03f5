//! Runs transactions until they are done: again where a lock was not given or the
//! connection was lost, as long as that may still help.

use std::sync::{Arc, Once, OnceLock};

use deadpool_postgres::{PoolError, TimeoutType};
use tokio::sync::watch;

use super::connect::let_go;
use super::holders::{HolderWatch, holders};
use super::listen::CommitHints;
use super::outage::Outage;
use super::pool::LanePools;
use super::reach::unreached;
use super::receipt::{Met, Receipt, Receipts};
use super::time::StoreTime;
use super::tls::Tls;
use super::tries::{Tries, is_again};
use super::tx::{CommitEnd, Doing, Tx, TxKind, beginning};
use super::url::ServerAddress;
use crate::clock::Timestamp;
use crate::store::postgres::schema::place;
use crate::store::postgres::write::tail::Tail;
use crate::store::{Error, Lane, Result};

/// Whether work may be done a second time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repeat {
    /// A second time leaves the store as the first did, and answers the same.
    Same,
    /// It must not be: each time it would count once more.
    Once,
}

/// A store's connections, asked through one of its lanes.
#[derive(Clone)]
pub struct Session {
    shared: Arc<Connections>,
    lane: Lane,
}

/// What all lanes of a store have in common.
struct Connections {
    address: ServerAddress,
    tls: Tls,
    pools: LanePools,
    time: StoreTime,
    receipts: Receipts,
    /// Whether the work on the store has ended.
    closed: watch::Sender<bool>,
    /// How often changes that readers can see were committed by this process.
    committed: watch::Sender<u64>,
    /// How often they were committed, as far as it was heard of.
    heard: watch::Sender<u64>,
    /// Starts the listener once.
    hints: Once,
    /// Whether the server is away.
    outage: Outage,
    /// Who was told of as holding a lock.
    holders: HolderWatch,
    /// The schema that the store was found in, where its URL names none.
    found_in: OnceLock<String>,
    /// Where notifications are heard, if not at the store's address.
    noted: Option<(ServerAddress, Tls)>,
}

impl Connections {
    /// Tells those who wait for changes of what was committed.
    fn tell(&self, tail: &Tail) {
        if tail.has_changes() {
            self.heard.send_modify(|times| *times += 1);
            self.committed.send_modify(|times| *times += 1);
        }
    }

    fn hints(&self) -> CommitHints {
        let (address, tls) = self.noted.clone().unwrap_or_else(|| (self.address.clone(), self.tls.clone()));
        CommitHints {
            address,
            tls,
            writer: self.receipts.writer(),
            committed: self.committed.subscribe(),
            heard: self.heard.clone(),
            closed: self.closed.subscribe(),
        }
    }
}

/// A transaction that writes.
pub struct Writing {
    /// It.
    pub tx: Tx,
    /// What is written last.
    pub tail: Tail,
    time: StoreTime,
}

impl Writing {
    /// One that writes nothing yet.
    pub fn of(tx: Tx, time: StoreTime) -> Writing {
        Writing { tx, tail: Tail::default(), time }
    }

    /// The time that is written, for one whose clock shows `asked_at`.
    pub fn now(&self, asked_at: Timestamp) -> Timestamp {
        self.now_at(self.tx.begun_at, asked_at)
    }

    /// The same, after the server told its time once more: for one who waited for a lock.
    pub fn now_at(&self, told_at: Timestamp, asked_at: Timestamp) -> Timestamp {
        self.time.now(told_at, asked_at)
    }
}

impl Session {
    /// Of a store whose server is not asked yet.
    ///
    /// # Errors
    /// A file of certificates that cannot be read.
    pub fn new(address: ServerAddress, time: StoreTime, name: &str, connections: usize) -> Result<Session> {
        let tls = Tls::new(&address.encryption)?;
        let noted = match &address.notifications {
            Some(at) => Some((ServerAddress::clone(at), Tls::new(&at.encryption)?)),
            None => None,
        };
        let pools = LanePools::new(&address, &tls, name, connections)?;
        let shared = Connections {
            address,
            tls,
            pools,
            time,
            receipts: Receipts::new(),
            closed: watch::Sender::new(false),
            committed: watch::Sender::new(0),
            heard: watch::Sender::new(0),
            hints: Once::new(),
            outage: Outage::new(),
            holders: HolderWatch::default(),
            found_in: OnceLock::new(),
            noted,
        };
        Ok(Session { shared: Arc::new(shared), lane: Lane::Desk })
    }

    /// The same store, asked through others of its connections.
    pub fn through(&self, lane: Lane) -> Session {
        Session { shared: Arc::clone(&self.shared), lane }
    }

    /// Hears of changes that readers can see: at once of those that this process commits, and
    /// usually soon of others'. Who hears tells other processes too.
    pub fn hear(&self) -> watch::Receiver<u64> {
        self.shared.hints.call_once(|| drop(tokio::spawn(self.shared.hints().run())));
        self.shared.heard.subscribe()
    }

    /// Where it lies.
    pub fn address(&self) -> &ServerAddress {
        &self.shared.address
    }

    /// Whose time it writes.
    pub fn time(&self) -> StoreTime {
        self.shared.time
    }

    /// Connects once, and says what is in the way for people to mend. From then on the store
    /// lies in the schema in which it is found.
    ///
    /// # Errors
    /// [`Error::Unusable`] and [`Error::Away`] name the store.
    pub async fn reach(&self) -> Result<()> {
        let address = self.address();
        let connected = address.connect("wiredesk", &self.shared.tls).await;
        let (client, connection) = connected.map_err(|e| unreached(address, &e))?;
        let driving = tokio::spawn(connection);
        let found = place::schema_of(address, &client).await;
        let_go(client, driving).await;
        if let Some(schema) = found? {
            self.shared.found_in.get_or_init(|| schema);
        }
        Ok(())
    }

    /// The schema that the store's tables lie in, as far as it is known.
    fn schema(&self) -> Option<&str> {
        self.address().schema.as_deref().or(self.shared.found_in.get().map(String::as_str))
    }

    /// Begins a transaction, which the caller ends.
    pub async fn begin(&self, purpose: TxKind) -> Result<Tx> {
        let client = match self.shared.pools.connection(self.lane).await {
            Ok(client) => client,
            // That all are in use says nothing of the server.
            Err(error @ PoolError::Timeout(TimeoutType::Wait)) => return Err(error.into()),
            Err(error) => {
                let error = Error::from(error);
                self.shared.outage.missed(self.address(), &error);
                return Err(error);
            }
        };
        let beginning = beginning(purpose, self.schema());
        // Poolers up to PgBouncer 1.20 can end, for all their clients, by a request to cancel.
        let cancelling = self.shared.noted.is_none().then(|| self.shared.tls.clone());
        let begun = Tx::begin(client, cancelling, &beginning).await?;
        self.shared.outage.answered(self.address());
        Ok(begun)
    }

    /// Reads: all in one state of the store.
    pub async fn read<T: Send>(&self, work: impl for<'t> Fn(&'t Tx) -> Doing<'t, T> + Send + Sync) -> Result<T> {
        self.read_of(&(), |tx, ()| work(tx)).await
    }

    /// The same, of what is asked for.
    pub async fn read_of<D: Sync + ?Sized, T: Send>(
        &self,
        asked: &D,
        work: impl for<'t> Fn(&'t Tx, &'t D) -> Doing<'t, T> + Send + Sync,
    ) -> Result<T> {
        self.look(TxKind::Read, asked, &work).await
    }

    /// Reads what may be all there is of something: for as long as that takes.
    pub async fn survey<D: Sync + ?Sized, T: Send>(
        &self,
        asked: &D,
        work: impl for<'t> Fn(&'t Tx, &'t D) -> Doing<'t, T> + Send + Sync,
    ) -> Result<T> {
        self.look(TxKind::Survey, asked, &work).await
    }

    async fn look<D: Sync + ?Sized, T: Send>(
        &self,
        purpose: TxKind,
        asked: &D,
        work: &(impl for<'t> Fn(&'t Tx, &'t D) -> Doing<'t, T> + Send + Sync),
    ) -> Result<T> {
        let mut tries = Tries::new(self.lane, 0);
        loop {
            let error = match self.look_once(purpose, asked, work).await {
                Err(error) if is_again(&error) => error,
                done => return done,
            };
            self.pause(&mut tries, error).await?;
        }
    }

    async fn look_once<D: ?Sized, T>(
        &self,
        purpose: TxKind,
        asked: &D,
        work: &(impl for<'t> Fn(&'t Tx, &'t D) -> Doing<'t, T> + Sync),
    ) -> Result<T> {
        let mut tx = self.begin(purpose).await?;
        let answer = work(&tx, asked).await;
        if !matches!(answer, Err(Error::Away(_))) {
            tx.roll_back().await;
        }
        answer
    }

    /// Makes or changes tables, once: where the connection is lost, whoever does it looks
    /// what came of it.
    pub async fn alter<D: Sync + ?Sized, T: Send>(
        &self,
        given: &D,
        work: impl for<'t> Fn(&'t Tx, &'t D) -> Doing<'t, T> + Send + Sync,
    ) -> Result<T> {
        let mut tx = self.begin(TxKind::Schema).await?;
        let answer = match work(&tx, given).await {
            Ok(answer) => answer,
            Err(error) => {
                tx.roll_back().await;
                return Err(error);
            }
        };
        match tx.commit(&()).await {
            CommitEnd::Well => Ok(answer),
            CommitEnd::Undone(error) | CommitEnd::Unheard(error) => Err(error),
        }
    }

    /// Writes what needs nothing given.
    #[cfg(test)]
    pub async fn write<T: Send + 'static>(
        &self,
        repeat: Repeat,
        work: impl for<'t> Fn(&'t mut Writing) -> Doing<'t, T> + Send + Sync + 'static,
    ) -> Result<T> {
        self.write_of(repeat, (), move |writing, ()| work(writing)).await
    }

    /// Writes what is given. What is begun is ended whether or not the caller still waits
    /// for it.
    pub async fn write_of<D: Send + Sync + 'static, T: Send + 'static>(
        &self,
        repeat: Repeat,
        given: D,
        work: impl for<'t> Fn(&'t mut Writing, &'t D) -> Doing<'t, T> + Send + Sync + 'static,
    ) -> Result<T> {
        let session = self.clone();
        let written = tokio::spawn(async move { session.write_here(repeat, &given, work).await });
        written.await.unwrap_or_else(|e| Err(Error::Database(format!("a write was cut short: {e}"))))
    }

    async fn write_here<D: Sync, T: Send>(
        &self,
        repeat: Repeat,
        given: &D,
        work: impl for<'t> Fn(&'t mut Writing, &'t D) -> Doing<'t, T> + Send + Sync,
    ) -> Result<T> {
        let receipt = (repeat == Repeat::Once).then(|| self.shared.receipts.next());
        let mut tries = Tries::new(self.lane, receipt.map_or(1, |receipt| receipt.writer ^ receipt.number));
        // The answer of a try that may have been committed.
        let mut unheard = None;
        loop {
            let error = match self.write_once(receipt, given, &work, &mut unheard).await {
                Err(error) if is_again(&error) => error,
                done => return done,
            };
            self.pause(&mut tries, error).await?;
        }
    }

    async fn write_once<D: Sync, T: Send>(
        &self,
        receipt: Option<Receipt>,
        given: &D,
        work: &(impl for<'t> Fn(&'t mut Writing, &'t D) -> Doing<'t, T> + Sync),
        unheard: &mut Option<T>,
    ) -> Result<T> {
        let tx = self.begin(TxKind::Write).await?;
        let mut writing = Writing::of(tx, self.shared.time);
        if let Some(receipt) = receipt {
            if receipt.write(&writing.tx).await? == Met::Before {
                writing.tx.roll_back().await;
                return unheard.take().ok_or_else(|| Error::Database("somebody else has this receipt".to_owned()));
            }
            // Had that try been committed, its receipt would be there.
            *unheard = None;
        }
        let answer = work(&mut writing, given).await;
        if answer.as_ref().is_err_and(|error| !matches!(error, Error::Away(_))) {
            writing.tx.roll_back().await;
        }
        let answer = answer?;
        let Writing { tx, tail, .. } = writing;
        match tx.commit(&tail).await {
            CommitEnd::Well => {
                self.shared.tell(&tail);
                Ok(answer)
            }
            CommitEnd::Undone(error) => Err(error),
            CommitEnd::Unheard(error) => {
                *unheard = Some(answer);
                Err(error)
            }
        }
    }

    /// Waits before the next try; gives the error back when there is to be none.
    async fn pause(&self, tries: &mut Tries, error: Error) -> Result<()> {
        if matches!(error, Error::Away(_)) {
            self.shared.pools.forget(self.lane);
        }
        if self.shared.holders.is_due(&error) {
            self.tell_holders().await;
        }
        let Some(wait) = tries.next_wait() else { return Err(error) };
        tracing::debug!(%error, wait_ms = wait.as_millis(), "the store is asked again");
        tries.sleep(wait).await;
        Ok(())
    }

    /// Logs who holds what is waited for.
    async fn tell_holders(&self) {
        let asking = self.through(Lane::Health);
        let asked = asking.look_once(TxKind::Read, &(), &|tx: &Tx, (): &()| Box::pin(holders(tx))).await;
        match asked {
            Ok(holders) if !holders.is_empty() => {
                let held_by = holders.join(", ");
                tracing::warn!(store = %self.address(), held_by, "the store waits for a lock");
            }
            asked => tracing::debug!(?asked, "who holds a lock cannot be told"),
        }
    }

    /// Ends the work on the store.
    pub fn close(&self) {
        self.shared.pools.close();
        self.shared.closed.send_replace(true);
    }

    /// Comes back when somebody has ended the work on the store.
    pub async fn closed(&self) {
        // The sender lives as long as we do.
        let _ = self.shared.closed.subscribe().wait_for(|is_closed| *is_closed).await;
    }
}
