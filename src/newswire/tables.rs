//! What wire copy is read by: wires with their marks, names of months, headings.

/// The tables of wire copy.
#[derive(Clone, Debug, Default)]
pub struct Tables {}

impl Tables {
    /// Those that the program was built with.
    pub fn built_in() -> Tables {
        Tables {}
    }

    /// Which tables these are: others have another number.
    pub fn edition(&self) -> i64 {
        0
    }
}
