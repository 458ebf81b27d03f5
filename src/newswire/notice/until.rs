//! When an embargo ends, by the words that say so.

use std::ops::Range;

use super::super::copy::WireCopy;
use super::clock_times::{self, SpelledTime};
use super::days::{self, SpelledDay};
use super::lines::clipped;
use super::spelled::{Spelled, TimeWords};
use crate::clock::Timestamp;
use crate::model::newswire::NoticeUntil;

/// How much of the words is read, in bytes.
const MOST_WORDS: usize = 200;
/// Letters that may stand between the parts of a time without belonging to it.
const LOOSE_LETTERS: usize = 24;

/// The end of an embargo, and the words that state it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct SpelledUntil {
    pub until: NoticeUntil,
    /// Where the words end that were read.
    pub end: usize,
    /// Whether there is a time or a date at all.
    pub is_stated: bool,
}

/// Reads the end of an embargo from the words after its mark.
///
/// A time needs a date and a zone: its own, or that of the source. Several must be one
/// instant. Whatever is missing, impossible or contradictory leaves it to a person.
pub(super) fn read(shown: &str, copy: &WireCopy<'_>) -> SpelledUntil {
    let shown = clipped(shown.split(['\n', ']', '】']).next().unwrap_or(""), MOST_WORDS);
    let spelled = Spelled::of(shown);
    let text = &spelled.text;
    let mut dates = days::days(text, copy);
    let mut times = clock_times::times(&without(text, dates.iter().map(|day| &day.at)));
    let end = reach(text, &dates, &times);
    dates.retain(|day| day.at.start < end);
    times.retain(|time| time.at.start < end);
    let is_stated = !(dates.is_empty() && times.is_empty());
    let loose = loose_zone(text, end, &dates, &times);
    let at = instant(&dates, &times, loose.as_ref().map(|(zone, _)| zone), copy);
    let end = end.max(loose.map_or(0, |(_, end)| end));
    let until = match at {
        Some(at) => NoticeUntil::At(at),
        None => NoticeUntil::Unreadable(shown.trim().trim_start_matches([':', '：', '-', '–', ' ']).to_owned()),
    };
    let end = if is_stated { spelled.shown(end) } else { shown.len() };
    SpelledUntil { until, end, is_stated }
}

/// `text` with blanks in place of these ranges.
fn without<'r>(text: &str, ranges: impl Iterator<Item = &'r Range<usize>>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in ranges {
        bytes[range.clone()].fill(b' ');
    }
    // The ranges end at characters.
    String::from_utf8(bytes).unwrap_or_default()
}

/// Where the statement of the time ends: what follows after other words is the news.
fn reach(text: &str, dates: &[SpelledDay], times: &[SpelledTime]) -> usize {
    let mut parts: Vec<&Range<usize>> =
        dates.iter().map(|day| &day.at).chain(times.iter().map(|time| &time.at)).collect();
    parts.sort_by_key(|at| at.start);
    let mut end = 0;
    for at in parts {
        let between = text.get(end..at.start).unwrap_or("");
        if foreign_letters(between) > LOOSE_LETTERS {
            break;
        }
        end = end.max(at.end);
    }
    end
}

fn foreign_letters(between: &str) -> usize {
    let fillers = &TimeWords::built_in().fillers;
    let words = between.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.filter(|word| !fillers.iter().any(|filler| filler == word)).map(|word| word.chars().count()).sum()
}

/// A zone that stands apart from the times: "10:00 on 24 November (GMT)".
fn loose_zone(
    text: &str,
    end: usize,
    dates: &[SpelledDay],
    times: &[SpelledTime],
) -> Option<(super::spelled::ZoneWord, usize)> {
    let words = TimeWords::built_in();
    let taken = dates.iter().map(|day| &day.at).chain(times.iter().map(|time| &time.at));
    let rest = without(text, taken);
    let until = super::lines::floor(&rest, end + 40);
    let found = words.zone.captures(&rest[..until])?;
    let zone = clock_times::zone_word(&found, words)?;
    Some((zone, clock_times::zone_end(&found)?))
}

/// The one instant that all times state.
fn instant(
    dates: &[SpelledDay],
    times: &[SpelledTime],
    loose: Option<&super::spelled::ZoneWord>,
    copy: &WireCopy<'_>,
) -> Option<Timestamp> {
    let mut stated: Vec<Timestamp> = Vec::new();
    for (n, time) in times.iter().enumerate() {
        let day = match dates {
            [] => return of_today(times, loose, copy),
            [only] => only,
            several if several.len() == times.len() => &several[n],
            several if several.iter().all(|day| day.date == several[0].date) => &several[0],
            _ => return None,
        };
        stated.push(time.instant(day.date?, loose, copy)?);
    }
    let first = *stated.first()?;
    stated.iter().all(|at| *at == first).then_some(first)
}

/// A time without a date is of the day of publication, if it is still to come then.
fn of_today(times: &[SpelledTime], loose: Option<&super::spelled::ZoneWord>, copy: &WireCopy<'_>) -> Option<Timestamp> {
    let published = copy.published?;
    let [time] = times else { return None };
    let zone = copy.zone.cloned().unwrap_or(crate::clock::Zone::UTC);
    let at = time.instant(zone.wall(published).date(), loose, copy)?;
    (at >= published).then_some(at)
}
