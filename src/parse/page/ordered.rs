//! Whether the dates of a list can be right, at a proposal and at every poll (checks B133
//! and B216).

use crate::clock::Timestamp;
use crate::text::quote::in_quotes;

use super::super::notes::excerpt;
use super::css::Css;
use super::dating::WrittenDate;

/// Fewer dates show no order.
const FEWEST: usize = 4;

/// How a warning about one date for all entries begins.
pub const SAME: &str = "all entries with a date have the same";
/// How a warning about dates in no order begins.
pub const NO_ORDER: &str = "the dates found are not in the order of the list";

/// Why the dates of a list are not used: they are all the same, or against the order of the
/// list, as numbers are that are no dates. Entries of one
/// day that are new lose nothing: they stand by when they were first seen. `date` is the selector that found them.
pub fn refused(dates: &[Option<WrittenDate>], date: Option<&Css>) -> Option<String> {
    let mut known: Vec<(Timestamp, &str)> =
        dates.iter().flatten().filter_map(|date| Some((date.at?, date.raw.as_str()))).collect();
    let are_above = date.is_some_and(Css::looks_above);
    if are_above {
        // Entries below one day tell nothing of the order of days.
        known.dedup_by_key(|(at, _)| *at);
    }
    let (first, raw) = *known.first()?;
    if known.len() < FEWEST && !are_above {
        return None;
    }
    if known.len() > FEWEST && known.iter().all(|(at, _)| *at == first) {
        return Some(format!("{SAME}, {}, so it was not used", in_quotes(excerpt(raw))));
    }
    let is_ordered = is_in_order(known.iter().map(|(at, _)| *at));
    (!is_ordered).then(|| format!("{NO_ORDER}, so they were not used"))
}

/// Whether three quarters of the steps go in one direction. Where more entries than that are
/// pinned on top (a third at most), all dates below them have to fall.
pub fn is_in_order(dates: impl Iterator<Item = Timestamp>) -> bool {
    let dates: Vec<Timestamp> = dates.collect();
    let below_pins = |pins: usize| {
        let rest = &dates[pins..];
        rest.len() > FEWEST && rest.windows(2).all(|pair| pair[0] >= pair[1]) && rest[0] > rest[rest.len() - 1]
    };
    if (1..=dates.len() / 3).any(below_pins) {
        return true;
    }
    let pairs = dates.len().saturating_sub(1);
    let falling = dates.windows(2).filter(|pair| pair[0] >= pair[1]).count();
    let rising = dates.windows(2).filter(|pair| pair[0] <= pair[1]).count();
    falling.max(rising) * 4 >= pairs * 3
}
