//! `/feeds/ID`: the entries of a feed, and why they are in it.

use maud::{Markup, html};

use crate::model::Published;
use crate::publish::cursor::PageAt;
use crate::publish::excerpt::{excerpt, headline};
use crate::publish::links::vetted;
use crate::publish::{Channel, ContentLevel, SourcesTerms};

use super::{PageFrame, foreign, named, page, shown, subscribe};

/// What a feed's page shows.
#[derive(Clone, Debug)]
pub struct FeedPage<'a> {
    /// The feed.
    pub channel: &'a Channel,
    /// Its entries, newest first.
    pub entries: &'a [Published],
    /// What the terms of sources allow.
    pub terms: &'a SourcesTerms,
    /// Whether older ones follow.
    pub more: bool,
}

/// Renders a feed's page.
pub fn feed(frame: &PageFrame<'_>, p: &FeedPage<'_>) -> String {
    let channel = p.channel;
    let body = html! {
        h1 { (channel.title) }
        (subscribe(channel))
        @if p.entries.is_empty() { p.empty { "Nothing has entered this feed yet." } }
        @for published in p.entries { (story(frame, p, published)) }
        (older(p))
    };
    page(frame, &channel.title, &[channel], &body)
}

/// The link to the next page, if there is one.
pub(super) fn older(p: &FeedPage<'_>) -> Markup {
    html! {
        @if let Some(last) = p.entries.last().filter(|_| p.more) {
            p.more { a.button href=(p.channel.older_page_address(PageAt::Before(last.place))) { "Older" } }
        }
    }
}

/// An entry in a list.
pub(super) fn story(frame: &PageFrame<'_>, page: &FeedPage<'_>, p: &Published) -> Markup {
    let p = &*vetted(p, page.terms.get(&p.source));
    let e = &p.entry;
    let here = frame.address(&format!("entries/{}", p.place.entry));
    let language = e.language.as_deref();
    let level = page.channel.level(page.terms.get(&p.source));
    let title = &*headline(e, level);
    let open = level != ContentLevel::Title;
    html! {
        article.story {
            h2 { a href=(e.link.as_deref().unwrap_or(&here)) rel="noopener noreferrer" { (foreign(title, language)) } }
            p.byline {
                a href=(frame.address(&format!("sources/{}", p.source))) { (named(p)) } ", " (frame.placed(p))
                @if p.revisions > 1 { ", " (p.revisions) " versions" }
                " · " a href=(here) { "why it is here" }
            }
            @if let Some(text) = e.fullest().filter(|_| open).map(excerpt).filter(|text| !text.is_empty()) {
                p.excerpt { (foreign(&text, language)) }
            }
            @if !p.because.is_empty() {
                ul.because aria-label="Why it is in the feed" { @for because in &p.because { li { (shown(because)) } } }
            }
        }
    }
}
