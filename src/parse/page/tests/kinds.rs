//! What a date is the date of, and which of several lists and links are the news.

use super::lists::*;
use super::*;

/// The days of the entries of what is proposed, and what is told.
fn days(body: &str) -> (Vec<Option<String>>, String) {
    let (proposal, parsed) = proposed(&page("en", body)).unwrap_or_else(|why| panic!("{body}: {why}"));
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let day = |entry: &crate::model::Entry| entry.published.map(|at| zone.wall(at).date().to_string());
    (parsed.entries.iter().map(day).collect(), proposal.remarks.join("\n"))
}

fn expected() -> Vec<Option<String>> {
    DAYS.iter().map(|day| Some(format!("2026-11-{day:02}"))).collect()
}

/// B215: of several days of an entry that of its publication is taken, by its label or by
/// the heading of its column.
#[test]
fn the_day_of_publication_is_taken_b215() {
    let items = |made: &dyn Fn(usize, u8) -> String| {
        let items = list(|at, said, day| format!("<li><a href=/n/{at}>{said}</a>{}</li>", made(at, day)));
        format!("<ul class=news>{items}</ul>")
    };
    let later = |at: usize| 30 - at;
    for (kind, body) in [
        (
            "event first",
            items(&|at, day| {
                format!("<p>Event date: {} November 2026</p><p>Published: {day} November 2026</p>", later(at) - 8)
            }),
        ),
        (
            "change first",
            items(&|at, day| format!("<i class=u>Last updated {} Nov 2026</i><i class=p>{day} Nov 2026</i>", 23 - at)),
        ),
        (
            "terms",
            items(&|at, day| {
                format!(
                    "<dl><dt>Frist</dt><dd>{:02}.12.2026</dd><dt>Veröffentlicht</dt><dd>{day:02}.11.2026</dd></dl>",
                    later(at)
                )
            }),
        ),
    ] {
        assert_eq!(days(&body), (expected(), String::new()), "{kind}");
    }
    let rows = list(|at, said, day| {
        format!("<tr><td>{:02}.11.2026</td><td><a href=/n/{at}>{said}</a></td><td>{day:02}.11.2026</td></tr>", 23 - at)
    });
    for (first, last) in [("Deadline", "Published"), ("Closing date", "Date"), ("截止日期", "发布时间")] {
        let head = format!("<tr><th>{first}</th><th>Title</th><th>{last}</th></tr>");
        let (got, told) = days(&format!("<table class=t>{head}{rows}</table>"));
        assert_eq!((got, told), (expected(), String::new()), "{first}");
    }
}

/// B215: a time limit, an event or what a sentence tells is no date of an entry, and that is
/// told; the day of the last change is taken where there is no other, and told.
#[test]
fn other_days_are_left_out_and_told_b215() {
    let body = |made: &dyn Fn(u8) -> String| {
        let cards = list(|at, said, day| {
            format!("<div class=card><a href=/n/{at}>{said}</a><p class=teaser>{}</p></div>", made(day))
        });
        format!("<main>{cards}</main>")
    };
    let undated = vec![None; SAID.len()];
    let limits =
        ["Deadline: DAY", "Apply by DAY (closed)", "Bewerbungsfrist: DAY", "Until DAY", "Срок подачи заявок: DAY"];
    for limit in limits {
        let (got, told) = days(&body(&|day| limit.replace("DAY", &format!("{day:02}.11.2026"))));
        assert_eq!(got, undated, "{limit}");
        assert!(told.contains("those of events, time limits or numbers, as"), "{limit}: {told}");
    }
    let sentences =
        ["The treaty of DAY was renewed.", "Talks began on DAY.", "The bridge was opened on DAY by the mayor."];
    for sentence in sentences {
        let (got, told) = days(&body(&|day| sentence.replace("DAY", &format!("{day} November 2026"))));
        assert_eq!(got, undated, "{sentence}");
        assert!(told.contains("told by sentences, as"), "{sentence}: {told}");
    }
    let (got, told) = days(&body(&|day| format!("Last updated: {day} November 2026")));
    assert_eq!(got, expected());
    assert!(told.contains("those of the last change, as \"Last updated: 22 November 2026\""), "{told}");
    // A teaser goes on behind its day.
    let (got, told) = days(&body(&|day| format!("{day} November 2026 – The mayor met the envoy.")));
    assert_eq!((got, told), (expected(), String::new()));
}

/// B216: at polls, too, dates that all entries share, or against the order of the list, are
/// none, and that is told.
#[test]
fn polls_doubt_dates_as_proposals_do_b216() {
    let url = Url::parse("https://city.example/news/").unwrap();
    let check = |day: &dyn Fn(usize) -> u8, told: &str| {
        let items: String = SAID
            .iter()
            .enumerate()
            .map(|(at, said)| format!("<li><a href=/n/{at}>{said}</a><b>2026-11-{:02}</b></li>", day(at)))
            .collect();
        let by = selectors(&[("entries", "li"), ("link", "a"), ("date", "b")]);
        let read = read(&page("en", &format!("<ul>{items}</ul>")), &about(&url), &by, NOW).unwrap();
        let said: Vec<&str> = read.warnings.iter().map(|warning| warning.text.as_str()).collect();
        let dated = read.entries.iter().filter(|entry| entry.published.is_some()).count();
        assert_eq!(dated, if told.is_empty() { SAID.len() } else { 0 }, "{said:?}");
        assert!(said.concat().contains(told) && said.is_empty() == told.is_empty(), "{said:?}");
    };
    check(&|at| DAYS[at], "");
    check(&|_| 5, "all entries with a date have the same, \"2026-11-05\", so it was not used");
    check(&|_| 20, "all entries with a date have the same, \"2026-11-20\", so it was not used");
    check(&|at| [3, 17, 4, 19, 2, 20, 5, 1][at], "not in the order of the list, so they were not used");
}

/// B217: boxes beside the news are none of them, and other lists are named.
#[test]
fn boxes_and_other_lists_are_no_news_b217() {
    let entries = list(|at, said, day| format!("<p class=n><a href=/n/{at}>{said}</a> <i>{day}.11.2026</i></p>"));
    let cookies = "<div class=cookie-consent><p><a href=/privacy>privacy policy of this web site</a></p></div>";
    check("a question of cookies", &page("de", &format!("{cookies}<main><div>{entries}</div></main>")));
    let rows = list(|at, said, day| format!("<tr><td><i>{day}.11.2026</i><br><a href=/n/{at}>{said}</a></td></tr>"));
    let menu: String =
        (0..9).map(|at| format!("<tr><td><a href=/m/{at}>Entry {at} of the menu of this site</a></td></tr>")).collect();
    let layout = format!("<table><tr><td><table>{menu}</table></td><td><table>{rows}</table></td></tr></table>");
    check("a menu in the layout's table", &page("de", &layout));
    let item = |at: usize, said: &str, day: &str| {
        format!("<div class=row><b>{day}</b><p><a href=/n/{at}>{said}</a></p></div>")
    };
    let news = list(|at, said, day| item(at, said, &format!("2026-11-{day:02}")));
    let old: String = (10..15).map(|at| item(at, &format!("An old story that many read {at}"), "2025-05-02")).collect();
    let popular = format!("<main><div class=list>{news}</div><h3>Most popular</h3><div class=list>{old}</div></main>");
    let (proposal, parsed) = proposed(&page("en", &popular)).unwrap();
    assert_eq!(parsed.entries.len(), SAID.len(), "{:?}", proposal.lines);
    assert!(proposal.remarks.concat().contains("An old story that many read"), "{:?}", proposal.remarks);
    // A second list of news, elsewhere on the page.
    let tiles = list(|at, said, day| {
        format!("<div class=tile><h3><a href=/n/{at}>{said}</a></h3><i>{day} November 2026</i></div>")
    });
    let second: String = (20..24)
        .map(|at| {
            format!("<li><a href=/p/{at}>Press release {at} of the mayor</a> <em>{} October 2026</em></li>", 40 - at)
        })
        .collect();
    let both = format!("<section><div>{tiles}</div></section><section><ul class=pr>{second}</ul></section>");
    let (proposal, parsed) = proposed(&page("en", &both)).unwrap();
    assert_eq!(parsed.entries.len(), SAID.len());
    let told = "another list of 4 entries, which \"ul.pr > li\" would read: \"Press release 20 of the mayor\"";
    assert!(proposal.remarks.concat().contains(told), "{:?}", proposal.remarks);
}

/// B217: a lead story above the list is told, at polls too.
#[test]
fn a_lead_story_above_the_list_is_told_b217() {
    let items = list(|at, said, day| {
        format!("<li class=n><time datetime=2026-11-{day:02}>{day}</time><h3><a href=/n/{at}>{said}</a></h3></li>")
    });
    let lead = |inner: &str| {
        let body = format!("<main><section class=hero><div>{inner}</div></section><div><ul>{items}</ul></div></main>");
        proposed(&page("en", &body)).unwrap().1.warnings
    };
    let story = "<time datetime=2026-11-23>today</time><h2><a href=/n/lead>The mayor flies to Nairobi</a></h2>";
    let told = lead(story);
    assert!(told[0].text.contains("beside the list stands a story") && told[0].text.contains("Nairobi"), "{told:?}");
    assert!(lead("<h2><a href=/letter>Subscribe to our newsletter</a></h2>").is_empty());
}

/// B218: days whose order nothing tells are left out with what to write; where the order of
/// the list fits one reading alone, that is taken.
#[test]
fn days_in_figures_come_with_a_remedy_b218() {
    let url = Url::parse("https://city.example/news/").unwrap();
    let about = About { timezone: Zone::UTC, ..about(&url) };
    let check = |days: [&str; 6], format: Option<&str>, told: &str| {
        let items: String = SAID
            .iter()
            .zip(days)
            .enumerate()
            .map(|(at, (said, day))| format!("<li><a href=/n/{at}>{said}</a> <em>{day}</em></li>"))
            .collect();
        let proposal = propose(&page("en", &format!("<ul class=l>{items}</ul>")), &about, NOW).unwrap();
        let found = proposal.lines.iter().find(|(key, _)| *key == "date_format").map(|(_, value)| value.as_str());
        assert_eq!(found, format, "{days:?} {:?}", proposal.remarks);
        assert!(proposal.remarks.concat().contains(told), "{days:?} {:?}", proposal.remarks);
    };
    let bare = ["05/11/2026", "03/11/2026", "02/11/2026", "12/10/2026", "08/10/2026", "01/10/2026"];
    check(bare, Some("%d/%m/%Y"), "");
    check(bare.map(|day| Box::leak(format!("Published: {day}").into_boxed_str()) as &str), Some("%d/%m/%Y"), "");
    check(
        ["05/06/2026", "06/05/2026", "05/06/2026", "06/05/2026", "05/06/2026", "06/05/2026"],
        None,
        "write date = \"em\" and date_format = \"%d/%m/%Y\" or \"%m/%d/%Y\" under [source.page]",
    );
}

/// B218: of times without a zone it is told that they count as those of UTC.
#[test]
fn times_without_a_zone_are_told_b218() {
    let url = Url::parse("https://city.example/news/").unwrap();
    let told = |zone: Zone, first: &str| {
        let items = list(|at, said, day| {
            let time = if at == 0 { first.to_owned() } else { format!("2026-11-{day:02} 10:10") };
            format!("<li><a href=/n/{at}>{said}</a> <em>{time}</em></li>")
        });
        let about = About { timezone: zone, ..about(&url) };
        propose(&page("ko", &format!("<ul class=l>{items}</ul>")), &about, NOW).unwrap().remarks.concat()
    };
    let now = NOW.to_utc();
    let ahead = format!("{} {:02}:59", now.date(), now.hour() + 3);
    let said = told(Zone::UTC, &ahead);
    assert!(said.contains("lies ahead of this clock") && said.contains("timezone = \"Asia/Seoul\""), "{said}");
    let said = told(Zone::UTC, "2026-11-22 09:00");
    assert!(said.contains("are read as those of UTC"), "{said}");
    assert_eq!(told(Zone::named("Asia/Seoul").unwrap(), "2026-11-22 09:00"), "");
}

/// B219: the headline is that of the entry, whatever its link says.
#[test]
fn headlines_beside_links_are_taken_b219() {
    const TOPICS: [&str; 3] = ["Visits", "Protocol and visits", "Twinning and partners"];
    let entry = |at: usize, said: &str, day: u8, before: &str, behind: &str| {
        format!(
            "<div class=it>{before}<h3>{said}</h3><p>{day} November 2026</p><p>Text.</p>{behind}<a href=/n/{at}>Read more</a></div>"
        )
    };
    let topic = |at: usize| format!("<a href=/cat/{}>{}</a>", at % 3, TOPICS[at % 3]);
    let plain = list(|at, said, day| entry(at, said, day, "", ""));
    check("read more", &page("en", &format!("<main>{plain}</main>")));
    let before = list(|at, said, day| entry(at, said, day, &topic(at), ""));
    check("topics before", &page("en", &format!("<main>{before}</main>")));
    let behind = list(|at, said, day| entry(at, said, day, "", &topic(at)));
    check("topics behind", &page("en", &format!("<main>{behind}</main>")));
    let pictures = list(|at, said, day| {
        format!("<li><a href=/n/{at}><img src=x.jpg alt=\"{said}\"></a> {day} November 2026</li>")
    });
    check("pictures", &page("en", &format!("<ul class=l>{pictures}</ul>")));
    let signed = list(|at, said, day| {
        let sign = ["·", "• ", "»", "- ", "▪ ", "– ", "", "● "][at];
        format!("<li><a href=/n/{at}>{sign}{said}</a> {day} November 2026</li>")
    });
    check("signs", &page("en", &format!("<ul class=l>{signed}</ul>")));
}

/// B219: entries that are all called alike are told, and what has no page is none.
#[test]
fn what_is_called_alike_or_has_no_page_is_told_b219() {
    let url = Url::parse("https://city.example/news/").unwrap();
    let items = list(|at, said, _| format!("<li><h3>{said}</h3><a href=/n/{at}>Read more</a></li>"));
    let bytes = page("en", &format!("<ul>{items}</ul>"));
    let told = |title: &str| {
        let by = selectors(&[("entries", "li"), ("link", "a"), ("title", title)]);
        let warnings = read(&bytes, &about(&url), &by, NOW).unwrap().warnings;
        warnings.into_iter().map(|warning| warning.text).collect::<Vec<_>>().concat()
    };
    assert_eq!(told("a"), "every entry is called \"Read more\": name another title under [source.page]");
    assert_eq!(told("h3"), "");
    let bare =
        list(|_, said, day| format!("<div class=acc><h3>{said}</h3><p>{day} November 2026</p><p>All of it.</p></div>"));
    let why = proposed(&page("en", &bare)).unwrap_err().to_string();
    assert!(why.contains("the 8 headlines of this page have no links, as \"Harbour partnership"), "{why}");
}

/// B219: an archive with more entries than are kept is proposed, and read as far as that.
#[test]
fn long_archives_are_proposed_b219() {
    for count in [3_100, 4_100] {
        let items: String = (0..count)
            .map(|n| {
                let day = format!("{:04}-{:02}-{:02}", 2026 - n / 280, 10 - n / 28 % 10, 28 - n % 28);
                format!("<li><a href=/n/{n}>The mayor received envoy number {n}</a> <b>{day}</b></li>")
            })
            .collect();
        let (proposal, parsed) = proposed(&page("en", &format!("<ul class=all>{items}</ul>"))).unwrap();
        assert_eq!((parsed.entries.len(), parsed.truncated), (2_000, true), "{count} {:?}", proposal.lines);
    }
}

/// B201: days in cells beside several rows are proposed.
#[test]
fn days_beside_several_rows_are_proposed_b201() {
    for single in ["<td>", "<td rowspan=1>"] {
        let rows = list(|at, said, _| {
            let cell = match at {
                0 => "<td rowspan=3>22.11.2026</td>".to_owned(),
                3 => "<td rowspan=2>19.11.2026</td>".to_owned(),
                5 => "<td rowspan=2>13.11.2026</td>".to_owned(),
                7 => format!("{single}3.11.2026</td>"),
                _ => String::new(),
            };
            format!("<tr>{cell}<td><a href=/n/{at}>{said}</a></td></tr>")
        });
        let head = "<tr><th>Date</th><th>News</th></tr>";
        let (got, told) = days(&format!("<table class=pm>{head}{rows}</table>"));
        let expected = [22, 22, 22, 19, 19, 13, 13, 3].map(|day| Some(format!("2026-11-{day:02}"))).to_vec();
        assert_eq!((got, told), (expected, String::new()), "{single}");
    }
}
