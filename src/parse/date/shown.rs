//! The order of day and month that the dates of one document show together.

use super::DateContext;
use super::order::DateOrder;
use super::read::{LONGEST, parts};

/// The order that all dates of one document show which can be read in one way
/// only. Where they contradict one another, there is none.
pub fn order<'r>(all: impl IntoIterator<Item = &'r str>, known: &DateContext<'_>) -> Option<DateOrder> {
    let mut found = None;
    for raw in all {
        if !may_show(raw) {
            continue;
        }
        let Some(order) = parts(raw, known).and_then(|parts| parts.day.shows(known)) else { continue };
        if *found.get_or_insert(order) != order {
            return None;
        }
    }
    found
}

/// Whether figures may be joined in `raw` that end in a year: all other dates
/// are not looked at twice.
fn may_show(raw: &str) -> bool {
    let raw = raw.trim();
    let year_first = raw.len() > 4 && raw.as_bytes()[..4].iter().all(u8::is_ascii_digit);
    raw.len() <= LONGEST && !year_first && (are_joined(raw.as_bytes()) || !raw.is_ascii())
}

/// Whether a number of one or two digits is joined to another, as day and month are.
fn are_joined(mut raw: &[u8]) -> bool {
    while let Some(from) = raw.iter().position(u8::is_ascii_digit) {
        let run = raw[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        raw = &raw[from + run..];
        let parted = raw.iter().take_while(|b| b"/-.".contains(b) || b.is_ascii_whitespace()).count();
        if run <= 2 && parted > 0 && raw.get(parted).is_some_and(u8::is_ascii_digit) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_joined_figures_can_show_an_order() {
        let check = |raw: &str, expected: bool| assert_eq!(may_show(raw), expected, "{raw}");
        for joined in ["29/11/2026 08:30", "Sun 29.11.26", "5 - 11 - 2026", "29 11\t2026", "٢٩/١١/٢٠٢٦"] {
            check(joined, true);
        }
        for other in ["Sun, 29 Nov 2026 08:30:00 GMT", "2026-11-29T08:30:00Z", "Nov 29, 2026 8:30 AM", "20261129", ""] {
            check(other, false);
        }
    }
}
