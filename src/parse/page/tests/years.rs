//! Days without a year: the year above their list, and that which its order tells (B133, B183).

use super::lists::{SAID, page, proposed};
use super::*;

/// The days that a list comes to, and what is told of it.
fn days_of(lang: &str, body: &str) -> (String, String) {
    let (proposal, parsed) = proposed(&page(lang, body)).unwrap_or_else(|why| panic!("{why}: {body}"));
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let day = |at: Timestamp| zone.wall(at).date().to_string();
    let days: Vec<String> = parsed.entries.iter().map(|e| e.published.map_or("none".to_owned(), day)).collect();
    (days.join(" "), proposal.remarks.join(" "))
}

fn items(days: &[&str]) -> String {
    let item =
        |(at, day): (usize, &&str)| format!("<li class=x><a href=/n/{at}>{}</a> <span>{day}</span></li>", SAID[at]);
    format!("<ul class=l>{}</ul>", days.iter().enumerate().map(item).collect::<String>())
}

/// B183, B133: one year among other words, right above the list, is that of its days.
#[test]
fn one_year_among_words_is_that_of_the_list_b183() {
    let english = ["27 Nov", "20 Oct", "3 Oct", "2 Sep", "1 May"];
    let german = ["27.11.", "20.10.", "03.10.", "02.09.", "01.05."];
    let chinese = ["11-27", "10-20", "10-03", "09-02", "05-01"];
    let expected = "2025-11-27 2025-10-20 2025-10-03 2025-09-02 2025-05-01";
    for (lang, days, above) in [
        ("en", english, "<h2>Press releases 2025</h2>"),
        ("en", english, "<h1>Press releases (2025)</h1>"),
        ("en", english, "<h3><a data-toggle=collapse>Press releases – 2025</a></h3>"),
        ("en", english, "<h2>2025 press releases</h2>"),
        ("en", english, "<h3>Year 2025</h3>"),
        ("en", english, "<a class=fold href=\"#y2025\">2025</a>"),
        ("de", german, "<h1>Pressemitteilungen – Archiv 2025</h1>"),
        ("de", german, "<h2>Jahr 2025</h2>"),
        ("de", german, "<h1>Pressemitteilungen aus dem Jahr 2025</h1>"),
        (
            "de",
            german,
            "<h1>Presse</h1><ul class=tabs><li><a href=?y=2026>2026</a><li class=active><strong>2025</strong></ul>",
        ),
        (
            "de",
            german,
            "<h1>Presse</h1><div role=tablist><a href=?y=6>2026</a><a href=?y=5 aria-selected=true>2025</a></div>",
        ),
        ("de", german, "<h1>Presse</h1><form><select><option>2026<option selected>2025</select></form>"),
        ("fr", ["27/11", "20/10", "03/10", "02/09", "01/05"], "<h1>Communiqués de presse de l’année 2025</h1>"),
        ("zh", chinese, "<h2>2025年新闻发布</h2>"),
        ("ru", ["27 ноября", "20 октября", "3 октября", "2 сентября", "1 мая"], "<h2>Новости за 2025 год</h2>"),
    ] {
        let (days, told) = days_of(lang, &format!("<main>{above}{}</main>", items(&days)));
        assert_eq!((days.as_str(), told.as_str()), (expected, ""), "{above}");
    }
}

/// B133: where the year above a list need not be its own, its days have none, and that is told.
#[test]
fn a_year_that_need_not_be_the_lists_leaves_days_undated_b133() {
    let days = ["20 Nov", "20 Oct", "3 Oct", "2 Sep"];
    for above in [
        "<h1>Capital of Culture 2025</h1><h2>Latest</h2>",
        "<h2>Budget 2027</h2>",
        "<h2>Expo 2025</h2>",
        "<h1>Bundestagswahl 2025</h1>",
        "<h2>Press releases 2023–2024</h2>",
        "<h2>Season 2024/25</h2>",
        "<h2>What the harbour office told the people of the old town in 2025</h2>",
    ] {
        let (days, told) = days_of("en", &format!("<main>{above}{}</main>", items(&days)));
        assert_eq!(days, "none none none none", "{above}");
        assert!(told.contains("whose year may not be theirs, so 4 of them were not used, as \"20 Nov\""), "{told}");
    }
    // A beginning, and ways to other years, are no year of the list.
    for above in [
        "<h1>Serving since 1998</h1>",
        "<h2>Seit 2019 für Sie da</h2>",
        "<a href=/archive/2025>2025</a>",
        "<h1>Press</h1><ul class=tabs><li><a href=/2026>2026</a><li><a href=/2025>2025</a></ul>",
        "<h2><a href=/expo>Mayor opens Expo 2025</a></h2>",
        "<nav><ul><li><a href=/>Home</a><li class=active><a href=/budget>Budget 2025</a></ul></nav>",
        "<div class='item active'>Capital of Culture 2025</div><div class=item>The new port</div>",
        "<select><option>Master plan 2026<option selected>Master plan 2024</select>",
        "<p><a class='btn current' href=/iso>ISO 2015</a></p>",
        "<h2>News 2025–2026</h2>",
    ] {
        let (days, told) = days_of("en", &format!("<main>{above}{}</main>", items(&days)));
        assert_eq!((days.as_str(), told.as_str()), ("2026-11-20 2026-10-20 2026-10-03 2026-09-02", ""), "{above}");
    }
}

/// B133: where another year stands alone in the entry, a day without one has no date.
#[test]
fn a_year_beside_the_day_is_not_passed_over_b133() {
    let list = |year: &str| {
        let item = |(at, said): (usize, &&str)| {
            format!("<li class=x><a href=/n/{at}>{said}</a> <b>{} Nov</b>{year}</li>", 20 - at)
        };
        format!("<main><ul class=l>{}</ul></main>", SAID.iter().take(5).enumerate().map(item).collect::<String>())
    };
    for year in ["<i>2025</i>", "<div class=y>2025</div>", "<time datetime=2025></time>"] {
        let (days, _) = days_of("en", &list(year));
        assert!(!days.contains("2026"), "{year}: {days}");
    }
    let (days, _) = days_of("en", &list("<i>12</i>"));
    assert_eq!(days, "2026-11-20 2026-11-19 2026-11-18 2026-11-17 2026-11-16");
}

/// B133: what stands above a list costs no more than its length: blanks and tabs do not multiply.
#[test]
fn blanks_and_tabs_do_not_multiply_b133() {
    let url = url::Url::parse("https://city.example/news/").unwrap();
    let by = selectors(&[("entries", "li.x"), ("link", "a"), ("date", "span")]);
    let cost = |times: usize| {
        let (blanks, tabs) = ("<i> </i>".repeat(times * 600), "<span class=on>x</span>".repeat(times * 500));
        let page = page("en", &format!("<main><div>{blanks}{tabs}</div>{}</main>", items(&["20 Nov", "19 Nov"])));
        let before = crate::clock::ran();
        let read = read(&page, &about(&url), &by, NOW).unwrap();
        assert!(read.entries.iter().all(|entry| entry.published.is_some()));
        crate::clock::ran() - before
    };
    let (small, large) = (cost(1), cost(8));
    assert!(large < small * 20, "{small} {large}");
}

/// B203: a list longer than twelve months goes back through the years.
#[test]
fn a_list_of_several_years_goes_back_through_them_b203() {
    let expected = "2026-11-20 2026-08-01 2026-03-04 2025-12-20 2025-11-24 2025-11-13 2025-01-01 2024-12-30";
    for (lang, days) in [
        ("en", ["20 Nov", "1 Aug", "4 Mar", "20 Dec", "24 Nov", "13 Nov", "1 Jan", "30 Dec"]),
        ("de", ["20.11.", "01.08.", "04.03.", "20.12.", "24.11.", "13.11.", "01.01.", "30.12."]),
        ("zh", ["[11-20]", "[08-01]", "[03-04]", "[12-20]", "[11-24]", "[11-13]", "[01-01]", "[12-30]"]),
        ("ja", ["11月20日", "8月1日", "3月4日", "12月20日", "11月24日", "11月13日", "1月1日", "12月30日"]),
        ("ru", ["20 ноября", "1 августа", "4 марта", "20 декабря", "24 ноября", "13 ноября", "1 января", "30 декабря"]),
        ("fr", ["20 nov.", "1 août", "4 mars", "20 déc.", "24 nov.", "13 nov.", "1 janv.", "30 déc."]),
    ] {
        let (days, told) = days_of(lang, &format!("<main><h1>News</h1>{}</main>", items(&days)));
        assert_eq!((days.as_str(), told.as_str()), (expected, ""), "{lang}");
    }
    // An old list, or one with something pinned: nobody knows, and that is told.
    let (days, told) = days_of("en", &items(&["15 Aug", "28 Jun", "20 Nov", "2 Oct", "1 Sep"]));
    assert_eq!(days, "2026-08-15 2026-06-28 none none none");
    assert!(told.contains("stand against the order of the list, so 3 of them were not used, as \"20 Nov\""), "{told}");
}
