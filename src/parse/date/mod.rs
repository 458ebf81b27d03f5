//! Dates as feeds write them (B58, B59, B60).
//!
//! RFC 822, RFC 3339 and W3CDTF with every laxity seen in the field: missing
//! parts, wrong weekdays, months and weekdays in the languages of the CLDR,
//! digits of all scripts, names of zones, asctime, plain numbers, words around a
//! complete date. What one text leaves open is decided by what is known of its
//! document and source ([`DateContext`]); what stays open, does not exist (30 February)
//! or could be anything is no date. Nothing is ever guessed from the current time.

use crate::clock::Timestamp;

mod calendar;
mod context;
mod core;
mod figures;
mod fillers;
mod iso;
mod loose;
mod named;
mod order;
mod pairs;
mod parts;
mod read;
mod sheet;
mod short_year;
mod shown;
mod table;
mod tokens;
mod words;
mod zones;

pub use calendar::YEARS;
pub use context::DateContext;
pub use pairs::{PairEnding, is_clock};

/// How far ahead of our clock a publisher's may be: product §3.3.
pub const TOLERANCE: std::time::Duration = std::time::Duration::from_secs(600);

/// 1990-01-01, the first day of [`YEARS`].
const OLDEST: Timestamp = Timestamp::from_millis(631_152_000_000);

/// What to make of a date (product §3.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DateVerdict {
    /// It can be believed.
    Good(Timestamp),
    /// It lies ahead; the moment it was seen stands for it.
    Ahead(Timestamp),
    /// Before 1990: a missing value of somebody's software.
    TooOld,
    /// Either of its first two numbers could be the month.
    Ambiguous,
    /// No date can be made out.
    Unreadable,
}

impl DateContext<'_> {
    /// The same for a document with `all` these dates, which may show their order.
    #[must_use]
    pub fn with_dates<'r>(self, all: impl IntoIterator<Item = &'r str>) -> Self {
        let order = shown::order(all, &self);
        self.with_order(order)
    }
}

/// `text` with the digits and signs of ASCII, years of eras and units as figures:
/// `令和8年11月27日` becomes `2026-11-27 `.
pub fn in_figures(text: &str) -> String {
    tokens::plain(text)
}

/// Whether `word` may stand beside a day and says nothing: "at", "um", "в", "Uhr".
pub fn is_filler(word: &str) -> bool {
    fillers::is_filler(&words::fold(word))
}

/// Whether `word` stands behind an hour: "h", "Uhr", "час".
pub fn is_hour(word: &str) -> bool {
    fillers::is_hour(&words::fold(word))
}

/// Whether `word` joins the days of a range: "to", "bis", "по".
pub fn joins_days(word: &str) -> bool {
    fillers::joins_days(&words::fold(word))
}

/// Whether `word` stands behind a minute: "min", "phút".
pub fn is_minute(word: &str) -> bool {
    fillers::is_minute(&words::fold(word))
}

/// `text` with the digits of ASCII, whatever their script.
pub fn with_ascii_digits(text: &str) -> String {
    text.chars().map(|c| tokens::digit(c).unwrap_or(c)).collect()
}

/// Reads `raw` and judges it against `now`.
pub fn judge(raw: &str, known: &DateContext<'_>, now: Timestamp) -> DateVerdict {
    match told(raw, known) {
        Told::Nothing => DateVerdict::Unreadable,
        Told::Either => DateVerdict::Ambiguous,
        Told::At(at) if at > now.plus(TOLERANCE) => DateVerdict::Ahead(now),
        Told::At(at) if at < OLDEST => DateVerdict::TooOld,
        Told::At(at) => DateVerdict::Good(at),
    }
}

/// What a text states.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Told {
    At(Timestamp),
    /// One of two days, and nothing tells which.
    Either,
    Nothing,
}

fn told(raw: &str, known: &DateContext<'_>) -> Told {
    let Some(parts) = read::parts(raw, known) else { return Told::Nothing };
    match parts.day.decide(known, parts.weekday) {
        Ok(None) => Told::Either,
        Ok(Some(date)) => parts.on(date, known).map_or(Told::Nothing, Told::At),
        Err(calendar::NoSuchDay) => Told::Nothing,
    }
}

#[cfg(test)]
mod tests;
