//! Where terms are in a text: all terms of all feeds in one pass, and which places
//! are near one another.

mod anywhere;
mod border;
mod home;
mod known;
pub mod near;
pub mod places;
pub mod scan;
pub mod scanned;
pub mod slot;
mod uses;
pub mod vocabulary;
mod words;
