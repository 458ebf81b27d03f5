//! Reads a copy.

use crate::model::newswire::Newswire;
use crate::places::Gazetteer;

use super::{Tables, WireCopy};

/// What an editor reads from `copy`.
pub fn read(copy: &WireCopy<'_>, _tables: &Tables, _places: &Gazetteer) -> Newswire {
    Newswire { wire: copy.source_wire.map(str::to_owned), ..Newswire::default() }
}
