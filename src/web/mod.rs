//! The serving side: feeds from memory, pages from the store.
//!
//! [`Shelf`] holds each feed's document of each format in all codings, and serves it before any
//! routing. Public URLs come from the configuration alone (check O29).

mod answer;
mod desk;
mod documents;
mod door;
mod gate;
mod guests;
mod heads;
mod making;
mod metrics;
mod negotiate;
mod pages;
mod peer;
mod routes;
mod search;
mod serve;
mod shelf;
mod stall;
mod trouble;

pub use desk::{Desk, ShownFeed, Site, StoreLack};
pub use documents::Rendering;
pub use metrics::Counters;
pub use search::Searching;
pub use serve::limits::Limits;
pub use serve::listeners::{Listeners, listen};
pub use serve::{serve, serve_within};
pub use shelf::Shelf;

#[cfg(test)]
mod tests;
