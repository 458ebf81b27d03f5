//! `/search`: a form, what matches, and how to subscribe to it.

use maud::{Markup, html};

use crate::model::Published;
use crate::publish::{Channel, SourcesTerms};

use super::feed::{FeedPage, older, story};
use super::{PageFrame, page, subscribe};

/// What was searched for and found.
#[derive(Clone, Debug)]
pub struct SearchPage<'a> {
    /// The search as a feed.
    pub channel: &'a Channel,
    /// The query, as it was written.
    pub query: &'a str,
    /// The entries that match, newest first.
    pub entries: &'a [Published],
    /// What the terms of sources allow.
    pub terms: &'a SourcesTerms,
    /// Whether older ones follow.
    pub more: bool,
}

/// Renders the page of a search, or the form alone.
pub fn search(frame: &PageFrame<'_>, found: Option<&SearchPage<'_>>) -> String {
    let body = html! {
        h1 { "Search" }
        (form(frame, found.map(|found| found.query)))
        @if let Some(SearchPage { channel, entries, terms, more, .. }) = found.cloned() {
            @let listed = FeedPage { channel, entries, terms, more };
            @if entries.is_empty() { p.empty { "Nothing that is stored matches." } }
            @for published in entries { (story(frame, &listed, published)) }
            (older(&listed))
            h2 { "Subscribe to this search" }
            (subscribe(channel))
        }
    };
    let title = found.map_or_else(|| "Search".to_owned(), |found| found.channel.title.clone());
    let channels: Vec<&Channel> = found.iter().map(|found| found.channel).collect();
    page(frame, &title, &channels, &body)
}

fn form(frame: &PageFrame<'_>, query: Option<&str>) -> Markup {
    html! {
        form.search role="search" method="get" action=(frame.address("search")) {
            label for="q" { "Words, or an expression of the filter language" }
            input #q name="q" type="search" value=[query] required;
            button.button type="submit" { "Search" }
        }
    }
}
