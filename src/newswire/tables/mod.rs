//! The readable tables: wires with their marks, months, regions, small words of datelines.
//!
//! They stand in `data/newswire/*.toml` and are parsed once. `[wires.NAME]` of the
//! configuration adds to them.

mod built_in;
mod lookup;
mod own;
mod own_wire;
mod wires;
mod words;

pub use lookup::Tables;
pub use own::{OwnWireError, OwnWireProblem};
pub use own_wire::OwnWire;
pub use wires::WireNumber;
pub(super) use words::{SmallWords, key, narrow};

use crate::model::digest;

impl Tables {
    /// The tables that the program was built with.
    pub fn built_in() -> Tables {
        built_in::tables()
    }

    /// The built-in tables with the operator's wires; all problems if there is one.
    pub fn with(own: &[OwnWire]) -> Result<Tables, Vec<OwnWireError>> {
        let mut tables = Tables::built_in();
        own::add(&mut tables, own)?;
        tables.own = own.to_vec();
        Ok(tables)
    }

    /// Which tables these are: others have another number.
    pub fn edition(&self) -> i64 {
        digest(&format!("{}\n{}", built_in::FILES.concat(), own_wire::told(&self.own)))
    }
}
