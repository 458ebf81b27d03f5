//! SQLite: one writer thread, a few readers, WAL with `synchronous=FULL`.
//!
//! SQLite is refused below 3.51.3, whose predecessors can corrupt a WAL that
//! two connections reset at once (R11).

mod answers;
mod articles;
mod claim;
mod commit;
mod copy;
mod documents;
mod entries;
mod files;
mod history;
mod in_force;
mod ledger;
mod line;
mod lock;
mod look;
mod mend;
mod migrate;
mod nodes;
mod open;
mod opened;
mod outbox;
mod overdue;
mod place;
mod plan;
mod prepared;
mod published;
mod rebuild;
mod rematch;
mod reroute;
mod routes;
mod row;
mod search;
mod set_back;
mod source_row;
mod spent;
mod status;
mod tree;
mod turns;
mod upgrade;
mod upkeep;
mod verify;
mod write;
mod writer;

#[cfg(test)]
mod tests;

pub use migrate::SCHEMA;
pub use opened::SqliteStore;
pub use rebuild::{Compacted, compact};
pub use verify::verify_file;
