//! `/entries/ID`: its text, its versions and decisions.

use std::sync::Arc;

use maud::{Markup, PreEscaped, html};

use crate::clock::Timestamp;
use crate::limits::VERSIONS_COMPARED;
use crate::model::newswire::Newswire;
use crate::model::{Published, Route, Stored};
use crate::publish::ContentLevel;
use crate::publish::excerpt::{excerpt, headline};

use super::changes::changes;
use super::tree::tree;
use super::{PageFrame, foreign, named, page, shown};

/// What an entry's page shows.
#[derive(Clone, Debug)]
pub struct EntryPage<'a> {
    /// The entry.
    pub published: &'a Published,
    /// How much of it its source's terms let be published.
    pub level: ContentLevel,
    /// Its whole text as HTML that may be published, where its source's terms allow that and
    /// it is not too long for a page.
    pub text: Option<Arc<str>>,
    /// The state of the article on its page, if it was to be fetched.
    pub article: Option<String>,
    /// Its versions, newest first.
    pub versions: Vec<VersionLine<'a>>,
    /// Decisions of feeds.
    pub routes: Vec<RouteLine<'a>>,
}

/// A version at a glance.
#[derive(Clone, Debug)]
pub struct VersionLine<'a> {
    /// When it was seen.
    pub seen_at: Timestamp,
    /// What kind of change brought it.
    pub change: &'static str,
    /// The version, unless its text was pruned.
    pub entry: Option<&'a Stored>,
}

/// A feed's decision.
#[derive(Clone, Debug)]
pub struct RouteLine<'a> {
    /// The feed's title.
    pub title: String,
    /// The decision.
    pub route: &'a Route,
    /// Why the entry has its place in the feed.
    pub place: Option<&'static str>,
}

/// Renders an entry's page.
pub fn entry(frame: &PageFrame<'_>, p: &EntryPage<'_>) -> String {
    let (published, e) = (p.published, &p.published.entry);
    let title = &*headline(e, p.level);
    let open = p.level != ContentLevel::Title;
    let body = html! {
        h1 { (foreign(title, e.language.as_deref())) }
        p.byline {
            a href=(frame.address(&format!("sources/{}", published.source))) { (named(published)) }
            ", arrived " (frame.when(published.first_seen_at))
            @if let Some(at) = e.published { ", published " (frame.dated(e, at)) }
        }
        @if let Some(link) = &e.link { p { a.button href=(link) rel="noopener noreferrer" { "Original" } } }
        @if let Some(text) = &p.text {
            div.text lang=[e.language.as_deref()] { (PreEscaped(text)) }
        } @else if let Some(text) = e.fullest().filter(|_| open).map(excerpt).filter(|text| !text.is_empty()) {
            p.excerpt { (foreign(&text, e.language.as_deref())) }
        }
        @if let Some(reading) = &e.reading { (wire(&reading.newswire, e.language.as_deref())) }
        @if let Some(said) = &p.article { p.quiet { "Full text: " (foreign(said, None)) "." } }
        h2 { "Decisions" }
        @if p.routes.is_empty() { p.quiet { "No feed's filter found anything in it." } }
        @for line in &p.routes { (decision(line)) }
        h2 { "Versions" }
        ol.versions reversed start=(published.revisions) {
            @for (nth, v) in p.versions.iter().enumerate() { li { (version(frame, p, nth, v)) } }
        }
        @if (p.versions.len() as u64) < u64::from(published.revisions) {
            p.quiet { "Earlier versions are not shown." }
        }
        p.quiet { "Id " code { (shown(&published.published_id)) } }
    };
    page(frame, title, &[], &body)
}

/// What the copy says of itself.
fn wire(newswire: &Newswire, language: Option<&str>) -> Markup {
    let told = newswire.told();
    if told.is_empty() {
        return super::nothing();
    }
    html! {
        ul.because {
            @for (name, said) in &told { li { (name) ": " (foreign(said, language)) } }
        }
    }
}

/// A version and what it changed of the one before it.
fn version(frame: &PageFrame<'_>, p: &EntryPage<'_>, nth: usize, v: &VersionLine<'_>) -> Markup {
    let before = p.versions.get(nth + 1).filter(|_| nth < VERSIONS_COMPARED.count());
    html! {
        (frame.when(v.seen_at)) ", " (v.change)
        @match (v.entry, before.and_then(|before| before.entry)) {
            (Some(new), Some(old)) => (changes(old, new, p.level)),
            (Some(new), None) => { ": " (foreign(&headline(new, p.level), None)) },
            (None, _) => ": text no longer kept",
        }
    }
}

fn decision(line: &RouteLine<'_>) -> Markup {
    let route = line.route;
    html! {
        article.card {
            h3 {
                span class=(if route.admitted { "state ok" } else { "state out" }) { (if route.admitted { "in" } else { "out" }) }
                " " (line.title)
                @if let Some(score) = route.score { " · score " (score) }
            }
            ul.because {
                @for because in &route.because { li { (shown(because)) } }
                @if let Some(place) = line.place { li { (place) } }
            }
            (tree(route))
        }
    }
}
