//! What the store's tables are, and whether this program may work on them.

mod migrate;
pub mod months;
pub mod place;
mod rights;

use super::link::run::Session;
use super::link::tx::{CommitEnd, TxKind};
use crate::clock::Timestamp;
use crate::store::{Error, Result, SCHEMA};
use migrate::SchemaState;
pub use migrate::{ALONE, missing};

/// Makes or updates the tables, and the months that come. Of several who do so at the same
/// time one does it, and the others find it done.
///
/// # Errors
/// [`Error::Unusable`](crate::store::Error::Unusable) says what is in the way, and what
/// mends it.
pub async fn prepare(session: &Session, now: Timestamp) -> Result<()> {
    session.reach().await?;
    let mut tx = session.begin(TxKind::Schema).await?;
    let now = session.time().now(tx.begun_at, now);
    let prepared = async {
        let facts = rights::facts(&tx).await?;
        rights::check(&facts, session.address())?;
        match migrate::migrate(&tx, session.address(), now).await? {
            SchemaState::Newer(version) => {
                tracing::warn!(version, known = SCHEMA, "the store is a newer wiredesk's: update this one soon, too");
                Ok(())
            }
            _ => months::make_ahead(&tx, now).await,
        }
    };
    if let Err(error) = prepared.await {
        tx.roll_back().await;
        return Err(error);
    }
    match tx.commit(&()).await {
        CommitEnd::Well => Ok(()),
        CommitEnd::Undone(error) | CommitEnd::Unheard(error) => Err(error),
    }
}

/// Looks whether this program may read the tables as they are, and changes nothing.
///
/// # Errors
/// [`Error::Unusable`](crate::store::Error::Unusable) says what is in the way, and what
/// mends it.
pub async fn look(session: &Session) -> Result<()> {
    session.reach().await?;
    let mut tx = session.begin(TxKind::Read).await?;
    let looked = migrate::look(&tx, session.address()).await;
    tx.roll_back().await;
    looked
}

/// Looks whether a store can be worked on there, or be made, and changes nothing.
///
/// # Errors
/// Those of [`prepare`].
pub async fn examine(session: &Session) -> Result<()> {
    session.reach().await?;
    let mut tx = session.begin(TxKind::Read).await?;
    let examined = async {
        rights::check(&rights::facts(&tx).await?, session.address())?;
        match migrate::look(&tx, session.address()).await {
            Err(Error::Absent(_)) => Ok(()),
            looked => looked,
        }
    };
    let examined = examined.await;
    tx.roll_back().await;
    examined
}

/// Makes the months that come, and dissolves those that were over at `before` and of which
/// retention has left little. What somebody reads all the while is left for another day.
pub async fn turn_months(session: &Session, before: Timestamp, now: Timestamp) -> Result<()> {
    months::keep_ahead(session, now).await?;
    months::dissolve(session, before, now).await
}
