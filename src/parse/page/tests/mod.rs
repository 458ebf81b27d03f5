//! Listing pages in the manner of ten real sites (tests/corpus/pages).

use std::path::Path;

use crate::clock::Zone;
use url::Url;

use super::propose::propose;
use super::*;

mod days;
mod forms;
mod further;
mod heads;
mod kinds;
mod lists;
mod misled;
mod offices;
mod told;
mod years;

const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000); // 2026-11-23

fn sample(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/pages").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn about(url: &Url) -> About<'_> {
    About {
        url,
        content_type: Some("text/html"),
        language: None,
        timezone: Zone::named("Asia/Shanghai").unwrap(),
        work: crate::model::Work::default(),
    }
}

fn selectors(rows: &[(&str, &str)]) -> Selectors {
    let of = |name: &str| rows.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
    let css = |name: &str| of(name).map(|text| Css::parse(text).unwrap());
    Selectors {
        entries: css("entries").unwrap(),
        link: css("link"),
        title: css("title"),
        date: css("date"),
        date_format: of("date_format").map(str::to_owned),
        summary: css("summary"),
    }
}

fn parsed(name: &str, url: &str, rows: &[(&str, &str)]) -> Result<Parsed, Error> {
    let url = Url::parse(url).unwrap();
    read(&sample(name), &about(&url), &selectors(rows), NOW)
}

#[test]
fn a_page_in_gb2312_with_cut_headlines_is_read() {
    let rows = [("entries", "ul.news_list > li"), ("link", "a"), ("date", "span.time"), ("date_format", "%Y-%m-%d")];
    let parsed = parsed("fao-zh.html", "https://fao.example/wsdt/wsyw/", &rows).unwrap();
    assert_eq!((parsed.entries.len(), parsed.encoding, parsed.format), (8, "GBK", Format::Page));
    let first = &parsed.entries[0];
    assert_eq!(first.title, "市长会见日本驻沈阳总领事");
    assert!(first.link.as_deref().unwrap().starts_with("https://fao.example/wsdt/wsyw/t2026"), "{first:?}");
    // Midnight in Shanghai, and the day as it was written.
    assert_eq!(first.published.unwrap().rfc3339(), "2026-11-20T16:00:00Z");
    assert_eq!(first.published_raw.as_deref(), Some("2026-11-21"));
    // The second headline is cut on the page and whole in its title attribute.
    assert_eq!(parsed.entries[1].title, "我市与釜山市签署友好合作备忘录");
    let keys: std::collections::HashSet<_> = parsed.entries.iter().map(|e| e.key).collect();
    assert_eq!(keys.len(), 8);
    assert!(parsed.warnings.is_empty(), "{:?}", parsed.warnings);
}

/// Product §2: a page whose selectors stop matching fails, and says so; it is
/// never an empty feed.
#[test]
fn selectors_that_no_longer_fit_are_told() {
    let check = |rows: &[(&str, &str)], expected: &str| {
        let error = parsed("newsroom-en.html", "https://city.example/newsroom", rows).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(
        &[("entries", "ul.old > li")],
        "the selector \"ul.old > li\" finds no entries on a page titled \"Newsroom | City of Harbourview\"",
    );
    check(&[("entries", "article"), ("link", "a.gone")], "the selector \"a.gone\" finds a link in none of 8 entries");
    check(&[("entries", "article"), ("title", "h9")], "\"h9\" finds a title in none of 8 entries");
    let some = [("entries", "article, header"), ("link", ".card__title a"), ("date", "time")];
    let parsed = parsed("newsroom-en.html", "https://city.example/newsroom", &some).unwrap();
    let told: Vec<&str> = parsed.warnings.iter().map(|w| w.text.as_str()).collect();
    assert_eq!(parsed.entries.len(), 8);
    assert!(told.iter().any(|text| text.contains("finds no link in 1 of 9 entries")), "{told:?}");
    assert!(told.iter().any(|text| text.contains("\"time\" finds no date in 1 of 9 entries")), "{told:?}");
}

#[test]
fn what_is_no_page_is_refused() {
    let url = Url::parse("https://city.example/").unwrap();
    let by = selectors(&[("entries", "li")]);
    let check = |bytes: &[u8], expected: &str| {
        let error = read(bytes, &about(&url), &by, NOW).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(b"  \n", "empty");
    check(b"%PDF-1.4", "a PDF document");
    check("<div>".repeat(5_000).as_bytes(), "nested more than 512 deep");
    check("<p>x".repeat(3_000_000).as_bytes(), "at most");
}

/// `wiredesk fetch URL --page`: what is proposed reads every entry of the page,
/// with its date, and nothing of the menus around.
#[test]
fn selectors_are_proposed_for_ten_sites() {
    let sites = [
        ("fao-zh.html", "https://fao.example/wsdt/wsyw/", true, false),
        ("fao-table-zh.html", "https://fao2.example/list.html", true, false),
        ("newsroom-en.html", "https://city.example/newsroom", true, true),
        ("presse-dl-de.html", "https://hafen.example/presse/", true, true),
        ("cards-de.html", "https://www.musterstadt.example/aktuelles", true, true),
        ("noticias-es.html", "https://ayto.example/internacional/", true, true),
        ("filas-es.html", "https://prensa.example/sala", true, false),
        ("plain-en.html", "https://ministry.example/news/", true, false),
        ("months-en.html", "https://press.example/press", true, false),
        ("portal-zh.html", "https://www.portal.example/list", true, true),
    ];
    let mut failed = Vec::new();
    for (name, url, dated, teased) in sites {
        let url = Url::parse(url).unwrap();
        let Ok(proposal) = propose(&sample(name), &about(&url), NOW) else {
            failed.push(format!("{name}: nothing proposed"));
            continue;
        };
        let parsed = read(&sample(name), &about(&url), &proposal.selectors, NOW).unwrap();
        let with = |has: fn(&crate::model::Entry) -> bool| parsed.entries.iter().filter(|e| has(e)).count();
        let got = (
            parsed.entries.len(),
            with(|e| e.title.chars().count() >= 8),
            with(|e| e.published.is_some()),
            with(|e| e.summary.is_some()),
        );
        let expected = (8, 8, if dated { 8 } else { 0 }, if teased { 8 } else { 0 });
        if got != expected {
            failed.push(format!("{name}: {got:?}, expected {expected:?}: {:?} {:?}", proposal.lines, parsed.warnings));
        }
        let mut titles: Vec<&str> = parsed.entries.iter().map(|e| e.title.as_str()).collect();
        titles.dedup();
        if titles.len() != 8 || parsed.entries.iter().any(|e| e.title.contains(['\n']) || e.title.chars().count() > 80)
        {
            failed.push(format!("{name}: {titles:?} {:?}", proposal.lines));
        }
        eprintln!("{name}: {:?}", proposal.lines);
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// The list itself, not the box beside it, though its links lead to another site.
#[test]
fn a_list_whose_links_lead_elsewhere_is_found() {
    let url = Url::parse("http://127.0.0.1:8000/portal-zh.html").unwrap();
    let proposal = propose(&sample("portal-zh.html"), &about(&url), NOW).unwrap();
    assert_eq!(read(&sample("portal-zh.html"), &about(&url), &proposal.selectors, NOW).unwrap().entries.len(), 8);
}

#[test]
fn nothing_is_proposed_where_nothing_repeats_itself() {
    let url = Url::parse("https://city.example/").unwrap();
    for page in ["<p>One word.", "<ul><li><a href=/a>Home</a><li><a href=/b>About</a></ul>"] {
        assert!(propose(page.as_bytes(), &about(&url), NOW).is_err(), "{page}");
    }
}

/// B146: of a page with more entries than are kept the newest stay, in either order.
#[test]
fn the_newest_entries_of_a_long_page_are_kept_b146() {
    let url = Url::parse("https://city.example/news/").unwrap();
    let most = crate::limits::PAGE_ENTRIES.count();
    let item = |n: usize| {
        let day = format!("20{:02}-{:02}-{:02}", 10 + n / 336, 1 + n / 28 % 12, 1 + n % 28);
        format!("<li><a href=\"/{n}\">The mayor received envoy {n}</a> <b>{day}</b></li>")
    };
    let rows = [("entries", "li"), ("link", "a"), ("date", "b"), ("date_format", "%Y-%m-%d")];
    let page = |numbers: &mut dyn Iterator<Item = usize>| {
        let text = format!("<html><title>News</title><ul>{}</ul></html>", numbers.map(item).collect::<String>());
        let mut parsed = read(text.as_bytes(), &about(&url), &selectors(&rows), NOW).unwrap();
        crate::parse::newest_first(&mut parsed);
        let link = |at: usize| parsed.entries[at].link.clone().unwrap();
        (parsed.entries.len(), parsed.truncated, link(0), link(parsed.entries.len() - 1), parsed.warnings)
    };
    let all = most + 50;
    let address = |n: usize| format!("https://city.example/{n}");
    for (len, cut, first, last, warnings) in [page(&mut (0..all)), page(&mut (0..all).rev())] {
        assert_eq!((len, cut, first, last), (most, true, address(all - 1), address(50)));
        let said: Vec<&str> = warnings.iter().map(|warning| warning.text.as_str()).collect();
        assert_eq!(said, ["left out over the limit: 50 entries of a page (2000 kept)"]);
    }
    assert!(!page(&mut (0..3)).1);
}

/// B146: of a page with more entries than may stand beside one another, in several lists,
/// the newest are kept, though they stand last.
#[test]
fn the_newest_entries_of_several_long_lists_are_kept_b146() {
    let url = Url::parse("https://city.example/news/").unwrap();
    let (most, beside) = (crate::limits::PAGE_ENTRIES.count(), crate::limits::PAGE_WIDTH.count());
    let all = beside + 400;
    let item = |n: usize| {
        let day = format!("{:04}-{:02}-{:02}", 1990 + n / 336, 1 + n / 28 % 12, 1 + n % 28);
        format!("<li><a href=\"/{n}\">Envoy {n}</a> <b>{day}</b></li>")
    };
    let list = |from: usize, to: usize| format!("<ul>{}</ul>", (from..to).map(item).collect::<String>());
    let text = format!("<html><title>News</title>{}{}</html>", list(0, all / 2), list(all / 2, all));
    let rows = [("entries", "li"), ("link", "a"), ("date", "b"), ("date_format", "%Y-%m-%d")];
    let mut parsed = read(text.as_bytes(), &about(&url), &selectors(&rows), NOW).unwrap();
    crate::parse::newest_first(&mut parsed);
    let link = parsed.entries[0].link.as_deref().unwrap();
    assert_eq!(
        (parsed.entries.len(), parsed.truncated, link),
        (most, true, &*format!("https://city.example/{}", all - 1))
    );
    let said = format!("left out over the limit: {} entries of a page ({most} kept)", all - most);
    assert!(parsed.warnings.iter().any(|warning| warning.text == said), "{:?}", parsed.warnings);
}
