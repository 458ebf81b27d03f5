//! What the entries of a page lack, and that they are all called alike.

use crate::model::WarningKind;
use crate::text::quote::in_quotes;

use super::super::Error;
use super::super::notes::excerpt;
use super::super::xml::draft::Draft;
use super::css::{Css, Selectors};
use super::rest::weight::{REPEATED, weight};

/// Entries that are all called alike; fewer may be so by chance.
const FEWEST_ALIKE: usize = 3;

/// How a warning about entries that are all called alike begins.
const SAME_TITLE: &str = "every entry is called";

/// How many entries lack what the selectors are to find.
#[derive(Default)]
pub struct Lacking {
    /// Entries without a link.
    pub links: usize,
    /// Entries without a title.
    pub titles: usize,
    /// Entries without a date.
    pub dates: usize,
    /// The titles of those that have one.
    pub alike: TitlesAlike,
}

/// How many entries are called what the first is called.
#[derive(Default)]
pub struct TitlesAlike {
    title: String,
    count: usize,
}

impl TitlesAlike {
    /// Counts an entry called `title`.
    pub fn add(&mut self, title: &str) {
        if self.count == 0 {
            title.clone_into(&mut self.title);
        }
        self.count += usize::from(self.title == title && !title.is_empty());
    }

    /// That `all` entries are called alike. A long title may be that of every day's news.
    fn told(&self, all: usize) -> Option<String> {
        let is_told = self.count == all && all >= FEWEST_ALIKE && weight(&self.title) < REPEATED;
        let title = in_quotes(excerpt(&self.title));
        is_told.then(|| format!("{SAME_TITLE} {title}: name another title under [source.page]"))
    }
}

impl Lacking {
    /// Refuses a page whose `all` entries lack what makes an entry; warns of less.
    pub fn judge(&self, all: usize, by: &Selectors, draft: &mut Draft<'_>) -> Result<(), Error> {
        let said = |css: &Option<Css>| in_quotes(css.as_ref().map_or("a", Css::text));
        for (missing, what, css) in [
            (self.links, "link", said(&by.link)),
            (self.titles, "title", said(by.title.as_ref().map_or(&by.link, |_| &by.title))),
        ] {
            if missing == all {
                return Err(Error::Unreadable(format!("the selector {css} finds a {what} in none of {all} entries")));
            }
            if missing > 0 {
                let text = format!("the selector {css} finds no {what} in {missing} of {all} entries");
                draft.notes.tell(WarningKind::Page, text);
            }
        }
        if let Some(text) = self.alike.told(all) {
            draft.notes.tell(WarningKind::Page, text);
        }
        if let Some(date) = by.date.as_ref().filter(|_| self.dates > 0) {
            let css = in_quotes(date.text());
            let text = format!("the selector {css} finds no date in {} of {all} entries", self.dates);
            draft.notes.tell(WarningKind::Page, text);
        }
        Ok(())
    }
}
