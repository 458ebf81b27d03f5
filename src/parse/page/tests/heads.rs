//! Days that head several entries each (B200 to B203).

use super::lists::{DAYS, SAID, page, proposed};
use super::*;

/// Headlines and days that a page comes to, in the order of the page.
fn came(bytes: &[u8]) -> Vec<(String, Option<String>)> {
    let (_, parsed) = proposed(bytes).unwrap_or_else(|why| panic!("{why}"));
    dated(&parsed)
}

fn dated(parsed: &Parsed) -> Vec<(String, Option<String>)> {
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let day = |at: Timestamp| zone.wall(at).date().to_string();
    parsed.entries.iter().map(|e| (e.title.clone(), e.published.map(day))).collect()
}

/// How many entries stand below each day: one, several, and one again.
const BELOW: [usize; 4] = [2, 1, 3, 2];

/// A list of days as `head` writes each, with entries as `row` writes them between
/// `open` and `close`.
fn days(
    head: impl Fn(u8) -> String,
    [open, close]: [&str; 2],
    row: impl Fn(usize, &str) -> String,
) -> (String, Vec<(String, Option<String>)>) {
    let (mut body, mut expected, mut at) = (String::new(), Vec::new(), 0);
    for (number, count) in BELOW.iter().enumerate() {
        body.push_str(&head(DAYS[number]));
        body.push_str(open);
        for _ in 0..*count {
            body.push_str(&row(at, SAID[at]));
            expected.push((SAID[at].to_owned(), Some(format!("2026-11-{:02}", DAYS[number]))));
            at += 1;
        }
        body.push_str(close);
    }
    (body, expected)
}

/// B201: a day over several entries is that of each of them.
#[test]
fn a_day_over_several_entries_is_theirs_b201() {
    let item = |at: usize, said: &str| format!("<li><a href=/n/{at}>{said}</a></li>");
    let bare = |at: usize, said: &str| format!("<p><a href=/n/{at}>{said}</a></p>");
    let row = |at: usize, said: &str| format!("<tr><td>{at}</td><td><a href=/n/{at}>{said}</a></td></tr>");
    let english = |day: u8| format!("November {day}, 2026");
    let check = |kind: &str, lang: &str, around: [&str; 2], (body, expected): (String, Vec<_>), date: &str| {
        let bytes = page(lang, &format!("{}{body}{}", around[0], around[1]));
        let (proposal, parsed) = proposed(&bytes).unwrap_or_else(|why| panic!("{kind}: {why}"));
        assert_eq!(dated(&parsed), expected, "{kind}: {:?}", proposal.lines);
        assert!(proposal.remarks.is_empty(), "{kind}: {:?}", proposal.remarks);
        let line = proposal.lines.iter().find(|(key, _)| *key == "date").map(|(_, value)| value.as_str());
        assert_eq!(line, Some(date), "{kind}");
    };
    let terms = days(|day| format!("<dt class=title>{}</dt>", english(day)), ["<dd><ul>", "</ul></dd>"], item);
    check("terms", "en", ["<dl class=list>", "</dl>"], terms, "^ dt.title");
    let heads = days(|day| format!("<h3>{}</h3>", english(day)), ["<ul>", "</ul>"], item);
    check("headings", "en", ["<main>", "</main>"], heads, "^ h3");
    let heads = days(|day| format!("<h2>Sonntag, {day}. November 2026</h2>"), ["<div class=t>", "</div>"], bare);
    check("headings over paragraphs", "de", ["<main>", "</main>"], heads, "^ h2");
    let flat = days(
        |day| format!("<p class=tag>{day} ноября 2026 г.</p>"),
        ["", ""],
        |at, said| format!("<p class=n><a href=/n/{at}>{said}</a></p>"),
    );
    check("paragraphs", "ru", ["<div>", "</div>"], flat, "^ p.tag");
    let rows = days(|day| format!("<tr><td colspan=2>{day}/11/2026</td></tr>"), ["", ""], row);
    check("rows", "fr", ["<table><tbody>", "</tbody></table>"], rows, "^ td[colspan]");
    let rows = days(|day| format!("<tr><th colspan=2>2026年11月{day}日（日）</th></tr>"), ["", ""], row);
    check("heads of rows", "ja", ["<table class=t>", "</table>"], rows, "^ th[colspan]");
    let parts = days(
        |day| format!("<section class=day><span class=when>2026-11-{day:02}</span>"),
        ["", "</section>"],
        |at, said| format!("<div class=e><a href=/n/{at}>{said}</a></div>"),
    );
    check("sections", "en", ["<main>", "</main>"], parts, "^ span.when");
    let folds = days(|day| format!("<details><summary>{day} Kasım 2026</summary>"), ["<ul>", "</ul></details>"], item);
    check("folds", "tr", ["<main>", "</main>"], folds, "^ summary");
    let boxes = days(|day| format!("<h4><time datetime=2026-11-{day:02}>then</time></h4>"), ["<ol>", "</ol>"], item);
    check("machine-readable", "en", ["<main>", "</main>"], boxes, "^ time");
}

/// B201: a cell beside several rows dates them all.
#[test]
fn a_cell_beside_several_rows_dates_them_b201() {
    let (mut rows, mut expected, mut at) = (String::new(), Vec::new(), 0);
    for (number, count) in BELOW.iter().enumerate() {
        for place in 0..*count {
            let cell =
                if place == 0 { format!("<td rowspan={count}>{}.11.2026</td>", DAYS[number]) } else { String::new() };
            rows.push_str(&format!("<tr>{cell}<td><a href=/n/{at}>{}</a></td></tr>", SAID[at]));
            expected.push((SAID[at].to_owned(), Some(format!("2026-11-{:02}", DAYS[number]))));
            at += 1;
        }
    }
    let bytes = page("de", &format!("<table class=t><tbody>{rows}</tbody></table>"));
    let url = Url::parse("https://city.example/news/").unwrap();
    let by = selectors(&[("entries", "table.t tr"), ("link", "a"), ("date", "^ td[rowspan]")]);
    let read = read(&bytes, &about(&url), &by, NOW).unwrap();
    // Of one row, too, as generators write it.
    assert_eq!(dated(&read), expected);
}

/// B200, B133, B201: a day above does not reach past what ends it, nor is it another thing's.
#[test]
fn no_day_reaches_too_far_b201() {
    let url = Url::parse("https://city.example/news/").unwrap();
    let by = selectors(&[("entries", "li"), ("link", "a"), ("date", "^ h3")]);
    let check = |body: &str, expected: &[Option<&str>], told: &str| {
        let read = read(&page("en", body), &about(&url), &by, NOW).unwrap();
        let got: Vec<Option<String>> = dated(&read).into_iter().map(|(_, day)| day).collect();
        assert_eq!(got.iter().map(Option::as_deref).collect::<Vec<_>>(), expected, "{body}");
        let said: Vec<&str> = read.warnings.iter().map(|warning| warning.text.as_str()).collect();
        if told.is_empty() {
            assert!(said.is_empty(), "{said:?}");
        } else {
            assert!(said.concat().contains(told), "{said:?}");
        }
    };
    let list = |from: usize, count: usize| -> String {
        let items =
            (from..from + count).map(|at| format!("<li><a href=/n/{at}>The mayor received envoy {at}</a></li>"));
        format!("<ul>{}</ul>", items.collect::<String>())
    };
    let (two, one) = (list(0, 2), list(2, 1));
    let (d22, d20) = (Some("2026-11-22"), Some("2026-11-20"));
    check(&format!("<h3>22 Nov 2026</h3>{two}<h3>20 Nov 2026</h3>{one}"), &[d22, d22, d20], "");
    // Outside any heading: told.
    check(
        &format!("{one}<h3>22 Nov 2026</h3>{two}"),
        &[None, d22, d22],
        "the selector \"^ h3\" finds no date in 1 of 3 entries",
    );
    // Another heading of its rank, or of a higher one, ends it; a lower one does not.
    check(&format!("<h3>22 Nov 2026</h3>{two}<h3>Archive</h3>{one}"), &[d22, d22, None], "in 1 of 3");
    check(&format!("<h3>22 Nov 2026</h3>{two}<h2>Archive</h2>{one}"), &[d22, d22, None], "in 1 of 3");
    check(&format!("<h3>22 Nov 2026</h3>{two}<h4>Sport</h4>{one}"), &[d22, d22, d22], "");
    // What holds it ends it.
    check(
        &format!("<section><h3>22 Nov 2026</h3>{two}</section><section>{one}</section>"),
        &[d22, d22, None],
        "in 1 of 3",
    );
    // With other words it may be the day of something else.
    for heading in ["Deadline: 22 Nov 2026", "Applications until 22 Nov 2026", "Closed on 22 November 2026"] {
        check(&format!("<h3>{heading}</h3>{two}<h3>20 Nov 2026</h3>{one}"), &[None, None, d20], "in 2 of 3");
    }
    // Headlines of entries are none of it.
    let cards = "<article><li><h3><a href=/n/9>The mayor speaks of 20 Nov 2026</a></h3></li></article>";
    check(&format!("<h3>22 Nov 2026</h3>{two}{cards}"), &[d22, d22, d22], "");
    // The year may stand above the days.
    let year = format!("<h2>2025</h2><h3>22 Nov</h3>{two}<h3>3 Dec</h3>{one}");
    check(&year, &[Some("2025-11-22"), Some("2025-11-22"), Some("2025-12-03")], "");
}

/// B133, B201: one day over the whole list, days to come, days in no order are not proposed.
#[test]
fn days_above_are_checked_as_others_b201() {
    let item = |at: usize, said: &str| format!("<li><a href=/n/{at}>{said}</a></li>");
    let line = |bytes: &[u8]| {
        let (proposal, parsed) = proposed(bytes).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(parsed.entries.len(), 8, "{:?}", proposal.lines);
        proposal.lines.into_iter().find(|(key, _)| *key == "date").map(|(_, value)| value)
    };
    let all: String = SAID.iter().enumerate().map(|(at, said)| item(at, said)).collect();
    let page_of_today =
        format!("<header><p>23 November 2026</p></header><main><p>23 November 2026</p><ul>{all}</ul></main>");
    assert_eq!(line(&page("en", &page_of_today)), None);
    let order = |day: u8| format!("<h3>{} November 2026</h3>", (u32::from(day) * 17) % 23 + 1);
    let (mixed, _) = days(order, ["<ul>", "</ul>"], item);
    assert_eq!(line(&page("en", &mixed)), None);
    let (deadlines, _) = days(|day| format!("<h3>Deadline {day} November 2026</h3>"), ["<ul>", "</ul>"], item);
    assert_eq!(line(&page("en", &deadlines)), None);
}

/// B201: an entry with a second link of its own is no day with two entries.
#[test]
fn a_second_link_makes_no_day_of_an_entry_b201() {
    let items: String = SAID
        .iter()
        .zip(DAYS)
        .enumerate()
        .map(|(at, (said, day))| {
            format!(
                "<div class=item><span class=d>{day}.11.2026</span><h3><a href=/n/{at}>{said}</a></h3>\
                 <p><a href=/g/{at}>Bilder und Töne {at}</a></p></div>"
            )
        })
        .collect();
    let came = came(&page("de", &format!("<main>{items}</main>")));
    let expected: Vec<(String, Option<String>)> =
        SAID.iter().zip(DAYS).map(|(said, day)| ((*said).to_owned(), Some(format!("2026-11-{day:02}")))).collect();
    assert_eq!(came, expected);
}

/// B202: the date in the row below an entry's own.
#[test]
fn dates_in_the_row_below_are_read_b202() {
    let rows: String = SAID
        .iter()
        .enumerate()
        .map(|(at, said)| {
            format!(
                "<tr class=athing id={at}><td>{at}.</td><td class=title><a href=https://site{at}.example/x>{said}</a></td></tr>\
                 <tr><td></td><td class=sub><span class=score>{at} points</span> by <a href=/u>ann</a> \
                 <span class=age><a href=/item?id={at}>{} hours ago</a></span> | <a href=/item?id={at}>discuss</a></td></tr>\
                 <tr class=spacer></tr>",
                at + 2
            )
        })
        .collect();
    let bytes = page("en", &format!("<table><tbody>{rows}</tbody></table>"));
    let (proposal, parsed) = proposed(&bytes).unwrap();
    let hours: Vec<i64> =
        parsed.entries.iter().filter_map(|e| Some((NOW.millis() - e.published?.millis()) / 3_600_000)).collect();
    assert_eq!(hours, (2..10).collect::<Vec<i64>>(), "{:?}", proposal.lines);
    // Rows that a class tells apart and a selector takes alike are entries, each its own.
    let zebra: String = (0..6)
        .map(|at| {
            let class = if at % 2 == 0 { " class=odd" } else { "" };
            let day = if at == 2 { String::new() } else { format!("<td class=d>2026-11-{:02}</td>", 20 - at) };
            format!("<tr{class}><td><a href=/n/{at}>{}</a></td>{day}</tr>", SAID[at])
        })
        .collect();
    let url = Url::parse("https://city.example/news/").unwrap();
    let by = selectors(&[("entries", "tr"), ("link", "a"), ("date", "+ td.d")]);
    let read = read(&page("en", &format!("<table>{zebra}</table>")), &about(&url), &by, NOW).unwrap();
    assert!(read.entries.iter().all(|entry| entry.published.is_none()), "{:?}", dated(&read));
}

/// B203, B133: under a year's heading nothing is counted back into another year, and what
/// may lie ahead is no date.
#[test]
fn days_that_may_lie_ahead_are_no_dates_b203() {
    let item = |at: usize, day: &str| format!("<li><span>{day}</span> <a href=/n/{at}>{}</a></li>", SAID[at]);
    let list = |days: &[&str]| -> String {
        format!("<ul>{}</ul>", days.iter().enumerate().map(|(at, day)| item(at, day)).collect::<String>())
    };
    let url = Url::parse("https://city.example/news/").unwrap();
    let by = selectors(&[("entries", "li"), ("link", "a"), ("date", "span")]);
    let days_of = |body: &str| -> Vec<Option<String>> {
        let read = read(&page("en", body), &about(&url), &by, NOW).unwrap();
        dated(&read).into_iter().map(|(_, day)| day).collect()
    };
    let some = |day: &str| Some(day.to_owned());
    let body = format!("<h2>2026</h2>{}", list(&["22 Nov", "12 Dec", "24 Dec"]));
    assert_eq!(days_of(&body), [some("2026-11-22"), None, None]);
    let body = format!("<h2>2027</h2>{}", list(&["12 Jan", "22 Nov"]));
    assert_eq!(days_of(&body), [None, None]);
    // Events in December, without a year; and news since last December.
    assert_eq!(days_of(&list(&["3 Dec", "5 Dec", "12 Dec", "8 Jan"])), [None, None, None, None]);
    let news = ["20 Nov", "3 Aug", "3 May", "9 Jan", "12 Dec"];
    let expected = ["2026-11-20", "2026-08-03", "2026-05-03", "2026-01-09", "2025-12-12"];
    assert_eq!(days_of(&list(&news)), expected.map(some));
    let (proposal, _) = proposed(&page("en", &list(&["3 Dec", "5 Dec", "12 Dec", "24 Dec", "8 Jan"]))).unwrap();
    assert_eq!(
        proposal.remarks,
        ["no date was proposed: days without a year may lie ahead, so 5 of them were not used, as \"3 Dec\"; entries \
          stand by when they were first seen"]
    );
}

/// B201: past the limit of headings an entry has no day, not that of the last one kept.
#[test]
fn past_the_limit_of_headings_no_day_is_taken_b201() {
    let most = crate::limits::YEAR_HEADINGS.count();
    let days: String = (0..most + 2)
        .map(|at| {
            let day = jiff::civil::date(2010, 1, 1).checked_add(jiff::Span::new().days(at as i64)).unwrap();
            format!("<dt>{day}</dt><dd><a href=/n/{at}>Note {at} of the harbour office</a></dd>")
        })
        .collect();
    let bytes = page("en", &format!("<dl>{days}</dl>"));
    let url = Url::parse("https://city.example/news/").unwrap();
    let by = selectors(&[("entries", "dd"), ("link", "a"), ("date", "^ dt")]);
    let mut about = about(&url);
    about.timezone = Zone::UTC;
    let read = read(&bytes, &about, &by, NOW).unwrap();
    let without: Vec<&str> =
        read.entries.iter().filter(|entry| entry.published.is_none()).map(|entry| entry.title.as_str()).collect();
    let after = [format!("Note {most} of the harbour office"), format!("Note {} of the harbour office", most + 1)];
    assert!(after.iter().all(|title| without.contains(&title.as_str())), "{without:?}");
    assert_eq!(without.len(), 2, "{without:?}");
}

/// B202: what stands before an entry reaches down to the one before, whatever its looks.
#[test]
fn no_date_of_the_entry_before_is_taken_b202() {
    let entry = |class: &str, at: usize| format!("<div class={class}><a href=/n/{at}>{}</a></div>", SAID[at]);
    let day = |day: u8| format!("<p class=date>2026-11-{day:02}</p>");
    let body = [day(22), entry("lead", 0), entry("teaser", 1), day(20), entry("teaser", 2), entry("lead", 3)].concat();
    let url = Url::parse("https://city.example/news/").unwrap();
    let by = selectors(&[("entries", "div.lead, div.teaser"), ("link", "a"), ("date", "- p.date")]);
    let read = read(&page("en", &format!("<main>{body}</main>")), &about(&url), &by, NOW).unwrap();
    let got: Vec<Option<String>> = dated(&read).into_iter().map(|(_, day)| day).collect();
    assert_eq!(got, [Some("2026-11-22".to_owned()), None, Some("2026-11-20".to_owned()), None]);
}

/// B135: a page of frames is told as such, in whatever letters it is written.
#[test]
fn frames_are_told_b135() {
    for page in [
        "<html><head><title>Port</title></head><FRAMESET COLS=20,80><FRAME SRC=a.htm><FRAME SRC=b.htm></FRAMESET></html>",
        "<html><head><title>Port</title></head><frameset cols=20,80><frame src=a.htm><frame src=b.htm></frameset></html>",
    ] {
        let told = proposed(page.as_bytes()).unwrap_err().to_string();
        assert!(told.contains("made of frames: add the address of the frame that shows the list"), "{told}");
    }
}
