//! What is done again in the background: stored entries are read by better rules, placed among
//! stories, and decided about by the filters in force. One node does each at a time.

pub mod deciding;
pub mod placing;
pub mod reading;
