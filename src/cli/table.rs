//! Tables for people: columns as wide as what stands in them.

use crate::text::columns::{cut, width};

use super::output::{Hue, Output};

/// To which side of its column a cell stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColumnSide {
    /// To the left, as words do.
    Left,
    /// To the right, as numbers do.
    Right,
}

/// A cell: how it strikes the eye, and its text.
pub type Cell = (Hue, String);

/// A table that is built row by row.
#[derive(Debug)]
pub struct TextTable {
    heads: Vec<(&'static str, ColumnSide)>,
    rows: Vec<Vec<Cell>>,
}

/// Blanks between two columns.
const BETWEEN: usize = 2;
/// Names are cut to no less: ids differ in their first letters mostly.
const SHORTEST_NAME: usize = 12;
/// The last column is left out of a narrower place: it would be all ellipses.
const SHORTEST_LAST: usize = 24;

/// A table as it is written: each line in pieces, and what found no room beside it.
#[derive(Debug, PartialEq, Eq)]
pub struct TableLine {
    /// The cells, padded.
    pub pieces: Vec<Cell>,
    /// The last column's text, to be written below.
    pub below: Option<Cell>,
}

impl TextTable {
    /// A table with these columns; the last is the longest and least needed one.
    pub fn new(heads: &[(&'static str, ColumnSide)]) -> TextTable {
        TextTable { heads: heads.to_vec(), rows: Vec::new() }
    }

    /// Adds a row: a cell for each column.
    pub fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// The head and all rows for a place of this width; for any width without one.
    pub fn lines(&self, most: Option<usize>) -> Vec<TableLine> {
        let mut widths: Vec<usize> = self.heads.iter().map(|(head, _)| width(head)).collect();
        for row in &self.rows {
            for (at, (_, text)) in row.iter().enumerate() {
                widths[at] = widths[at].max(width(text));
            }
        }
        let last = widths.len().saturating_sub(1);
        let before = |widths: &[usize]| widths[..last].iter().map(|w| w + BETWEEN).sum::<usize>();
        let mut is_below = false;
        if let Some(most) = most {
            let over = (before(&widths) + SHORTEST_LAST.min(widths[last])).saturating_sub(most);
            if over > 0 {
                is_below = widths[last] > 0;
                let over = (before(&widths) - BETWEEN).saturating_sub(most);
                let first = widths[0];
                widths[0] = first.saturating_sub(over).max(SHORTEST_NAME.min(first));
            } else {
                widths[last] = widths[last].min(most - before(&widths));
            }
        }
        let head: Vec<Cell> = self.heads.iter().map(|(head, _)| (Hue::Faint, (*head).to_owned())).collect();
        let rows = std::iter::once(&head).chain(&self.rows);
        rows.enumerate().map(|(at, row)| self.line(row, &widths, is_below, at > 0)).collect()
    }

    fn line(&self, row: &[Cell], widths: &[usize], is_below: bool, is_row: bool) -> TableLine {
        let shown = if is_below { row.len() - 1 } else { row.len() };
        let mut pieces = Vec::with_capacity(shown * 2);
        for (at, (hue, text)) in row[..shown].iter().enumerate() {
            let text = cut(text, widths[at]);
            let pad = " ".repeat(widths[at] - width(&text));
            let between = " ".repeat(BETWEEN);
            match self.heads[at].1 {
                _ if at + 1 == shown && self.heads[at].1 == ColumnSide::Left => pieces.push((*hue, text)),
                ColumnSide::Left => pieces.extend([(*hue, text), (Hue::Plain, pad + &between)]),
                ColumnSide::Right if at + 1 == shown => pieces.extend([(Hue::Plain, pad), (*hue, text)]),
                ColumnSide::Right => pieces.extend([(Hue::Plain, pad), (*hue, text), (Hue::Plain, between)]),
            }
        }
        let below = row.last().filter(|(_, text)| is_below && is_row && !text.is_empty()).cloned();
        TableLine { pieces, below }
    }
}

/// Writes a line, and what found no room in it below.
pub fn write(out: &Output, line: &TableLine) {
    let pieces: Vec<(Hue, &str)> = line.pieces.iter().map(|(hue, text)| (*hue, text.as_str())).collect();
    out.painted(&pieces);
    if let Some((hue, text)) = &line.below {
        out.below(*hue, 4, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> TextTable {
        let mut table =
            TextTable::new(&[("SOURCE", ColumnSide::Left), ("NEW", ColumnSide::Right), ("WHY", ColumnSide::Left)]);
        for (name, new, why) in [("city-news-of-the-harbour", "3", "about one entry in 15m"), ("友城", "1200", "")] {
            table.row(vec![(Hue::Plain, name.into()), (Hue::Plain, new.into()), (Hue::Plain, why.into())]);
        }
        table
    }

    fn text(most: Option<usize>) -> Vec<String> {
        let joined = |line: &TableLine| {
            let below = line.below.as_ref().map(|(_, text)| format!("|{text}")).unwrap_or_default();
            line.pieces.iter().map(|(_, text)| text.as_str()).collect::<String>() + &below
        };
        table().lines(most).iter().map(joined).collect()
    }

    #[test]
    fn columns_are_as_wide_as_their_cells_and_the_table_as_its_place_o84() {
        let whole = [
            "SOURCE                     NEW  WHY",
            "city-news-of-the-harbour     3  about one entry in 15m",
            "友城                      1200  ",
        ];
        assert_eq!(text(None), whole);
        assert_eq!(text(Some(80)), whole);
        assert_eq!(
            text(Some(40)),
            [
                "SOURCE                     NEW",
                "city-news-of-the-harbour     3|about one entry in 15m",
                "友城                      1200"
            ]
        );
        let narrow = text(Some(24));
        assert_eq!(narrow[1], "city-news-of-the-…     3|about one entry in 15m");
        for most in 20..80 {
            let lines = table().lines(Some(most));
            let widest = lines.iter().map(|line| line.pieces.iter().map(|(_, text)| width(text)).sum::<usize>()).max();
            assert!(widest.unwrap() <= most, "{most}");
        }
    }
}
