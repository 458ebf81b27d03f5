//! Who works on the store, and what is given back when one is gone.

pub mod configs;
pub mod nodes;
