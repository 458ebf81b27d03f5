//! Dates as pages write them.

use jiff::civil::{Date, date};
use jiff::fmt::strtime::BrokenDownTime;

use crate::clock::{Timestamp, Zone};

use super::super::date::{DateContext, YEARS};

pub mod address;
mod anchor;
mod boxes;
mod clock;
mod heading;
mod looks;
mod range;
mod relative;
mod short;
mod whole;

pub use anchor::Anchor;
use anchor::last;
pub use heading::is_nothing_else;
pub use relative::may_be as may_be_relative;

/// Where a date is looked for in a text.
const MOST_STARTS: usize = crate::limits::DATE_STARTS.count();

/// Bytes of a text that is a day by itself.
const LONGEST_ALONE: usize = 60;

/// Whether `text` may be a day by itself: it is short and has a figure. What is not need not be
/// read.
pub fn may_stand_alone(text: &str) -> bool {
    text.len() <= LONGEST_ALONE && text.contains(char::is_numeric)
}

/// Characters of the longest date with the rest of its range.
const LONGEST: usize = 120;

/// The date in `text`, in a form that the reading of dates understands: by
/// `format` where there is one, else as it looks. Words around it are passed over.
pub fn read(text: &str, format: Option<&str>, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    read_below(text, format, known, now.into())
}

/// The same where a year may stand above: a day without its year is of that one, or no
/// date where that makes it lie ahead; what counts back does so from the poll.
pub fn read_below(text: &str, format: Option<&str>, known: &DateContext<'_>, anchor: Anchor) -> Option<String> {
    match format {
        Some(format) => by_format(text, format, known, anchor),
        None => looks::read(text, known, anchor).or_else(|| relative::read(whole::bare(text), known, anchor.now)),
    }
}

/// Whether `format` holds conversions that make a date.
///
/// # Errors
/// What is wrong with it.
pub fn check(format: &str) -> Result<(), String> {
    let day = date(2026, 11, 21).at(9, 5, 0, 0);
    let mut parts = BrokenDownTime::from(day);
    if format.contains("%z") || format.contains("%:z") {
        parts.set_offset(Some(jiff::tz::Offset::UTC));
    }
    let written = parts.to_string(format).map_err(|_| "it holds an unknown conversion".to_owned())?;
    let (utc, now) = (Zone::UTC, Timestamp::from_millis(1_795_500_000_000));
    match by_format(&written, format, &DateContext::new(&utc, []), now.into()) {
        Some(read) if read.starts_with("2026-11-21") => Ok(()),
        _ => Err("it does not tell day and month".to_owned()),
    }
}

fn by_format(text: &str, format: &str, known: &DateContext<'_>, anchor: Anchor) -> Option<String> {
    let cut = text.char_indices().nth(MOST_STARTS + LONGEST).map_or(text.len(), |(at, _)| at);
    let text = &*super::super::date::with_ascii_digits(&text[..cut]);
    let starts = text.char_indices().take(MOST_STARTS).map(|(at, _)| at);
    starts.filter(|at| text[*at..].starts_with(|c: char| !c.is_whitespace())).find_map(|at| {
        let (mut parts, taken) = BrokenDownTime::parse_prefix(format, &text[at..]).ok()?;
        let (before, behind) = (&text[..at], &text[at + taken..]);
        // A number is read whole or not at all: "2026-11-28" holds no "6-11".
        if goes_on(text[at..].chars(), before.chars().rev())
            || goes_on(text[..at + taken].chars().rev(), behind.chars())
        {
            return None;
        }
        if range::holds(text, at, at + taken, known) {
            return None;
        }
        if let Ok(day) = parts.to_date() {
            return YEARS.contains(&day.year()).then(|| iso(day, &parts));
        }
        // Nor is a part of a date that has a year: "2024-11-28" is no day of this one.
        if is_joined(before.chars().rev()) || is_joined(behind.chars()) || ends_joined(&text[at..at + taken], behind) {
            return None;
        }
        let day = last(anchor, |year| {
            parts.set_year(Some(year)).ok()?;
            parts.to_date().ok()
        })?;
        Some(iso(day, &parts))
    })
}

/// Whether the date begins or ends in the middle of a number.
fn goes_on(mut within: impl Iterator<Item = char>, mut beyond: impl Iterator<Item = char>) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    digit(within.next()) && digit(beyond.next())
}

/// Whether a sign of dates and a digit follow.
fn is_joined(mut beyond: impl Iterator<Item = char>) -> bool {
    beyond.next().is_some_and(|c| "-/.年".contains(c)) && beyond.next().is_some_and(|c| c.is_ascii_digit())
}

/// Whether what was read ends in a sign of dates and a digit follows.
fn ends_joined(read: &str, behind: &str) -> bool {
    read.ends_with(['-', '/', '.']) && behind.starts_with(|c: char| c.is_ascii_digit())
}

/// `day` with the time and the offset of `parts`, where they have one.
fn iso(day: Date, parts: &BrokenDownTime) -> String {
    let mut out = day.to_string();
    if let (Some(_), Ok(time)) = (parts.hour(), parts.to_time()) {
        out.push_str(&format!("T{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second()));
        out.extend(parts.offset().and_then(|offset| {
            jiff::fmt::strtime::format(
                "%:z",
                &jiff::Zoned::new(jiff::Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::fixed(offset)),
            )
            .ok()
        }));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Zone;
    use crate::parse::date::{DateVerdict, judge};

    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000); // 2026-11-23

    #[test]
    fn dates_stand_among_words() {
        let check = |text: &str, format: Option<&str>, expected: &str| {
            let utc = Zone::UTC;
            let known = DateContext::new(&utc, []);
            let read = read(text, format, &known, NOW);
            let at = read.as_deref().map(|read| judge(read, &known, NOW));
            let shown = match at {
                Some(DateVerdict::Good(at)) => at.rfc3339(),
                other => format!("{other:?}"),
            };
            assert!(shown.starts_with(expected), "{text:?}: {read:?} {shown}");
        };
        check("2026-11-21", Some("%Y-%m-%d"), "2026-11-21T00:00:00Z");
        check("[11-21]", Some("%m-%d"), "2026-11-21");
        check("12-30", Some("%m-%d"), "2025-12-30");
        check("发布时间：2026年11月21日 09:30", Some("%Y年%m月%d日 %H:%M"), "2026-11-21T09:30");
        check("21/11/2026", Some("%d/%m/%Y"), "2026-11-21");
        check("【2026-11-21】", None, "2026-11-21");
        check("发布时间：2026-11-21 来源：外办", None, "2026-11-21");
        check("Published: 21 November 2026 | News", None, "2026-11-21");
        check("Am 21. November 2026 veröffentlicht", None, "2026-11-21");
        check("2026年11月21日", None, "2026-11-21");
        check("at 2026-11-21 09:30:00 +0800", Some("%Y-%m-%d %H:%M:%S %z"), "2026-11-21T01:30");
        check("Vào 21/11/2026 lúc 09h30, phòng 5", None, "2026-11-21T09:30");
        check("no date here", None, "None");
    }

    /// B133: a layout never begins or ends inside a number or a date.
    #[test]
    fn no_layout_reads_a_part_of_a_number() {
        let utc = Zone::UTC;
        let known = DateContext::new(&utc, []);
        let check = |text: &str, format: &str, expected: Option<&str>| {
            assert_eq!(read(text, Some(format), &known, NOW).as_deref(), expected, "{text} by {format}");
        };
        check("2026-11-28", "%m-%d", None);
        check("2024-11-28", "%m-%d", None);
        check("11-28-2024", "%m-%d", None);
        check("21.11.2026", "%d.%m.%y", None);
        check("21.11.2024", "%d.%m.", None);
        check("2026-11-211", "%Y-%m-%d", None);
        check("No 120/11/2026", "%d/%m/%Y", None);
        check("[11-21]", "%m-%d", Some("2026-11-21"));
        check("2026-11-21T09:30", "%Y-%m-%d", Some("2026-11-21"));
        check("٢١/١١/٢٠٢٦", "%d/%m/%Y", Some("2026-11-21"));
    }

    /// B132, B133: days out of URLs, and against the moment of the poll.
    #[test]
    fn addresses_and_the_poll_tell_days() {
        let at = |address: &str, expected: Option<&str>| {
            assert_eq!(address::read(address, NOW).as_deref(), expected, "{address}");
        };
        at("https://a.example/2026/11/21/slug", Some("2026-11-21"));
        at("/art/202611/t20261121_39.html", Some("2026-11-21"));
        at("/2026-11-21-harbour", Some("2026-11-21"));
        at("/2026/11/slug-21", None);
        at("/n/1202611213", None);
        at("/2026/21/11/x", None);
        at("/2027/11/21/x", None);
        let utc = Zone::UTC;
        let known = DateContext::new(&utc, []);
        let check = |text: &str, expected: Option<&str>| {
            let read = read(text, None, &known, NOW);
            assert_eq!(read.as_deref().map(|read| read.get(..10).unwrap_or(read)), expected, "{text}: {read:?}");
        };
        check("2 hours ago", Some("2026-11-22"));
        check("3天前", Some("2026-11-20"));
        check("Вчера, 12:15", Some("2026-11-22"));
        check("hace 2 días", Some("2026-11-21"));
        check("vor 3 Tagen", Some("2026-11-20"));
        check("昨天 10:30", Some("2026-11-22"));
        check("2 weeks ago", None);
        check("3 months ago", None);
        check("Nov 2026", None);
        check("Nov 2026 5 comments", None);
    }

    /// B204: one of a unit, by a word or without any; words that are others elsewhere.
    #[test]
    fn one_is_said_in_many_languages_b204() {
        let utc = Zone::UTC;
        let check = |language: &str, text: &str, expected: Option<&str>| {
            let known = DateContext::new(&utc, [Some(language).filter(|l| !l.is_empty())]);
            let read = read(text, None, &known, NOW);
            let shown = read.as_deref().map(|read| read.trim_end_matches(":00:00Z").replace('T', " "));
            assert_eq!(shown.as_deref(), expected, "{language} {text}");
        };
        let (hour, day) = (Some("2026-11-22 23"), Some("2026-11-22"));
        for (text, expected) in [
            ("an hour ago", hour),
            ("Posted an hour ago by Ann", hour),
            ("a day ago", day),
            ("vor einer Stunde", hour),
            ("Aktualisiert: vor einem Tag", day),
            ("il y a une heure", hour),
            ("hace un día", day),
            ("há uma hora", hour),
            ("un'ora fa", hour),
            ("acum o oră", hour),
            ("een uur geleden", hour),
            ("Час назад", hour),
            ("день назад", day),
            ("годину тому", hour),
            ("godzinę temu", hour),
            ("před hodinou", hour),
            ("för en timme sedan", hour),
            ("tunti sitten", hour),
            ("egy nappal ezelőtt", day),
            ("bir gün önce", day),
            ("πριν από μία ώρα", hour),
            ("一小时前", hour),
            ("一時間前", hour),
            ("하루 전", day),
            ("منذ ساعة", hour),
            ("một ngày trước", day),
            ("לפני שעה", hour),
            ("एक दिन पहले", day),
            ("sejam yang lalu", hour),
            ("หนึ่งวันที่แล้ว", day),
            ("2 ชั่วโมงที่แล้ว", Some("2026-11-22 22")),
            ("half an hour ago", None),
            ("a few hours ago", None),
            ("over a day ago", None),
            ("vor über einer Stunde", None),
            ("a month ago", None),
            ("несколько часов назад", None),
        ] {
            check("", text, expected);
        }
        for (language, text, expected) in [
            ("de", "gestern", Some("2026-11-22")),
            ("nl", "ma 12:15", None),
            ("fi", "ma 12:15", None),
            ("", "ma 12:15", None),
            ("hu", "ma 00:00", Some("2026-11-23 00")),
            ("de", "Mehr hier", None),
            ("fr", "Hier", Some("2026-11-22")),
        ] {
            check(language, text, expected);
        }
    }

    /// B133: the name of a day among other words is no date.
    #[test]
    fn names_with_a_day_in_them_are_no_dates_b133() {
        let utc = Zone::UTC;
        let check = |language: &str, text: &str, expected: Option<&str>| {
            let known = DateContext::new(&utc, [Some(language)]);
            assert_eq!(read(text, None, &known, NOW).as_deref(), expected, "{language} {text}");
        };
        for (language, text) in [
            ("en", "USA Today"),
            ("en", "Russia Today"),
            ("en", "The World Today"),
            ("en", "Live today"),
            ("de", "Österreich heute"),
            ("es", "México hoy"),
            ("ru", "Россия сегодня"),
            ("tr", "Bugün Gazetesi"),
            ("zh", "今日头条"),
            ("zh", "今日要闻"),
            ("zh", "中国今日"),
            ("ja", "今日のニュース"),
            ("ko", "오늘의 뉴스"),
            ("id", "3 minggu yang lalu"),
            ("bg", "преди 3 години"),
        ] {
            check(language, text, None);
        }
        for (language, text, expected) in [
            ("en", "Today", "2026-11-23"),
            ("en", "Published yesterday", "2026-11-22"),
            ("en", "Published yesterday at 9:05", "2026-11-22T09:05:00Z"),
            ("en", "Yesterday, 3:15 pm", "2026-11-22T15:15:00Z"),
            ("en", "Yesterday at 3pm", "2026-11-22T15:00:00Z"),
            ("en", "Reuters · Yesterday", "2026-11-22"),
            ("de", "Gestern um 12:15 Uhr", "2026-11-22T12:15:00Z"),
            ("es", "Publicado ayer", "2026-11-22"),
            ("ru", "Опубликовано вчера в 12:15", "2026-11-22T12:15:00Z"),
            ("ru", "Опубликовано: вчера, 12:15", "2026-11-22T12:15:00Z"),
            ("zh", "发布时间：昨天 10:30", "2026-11-22T10:30:00Z"),
            ("zh", "昨天下午3:15", "2026-11-22T15:15:00Z"),
            ("ko", "어제 오후 3:15", "2026-11-22T15:15:00Z"),
        ] {
            check(language, text, Some(expected));
        }
    }

    /// B132, B133: day and month without a year keep the hour beside them, and no number
    /// there is their year.
    #[test]
    fn days_without_a_year_keep_their_hours_b133() {
        let utc = Zone::UTC;
        let check = |language: &str, text: &str, expected: Option<&str>| {
            let known = DateContext::new(&utc, [Some(language)]);
            let at = read(text, None, &known, NOW).map(|read| match judge(&read, &known, NOW) {
                DateVerdict::Good(at) => at.rfc3339(),
                other => format!("{other:?}"),
            });
            assert_eq!(at.as_deref(), expected, "{language} {text}");
        };
        check("en", "Nov 22, 10 am", Some("2026-11-22T10:00:00Z"));
        check("en", "22 Nov, 10 pm", Some("2026-11-22T22:00:00Z"));
        check("en", "Nov 12 at 11 PM", Some("2026-11-12T23:00:00Z"));
        check("de", "22. Nov, 15 Uhr", Some("2026-11-22T15:00:00Z"));
        check("zh", "11月22日 下午3:15", Some("2026-11-22T15:15:00Z"));
        for (language, text) in [
            ("en", "Nov 22 · 12 min read"),
            ("en", "Nov 22 12 comments"),
            ("en", "Mar 15 18 likes"),
            ("en", "Nov 22-24"),
            ("de", "22. Nov, 15 Std"),
            ("ru", "22 ноября 15 комментариев"),
        ] {
            check(language, text, None);
        }
    }

    /// B132: of two figures over a year the language or the list tells which is the month.
    #[test]
    fn boxes_of_figures_have_the_order_of_their_language_b132() {
        let utc = Zone::UTC;
        let check = |language: &str, text: &str, expected: Option<&str>| {
            let known = DateContext::new(&utc, [Some(language).filter(|tag| !tag.is_empty())]);
            assert_eq!(read(text, None, &known, NOW).as_deref(), expected, "{language} {text}");
        };
        for language in ["zh", "ja", "ko"] {
            check(language, "05-11 2026", Some("2026-05-11"));
            check(language, "05-11 2026 08:30", Some("2026-05-11T08:30:00"));
        }
        for language in ["nl", "de", "en-US", "zh-HK", ""] {
            check(language, "05-11 2026", Some("5/11/2026"));
            check(language, "05/11 2026 08:30", Some("5/11/2026 08:30"));
        }
    }

    /// B133: a text of dates without end is tried a limited number of times.
    #[test]
    fn texts_of_dates_without_end_take_no_time() {
        let utc = Zone::UTC;
        let known = DateContext::new(&utc, [Some("en")]);
        let took = |text: &str| {
            let before = crate::clock::ran();
            let read = read(text, None, &known, NOW);
            assert_eq!(read, None, "{}", text.len());
            crate::clock::ran() - before
        };
        for sign in ["|", "·", "(", ": "] {
            let text = format!("Nov 22{sign}").repeat(40_000);
            let took = took(&text);
            // Splitting and copying 300 kB; judging each part takes seconds.
            assert!(took < 1_000_000_000, "{sign}: {took} ns");
        }
    }

    #[test]
    fn formats_are_checked() {
        for good in ["%Y-%m-%d", "%d.%m.%y", "%m-%d", "%Y-%m-%d %H:%M:%S %z", "%Y年%m月%d日 %H:%M", "%d %B %Y"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in ["%Y", "%Q", "yyyy-mm-dd", ""] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
