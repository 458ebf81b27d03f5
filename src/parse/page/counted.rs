//! Days without a year. "12 December" on a list in November is last year's news or an event
//! of this one, and "20 November" below it is last year's, too: the order of the list tells
//! which, or the day is left out (B133, B203).

use std::time::Duration;

use scraper::ElementRef;

use crate::clock::Timestamp;
use crate::text::quote::in_quotes;

use super::super::notes::excerpt;
use super::dating::{Dating, WrittenDate};

/// What is longer ago than half a year lies nearer ahead.
const HALF_A_YEAR: Duration = Duration::from_secs(183 * 86_400);
const YEAR_MILLIS: i64 = 365 * 86_400_000;
const LEAP_YEAR_MILLIS: i64 = 366 * 86_400_000;
/// Neighbours that stand in the wrong order are no further apart; a day later in the year
/// than this begins the year before.
const MOST_DISORDER: i64 = 45 * 86_400_000;
const WEEK: i64 = 7 * 86_400_000;
/// Entries that may be kept on top of a list.
const MOST_PINNED: usize = 2;
/// Years that are tried for one day: 29 February comes every eight years at least.
const MOST_TRIED: i16 = 9;

/// Where more than one day of so many lies ahead, the column is one of events, whose past
/// days are no dates either.
pub const ONE_OF: usize = 5;

/// What is told of days that were left out begins so.
pub const TOLD: &str = "days without a year";

/// Takes out of `dates` the days below or beside a year that need not be theirs: `in_doubt`
/// says what states it.
pub fn leave_out_doubtful(
    dates: &mut [Option<WrittenDate>],
    in_doubt: impl Fn(usize, &WrittenDate) -> Option<String>,
) -> Option<String> {
    let (mut count, mut first): (usize, Option<(String, String)>) = (0, None);
    for (at, date) in dates.iter_mut().enumerate() {
        let Some(heading) = date.as_ref().and_then(|date| in_doubt(at, date)) else { continue };
        count += 1;
        if let Some(left_out) = date.take() {
            first.get_or_insert((heading, left_out.raw));
        }
    }
    let (heading, day) = first?;
    let (heading, day) = (in_quotes(excerpt(&heading)), in_quotes(excerpt(&day)));
    Some(format!(
        "{TOLD} stand below or beside {heading}, whose year may not be theirs, so {count} of them were not used, as {day}"
    ))
}

/// What is known of the days of a list.
pub trait Days {
    /// Whether the date of the entry `at` has its year from the moment of the poll alone.
    fn counts(&self, at: usize, date: &WrittenDate) -> bool;

    /// The same day `years` years before `date`.
    fn years_before(&self, at: usize, date: &WrittenDate, years: i16) -> Option<WrittenDate>;
}

/// The entries of a list with what dates them.
pub struct DatedEntries<'d, 'a> {
    /// How they are dated.
    pub dating: &'d Dating<'a>,
    /// In the order of the page.
    pub entries: &'d [ElementRef<'a>],
}

impl Days for DatedEntries<'_, '_> {
    fn counts(&self, at: usize, date: &WrittenDate) -> bool {
        self.dating.counts_years(self.entries[at], date)
    }

    fn years_before(&self, at: usize, date: &WrittenDate, years: i16) -> Option<WrittenDate> {
        self.dating.years_before(self.entries[at], date, years)
    }
}

/// Sets the years of the days of `dates`, which stand in the order of the page, to what this
/// order tells, takes out those that may lie ahead or stand against it, and tells which.
pub fn settle(dates: &mut [Option<WrittenDate>], days: &impl Days, now: Timestamp) -> Vec<String> {
    let oldest = now.minus(HALF_A_YEAR);
    let known: Vec<(usize, Timestamp)> =
        dates.iter().enumerate().filter_map(|(at, date)| Some((at, date.as_ref()?.at?))).collect();
    let counts = |at: usize| dates[at].as_ref().is_some_and(|written| days.counts(at, written));
    let far: Vec<bool> = known.iter().map(|(at, read)| *read < oldest && counts(*at)).collect();
    let steps = || known.windows(2).map(|pair| step(pair[0].1, pair[1].1));
    let (up, down) = (steps().filter(|step| *step > 0).count(), steps().filter(|step| *step < 0).count());
    let from_newest = from_newest(&far, up, down);
    let against = up.min(down);
    let has_order = against <= 1 || against * 3 <= up + down;
    let mut walk = YearWalk { has_order, of: known.len(), now, ..YearWalk::default() };
    let mut moved: Vec<(usize, WrittenDate)> = Vec::new();
    for place in from_newest {
        let (at, read) = known[place];
        if walk.takes_as_read(at, read, far[place], || counts(at)) {
            continue;
        }
        let before =
            dates[at].as_ref().and_then(|date| walk.year_before(read, |years| days.years_before(at, date, years)));
        match before {
            Some(before) => moved.push((at, before)),
            None => walk.against.push(at),
        }
    }
    let YearWalk { ahead, against, .. } = walk;
    // Events go on from the last ones to those to come.
    if (known.len() / ONE_OF + 1..known.len()).contains(&ahead.len()) && up > down {
        let all = known.iter().map(|(at, _)| *at).filter(|at| counts(*at)).collect();
        return take_out(dates, all, "lead on to days ahead, as those of events do").into_iter().collect();
    }
    for (at, date) in moved {
        dates[at] = Some(date);
    }
    let told = [(ahead, "may lie ahead"), (against, "stand against the order of the list")];
    told.into_iter().filter_map(|(left_out, why)| take_out(dates, left_out, why)).collect()
}

/// Places of a list from its newest entry on, of whose neighbours so many go `up` and `down`;
/// where it has no order, of those that are `far` off.
fn from_newest(far: &[bool], up: usize, down: usize) -> Vec<usize> {
    match up.cmp(&down) {
        std::cmp::Ordering::Less => (0..far.len()).collect(),
        std::cmp::Ordering::Greater => (0..far.len()).rev().collect(),
        std::cmp::Ordering::Equal => (0..far.len()).filter(|at| far[*at]).collect(),
    }
}

fn take_out(dates: &mut [Option<WrittenDate>], mut left_out: Vec<usize>, why: &str) -> Option<String> {
    left_out.sort_unstable();
    let first = dates[*left_out.first()?].as_ref()?.raw.clone();
    left_out.iter().for_each(|at| dates[*at] = None);
    let count = left_out.len();
    Some(format!("{TOLD} {why}, so {count} of them were not used, as {}", in_quotes(excerpt(&first))))
}

/// A list, from its newest entry on.
#[derive(Default)]
struct YearWalk {
    now: Timestamp,
    /// Entries with a day.
    of: usize,
    /// Whether few neighbours stand against the order of the others.
    has_order: bool,
    /// The newest day, and the one that was reached.
    newest: Option<Timestamp>,
    last: Option<Timestamp>,
    /// Days that the poll gave their year and that were taken so.
    taken: Vec<usize>,
    /// Whether the years of what follows are unknown.
    is_lost: bool,
    ahead: Vec<usize>,
    against: Vec<usize>,
}

impl YearWalk {
    /// Whether the day of the entry `at` has the year of `read`, or was left out; else it
    /// is of a year before.
    fn takes_as_read(&mut self, at: usize, read: Timestamp, is_far: bool, counts: impl Fn() -> bool) -> bool {
        let Some(last) = self.last else {
            match is_far {
                true => self.ahead.push(at),
                false => self.begin(at, read),
            }
            return true;
        };
        let rise = read.millis() - last.millis();
        // What goes on downwards from a day that is certain is as old as it says.
        if is_far && (step(last, read) > 0 && rise <= 0 || (1..=MOST_DISORDER).contains(&rise)) {
            self.ahead.push(at);
            return true;
        }
        if self.is_lost && counts() {
            self.against.push(at);
            return true;
        }
        if rise <= 0 || !self.has_order || !counts() {
            self.last = Some(read);
            self.taken.push(at);
            return true;
        }
        self.places_rise(at, read, rise)
    }

    /// The same of a day later in the year than the one before, `rise` milliseconds on.
    fn places_rise(&mut self, at: usize, read: Timestamp, rise: i64) -> bool {
        let is_ahead = read > self.now;
        if rise <= MOST_DISORDER && !(is_ahead && rise > WEEK) {
            // Neighbours change places; of a day to come it is not certain.
            if is_ahead {
                self.against.push(at);
            }
            return true;
        }
        let turns = self.newest.is_some_and(|newest| newest.millis() + WEEK >= read.millis()) || is_ahead;
        if turns && self.taken.len() > MOST_PINNED {
            return false;
        }
        // Something older stands on top of the list, or the list is older than it seems.
        let is_recent = !is_ahead && self.now.millis() - read.millis() <= MOST_DISORDER;
        match is_recent && self.taken.len() <= MOST_PINNED && self.taken.len() * 3 <= self.of {
            true => {
                self.against.append(&mut self.taken);
                self.begin(at, read);
            }
            false => {
                self.is_lost = true;
                self.against.push(at);
            }
        }
        true
    }

    fn begin(&mut self, at: usize, read: Timestamp) {
        (self.newest, self.last) = (Some(read), Some(read));
        self.taken.push(at);
    }

    /// The day in the last year in which it goes on downwards.
    fn year_before(&mut self, read: Timestamp, before: impl Fn(i16) -> Option<WrittenDate>) -> Option<WrittenDate> {
        let last = self.last?;
        let least = i16::try_from((read.millis() - last.millis() - MOST_DISORDER) / LEAP_YEAR_MILLIS).ok()?.max(1);
        let found = (least..least + MOST_TRIED)
            .filter_map(before)
            .find(|date| date.at.is_some_and(|at| at.millis() <= last.millis() + MOST_DISORDER))?;
        self.last = self.last.min(found.at);
        Some(found)
    }
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

    /// Days of UTC.
    struct Utc;

    fn at(day: &str) -> Timestamp {
        let at = format!("{day}T00:00:00Z").parse::<jiff::Timestamp>().unwrap();
        Timestamp::from_millis(at.as_millisecond())
    }

    impl Days for Utc {
        fn counts(&self, _: usize, _: &WrittenDate) -> bool {
            true
        }

        fn years_before(&self, _: usize, date: &WrittenDate, years: i16) -> Option<WrittenDate> {
            let day: jiff::civil::Date = date.raw.parse().unwrap();
            let raw = jiff::civil::Date::new(day.year() - years, day.month(), day.day()).ok()?.to_string();
            Some(WrittenDate { at: Some(at(&raw)), read: raw.clone(), raw })
        }
    }

    /// B133: of days without a year those that may lie ahead are no dates.
    #[test]
    fn days_that_may_lie_ahead_are_left_out() {
        let now = Timestamp::from_utc(jiff::civil::date(2026, 11, 30).at(9, 0, 0, 0));
        let check = |days: &str, expected: &str| {
            let read = |day: &str| WrittenDate { raw: day.to_owned(), read: day.to_owned(), at: Some(at(day)) };
            let mut dates: Vec<Option<WrittenDate>> = days.split(' ').map(|day| Some(read(day))).collect();
            let said = settle(&mut dates, &Utc, now);
            let left: Vec<String> = dates.into_iter().flatten().map(|written| written.raw).collect();
            assert_eq!(left.join(" "), expected, "{days}");
            assert_eq!(!said.is_empty(), expected.split_whitespace().count() < days.split(' ').count(), "{days}");
        };
        let same = |days: &str| check(days, days);
        // News, the newest first, and the oldest first.
        same("2026-11-28 2026-11-03 2026-08-20 2026-05-02 2026-01-03 2025-12-12");
        same("2025-12-12 2026-01-03 2026-05-02 2026-08-20 2026-11-03 2026-11-28");
        // What is to come, alone and behind what was.
        check("2025-12-03 2025-12-05 2025-12-12 2026-01-08", "");
        check("2026-11-24 2025-12-03 2025-12-05 2025-12-12 2026-01-08", "");
        check("2026-11-30 2026-11-27 2026-12-01 2025-12-05 2025-12-08", "");
        check("2025-12-12 2025-12-05 2025-12-03", "");
        // Pinned on top of the news.
        check("2025-12-12 2026-11-28 2026-11-27 2026-10-02", "2026-11-28 2026-11-27 2026-10-02");
        check("2026-03-12", "");
        check("2025-12-12 2025-12-12", "");
        // Longer than twelve months: what the poll makes of the days, and their years.
        check(
            "2026-11-27 2026-08-01 2026-03-04 2025-12-20 2026-12-01 2026-11-15 2026-01-01 2025-12-20",
            "2026-11-27 2026-08-01 2026-03-04 2025-12-20 2025-12-01 2025-11-15 2025-01-01 2024-12-20",
        );
        check(
            "2026-11-15 2026-12-01 2025-12-20 2026-03-04 2026-08-01 2026-11-27",
            "2025-11-15 2025-12-01 2025-12-20 2026-03-04 2026-08-01 2026-11-27",
        );
        check(
            "2026-11-27 2026-11-20 2026-11-10 2026-12-01 2026-11-25",
            "2026-11-27 2026-11-20 2026-11-10 2025-12-01 2025-11-25",
        );
        // Tomorrow's day on top is in another zone; two neighbours have changed places.
        same("2026-12-01 2026-11-30 2026-11-29 2026-11-27");
        same("2026-11-28 2026-11-26 2026-11-27 2026-11-20 2026-11-03");
        // One or two pinned on top; or an old list, of which nobody knows.
        check("2026-07-15 2026-11-28 2026-11-27 2026-10-02", "2026-11-28 2026-11-27 2026-10-02");
        check("2026-08-15 2026-06-28 2026-11-27 2026-10-02", "2026-08-15 2026-06-28");
        check("2026-08-15 2026-10-02 2026-09-20 2026-09-02", "2026-08-15");
        // Events behind the news.
        check(
            "2026-11-27 2026-10-12 2026-07-01 2026-04-02 2025-12-18 2026-12-01 2025-12-05 2025-12-06",
            "2026-11-27 2026-10-12 2026-07-01 2026-04-02 2025-12-18 2025-12-01",
        );
    }
}
