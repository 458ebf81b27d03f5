//! What an import says, to people or to programs.

use std::path::Path;

use serde::Serialize;

use crate::cli::append::NewSource;
use crate::cli::output::{Output, counted};
use crate::model::{Kind, Warning, redacted};
use crate::opml::{List, Listed};

use super::Verdict;

/// An import that is to be shown.
pub struct Shown<'a> {
    pub file: &'a Path,
    pub config: &'a Path,
    pub list: &'a List,
    pub verdict: &'a Verdict,
}

impl Shown<'_> {
    /// What the list would add, a line each, before anything is written.
    pub fn preview(&self, out: &Output) {
        if out.is_json() {
            return;
        }
        let Shown { list, verdict, .. } = self;
        let title = if list.title.is_empty() { "untitled" } else { &list.title };
        out.line(&format!("{}: {title}, {}", self.file.display(), counted(list.feeds.len() as u64, "feed", "feeds")));
        for source in &verdict.added {
            let tags = if source.tags.is_empty() { String::new() } else { format!("  [{}]", source.tags.join(", ")) };
            let kind = if source.kind == Kind::Page { "  (a page, by selectors)" } else { "" };
            out.line(&format!("+ {}  {}{tags}{kind}", source.id, redacted(&source.url)));
        }
        for (listed, source) in &verdict.known {
            out.line(&format!("= {}: polled already as {source}", redacted(&listed.url)));
        }
        for (url, said) in &verdict.remarks {
            out.line(&format!("  {}: {said}", redacted(url)));
        }
        for (listed, why) in &verdict.refused {
            out.line(&format!("! {}: {why}", redacted(&listed.url)));
        }
        for list in &list.lists {
            out.line(&format!("  {}: a further list, not read", redacted(&list.url)));
        }
        for page in &list.pages {
            out.line(&format!("  {}: a page without a feed", redacted(&page.url)));
        }
        list.warnings.iter().for_each(|w| out.complain(&format!("warning: {}: {}", w.kind.as_str(), w.text)));
    }

    /// What became of it.
    pub fn end(&self, out: &Output, dry_run: bool) {
        if out.is_json() {
            return out.json(&self.report(dry_run));
        }
        let Verdict { added, known, refused, within, .. } = self.verdict;
        let config = self.config.display();
        let done = match (added.len(), dry_run) {
            (0, _) => format!("nothing to add to {config}"),
            (n, true) => format!("{n} would be added to {config}"),
            (n, false) => format!("{n} added to {config}"),
        };
        out.line(&format!("{done}; {} known, {} refused", known.len(), refused.len()));
        if *within > 0 {
            out.complain("refused addresses are taken once polling.allow_addresses names their network or host");
        }
    }

    fn report(&self, dry_run: bool) -> Report<'_> {
        let Verdict { added, known, refused, remarks, .. } = self.verdict;
        Report {
            file: self.file.display().to_string(),
            config: self.config.display().to_string(),
            title: &self.list.title,
            written: !dry_run && !added.is_empty(),
            added: added.iter().map(Added::of).collect(),
            known: known.iter().map(|(listed, source)| Line::of(listed).source(source.as_str())).collect(),
            refused: refused
                .iter()
                .map(|(listed, why)| Line::of(listed).because(why.strip_prefix("refused: ").unwrap_or(why)))
                .collect(),
            remarks: remarks.iter().map(|(url, text)| Remark { url: redacted(url), text }).collect(),
            lists: self.list.lists.iter().map(Line::of).collect(),
            pages: self.list.pages.iter().map(Line::of).collect(),
            warnings: self.list.warnings.iter().map(Said::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct Report<'a> {
    file: String,
    config: String,
    title: &'a str,
    written: bool,
    added: Vec<Added<'a>>,
    known: Vec<Line<'a>>,
    refused: Vec<Line<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remarks: Vec<Remark<'a>>,
    lists: Vec<Line<'a>>,
    pages: Vec<Line<'a>>,
    warnings: Vec<Said<'a>>,
}

/// What is read of a page otherwise than by the list.
#[derive(Serialize)]
struct Remark<'a> {
    url: String,
    text: &'a str,
}

#[derive(Serialize)]
struct Added<'a> {
    id: &'a str,
    url: String,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    tags: &'a [String],
}

impl<'a> Added<'a> {
    fn of(s: &'a NewSource) -> Added<'a> {
        let kind = (s.kind != Kind::Feed).then(|| s.kind.as_str());
        Added { id: s.id.as_str(), url: redacted(&s.url), title: &s.title, kind, tags: &s.tags }
    }
}

#[derive(Serialize)]
struct Line<'a> {
    url: String,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn of(listed: &'a Listed) -> Line<'a> {
        Line { url: redacted(&listed.url), title: &listed.title, source: None, because: None }
    }

    fn source(self, id: &'a str) -> Line<'a> {
        Line { source: Some(id), ..self }
    }

    fn because(self, why: &'a str) -> Line<'a> {
        Line { because: Some(why), ..self }
    }
}

#[derive(Serialize)]
struct Said<'a> {
    kind: &'static str,
    text: &'a str,
}

impl<'a> Said<'a> {
    fn of(warning: &'a Warning) -> Said<'a> {
        Said { kind: warning.kind.as_str(), text: &warning.text }
    }
}
