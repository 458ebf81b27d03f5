//! The store on PostgreSQL: what several nodes share. Server of version 14 or later.
//!
//! - `answers`: the calls of the store's traits
//! - `copy_end`: how a copy reads and fills it
//! - `link`: connections, transactions, what is tried again
//! - `node`: who works on it
//! - `past`: stored entries decided about anew
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
mod copy_end;
mod link;
mod node;
mod opened;
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
mod upkeep;
mod write;

pub use link::passfile::FoundPassword;
pub use link::time::StoreTime;
pub use link::url::{AddressProblem, Encryption, Password, ServerAddress, ServerName};

pub use copy_end::PostgresCopyEnd;
pub use opened::{PostgresStore, examine, prepare};
