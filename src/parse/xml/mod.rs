//! Documents in XML: their elements and names, the texts inside them, and the
//! document in the making, which JSON and pages fill too.

pub mod draft;
mod fields;
mod gather;
mod names;
pub mod person;
pub mod walk;
