//! The texts of an entry that are scanned, and which of them are looked at.

use crate::filter::language::ast::FieldName;

/// A text that is scanned.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::filter) enum Slot {
    Title,
    Body,
    /// The lead, where it is not scanned as part of the body.
    Lead,
    Author,
    Category,
    Url,
    Wire,
    Issuer,
    Dateline,
}

/// How many there are.
pub(super) const SLOTS: usize = 9;

/// Which texts are looked at, and whether places are read in them.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(in crate::filter) struct Needs(u16);

/// The bit that asks for places.
const PLACES: u16 = 1 << 15;

impl Needs {
    pub fn add(&mut self, scope: FieldName) {
        self.0 |= match scope {
            // All of them, whichever is asked for: a term in another one of them is a near
            // miss to report.
            FieldName::Title
            | FieldName::Lead
            | FieldName::Body
            | FieldName::Hlead
            | FieldName::Any
            | FieldName::Place
            | FieldName::Country => bit(Slot::Title) | bit(Slot::Lead) | bit(Slot::Body),
            FieldName::Author => bit(Slot::Author),
            FieldName::Category => bit(Slot::Category),
            FieldName::Url => bit(Slot::Url),
            FieldName::Wire => bit(Slot::Wire),
            FieldName::Issuer => bit(Slot::Issuer),
            FieldName::Dateline => bit(Slot::Dateline),
            // Exact ones are not scanned.
            _ => 0,
        };
    }

    /// Asks for places in the texts that are looked at.
    pub fn add_places(&mut self) {
        self.0 |= PLACES;
    }

    pub fn join(&mut self, other: Needs) {
        self.0 |= other.0;
    }

    pub(super) fn has(self, slot: Slot) -> bool {
        self.0 & bit(slot) != 0
    }

    pub(super) fn has_places(self) -> bool {
        self.0 & PLACES != 0
    }
}

fn bit(slot: Slot) -> u16 {
    1 << slot as u16
}
