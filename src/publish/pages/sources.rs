//! `/sources`: health at a glance.

use maud::{Markup, html};

use crate::clock::Timestamp;
use crate::model::PublicUrl;

use super::nodes::{NodeLine, nodes};
use super::{PageFrame, bars, count, failing, foreign, page, shown};

/// What a page of sources shows.
#[derive(Clone, Debug)]
pub struct SourcesPage {
    /// Its sources, by name.
    pub sources: Vec<SourceLine>,
    /// Which sources it shows.
    pub filter: Filter,
    /// The name after which the page begins; `None` for the first.
    pub after: Option<String>,
    /// Whether others follow.
    pub more: bool,
    /// How many sources are polled.
    pub all: u64,
    /// Of these, those whose last poll failed.
    pub failing: u64,
    /// Of these, those over a daily budget.
    pub over: u64,
    /// Who works on the store, where several may.
    pub nodes: Vec<NodeLine>,
    /// What none of them does.
    pub complaints: Vec<String>,
}

/// Which sources a page shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Filter {
    /// All that are polled.
    All,
    /// Those whose last poll failed.
    Failing,
    /// Those that brought more in a day than their budget allows.
    Over,
}

impl Filter {
    /// The page of these sources that begins after a name.
    fn address(self, frame: &PageFrame<'_>, after: Option<&str>) -> String {
        // Names of sources consist of characters that a query may hold.
        let query = match (self, after) {
            (Filter::All, None) => String::new(),
            (Filter::All, Some(after)) => format!("?after={after}"),
            (Filter::Failing, None) => "?failing".to_owned(),
            (Filter::Failing, Some(after)) => format!("?failing&after={after}"),
            (Filter::Over, None) => "?over".to_owned(),
            (Filter::Over, Some(after)) => format!("?over&after={after}"),
        };
        frame.address(&format!("sources{query}"))
    }
}

/// A source at a glance.
#[derive(Clone, Debug)]
pub struct SourceLine {
    /// Its name.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its URL, as far as it is published; `None` once it is no longer configured.
    pub url: Option<PublicUrl>,
    /// A word for its state.
    pub state: &'static str,
    /// How its last poll ended.
    pub outcome: String,
    /// When that was.
    pub last_poll_at: Option<Timestamp>,
    /// When it is due; `None` if it is not polled any more.
    pub next_poll_at: Option<Timestamp>,
    /// Why then.
    pub because: String,
    /// Failures in a row.
    pub failures: u32,
    /// Entries stored.
    pub entries: u64,
    /// Entries a day, oldest first.
    pub days: Vec<u32>,
    /// What its operator has to know about it.
    pub remarks: Vec<String>,
    /// Warnings about its last document.
    pub warnings: Vec<String>,
}

/// Renders a page of sources.
pub fn sources(frame: &PageFrame<'_>, p: &SourcesPage) -> String {
    let body = html! {
        h1 { "Sources" }
        p.figures {
            a href=(Filter::All.address(frame, None)) { (count(p.all, "source", "sources")) }
            ", " a href=(Filter::Failing.address(frame, None)) { (failing(p.failing)) }
            @if p.over > 0 || p.filter == Filter::Over {
                ", " a href=(Filter::Over.address(frame, None)) { (count(p.over, "over its limit", "over their limits")) }
            }
        }
        @if p.sources.is_empty() { p.empty { (nobody(p)) } }
        @for s in &p.sources { (card(frame, s)) }
        p.more {
            @if p.after.is_some() { a.button href=(p.filter.address(frame, None)) { "First" } " " }
            @if let Some(last) = p.sources.last().filter(|_| p.more) {
                a.button href=(p.filter.address(frame, Some(&last.id))) { "Next" }
            }
        }
        (nodes(frame, &p.nodes, &p.complaints))
    };
    page(frame, "Sources", &[], &body)
}

fn nobody(p: &SourcesPage) -> &'static str {
    match p.filter {
        _ if p.after.is_some() => "No source comes after that one.",
        Filter::All => "No source is configured yet.",
        Filter::Failing => "No source fails.",
        Filter::Over => "No source is over its limits.",
    }
}

/// Renders the page of one source.
pub fn source(frame: &PageFrame<'_>, s: &SourceLine) -> String {
    let title = if s.title.is_empty() { &s.id } else { &s.title };
    let body = html! {
        h1 { (foreign(title, None)) }
        article.card.source id=(s.id) {
            header {
                span class=(format!("state {}", s.state)) { (s.state) }
                (bars(&s.days))
            }
            (about(frame, s))
        }
        p.more { a.button href=(Filter::All.address(frame, None)) { "All sources" } }
    };
    page(frame, title, &[], &body)
}

fn card(frame: &PageFrame<'_>, s: &SourceLine) -> Markup {
    html! {
        article.card.source id=(s.id) {
            header {
                h2 {
                    span class=(format!("state {}", s.state)) { (s.state) } " "
                    a href=(frame.address(&format!("sources/{}", s.id))) {
                        @if s.title.is_empty() { (s.id) } @else { (foreign(&s.title, None)) }
                    }
                }
                (bars(&s.days))
            }
            (about(frame, s))
        }
    }
}

/// Everything about a source but its title and state.
fn about(frame: &PageFrame<'_>, s: &SourceLine) -> Markup {
    html! {
        p.figures {
            code { (s.id) } " · " (count(s.entries, "entry", "entries"))
            @if let Some(at) = s.last_poll_at { " · polled " (frame.when(at)) }
        }
        dl {
            @if let Some(url) = &s.url {
                dt { "URL" }
                dd { @if let Some(link) = url.link() { a href=(link) rel="noreferrer" { (shown(link)) } } @else { (shown(url.as_str())) } }
            }
            @if !s.outcome.is_empty() { dt { "Last poll" } dd { (foreign(&s.outcome, None)) } }
                @if s.failures > 0 { dt { "Failures" } dd.bad { (s.failures) " in a row" } }
                @for remark in &s.remarks { dt { "Note" } dd.bad { (foreign(remark, None)) } }
                dt { "Next poll" }
                dd { @if let Some(at) = s.next_poll_at { (frame.when(at)) ": " } (shown(&s.because)) }
        }
        @if !s.warnings.is_empty() {
            details {
                summary { (count(s.warnings.len() as u64, "warning", "warnings")) }
                ul {
                    @for warning in &s.warnings { li { (foreign(warning, None)) } }
                }
            }
        }
    }
}
