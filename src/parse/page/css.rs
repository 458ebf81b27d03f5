//! CSS selectors with their texts.

use scraper::{ElementRef, Html, Selector};

use crate::model::Work;
use crate::text::html;

/// What reads a page: `[source.page]` (product §2). Only `entries` must be
/// given; the others are looked for within an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selectors {
    /// The entries.
    pub entries: Css,
    /// The link to the entry's page; by default its first link.
    pub link: Option<Css>,
    /// The headline; by default the link's text.
    pub title: Option<Css>,
    /// The date; without it entries stand by first sight.
    pub date: Option<Css>,
    /// How the date is written, in the conversions of strftime.
    pub date_format: Option<String>,
    /// The teaser.
    pub summary: Option<Css>,
}

/// A selector as written: CSS, `.` for the entry itself, and `@name` at its end
/// for an attribute instead of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Css {
    text: String,
    selector: Selector,
    attribute: Option<String>,
    is_entry: bool,
}

impl Css {
    /// Reads a selector.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence's end.
    pub fn parse(text: &str) -> Result<Css, String> {
        let (css, attribute) = match text.rsplit_once('@') {
            Some((css, name)) if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
                (css.trim(), Some(name.to_ascii_lowercase()))
            }
            _ => (text.trim(), None),
        };
        let is_entry = matches!(css, "." | ":scope") || css.is_empty() && attribute.is_some();
        let selector = Selector::parse(if is_entry { "*" } else { css }).map_err(|error| error.to_string())?;
        Ok(Css { text: text.to_owned(), selector, attribute, is_entry })
    }

    /// A selector of ours.
    pub(in crate::parse) fn fixed(text: &str) -> Css {
        Css::parse(text).expect("our own selectors are valid")
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Every match on `page`, as long as anybody waits for them: each looks at as
    /// many elements as the page has, at worst.
    pub(super) fn all<'a>(&'a self, page: &'a Html, work: &'a Work) -> impl Iterator<Item = ElementRef<'a>> {
        let elements = page.tree.nodes().filter(|node| node.parent().is_some()).filter_map(ElementRef::wrap);
        elements.take_while(|_| !work.is_given_up()).filter(|element| self.selector.matches(element))
    }

    pub(in crate::parse) fn selector(&self) -> &Selector {
        &self.selector
    }

    /// The first match within `element`, else `element` itself if it matches.
    pub(super) fn find<'a>(&self, element: ElementRef<'a>) -> Option<ElementRef<'a>> {
        if self.is_entry {
            return Some(element);
        }
        let inner = element.select(&self.selector).next();
        inner.or_else(|| Some(element).filter(|element| self.selector.matches(element)))
    }

    /// The attribute that is asked for instead of the text.
    pub(super) fn attribute_of(&self, found: ElementRef<'_>) -> Option<String> {
        let value = found.attr(self.attribute.as_deref()?)?;
        Some(html::plain_line(value)).filter(|value| !value.is_empty())
    }

    /// The text of the first match, or its attribute.
    pub(super) fn text_in(&self, element: ElementRef<'_>) -> Option<String> {
        let found = self.find(element)?;
        match self.attribute {
            Some(_) => self.attribute_of(found),
            None => Some(shown(found)),
        }
    }
}

/// Every match of a selector of ours within `element`.
pub fn every<'a>(element: ElementRef<'a>, text: &str) -> Vec<ElementRef<'a>> {
    element.select(&Css::fixed(text).selector).collect()
}

/// The first link of `element`, itself included.
pub fn first_link(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    Css::fixed("a[href]").find(element)
}

/// The text of `element` as shown, on one line; where that is cut short, and
/// the whole stands in its `title`, that.
pub fn shown(element: ElementRef<'_>) -> String {
    let text = html::plain_line(&element.inner_html());
    let cut = text.trim_end_matches(['…', '.']).trim_end();
    let whole = element.attr("title").map(str::trim).filter(|whole| whole.len() > cut.len());
    match whole {
        Some(whole) if text.is_empty() || (cut.len() < text.len() && whole.starts_with(cut)) => whole.to_owned(),
        _ => text,
    }
}
