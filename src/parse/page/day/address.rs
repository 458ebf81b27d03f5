//! Dates in URLs: `/2026/11/27/`, `t20261127_3998.html`, `2026-11-27-harbour`.

use jiff::civil::Date;

use crate::clock::Timestamp;

use super::super::super::date::YEARS;
use super::anchor::is_ahead;

/// Numbers of a URL that are looked at.
const MOST_NUMBERS: usize = 64;

/// Digits of a year, with which a date in an address begins.
const YEAR: usize = 4;

/// Folders of sites that hold what is to take place.
const EVENTS: &str = "event events calendar agenda calendario calendrier kalender kalendarz kalendar termin termine \
    veranstaltung veranstaltungen evenement evenements evenementen evento eventos eventi evenimente wydarzenie wydarzenia \
    akce udalosti podujatia esemeny esemenyek naptar arrangement arrangementer evenemang tapahtumat etkinlik etkinlikler \
    takvim afisha meropriyatiya huodong webinar webinars meeting meetings deadline deadlines";

/// Whether the folders before the figures in `address` are those of events, whose day it tells
/// then.
pub fn is_of_event(address: &str) -> bool {
    let path = path_of(address);
    let is_year = |run: &[u8]| run.len() >= YEAR && run[..YEAR].iter().all(u8::is_ascii_digit);
    let until = (0..path.len()).find(|at| is_year(&path.as_bytes()[*at..])).unwrap_or_default();
    let folders = path.get(..until).unwrap_or_default();
    let words = folders.split(|c: char| !c.is_ascii_alphabetic()).map(str::to_ascii_lowercase);
    words.into_iter().any(|word| EVENTS.split_whitespace().any(|event| word == event))
}

fn path_of(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path))
}

/// The day that stands in `address`. Month and year alone are none, nor is a part
/// of a longer number.
pub fn read(address: &str, now: Timestamp) -> Option<String> {
    let path = path_of(address);
    let bytes = path.as_bytes();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < bytes.len() && runs.len() < MOST_NUMBERS {
        let run = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        if run > 0 {
            runs.push((at, run));
        }
        at += run.max(1);
    }
    let number = |(at, run): (usize, usize)| path[at..at + run].parse::<i16>().ok();
    let sign = |one: (usize, usize), next: (usize, usize)| {
        let between = &path[one.0 + one.1..next.0];
        (between.len() == 1 && "/-_.".contains(between)).then_some(between)
    };
    // "/2026/11/3" ends in the number of an entry, most likely.
    let is_day = |(at, run): (usize, usize)| run == 2 || run == 1 && at + run < path.len();
    let mut found = (0..runs.len()).filter_map(|at| {
        let run = runs[at];
        let rest = &runs[at + 1..];
        match (run.1, rest) {
            (8 | 14, _) => {
                date(path.get(run.0..run.0 + 4), path.get(run.0 + 4..run.0 + 6), path.get(run.0 + 6..run.0 + 8))
            }
            (6, [day, ..]) if day.1 == 2 && sign(run, *day).is_some() => {
                date(path.get(run.0..run.0 + 4), path.get(run.0 + 4..run.0 + 6), path.get(day.0..day.0 + 2))
            }
            (4, [month, day, ..]) if month.1 <= 2 && is_day(*day) && sign(run, *month)? == sign(*month, *day)? => {
                let (month, day) = (number(*month)?, number(*day)?);
                whole(number(run)?, month.try_into().ok()?, day.try_into().ok()?)
            }
            _ => None,
        }
    });
    let day = found.next()?;
    (!is_ahead(day, now)).then(|| day.to_string())
}

fn date(year: Option<&str>, month: Option<&str>, day: Option<&str>) -> Option<Date> {
    whole(year?.parse().ok()?, month?.parse().ok()?, day?.parse().ok()?)
}

fn whole(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok().filter(|_| YEARS.contains(&year))
}
