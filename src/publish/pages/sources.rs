//! `/sources`: health at a glance.

use maud::{Markup, html};

use crate::clock::Timestamp;
use crate::model::PublicUrl;

use super::nodes::{NodeLine, nodes};
use super::{PageFrame, bars, count, foreign, grouped, page, shown};

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
    /// Of those that are polled, those without a success for three of their intervals.
    pub stale: u64,
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
    pub(super) fn address(self, frame: &PageFrame<'_>, after: Option<&str>) -> String {
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
    /// When a poll last brought its document, or the word that it is unchanged.
    pub last_success_at: Option<Timestamp>,
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
        (summary(frame, p))
        @if p.sources.is_empty() { p.empty { (nobody(p)) } }
        @if !p.sources.is_empty() { (table(frame, &p.sources)) }
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

/// How all sources are, in figures that lead to those they count.
fn summary(frame: &PageFrame<'_>, p: &SourcesPage) -> Markup {
    let figure = |filter: Filter, count: String, word: &str| {
        let current = (p.filter == filter).then_some("page");
        html! { li { a href=(filter.address(frame, None)) aria-current=[current] { strong { (count) } " " (word) } } }
    };
    let digits = |n: u64| grouped(n);
    html! {
        ul.summary {
            (figure(Filter::All, digits(p.all), if p.all == 1 { "source" } else { "sources" }))
            li { strong.good { (digits(p.all.saturating_sub(p.failing))) } " well" }
            (figure(Filter::Failing, digits(p.failing), "failing"))
            @if p.stale > 0 {
                li title="without a success for three of their intervals" { strong.bad { (digits(p.stale)) } " stale (silent for three intervals)" }
            }
            @if p.over > 0 || p.filter == Filter::Over { (figure(Filter::Over, digits(p.over), "over a limit")) }
        }
    }
}

/// The sources of a page, a row each; on a phone a block each.
fn table(frame: &PageFrame<'_>, sources: &[SourceLine]) -> Markup {
    html! {
        table.sources {
            thead {
                tr {
                    th scope="col" { "Source" }
                    th scope="col" { "State" }
                    th scope="col" { "Last success" }
                    th scope="col" { "Next poll" }
                    th scope="col" { "Entries, and a day" }
                }
            }
            tbody { @for s in sources { (row(frame, s)) } }
        }
    }
}

fn row(frame: &PageFrame<'_>, s: &SourceLine) -> Markup {
    let trouble = s.remarks.first().or(Some(&s.outcome).filter(|said| s.failures > 0 && !said.is_empty()));
    html! {
        tr.source id=(s.id) {
            th scope="row" {
                a href=(frame.address(&format!("sources/{}", s.id))) {
                    @if s.title.is_empty() { (s.id) } @else { (foreign(&s.title, None)) }
                }
                @if !s.title.is_empty() { " " code { (s.id) } }
            }
            td data-label="State" {
                span class=(format!("state {}", s.state)) { (s.state) }
                @if let Some(said) = trouble { " " span.bad { (foreign(said, None)) } }
            }
            td data-label="Last success" {
                @if let Some(at) = s.last_success_at { (frame.when(at)) } @else { "never" }
            }
            td data-label="Next poll" {
                @if let Some(at) = s.next_poll_at { (frame.when(at)) } @else { (shown(&s.because)) }
            }
            td data-label="Entries" { (count(s.entries, "entry", "entries")) " " (bars(&s.days)) }
        }
    }
}
