//! The store on PostgreSQL: what several nodes share. Server of version 14 or later.
//!
//! - `link`: connections, transactions, what is tried again
//! - `past`: stored entries decided about anew
//! - `read`: rows as domain types
//! - `schedule`: claims, turns and holds
//! - `schema`: tables, months, and whether this program may work on them
//! - `search`: words and look-ups in the server's terms
//! - `write`: what is written

#[cfg(test)]
#[path = "../../../tests/it/certs.rs"]
mod certs;
mod link;
mod past;
mod read;
mod schedule;
mod schema;
mod search;
#[cfg(test)]
#[path = "../../../tests/it/server.rs"]
mod server;
#[cfg(test)]
mod tests;
mod write;

pub use link::url::{AddressProblem, Encryption, Password, ServerAddress, ServerName};

use link::pool::CONNECTIONS;
use link::run::Session;
use link::time::StoreTime;

use super::Result;
use crate::clock::Timestamp;

/// See [`prepare`](crate::store::prepare).
pub async fn prepare(address: &ServerAddress, now: Timestamp) -> Result<()> {
    let session = Session::new(address.clone(), StoreTime::Servers, "wiredesk", CONNECTIONS)?;
    schema::prepare(&session, now).await
}
