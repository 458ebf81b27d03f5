//! The elements of a page that hold a date.

use scraper::ElementRef;

use crate::clock::Timestamp;

use super::super::super::date::{DateContext, DateVerdict, in_figures, judge};
use super::super::css::{self, is_heading};
use super::super::day;
use super::super::rest::weight::{LIGHTEST, weight};
use super::dated::{DateMark, Dated};
use super::layouts::{has_short_year, is_short_day};
use super::seen::SeenPage;

/// A text that dates an entry has no more bytes.
const LONGEST: usize = 120;
/// Of a text with more letters than this, the date stands at its beginning.
const BEGINNING: usize = 60;
/// Texts of a page that are tried as dates.
const MOST_TEXTS: usize = crate::limits::PROPOSAL_TEXTS.count();
/// Texts of a headline that is nothing but a date.
const MOST_PARTS: usize = 64;
/// Attributes that hold dates; `datetime` is read without being named.
const ATTRIBUTES: [&str; 8] = [
    "datetime",
    "data-date",
    "data-time",
    "data-timestamp",
    "data-published",
    "data-created",
    "data-datetime",
    "content",
];

/// All elements of a page that hold a date, and those of them that say it: headings
/// say one, too, but hold none for what is around them.
pub fn dated<'a>(page: &SeenPage<'a, '_>) -> (Dated, Vec<DateMark<'a>>) {
    let (known, now) = (page.known, page.now);
    let (mut found, mut marks) = (Dated::default(), Vec::new());
    let elements = page.html.root_element().descendants().filter_map(ElementRef::wrap);
    let mut left = MOST_TEXTS;
    for element in elements {
        let heads = is_heading(element);
        if left == 0 || !(heads && has_figures(element) || may_hold(element)) {
            continue;
        }
        left -= 1;
        let Some(held) = holds(element, known, now).or_else(|| heads.then_some(DateHeld::Whole)) else { continue };
        let written = match held {
            DateHeld::Attribute(name) => element.attr(name).unwrap_or_default().to_owned(),
            DateHeld::Whole | DateHeld::Short => text_of(element),
        };
        let read = day::read(&written, None, known, now);
        if heads && read.is_none() {
            continue;
        }
        let ahead = read.is_some_and(|read| matches!(judge(&read, known, now), DateVerdict::Ahead(_)));
        let mark = DateMark { element, ahead };
        if !heads {
            found.add(&mark);
        }
        marks.push(mark);
    }
    (found, marks)
}

/// Whether a heading is short and has figures, or may name a day.
fn has_figures(heading: ElementRef<'_>) -> bool {
    let text: Vec<&str> = heading.text().take(8).map(str::trim).collect();
    text.iter().map(|text| text.len()).sum::<usize>() <= BEGINNING
        && text.iter().any(|text| text.contains(char::is_numeric) || day::may_be_relative(text))
}

/// What stands beside `element` and holds its date, as where entries are flat.
pub fn by_sibling<'a>(element: ElementRef<'a>, dated: &Dated) -> Option<ElementRef<'a>> {
    let short = |other: &ElementRef<'_>| other.text().map(str::len).take(20).sum::<usize>() <= 100;
    let no_headline = |other: ElementRef<'a>| {
        !css::links(other)
            .any(|link| link.text().map(weight).take(8).sum::<usize>() >= LIGHTEST && !is_called_date(link))
    };
    let behind = css::behind_while(element, no_headline).take(3);
    let mut beside = behind.chain(css::before(element, None).take(usize::from(is_described(element))));
    beside.find(|other| short(other) && dated.holds(*other))
}

/// Whether an element describes a term before it.
pub fn is_described(element: ElementRef<'_>) -> bool {
    element.value().name() == "dd"
}

/// The text that may be a date: all of a small element, the own text of a larger one.
fn text_of(element: ElementRef<'_>) -> String {
    let length: usize = element.text().map(|text| text.trim().len()).take(12).sum();
    let linked = || element.descendants().skip(1).filter_map(ElementRef::wrap).any(|inner| inner.value().name() == "a");
    if length <= LONGEST && !linked() { css::spaced(element) } else { css::own_text(element) }
}

/// Whether an element may hold a date, at a glance.
pub fn may_hold(element: ElementRef<'_>) -> bool {
    if matches!(element.value().name(), "script" | "style" | "html" | "head" | "title" | "option")
        || is_heading(element)
        || element.value().name() == "a" && !is_called_date(element)
    {
        return false;
    }
    ATTRIBUTES.iter().any(|name| element.attr(name).is_some()) || {
        let own = element.text().take(12).map(str::trim).filter(|text| !text.is_empty());
        own.into_iter()
            .any(|text| text.len() <= LONGEST && text.chars().any(char::is_numeric) || day::may_be_relative(text))
    }
}

/// Whether a link, or what is around it, is called after dates: "Posted on 22 November"
/// leads to its entry as a headline does.
pub fn is_called_date(link: ElementRef<'_>) -> bool {
    const WORDS: [&str; 7] = ["date", "time", "timestamp", "posted", "published", "age", "datum"];
    let parent = link.parent().and_then(ElementRef::wrap);
    let mut classes = link.value().classes().chain(parent.into_iter().flat_map(|parent| parent.value().classes()));
    classes.any(|class| class.split(['-', '_']).any(|word| WORDS.contains(&word)))
        && link.text().map(|text| text.trim().len()).take(8).sum::<usize>() <= BEGINNING
}

/// How a date stands in an element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DateHeld {
    /// In this attribute.
    Attribute(&'static str),
    /// In its text, whole.
    Whole,
    /// In its text, without a year.
    Short,
}

/// How `element` holds a date, if it does.
pub fn holds(element: ElementRef<'_>, known: &DateContext<'_>, now: Timestamp) -> Option<DateHeld> {
    let is_date = |text: &str| {
        let cut = text.char_indices().nth(BEGINNING - 12).map_or(text, |(at, _)| &text[..at]);
        let whole = text.chars().count() <= BEGINNING;
        let beginning = if whole { text } else { cut };
        text.len() <= LONGEST && day::read(beginning, None, known, now).is_some()
    };
    if let Some(name) = ATTRIBUTES.into_iter().find(|name| element.attr(name).is_some_and(is_date)) {
        return Some(DateHeld::Attribute(name));
    }
    let text = text_of(element);
    if text.len() > LONGEST || text.len() < 4 || is_whole_headline(element, &text) {
        return None;
    }
    let year = in_figures(&text).split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= 3);
    if is_short_day(&text) || has_short_year(&text) {
        return Some(DateHeld::Short);
    }
    is_date(&text).then_some(if year || day::may_be_relative(&text) { DateHeld::Whole } else { DateHeld::Short })
}

/// Whether `text` is all that a link or heading around it says.
fn is_whole_headline(element: ElementRef<'_>, text: &str) -> bool {
    let mut above = element.ancestors().take(4).filter_map(ElementRef::wrap);
    let around = above.find(|above| above.value().name() == "a" || is_heading(*above));
    // No more is read than tells: one link may hold all dates of a page.
    let most = text.len() + 4;
    let lengths = |around: ElementRef<'_>| {
        let mut length = 0;
        around.text().take(MOST_PARTS).all(|text| {
            length += text.trim().len();
            length < most
        }) && around.text().nth(MOST_PARTS).is_none()
    };
    around.is_some_and(lengths)
}
