//! What wire copy says of itself: who carried it, whence and when it comes, who issued it,
//! and what it changes of other copy.

mod dateline;
mod notice;
mod reading;
mod told;

use std::ops::Range;

use crate::places::Country;

pub use dateline::{Dateline, DatelineDate, DatelinePlace};
pub use notice::{Notice, NoticeKind, NoticeTarget, NoticeUntil};
pub use reading::{WireEdition, WireReading};

/// What an editor reads from an entry: product §3.7, §3.8 and §6. An empty field means that
/// the copy does not say; nothing is guessed.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Newswire {
    /// The usual name of the service that carried it, such as "GlobeNewswire".
    pub wire: Option<String>,
    /// The number of the release at its wire, from its link or id: the same in every language.
    pub release_number: Option<String>,
    /// Where and when it was written.
    pub dateline: Option<Dateline>,
    /// The body on whose behalf it was issued, as printed.
    pub issuer: Option<String>,
    /// What it changes of other copy, or of itself.
    pub notice: Option<Notice>,
    /// Securities that it names.
    pub tickers: Vec<Ticker>,
    /// Places that its headline and text mention, in the order in which they stand there.
    pub places: Vec<MentionedPlace>,
    /// Whether it consists of pictures: its text may be empty.
    pub is_photo_only: bool,
    /// What of its text is not the news: in order, without overlap.
    pub cuts: Vec<Cut>,
}

/// A security as printed: `(NASDAQ: ABC)`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ticker {
    /// The exchange, as printed, such as "NYSE American".
    pub exchange: String,
    /// Its symbol there.
    pub symbol: String,
}

/// A place that a headline or text names.
#[derive(Clone, PartialEq, Debug)]
pub struct MentionedPlace {
    /// As printed.
    pub name: String,
    /// The city, as the gazetteer calls it in English; `None` for a region or country.
    pub city: Option<String>,
    /// The first-level region in which it lies, or that it is, as the gazetteer calls it.
    pub region: Option<String>,
    /// The country that it is, or in which it lies.
    pub country: Country,
    /// The text in which it stands.
    pub part: CopyPart,
    /// Where its name begins there: in characters (Unicode scalar values) from 0.
    pub offset: usize,
    /// Why the word counts as a place, and as this one: a sentence.
    pub because: String,
    /// Its latitude and longitude in degrees (WGS 84), where the gazetteer knows them.
    pub at: Option<(f64, f64)>,
}

/// The texts of an entry in which places are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopyPart {
    /// The headline.
    Title,
    /// The text.
    Body,
}

/// Part of a text that is not its news.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cut {
    /// Where it stands: bytes of the plain text.
    pub at: Range<usize>,
    /// What it is.
    pub kind: CutKind,
}

/// What part of a text is not its news.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CutKind {
    /// The dateline.
    Dateline,
    /// What stands before the news: "FOR IMMEDIATE RELEASE", an embargo, a note to editors.
    Preface,
    /// The description of the issuer: "About X".
    About,
    /// Forward-looking statements and other cautions.
    Caution,
    /// Persons to be asked.
    Contacts,
    /// The end mark: `###`, `-30-`.
    EndMark,
    /// What the distributor adds: where the original stands, logos, disclaimers, `SOURCE X`.
    Tail,
}
