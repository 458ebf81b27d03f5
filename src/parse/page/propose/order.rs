//! Whether the dates of a list can be right.

use crate::clock::Timestamp;
use crate::model::Parsed;

use super::super::counted;
use super::super::css::ABOVE;

/// Fewer dates show no order.
const FEWEST: usize = 4;

/// What is wrong with the dates of these entries: all the same, or against the order
/// of the list, as numbers are that are no dates. `selector` is what finds them.
pub fn complaint(parsed: &Parsed, selector: &str) -> Option<String> {
    let mut dates: Vec<(Timestamp, &str)> = parsed
        .entries
        .iter()
        .filter_map(|entry| Some((entry.published?, entry.published_raw.as_deref().unwrap_or_default())))
        .collect();
    if dates.is_empty() {
        let left_out = parsed.warnings.iter().find(|warning| warning.text.starts_with(counted::TOLD));
        if let Some(why) = left_out {
            return Some(format!("no date was proposed: {}", why.text));
        }
        return Some("no date was proposed: none of what looks like one can be read".to_owned());
    }
    let heads = selector.starts_with(ABOVE);
    if heads {
        // Entries below one day tell nothing of the order of days.
        dates.dedup_by_key(|(at, _)| *at);
    }
    if dates.len() < FEWEST && !heads {
        return None;
    }
    if dates.len() > FEWEST && dates.iter().all(|(at, _)| *at == dates[0].0) {
        let shown = crate::text::quote::in_quotes(super::super::excerpt(dates[0].1));
        return Some(format!("no date was proposed: all {} entries would have the same, {shown}", dates.len()));
    }
    if !is_in_order(dates.iter().map(|(at, _)| *at)) {
        return Some("the dates found are not in the order of the list, so they were not used".to_owned());
    }
    None
}

/// Whether most neighbours follow one another in one direction: some stand on top for
/// their weight. Where more are pinned there, all below them do.
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
