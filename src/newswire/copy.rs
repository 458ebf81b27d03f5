//! A copy as it is handed in to be read.

use crate::clock::{Timestamp, Zone};
use crate::places::Country;

/// An entry with its texts, as wire copy is read from it.
#[derive(Clone, Copy, Debug, Default)]
pub struct WireCopy<'a> {
    /// The headline: plain text.
    pub title: &'a str,
    /// The whole text, plain, with a line for each paragraph.
    pub text: &'a str,
    /// Its page.
    pub link: Option<&'a str>,
    /// Its id, as sent.
    pub id: Option<&'a str>,
    /// `dc:contributor`: the issuer on release wires.
    pub contributors: &'a [&'a str],
    /// Who wrote it.
    pub authors: &'a [&'a str],
    /// BCP 47 language.
    pub language: Option<&'a str>,
    /// When it was published, else when it was first seen: the year of a dateline is taken
    /// from it. `None` leaves dates without a year.
    pub published: Option<Timestamp>,
    /// `wire` of the source: the service when the text does not say.
    pub source_wire: Option<&'a str>,
    /// `country` of the source.
    pub home: Option<Country>,
    /// The zone of the source, for times without one.
    pub zone: Option<&'a Zone>,
}
