//! What only the main file may hold, because it is said once for the whole desk: `[server]`,
//! `[polling]`, `[node]`, `[store]`, `[places]`.

pub mod node;
pub(super) mod places;
pub mod server;
pub mod settings;
pub mod store;
