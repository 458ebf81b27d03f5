//! What must hold of any input: no panic, and these.

use std::path::Path;

use url::Url;
use wiredesk::clock::Timestamp;
use wiredesk::clock::Zone;
use wiredesk::config::Config;
use wiredesk::fetch::robots::rules::RobotsRules;
use wiredesk::filter::{FeedRule, Query, Ruleset, Selector, TermList};
use wiredesk::model::{
    CanonicalUrl, Content, Entry, EntryKey, FeedId, Field, LooseUrl, Markup, Parsed, Readable, SourceId, masked,
};
use wiredesk::parse::page::{self, Css, Selectors};
use wiredesk::parse::{self, About, article, discover};
use wiredesk::publish::sanitize::Sanitizer;
use wiredesk::text::acting::{EscapeForm, acts, marked};
use wiredesk::text::html;

const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);

fn address() -> Url {
    Url::parse("https://wire.example/news/").expect("an address")
}

fn about(url: &Url) -> About<'_> {
    About { url, content_type: None, language: None, timezone: Zone::UTC, work: wiredesk::model::Work::default() }
}

/// What is true of everything that was read.
fn hold_true(parsed: &Parsed) {
    assert!(parsed.warnings.len() <= 120, "{} warnings", parsed.warnings.len());
    for entry in &parsed.entries {
        assert!(!entry.title.contains(['\n', '\r', '\t', '\0']), "a title of several lines: {:?}", entry.title);
        assert!(entry.title.len() <= 1024, "a title of {} bytes", entry.title.len());
        let links =
            entry.link.iter().chain(entry.links.iter().map(|l| &l.href)).chain(entry.enclosures.iter().map(|e| &e.url));
        for link in links {
            let url = Url::parse(link).expect("an absolute address");
            assert!(matches!(url.scheme(), "http" | "https"), "{link}");
        }
        assert!(entry.published.is_none_or(|at| at <= NOW.plus(std::time::Duration::from_secs(600))));
    }
}

/// Feeds of any format.
pub fn document(data: &[u8]) {
    let url = address();
    if let Ok(parsed) = parse::document(data, &about(&url), NOW) {
        hold_true(&parsed);
        assert_eq!(parse::document(data, &about(&url), NOW).as_ref(), Ok(&parsed), "read twice, read alike");
    }
}

/// Sitemaps; what begins otherwise is given the beginning of one.
pub fn sitemap(data: &[u8]) {
    document(data);
    let mut map = b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' \
                    xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>https://a.example/b-c</loc>"
        .to_vec();
    map.extend_from_slice(data);
    document(&map);
}

/// HTML: its text, and what may be published of it.
pub fn html(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let line = html::plain_line(&text);
    assert!(!line.contains('\n'));
    let clean = |html: String| {
        let content = Content { markup: Markup::Html(html), base: Some("https://wire.example/".to_owned()) };
        Sanitizer::new().html(&content)
    };
    let once = clean(text.into_owned());
    assert!(!once.to_ascii_lowercase().contains("<script"), "{once}");
    // HTML that is parsed again may lose line ends that it was written with: the first
    // of a `pre`, and some in broken tables.
    let dense = |html: &str| html.split_ascii_whitespace().collect::<String>().replace('\0', "");
    assert_eq!(dense(&clean(once.clone())), dense(&once), "sanitised twice, sanitised alike");
}

/// Lists of feeds.
pub fn opml(data: &[u8]) {
    let (text, _) = parse::text(data, None);
    if let Ok(list) = wiredesk::opml::read(&text) {
        for listed in &list.feeds {
            assert!(matches!(listed.url.scheme(), "http" | "https"), "{}", listed.url);
        }
    }
}

/// Pages: by selectors, by proposal, as articles, for what they name.
pub fn page(data: &[u8]) {
    let url = address();
    let css = |text: &str| Css::parse(text).expect("a selector");
    let by = Selectors {
        entries: css("li, article, tr"),
        link: None,
        title: None,
        date: Some(css("time, span, td")),
        date_format: None,
        summary: Some(css("p")),
    };
    if let Ok(parsed) = page::read(data, &about(&url), &by, NOW) {
        hold_true(&parsed);
    }
    if let Ok(proposal) = page::propose::propose(data, &about(&url), NOW)
        && let Ok(parsed) = page::read(data, &about(&url), &proposal.selectors, NOW)
    {
        hold_true(&parsed);
    }
    for candidate in discover::on_page(data, &about(&url)) {
        assert!(matches!(candidate.url.scheme(), "http" | "https"), "{}", candidate.url);
    }
    let entry = Entry { title: "Mayor receives envoy".to_owned(), ..Entry::new(EntryKey([0; 16])) };
    let _ = article::read(data, &about(&url), &entry);
}

/// Filters: an expression, an empty line, and an entry whose first line is its
/// headline.
pub fn filter(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (expression, entry) = text.split_once("\n\n").unwrap_or((&text, "Mayor meets consul\nIn 沈阳市长会见总领事."));
    let list = |name: &str, terms: &[&str], not_inside: &[&str]| TermList {
        name: name.to_owned(),
        terms: terms.iter().map(|t| (*t).to_owned()).collect(),
        not_inside: not_inside.iter().map(|t| (*t).to_owned()).collect(),
    };
    let lists =
        [list("head", &["mayor{,s}|мэр*", "市长", "~meister"], &["市长江", "mayor's nest"]), list("a", &["a*"], &[])];
    let query = match Query::new(expression, &lists, &places()) {
        Ok(query) => query,
        Err(error) => {
            assert!(expression.is_char_boundary(error.offset), "{error} at {} of {expression:?}", error.offset);
            return;
        }
    };
    let (title, body) = entry.split_once('\n').unwrap_or((entry, ""));
    let copy = Readable::of(SourceId::new("fuzz").expect("a slug"), title, body);
    let hits = query.matches(&copy);
    for hit in hits.iter().flatten() {
        let shown = match hit.field {
            Field::Title => copy.title.as_str(),
            Field::Lead => copy.lead.as_str(),
            Field::Body => copy.body.as_str(),
            _ => continue,
        };
        assert_eq!(shown.get(hit.start as usize..hit.end as usize), Some(hit.text.as_str()), "{expression:?}");
    }
    // A feed of the same expression decides alike, whether it has something to say or not.
    let feed = FeedId::new("fuzz").expect("a slug");
    let (sources, languages) = (vec![Selector::All], Vec::new());
    let rule = FeedRule { feed: feed.clone(), sources, languages, home: None, expression: Some(expression.to_owned()) };
    let rules = Ruleset::compile(&[rule], &lists, &places()).expect("what a query can be, a filter can be");
    let decided = rules.decide(&feed, &copy).expect("it carries everything");
    assert_eq!(decided.admitted, hits.is_some(), "{expression:?}");
    match rules.route(&copy).first() {
        Some(told) => assert_eq!(*told, decided, "{expression:?}"),
        None => assert!(!decided.admitted && decided.hits.is_empty(), "{expression:?}"),
    }
}

/// Configurations: a finished one, or problems that can be told, the same each time.
pub fn config(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let check = || Config::check(Path::new("/nowhere/wiredesk.toml"), text.to_string());
    match check() {
        Ok(config) => drop(config.obstacles()),
        Err(problems) => {
            assert!((1..=201).contains(&problems.0.len()), "{} problems", problems.0.len());
            for problem in &problems.0 {
                let shown = problem.render("error");
                assert!(shown.starts_with("error: ") && shown.len() < 100_000, "{} bytes", shown.len());
            }
            assert_eq!(check().err().as_ref(), Some(&problems), "read twice, read alike");
        }
    }
}

/// Rules for robots; the first line is the path that is asked for.
pub fn robots(data: &[u8]) {
    let (path, file) = match data.iter().position(|b| *b == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (&b"/"[..], data),
    };
    let (path, rules) = (String::from_utf8_lossy(path), RobotsRules::read(file));
    assert!(rules.allow("/robots.txt"), "the rules themselves may always be had");
    let ended = [file, b"\n"].concat();
    assert_eq!(RobotsRules::read(&ended).allow(&path), rules.allow(&path), "{path:?}");
}

/// Links: their forms, and what is shown of them.
pub fn url(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(once) = CanonicalUrl::of(&text) {
        assert_eq!(CanonicalUrl::of(once.as_str()).as_ref(), Some(&once), "{text:?}");
        let loose = LooseUrl::of(&text, &[]).expect("what has one form has the other");
        let again = LooseUrl::of(&format!("https://{}", loose.as_str()), &[]);
        assert!(again.is_some() || loose.as_str().is_empty(), "{text:?}: {loose:?}");
    }
    const PLANTED: &str = "S3cr3tPl4nt3dH3r3";
    for between in ["", " ", "?", "#", "//"] {
        let told = format!("{text}{between}https://desk:{PLANTED}@a.example/x?token={PLANTED}");
        assert!(!masked(&told).contains(PLANTED), "{told:?}: {}", masked(&told));
    }
}

/// Text as terminals, logs and titles are given it.
pub fn terminal(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for form in [EscapeForm::Text, EscapeForm::Line, EscapeForm::Json, EscapeForm::Xml] {
        let shown = marked(&text, form);
        assert!(!shown.contains(acts), "{form:?}: {shown:?}");
        assert_eq!(marked(&shown, form), shown, "marked twice, marked alike: {text:?}");
    }
    assert!(!marked(&text, EscapeForm::Line).contains('\n'));
    let json = serde_json::to_string(&text).expect("text is JSON");
    let read: String = serde_json::from_str(&marked(&json, EscapeForm::Json)).expect("it is JSON still");
    assert_eq!(read, text);
}

/// The built-in places.
fn places() -> std::sync::Arc<wiredesk::places::Gazetteer> {
    std::sync::Arc::new(wiredesk::places::Gazetteer::built_in())
}
