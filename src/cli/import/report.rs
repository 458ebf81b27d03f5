//! What an import prints, for people or for programs.

use std::path::Path;

use serde::Serialize;

use crate::cli::append::NewSource;
use crate::cli::output::{Output, counted};
use crate::model::{Kind, Warning, redacted};
use crate::opml::{List, Listed};

use super::plan::ImportPlan;

/// An import that is to be shown.
pub struct ShownImport<'a> {
    /// Where the list comes from, as it was typed.
    pub named: &'a str,
    /// The configuration's file.
    pub config: &'a Path,
    /// The list as it was read.
    pub list: &'a List,
    /// What becomes of its feeds.
    pub plan: &'a ImportPlan,
}

impl ShownImport<'_> {
    /// What the list would add, one line each, before anything is written.
    pub fn preview(&self, out: &Output) {
        if out.is_json() {
            return;
        }
        let ShownImport { list, plan, .. } = self;
        let title = if list.title.is_empty() { "untitled" } else { &list.title };
        out.line(&format!("{}: {title}, {}", self.named, counted(list.feeds.len() as u64, "feed", "feeds")));
        for source in &plan.added {
            let tags = if source.tags.is_empty() { String::new() } else { format!("  [{}]", source.tags.join(", ")) };
            let kind = if source.kind == Kind::Page { "  (a page, by selectors)" } else { "" };
            out.line(&format!("+ {}  {}{tags}{kind}", source.id, redacted(&source.url)));
        }
        for (listed, source) in &plan.known {
            out.line(&format!("= {}: polled already as {source}", redacted(&listed.url)));
        }
        for (url, said) in &plan.remarks {
            out.line(&format!("  {}: {said}", redacted(url)));
        }
        for (listed, why) in &plan.refused {
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

    /// What was added.
    pub fn end(&self, out: &Output, dry_run: bool) {
        if out.is_json() {
            return out.json(&self.report(dry_run));
        }
        let ImportPlan { added, known, refused, within, .. } = self.plan;
        let config = self.config.display();
        let done = match (added.len(), dry_run) {
            (0, _) => format!("nothing to add to {config}"),
            (n, true) => format!("{n} would be added to {config}"),
            (n, false) => format!("{n} added to {config}"),
        };
        out.line(&format!("{done}; {} known, {} refused", known.len(), refused.len()));
        if *within > 0 {
            out.complain("refused URLs are taken once polling.allow_addresses names their network or host");
        }
    }

    fn report(&self, dry_run: bool) -> ImportJson<'_> {
        let ImportPlan { added, known, refused, remarks, .. } = self.plan;
        ImportJson {
            file: self.named.to_owned(),
            config: self.config.display().to_string(),
            title: &self.list.title,
            written: !dry_run && !added.is_empty(),
            added: added.iter().map(NewSourceJson::of).collect(),
            known: known.iter().map(|(listed, source)| ListedJson::of(listed).source(source.as_str())).collect(),
            refused: refused
                .iter()
                .map(|(listed, why)| ListedJson::of(listed).because(why.strip_prefix("refused: ").unwrap_or(why)))
                .collect(),
            remarks: remarks.iter().map(|(url, text)| RemarkJson { url: redacted(url), text }).collect(),
            lists: self.list.lists.iter().map(ListedJson::of).collect(),
            pages: self.list.pages.iter().map(ListedJson::of).collect(),
            warnings: self.list.warnings.iter().map(WarnedJson::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct ImportJson<'a> {
    file: String,
    config: String,
    title: &'a str,
    written: bool,
    added: Vec<NewSourceJson<'a>>,
    known: Vec<ListedJson<'a>>,
    refused: Vec<ListedJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remarks: Vec<RemarkJson<'a>>,
    lists: Vec<ListedJson<'a>>,
    pages: Vec<ListedJson<'a>>,
    warnings: Vec<WarnedJson<'a>>,
}

/// What will be read differently from what the list says.
#[derive(Serialize)]
struct RemarkJson<'a> {
    url: String,
    text: &'a str,
}

#[derive(Serialize)]
struct NewSourceJson<'a> {
    id: &'a str,
    url: String,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    tags: &'a [String],
}

impl<'a> NewSourceJson<'a> {
    fn of(s: &'a NewSource) -> NewSourceJson<'a> {
        let kind = (s.kind != Kind::Feed).then(|| s.kind.as_str());
        NewSourceJson { id: s.id.as_str(), url: redacted(&s.url), title: &s.title, kind, tags: &s.tags }
    }
}

#[derive(Serialize)]
struct ListedJson<'a> {
    url: String,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'a str>,
}

impl<'a> ListedJson<'a> {
    fn of(listed: &'a Listed) -> ListedJson<'a> {
        ListedJson { url: redacted(&listed.url), title: &listed.title, source: None, because: None }
    }

    fn source(self, id: &'a str) -> ListedJson<'a> {
        ListedJson { source: Some(id), ..self }
    }

    fn because(self, why: &'a str) -> ListedJson<'a> {
        ListedJson { because: Some(why), ..self }
    }
}

#[derive(Serialize)]
struct WarnedJson<'a> {
    kind: &'static str,
    text: &'a str,
}

impl<'a> WarnedJson<'a> {
    fn of(warning: &'a Warning) -> WarnedJson<'a> {
        WarnedJson { kind: warning.kind.as_str(), text: &warning.text }
    }
}
