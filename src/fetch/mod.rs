//! A conditional request to an [`Outcome`](crate::model::Outcome).
//!
//! Every request is sent by [`Asker`]: the rules of the host's robots.txt where they apply, its
//! turn, one GET, and its redirects likewise. Nothing else is ever sent (check P34). This room
//! never reads the document, stores nothing and decides no schedule. RFC 9110 (conditional
//! requests, redirects, codings), RFC 9111 §4.3.4, RFC 9309.

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
pub use request::{DocumentKind, Request};
pub use response::{Hop, Received, Response};
