//! `/sources`: health at a glance.

use maud::{Markup, html};

use crate::clock::Timestamp;

use super::{Frame, bars, count, foreign, page, shown};

/// What the page of sources shows.
#[derive(Clone, Debug)]
pub struct SourcesPage {
    /// Sources, failing ones first.
    pub sources: Vec<SourceLine>,
}

/// A source at a glance.
#[derive(Clone, Debug)]
pub struct SourceLine {
    /// Its name.
    pub id: String,
    /// Its title.
    pub title: String,
    /// A word for how it is doing.
    pub state: &'static str,
    /// How its last poll ended.
    pub outcome: String,
    /// When that was.
    pub last_poll_at: Option<Timestamp>,
    /// When it is due; `None` when it is polled no more.
    pub next_poll_at: Option<Timestamp>,
    /// Why then.
    pub because: String,
    /// Failures in a row.
    pub failures: u32,
    /// Entries stored.
    pub entries: u64,
    /// Entries a day, oldest first.
    pub days: Vec<u32>,
    /// What its operator has to know of it.
    pub remarks: Vec<String>,
    /// What was odd about its last document.
    pub warnings: Vec<String>,
}

/// Renders the page of sources.
pub fn sources(frame: &Frame<'_>, p: &SourcesPage) -> String {
    let body = html! {
        h1 { "Sources" }
        @if p.sources.is_empty() { p.empty { "No source is configured yet." } }
        @for s in &p.sources { (card(frame, s)) }
    };
    page(frame, "Sources", &[], &body)
}

fn card(frame: &Frame<'_>, s: &SourceLine) -> Markup {
    html! {
        article.card.source id=(s.id) {
            header {
                h2 {
                    span class=(format!("state {}", s.state)) { (s.state) } " "
                    @if s.title.is_empty() { (s.id) } @else { (foreign(&s.title, None)) }
                }
                (bars(&s.days))
            }
            p.figures {
                code { (s.id) } " · " (count(s.entries, "entry", "entries"))
                @if let Some(at) = s.last_poll_at { " · polled " (frame.when(at)) }
            }
            dl {
                @if !s.outcome.is_empty() { dt { "Last poll" } dd { (foreign(&s.outcome, None)) } }
                @if s.failures > 0 { dt { "Failures" } dd.bad { (s.failures) " in a row" } }
                @for remark in &s.remarks { dt { "Note" } dd.bad { (foreign(remark, None)) } }
                dt { "Next poll" }
                dd { @if let Some(at) = s.next_poll_at { (frame.when(at)) ": " } (shown(&s.because)) }
            }
            @if !s.warnings.is_empty() {
                details {
                    summary { (count(s.warnings.len() as u64, "warning", "warnings")) }
                    ul { @for warning in &s.warnings { li { (foreign(warning, None)) } } }
                }
            }
        }
    }
}
