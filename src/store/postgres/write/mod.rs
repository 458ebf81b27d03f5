//! What polls and articles bring, as it is written.
//!
//! Statements write sets of rows: a portion of a document takes some dozen of them, however
//! many entries it has. So what is there is read first, what is to be written is settled in
//! memory, and then it is written. Whoever waits for rows waits in one order: the source's
//! in `schedule`, then entries by their numbers, then new published ids by their hashes,
//! then what belongs to these, then the row of who places stories, then sites, and at last
//! what the tail holds.

pub mod article_claims;
pub mod articles;
pub mod commit;
pub mod documents;
pub mod entries;
pub mod ledger;
pub mod line;
pub mod lock;
pub mod outbox;
pub mod polled;
pub mod quiet;
pub mod readings;
pub mod routes;
pub mod spent;
pub mod stories;
pub mod tail;
pub mod tree;
