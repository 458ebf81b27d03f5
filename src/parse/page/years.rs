//! Years that stand above lists, for dates that have none: "2025" over "22 Nov" means
//! that of 2025, not the last 22 November (check B133).

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;
use jiff::civil::date;
use scraper::{ElementRef, Html};

use crate::clock::Timestamp;
use crate::limits::{YEAR_HEADINGS, YEAR_LOOK};

use super::super::date::with_ascii_digits;

/// Years back that lists are of.
const OLDEST: i16 = 40;
/// Bytes of a heading that names a year.
const LONGEST: usize = 40;
/// Words beside the year, as in "Press releases 2025".
const MOST_WORDS: usize = 2;
/// Headings of one page that are kept.
const MOST_HEADINGS: usize = YEAR_HEADINGS.count();
/// Headings before an entry that are looked at.
const MOST_LOOKED_AT: usize = YEAR_LOOK.count();
/// How far above an entry the heading's container may be.
const HIGHEST: usize = 7;

/// For each entry below a year, the end of that year.
#[derive(Debug, Default)]
pub struct Years(HashMap<NodeId, Timestamp>);

/// A heading, what it heads, and the year that it names.
struct Heading {
    container: NodeId,
    level: u8,
    year: Option<i16>,
    /// Whether it says nothing else.
    bare: bool,
}

impl Years {
    /// The years above `entries`, none of them after `now`.
    pub fn above(page: &Html, entries: &[ElementRef<'_>], now: Timestamp) -> Years {
        let wanted: HashSet<NodeId> = entries.iter().map(|entry| entry.id()).collect();
        let this_year = now.to_utc().year();
        let mut headings: Vec<Heading> = Vec::new();
        let mut with_words: HashSet<i16> = HashSet::new();
        let mut below: Vec<(NodeId, Vec<usize>)> = Vec::new();
        let mut begun = false;
        for element in page.root_element().descendants().filter_map(ElementRef::wrap) {
            if begun && wanted.contains(&element.id()) {
                let above: HashSet<NodeId> = element.ancestors().take(HIGHEST).map(|node| node.id()).collect();
                let over = (0..headings.len())
                    .rev()
                    .take(MOST_LOOKED_AT)
                    .filter(|at| above.contains(&headings[*at].container));
                below.push((element.id(), over.take(HIGHEST).collect()));
            }
            let Some(level) = level(element).filter(|_| headings.len() < MOST_HEADINGS) else { continue };
            let text = heading_text(element);
            let read = text.as_deref().and_then(|text| year_in(text, this_year));
            begun |= read.is_some();
            with_words.extend(read.filter(|(_, bare)| !bare).map(|(year, _)| year));
            if let Some(container) = container(element, text.as_deref().unwrap_or_default()) {
                let (year, bare) = (read.map(|(year, _)| year), read.is_some_and(|(_, bare)| bare));
                headings.push(Heading { container, level, year, bare });
            }
        }
        let year_of = |over: &[usize]| {
            let mut closed = u8::MAX;
            for heading in over.iter().map(|at| &headings[*at]) {
                match heading.year {
                    Some(_) if closed <= heading.level => return None,
                    // A founding year stands alone on its page, the years of lists do not.
                    Some(year) => return Some(year).filter(|_| heading.bare || with_words.len() > 1),
                    None => closed = closed.min(heading.level),
                }
            }
            None
        };
        let ends = below.iter().filter_map(|(entry, over)| {
            let year = year_of(over).filter(|year| *year < this_year)?;
            Some((*entry, Timestamp::from_utc(date(year, 12, 31).at(12, 0, 0, 0))))
        });
        Years(ends.collect())
    }

    /// The moment that dates without a year of `entry` are counted back from.
    pub fn until(&self, entry: ElementRef<'_>) -> Option<Timestamp> {
        self.0.get(&entry.id()).copied()
    }
}

/// How high a heading stands; `None` for what is none. The title of the page heads all.
fn level(element: ElementRef<'_>) -> Option<u8> {
    let value = element.value();
    match value.name() {
        "h2" => Some(2),
        "h3" => Some(3),
        "h4" => Some(4),
        "h5" => Some(5),
        "h6" => Some(6),
        "summary" | "caption" | "legend" | "button" | "dt" => Some(7),
        _ => value.classes().any(|class| class.split(['-', '_']).any(|word| word == "year")).then_some(7),
    }
}

/// All that a short heading says.
fn heading_text(element: ElementRef<'_>) -> Option<String> {
    let mut text = String::new();
    for part in element.text().take(12) {
        text.push_str(part);
        if text.trim().len() > LONGEST {
            return None;
        }
    }
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The one year that a heading names, and whether it says nothing else.
fn year_in(text: &str, this_year: i16) -> Option<(i16, bool)> {
    let text = with_ascii_digits(text);
    let mut runs = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    let year: i16 = runs.next().filter(|run| run.len() == 4)?.parse().ok()?;
    if runs.next().is_some() || !(this_year - OLDEST..=this_year).contains(&year) {
        return None;
    }
    let words: Vec<&str> = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let bare = words.iter().map(|word| word.chars().count()).sum::<usize>() <= 1;
    (words.len() <= MOST_WORDS).then_some((year, bare))
}

/// What a heading heads: what holds it and more.
fn container(heading: ElementRef<'_>, text: &str) -> Option<NodeId> {
    let mut at = heading;
    for _ in 0..3 {
        let parent = at.parent().and_then(ElementRef::wrap)?;
        if text.is_empty() || heading_text(parent).as_deref() != Some(text) {
            return Some(parent.id());
        }
        at = parent;
    }
    at.parent().map(|parent| parent.id())
}
