//! The gazetteer: which names are names of places, of which places, and where they stand in
//! a text.
//!
//! Pure. The places of the world (countries, their first-level regions, cities of 15,000
//! people and more) are built into the program as one file, which is read where it lies:
//! opening it copies and builds nothing. A second layer of the same form holds the
//! operator's own places. Names are compared as filters compare words ([`crate::text::fold`]).
//!
//! The room never looks at an entry, a source or a store: it is handed folded texts and what
//! is known of them ([`PlaceContext`]), and returns mentions with their reasons. It never
//! guesses: a name that is also a common word, or a given name, counts only with support.
//!
//! Data, its sources and licences: `data/places/README.md`; made by `scripts/make-places`.

mod ask;
mod choose;
mod country;
mod cues;
mod gazetteer;
mod headline;
mod layer;
mod marks;
mod mention;
pub mod own;
pub mod pack;
mod part;
mod place;
mod read;
mod scan;
mod support;
mod weight;

pub use country::Country;
pub use gazetteer::Gazetteer;
pub use mention::{ChosenBy, PlaceContext, PlaceMention, Support};
pub use place::{Coordinates, Place, PlaceId, PlaceKind};

#[cfg(test)]
mod tests;
