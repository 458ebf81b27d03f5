//! Years that stand above lists, for dates that have none: "2025" over "22 Nov" means
//! that of 2025, not the last 22 November (check B133).

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;
use scraper::{ElementRef, Html};

use crate::clock::Timestamp;

use super::super::date::{DateContext, with_ascii_digits};
use super::css;
use super::day;
use super::headed::{self, Headed, Heading};
use inner::{LONGEST, LONGEST_TAB, MOST_NODES, texts};
pub use own::{common_year, other_year};
use said::{YearContext, YearSaid, is_in_words, year_in};

mod inner;
mod own;
mod page;
pub mod said;

/// How far above an entry a year that is no heading may stand beside what holds it.
const MOST_ABOVE: usize = 4;
/// Elements around a tab that hold its row alone.
const MOST_AROUND_TABS: usize = 4;
/// Nodes of a tab that is no link.
const MOST_IN_TAB: usize = 4;

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
    context: YearContext,
) -> (YearSaid, Option<ElementRef<'p>>) {
    // "Budget 2025" is chosen in a menu: tabs of years say nothing else.
    let tabs = match said {
        YearSaid::Bare(year) if is_chosen(element) => row_of_years(element, year, context),
        YearSaid::Bare(year) if is_plain(element) => {
            row_of_years(element, year, context).filter(|row| css::links(*row).next().is_some())
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
        YearSaid::Among(year) if year < context.this_year && beside.contains(&element.id()) => YearSaid::Doubtful,
        _ => YearSaid::None,
    };
    (said, None)
}

/// What `text` says of years, which stands in a heading if it has a `rank`.
fn said_by(text: &str, rank: Option<u8>, context: YearContext) -> YearSaid {
    match year_in(text, context) {
        YearSaid::None if rank.is_some() && is_in_words(text) => YearSaid::Doubtful,
        said => said,
    }
}

impl Years {
    /// The years above `entries`; the next one is the latest.
    pub fn above(page: &Html, entries: &[ElementRef<'_>], known: &DateContext<'_>, now: Timestamp) -> Years {
        let context = YearContext::at(now, known);
        let this_year = context.this_year;
        let beside = beside(entries);
        let mut among: HashSet<i16> = HashSet::new();
        let (mut begun, mut names_this_year) = (false, false);
        let headed = Headed::on(page, entries, |element| {
            let rank = rank(element);
            if rank.is_none() && !is_chosen(element) && !is_plain(element) && !beside.contains(&element.id()) {
                return None;
            }
            let text = headed::short_text(element, LONGEST);
            let said = text.as_deref().map_or(YearSaid::None, |text| said_by(text, rank, context));
            let (said, tabs) = heading_of(element, said, rank, &beside, context);
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
        let of_page = if names_this_year { None } else { page::year_of(page, context) };
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

/// The row of short texts that the tab of `year` stands in, if another year is among them.
fn row_of_years(tab: ElementRef<'_>, year: i16, context: YearContext) -> Option<ElementRef<'_>> {
    let is_row = |around: &ElementRef<'_>| {
        let is_heading = |inner: ElementRef<'_>| headed::rank(inner).is_some_and(|rank| rank < 7);
        texts(*around, MOST_NODES).all(|text| text.len() <= LONGEST_TAB)
            && around.value().name() != "body"
            && !around.children().take(MOST_NODES).filter_map(ElementRef::wrap).any(is_heading)
    };
    let around = tab.ancestors().filter_map(ElementRef::wrap).take(MOST_AROUND_TABS);
    let row = around.take_while(is_row).last()?;
    let is_other = |text: &str| matches!(year_in(text, context), YearSaid::Bare(other) if other != year);
    texts(row, MOST_NODES).any(is_other).then_some(row)
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
