//! From files to values: files are found and read, their text is parsed at a bounded cost,
//! and every problem is collected with its place.

pub mod files;
pub mod footprint;
mod pattern;
pub mod problem;
pub mod reader;
pub mod report;
mod shape;
pub mod spot;
