//! Stories: which entries carry one release, which translate it, which amend it.
pub mod amend;
mod amended;
pub mod carriage;
mod compare;
mod cut;
mod differ;
mod likeness;
pub mod place;
pub mod read;
pub mod recurring;
pub mod revise;
pub mod settings;
pub mod shingle;
pub mod sought;
pub mod speaker;
pub mod title;
pub mod translation;
pub mod window;
pub mod words;
pub use compare::{Comparison, HeadlineUse, StoryCandidate, compare};

#[cfg(test)]
mod tests;
