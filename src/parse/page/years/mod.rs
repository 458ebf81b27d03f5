//! Years that stand above lists, for dates that have none: "2025" over "22 Nov" means
//! that of 2025, not the last 22 November (check B133).

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;
use scraper::{ElementRef, Html};

use crate::clock::Timestamp;

use super::super::date::{DateContext, with_ascii_digits};
use super::above;
use super::css;
use super::day;
use super::headed::{self, Headed, Heading};
use said::{YearSaid, year_in};

pub mod said;

/// Bytes of a heading that names a year.
const LONGEST: usize = 120;
/// How far above an entry a year that is no heading may stand beside what holds it.
const MOST_ABOVE: usize = 4;
/// Elements around a tab that hold its row alone.
const MOST_AROUND_TABS: usize = 4;
/// Bytes of each text of a row of tabs.
const LONGEST_TAB: usize = 24;
/// Nodes of a tab that is no link.
const MOST_IN_TAB: usize = 4;
/// Nodes of a row of tabs that are looked at, be they blank or not.
const MOST_NODES: usize = 400;
/// Rows above an entry whose cells may stand beside its row, too.
const MOST_ROWS: usize = 60;
/// Nodes of an entry that are looked at for a year.
const MOST_IN_ENTRY: usize = 200;

/// For each entry below a year, what that comes to.
#[derive(Debug, Default)]
pub struct Years(HashMap<NodeId, YearAbove>);

/// What stands above an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
enum YearAbove {
    /// The year of its days.
    Is(i16),
    /// A heading with a year that need not be theirs.
    MayBe(String),
}

/// What `element` says of the years below it, whose text says `said`, and the row of tabs in
/// which it is the chosen one.
fn heading_of<'p>(
    element: ElementRef<'p>,
    said: YearSaid,
    rank: Option<u8>,
    beside: &HashSet<NodeId>,
    this_year: i16,
) -> (YearSaid, Option<ElementRef<'p>>) {
    // "Budget 2025" is chosen in a menu: tabs of years say nothing else.
    let tabs = match said {
        YearSaid::Bare(year) if is_chosen(element) => row_of_years(element, year, this_year),
        YearSaid::Bare(year) if is_plain(element) => {
            row_of_years(element, year, this_year).filter(|row| css::links(*row).next().is_some())
        }
        _ => None,
    };
    // What leads elsewhere is a headline or the way to another year.
    if tabs.is_none() && leads_away(element) {
        return (YearSaid::None, None);
    }
    if rank.is_some() || tabs.is_some() {
        return (said, tabs);
    }
    // What stands beside a list and is no heading heads it with nothing but a year; "Archive
    // 2025" in bold may do so.
    let said = match said {
        YearSaid::Bare(_) if beside.contains(&element.id()) => said,
        YearSaid::Among(year) if year < this_year && beside.contains(&element.id()) => YearSaid::Doubtful,
        _ => YearSaid::None,
    };
    (said, None)
}

impl Years {
    /// The years above `entries`; the next one is the latest.
    pub fn above(page: &Html, entries: &[ElementRef<'_>], known: &DateContext<'_>, now: Timestamp) -> Years {
        let this_year = now.to_utc().year();
        let beside = beside(entries);
        let mut among: HashSet<i16> = HashSet::new();
        let (mut begun, mut names_this_year) = (false, false);
        let headed = Headed::on(page, entries, |element| {
            let rank = rank(element);
            if rank.is_none() && !is_chosen(element) && !is_plain(element) && !beside.contains(&element.id()) {
                return None;
            }
            let text = headed::short_text(element, LONGEST);
            let said = text.as_deref().map_or(YearSaid::None, |text| year_in(text, this_year));
            let (said, tabs) = heading_of(element, said, rank, &beside, this_year);
            if said == YearSaid::None && rank.is_none() {
                return None;
            }
            begun |= said != YearSaid::None;
            names_this_year |= said.year() == Some(this_year);
            // What ends the reign of no year need not be kept, nor does a day.
            let is_day = || text.as_deref().is_some_and(|text| is_day(element, text, known, now));
            if !begun || said == YearSaid::None && is_day() {
                return None;
            }
            if let YearSaid::Among(year) | YearSaid::Mentioned(year) = said {
                among.insert(year);
            }
            let (text, around) = (text.unwrap_or_default(), tabs.unwrap_or(element));
            let whole = if around.id() == element.id() { text.clone() } else { String::new() };
            Heading::of(around, rank.unwrap_or(headed::LOWEST), &whole, (said, text))
        });
        let are_several = among.len() > 1;
        // The page may be that of a year, as its title says or the way to it.
        let of_page = if names_this_year { None } else { year_of_page(page, this_year) };
        let over = |entry: &ElementRef<'_>| {
            let above = over(&headed, *entry, are_several, this_year);
            Some((entry.id(), above.or_else(|| of_page.clone().map(YearAbove::MayBe))?))
        };
        Years(entries.iter().filter_map(over).collect())
    }

    /// The year above `entry`.
    pub fn of(&self, entry: ElementRef<'_>) -> Option<i16> {
        match self.0.get(&entry.id())? {
            YearAbove::Is(year) => Some(*year),
            YearAbove::MayBe(_) => None,
        }
    }

    /// The heading above `entry` whose year need not be that of its day.
    pub fn doubtful_heading(&self, entry: ElementRef<'_>) -> Option<&str> {
        match self.0.get(&entry.id())? {
            YearAbove::Is(_) => None,
            YearAbove::MayBe(heading) => Some(heading),
        }
    }
}

/// What stands above `entry`; `are_several` where several headings name a year among words.
fn over(
    headed: &Headed<(YearSaid, String)>,
    entry: ElementRef<'_>,
    are_several: bool,
    this_year: i16,
) -> Option<YearAbove> {
    let mut closed = u8::MAX;
    for heading in headed.over(entry.id()) {
        let (said, text) = &heading.says;
        let is_next = closed == u8::MAX;
        match *said {
            YearSaid::None => closed = closed.min(heading.rank),
            _ if closed <= heading.rank => return None,
            YearSaid::Bare(year) => return Some(YearAbove::Is(year)),
            YearSaid::Among(year) if is_next && year <= this_year => return Some(YearAbove::Is(year)),
            YearSaid::Among(year) | YearSaid::Mentioned(year) if are_several => return Some(YearAbove::Is(year)),
            YearSaid::Among(year) | YearSaid::Mentioned(year) if year == this_year => return None,
            YearSaid::Doubtful if !is_next => return None,
            YearSaid::Among(_) | YearSaid::Mentioned(_) | YearSaid::Doubtful => {
                return Some(YearAbove::MayBe(text.clone()));
            }
        }
    }
    None
}

/// What stands right before `entries` or what holds them.
fn beside(entries: &[ElementRef<'_>]) -> HashSet<NodeId> {
    let mut seen: HashSet<NodeId> = HashSet::new();
    let mut found = HashSet::new();
    for entry in entries {
        for around in std::iter::once(**entry).chain(entry.ancestors().take(MOST_ABOVE)) {
            if !seen.insert(around.id()) {
                break;
            }
            found.extend(around.prev_siblings().find(|node| node.value().is_element()).map(|node| node.id()));
        }
    }
    found
}

/// Whether `element` is the chosen one of several tabs or options.
fn is_chosen(element: ElementRef<'_>) -> bool {
    const WORDS: [&str; 5] = ["active", "current", "selected", "on", "cur"];
    let value = element.value();
    let is_said = |name: &str| element.attr(name).is_some_and(|said| said != "false");
    match value.name() {
        "option" => element.attr("selected").is_some(),
        "li" | "a" | "span" | "button" | "strong" | "div" | "label" => {
            is_said("aria-selected")
                || is_said("aria-current")
                || value.classes().any(|class| class.split(['-', '_']).any(|word| WORDS.contains(&word)))
        }
        _ => false,
    }
}

/// Whether `element` is set off by its looks among links, as "2025" between "2026" and "2024".
fn is_plain(element: ElementRef<'_>) -> bool {
    let is_link =
        |node: ego_tree::NodeRef<'_, scraper::Node>| node.value().as_element().is_some_and(|e| e.name() == "a");
    let within = || element.descendants().take(MOST_IN_TAB + 1);
    matches!(element.value().name(), "b" | "strong" | "span" | "em" | "li")
        && within().count() <= MOST_IN_TAB
        && !within().any(is_link)
        && !element.parent().is_some_and(is_link)
}

/// The year before this one that `page` names in its title or at the end of the way to it,
/// as written.
fn year_of_page(page: &Html, this_year: i16) -> Option<String> {
    let is_past = |said: YearSaid| said.year().is_some_and(|year| year < this_year);
    let title = css::named(page, "title").next().map(css::shown).filter(|title| title.len() <= LONGEST);
    let title = title.filter(|title| is_past(year_in(title, this_year)));
    title.or_else(|| {
        let called = |element: &ElementRef<'_>| {
            let names = element.value().classes().chain(element.value().id()).chain(element.attr("aria-label"));
            names.into_iter().any(|name| name.to_ascii_lowercase().starts_with("breadcrumb"))
        };
        let way = css::inner(page.root_element()).find(called)?;
        let last = texts(way, MOST_NODES).last()?.rsplit(['/', '›', '»', '>', '|', '→']).next()?.trim();
        is_past(year_in(last, this_year)).then(|| last.to_owned())
    })
}

/// The row of short texts that the tab of `year` stands in, if another year is among them.
fn row_of_years(tab: ElementRef<'_>, year: i16, this_year: i16) -> Option<ElementRef<'_>> {
    let is_row = |around: &ElementRef<'_>| {
        let is_heading = |inner: ElementRef<'_>| headed::rank(inner).is_some_and(|rank| rank < 7);
        texts(*around, MOST_NODES).all(|text| text.len() <= LONGEST_TAB)
            && around.value().name() != "body"
            && !around.children().take(MOST_NODES).filter_map(ElementRef::wrap).any(is_heading)
    };
    let around = tab.ancestors().filter_map(ElementRef::wrap).take(MOST_AROUND_TABS);
    let row = around.take_while(is_row).last()?;
    let is_other = |text: &str| matches!(year_in(text, this_year), YearSaid::Bare(other) if other != year);
    texts(row, MOST_NODES).any(is_other).then_some(row)
}

/// The texts among the first `most` nodes of `element`. Blank ones count among these, or a
/// page of blanks would be walked once for each of its elements.
fn texts(element: ElementRef<'_>, most: usize) -> impl Iterator<Item = &str> {
    let texts = element.descendants().take(most).filter_map(|node| Some(node.value().as_text()?.trim()));
    texts.filter(|text| !text.is_empty())
}

/// A year before this one that stands alone in `entry`, in a cell beside it or in its address,
/// and is not `counted`, as written: that of its day, perhaps.
pub fn other_year(entry: ElementRef<'_>, counted: i16, this_year: i16) -> Option<&str> {
    let is_other =
        |text: &&str| matches!(year_in(text, this_year), YearSaid::Bare(year) if year != counted && year < this_year);
    let within = || entry.descendants().take(MOST_IN_ENTRY).filter_map(ElementRef::wrap);
    let stated = within().flat_map(|inner| inner.attr("datetime").into_iter().chain(inner.attr("title")));
    // "2025 | Press"
    let parts = |text: &'_ str| text.len() <= LONGEST_TAB;
    let texts = texts(entry, MOST_IN_ENTRY);
    let texts = texts.flat_map(move |text| {
        let several = if parts(text) { Some(text.split(['|', '·', '•', '/'])) } else { None };
        several.into_iter().flatten().chain([text]).map(str::trim)
    });
    let address = || {
        let href = css::first_link(entry)?.attr("href")?;
        href.split(['/', '?', '=', '&']).filter(|part| part.len() == 4).find(is_other)
    };
    texts.chain(stated).find(is_other).or_else(|| spanning_year(entry).filter(is_other)).or_else(address)
}

/// What stands in a cell of a row before `entry` that spans its row, too.
fn spanning_year(entry: ElementRef<'_>) -> Option<&str> {
    let rows = entry.prev_siblings().filter_map(ElementRef::wrap).take(MOST_ROWS);
    let rows = rows.take_while(|row| row.value().name() == "tr").enumerate();
    rows.into_iter().find_map(|(above, row)| {
        let mut cells = row.children().filter_map(ElementRef::wrap).take(2);
        let cell = cells.find(|cell| above::rows_beside(*cell) > above + 1)?;
        texts(cell, MOST_NODES).next()
    })
}

/// Whether a link to another page stands in `element`, or is it.
fn leads_away(element: ElementRef<'_>) -> bool {
    let within = element.descendants().take(24).filter_map(ElementRef::wrap);
    within.filter_map(|inner| inner.attr("href")).any(|href| !href.starts_with('#'))
}

/// How high a heading stands; `None` for what is none.
fn rank(element: ElementRef<'_>) -> Option<u8> {
    let called = || element.attr("class").is_some_and(|class| class.contains("year"));
    headed::rank(element).or_else(|| {
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
