//! Where the dates of a list stand, and how they are written.

use std::collections::HashMap;

use scraper::{ElementRef, Html};

use crate::clock::{Timestamp, Zone};

use super::super::super::date::{DateContext, Verdict, in_figures, judge, with_ascii_digits};
use super::super::dated as written_in;
use super::dated::{Ahead, Dated};
use super::order::is_in_order;
use super::{Css, Group, css, day, within};

/// Entries that are looked at to tell where their dates stand.
const LOOK: usize = crate::limits::PROPOSAL_LOOK.count();
/// Entries whose elements are tried.
const TRIED: usize = crate::limits::PROPOSAL_TRIED.count();
/// A text that dates an entry is no longer.
const LONGEST: usize = 120;
/// Of a longer text than this, the date stands at its beginning.
const BEGINNING: usize = 60;
/// Texts of a page that are tried as dates.
const MOST_TEXTS: usize = crate::limits::PROPOSAL_TEXTS.count();
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

/// All elements of a page that hold a date.
pub fn dated(page: &Html, known: &DateContext<'_>, now: Timestamp) -> Dated {
    let mut found = Dated::default();
    let elements = page.root_element().descendants().filter_map(ElementRef::wrap);
    let marks = elements.filter(|element| may_hold(*element)).take(MOST_TEXTS);
    for mark in marks {
        let Some(held) = holds(mark, known, now) else { continue };
        let written = match held {
            Held::Attribute(name) => mark.attr(name).unwrap_or_default().to_owned(),
            Held::Whole | Held::Short => text_of(mark),
        };
        let read = day::read(&written, None, known, now);
        let ahead = read.is_some_and(|read| matches!(judge(&read, known, now), Verdict::Ahead(_)));
        found.add(mark, ahead.then_some(Ahead));
    }
    found
}

/// What stands beside `element` and holds its date, as where entries are flat.
pub fn by_sibling<'a>(element: ElementRef<'a>, dated: &Dated) -> Option<ElementRef<'a>> {
    let short = |other: &ElementRef<'_>| other.text().map(str::len).take(20).sum::<usize>() <= 100;
    let mut beside = css::behind(element).take(3).chain(css::before(element).take(usize::from(is_described(element))));
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

fn is_heading(element: ElementRef<'_>) -> bool {
    matches!(element.value().name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
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
        let whole = text.len() <= BEGINNING;
        let beginning = if whole { text } else { super::super::super::notes::cut_at(text, BEGINNING - 12) };
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
    around.is_some_and(|around| around.text().map(|t| t.trim().len()).sum::<usize>() < text.len() + 4)
}

/// "11-21", "[11/21]", "21.11.", as lists without years have it.
fn is_short_day(text: &str) -> bool {
    short_day(text).is_some()
}

fn short_day(text: &str) -> Option<(u8, u8)> {
    let text = with_ascii_digits(text);
    let bare = text.trim_matches(|c: char| "[]()（）【】 ".contains(c)).trim_end_matches('.');
    let bare = bare.split_once(' ').filter(|(_, clock)| clock.contains(':')).map_or(bare, |(day, _)| day);
    let (one, other) = ['-', '/', '.'].into_iter().find_map(|sign| bare.split_once(sign))?;
    let number = |text: &str| text.parse::<u8>().ok().filter(|n| (1..=31).contains(n) && text.len() <= 2);
    let (one, other) = (number(one)?, number(other)?);
    (one <= 12 || other <= 12).then_some((one, other))
}

/// Whether a date stands in `entry`.
type Found = (String, Option<String>);

/// Where the dates of `found` may stand, the best first.
pub fn choices(found: &[ElementRef<'_>], group: &Group<'_>, known: &DateContext<'_>, now: Timestamp) -> Vec<Choice> {
    let look: Vec<ElementRef<'_>> = found.iter().take(LOOK).copied().collect();
    let mut kinds: [Vec<Vec<String>>; 6] = Default::default();
    let inner = |entry: &ElementRef<'_>| group.entries.iter().any(|(known, _)| known.id() == entry.id());
    for entry in look.iter().filter(|entry| inner(entry)).take(TRIED) {
        gather([*entry, look[0]], known, now, &mut kinds);
    }
    let link = within::link(group);
    kinds[5].push(vec![format!("{link}@href")]);
    let mut choices: Vec<Choice> = Vec::new();
    // Entries that are alike come to the same selectors, which are tried once.
    let mut tried: HashMap<&String, Option<(usize, Option<String>)>> = HashMap::new();
    for least in [8, 5] {
        for candidates in kinds.iter().flatten() {
            let judged = candidates.iter().filter_map(|text| {
                let tried = tried.entry(text).or_insert_with(|| share(text, &look, known, now));
                let (share, format) = tried.clone()?;
                Some(((share, finds_one(text, &look)), (text.clone(), format)))
            });
            // Of equals the one that finds nothing but the date, then the first.
            let mut best: Option<((usize, bool), Found)> = None;
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
    known: &DateContext<'_>,
    now: Timestamp,
    kinds: &mut [Vec<Vec<String>>; 6],
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
        let text = super::signature(mark);
        // A bare name may find something else before it.
        let bare = mark.id() != other.id() && !text.contains('.');
        Some(if bare { format!("{} {text}", super::signature(other)) } else { text })
    };
    // Where dates stand before their entries, what follows is the next one's.
    let first = css::before(first).take(2).find_map(beside).is_some();
    if !first && !is_described(entry) {
        kinds[4].extend(css::behind(entry).take(3).find_map(beside).map(|text| vec![format!("+ {text}")]));
    } else {
        kinds[4].extend(css::before(entry).find_map(beside).map(|text| vec![format!("- {text}")]));
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
            let parts: Vec<String> = run.iter().map(|part| super::signature(*part)).collect();
            Some(parts.join(", "))
        })
    })
}

/// In how many of the entries `selector` finds a date, and by which layout.
fn share(
    selector: &str,
    look: &[ElementRef<'_>],
    known: &DateContext<'_>,
    now: Timestamp,
) -> Option<(usize, Option<String>)> {
    let css = Css::parse(selector).ok()?;
    let texts: Vec<String> = look
        .iter()
        .filter_map(|entry| css.find(*entry))
        .filter(|found| found.attr("datetime").is_none() && !selector.contains('@'))
        .map(|found| if css.is_entry() { css::own_text(found) } else { css::shown(found) })
        .filter(|text| !text.is_empty())
        .collect();
    let short = texts.iter().filter(|text| is_short_day(text)).count();
    if short > 0 && short * 10 >= texts.len() * 6 {
        return Some((short, Some(short_layout(&texts, known, now)?)));
    }
    let format = if texts.is_empty() || selector.contains(',') { None } else { layout(&texts, known, now) };
    let read =
        |entry: &&ElementRef<'_>| written_in(**entry, &css, format.as_deref(), [known, known], [now; 2]).is_some();
    Some((look.iter().filter(read).count(), format))
}

/// The layout of dates without years. Where day and month could change places, the
/// order of the list tells, then the language; else there is none.
fn short_layout(texts: &[String], known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let days: Vec<(u8, u8)> = texts.iter().filter_map(|text| short_day(text)).collect();
    let text = texts.iter().find(|text| is_short_day(text))?;
    let sign = text.chars().find(|c| "-/.".contains(*c))?;
    let day_first = days.iter().all(|(_, month)| *month <= 12);
    let month_first = days.iter().all(|(month, _)| *month <= 12);
    let formats = [format!("%m{sign}%d"), format!("%d{sign}%m")];
    let in_order = |format: &String| {
        let dates = texts.iter().filter_map(|text| moment(text, format, known, now));
        is_in_order(dates)
    };
    let chosen = match (month_first, day_first) {
        (true, false) => 0,
        (false, true) => 1,
        (false, false) => return None,
        (true, true) => match (in_order(&formats[0]), in_order(&formats[1])) {
            (true, false) => 0,
            (false, true) => 1,
            _ if sign == '.' && !known.speaks("zh") && !known.speaks("ko") && !known.speaks("ja") => 1,
            _ => usize::from(!known.puts_month_first()?),
        },
    };
    Some(formats[chosen].clone())
}

fn moment(text: &str, format: &str, known: &DateContext<'_>, now: Timestamp) -> Option<Timestamp> {
    let read = day::read(text, Some(format), known, now)?;
    match judge(&read, known, now) {
        Verdict::Good(at) | Verdict::Ahead(at) => Some(at),
        _ => None,
    }
}

/// The layout of dates written in figures, for `date_format`. Of two that fit, the
/// one that keeps the order of the list, or none.
fn layout(texts: &[String], known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    const LAYOUTS: [&str; 8] =
        ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y"];
    let utc = Zone::UTC;
    let plain = DateContext::new(&utc, []);
    let fits = |format: &&&str| {
        texts.iter().all(|text| {
            let bare = text.trim_matches(|c: char| "[]()（）【】 ".contains(c));
            day::read(bare, Some(format), &plain, now).is_some() && bare.starts_with(|c: char| c.is_ascii_digit())
        })
    };
    let fitting: Vec<&str> = LAYOUTS.iter().filter(fits).copied().collect();
    if fitting.len() < 2 {
        // A time of day is read, too, where no layout stands in its way.
        return fitting
            .first()
            .filter(|_| !texts.iter().all(|text| text.contains(':')))
            .map(|format| (*format).to_owned());
    }
    let good = |format: &&&str| {
        let dates: Vec<Timestamp> = texts.iter().filter_map(|text| moment(text, format, &plain, now)).collect();
        let ahead = dates.iter().filter(|at| **at > now).count();
        ahead * 4 < dates.len().max(1) && is_in_order(dates.into_iter())
    };
    let in_order: Vec<&str> = fitting.iter().filter(good).copied().collect();
    match (&in_order[..], known.puts_month_first()) {
        ([one], _) => Some((*one).to_owned()),
        (_, Some(month)) => {
            fitting.iter().find(|format| format.starts_with("%m") == month).map(|format| (*format).to_owned())
        }
        (_, None) => None,
    }
}
