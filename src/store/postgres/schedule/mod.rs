//! Claims, turns at hosts and holds, for all nodes of a store together (checks P25, P30).
//!
//! Whoever takes a turn at a host holds the row of its site until he commits. He counts the
//! turns that are taken by a statement that begins after he got that row, so he sees those
//! of all who held it before, and whoever comes later sees his.

pub mod claim;
pub mod courtesy;
pub mod due;
pub mod hold;
pub mod overdue;
pub mod plan;
pub mod rest;
pub mod set_back;
#[cfg(test)]
mod tests;
pub mod turn;
