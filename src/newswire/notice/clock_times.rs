//! Times of day as embargoes name them.

use std::ops::Range;

use jiff::civil::{Date, Time};
use regex::Captures;

use super::super::copy::WireCopy;
use super::spelled::{TimeWords, ZoneWord};
use crate::clock::{Timestamp, Zone};

/// A time of day as it stands in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct SpelledTime {
    pub at: Range<usize>,
    /// Minutes from the beginning of the day, 1440 for its end; `None` for what is no time,
    /// or may be two.
    pub minutes: Option<i32>,
    pub zone: Option<ZoneWord>,
}

impl SpelledTime {
    /// The instant of this time on this day; in `loose`, another zone of the text, or that of
    /// the source, if it names none.
    pub fn instant(&self, date: Date, loose: Option<&ZoneWord>, copy: &WireCopy<'_>) -> Option<Timestamp> {
        let minutes = self.minutes?;
        let day = if minutes >= 1440 { date.tomorrow().ok()? } else { date };
        let minutes = minutes % 1440;
        let time = Time::new(i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?, 0, 0).ok()?;
        let wall = day.to_datetime(time);
        let by_offset = |minutes: i32| {
            Some(Timestamp::from_millis(Timestamp::from_utc(wall).millis() - i64::from(minutes) * 60_000))
        };
        match self.zone.as_ref().or(loose) {
            Some(ZoneWord::Offset(minutes)) => by_offset(*minutes),
            Some(ZoneWord::Named(name)) => Zone::named(name)?.instant(wall),
            Some(ZoneWord::ByCountry(countries)) => {
                let home = copy.home?;
                by_offset(countries.iter().find(|(code, _)| code == home.code())?.1)
            }
            None => copy.zone?.instant(wall),
        }
    }
}

/// The times of a text in lower case, from which its dates were taken out.
pub(super) fn times(text: &str) -> Vec<SpelledTime> {
    let words = TimeWords::built_in();
    let mut all = Vec::new();
    for found in words.time.captures_iter(text) {
        let at = found.get(0).map_or(0..0, |whole| whole.range());
        if is_within_word(text, &at) {
            continue;
        }
        let zone = words.zone_after.captures(&text[at.end..]);
        let Some(minutes) = minutes(&found, zone.is_some(), words, &text[..at.start]) else { continue };
        let end = zone.as_ref().and_then(zone_end).map_or(at.end, |end| at.end + end);
        all.push(SpelledTime { at: at.start..end, minutes, zone: zone.and_then(|zone| zone_word(&zone, words)) });
    }
    let military = military(text, &all, words);
    all.extend(military);
    all.sort_by_key(|time| time.at.start);
    all
}

/// Whether letters or digits go on before or after.
fn is_within_word(text: &str, at: &Range<usize>) -> bool {
    let before = text[..at.start].chars().next_back();
    let after = text[at.end..].chars().next();
    let first = text[at.clone()].trim_start().chars().next();
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    is_digit(before) && is_digit(first)
        || is_digit(after)
        || after.is_some_and(|c| c.is_ascii_alphabetic()) && before.is_some_and(char::is_alphabetic)
}

/// `None` where the digits are no time; `Some(None)` for a time that cannot be.
fn minutes(found: &Captures<'_>, has_zone: bool, words: &TimeWords, before: &str) -> Option<Option<i32>> {
    if let Some(word) = found.name("word") {
        let is_noon = words.noon.iter().any(|noon| noon == word.as_str());
        // "12 noon" is one time.
        return Some(is_noon.then_some(720));
    }
    let half = found.name("lead").or_else(|| found.name("half")).map(|half| half.as_str());
    let (hour, minute): (i32, i32) = match (found.name("hm"), found.name("h")) {
        (Some(hour), _) => (hour.as_str().parse().ok()?, found["min"].parse().ok()?),
        (_, Some(hour)) => {
            let said = half.is_some() || has_zone || found.name("hours").is_some() || ends_with_at(before);
            (said.then(|| hour.as_str().parse().ok())??, 0)
        }
        _ => return None,
    };
    let hour = match half {
        None => hour,
        Some(_) if hour > 12 && hour < 24 => hour,
        Some(half) if words.after_noon.iter().any(|word| word == half) => hour % 12 + 12,
        Some(_) => hour % 12,
    };
    let at = hour * 60 + minute;
    Some(((0..=1440).contains(&at) && minute < 60).then_some(at))
}

/// Whether a word for "at" stands before a bare hour: "alle ore 18".
fn ends_with_at(before: &str) -> bool {
    let before = before.trim_end();
    ["ore", "às", "a las", "الساعة", "в"].iter().any(|word| before.ends_with(word))
}

/// `0600 GMT`, `1430 hrs`: four digits before a zone or hours.
fn military(text: &str, taken: &[SpelledTime], words: &TimeWords) -> Vec<SpelledTime> {
    let mut all = Vec::new();
    let bytes = text.as_bytes();
    for (at, _) in
        text.char_indices().filter(|(at, c)| c.is_ascii_digit() && (*at == 0 || !bytes[at - 1].is_ascii_digit()))
    {
        let digits = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        let is_taken = taken.iter().any(|time| time.at.contains(&at));
        if digits != 4 || is_taken {
            continue;
        }
        let rest = &text[at + 4..];
        let zone = words.zone_after.captures(rest);
        let hours = [" hrs", "hrs", " hours", " uhr", " h", "h", " horas"].iter().find(|word| rest.starts_with(**word));
        let zone = zone.or_else(|| words.zone_after.captures(rest.strip_prefix(*hours?)?));
        if zone.is_none() && hours.is_none() {
            continue;
        }
        let number: i32 = text[at..at + 4].parse().unwrap_or(9999);
        let (hour, minute) = (number / 100, number % 100);
        let minutes = (hour < 24 && minute < 60).then_some(hour * 60 + minute);
        let end = at + 4 + zone.as_ref().and_then(zone_end).unwrap_or(0) + hours.map_or(0, |word| word.len());
        all.push(SpelledTime {
            at: at..end.min(text.len()),
            minutes,
            zone: zone.and_then(|zone| zone_word(&zone, words)),
        });
    }
    all
}

/// Where the words of a zone end.
pub(super) fn zone_end(found: &Captures<'_>) -> Option<usize> {
    ["m", "h", "name", "z"].iter().find_map(|group| Some(found.name(group)?.end()))
}

/// What the words of a zone mean.
pub(super) fn zone_word(found: &Captures<'_>, words: &TimeWords) -> Option<ZoneWord> {
    if let Some(name) = found.name("name") {
        let name = name.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
        return words.zones.get(&name).cloned();
    }
    if found.name("z").is_some() {
        return Some(ZoneWord::Offset(0));
    }
    let hours: i32 = found.name("h")?.as_str().parse().ok()?;
    let minutes: i32 = found.name("m").map_or(Some(0), |minutes| minutes.as_str().parse().ok())?;
    let sign = if &found["sign"] == "-" { -1 } else { 1 };
    (hours <= 14).then_some(ZoneWord::Offset(sign * (hours * 60 + minutes)))
}
