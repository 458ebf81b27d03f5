//! As much of an entry's text as may be published.

use std::borrow::Cow;
use std::sync::Arc;

use maud::html;

use crate::model::web::address::Opened;
use crate::model::{Content, Stored};
use crate::publish::cleaned::Cleaned;
use crate::publish::excerpt::excerpt;
use crate::publish::{ContentLevel, SourceTerms};

/// The text of an item.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ItemText {
    /// Its teaser, or its beginning if no more may be published.
    pub summary: Option<ItemSummary>,
    /// All of it, as sanitised HTML.
    pub content: Option<Arc<str>>,
}

/// A short description of an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ItemSummary {
    /// The beginning of its text: plain text on one line, of about 300 characters.
    Opening(String),
    /// Sanitised HTML: the publisher's own teaser.
    Html(Arc<str>),
}

impl ItemText {
    /// The text with the reasons for which it is published below it, for a format that has no
    /// place of their own. Readers show them folded, or as a list where they know no folding.
    pub fn with_reasons(&self, because: &[String]) -> Cow<'_, ItemText> {
        if because.is_empty() {
            return Cow::Borrowed(self);
        }
        let note = html! {
            details { summary { "Why it is in this feed" } ul { @for reason in because { li { (reason) } } } }
        };
        let note = note.into_string();
        if let Some(content) = &self.content {
            let content = Some(format!("{content}{note}").into());
            return Cow::Owned(ItemText { summary: self.summary.clone(), content });
        }
        let summary = match &self.summary {
            None => note,
            Some(ItemSummary::Opening(opening)) => html! { p { (opening) } }.into_string() + &note,
            Some(ItemSummary::Html(html)) => format!("{html}{note}"),
        };
        Cow::Owned(ItemText { summary: Some(ItemSummary::Html(summary.into())), content: None })
    }

    /// As much of the text of `e`, from a source under `terms`, as `level` says.
    pub fn of(e: &Stored, level: ContentLevel, terms: Option<&SourceTerms>, cleaned: &Cleaned) -> Self {
        let nothing = Opened::default();
        let opened = terms.map_or(&nothing, |terms| &terms.opened);
        let some = |content: &&Content| !content.markup.raw().trim().is_empty();
        match level {
            ContentLevel::Title => ItemText::default(),
            ContentLevel::Summary => {
                let opening = e.fullest().filter(some).map(excerpt).filter(|text| !text.is_empty());
                ItemText { summary: opening.map(ItemSummary::Opening), content: None }
            }
            ContentLevel::Full => {
                let longer = e.article.as_ref().or(e.content.as_ref());
                let teaser = e.summary.as_ref().filter(|summary| longer.is_some() && some(summary));
                ItemText {
                    summary: teaser.map(|teaser| ItemSummary::Html(cleaned.html_of(teaser, opened))),
                    content: e.fullest().filter(some).map(|content| cleaned.html_of(content, opened)),
                }
            }
        }
    }
}
