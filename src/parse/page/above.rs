//! Days that stand above their entries: `^ dt` as a date looks for what heads an entry,
//! as a day over several (checks B200 and B201).

use std::collections::HashMap;

use ego_tree::NodeId;
use scraper::{ElementRef, Html};

use super::css::{self, Css};
use super::headed::{self, Headed, Heading, LOWEST};

/// Bytes of a heading that tells a day.
pub const LONGEST: usize = 80;
/// Rows of a page that stand beside a cell of another row.
const MOST_ROWS: usize = crate::limits::YEAR_HEADINGS.count();

/// For each entry what heads it, of all that a selector finds.
#[derive(Debug, Default)]
pub struct Above<'a>(HashMap<NodeId, ElementRef<'a>>);

impl<'a> Above<'a> {
    /// What `css` finds above `entries`: the nearest of its matches, unless a heading of
    /// its rank or of a higher one stands between.
    pub fn by(css: &Css, page: &'a Html, entries: &[ElementRef<'a>]) -> Above<'a> {
        Above::unless(css, page, entries, |_| false)
    }

    /// The same where some headings are `passed` over, as they are entries themselves.
    pub fn unless(
        css: &Css,
        page: &'a Html,
        entries: &[ElementRef<'a>],
        passed: impl Fn(ElementRef<'a>) -> bool,
    ) -> Above<'a> {
        let headed = Headed::on(page, entries, |element| {
            let matches = css.selector().matches(&element);
            let spot = if matches { heading_around(element) } else { element };
            let rank = headed::rank(spot);
            if !matches && (rank.is_none() || passed(element)) {
                return None;
            }
            let text = headed::short_text(spot, LONGEST).unwrap_or_default();
            Heading::of(spot, rank.unwrap_or(LOWEST), &text, matches.then_some(element))
        });
        let over = |entry: &ElementRef<'a>| {
            let mut closed = u8::MAX;
            for heading in headed.over(entry.id()) {
                match heading.says {
                    Some(found) => return Some(found).filter(|_| heading.rank < closed),
                    None => closed = closed.min(heading.rank),
                }
            }
            None
        };
        let mut found: HashMap<_, _> = entries.iter().filter_map(|entry| Some((entry.id(), over(entry)?))).collect();
        let mut rows_left = MOST_ROWS;
        for entry in entries {
            cells(css, *entry, &mut found, &mut rows_left);
        }
        Above(found)
    }

    /// What heads `entry`.
    pub fn over(&self, entry: ElementRef<'_>) -> Option<ElementRef<'a>> {
        self.0.get(&entry.id()).copied()
    }
}

/// Cells of a row, which head it and the further rows that they stand beside: `rowspan`.
fn cells<'a>(css: &Css, row: ElementRef<'a>, found: &mut HashMap<NodeId, ElementRef<'a>>, rows_left: &mut usize) {
    if row.value().name() != "tr" {
        return;
    }
    for cell in row.children().filter_map(ElementRef::wrap) {
        if !css.selector().matches(&cell) {
            continue;
        }
        found.insert(row.id(), cell);
        let rows = cell.attr("rowspan").and_then(|rows| rows.trim().parse::<usize>().ok()).unwrap_or(1);
        let behind = row.next_siblings().filter_map(ElementRef::wrap).filter(|row| row.value().name() == "tr");
        for row in behind.take(rows.saturating_sub(1).min(*rows_left)) {
            *rows_left -= 1;
            found.insert(row.id(), cell);
        }
    }
}

/// The heading that `element` is a part of, or itself.
fn heading_around(element: ElementRef<'_>) -> ElementRef<'_> {
    let mut around = std::iter::once(element).chain(element.ancestors().filter_map(ElementRef::wrap)).take(3);
    around.find(|around| headed::rank(*around).is_some()).unwrap_or(element)
}

/// How a selector that looks above is written.
pub fn written(css: &str) -> String {
    format!("{} {css}", css::ABOVE)
}
