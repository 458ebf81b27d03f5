//! The store on PostgreSQL: what several nodes share. Server of version 14 or later.
//!
//! - `answers`: the calls of the store's traits
//! - `link`: connections, transactions, what is tried again
//! - `node`: who works on it
//! - `past`: stored entries decided about anew
//! - `port`: how a copy reads and fills it
//! - `read`: rows as domain types
//! - `schedule`: sources, claims, turns and holds
//! - `schema`: tables, months, and whether this program may work on them
//! - `search`: words and look-ups in the server's terms
//! - `upkeep`: retention, and whether the store is well
//! - `write`: what is written

mod answers;
#[cfg(test)]
#[path = "../../../tests/it/certs.rs"]
mod certs;
mod link;
mod node;
mod opened;
mod past;
mod port;
mod read;
mod schedule;
mod schema;
mod search;
#[cfg(test)]
#[path = "../../../tests/it/server.rs"]
mod server;
#[cfg(test)]
mod tests;
mod upkeep;
mod write;

pub use link::time::StoreTime;
pub use link::url::{AddressProblem, Encryption, Password, ServerAddress, ServerName};

pub use opened::{PostgresStore, prepare};
pub use port::PostgresPort;
