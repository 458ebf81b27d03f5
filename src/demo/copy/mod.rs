//! The stories, written by hand with `{placeholders}` for names and numbers.
//! Everything in them is invented but the names of cities.

mod business;
mod cities;
mod ports;
mod rest;
mod story;

pub use story::{At, CopyPiece, CopyText};

/// Every piece.
pub fn pieces() -> impl Iterator<Item = &'static CopyPiece> {
    [cities::PIECES, ports::PIECES, business::PIECES, rest::PIECES].into_iter().flatten()
}

/// The piece named `key`.
pub fn named(key: &str) -> Option<&'static CopyPiece> {
    pieces().find(|piece| piece.key == key)
}
