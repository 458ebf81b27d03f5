//! Listing pages of further kinds, small ones, as offices and their systems write them.

use super::*;

/// A page around `body`.
pub(super) fn page(lang: &str, body: &str) -> Vec<u8> {
    format!("<!doctype html><html lang=\"{lang}\"><head><meta charset=utf-8><title>News</title></head><body>{body}</body></html>")
        .into_bytes()
}

/// Headlines in English.
pub(super) const SAID: [&str; 8] = [
    "Harbour partnership with Trieste renewed",
    "Delegation from Qingdao tours the new tram",
    "Youth orchestra invited to sister city festival",
    "Consuls briefed on winter transport plans",
    "Mayor receives the ambassador of Uruguay",
    "Twin towns agree on exchange of teachers",
    "International office moves to the old mint",
    "Grants for partnership projects open in May",
];

/// Days of November 2026, the newest first.
pub(super) const DAYS: [u8; 8] = [22, 20, 19, 17, 13, 11, 6, 3];

/// A list of entries as `made` writes each: number, headline, day.
pub(super) fn list(made: impl Fn(usize, &str, u8) -> String) -> String {
    SAID.iter().zip(DAYS).enumerate().map(|(at, (said, day))| made(at, said, day)).collect()
}

/// What is proposed for a page, and what it reads.
pub(super) fn proposed(bytes: &[u8]) -> Result<(crate::parse::page::propose::Proposal, Parsed), Error> {
    let url = Url::parse("https://city.example/news/").unwrap();
    let proposal = propose(bytes, &about(&url), NOW)?;
    let parsed = read(bytes, &about(&url), &proposal.selectors, NOW)?;
    Ok((proposal, parsed))
}

/// Expects the eight headlines, each with its day, whole and alone.
pub(super) fn check(kind: &str, bytes: &[u8]) {
    let (proposal, parsed) = proposed(bytes).unwrap_or_else(|why| panic!("{kind}: {why}"));
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let got: Vec<(String, Option<String>)> = parsed
        .entries
        .iter()
        .map(|e| (e.title.clone(), e.published.map(|at| zone.wall(at).date().to_string())))
        .collect();
    let expected: Vec<(String, Option<String>)> =
        SAID.iter().zip(DAYS).map(|(said, day)| ((*said).to_owned(), Some(format!("2026-11-{day:02}")))).collect();
    assert_eq!(got, expected, "{kind}: {:?} {:?}", proposal.lines, parsed.warnings);
    assert!(proposal.remarks.is_empty(), "{kind}: {:?}", proposal.remarks);
}

/// B130: entries are alike by what they share, whatever else their classes say.
#[test]
fn rows_of_any_name_are_one_list() {
    let zebra = list(|at, said, day| {
        let shade = if at % 2 == 0 { "dark" } else { "light" };
        format!("<div class=\"{shade}\"><a href=/n/{at}>{said}</a><em>2026-11-{day:02}</em></div>")
    });
    check("shades", &page("en", &format!("<div class=board>{zebra}</div>")));
    let numbered = list(|at, said, day| {
        format!(
            "<li class=\"entry-{at} topic{} region-{}\"><a href=/n/{at}>{said}</a> <i>{day}.11.2026</i></li>",
            at % 3,
            at % 4
        )
    });
    check("numbers and topics", &page("de", &format!("<ul>{numbered}</ul>")));
    let fives = list(|at, said, day| {
        let cut = if at == 5 { "</ul><ul class=five>" } else { "" };
        format!("{cut}<li><a href=/n/{at}>{said}</a><span>2026/11/{day:02}</span></li>")
    });
    check("groups of five", &page("en", &format!("<div id=list><ul class=five>{fives}</ul></div>")));
    let lead = list(|at, said, day| {
        let class = if at == 0 { "lead" } else { "plain" };
        format!(
            "<article class={class}><h2><a href=/n/{at}>{said}</a></h2><time datetime=2026-11-{day:02}>then</time></article>"
        )
    });
    check("a lead story", &page("en", &format!("<main>{lead}</main>")));
}

/// B131: what stands around a list is no verdict on it, nor is how it is built.
#[test]
fn whole_families_of_sites_are_read() {
    let rows = list(|at, said, day| {
        format!(
            "<tr><td>{at}</td><td><a href=/board/view?id={at}>{said}</a></td><td>2026.11.{day:02}</td></tr><tr><td colspan=3 height=1></td></tr>"
        )
    });
    check(
        "a board in a form",
        &page("ko", &format!("<form name=frm><table class=share-menu-table><tbody>{rows}</tbody></table></form>")),
    );
    let described = list(|at, said, day| {
        format!("<dt>22 {day} </dt><dd><a href=/n/{at}>{said}</a></dd>")
            .replace(&format!("22 {day} "), &format!("November {day}, 2026"))
    });
    check("terms and descriptions", &page("en", &format!("<dl>{described}</dl>")));
    let cards = list(|at, said, day| {
        format!(
            "<a class=tile href=/n/{at}><img src=/{at}.png><div class=when>{day} Nov 2026</div><p class=tile-title>{said}</p></a>"
        )
    });
    check("cards that are one link", &page("en", &format!("<section class=tiles>{cards}</section>")));
    let rank: String = (0..14)
        .map(|at| format!("<li><a href=/hot/{at}>What everybody read this week, the story number {at}</a></li>"))
        .collect();
    let main =
        list(|at, said, day| format!("<p class=row><a href=/?id={at}>{said}</a><span>2026-11-{day:02}</span></p>"));
    check("a list beside a ranking", &page("en", &format!("<div class=side><ul>{rank}</ul></div><div>{main}</div>")));
}

/// B132: dates as people write them.
#[test]
fn dates_are_read_as_people_write_them() {
    let with = |kind: &str, lang: &str, date: &dyn Fn(u8) -> String| {
        let body = list(|at, said, day| {
            format!("<li class=n><a href=/n/{at}>{said}</a><span class=d>{}</span></li>", date(day))
        });
        check(kind, &page(lang, &format!("<ul>{body}</ul>")));
    };
    with("an icon", "en", &|day| format!("<i class=icon></i>\u{f073} 2026-11-{day:02}"));
    with("words", "en", &|day| format!("Posted on November {day}, 2026 by the press office"));
    with("day above year and month", "zh", &|day| format!("<b>{day:02}</b><i>2026-11</i>"));
    with("day above month", "en", &|day| format!("<b>{day}</b><br><small>Nov</small>"));
    with("month and day, then the year", "zh", &|day| format!("<b>11-{day:02}</b><i>2026</i>"));
    with("years of the republic", "zh-TW", &|day| format!("115-11-{day:02}"));
    with("years of an era", "ja", &|day| format!("令和8年11月{day}日更新"));
    with("years of the Buddha", "th", &|day| format!("{day} พฤศจิกายน 2569"));
    with("no year, Russian", "ru", &|day| format!("{day} ноября, 10:15"));
    with("no year, Turkish", "tr", &|day| format!("{day} Kasım"));
    with("no year, Chinese", "zh", &|day| format!("11月{day}日"));
    with("no year, German", "de", &|day| format!("{day:02}.11."));
    with("figures of another script", "ar", &|day| {
        let arabic = |n: u8| {
            n.to_string().chars().map(|c| char::from_u32(0x660 + c.to_digit(10).unwrap()).unwrap()).collect::<String>()
        };
        format!("{} نوفمبر ٢٠٢٦", arabic(day))
    });
    with("the month first", "en-US", &|day| format!("11/{day:02}/2026"));
    let ago = |day: u8| match day {
        22 => "Вчера, 12:15".to_owned(),
        20 => "3 дня назад".to_owned(),
        day => format!("{day} ноября"),
    };
    with("days ago", "ru", &ago);
    let address = list(|at, said, day| format!("<li><a href=/2026/11/{day}/{at}.html>{said}</a></li>"));
    check("in the address", &page("en", &format!("<ul>{address}</ul>")));
    let attribute = list(|at, said, day| format!("<li data-date=2026-11-{day:02}><a href=/n/{at}>{said}</a></li>"));
    check("in an attribute", &page("en", &format!("<ul>{attribute}</ul>")));
}

/// B133: no date rather than a wrong one, and a word on it.
#[test]
fn a_wrong_date_is_none() {
    let undated = |kind: &str, lang: &str, date: &dyn Fn(u8) -> String| {
        let body = list(|at, said, day| {
            format!("<li class=n><a href=/n/{at}>{said}</a><span class=d>{}</span></li>", date(day))
        });
        let (proposal, parsed) = proposed(&page(lang, &format!("<ul>{body}</ul>"))).unwrap();
        let dated = parsed.entries.iter().filter(|entry| entry.published.is_some()).count();
        assert_eq!((parsed.entries.len(), dated), (8, 0), "{kind}: {:?}", proposal.lines);
        let told = proposal.remarks.iter().any(|told| told.ends_with("when they were first seen"));
        assert!(told, "{kind}: {:?}", proposal.remarks);
    };
    undated("a month", "en", &|_| "November 2026".to_owned());
    undated("one for all", "en", &|_| "2026-11-22".to_owned());
    undated("no order", "en", &|day| format!("20{:02}-0{}-1{}", 10 + u32::from(day) * 7 % 13, 1 + day % 9, day % 7));
    undated("weeks ago", "en", &|day| format!("{} weeks ago", day / 3 + 1));
}

/// B134: what the selector does not match beside the list is told, at every poll.
#[test]
fn what_is_left_out_is_told() {
    let body = list(|at, said, day| {
        let class = if at < 3 { "big" } else { "small" };
        format!("<div class={class}><a href=/n/{at}>{said}</a><b>2026-11-{day:02}</b></div>")
    });
    let bytes = page("en", &format!("<section>{body}</section>"));
    let url = Url::parse("https://city.example/news/").unwrap();
    let by = selectors(&[("entries", "div.small"), ("link", "a"), ("date", "b")]);
    let parsed = read(&bytes, &about(&url), &by, NOW).unwrap();
    let told: Vec<&str> = parsed.warnings.iter().map(|w| w.text.as_str()).collect();
    assert_eq!(parsed.entries.len(), 5);
    assert!(
        told.iter().any(|text| text.contains("stand 3 more with headlines that the selector does not match")),
        "{told:?}"
    );
    let all = selectors(&[("entries", "section > div"), ("link", "a"), ("date", "b")]);
    assert!(read(&bytes, &about(&url), &all, NOW).unwrap().warnings.is_empty());
}

/// B134: so are siblings of another name, at a proposal as at a poll.
#[test]
fn siblings_of_another_name_are_told_b134() {
    let story = |kind: &str, at: usize| match kind {
        "article" => {
            format!("<article class=card><h2><a href=/v/{at}>Neue Meldung {at} aus dem Rathaus</a></h2></article>")
        }
        "plain" => format!("<article><a href=/v/{at}>Новость {at} городской администрации</a></article>"),
        "section" => {
            format!("<section class=top><h3><a href=/v/{at}>市政府举行第{at}次新闻发布会通报</a></h3></section>")
        }
        "a" => format!("<a class=card href=/v/{at}><h2>Nouvelle numéro {at} de la mairie</h2></a>"),
        _ => format!("<div class=hero><a href=/v/{at}><h2>Noticia número {at} de la alcaldía</h2></a></div>"),
    };
    let url = Url::parse("https://city.example/news/").unwrap();
    let rows = |name: &str| {
        list(|at, said, day| match name {
            "a" => format!("<a class=item href=/n/{at}><b>2026-11-{day:02}</b><h2>{said}</h2></a>"),
            _ => format!("<{name} class=item><b>2026-11-{day:02}</b><h2><a href=/n/{at}>{said}</a></h2></{name}>"),
        })
    };
    let told = |name: &str, beside: &str| -> (usize, String, String) {
        let bytes = page("en", &format!("<main>{beside}{}</main>", rows(name)));
        let by = selectors(&[("entries", &format!("{name}.item")), ("title", "h2"), ("date", "b")]);
        let by = if name == "a" { Selectors { link: Some(Css::parse(".").unwrap()), ..by } } else { by };
        let parsed = read(&bytes, &about(&url), &by, NOW).unwrap();
        let said: Vec<&str> = parsed.warnings.iter().map(|warning| warning.text.as_str()).collect();
        let (proposal, _) = proposed(&bytes).unwrap();
        (parsed.entries.len(), said.join(" "), proposal.remarks.join(" "))
    };
    for name in ["a", "div", "section", "article"] {
        for kind in ["article", "plain", "section", "a", "div"] {
            let (count, poll, proposal) = told(name, &(0..3).map(|at| story(kind, at)).collect::<String>());
            assert_eq!(count, 8, "{name} {kind}");
            assert!(
                poll.contains("stand 3 more with headlines that the selector does not match"),
                "{name} {kind}: {poll}"
            );
            // What is proposed may take them in.
            assert!(
                kind == name || kind == "plain" || proposal.is_empty() || proposal.contains("beside"),
                "{name} {kind}: {proposal}"
            );
        }
        let more = "<a href=/all>All news of the city administration</a><h3><a href=/feed>News of the harbour as a feed</a></h3>\
                    <section><h3>Where you will find us in the town</h3></section>";
        let more = if name == "a" { more.split_once("</a>").map_or(more, |(_, rest)| rest) } else { more };
        assert_eq!(told(name, more), (8, String::new(), String::new()), "{name}");
    }
}

/// B135: a page that needs a browser is told as such.
#[test]
fn a_page_that_needs_a_browser_says_so() {
    let check = |kind: &str, body: &str, expected: &str| {
        let error = proposed(&page("en", body)).map(|(p, _)| p.lines).unwrap_err().to_string();
        assert!(error.contains("needs a browser") && error.contains(expected), "{kind}: {error}");
        assert!(error.contains("feed") && error.contains("sitemap"), "{kind}: {error}");
    };
    let links = |href: &str| {
        list(|at, said, _| {
            format!("<li><a href=\"{}\" onclick=\"go({at})\">{said}</a></li>", href.replace("{}", &at.to_string()))
        })
    };
    check("javascript", &format!("<ul>{}</ul>", links("javascript:go({})")), "scripts");
    check("onclick", &format!("<ul>{}</ul>", links("#none")), "scripts");
    check("routes", &format!("<ul>{}</ul>", links("#/news/{}")), "routes");
    check("a shell", "<div id=app></div><script src=/app.js></script>", "scripts have run");
    check("data", "<div id=x></div><script type=application/json>{\"list\":[]}</script>", "stands in a script");
}
