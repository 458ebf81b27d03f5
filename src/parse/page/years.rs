//! Years that stand above lists, for dates that have none: "2025" over "22 Nov" means
//! that of 2025, not the last 22 November (check B133).

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;
use scraper::{ElementRef, Html};

use crate::clock::Timestamp;

use super::super::date::{DateContext, with_ascii_digits};
use super::day;
use super::headed::{self, Headed, Heading};

/// How many years back the year above a list may lie.
const MOST_YEARS_BACK: i16 = 40;
/// Bytes of a heading that names a year.
const LONGEST: usize = 40;
/// Words beside the year, as in "Press releases 2025".
const MOST_WORDS: usize = 2;

/// For each entry below a year, that year.
#[derive(Debug, Default)]
pub struct Years(HashMap<NodeId, i16>);

/// What a heading says of years.
struct YearSaid {
    year: Option<i16>,
    /// Whether it says nothing else.
    bare: bool,
}

impl Years {
    /// The years above `entries`; the next one is the latest.
    pub fn above(page: &Html, entries: &[ElementRef<'_>], known: &DateContext<'_>, now: Timestamp) -> Years {
        let this_year = now.to_utc().year();
        let mut with_words: HashSet<i16> = HashSet::new();
        let mut begun = false;
        let headed = Headed::on(page, entries, |element| {
            let rank = rank(element)?;
            let text = headed::short_text(element, LONGEST);
            let read = text.as_deref().and_then(|text| year_in(text, this_year));
            begun |= read.is_some();
            // What ends the reign of no year need not be kept, nor does a day end that of
            // the year above it.
            if !begun || read.is_none() && text.as_deref().is_some_and(|text| is_day(element, text, known, now)) {
                return None;
            }
            with_words.extend(read.filter(|(_, bare)| !bare).map(|(year, _)| year));
            let said = YearSaid { year: read.map(|(year, _)| year), bare: read.is_some_and(|(_, bare)| bare) };
            Heading::of(element, rank, text.as_deref().unwrap_or_default(), said)
        });
        let year_of = |entry: &ElementRef<'_>| {
            let mut closed = u8::MAX;
            for heading in headed.over(entry.id()) {
                match heading.says.year {
                    Some(_) if closed <= heading.rank => return None,
                    // A founding year stands alone on its page, the years of lists do not.
                    Some(year) => return Some(year).filter(|_| heading.says.bare || with_words.len() > 1),
                    None => closed = closed.min(heading.rank),
                }
            }
            None
        };
        Years(entries.iter().filter_map(|entry| Some((entry.id(), year_of(entry)?))).collect())
    }

    /// The year above `entry`.
    pub fn of(&self, entry: ElementRef<'_>) -> Option<i16> {
        self.0.get(&entry.id()).copied()
    }
}

/// How high a heading stands; `None` for what is none. The title of the page heads all.
fn rank(element: ElementRef<'_>) -> Option<u8> {
    let called = || element.attr("class").is_some_and(|class| class.contains("year"));
    headed::rank(element).filter(|rank| *rank > 1).or_else(|| {
        let mut classes = element.value().classes();
        (called() && classes.any(|class| class.split(['-', '_']).any(|word| word == "year"))).then_some(7)
    })
}

/// Whether a heading without a year is a day, which heads what is of that day.
fn is_day(element: ElementRef<'_>, text: &str, known: &DateContext<'_>, now: Timestamp) -> bool {
    let figures = with_ascii_digits(text);
    let has_day = figures.split(|c: char| !c.is_ascii_digit()).any(|run| (1..=2).contains(&run.len()));
    has_day && (element.value().name() == "dt" || day::read(text, None, known, now).is_some())
}

/// The one year that a heading names, and whether it says nothing else.
fn year_in(text: &str, this_year: i16) -> Option<(i16, bool)> {
    let text = with_ascii_digits(text);
    let mut runs = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    let year: i16 = runs.next().filter(|run| run.len() == 4)?.parse().ok()?;
    // The next year heads what is to come, and must not be taken for this one.
    if runs.next().is_some() || !(this_year - MOST_YEARS_BACK..=this_year + 1).contains(&year) {
        return None;
    }
    let words: Vec<&str> = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let bare = words.iter().map(|word| word.chars().count()).sum::<usize>() <= 1;
    (words.len() <= MOST_WORDS).then_some((year, bare))
}
