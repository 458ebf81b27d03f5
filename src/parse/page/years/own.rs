//! Years in the entries of a list whose days have none.

use std::collections::HashSet;

use scraper::ElementRef;

use super::super::{above, css};
use super::inner::{LONGEST_TAB, MOST_NODES, texts};
use super::said::{MOST_YEARS_BACK, YearContext, YearSaid, year_in};

/// Rows above an entry whose cells may stand beside its row, too.
const MOST_ROWS: usize = 60;
/// Nodes of an entry that are looked at for a year.
const MOST_IN_ENTRY: usize = 200;
/// Parts of an address that are looked at.
const MOST_IN_ADDRESS: usize = 24;
/// Letters before the number of a document: "pr-2025-13".
const MOST_LETTERS: usize = 3;
/// Fewer entries name a year by chance.
const FEWEST: usize = 3;

/// A year before this one that stands alone in `entry`, in a cell beside it or in its address,
/// and is not `counted`, as written: that of its day, perhaps.
pub fn other_year(entry: ElementRef<'_>, counted: i16, context: YearContext) -> Option<&str> {
    let is_past = |year: i16| year != counted && year < context.this_year;
    let is_other = |text: &&str| matches!(year_in(text, context), YearSaid::Bare(year) if is_past(year));
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
        let parts = css::first_link(entry)?.attr("href")?.split(['/', '?', '=', '&']).take(MOST_IN_ADDRESS);
        parts
            .into_iter()
            .find(|part| year_of_number(part).is_some_and(|year| is_recent(year, context) && is_past(year)))
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

/// The year in a part of an address that numbers documents: `2025`, `2025-117`, `pr-2025-13.html`,
/// `202511`, `t20251127_39`. Words make it a headline, which may be about any year.
fn year_of_number(part: &str) -> Option<i16> {
    let part = part.split_once('.').map_or(part, |(name, _)| name);
    let letters = part.bytes().filter(|b| !b.is_ascii_digit() && !b"-_".contains(b)).count();
    if !part.is_ascii() || letters > MOST_LETTERS {
        return None;
    }
    let runs: Vec<&str> = part.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    let run = runs.iter().find(|run| matches!(run.len(), 4 | 6 | 8))?;
    let number = |from: usize| run.get(from..from + 2).map_or(Some(1), |digits| digits.parse::<u8>().ok());
    let is_date = (1..=12).contains(&number(4)?) && (1..=31).contains(&number(6)?);
    let is_alone = run.len() > 4 || runs.len() > 1 || letters == 0;
    if is_date && is_alone { run[..4].parse().ok() } else { None }
}

/// Whether `year` may be that of news: numbers are often others.
fn is_recent(year: i16, context: YearContext) -> bool {
    (context.this_year - MOST_YEARS_BACK..context.this_year).contains(&year)
}

/// The one year before this one that three quarters of `entries` name somewhere in their texts,
/// if none of them names another: that of a review or of an archive.
pub fn common_year(entries: &[ElementRef<'_>], context: YearContext) -> Option<i16> {
    let named = entries.iter().map(|entry| {
        let figures = entry.text().take(MOST_IN_ENTRY).flat_map(|text| text.split(|c: char| !c.is_ascii_digit()));
        let years = figures.filter(|run| run.len() == 4).filter_map(|run| run.parse::<i16>().ok());
        let is_year = |year: &i16| *year == context.this_year || is_recent(*year, context);
        years.filter(is_year).collect::<HashSet<i16>>()
    });
    let (mut of, mut count) = (None, 0);
    for years in named.filter(|years| !years.is_empty()) {
        let year = years.iter().next().copied().filter(|year| years.len() == 1 && *year < context.this_year)?;
        if *of.get_or_insert(year) != year {
            return None;
        }
        count += 1;
    }
    of.filter(|_| count >= FEWEST && count * 4 >= entries.len() * 3)
}
