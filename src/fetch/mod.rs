//! A conditional request to an [`Outcome`](crate::model::Outcome).
//!
//! Everything that is asked of a host is asked by [`Asker`]: the rules of its robots.txt
//! where they bind, its turn, one GET, and its redirects likewise; nothing else is ever
//! asked (check P34). It never reads the document, stores nothing and decides no schedule.
//! RFC 9110 (conditional requests, redirects, codings), RFC 9111 §4.3.4, RFC 9309.

mod ask;
mod body;
mod decode;
pub mod freshness;
mod redirect;
mod request;
mod response;
pub mod retry_after;
pub mod robots;
mod run;
#[cfg(test)]
mod tests;

pub use ask::{Ask, Asker, AtOnce, Bound, FirstTurn, Manners};
pub use request::{Request, Wanted};
pub use response::{Hop, Received, Response};
