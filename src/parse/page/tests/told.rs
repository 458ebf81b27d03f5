//! Days that are none of publication, and stories beside a list: told at proposals and at
//! every poll (B240 to B250).

use super::lists::{DAYS, SAID, list, page, proposed};
use super::*;

/// The days that entries come to by the selectors `rows`, and what is told of them.
fn polled(body: &str, rows: &[(&str, &str)]) -> (Vec<Option<String>>, String) {
    let url = Url::parse("https://city.example/news/").unwrap();
    let read = read(&page("en", body), &about(&url), &selectors(rows), NOW).unwrap();
    (days_of(&read), read.warnings.iter().map(|warning| warning.text.clone()).collect::<Vec<_>>().join("\n"))
}

fn days_of(parsed: &Parsed) -> Vec<Option<String>> {
    let zone = Zone::named("Asia/Shanghai").unwrap();
    parsed.entries.iter().map(|entry| entry.published.map(|at| zone.wall(at).date().to_string())).collect()
}

/// The days of all headlines.
fn expected() -> Vec<Option<String>> {
    DAYS.iter().map(|day| Some(format!("2026-11-{day:02}"))).collect()
}

const BY: [(&str, &str); 3] = [("entries", "li"), ("link", "a"), ("date", "span")];

/// B240: a day that lies far ahead is not the moment of the poll, and many make the column one
/// of events.
#[test]
fn days_ahead_are_no_dates_of_news_b240() {
    let items = |days: &[&str]| {
        let item = |(at, day): (usize, &&str)| format!("<li><a href=/n/{at}>{}</a><span>{day}</span></li>", SAID[at]);
        format!("<ul>{}</ul>", days.iter().enumerate().map(item).collect::<String>())
    };
    let news = ["2026-11-22", "2026-11-20", "2026-11-17", "2026-11-11", "2026-11-06", "2026-11-03"];
    let with = |day: &'static str| {
        let mut days = news;
        days[0] = day;
        polled(&items(&days), &BY)
    };
    let (days, told) = with("2026-12-24");
    assert_eq!((days[0].as_deref(), days[1].as_deref()), (None, Some("2026-11-20")));
    assert!(told.contains("a day lies ahead, as \"2026-12-24\", so it was not used"), "{told}");
    // The clock of the office, or its zone, may be a day ahead.
    let (days, _) = with("2026-11-24");
    assert!(days.iter().all(Option::is_some), "{days:?}");
    let events = ["2026-12-24", "2026-12-20", "2026-11-20", "2026-11-11", "2026-11-06", "2026-11-03"];
    let (days, told) = polled(&items(&events), &BY);
    assert!(days.iter().all(Option::is_none) && told.contains("2 of 6 days lie ahead"), "{days:?} {told}");
    let to_come = ["2026-12-24", "2026-12-20", "2026-12-19", "2026-12-11", "2026-12-06", "2026-12-03"];
    let (days, told) = polled(&items(&to_come), &BY);
    assert!(days.iter().all(Option::is_none) && told.contains("all days lie ahead"), "{days:?} {told}");
}

/// B241: a label that was put before the dates later is heeded at polls.
#[test]
fn labels_count_at_polls_b241() {
    let entries = |label: &dyn Fn(usize) -> String| {
        let item = |at: usize, said: &str, day: u8| {
            format!("<li><a href=/n/{at}>{said}</a>{}<span>{day} November 2026</span></li>", label(at))
        };
        format!("<ul>{}</ul>", list(item))
    };
    // Another match of the selector holds the date.
    let limit = |_| "<span>Deadline: 1 October 2026</span> ".to_owned();
    assert_eq!(polled(&entries(&limit), &BY), (expected(), String::new()));
    let published = |at: usize| if at == 2 { "<span>Frist: 1.10.2026</span>" } else { "" }.to_owned();
    assert_eq!(polled(&entries(&published), &BY).0, expected());
    // None does.
    let (days, told) = polled(&entries(&|at| if at == 3 { "<b>Closing date:</b> " } else { "" }.to_owned()), &BY);
    assert_eq!((days[3].as_deref(), days[4].as_deref()), (None, Some("2026-11-13")));
    assert!(told.contains("an event, a time limit or a sentence was not used"), "{told}");
    let text = list(|at, said, day| format!("Deadline: {day}.11.2026 - <a href=/n/{at}>{said}</a><br>"));
    let (days, _) = polled(&format!("<div>{text}</div>"), &[("entries", "div > a"), ("date", "- .")]);
    assert!(days.iter().all(Option::is_none), "{days:?}");
}

/// B242: names of properties and classes say what a date is.
#[test]
fn names_say_what_a_date_is_b242() {
    let news = |first: &str, second: &str| {
        let item = |at: usize, said: &str, day: u8| {
            let (first, second) =
                (first.replace("DAY", "2026-11-23"), second.replace("DAY", &format!("2026-11-{day:02}")));
            format!("<article><h2><a href=/n/{at}>{said}</a></h2><p>{first} {second}</p></article>")
        };
        proposed(&page("en", &format!("<main>{}</main>", list(item)))).unwrap()
    };
    for (first, second) in [
        ("<time class=updated>DAY</time>", "<time class='entry-date published'>DAY</time>"),
        ("<span itemprop=dateModified>DAY</span>", "<span itemprop=datePublished>DAY</span>"),
        ("<time class=event-date>DAY</time>", "<time class=posted-on>DAY</time>"),
    ] {
        assert_eq!(days_of(&news(first, second).1), expected(), "{first}");
    }
    for event in
        ["<span class=event-date>DAY</span>", "<span itemprop=startDate>DAY</span>", "<i class=dtstart>DAY</i>"]
    {
        let (proposal, parsed) = news("", event);
        assert!(parsed.entries.iter().all(|entry| entry.published.is_none()), "{event}");
        assert!(
            proposal.remarks.concat().contains("those of events, time limits or numbers"),
            "{:?}",
            proposal.remarks
        );
    }
}

/// B243: of two columns that of the publication, in many languages; what nobody knows is told.
#[test]
fn columns_say_what_their_days_are_b243() {
    let table = |lang: &str, heads: [&str; 2]| {
        let rows = list(|at, said, day| {
            format!("<tr><td>{}.10.2026</td><td>{day}.11.2026</td><td><a href=/n/{at}>{said}</a></td></tr>", 30 - at)
        });
        let heads = heads.map(|head| format!("<th>{head}</th>")).concat();
        proposed(&page(lang, &format!("<table><tr>{heads}<th>Title</th></tr>{rows}</table>"))).unwrap()
    };
    for (lang, heads) in [
        ("cs", ["Sejmuto", "Vyvěšeno"]),
        ("sk", ["Zvesené", "Vyvesené"]),
        ("pl", ["Zdjęto", "Wywieszono"]),
        ("hu", ["Levétel", "Kifüggesztés"]),
        ("it", ["Fine pubblicazione", "Inizio pubblicazione"]),
        ("fr", ["Fin de publication", "Date de publication"]),
        ("de", ["Ende der Veröffentlichung", "Veröffentlicht"]),
        ("en", ["Removed on", "Date"]),
        ("en", ["Meeting date", "Released"]),
    ] {
        let (proposal, parsed) = table(lang, heads);
        assert_eq!(days_of(&parsed), expected(), "{heads:?} {:?}", proposal.remarks);
    }
    let (proposal, _) = table("en", ["Ratified", "Gazetted"]);
    assert!(
        proposal.remarks.concat().contains("stand behind \"Ratified\", a label that is not known"),
        "{:?}",
        proposal.remarks
    );
    let (proposal, _) = table("en", ["Date", "Day"]);
    assert!(proposal.remarks.concat().contains("the entries show other days, too"), "{:?}", proposal.remarks);
    for label in [
        "Reply by DAY",
        "Sitzung vom DAY",
        "Avant le DAY",
        "Sista dag: DAY",
        "会议时间：DAY",
        "Hạn nộp: DAY",
        "Toplantı tarihi: DAY",
    ] {
        let item = |at: usize, said: &str, day: u8| {
            format!("<li><a href=/n/{at}>{said}</a> <i>{}</i></li>", label.replace("DAY", &format!("2026-11-{day:02}")))
        };
        let (_, parsed) = proposed(&page("en", &format!("<ul>{}</ul>", list(item)))).unwrap();
        assert!(parsed.entries.iter().all(|entry| entry.published.is_none()), "{label}");
    }
}

/// B244: a day in the first column is no headline.
#[test]
fn a_day_is_no_headline_b244() {
    let rows = list(|at, said, day| {
        format!("<tr><td>{day} November 2026</td><td>{said}</td><td><a href=/f/{at}.pdf>PDF (112 KB)</a></td></tr>")
    });
    let cards = list(|at, said, day| {
        format!("<div class=c><p>{day} November 2026</p><p class=t>{said}</p><a href=/n/{at}>&gt;&gt;</a></div>")
    });
    for body in [format!("<table>{rows}</table>"), format!("<main>{cards}</main>")] {
        let (proposal, parsed) = proposed(&page("en", &body)).unwrap();
        let titles: Vec<&str> = parsed.entries.iter().map(|entry| entry.title.as_str()).collect();
        assert_eq!((titles, days_of(&parsed)), (SAID.to_vec(), expected()), "{:?}", proposal.lines);
    }
}

/// B245: stories that stand beside the list in another form are told at every poll.
#[test]
fn stories_beside_a_list_are_told_b245() {
    let entries = list(|at, said, day| format!("<li><a href=/n/{at}>{said}</a><span>{day} November 2026</span></li>"));
    let told = |before: &str, behind: &str| {
        polled(&format!("<main>{before}<ul>{entries}</ul>{behind}</main>"), &[("entries", "ul > li"), ("date", "span")])
            .1
    };
    let card = |at: usize| format!("<div class=card><h3><a href=/x/{at}>A story in another form {at}</a></h3></div>");
    for (before, behind, count) in [
        // A redesign beside old entries.
        (String::new(), format!("<div class=cards>{}{}{}</div>", card(1), card(2), card(3)), 3),
        // Parts of the list in other elements.
        (
            String::new(),
            "<ol><li><a href=/x/1>A story of last month</a> <i>3 October 2026</i><li><a href=/x/2>Another \
             story of that month</a> <i>2 October 2026</i></ol>"
                .to_owned(),
            2,
        ),
        (String::new(), "<h2>More</h2><p><a href=/x/1>A story of last month</a> – 3 October 2026</p>".to_owned(), 1),
        // Leads without a day.
        (
            "<section class=top><h3><a href=/x/1>The story of the day at the port</a></h3></section>".to_owned(),
            String::new(),
            1,
        ),
        (
            "<div class=owl><div class=slide><a href=/x/1>The first of two slides</a></div><div class=slide><a \
             href=/x/2>The second of two slides</a></div></div>"
                .to_owned(),
            String::new(),
            2,
        ),
    ] {
        let told = told(&before, &behind);
        let expected = if count == 1 {
            "beside the list stands a story".to_owned()
        } else {
            format!("beside the list stand {count} stories")
        };
        assert!(told.contains(&expected), "{before}{behind}: {told}");
    }
    // What is no story of the list.
    for (before, behind) in [
        ("<nav><a href=/x/1>A page of the menu of this site</a></nav>", ""),
        ("<h2><a href=/x/1>The harbour office and its tasks</a></h2>", ""),
        ("<div><h2><a href=/x/1>All news of the harbour</a></h2></div>", ""),
        ("", "<div><h3><a href=/x/1>Contact the harbour office</a></h3></div>"),
        ("", "<p><a href=/x/1>Upcoming fair of the harbour</a> 3 December 2026</p>"),
        ("", "<div class=related><p><a href=/x/1>A story of last month</a> 3 October 2026</p></div>"),
        ("", "<p><a href=/x/1>Imprint and terms of this site</a></p>"),
    ] {
        assert_eq!(told(before, behind), "", "{before}{behind}");
    }
}

/// B246: entries without a link are told, also where the selector asks for one.
#[test]
fn entries_without_a_link_are_told_b246() {
    let item = |at: usize, said: &str, day: u8| match at {
        2 | 4 => format!("<div class=item><h3>{said}</h3><p>{day} November 2026</p></div>"),
        _ => format!("<div class=item><h3><a href=/n/{at}>{said}</a></h3><p>{day} November 2026</p></div>"),
    };
    let (proposal, parsed) = proposed(&page("en", &format!("<main>{}</main>", list(item)))).unwrap();
    assert_eq!(parsed.entries.len(), SAID.len() - 2, "{:?}", proposal.lines);
    let told = "beside the entries stand 2 more without a link, which makes no entry, as \"Youth orchestra";
    assert!(proposal.remarks.concat().contains(told), "{:?}", proposal.remarks);
    assert!(parsed.warnings.iter().any(|warning| warning.text.contains(told)), "{:?}", parsed.warnings);
}

/// B247: headlines that lead to parts of one page have this reason.
#[test]
fn headlines_of_one_page_are_refused_with_that_reason_b247() {
    let items = list(|at, said, day| format!("<li><a href=all.html#n{at}>{said}</a> {day} November 2026</li>"));
    let why = proposed(&page("en", &format!("<ul>{items}</ul>"))).unwrap_err().to_string();
    assert!(why.contains("the 8 headlines of this page lead to parts of one page"), "{why}");
}

/// B248: the years of other calendars, of the page's title and of the way to it, and those that
/// stand beside a list or a day.
#[test]
fn years_stand_in_many_places_b248() {
    let entries = |days: &[&str], beside: &str| {
        let item = |(at, day): (usize, &&str)| {
            format!("<li class=x><a href=/n/{at}>{}</a> <span>{day}</span>{beside}</li>", SAID[at])
        };
        format!("<ul class=l>{}</ul>", days.iter().enumerate().map(item).collect::<String>())
    };
    let english = ["20 Nov", "20 Oct", "3 Oct", "2 Sep"];
    let chinese = ["11月20日", "10月20日", "10月3日", "9月2日"];
    let thai = ["20 พ.ย.", "20 ต.ค.", "3 ต.ค.", "2 ก.ย."];
    let of = |bytes: &[u8]| {
        let (_, parsed) = proposed(bytes).unwrap();
        days_of(&parsed)
            .into_iter()
            .map(|day| day.map_or("none".to_owned(), |day| day[..4].to_owned()))
            .collect::<Vec<_>>()
    };
    for (lang, days, above) in [
        ("ja", chinese, "<h2>令和7年</h2>"),
        ("ja", chinese, "<h2>令和7年のお知らせ</h2>"),
        ("zh-TW", chinese, "<h2>114年</h2>"),
        ("zh-TW", chinese, "<h2>民國114年</h2>"),
        ("th", thai, "<h2>ปี พ.ศ. 2568</h2>"),
        ("en", english, "<h1>Archive '25</h1>"),
        ("en", english, "<nav><a href=/2026>2026</a> <b>2025</b> <a href=/2024>2024</a></nav>"),
    ] {
        let came = of(&page(lang, &format!("<main>{above}{}</main>", entries(&days, ""))));
        assert_eq!(came, ["2025"; 4], "{above}");
    }
    for above in [
        "<div class=title>Archive 2025</div>",
        "<p><b>Archive 2025</b></p>",
        "<p>Year: 2025</p>",
        "<div class=breadcrumb>Home / News / 2025</div>",
        "<h2>Expo 2025 Osaka: news</h2>",
    ] {
        let came = of(&page("en", &format!("<main>{above}{}</main>", entries(&english, ""))));
        assert_eq!(came, ["none"; 4], "{above}");
    }
    for beside in ["<small>2025 | Press</small>", "<i title=2025></i>"] {
        let came = of(&page("en", &entries(&english, beside)));
        assert_eq!(came, ["none"; 4], "{beside}");
    }
    let body = entries(&english, "");
    let titled = String::from_utf8(page("en", &body)).unwrap().replace("<title>News", "<title>Press archive 2025");
    assert_eq!(of(titled.as_bytes()), ["none"; 4]);
    assert_eq!(of(&page("en", &body.replace("/n/", "/2025/11/"))), ["none"; 4]);
    let rows: String = english
        .iter()
        .enumerate()
        .map(|(at, day)| {
            let year = if at == 0 { "<td rowspan=4>2025</td>" } else { "" };
            format!("<tr>{year}<td>{day}</td><td><a href=/n/{at}>{}</a></td></tr>", SAID[at])
        })
        .collect();
    assert_eq!(of(&page("en", &format!("<table>{rows}</table>"))), ["none"; 4]);
    // This year's heading speaks for the list.
    let current = titled.replace("<ul", "<h2>2026</h2><ul");
    assert_eq!(of(current.as_bytes()), ["2026"; 4]);
}

/// B249: figures of the Ethiopian calendar are no days of ours.
#[test]
fn ethiopian_figures_are_no_dates_b249() {
    let item = |at: usize, said: &str, day: u8| format!("<li><a href=/n/{at}>{said}</a> <i>{day:02}/03/2019</i></li>");
    let (_, parsed) = proposed(&page("am", &format!("<ul>{}</ul>", list(item)))).unwrap();
    assert!(parsed.entries.iter().all(|entry| entry.published.is_none()));
}
