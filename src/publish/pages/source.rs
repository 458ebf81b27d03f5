//! `/sources/ID`: a source, how it is, and what its document lists.

use maud::{Markup, html};

use crate::model::{Published, Republish};
use crate::publish::excerpt::headline;
use crate::publish::links::{is_web, vetted};
use crate::publish::{ContentLevel, SourceTerms};

use super::sources::{Filter, SourceLine};
use super::{PageFrame, count, foreign, page, plot, shown};

/// What the page of a source shows.
#[derive(Clone, Debug)]
pub struct SourcePage<'a> {
    /// The source.
    pub source: SourceLine,
    /// The first entries of its last document.
    pub entries: Vec<Published>,
    /// How many entries that document lists.
    pub listed: usize,
    /// What its terms allow; `None` once it is no longer configured.
    pub terms: Option<&'a SourceTerms>,
}

/// Renders the page of one source.
pub fn source(frame: &PageFrame<'_>, p: &SourcePage<'_>) -> String {
    let s = &p.source;
    let title = if s.title.is_empty() { &s.id } else { &s.title };
    let body = html! {
        h1 { (foreign(title, None)) }
        article.card.source id=(s.id) {
            header {
                p.figures {
                    span class=(format!("state {}", s.state)) { (s.state) } " "
                    code { (s.id) } " · " (count(s.entries, "entry", "entries"))
                }
                (plot(&s.days))
            }
            (about(frame, p))
        }
        h2 { "Entries of its last document" }
        @if p.entries.is_empty() { p.empty { "None is stored." } }
        @else {
            ol.headlines { @for published in &p.entries { (entry(frame, p, published)) } }
            @if p.listed > p.entries.len() {
                p.quiet { (p.entries.len()) " of " (count(p.listed as u64, "entry", "entries")) " that it lists." }
            }
        }
        p.more { a.button href=(Filter::All.address(frame, None)) { "All sources" } }
    };
    page(frame, &shown(title), &[], &body)
}

/// Everything about a source but its title and state.
fn about(frame: &PageFrame<'_>, p: &SourcePage<'_>) -> Markup {
    let s = &p.source;
    // Its own page is linked as an entry's is: only where it may be followed from outside.
    let first = p.entries.first().map(|published| vetted(published, p.terms));
    let site = first.as_ref().and_then(|p| p.carrier.link.as_deref()).filter(|link| is_web(link));
    html! {
        dl {
            @if let Some(link) = site {
                dt { "Website" }
                dd { a href=(link) rel="noopener noreferrer" { (shown(link)) } }
            }
            @if let Some(url) = &s.url {
                dt { "Polled" }
                dd { @if let Some(link) = url.link() { a href=(link) rel="noreferrer" { (shown(link)) } } @else { (shown(url.as_str())) } }
            }
            dt { "Last success" }
            dd { @if let Some(at) = s.last_success_at { (frame.when(at)) } @else { "never" } }
            dt { "Last poll" }
            dd {
                @if let Some(at) = s.last_poll_at { (frame.when(at)) } @else { "never" }
                @if !s.outcome.is_empty() { ": " (foreign(&s.outcome, None)) }
            }
            @if s.failures > 0 { dt { "Failures" } dd.bad { (s.failures) " in a row" } }
            @for remark in &s.remarks { dt { "Note" } dd.bad { (foreign(remark, None)) } }
            dt { "Next poll" }
            dd { @if let Some(at) = s.next_poll_at { (frame.when(at)) ": " } (shown(&s.because)) }
        }
        @if !s.warnings.is_empty() {
            details {
                summary { (count(s.warnings.len() as u64, "warning", "warnings")) " about its last document" }
                ul { @for warning in &s.warnings { li { (foreign(warning, None)) } } }
            }
        }
    }
}

fn entry(frame: &PageFrame<'_>, page: &SourcePage<'_>, published: &Published) -> Markup {
    let is_link = page.terms.is_some_and(|terms| terms.republish == Republish::Link);
    let level = if is_link { ContentLevel::Title } else { ContentLevel::Summary };
    let (e, here) = (&published.entry, frame.address(&format!("entries/{}", published.place.entry)));
    html! {
        li {
            a href=(here) { (foreign(&headline(e, level), e.language.as_deref())) }
            " " span.byline {
                "arrived " (frame.when(published.first_seen_at))
                @if let Some(at) = e.published { ", published " (frame.dated(e, at)) }
            }
        }
    }
}
