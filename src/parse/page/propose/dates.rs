//! Where the dates of a list stand, and how they are written.

use std::collections::HashMap;

use scraper::ElementRef;

use crate::clock::Timestamp;

use super::super::super::date::{DateContext, Verdict, in_figures, judge};
use super::super::css::{self, Css, is_heading};
use super::super::dating::{DatesKnown, Dating};
use super::super::day;
use super::super::rest::{LIGHTEST, weight};
use super::super::years::Years;
use super::dated::{DateMark, Dated};
use super::group::Group;
use super::layouts::{is_short_day, layout, short_layout};
use super::seen::{SeenPage, signature};
use super::within;

/// Entries that are looked at to tell where their dates stand.
const LOOK: usize = crate::limits::PROPOSAL_LOOK.count();
/// Entries whose elements are tried.
const TRIED: usize = crate::limits::PROPOSAL_TRIED.count();
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

/// Where dates stand.
pub struct Choice {
    /// Its selector.
    pub selector: String,
    /// Its layout.
    pub format: Option<String>,
}

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
        let Some(held) = holds(element, known, now).or_else(|| heads.then_some(Held::Whole)) else { continue };
        let written = match held {
            Held::Attribute(name) => element.attr(name).unwrap_or_default().to_owned(),
            Held::Whole | Held::Short => text_of(element),
        };
        let read = day::read(&written, None, known, now);
        if heads && read.is_none() {
            continue;
        }
        let ahead = read.is_some_and(|read| matches!(judge(&read, known, now), Verdict::Ahead(_)));
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

fn is_described(element: ElementRef<'_>) -> bool {
    element.value().name() == "dd"
}

/// The text that may be a date: all of a small element, the own text of a larger one.
fn text_of(element: ElementRef<'_>) -> String {
    let length: usize = element.text().map(|text| text.trim().len()).take(12).sum();
    let linked = || element.descendants().skip(1).filter_map(ElementRef::wrap).any(|inner| inner.value().name() == "a");
    if length <= LONGEST && !linked() { css::spaced(element) } else { css::own_text(element) }
}

fn may_hold(element: ElementRef<'_>) -> bool {
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
enum Held {
    /// In this attribute.
    Attribute(&'static str),
    /// In its text, whole.
    Whole,
    /// In its text, without a year.
    Short,
}

fn holds(element: ElementRef<'_>, known: &DateContext<'_>, now: Timestamp) -> Option<Held> {
    let is_date = |text: &str| {
        let cut = text.char_indices().nth(BEGINNING - 12).map_or(text, |(at, _)| &text[..at]);
        let whole = text.chars().count() <= BEGINNING;
        let beginning = if whole { text } else { cut };
        text.len() <= LONGEST && day::read(beginning, None, known, now).is_some()
    };
    if let Some(name) = ATTRIBUTES.into_iter().find(|name| element.attr(name).is_some_and(is_date)) {
        return Some(Held::Attribute(name));
    }
    let text = text_of(element);
    if text.len() > LONGEST || text.len() < 4 || is_whole_headline(element, &text) {
        return None;
    }
    let year = in_figures(&text).split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= 3);
    if is_short_day(&text) {
        return Some(Held::Short);
    }
    is_date(&text).then_some(if year || day::may_be_relative(&text) { Held::Whole } else { Held::Short })
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

/// Whether a date stands in `entry`.
type Found = (String, Option<String>);

/// A list whose dates are sought.
pub struct DatedList<'a, 'p> {
    /// The page that it stands on.
    pub page: &'p SeenPage<'a, 'p>,
    /// The selector of its entries.
    pub css: &'p Css,
    /// What that finds.
    pub found: &'p [ElementRef<'a>],
    /// Selectors of days that head several entries.
    pub heads: &'p [String],
}

/// How many entries a selector dates, and whether it finds nothing but their dates.
type Worth = (usize, bool);

/// Where the dates of a list may stand, the best first.
pub fn choices(list: &DatedList<'_, '_>, group: &Group<'_>, link: &str) -> Vec<Choice> {
    let (found, page) = (list.found, list.page);
    let look = &found[..found.len().min(LOOK)];
    let mut kinds: [Vec<Vec<String>>; 7] = Default::default();
    let inner = |entry: &ElementRef<'_>| group.entries.iter().any(|(known, _)| known.id() == entry.id());
    for entry in look.iter().filter(|entry| inner(entry)).take(TRIED) {
        gather([*entry, look[0]], list.css, page.known, page.now, &mut kinds);
    }
    kinds[5].extend(list.heads.iter().map(|head| vec![head.clone()]));
    kinds[6].push(vec![format!("{link}@href")]);
    let mut choices: Vec<Choice> = Vec::new();
    // Entries that are alike come to the same selectors, which are tried once.
    let mut tried: HashMap<&String, Option<(Worth, Option<String>)>> = HashMap::new();
    for least in [8, 5] {
        for candidates in kinds.iter().flatten() {
            let judged = candidates.iter().filter_map(|text| {
                let tried = tried.entry(text).or_insert_with(|| {
                    share(text, list, look).map(|(share, format)| ((share, finds_one(text, look)), format))
                });
                let (worth, format) = tried.clone()?;
                Some((worth, (text.clone(), format)))
            });
            // Of equals the one that finds nothing but the date, then the first.
            let mut best: Option<(Worth, Found)> = None;
            for (worth, found) in judged {
                if best.as_ref().is_none_or(|(known, _)| *known < worth) {
                    best = Some((worth, found));
                }
            }
            let Some(((share, _), (selector, format))) = best else { continue };
            if share * 10 >= look.len() * least && !choices.iter().any(|known| known.selector == selector) {
                choices.push(Choice { selector, format });
            }
            if choices.len() >= 4 {
                return choices;
            }
        }
    }
    choices
}

/// Whether `selector` is as narrow as the date: it matches one element in most entries,
/// not the first of several.
fn finds_one(selector: &str, look: &[ElementRef<'_>]) -> bool {
    let Ok(css) = Css::parse(selector) else { return false };
    selector.contains(',') || look.iter().filter(|entry| css.parts(**entry, 2).len() < 2).count() * 10 >= look.len() * 8
}

/// Selectors of what dates `entry`, by kind: attributes, texts with a year, parts
/// that make one together, texts without a year, what stands beside the entry.
fn gather(
    [entry, first]: [ElementRef<'_>; 2],
    list: &Css,
    known: &DateContext<'_>,
    now: Timestamp,
    kinds: &mut [Vec<Vec<String>>; 7],
) {
    let elements = entry.descendants().filter_map(ElementRef::wrap).take(120);
    let marks: Vec<(ElementRef<'_>, Held)> = elements
        .filter(|element| may_hold(*element) || element.id() == entry.id() && element.value().name() == "a")
        .filter_map(|element| holds(element, known, now).map(|held| (element, held)))
        .collect();
    for (mark, held) in &marks {
        let inner = |other: &ElementRef<'_>| other.ancestors().any(|above| above.id() == mark.id());
        let better =
            marks.iter().any(|(other, as_held)| inner(other) && (*held == Held::Short || *as_held != Held::Short));
        if better {
            continue;
        }
        let paths = if mark.id() == entry.id() { vec![".".to_owned()] } else { within::paths(entry, *mark) };
        match held {
            Held::Attribute("datetime") => kinds[0].push(paths),
            Held::Attribute(name) => kinds[0].push(paths.into_iter().map(|path| format!("{path}@{name}")).collect()),
            Held::Whole => kinds[1].push(paths),
            Held::Short => kinds[3].push(paths),
        }
    }
    kinds[2].extend(together(entry, known, now).map(|text| vec![text]));
    let beside = |other: ElementRef<'_>| {
        let elements = other.descendants().filter_map(ElementRef::wrap).take(20);
        let mark = elements.into_iter().find(|e| {
            may_hold(*e) && holds(*e, known, now).is_some_and(|held| held != Held::Short || is_described(entry))
        })?;
        let text = signature(mark);
        // A bare name may find something else before it.
        if mark.id() == other.id() || text.contains('.') {
            return Some(vec![text]);
        }
        let inner = within::paths(other, mark).into_iter().filter(|path| path.contains(' '));
        Some(std::iter::once(format!("{} {text}", signature(other))).chain(inner).collect::<Vec<_>>())
    };
    let signed = |sign: char, texts: Vec<String>| texts.iter().map(|text| format!("{sign} {text}")).collect();
    // Where dates stand before their entries, what follows is the next one's.
    let is_date = |text: Option<String>| text.is_some_and(|text| day::read(&text, None, known, now).is_some());
    if is_date(css::text_before(first)) {
        kinds[4].push(vec!["- .".to_owned()]);
    } else if is_date(css::text_behind(entry)) {
        kinds[4].push(vec!["+ .".to_owned()]);
    }
    let first = css::before(first, Some(list)).take(2).find_map(beside).is_some();
    if !first && !is_described(entry) {
        kinds[4].extend(css::behind(entry, Some(list)).take(3).find_map(beside).map(|texts| signed('+', texts)));
    } else {
        kinds[4].extend(css::before(entry, Some(list)).find_map(beside).map(|texts| signed('-', texts)));
    }
}

/// Neighbours whose texts are a date together and none alone.
fn together(entry: ElementRef<'_>, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let leaf = |element: &ElementRef<'_>| {
        !element.children().any(|child| child.value().is_element()) && element.text().map(str::len).sum::<usize>() <= 24
    };
    let parents = entry.descendants().filter_map(ElementRef::wrap).take(40);
    parents.into_iter().find_map(|parent| {
        let leaves: Vec<ElementRef<'_>> = parent
            .children()
            .filter_map(ElementRef::wrap)
            .filter(leaf)
            .filter(|e| !css::shown(*e).is_empty())
            .take(8)
            .collect();
        [2, 3].into_iter().flat_map(|size| leaves.windows(size).collect::<Vec<_>>()).find_map(|run| {
            let text = css::spaced_all(run.iter().copied().flat_map(|element| [element]));
            let numbers = text.split(|c: char| !c.is_numeric()).filter(|n| !n.is_empty()).count();
            if numbers < 2 || run.iter().any(|part| day::read(&css::shown(*part), None, known, now).is_some()) {
                return None;
            }
            day::read(&text, None, known, now)?;
            let parts: Vec<String> = run.iter().map(|part| signature(*part)).collect();
            Some(parts.join(", "))
        })
    })
}

/// In how many of the entries `selector` finds a date, and by which layout.
fn share(selector: &str, list: &DatedList<'_, '_>, look: &[ElementRef<'_>]) -> Option<(usize, Option<String>)> {
    let SeenPage { known, now, html, .. } = *list.page;
    let (css, years) = (Css::parse(selector).ok()?, Years::default());
    let by = Dating::new(&css, None, list.css, DatesKnown { with_script: known, as_stored: known, now }, &years);
    let by = by.headed(html, list.found);
    let found = look.iter().filter_map(|entry| by.find(*entry));
    let texts: Vec<String> = found
        .filter(|found| found.attr("datetime").is_none() && !selector.contains('@'))
        .map(|found| if css.is_entry() { css::own_text(found) } else { css::shown(found) })
        .filter(|text| !text.is_empty())
        .collect();
    let short = texts.iter().filter(|text| is_short_day(text)).count();
    let are_short = short > 0 && short * 10 >= texts.len() * 6;
    let format = match are_short {
        true => Some(short_layout(&texts, known, now)?),
        false if texts.is_empty() || selector.contains(',') => None,
        false => layout(&texts, known, now),
    };
    if are_short && !css.looks_above() {
        return Some((short, format));
    }
    let by = by.with_format(format.as_deref());
    // One day over all entries is that of the page.
    if css.looks_above() {
        let mut days = list.found.iter().filter_map(|entry| by.of(*entry)?.at);
        let first = days.next()?;
        days.find(|at| *at != first)?;
    }
    Some((look.iter().filter(|entry| by.of(**entry).is_some()).count(), format))
}
