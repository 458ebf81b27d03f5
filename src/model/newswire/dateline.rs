//! Datelines: where and when copy was written.

use std::fmt;

use crate::places::Country;

/// The dateline of a copy: newswire-domain B.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Dateline {
    /// Word for word, without the closing dash.
    pub raw: String,
    /// Its places, in the order in which they stand.
    pub places: Vec<DatelinePlace>,
    /// Its date.
    pub date: Option<DatelineDate>,
    /// The usual name of the wire that it names.
    pub wire: Option<String>,
    /// Who wrote it, as printed.
    pub byline: Option<String>,
}

/// A place of a dateline.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DatelinePlace {
    /// The city in title case, in the script in which it is printed.
    pub city: Option<String>,
    /// Postal code of a state or province of the United States or Canada, else as printed.
    pub region: Option<String>,
    /// The country, only where the text names it or such a region.
    pub country: Option<Country>,
    /// The country as the gazetteer knows the place, whether the text names it or not.
    pub resolved: Option<Country>,
    /// What the gazetteer took the place for, and why: a sentence.
    pub because: Option<String>,
}

/// The date of a dateline: without a year or month where none can be known, as in
/// `[東京 ２１日 ロイター]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DatelineDate {
    /// The year.
    pub year: Option<i16>,
    /// The month, from 1; `None` only without a year.
    pub month: Option<u8>,
    /// The day of the month, from 1.
    pub day: u8,
}

/// `2024-11-21`, `--11-21` without a year, `---21` without a month (ISO 8601:2000 §5.2.1.3).
impl fmt::Display for DatelineDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.year, self.month) {
            (Some(year), Some(month)) => write!(f, "{year:04}-{month:02}-{:02}", self.day),
            (None, Some(month)) => write!(f, "--{month:02}-{:02}", self.day),
            (_, None) => write!(f, "---{:02}", self.day),
        }
    }
}
