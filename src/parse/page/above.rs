//! Days that stand above their entries: `^ dt` as a date looks for what heads an entry,
//! as a day over several (checks B200 and B201).

use std::collections::{HashMap, HashSet};

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
        let rows: Vec<(ElementRef<'a>, ElementRef<'a>)> =
            entries.iter().filter_map(|entry| Some((*entry, row_around(*entry)?))).collect();
        let cells = RowCells::of(css, rows.iter().map(|(_, row)| *row));
        found.extend(rows.iter().filter_map(|(entry, row)| Some((entry.id(), cells.over(*row)?))));
        Above(found)
    }

    /// What heads `entry`.
    pub fn over(&self, entry: ElementRef<'_>) -> Option<ElementRef<'a>> {
        self.0.get(&entry.id()).copied()
    }
}

/// The row that `entry` is, or stands in.
fn row_around(entry: ElementRef<'_>) -> Option<ElementRef<'_>> {
    let up = std::iter::once(entry).chain(entry.ancestors().filter_map(ElementRef::wrap)).take(headed::HIGHEST);
    up.take_while(|up| up.value().name() != "table").find(|up| up.value().name() == "tr")
}

/// How many rows a cell stands beside, its own included: `rowspan`.
pub fn rows_beside(cell: ElementRef<'_>) -> usize {
    cell.attr("rowspan").and_then(|rows| rows.trim().parse::<usize>().ok()).unwrap_or(1)
}

/// The cells that head rows: their own and the further ones that they stand beside.
struct RowCells<'a>(HashMap<NodeId, ElementRef<'a>>);

impl<'a> RowCells<'a> {
    /// What `css` finds in `rows`, which stand in the order of the page. A cell with a link
    /// heads none: it is the entry's.
    fn of(css: &Css, rows: impl Iterator<Item = ElementRef<'a>>) -> RowCells<'a> {
        let (mut found, mut rows_left) = (HashMap::new(), MOST_ROWS);
        let mut seen: HashSet<NodeId> = HashSet::new();
        for row in rows.filter(|row| seen.insert(row.id())) {
            let mut cells = row.children().filter_map(ElementRef::wrap);
            let is_head = |cell: &ElementRef<'a>| css.selector().matches(cell) && css::links(*cell).next().is_none();
            let Some(cell) = cells.find(is_head) else { continue };
            found.insert(row.id(), cell);
            let behind = row.next_siblings().filter_map(ElementRef::wrap).filter(|row| row.value().name() == "tr");
            for row in behind.take(rows_beside(cell).saturating_sub(1).min(rows_left)) {
                rows_left -= 1;
                found.insert(row.id(), cell);
            }
        }
        RowCells(found)
    }

    fn over(&self, row: ElementRef<'_>) -> Option<ElementRef<'a>> {
        self.0.get(&row.id()).copied()
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
