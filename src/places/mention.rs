//! Mentions of places in texts, and why each was taken.

use std::fmt;
use std::ops::Range;

use super::country::Country;
use super::place::PlaceId;

/// What is known of an entry when its texts are read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PlaceContext<'a> {
    /// Its language: BCP 47.
    pub language: Option<&'a str>,
    /// The country of its source.
    pub home: Option<Country>,
    /// Where its dateline stands: which text, and the bytes of the folded one.
    pub dateline: Option<(usize, Range<usize>)>,
}

impl PlaceContext<'_> {
    /// The primary subtag of the language.
    pub(super) fn primary(&self) -> Option<&str> {
        self.language.and_then(|tag| tag.split(['-', '_']).next())
    }
}

/// A place mentioned in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlaceMention {
    /// Which text: the index in what was handed in.
    pub text: usize,
    /// Where its name stands: bytes of the folded text.
    pub folded: Range<usize>,
    /// Where its name stands: bytes of the text as shown.
    pub shown: Range<usize>,
    /// The place.
    pub place: PlaceId,
    /// The country that it is, or is in.
    pub country: Country,
    /// Whether it is an adjective or demonym of the country ("Chinese"), not a name.
    pub is_adjective: bool,
    /// Why the word counts as a name of a place.
    pub counts: Support,
    /// Why this place was taken, and no namesake.
    pub chosen: ChosenBy,
}

/// Why a word counts as a name of a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Support {
    /// It is no common word, and no name of persons.
    Name,
    /// Its country or region stands beside it.
    Beside,
    /// A preposition of places stands before it.
    Preposition,
    /// An office or kind of place stands beside it ("mayor of", 市).
    Office,
    /// "And" or a slash joins it with a place that counts by itself.
    Listed,
    /// It stands in the dateline.
    Dateline,
    /// Its country or region is mentioned elsewhere.
    SecondMention,
}

/// Why a place was taken, and no namesake.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChosenBy {
    /// No other place has the name.
    Only,
    /// This country or region stands beside the name.
    Beside(PlaceId),
    /// This country or region is named elsewhere in the texts.
    Named(PlaceId),
    /// It is in the source's own country.
    Home,
    /// Most people live there.
    Population,
}

impl fmt::Display for Support {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Support::Name => "a name of places alone",
            Support::Beside => "its country or region stands beside it",
            Support::Preposition => "a preposition of places stands before it",
            Support::Office => "an office or kind of place stands beside it",
            Support::Listed => "it stands in a list with a place that counts by itself",
            Support::Dateline => "it stands in the dateline",
            Support::SecondMention => "its country or region is mentioned elsewhere",
        })
    }
}

impl fmt::Display for ChosenBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ChosenBy::Only => "the only place of this name",
            ChosenBy::Beside(_) => "by the country or region beside it",
            ChosenBy::Named(_) => "by a country or region named in the text",
            ChosenBy::Home => "in the source's own country",
            ChosenBy::Population => "the most populous place of this name",
        })
    }
}
