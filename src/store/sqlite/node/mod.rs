//! Who works on the store.

pub mod nodes;
