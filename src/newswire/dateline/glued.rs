//! Datelines inside a line: a teaser often glues a sub-headline or byline before them.

use super::gap;
use super::mark;
use super::places;
use super::reading::{DatelineDesk, PrintedDateline};
use super::{byline, date, head};

/// How far before a mark its places may begin, in bytes.
const BACK_BYTES: usize = 200;

/// How long a date may be, in bytes.
const DATE_BYTES: usize = 60;

/// How many brackets of a line are looked at.
const BRACKETS: usize = 40;

/// The dateline that ends with a mark somewhere in the line.
pub(super) fn read(desk: &DatelineDesk<'_>, line: &str) -> Option<PrintedDateline> {
    let opens = line.char_indices().filter(|(at, c)| {
        *at > 0 && (mark::closer(*c).is_some() || *c == 'M' && line[..*at].trim_end().ends_with(gap::is_dash))
    });
    let mark = opens.take(BRACKETS).find_map(|(at, _)| mark::at(desk.tables, line, at))?;
    let from = floor(line, mark.at.start.saturating_sub(BACK_BYTES));
    let (dated, printed) = before_date(desk, line, from, mark.at.start);
    let end = trimmed_end(line, from, dated);
    let before = &line[from..end];
    let known = || printed.then(|| places::last_known(desk, before)).flatten();
    let Some(start) = places::last_in_capitals(desk, before).or_else(known) else {
        // "(NewMediaWire) - March 5, 2025 - GLENDALE, CA -" after a sentence.
        return head::read(desk, line, mark.at.start)
            .filter(|reading| reading.places.is_some() && reading.date.is_some());
    };
    let start = from + start;
    let mut reading = head::read(desk, line, start)?;
    // Without a dash it is the credit of a picture: "Jan. 6, 2017. (AP / Jon Elswick)".
    let after = gap::read(desk, line, reading.raw.end.max(mark.at.end));
    if reading.places.is_none() || reading.wire.is_none() || !after.has_dash || after.end >= line.len() {
        return None;
    }
    reading.byline = reading.byline.or_else(|| byline::at_end(desk.tables, line[..start].trim_end()));
    Some(reading)
}

/// Where the date that ends before `end` begins, if there is one.
fn before_date(desk: &DatelineDesk<'_>, line: &str, from: usize, end: usize) -> (usize, bool) {
    let stop = trimmed_end(line, from, end);
    let first = floor(line, stop.saturating_sub(DATE_BYTES)).max(from);
    let mut before = line[..first].chars().last();
    for (n, c) in line[first..stop].char_indices() {
        let begins = c.is_alphanumeric() && before.is_none_or(|b| !b.is_alphanumeric());
        before = Some(c);
        if !begins {
            continue;
        }
        let at = first + n;
        let read = date::may_begin(desk.tables, &line[at..]).then(|| date::read(desk.tables, &line[at..end])).flatten();
        if read.is_some_and(|(_, bytes)| trimmed_end(line, from, at + bytes) >= stop) {
            return (at, true);
        }
    }
    (end, false)
}

/// The end of what stands before `end`, without separators.
fn trimmed_end(line: &str, from: usize, end: usize) -> usize {
    let is_sign = |c: char| c.is_whitespace() || gap::is_dash(c) || ",،.;".contains(c);
    from + line[from..end.max(from)].trim_end_matches(is_sign).len()
}

/// The nearest character border at or after `at`.
fn floor(line: &str, at: usize) -> usize {
    (at..=line.len()).find(|at| line.is_char_boundary(*at)).unwrap_or(line.len())
}
