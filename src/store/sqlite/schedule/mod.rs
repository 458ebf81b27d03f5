//! When sources are due, claims on them and turns at their hosts.

pub mod claim;
pub mod overdue;
pub mod plan;
pub mod turns;

#[cfg(test)]
mod tests;
