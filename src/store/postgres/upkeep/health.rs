//! Whether the store can be asked, and what it is not asked for.

use crate::store::postgres::ServerAddress;
use crate::store::postgres::link::tx::Tx;
use crate::store::{Error, Result};

const PING: &str = "SELECT store FROM desk";

/// See [`Upkeep::ping`](crate::store::Upkeep::ping).
///
/// # Errors
/// [`Error::Gone`] where there is no store any more.
pub async fn ping(tx: &Tx) -> Result<()> {
    match tx.one(PING, &[]).await? {
        Some(_) => Ok(()),
        None => Err(Error::Gone("its tables are empty".to_owned())),
    }
}

/// Whoever wants a copy of a store on a server asks the server's own program, which can also
/// put it back.
pub fn no_backup(at: &ServerAddress) -> Error {
    Error::Unusable(format!(
        "store {at}: a store on a server is copied by PostgreSQL's own program: pg_dump -Fc -f FILE, with the URL \
         of the store without `schema`"
    ))
}
