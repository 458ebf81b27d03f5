use super::*;
use crate::model::web::address::Opened;
use crate::model::{
    Carrier, Content, Entry, EntryId, EntryKey, FeedId, FeedPosition, Markup, PublicUrl, Published, Republish,
    SourceId, Stored,
};
use crate::publish::{Channel, ContentLevel, SourceTerms, SourcesTerms};

fn base() -> Url {
    "https://desk.example/wire/".parse().unwrap()
}

fn frame<'a>(url: &'a Url, alarm: Option<&'a Alarm>) -> PageFrame<'a> {
    PageFrame { public_url: url, alarm, searches: true, now: Timestamp::from_millis(1_795_392_000_000) }
}

#[test]
fn addresses_come_from_the_configuration_and_nothing_runs_o28_o29() {
    let url = base();
    let channel = Channel {
        content: ContentLevel::Full,
        expression: Some("title:\"a & b\"".into()),
        ..Channel::new(FeedId::new("city").unwrap(), "<script>alert(1)</script>", url.clone())
    };
    let card = FeedCard { channel: &channel, entries: 12_345, updated_at: None, days: vec![0, 3, 1], latest: vec![] };
    let terms = SourcesTerms::new();
    let shown = IndexPage { feeds: vec![card], terms: &terms, entries: 1, sources: 2, failing: 1 };
    let page = index(&frame(&url, None), &shown);
    assert!(page.contains("https://desk.example/wire/feeds/city.atom"));
    assert!(page.contains("<link rel=\"alternate\" type=\"application/atom+xml\""), "{page}");
    assert!(page.contains("12\u{202f}345 entries") && page.contains("1 fails"));
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script") && !page.contains(" style="));
    assert!(page.contains("entries a day, oldest first: 0, 3, 1"));
}

#[test]
fn a_refused_configuration_is_told_on_every_page_b84() {
    let alarm = Alarm { title: "It was refused".to_owned(), lines: vec!["wiredesk.toml:3:1: <b>".to_owned()] };
    let (url, alarm) = (base(), Some(&alarm));
    let said = error(&frame(&url, alarm), "Not found", "There is no such page.", &[]);
    assert!(said.contains("role=\"alert\"") && said.contains("wiredesk.toml:3:1: &lt;b&gt;"));
}

#[test]
fn foreign_titles_are_isolated_b50() {
    assert_eq!(foreign("\u{202e}evil", Some("ar")).into_string(), "<bdi lang=\"ar\">\u{202e}evil</bdi>");
}

/// B101: nothing that is shown makes a page heavy.
#[test]
fn long_texts_are_cut_where_they_are_shown() {
    let long = || "x".repeat(800 << 10);
    let line = SourceLine {
        id: "globe".into(),
        title: long(),
        url: None,
        state: "ok",
        outcome: long(),
        last_poll_at: None,
        last_success_at: None,
        next_poll_at: None,
        because: long(),
        failures: 0,
        entries: 0,
        days: Vec::new(),
        remarks: vec![long()],
        warnings: vec![long()],
    };
    let url = base();
    let shown_page = SourcesPage {
        sources: vec![line.clone()],
        filter: sources::Filter::All,
        after: None,
        more: false,
        all: 1,
        failing: 0,
        stale: 0,
        over: 0,
        nodes: Vec::new(),
        complaints: Vec::new(),
    };
    let page = sources(&frame(&url, None), &shown_page);
    assert!(page.len() < 16 << 10 && page.matches('…').count() == 3, "{}", page.len());
    let own = SourcePage { source: line, entries: vec![], listed: 0, terms: None };
    let page = source(&frame(&url, None), &own);
    assert!(page.len() < 20 << 10 && page.matches('…').count() == 6, "{}", page.len());
    assert_eq!(shown("short"), "short");
}

/// Nor do first words of the text stand for a title where a link alone may be
/// published.
#[test]
fn a_link_alone_shows_nothing_of_the_text() {
    let (url, at) = (base(), Timestamp::from_millis(1_795_392_000_000));
    let mut entry = Stored::from(Entry::new(EntryKey([0; 16])));
    entry.article = Some(Content { markup: Markup::Plain("Words of the article".into()), base: None });
    let published = Published {
        place: FeedPosition { at, entry: EntryId(1) },
        published_id: "urn:example:1".into(),
        source: SourceId::new("globe").unwrap(),
        carrier: Carrier::default(),
        first_seen_at: at,
        updated_at: at,
        revisions: 1,
        entry,
        lists: vec![],
        because: vec![],
    };
    let channel =
        Channel { content: ContentLevel::Full, ..Channel::new(FeedId::new("city").unwrap(), "City", url.clone()) };
    let shown = |republish, level| {
        let terms =
            SourceTerms { republish, url: PublicUrl::read("https://example.org/feed.xml"), opened: Opened::default() };
        let terms = SourcesTerms::from([(published.source.clone(), terms)]);
        let entries = std::slice::from_ref(&published);
        let listed = feed(&frame(&url, None), &FeedPage { channel: &channel, entries, terms: &terms, more: false });
        let own =
            EntryPage { published: &published, level, text: None, article: None, versions: vec![], routes: vec![] };
        [listed, super::entry(&frame(&url, None), &own)]
    };
    for page in shown(Republish::Link, ContentLevel::Title) {
        assert!(page.contains("(untitled)") && !page.contains("Words of"), "{page}");
    }
    for page in shown(Republish::Excerpt, ContentLevel::Summary) {
        assert!(!page.contains("(untitled)") && page.contains("Words of"), "{page}");
    }
}
