//! Kinds of listing pages that the others have not: grids, groups, two languages, words
//! for months in scripts of their own.

use super::lists::{DAYS, SAID, check, list, page, proposed};
use super::*;

/// Headlines and days that a page comes to, in the order of the page.
fn came(bytes: &[u8]) -> Vec<(String, Option<String>)> {
    let (_, parsed) = proposed(bytes).unwrap_or_else(|why| panic!("{why}"));
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let day = |at: Timestamp| zone.wall(at).date().to_string();
    parsed.entries.iter().map(|e| (e.title.clone(), e.published.map(day))).collect()
}

/// B183: days in the cells of a calendar.
#[test]
fn a_calendar_grid_is_read_b183() {
    let mut cells = list(|at, said, day| {
        format!("<td data-date=2026-11-{day:02}><span>{day}</span><a href=/n/{at}>{said}</a></td>")
    });
    for (at, _) in DAYS.iter().enumerate().skip(1).rev() {
        let cell = format!("<td data-date=2026-11-{:02}>", DAYS[at]);
        cells = cells.replace(
            &cell,
            &format!(
                "<td data-date=2026-11-24><span>24</span></td>{}{cell}",
                if at % 3 == 0 { "</tr><tr>" } else { "" }
            ),
        );
    }
    check(
        "a calendar",
        &page("en", &format!("<table class=cal><caption>November 2026</caption><tr>{cells}</tr></table>")),
    );
}

/// B183: a list that runs from right to left, its terms the days.
#[test]
fn terms_from_right_to_left_are_read_b183() {
    let hebrew = list(|at, said, day| format!("<dt>{day} בנובמבר 2026</dt><dd><a href=/n/{at}>{said}</a></dd>"));
    check("Hebrew terms", &page("he", &format!("<dl dir=rtl>{hebrew}</dl>")));
    let arabic = list(|at, said, day| format!("<dt>الأحد، {day} نوفمبر 2026</dt><dd><a href=/n/{at}>{said}</a></dd>"));
    check("Arabic terms", &page("ar", &format!("<dl dir=rtl>{arabic}</dl>")));
}

/// B183: a day that stands once for several rows dates those that it stands in; the
/// others stay without rather than with a wrong one.
#[test]
fn rows_that_share_a_day_are_whole_b183() {
    let rows = list(|at, said, day| {
        let cell = if at % 2 == 0 { format!("<td rowspan=2>{day}.11.2026</td>") } else { String::new() };
        format!("<tr>{cell}<td><a href=/n/{at}>{said}</a></td></tr>")
    });
    let came = came(&page("de", &format!("<table class=t>{rows}</table>")));
    assert_eq!(came.iter().map(|(title, _)| title.as_str()).collect::<Vec<_>>(), SAID);
    for (at, (title, day)) in came.iter().enumerate() {
        assert!(day.as_ref().is_none_or(|day| *day == format!("2026-11-{:02}", DAYS[at - at % 2])), "{title}: {day:?}");
    }
}

/// B183: what web components are given to show stands in the page itself.
#[test]
fn components_that_hold_their_news_are_read_b183() {
    let cards = list(|at, said, day| {
        format!(
            "<news-card><article><h3 slot=title><a href=/n/{at}>{said}</a></h3><time slot=when datetime=2026-11-{day:02}>x</time></article></news-card>"
        )
    });
    check("components", &page("en", &format!("<news-list><news-grid>{cards}</news-grid></news-list>")));
}

/// B183: one list in two columns.
#[test]
fn columns_are_one_list_b183() {
    let rows = list(|at, said, day| {
        let cut = if at == 4 { "</ul></div><div class='col right'><ul>" } else { "" };
        format!("{cut}<li><a href=/n/{at}>{said}</a> ({day:02}/11/2026)</li>")
    });
    check("columns", &page("fr", &format!("<div class=cols><div class='col left'><ul>{rows}</ul></div></div>")));
}

/// B183: lists that scripts would go on with; dates as seconds since 1970.
#[test]
fn a_list_that_loads_more_is_read_b183() {
    let items = list(|at, said, day| {
        let seconds = 1_793_491_200 + (i64::from(day) - 1) * 86_400;
        format!("<div class=item data-id={at} data-timestamp={seconds}><h4><a href=/n/{at}>{said}</a></h4></div>")
    });
    let more = "<button class=more data-next='/news?page=2'>Load more news of the international office</button>";
    check("more to load", &page("en", &format!("<div id=feed data-page=1>{items}</div>{more}")));
}

/// B183: of two languages side by side neither is lost, as of several entries of a day.
#[test]
fn several_links_of_a_row_are_whole_b183() {
    let rows = list(|at, said, day| {
        format!(
            "<tr><td lang=en><a href=/en/{at}>{said}</a></td><td lang=zh><a href=/zh/{at}>市长会见第{at}批来宾代表团</a></td><td>2026-11-{day:02}</td></tr>"
        )
    });
    let days = list(|at, said, day| {
        let head = if at % 2 == 0 {
            format!("</div><div class=day><span class=when>2026-11-{day:02}</span>")
        } else {
            String::new()
        };
        format!("{head}<p><a href=/n/{at}>{said}</a></p>")
    });
    for body in [format!("<table class=both>{rows}</table>"), format!("<main><div>{days}</div></main>")] {
        let came = came(&page("en", &body));
        let read: Vec<&str> =
            came.iter().map(|(title, _)| title.as_str()).filter(|title| SAID.contains(title)).collect();
        assert_eq!(read, SAID, "{came:?}");
        for (title, day) in came.iter().filter(|(_, day)| day.is_some()) {
            let at = SAID.iter().position(|said| said == title).unwrap_or_default();
            let good = [at, at - at % 2].map(|at| format!("2026-11-{:02}", DAYS[at]));
            assert!(good.iter().any(|good| Some(good) == day.as_ref()), "{title}: {day:?}");
        }
    }
}

/// B183, B133: the year stands above the list, and holds for what stands below it.
#[test]
fn years_above_their_lists_hold_for_them_b183() {
    let folds: [(&str, &str); 4] = [
        ("<details><summary>2026</summary><ul>", "</ul></details><details><summary>2025</summary><ul>"),
        ("<h3>Archive 2026</h3><ul>", "</ul><h3>Archive 2025</h3><ul>"),
        (
            "<div class=fold><button>2026</button><div><ul>",
            "</ul></div></div><div class=fold><button>2025</button><div><ul>",
        ),
        (
            "<section><header><h2>2026年</h2></header><ul>",
            "</ul></section><section><header><h2>2025年</h2></header><ul>",
        ),
    ];
    for (first, second) in folds {
        let rows = list(|at, said, day| {
            let cut = if at == 4 { second } else { "" };
            format!("{cut}<li><span>{day} Nov</span> <a href=/n/{at}>{said}</a></li>")
        });
        let came = came(&page("en", &format!("<main>{first}{rows}</ul></main>")));
        let expected: Vec<(String, Option<String>)> = SAID
            .iter()
            .zip(DAYS)
            .enumerate()
            .map(|(at, (said, day))| {
                ((*said).to_owned(), Some(format!("{}-11-{day:02}", if at < 4 { 2026 } else { 2025 })))
            })
            .collect();
        assert_eq!(came, expected, "{first}");
    }
    // What is no year of a list is none: a founding year, a plan for years to come.
    for heading in ["<h1>Serving since 1998</h1>", "<h2>Strategy 2030</h2>", "<h2>12 stories of 2025 in 4 minutes</h2>"]
    {
        let rows = list(|at, said, day| format!("<li><span>{day} Nov</span> <a href=/n/{at}>{said}</a></li>"));
        check(heading, &page("en", &format!("{heading}<ul class=n>{rows}</ul>")));
    }
}

/// B183: eras in the heads of rows.
#[test]
fn eras_in_heads_of_rows_are_read_b183() {
    let rows = list(|at, said, day| {
        format!("<tr><th scope=row>令和８年11月{day}日（日）</th><td><a href=/n/{at}.html>{said}</a></td></tr>")
    });
    check("heads of rows", &page("ja", &format!("<table summary=新着><tbody>{rows}</tbody></table>")));
}

/// B183: notices that a board keeps on top do not take the list's place.
#[test]
fn pinned_notices_stand_beside_the_list_b183() {
    let pinned: String = (0..3)
        .map(|at| format!("<tr class=notice><td><b>공지</b></td><td class=subject><a href=/v?no=9{at}>국제교류 홈페이지 개편 안내 {at}</a></td><td>2025.0{}.11</td></tr>", at + 1))
        .collect();
    let rows = list(|at, said, day| {
        format!(
            "<tr><td>{}</td><td class=subject><a href=/v?no={at}>{said}</a></td><td>2026.11.{day:02}</td></tr>",
            80 - at
        )
    });
    let came = came(&page("ko", &format!("<table class=board>{pinned}{rows}</table>")));
    let list: Vec<&(String, Option<String>)> =
        came.iter().filter(|(title, _)| SAID.contains(&title.as_str())).collect();
    assert_eq!(list.len(), 8, "{came:?}");
    for ((_, day), expected) in list.iter().zip(DAYS) {
        assert_eq!(day.as_deref(), Some(format!("2026-11-{expected:02}").as_str()), "{came:?}");
    }
}

/// B183: topics below a headline are not its entry; pictures for browsers without
/// scripts are no headline.
#[test]
fn topics_and_pictures_take_no_headline_b183() {
    let rows = list(|at, said, day| {
        let topics: String = (0..3).map(|n| format!("<a href=/topics/{at}{n}/index.html>topic {n}{at}</a>")).collect();
        format!(
            "<div class=row><a href=/n/{at}.html class=pic><noscript><img src=/{at}.jpg alt=''></noscript></a><div class=text>\
             <h3><a href=/n/{at}.html>{said}</a></h3><div class=topics>{topics}</div><span class=when>2026-11-{day:02}</span></div></div>"
        )
    });
    check("topics", &page("en", &format!("<div class=rows>{rows}</div>")));
    let cards = list(|at, said, day| {
        format!(
            "<a class=card href=/n/{at}><noscript><source media=x srcset=/{at}.jpg></noscript><span>{said}</span><time datetime=2026-11-{day:02}>x</time></a>"
        )
    });
    check("cards", &page("en", &format!("<main>{cards}</main>")));
}

/// B183: a date that leads to its entry is one, and topics and comments below an entry
/// are no entries.
#[test]
fn dates_that_are_links_are_read_b183() {
    let rows = list(|at, said, day| {
        format!(
            "<div class=post><h2><a href=/n/{at}>{said}</a></h2><p><a href=https://other.example/{at}>A longer story</a> of it.</p>\
             <p class=tags><a href=/tag/port>port</a>, <a href=/tag/town>town</a></p>\
             <p class=posted><a href=/n/{at}>Posted on November {day}, 2026</a> <a href=/n/{at}#comments>{at} comments</a></p></div>"
        )
    });
    check("posts", &page("en", &format!("<div id=content>{rows}</div>")));
}

/// B183: months by their words in further languages.
#[test]
fn months_of_further_languages_are_read_b183() {
    let with = |lang: &str, date: &dyn Fn(u8) -> String| {
        let body = list(|at, said, day| {
            format!("<li class=n><span class=d>{}</span><a href=/n/{at}>{said}</a></li>", date(day))
        });
        check(lang, &page(lang, &format!("<ul>{body}</ul>")));
    };
    let digits = |zero: u32, n: u16| -> String {
        n.to_string().chars().filter_map(|c| char::from_u32(zero + c.to_digit(10)?)).collect()
    };
    with("hu", &|day| format!("2026. november {day}."));
    with("fi", &|day| format!("{day}. marraskuuta 2026"));
    with("vi", &|day| format!("{day} Tháng 11, 2026"));
    with("lt", &|day| format!("2026 m. lapkričio {day} d."));
    with("lv", &|day| format!("2026. gada {day}. novembris"));
    with("el", &|day| format!("{day} Νοεμβρίου 2026"));
    with("id", &|day| format!("Minggu, {day} November 2026"));
    with("hi", &|day| format!("{day} नवंबर 2026"));
    with("fa", &|day| format!("{} نوامبر {}", digits(0x6f0, day.into()), digits(0x6f0, 2026)));
    with("ar-EG", &|day| format!("{}/{}/{}", digits(0x660, day.into()), digits(0x660, 11), digits(0x660, 2026)));
    with("bn", &|day| format!("{} নভেম্বর {}", digits(0x9e6, day.into()), digits(0x9e6, 2026)));
    with("eu", &|day| format!("2026ko azaroaren {day}a"));
}
