//! As much of an entry's text as may be published.

use std::sync::Arc;

use crate::model::address::Opened;
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
    /// The publisher's own teaser, as sanitised HTML.
    Teaser(Arc<str>),
}

impl ItemText {
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
                    summary: teaser.map(|teaser| ItemSummary::Teaser(cleaned.html_of(teaser, opened))),
                    content: e.fullest().filter(some).map(|content| cleaned.html_of(content, opened)),
                }
            }
        }
    }
}
