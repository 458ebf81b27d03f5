//! Rendering a feed of 50 entries: the document, its codings, one entry's HTML.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::collections::HashMap;

use divan::{Bencher, counter::BytesCount};
use wiredesk::clock::Timestamp;
use wiredesk::model::web::address::Opened;
use wiredesk::model::{
    Carrier, Content, Entry, EntryId, EntryKey, FeedId, FeedPosition, Markup, PublicUrl, Published, Republish, SourceId,
};
use wiredesk::publish::cleaned::Cleaned;
use wiredesk::publish::cursor::PageAt;
use wiredesk::publish::rendered::Rendered;
use wiredesk::publish::sanitize::Sanitizer;
use wiredesk::publish::{Channel, ContentLevel, FeedDocument, OutputFormat, SourceTerms, SourcesTerms, render};

fn main() {
    divan::main();
}

/// About 4 KB of wire copy in paragraphs, with a link in every third.
fn html() -> String {
    (0..12)
        .map(|n| {
            let link = if n % 3 == 0 { " <a href=\"/more?a=1&amp;b=2\">more</a>" } else { "" };
            format!(
                "<p>The mayor of city {n} received the consul general on Thursday &amp; both sides signed a \
                 memorandum on port logistics, student exchanges and vocational schools, officials said after the \
                 meeting, which had been put off twice because of the storm season and a change of office.{link}</p>\n"
            )
        })
        .collect()
}

fn entries() -> Vec<Published> {
    (0..50)
        .map(|n| {
            let at = Timestamp::from_millis(1_795_392_000_000 - n * 60_000);
            let mut entry = Entry::new(EntryKey::of("id", &[&n.to_string()]));
            entry.title = format!("Mayor of city {n} meets consul general & signs memorandum");
            entry.link = Some(format!("https://example.org/news/{n}"));
            entry.published = Some(at);
            let base = Some("https://example.org/".to_owned());
            entry.content = Some(Content { markup: Markup::Html(html()), base });
            Published {
                place: FeedPosition { at, entry: EntryId(n) },
                published_id: format!("https://example.org/news/{n}"),
                source: SourceId::new("wire").expect("a slug"),
                carrier: Carrier { title: "A Wire".to_owned(), ..Carrier::default() },
                first_seen_at: at,
                updated_at: at,
                revisions: 1,
                entry: entry.into(),
                lists: vec!["pairing".to_owned()],
                because: vec!["a pairing in the headline".to_owned()],
            }
        })
        .collect()
}

fn channel() -> Channel {
    let (id, url) = (FeedId::new("city").expect("a slug"), "https://desk.example/".parse().expect("an address"));
    Channel { content: ContentLevel::Full, ..Channel::new(id, "Municipal foreign affairs", url) }
}

fn terms() -> SourcesTerms {
    let terms = SourceTerms {
        republish: Republish::Full,
        url: PublicUrl::read("https://example.org/feed.xml"),
        opened: Opened::default(),
    };
    HashMap::from([(SourceId::new("wire").expect("a slug"), terms)])
}

#[divan::bench]
fn atom_of_50_entries(bencher: Bencher<'_, '_>) {
    let (channel, entries, terms) = (channel(), entries(), terms());
    let page = FeedDocument { entries: &entries, terms: &terms, page: PageAt::Newest, more: true, size: 50 };
    let bytes = render(OutputFormat::Atom, &channel, &page, &Cleaned::new()).len();
    // Nothing of it is kept from before.
    bencher.counter(BytesCount::new(bytes)).bench(|| render(OutputFormat::Atom, &channel, &page, &Cleaned::new()));
}

#[divan::bench]
fn atom_of_50_entries_of_which_one_is_new(bencher: Bencher<'_, '_>) {
    let (channel, mut entries, terms, cleaned) = (channel(), entries(), terms(), Cleaned::new());
    let bytes = render(
        OutputFormat::Atom,
        &channel,
        &FeedDocument { entries: &entries, terms: &terms, page: PageAt::Newest, more: true, size: 50 },
        &cleaned,
    )
    .len();
    let mut n = 0;
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        n += 1;
        let base = Some("https://example.org/".to_owned());
        entries[0].entry.content = Some(Content { markup: Markup::Html(format!("{n}{}", html())), base });
        render(
            OutputFormat::Atom,
            &channel,
            &FeedDocument { entries: &entries, terms: &terms, page: PageAt::Newest, more: true, size: 50 },
            &cleaned,
        )
    });
}

#[divan::bench]
fn gzip_and_brotli_of_50_entries(bencher: Bencher<'_, '_>) {
    let (channel, entries, terms) = (channel(), entries(), terms());
    let page = FeedDocument { entries: &entries, terms: &terms, page: PageAt::Newest, more: true, size: 50 };
    let document = render(OutputFormat::Atom, &channel, &page, &Cleaned::new());
    bencher.counter(BytesCount::new(document.len())).with_inputs(|| document.clone()).bench_values(Rendered::new);
}

#[divan::bench]
fn sanitising_4_kb(bencher: Bencher<'_, '_>) {
    let content = Content { markup: Markup::Html(html()), base: Some("https://example.org/".to_owned()) };
    let sanitizer = Sanitizer::new();
    bencher.counter(BytesCount::new(content.markup.raw().len())).bench(|| sanitizer.html(&content));
}
