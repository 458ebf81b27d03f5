//! Dates as pages write them.

use jiff::civil::{Date, date};
use jiff::fmt::strtime::BrokenDownTime;

use crate::clock::Timestamp;

use super::super::date::{DateContext, Verdict, judge};

/// No page is older.
const EARLIEST: i16 = 1900;

/// How many runs of words with figures are tried as dates.
const MOST_SPANS: usize = 60;

/// Where a date is looked for in a text.
const MOST_STARTS: usize = 200;

/// The date in `text`, in a form that the reading of dates understands: by
/// `format` where there is one, else as it looks. Words around it are passed over.
pub fn read(text: &str, format: Option<&str>, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    match format {
        Some(format) => by_format(text, format, now),
        None => by_looks(text, known, now),
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
    match by_format(&written, format, Timestamp::from_millis(1_795_500_000_000)) {
        Some(read) if read.starts_with("2026-11-21") => Ok(()),
        _ => Err("it does not tell day and month".to_owned()),
    }
}

fn by_format(text: &str, format: &str, now: Timestamp) -> Option<String> {
    let this_year = now.to_utc().year();
    let starts = text.char_indices().take(MOST_STARTS).map(|(at, _)| at);
    starts.filter(|at| text[*at..].starts_with(|c: char| !c.is_whitespace())).find_map(|at| {
        let (mut parts, _) = BrokenDownTime::parse_prefix(format, &text[at..]).ok()?;
        if let Ok(day) = parts.to_date() {
            return (day.year() >= EARLIEST).then(|| iso(day, &parts));
        }
        // No year is written: the last one in which the day was not ahead.
        [this_year, this_year - 1].into_iter().find_map(|year| {
            parts.set_year(Some(year)).ok()?;
            let day = parts.to_date().ok()?;
            let ahead = Timestamp::from_utc(day.at(0, 0, 0, 0)).millis() >= now.millis() + 36 * 3_600_000;
            (!ahead).then(|| iso(day, &parts))
        })
    })
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

fn by_looks(text: &str, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let is_date = |text: &str| !matches!(judge(text, known, now), Verdict::TooOld | Verdict::Unreadable);
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
    let spans = spans.map(|(from, length)| words[from..from + length].join(" "));
    let spans = spans.filter(|span| span.chars().filter(|c| c.is_numeric()).count() >= 5).take(MOST_SPANS);
    spans.into_iter().find_map(|span| {
        let span = span.trim_matches(|c: char| !c.is_alphanumeric());
        is_date(span).then(|| span.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Zone;

    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000); // 2026-11-23

    #[test]
    fn dates_stand_among_words() {
        let check = |text: &str, format: Option<&str>, expected: &str| {
            let utc = Zone::UTC;
            let known = DateContext::new(&utc, []);
            let read = read(text, format, &known, NOW);
            let at = read.as_deref().map(|read| judge(read, &known, NOW));
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
        check("at 2026-11-21 09:30:00 +0800", Some("%Y-%m-%d %H:%M:%S %z"), "2026-11-21T01:30");
        check("Vào 21/11/2026 lúc 09h30, phòng 5", None, "2026-11-21T09:30");
        check("no date here", None, "None");
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
