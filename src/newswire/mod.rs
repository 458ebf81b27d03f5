//! Reads wire copy as an editor does: wire, dateline, issuer, notices, and what of a text is
//! not its news (newswire-domain A and B).
//!
//! Raw words are always kept. An unknown form leaves a field empty; nothing is guessed. The
//! cost is linear in the text: datelines are sought in its first lines, up to a fixed length
//! of each.

mod boilerplate;
mod built_in;
mod copy;
mod dateline;
mod issuer;
mod mentioned;
mod notation;
mod notice;
mod reader;
mod release;
mod tables;
mod tickers;
mod wires;

pub use copy::WireCopy;
pub use reader::{UnreadCopy, WireReader};
pub use tables::{OwnWire, OwnWireError, OwnWireProblem, Tables, WireNumber};

use crate::model::newswire::Newswire;
use crate::places::Gazetteer;
use issuer::IssuerCopy;

/// Reads everything that a copy says of itself.
pub fn read(copy: &WireCopy<'_>, tables: &Tables, gazetteer: &Gazetteer) -> Newswire {
    let found = dateline::read(copy, tables, gazetteer);
    let wire = wires::read(copy, tables, found.as_ref());
    let boilerplate = boilerplate::read(copy, tables, found.as_ref());
    let issued =
        IssuerCopy { copy, tables, dateline: found.as_ref(), wire: wire.as_deref(), abouts: &boilerplate.abouts };
    Newswire {
        issuer: issuer::read(&issued),
        tickers: tickers::of(copy),
        is_photo_only: boilerplate::is_photo_only(copy, &boilerplate.cuts),
        cuts: boilerplate.cuts,
        wire,
        release_number: release::number(copy),
        notice: notice::read(copy, found.as_ref().map(|found| &found.at)),
        places: mentioned::read(copy, gazetteer, found.as_ref()),
        dateline: found.map(|found| found.dateline),
    }
}

#[cfg(test)]
mod tests;
