//! The way to the server: where it is, connections, transactions, and what is done when
//! one of these is lost.
//!
//! Statements are sent by `query_typed` alone: unnamed, with the types of their parameters,
//! in one round trip. Nothing is prepared, and no setting outlives a transaction, so it
//! goes through any pooler that keeps a connection for one transaction. Only hints of others'
//! commits (`listen`) need a connection of their own, and nothing is lost without them.

pub mod connect;
pub mod error;
pub mod holders;
pub mod listen;
pub mod outage;
pub mod passfile;
pub mod pool;
pub mod pooler;
pub mod reach;
pub mod receipt;
pub mod run;
pub mod time;
pub mod tls;
pub mod tries;
pub mod tx;
pub mod url;
