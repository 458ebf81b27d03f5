//! Days of events and time limits in the place of dates: what lies ahead, and what a label
//! calls so. None is the date of news, nor is the moment of the poll (checks B240, B241).

use std::time::Duration;

use scraper::ElementRef;

use crate::clock::Timestamp;
use crate::text::quote::in_quotes;

use super::super::notes::excerpt;
use super::counted::{DatedEntries, ONE_OF};
use super::dating::WrittenDate;
use super::meaning::DateOf;

/// How far ahead the day of news may begin: 36 hours in UTC, and 12 in a zone behind it.
const MOST_AHEAD: Duration = Duration::from_secs(48 * 3600);

/// What is told of days ahead says so.
pub const AHEAD: &str = "ahead, as";

/// Takes out of `dates` what lies ahead of `now`, or all of them where many do, and tells it.
pub fn leave_out_ahead(dates: &mut [Option<WrittenDate>], now: Timestamp) -> Option<String> {
    let is_ahead = |date: &WrittenDate| date.at.is_some_and(|at| at > now.plus(MOST_AHEAD));
    let all = dates.iter().flatten().count();
    let ahead = dates.iter().flatten().filter(|date| is_ahead(date)).count();
    let first = in_quotes(excerpt(&dates.iter().flatten().find(|date| is_ahead(date))?.raw));
    if ahead * ONE_OF > all && all > 1 {
        dates.fill(None);
        return Some(match ahead == all {
            true => format!("all days lie {AHEAD} {first}, so none was used"),
            false => {
                format!("{ahead} of {all} days lie {AHEAD} {first}, so none was used: they may be those of events")
            }
        });
    }
    dates.iter_mut().filter(|date| date.as_ref().is_some_and(is_ahead)).for_each(|date| *date = None);
    Some(match ahead {
        1 => format!("a day lies {AHEAD} {first}, so it was not used"),
        _ => format!("{ahead} days lie {AHEAD} {first}, so they were not used"),
    })
}

/// Takes out of `dates` those that a label calls the day of an event or a time limit, and
/// those that a sentence tells where most are told by none; tells what was taken out.
pub fn leave_out_labelled(dates: &mut [Option<WrittenDate>], of: &DatedEntries<'_, '_>) -> Option<String> {
    let means =
        |(entry, date): (&ElementRef<'_>, &Option<WrittenDate>)| date.is_some().then(|| of.dating.meaning(*entry));
    let said: Vec<Option<DateOf>> = of.entries.iter().zip(&*dates).map(means).collect();
    let count = |of: DateOf| said.iter().filter(|said| **said == Some(of)).count();
    let are_told = count(DateOf::Sentence) * 2 < dates.iter().flatten().count();
    let is_other = |said: Option<DateOf>| said == Some(DateOf::Event) || are_told && said == Some(DateOf::Sentence);
    let left_out: Vec<usize> = (0..said.len()).filter(|at| is_other(said[*at])).collect();
    let entry = of.entries[*left_out.first()?];
    let shown = of.dating.shown(entry);
    left_out.iter().for_each(|at| dates[*at] = None);
    let shown = in_quotes(excerpt(&shown));
    Some(match left_out.len() {
        1 => format!("a day that is that of an event, a time limit or a sentence was not used: {shown}"),
        count => format!("{count} days of events, time limits or sentences were not used, as {shown}"),
    })
}
