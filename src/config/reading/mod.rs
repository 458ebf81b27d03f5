//! From files to values: files are found and read, their text is parsed at a bounded
//! cost, and all that is wrong is gathered with the place where it stands.

pub mod files;
pub mod footprint;
mod pattern;
pub mod problem;
pub mod reader;
pub mod report;
mod shape;
pub mod spot;
