//! Days that were read wrongly, or not at all: years of headlines, months under a year,
//! dates to come (B133).

use super::lists::{page, proposed};
use super::*;

/// Days and clocks that a page comes to, in the order of the page.
fn days(bytes: &[u8]) -> Vec<String> {
    let (_, parsed) = proposed(bytes).unwrap_or_else(|why| panic!("{why}"));
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let shown = |at: Timestamp| zone.wall(at).datetime().to_string();
    parsed.entries.iter().map(|entry| entry.published.map_or("none".to_owned(), shown)).collect()
}

fn proposed_line(bytes: &[u8], name: &str) -> Option<String> {
    let (proposal, _) = proposed(bytes).unwrap_or_else(|why| panic!("{why}"));
    proposal.lines.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn midnight(days: &[&str]) -> Vec<String> {
    days.iter().map(|day| format!("{day}T00:00:00")).collect()
}

/// A table with the headlines in its second column.
fn table(lang: &str, rows: &[(&str, &str, &str)]) -> Vec<u8> {
    let rows: String = rows
        .iter()
        .enumerate()
        .map(|(at, (said, day, read))| {
            let number = 9 - at;
            format!("<tr><td>{number}</td><td><a href=/v?{at}>{said}</a></td><td>{day}</td><td>{read}</td></tr>")
        })
        .collect();
    page(lang, &format!("<table class=board><tbody>{rows}</tbody></table>"))
}

/// B133: a year in a headline, or the readers beside a date, are no time of day.
#[test]
fn years_of_headlines_are_no_clock() {
    let korean = table(
        "ko",
        &[
            ("2026 바다축제 폐막 안내", "2026.11.20", "1530"),
            ("2027학년도 교환학생 모집 공고", "2026.11.19", "88"),
            ("부산항 국제포럼 개최 결과", "2026.11.17", "2359"),
            ("1949년 이후 도시 사진전 개막", "2026.11.13", "120"),
        ],
    );
    assert_eq!(proposed_line(&korean, "date").as_deref(), Some("td:nth-child(3)"));
    assert_eq!(days(&korean), midnight(&["2026-11-20", "2026-11-19", "2026-11-17", "2026-11-13"]));
    let chinese = table(
        "zh",
        &[
            ("2026年部门预算公开说明", "2026-11-20", "1020"),
            ("1949年以来城市变迁展开幕", "2026-11-18", "7"),
            ("市长会见来访外宾代表团", "2026-11-11", "2026"),
        ],
    );
    assert_eq!(days(&chinese), midnight(&["2026-11-20", "2026-11-18", "2026-11-11"]));
    // As an operator may have it: the cell is named, and no others are joined to it.
    let url = Url::parse("https://city.example/news/").unwrap();
    let by = selectors(&[("entries", "tr"), ("link", "a"), ("date", "td")]);
    let read = read(&korean, &about(&url), &by, NOW).unwrap();
    assert!(read.entries.iter().all(|entry| entry.published.is_none()), "{:?}", read.entries[0].published);
    let utc = Zone::UTC;
    let known = DateContext::new(&utc, []);
    for (text, expected) in [
        ("2026.11.20 2026", "2026.11.20"),
        ("2026-11-20 1530", "2026-11-20"),
        ("2026 Festival 2026-11-20", "Festival 2026-11-20"),
        ("22 November 2026 1530", "22 November 2026"),
        ("2026-11-20T2026", "2026-11-20T2026"),
        ("2026-11-20 20:26", "2026-11-20 20:26"),
        ("2026-11-20 20:26:00 -0500", "2026-11-20 20:26:00 -0500"),
    ] {
        assert_eq!(day::read(text, None, &known, NOW).as_deref(), Some(expected), "{text}");
    }
}

/// B133: a number that goes on over the border of an element is not joined.
#[test]
fn numbers_end_with_their_elements() {
    let rows: String = ["2026-11-2", "2026-11-1", "2026-11-1"]
        .iter()
        .enumerate()
        .map(|(at, day)| {
            format!(
                "<li><a href=/n/{at}>Mayor opens exhibition number {at}</a><p class=d>{day}<b>{}</b></p></li>",
                8 - at
            )
        })
        .collect();
    let url = Url::parse("https://city.example/news/").unwrap();
    let by = selectors(&[("entries", "li"), ("link", "a"), ("date", "p.d")]);
    let read = read(&page("en", &format!("<ul>{rows}</ul>")), &about(&url), &by, NOW).unwrap();
    assert!(read.entries.iter().all(|entry| entry.published.is_none()), "{:?}", read.entries[0].published);
}

/// B183: of a table with days in its headlines the column of the dates is taken.
#[test]
fn the_column_of_dates_is_found() {
    let rows = [
        ("Sperrung ab 3.12. in der Hafenstraße", "20.11.2026"),
        ("Lesung am 15.01.2027 im Rathaus: Vorverkauf", "19.11.2026"),
        ("Rückblick auf 1126 Jahre Stadt", "17.11.2026"),
        ("Neue Buslinie 1430 fährt ab Dezember", "12.11.2026"),
    ];
    let rows: String = rows
        .iter()
        .enumerate()
        .map(|(at, (said, day))| format!("<tr><td><a href=/x/{at}>{said}</a></td><td>Amt</td><td>{day}</td></tr>"))
        .collect();
    let page = page("de", &format!("<table class=l>{rows}</table>"));
    assert_eq!(proposed_line(&page, "date").as_deref(), Some("td:nth-child(3)"));
    assert_eq!(days(&page), midnight(&["2026-11-20", "2026-11-19", "2026-11-17", "2026-11-12"]));
}

/// B133, B183: every month by its name under a year that stands above the list.
#[test]
fn every_month_takes_the_year_above_it() {
    const MONTHS: [(&str, &str); 17] = [
        ("en", "January February March April May June July August September October November December"),
        ("en", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
        ("fr", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
        ("fr", "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."),
        ("de", "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
        ("es", "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
        ("es", "ene feb mar abr may jun jul ago sep oct nov dic"),
        ("it", "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
        ("pt", "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
        ("nl", "januari februari maart april mei juni juli augustus september oktober november december"),
        ("sv", "januari februari mars april maj juni juli augusti september oktober november december"),
        ("da", "januar februar marts april maj juni juli august september oktober november december"),
        ("pl", "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"),
        ("cs", "ledna února března dubna května června července srpna září října listopadu prosince"),
        ("ru", "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
        ("tr", "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık"),
        (
            "fi",
            "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta \
             marraskuuta joulukuuta",
        ),
    ];
    let mut wrong = Vec::new();
    for (lang, names) in MONTHS {
        let names: Vec<&str> = names.split_whitespace().collect();
        let (mut body, mut expected) = (String::new(), Vec::new());
        for year in [2026, 2025, 2024] {
            body.push_str(&format!("<h2>{year}</h2><ul>"));
            let last = if year == 2026 { 11 } else { 12 };
            for month in (1..=last).rev() {
                let name = names[month - 1];
                let number = expected.len();
                body.push_str(&format!(
                    "<li><span>9 {name}</span> <a href=/pr/{number}>Harbour office tells of matter {number}</a></li>"
                ));
                expected.push(format!("{year}-{month:02}-09T00:00:00"));
            }
            body.push_str("</ul>");
        }
        let got = days(&page(lang, &format!("<main>{body}</main>")));
        if got.len() != expected.len() {
            wrong.push(format!("{lang} {}: {} of {}", names[0], got.len(), expected.len()));
        }
        let pairs = got.iter().zip(&expected).filter(|(got, expected)| got != expected);
        wrong.extend(pairs.map(|(got, expected)| format!("{lang} {}: {got} for {expected}", names[0])));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// B133: terms that are days do not end what the year above them heads.
#[test]
fn terms_take_the_year_above_them() {
    let list = |year: u16| {
        let items: String = [("9 May", 1), ("31 March", 2), ("2 March", 3)]
            .iter()
            .map(|(day, at)| {
                format!("<dt>{day}</dt><dd><a href=/{year}/n{at}>Harbour note {at} for {year} and on</a></dd>")
            })
            .collect();
        format!("<details><summary>{year}</summary><dl>{items}</dl></details>")
    };
    let got = days(&page("en", &format!("<main>{}{}</main>", list(2026), list(2025))));
    let expected = ["2026-05-09", "2026-03-31", "2026-03-02", "2025-05-09", "2025-03-31", "2025-03-02"];
    assert_eq!(got, midnight(&expected));
}

/// B132: terms that are days of an era.
#[test]
fn terms_of_an_era_date_their_descriptions() {
    let list = |badge: &str| {
        let days =
            [(22, "姉妹都市との交流事業を行いました"), (19, "市長定例記者会見の要旨"), (5, "国際交流員を募集します")];
        let items = days
            .map(|(day, said)| format!("<dt>令和8年11月{day}日{badge}</dt><dd><a href=/h/{day}.html>{said}</a></dd>"));
        page("ja", &format!("<dl class=news>{}</dl>", items.concat()))
    };
    for badge in ["", "<span class=ic>更新</span>"] {
        assert_eq!(days(&list(badge)), midnight(&["2026-11-22", "2026-11-19", "2026-11-05"]), "{badge}");
    }
}

/// B130: headlines that repeat themselves are entries where each has a page of its own.
#[test]
fn equal_headlines_with_their_own_pages_are_a_list() {
    let items: String = [22, 20, 17, 9]
        .map(|day| {
            format!("<li><span>2026-11-{day:02}</span> <a href=/n/{day}>Minutes of the meeting of the harbour committee</a></li>")
        })
        .concat();
    let page = page("en", &format!("<main><ul>{items}</ul></main>"));
    assert_eq!(days(&page), midnight(&["2026-11-22", "2026-11-20", "2026-11-17", "2026-11-09"]));
    let (_, parsed) = proposed(&page).unwrap();
    let first = &parsed.entries[0].title;
    assert_eq!(first, "Minutes of the meeting of the harbour committee");
}

/// B130, B134: events to come under a heading of their own are no news; that they are
/// left out is told.
#[test]
fn events_to_come_are_another_list() {
    let item = |path: &str, at: usize, day: &str| {
        format!("<li><a href=/{path}/{at}><b>Bericht nummer {at} uit de haven ({path})</b></a><span>{day}</span></li>")
    };
    let news: String =
        ["20-11-2026", "19-11-2026", "12-11-2026"].iter().enumerate().map(|(n, d)| item("n", n, d)).collect();
    let events: String = (1..8).map(|at| item("a", at, &format!("{at}-12-2026"))).collect();
    for classes in [[" class=nieuws", " class=agenda"], [" id=nieuws", " id=agenda"]] {
        let [one, other] = classes;
        let body = format!("<main><ul{one}>{news}</ul><h2>Agenda</h2><ul{other}>{events}</ul></main>");
        let bytes = page("nl", &body);
        assert_eq!(days(&bytes), midnight(&["2026-11-20", "2026-11-19", "2026-11-12"]));
        let (proposal, _) = proposed(&bytes).unwrap();
        assert!(
            proposal.remarks.iter().any(|told| told.contains("another list of 7 entries, whose dates all lie ahead")),
            "{:?}",
            proposal.remarks
        );
    }
    // Under a heading of its own it is another list also where its days are past.
    let past: String = (1..4).map(|at| item("a", at, &format!("{}-10-2026", 9 - at))).collect();
    let body = format!("<main><ul class=nieuws>{news}</ul><h2>Archief</h2><ul class=archief>{past}</ul></main>");
    let (proposal, parsed) = proposed(&page("nl", &body)).unwrap();
    assert_eq!(parsed.entries.len(), 3, "{:?}", proposal.lines);
    assert!(proposal.remarks.iter().any(|told| told.contains("another list of 3 entries")), "{:?}", proposal.remarks);
    // Months head pieces of one list.
    let body = format!(
        "<main><h2>November</h2><ul class=november>{news}</ul><h2>Oktober</h2><ul class=oktober>{past}</ul></main>"
    );
    assert_eq!(days(&page("nl", &body)).len(), 6);
}

/// B133: a list without dates says so, and what that means.
#[test]
fn a_list_without_dates_says_what_that_means() {
    let month = |name: &str, days: &[u8]| {
        let items: String = days
            .iter()
            .map(|day| {
                format!("<li><b>{day}</b> <a href=/n/{name}{day}>Hermanamiento con el puerto {day} de Kioto</a></li>")
            })
            .collect();
        format!("<h2>{name} 2026</h2><ul>{items}</ul>")
    };
    let body = format!("<main>{}{}</main>", month("Noviembre", &[20, 19, 9]), month("Octubre", &[30, 12]));
    let (proposal, parsed) = proposed(&page("es", &body)).unwrap();
    assert!(parsed.entries.iter().all(|entry| entry.published.is_none()));
    assert_eq!(
        proposal.remarks,
        ["no date was proposed: nothing in the entries can be read as one; entries stand by when they were first seen"]
    );
    let items: String = ["2026-11-02", "2024-03-05", "2026-10-01", "2023-01-09", "2026-02-02"]
        .iter()
        .enumerate()
        .map(|(at, day)| format!("<li><a href=/n/{at}>The harbour in the year of matter {at}</a><i>{day}</i></li>"))
        .collect();
    let (proposal, _) = proposed(&page("en", &format!("<ul>{items}</ul>"))).unwrap();
    let expected = "the dates found are not in the order of the list, so they were not used; entries stand by when they \
                    were first seen";
    assert_eq!(proposal.remarks, [expected]);
}
