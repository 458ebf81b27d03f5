//! Stories: which entries carry one release, which translate it, which amend it.
mod compare;
mod cut;
mod differ;
pub mod facts;
mod likeness;
pub mod place;
pub mod read;
pub mod recurring;
pub mod settings;
pub mod shingle;
pub mod title;
pub mod translation;
pub mod window;
pub mod words;
pub use compare::{Comparison, compare};
