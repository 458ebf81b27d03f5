//! Forms of dates that one meets on pages: ranges, struck text, days without a year, clocks
//! with words, text in no element (B220–B224).

use super::super::day;
use super::lists::{page, proposed};
use super::*;
use crate::parse::date::{DateContext, DateVerdict, judge};

/// The moment that `text` tells in `language`, by `format` where there is one.
fn read(language: &str, text: &str, format: Option<&str>) -> Option<String> {
    let utc = Zone::UTC;
    let known = DateContext::new(&utc, [Some(language).filter(|tag| !tag.is_empty())]);
    let read = day::read(text, format, &known, NOW)?;
    match judge(&read, &known, NOW) {
        DateVerdict::Good(at) => Some(at.rfc3339().trim_end_matches("T00:00:00Z").to_owned()),
        _ => None,
    }
}

/// The days of the entries that are proposed for a list of `days`, with the date's selector.
fn proposed_days(language: &str, days: &[&str]) -> (Vec<String>, String) {
    let entries: String = days
        .iter()
        .enumerate()
        .map(|(at, day)| {
            format!("<li><a href=/n/{at}>Statement {at} on the relations of the harbours</a> <em>{day}</em></li>")
        })
        .collect();
    shown(&page(language, &format!("<main><ul class=news>{entries}</ul></main>")))
}

fn shown(bytes: &[u8]) -> (Vec<String>, String) {
    let (proposal, parsed) = proposed(bytes).unwrap_or_else(|why| panic!("{why}"));
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let day = |at: Timestamp| zone.wall(at).date().to_string();
    let days = parsed.entries.iter().map(|entry| entry.published.map_or("none".to_owned(), day)).collect();
    let selector = proposal.lines.iter().find(|(key, _)| *key == "date").map(|(_, value)| value.clone());
    (days, selector.unwrap_or_default())
}

/// B220: a range of days is no date, with and without a layout.
#[test]
fn ranges_of_days_are_no_dates_b220() {
    for (language, text, format) in [
        ("de", "20.11.2026 - 22.11.2026", "%d.%m.%Y"),
        ("de", "20./21.11.2026", "%d.%m.%Y"),
        ("de", "20.-21.11.2026", "%d.%m.%Y"),
        ("de", "20.11. bis 21.11.2026", "%d.%m.%Y"),
        ("de", "19.11. - 20.11.", "%d.%m."),
        ("en", "20 November 2026 - 22 November 2026", "%d %B %Y"),
        ("en", "20 and 21 November 2026", "%d %B %Y"),
        ("en", "2026-11-20/2026-11-22", "%Y-%m-%d"),
        ("fr", "du 20/11/2026 au 22/11/2026", "%d/%m/%Y"),
        ("zh", "2026年11月20日至22日", "%Y年%m月%d日"),
        ("ja", "2026年11月20日(金)～22日(日)", "%Y年%m月%d日"),
    ] {
        assert_eq!(read(language, text, Some(format)), None, "{text} by {format}");
        assert_eq!(read(language, text, None), None, "{text}");
    }
    for (language, text) in [
        ("es", "del 20 al 22 de noviembre de 2026"),
        ("ru", "с 20 по 22 ноября 2026"),
        ("zh", "11月20日至22日"),
        ("ja", "11月20日～22日"),
        ("en", "Nov 20-22, 2026"),
        ("en", "20 November - 2 December 2026"),
        ("de", "20.11.2026 - 22.11."),
        ("de", "20.11.2026 — 22.11.2026"),
    ] {
        assert_eq!(read(language, text, None), None, "{text}");
    }
    for (language, text, format, expected) in [
        ("de", "20.11.2026 - 12:30", None, "2026-11-20T12:30:00Z"),
        ("de", "20.11.2026 - 12.30 Uhr", Some("%d.%m.%Y"), "2026-11-20"),
        ("de", "20.11.2026 - 5 Kommentare", Some("%d.%m.%Y"), "2026-11-20"),
        ("en", "Published 20/11/2026 - Updated 22/11/2026", Some("%d/%m/%Y"), "2026-11-20"),
        ("en", "2026-11-20 - Press release 24/2026", Some("%Y-%m-%d"), "2026-11-20"),
    ] {
        assert_eq!(read(language, text, format).as_deref(), Some(expected), "{text}");
    }
}

/// B221: text that is struck out tells no date; what stands beside it does.
#[test]
fn struck_dates_are_none_b221() {
    let list = |date: fn(u8) -> String| {
        let entries: String = [22, 20, 17, 9]
            .map(|day| format!("<li><a href=/n/{day}>Statement {day} on the harbour</a> {}</li>", date(day)))
            .concat();
        page("en", &format!("<main><ul class=news>{entries}</ul></main>"))
    };
    let days = |bytes: &[u8], date: &str, format: Option<&str>| -> Vec<String> {
        let mut rows = vec![("entries", "ul.news > li"), ("date", date)];
        rows.extend(format.map(|format| ("date_format", format)));
        let url = Url::parse("https://harbour.example/").unwrap();
        let parsed = super::super::read(bytes, &about(&url), &selectors(&rows), NOW).unwrap();
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let shown = |at: Timestamp| zone.wall(at).date().to_string();
        parsed.entries.iter().map(|entry| entry.published.map_or("none".to_owned(), shown)).collect()
    };
    let right = ["2026-11-22", "2026-11-20", "2026-11-17", "2026-11-09"];
    for tag in ["s", "del", "strike"] {
        let both: fn(u8) -> String = match tag {
            "s" => |day| format!("<em><s>21 November 2025</s> {day} November 2026</em>"),
            "del" => |day| format!("<em>{day} November 2026 <del>21 November 2025</del></em>"),
            _ => |day| format!("<em><strike>21 November 2025</strike>{day} November 2026</em>"),
        };
        assert_eq!(days(&list(both), "em", None), right, "{tag}");
        assert_eq!(days(&list(both), "em", Some("%d %B %Y")), right, "{tag}");
        assert_eq!(shown(&list(both)).0, right, "{tag}");
    }
    let elements = |day| format!("<del><time>2025-11-21</time></del> <time>2026-11-{day:02}</time>");
    assert_eq!(days(&list(elements), "time", None), right);
    let alone = |day| format!("<em><s>{day} November 2026</s> postponed</em>");
    assert_eq!(days(&list(alone), "em", None), ["none"; 4]);
    let changed = |day| format!("<ins datetime=2026-11-23>{day} November 2026</ins>");
    assert_eq!(days(&list(changed), "ins", None), right);
}

/// B222: day and month in figures without a year, where their form is that of a day.
#[test]
fn days_in_figures_without_a_year_b222() {
    for (language, text, expected) in [
        ("cs", "20. 11.", "2026-11-20"),
        ("cs", "dne 9. 11.", "2026-11-09"),
        ("sk", "20. 11., 14:30", "2026-11-20T14:30:00Z"),
        ("de", "Fr., 20.11.", "2026-11-20"),
        ("de", "Freitag, 20.11., 18.30 Uhr", "2026-11-20T18:30:00Z"),
        ("de", "Fr 20.11", "2026-11-20"),
        ("nl", "vr 20/11", "2026-11-20"),
        ("fr", "ven. 20/11 à 18h30", "2026-11-20T18:30:00Z"),
        ("fr", "Publié le 20/11", "2026-11-20"),
        ("it", "20/11 alle 18.30", "2026-11-20T18:30:00Z"),
        ("es", "09/11", "2026-11-09"),
        ("pt", "20/11 às 9h05", "2026-11-20T09:05:00Z"),
        ("vi", "20/11", "2026-11-20"),
        ("vi", "Thứ Sáu, 20/11", "2026-11-20"),
        ("fi", "20.11. klo 14.30", "2026-11-20T14:30:00Z"),
        ("hu", "11. 09.", "2026-11-09"),
        ("ko", "11. 20.", "2026-11-20"),
        ("zh", "11-20", "2026-11-20"),
        ("ja", "11/20", "2026-11-20"),
        ("en-US", "11/20", "2026-11-20"),
        ("", "20/11", "2026-11-20"),
        ("th", "20 พ.ย. 69 120", "2026-11-20"),
        ("en", "20 Nov 26 comments", "2026-11-20"),
    ] {
        assert_eq!(read(language, text, None).as_deref(), Some(expected), "{language} {text}");
    }
    for (language, text) in [
        // Another weekday is that of another year.
        ("de", "Mo., 20.11."),
        // Nothing tells which is the month.
        ("en", "09/11"),
        ("", "10/11"),
        // A version, a clock, a page of many, a score, a range, counts.
        ("de", "20.11"),
        ("en", "9/11"),
        ("en", "2/31"),
        ("de", "Seite 10/11"),
        ("en", "Room 20/11"),
        ("de", "31.11."),
        ("de", "20. - 22.11."),
        ("en", "Nov 20 - 26"),
        ("en", "Nov 20 to 26"),
        ("th", "20 พ.ย. 67 120"),
        ("en", "20 Nov 12 comments"),
    ] {
        assert_eq!(read(language, text, None), None, "{language} {text}");
    }
    let right = ["2026-11-20", "2026-11-17", "2026-11-09", "2026-10-30", "2026-10-02"].map(str::to_owned).to_vec();
    for (language, days) in [
        ("cs", ["20. 11.", "17. 11.", "9. 11.", "30. 10.", "2. 10."]),
        ("de", ["Fr., 20.11.", "Di., 17.11.", "Mo., 09.11.", "Fr., 30.10.", "Fr., 02.10."]),
        ("vi", ["Thứ Sáu, 20/11/2026, 08:30", "17-11-2026", "Ngày 9 tháng 11 năm 2026", "30/10", "02/10"]),
        ("ja", ["2026年11月20日（金）", "11月17日（火）", "R8.11.9", "令和8年10月30日", "2026/10/02"]),
    ] {
        let (found, selector) = proposed_days(language, &days);
        assert_eq!(found, right, "{language} {selector:?}");
    }
    let counted = [20, 17, 9].map(|day| format!("{day} พ.ย. 69 <i class=eye></i> {}", day * 7));
    let (found, _) = proposed_days("th", &counted.each_ref().map(String::as_str));
    assert_eq!(found, right[..3]);
}

/// B223: clocks with words or stops between hour and minute, beside days by their names;
/// years of eras by a letter.
#[test]
fn clocks_and_eras_in_words_b223() {
    for (language, text, expected) in [
        ("fr", "Hier à 18h", "2026-11-22T18:00:00Z"),
        ("fr", "Hier à 18h30", "2026-11-22T18:30:00Z"),
        ("fr", "Hier, 18 h 05", "2026-11-22T18:05:00Z"),
        ("pt", "Ontem às 9h05", "2026-11-22T09:05:00Z"),
        ("de", "Gestern um 18.30 Uhr", "2026-11-22T18:30:00Z"),
        ("fi", "Eilen klo 14.30", "2026-11-22T14:30:00Z"),
        ("sv", "Igår kl. 14.30", "2026-11-22T14:30:00Z"),
        ("it", "Ieri alle 18", "2026-11-22T18:00:00Z"),
        ("es", "Ayer a las 18:30", "2026-11-22T18:30:00Z"),
        ("zh", "昨天下午3点15分", "2026-11-22T15:15:00Z"),
        ("ja", "昨日 18時30分", "2026-11-22T18:30:00Z"),
        ("ko", "어제 오후 3시", "2026-11-22T15:00:00Z"),
        ("vi", "Hôm qua, lúc 18:30", "2026-11-22T18:30:00Z"),
        ("ja", "R8.11.13", "2026-11-13"),
        ("ja", "R8/11/13", "2026-11-13"),
        ("ja", "Ｒ８．１１．１３", "2026-11-13"),
        ("ja", "H30.4.1", "2018-04-01"),
    ] {
        assert_eq!(read(language, text, None).as_deref(), Some(expected), "{language} {text}");
    }
    for (language, text) in [("ja", "A8.11.13"), ("en", "R8.11.13"), ("de", "v8.11.13")] {
        assert_eq!(read(language, text, None), None, "{language} {text}");
    }
}

/// B224: text beside an entry that stands in no element dates it; of text between two links
/// it is that of the one behind, where the first has some before it.
#[test]
fn text_in_no_element_dates_its_link_b224() {
    let said = ["20 novembre 2026", "17 novembre 2026", "9 novembre 2026", "30 ottobre 2026", "2 ottobre 2026"];
    let right = ["2026-11-20", "2026-11-17", "2026-11-09", "2026-10-30", "2026-10-02"];
    let lines = |made: fn(usize, &str) -> String| {
        let lines: String = said.iter().enumerate().map(|(at, day)| made(at, day)).collect();
        page("it", &format!("<main><h1>Comunicati</h1><div class=testo>{lines}</div></main>"))
    };
    const TOLD: &str = "Dichiarazione del ministero sulle relazioni con il porto";
    let before = |at: usize, day: &str| format!("{day} - <a href=/n/{at}>{TOLD} {at}</a><br>");
    let behind = |at: usize, day: &str| format!("<a href=/n/{at}>{TOLD} {at}</a> ({day})<br>");
    let unbroken = |at: usize, day: &str| format!("{day} - <a href=/n/{at}>{TOLD} {at}</a> ");
    for (made, selector) in [(before as fn(usize, &str) -> String, "- ."), (behind, "+ ."), (unbroken, "- .")] {
        let (days, found) = shown(&lines(made));
        assert_eq!((days, found.as_str()), (right.map(str::to_owned).to_vec(), selector));
    }
}
