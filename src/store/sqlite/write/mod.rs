//! What polls and articles bring, as it is written.

pub mod articles;
pub mod commit;
pub mod documents;
pub mod entries;
pub mod ledger;
pub mod outbox;
pub mod place;
pub mod readings;
pub mod routes;
pub mod spent;
pub mod stories;
pub mod tree;
