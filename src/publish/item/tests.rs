use super::*;
use crate::model::web::address::Opened;
use crate::model::{
    Carrier, Content, Entry, EntryId, EntryKey, FeedId, FeedPosition, Markup, Origin, Person, PublicUrl, Published,
    Republish, SourceId,
};
use crate::publish::SourceTerms;
use crate::publish::links::vetted;

fn channel() -> Channel {
    Channel {
        content: ContentLevel::Full,
        ..Channel::new(FeedId::new("city").unwrap(), "City", "https://desk.example/wire/".parse().unwrap())
    }
}

fn published() -> Published {
    let at = Timestamp::from_millis(1_795_392_000_000);
    let mut entry = Entry::new(EntryKey([0; 16]));
    entry.title = "One".into();
    Published {
        place: FeedPosition { at, entry: EntryId(7) },
        published_id: "urn:example:1".into(),
        source: SourceId::new("globe").unwrap(),
        carrier: Carrier::default(),
        first_seen_at: at,
        updated_at: at,
        revisions: 1,
        entry: entry.into(),
        lists: vec![],
        because: vec![],
    }
}

fn terms() -> SourceTerms {
    let url = PublicUrl::read("https://example.org/feed.xml");
    SourceTerms { republish: Republish::Full, url, opened: Opened::default() }
}

/// Looks at the item of `p` from a source under the terms above.
#[track_caller]
fn check(p: &Published, look: impl Fn(&Item<'_>)) {
    let terms = terms();
    look(&Item::of(&vetted(p, Some(&terms)), &channel(), ContentLevel::Full, &Cleaned::new()));
}

fn person(name: &str) -> Person {
    Person { name: name.into(), email: Some("not an address".into()), uri: Some("no iri".into()) }
}

#[test]
fn an_author_is_the_entrys_its_sources_or_the_source_o3() {
    let mut p = published();
    let author = |p: &Published, expected: &str| {
        check(p, |item| {
            let names: Vec<&str> = item.authors.iter().map(|author| author.name).collect();
            assert_eq!(names, [expected]);
            assert!(item.authors.iter().all(|author| author.url.is_none() && author.email.is_none()));
        });
    };
    author(&p, "globe");
    p.carrier.title = "The Globe".into();
    author(&p, "The Globe");
    p.carrier.authors = vec![person(""), person("Desk")];
    author(&p, "Desk");
    p.entry.authors = vec![person("A. Writer")];
    author(&p, "A. Writer");
}

#[test]
fn an_item_leads_to_its_page_else_to_the_one_here_o12() {
    let mut p = published();
    check(&p, |item| assert_eq!(item.url, "https://desk.example/wire/entries/7"));
    p.entry.link = Some("javascript:x".into());
    check(&p, |item| assert_eq!(item.url, "https://desk.example/wire/entries/7"));
    p.entry.link = Some("https://example.org/1".into());
    check(&p, |item| {
        assert_eq!(item.url, "https://example.org/1");
        assert_eq!(item.via, Some("https://example.org/feed.xml"));
    });
    // A source that is no longer configured has no document to point to.
    let nobody = vetted(&p, None);
    assert_eq!(Item::of(&nobody, &channel(), ContentLevel::Full, &Cleaned::new()).via, None);
}

#[test]
fn a_source_is_as_the_copy_tells_it_and_no_later_than_the_item_o4() {
    let mut p = published();
    p.carrier.updated_at = Some(Timestamp::from_millis(i64::MAX));
    check(&p, |item| {
        assert_eq!((item.source.title, item.source.url), ("globe", Some("https://example.org/feed.xml")));
        assert!(item.source.id.starts_with("urn:uuid:"));
        assert_eq!(item.source.updated_at, item.updated_at);
    });
    let at = Timestamp::from_millis(5);
    p.entry.origin = Some(Origin { id: Some("urn:o".into()), updated: Some(at), ..Origin::default() });
    check(&p, |item| {
        let ItemSource { id, title, updated_at, url, .. } = &item.source;
        assert_eq!((&**id, *title, *updated_at, *url), ("urn:o", "globe", at, None));
    });
}

#[test]
fn words_that_are_none_of_their_kind_are_left_out() {
    let mut p = published();
    p.entry.language = Some("not a tag".into());
    p.entry.rights = Some(String::new());
    let category = |term: &str, scheme: &str| Category {
        term: term.into(),
        scheme: Some(scheme.into()),
        label: Some(String::new()),
    };
    p.entry.categories = vec![category(" ", "urn:s:1"), category("ports", "no scheme")];
    p.lists = vec!["pairing".into()];
    p.entry.enclosures =
        vec![Enclosure { url: "https://example.org/a".into(), media_type: Some("sound".into()), length_bytes: None }];
    check(&p, |item| {
        assert_eq!((item.language, item.rights, item.enclosures[0].media_type), (None, None, None));
        let known: Vec<_> = item.categories.iter().map(|c| (c.term, c.scheme.as_deref(), c.label)).collect();
        assert_eq!(known, [("ports", None, None), ("pairing", Some("https://desk.example/wire/lists"), None)]);
    });
    for (tag, is) in [("en", true), ("zh-Hant-TW", true), ("de-1996", true), ("1a", false), ("en-", false), ("", false)]
    {
        assert_eq!(is_language(tag), is, "{tag}");
    }
    for (text, is) in
        [("audio/mpeg", true), ("text/html; charset=x", true), ("text", false), ("/x", false), ("a/", false)]
    {
        assert_eq!(is_media_type(text), is, "{text}");
    }
}

#[test]
fn as_much_text_leaves_as_all_who_are_asked_allow() {
    let mut p = published();
    let html = |text: &str| Some(Content { markup: Markup::Html(text.into()), base: None });
    (p.entry.summary, p.entry.content) = (html("<p>Teaser"), html("<p>Text<script>x</script>"));
    let text = |level| {
        let terms = terms();
        Item::of(&vetted(&p, Some(&terms)), &channel(), level, &Cleaned::new()).text
    };
    let teaser = Some(ItemSummary::Html("<p>Teaser</p>".into()));
    assert_eq!(text(ContentLevel::Full), ItemText { summary: teaser, content: Some("<p>Text</p>".into()) });
    let opening = Some(ItemSummary::Opening("Text".into()));
    assert_eq!(text(ContentLevel::Summary), ItemText { summary: opening, content: None });
    assert_eq!(text(ContentLevel::Title), ItemText::default());
}
