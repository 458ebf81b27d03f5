//! SQLite: one writer thread, a few readers, WAL with `synchronous=FULL`.
//!
//! SQLite is refused below 3.51.3, whose predecessors can corrupt a WAL that
//! two connections reset at once (R11).

mod answers;
mod copy_end;
mod file;
mod node;
mod past;
mod read;
mod schedule;
mod search;
mod upkeep;
mod write;

pub use copy_end::SqliteCopyEnd;
pub use file::files::resolve;
pub use file::migrate::SCHEMA;
pub use file::opened::SqliteStore;
pub use upkeep::rebuild::{Compacted, compact};
pub use upkeep::verify::verify_file;

#[cfg(test)]
mod tests;
