//! Dates as pages write them.

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

use crate::clock::Timestamp;

use super::super::date::{Verdict, judge};

/// No page is older.
const EARLIEST: i32 = 1900;

/// The date in `text`, in a form that the reading of dates understands: by
/// `format` where there is one, else as it looks. Words around it are passed over.
pub fn read(text: &str, format: Option<&str>, zone: Tz, now: Timestamp) -> Option<String> {
    match format {
        Some(format) => by_format(text, format, now),
        None => by_looks(text, zone, now),
    }
}

/// Whether `format` holds conversions that make a date.
///
/// # Errors
/// What is wrong with it.
pub fn check(format: &str) -> Result<(), String> {
    use chrono::format::{Item, StrftimeItems};
    let items: Vec<Item<'_>> = StrftimeItems::new(format).collect();
    if items.iter().any(|item| matches!(item, Item::Error)) {
        return Err("it holds an unknown conversion".to_owned());
    }
    let day = NaiveDate::from_ymd_opt(2026, 11, 21).and_then(|day| day.and_hms_opt(9, 5, 0));
    let day = day.ok_or("no such day")?;
    let written = day.format(format).to_string();
    match by_format(&written, format, Timestamp::from_millis(1_795_500_000_000)) {
        Some(read) if read.starts_with("2026-11-21") => Ok(()),
        _ => Err("it does not tell day and month".to_owned()),
    }
}

fn by_format(text: &str, format: &str, now: Timestamp) -> Option<String> {
    let this_year = chrono::DateTime::from_timestamp_millis(now.millis())?.year();
    let starts = text.char_indices().take(200).map(|(at, _)| at);
    starts.filter(|at| text[*at..].starts_with(|c: char| !c.is_whitespace())).find_map(|at| {
        let rest = &text[at..];
        // %Y takes "21" for a year, too.
        if let Ok((read, _)) = NaiveDateTime::parse_and_remainder(rest, format)
            && read.year() >= EARLIEST
        {
            return Some(iso(read));
        }
        if let Ok((read, _)) = NaiveDate::parse_and_remainder(rest, format)
            && read.year() >= EARLIEST
        {
            return read.and_hms_opt(0, 0, 0).map(day);
        }
        // No year is written: the last one in which the day was not ahead.
        [this_year, this_year - 1].into_iter().find_map(|year| {
            let (dated, format) = (format!("{year} {rest}"), format!("%Y {format}"));
            let timed = NaiveDateTime::parse_and_remainder(&dated, &format).map(|(read, _)| (read, iso(read)));
            let whole = || NaiveDate::parse_and_remainder(&dated, &format).ok()?.0.and_hms_opt(0, 0, 0);
            let (read, text) = timed.ok().or_else(|| whole().map(|read| (read, day(read))))?;
            (read.and_utc().timestamp_millis() < now.millis() + 36 * 3_600_000).then_some(text)
        })
    })
}

fn iso(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S").to_string()
}

fn day(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%d").to_string()
}

fn by_looks(text: &str, zone: Tz, now: Timestamp) -> Option<String> {
    let is_date = |text: &str| matches!(judge(text, zone, now), Verdict::Good(_) | Verdict::Ahead(_));
    let bare = text.trim_matches(|c: char| c.is_whitespace() || "[](){}【】（）〔〕|·•-–—/,:：".contains(c));
    if is_date(bare) {
        return Some(bare.to_owned());
    }
    // "Published: 21 November 2026 | News", "发布时间：2026-11-21 09:30 来源：外办"
    let mut parts: Vec<&str> =
        bare.split(['|', '·', '•', '：', '[', ']', '(', ')', '（', '）', '\n', '—']).map(str::trim).collect();
    parts.extend(bare.split(": ").map(str::trim));
    if let Some(part) = parts.into_iter().find(|part| part.len() >= 6 && is_date(part)) {
        return Some(part.to_owned());
    }
    let mut words: Vec<&str> = bare.split(|c: char| c.is_whitespace() || "：|·•（）()【】".contains(c)).collect();
    words.retain(|word| !word.is_empty());
    words.truncate(40);
    let spans = (0..words.len()).flat_map(|from| (1..=5).rev().map(move |length| (from, length)));
    let spans = spans.filter(|(from, length)| from + length <= words.len());
    spans.map(|(from, length)| words[from..from + length].join(" ")).find_map(|span| {
        let span = span.trim_matches(|c: char| !c.is_alphanumeric());
        let digits = span.bytes().filter(u8::is_ascii_digit).count();
        (digits >= 5 && is_date(span)).then(|| span.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000); // 2026-11-23

    #[test]
    fn dates_stand_among_words() {
        let check = |text: &str, format: Option<&str>, expected: &str| {
            let read = read(text, format, Tz::UTC, NOW);
            let at = read.as_deref().map(|read| judge(read, Tz::UTC, NOW));
            let shown = match at {
                Some(Verdict::Good(at)) => at.rfc3339(),
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
        check("no date here", None, "None");
    }

    #[test]
    fn formats_are_checked() {
        for good in ["%Y-%m-%d", "%d.%m.%y", "%m-%d", "%Y年%m月%d日 %H:%M", "%d %B %Y"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in ["%Y", "%Q", "yyyy-mm-dd", ""] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
