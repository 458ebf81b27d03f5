//! Days without a year that may lie ahead: "12 December" on a list in November is last
//! year's news or an event of this one, and the order of the list tells which (B133).

use std::time::Duration;

use crate::clock::Timestamp;
use crate::text::quote::in_quotes;

use super::super::notes::excerpt;
use super::dating::WrittenDate;

/// What is longer ago than half a year lies nearer ahead.
const HALF_A_YEAR: Duration = Duration::from_secs(183 * 86_400);
const YEAR_MILLIS: i64 = 365 * 86_400_000;

/// What is told of days that were left out begins so.
pub const TOLD: &str = "days without a year";

/// Takes out of `dates` the days below a heading whose year need not be theirs, which
/// `doubt` tells.
pub fn leave_out_doubtful(
    dates: &mut [Option<WrittenDate>],
    doubt: impl Fn(usize, &WrittenDate) -> Option<String>,
) -> Option<String> {
    let (mut count, mut first): (usize, Option<(String, String)>) = (0, None);
    for (at, date) in dates.iter_mut().enumerate() {
        let Some(heading) = date.as_ref().and_then(|date| doubt(at, date)) else { continue };
        count += 1;
        if let Some(left_out) = date.take() {
            first.get_or_insert((heading, left_out.raw));
        }
    }
    let (heading, day) = first?;
    let (heading, day) = (in_quotes(excerpt(&heading)), in_quotes(excerpt(&day)));
    Some(format!(
        "{TOLD} stand below {heading}, whose year may not be theirs, so {count} of them were not used, as {day}"
    ))
}

/// Takes out of `dates`, which stand in the order of the page, the days that may lie
/// ahead. `counts` tells whether one has its year from the moment of the poll alone.
pub fn leave_out(
    dates: &mut [Option<WrittenDate>],
    counts: impl Fn(usize, &WrittenDate) -> bool,
    now: Timestamp,
) -> Option<String> {
    let oldest = now.minus(HALF_A_YEAR);
    let known: Vec<(usize, Timestamp)> =
        dates.iter().enumerate().filter_map(|(at, date)| Some((at, date.as_ref()?.at?))).collect();
    let is_far = |(at, read): &(usize, Timestamp)| {
        *read < oldest && dates[*at].as_ref().is_some_and(|written| counts(*at, written))
    };
    let far: Vec<bool> = known.iter().map(is_far).collect();
    if !far.contains(&true) {
        return None;
    }
    let steps = || known.windows(2).map(|pair| step(pair[0].1, pair[1].1));
    let (up, down) = (steps().filter(|step| *step > 0).count(), steps().filter(|step| *step < 0).count());
    // From the newest entry on; where the list has no order, none is known.
    let from_newest: Vec<usize> = match up.cmp(&down) {
        std::cmp::Ordering::Less => (0..known.len()).collect(),
        std::cmp::Ordering::Greater => (0..known.len()).rev().collect(),
        std::cmp::Ordering::Equal => (0..known.len()).filter(|at| far[*at]).collect(),
    };
    let (mut last, mut left_out): (Option<Timestamp>, Vec<usize>) = (None, Vec::new());
    for place in from_newest {
        let (at, read) = known[place];
        // What goes on downwards from a day that is certain is as old as it says.
        match far[place] && last.is_none_or(|last| step(last, read) > 0 || read > last) {
            true => left_out.push(at),
            false => last = Some(read),
        }
    }
    left_out.sort_unstable();
    let first = dates[*left_out.first()?].as_ref()?.raw.clone();
    left_out.iter().for_each(|at| dates[*at] = None);
    let count = left_out.len();
    Some(format!("{TOLD} may lie ahead, so {count} of them were not used, as {}", in_quotes(excerpt(&first))))
}

/// How far the calendar goes on from one day to another, whatever their years: between
/// half a year back and half a year on.
fn step(from: Timestamp, to: Timestamp) -> i64 {
    let on = (to.millis() - from.millis()).rem_euclid(YEAR_MILLIS);
    if on > YEAR_MILLIS / 2 { on - YEAR_MILLIS } else { on }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B133: of days without a year those that may lie ahead are no dates.
    #[test]
    fn days_that_may_lie_ahead_are_left_out() {
        let now = Timestamp::from_utc(jiff::civil::date(2026, 11, 30).at(9, 0, 0, 0));
        let check = |days: &str, expected: &str| {
            let read = |day: &str| {
                let at = format!("{day}T00:00:00Z").parse::<jiff::Timestamp>().unwrap();
                let at = Timestamp::from_millis(at.as_millisecond());
                WrittenDate { raw: day.to_owned(), read: day.to_owned(), at: Some(at) }
            };
            let mut dates: Vec<Option<WrittenDate>> = days.split(' ').map(|day| Some(read(day))).collect();
            let said = leave_out(&mut dates, |_, _| true, now);
            let left: Vec<String> = dates.into_iter().flatten().map(|written| written.raw).collect();
            assert_eq!(left.join(" "), expected, "{days}");
            assert_eq!(said.is_some(), days != expected, "{days}");
        };
        let same = |days: &str| check(days, days);
        // News, the newest first, and the oldest first.
        same("2026-11-28 2026-11-03 2026-08-20 2026-05-02 2026-01-03 2025-12-12");
        same("2025-12-12 2026-01-03 2026-05-02 2026-08-20 2026-11-03 2026-11-28");
        // What is to come, alone and behind what was.
        check("2025-12-03 2025-12-05 2025-12-12 2026-01-08", "");
        check("2026-11-24 2025-12-03 2025-12-05 2025-12-12 2026-01-08", "2026-11-24");
        check("2025-12-12 2025-12-05 2025-12-03", "");
        // Pinned on top of the news.
        check("2025-12-12 2026-11-28 2026-11-27 2026-10-02", "2026-11-28 2026-11-27 2026-10-02");
        check("2026-03-12", "");
        check("2025-12-12 2025-12-12", "");
    }
}
