//! Pages that list news without offering a feed: entries by CSS selectors.
//!
//! A page changes its looks without notice. Selectors that no longer fit are
//! told, and where nothing fits the page is refused: an empty list would say
//! that there is no news.

use scraper::{ElementRef, Html};

use crate::clock::Timestamp;
use crate::model::{Content, Format, Markup, Parsed, WarningKind};
use crate::text::html;
use crate::text::tree;

use super::date::DateContext;
use super::draft::{Draft, Item};
use super::notes::{Notes, excerpt};
use super::{About, Error, encoding, sniff};

mod css;
pub mod day;
pub mod propose;
#[cfg(test)]
mod tests;

pub use css::{Css, Selectors, every};

/// Pages are no longer: what lists news is small, and its tree takes tenfold.
const LONGEST: usize = 8 * 1024 * 1024;

/// Entries of one page.
const MOST_ENTRIES: usize = 2_000;

/// Reads a listing page as sent.
///
/// # Errors
/// When the selectors find no entries, or none with a link and a title: a page
/// that no longer fits its selectors is no empty feed.
pub fn read(bytes: &[u8], about: &About<'_>, by: &Selectors, now: Timestamp) -> Result<Parsed, Error> {
    let mut notes = Notes::default();
    let (text, encoding) = text_of(bytes, about, &mut notes)?;
    let page = tree::for_selectors(&text, &about.work)?;
    let title = title(&page);
    let entries: Vec<ElementRef<'_>> = by.entries.all(&page, &about.work).take(MOST_ENTRIES).collect();
    if entries.is_empty() {
        let (selector, titled) = (by.entries.text(), named(&title));
        return Err(Error::Unreadable(format!("the selector {selector:?} finds no entries on a page{titled}")));
    }
    let mut draft = Draft::new(about, now, &mut notes, encoding);
    draft.parsed.format = Format::Page;
    draft.parsed.link = Some(about.url.to_string());
    draft.parsed.language = language(&page);
    let base = base(&page, about.url);
    let known = draft.known();
    let mut missing = Missing::default();
    let mut shown = 0;
    for element in &entries {
        if about.work.is_given_up() {
            break;
        }
        let item = item(*element, by, &base, &known, &mut draft, &mut missing);
        shown += item.entry.summary.as_ref().map_or(0, |summary| summary.markup.raw().len());
        if shown > 2 * LONGEST {
            return Err(Error::Limit("the entries of the page stand within one another".to_owned()));
        }
        if item.entry.link.is_some() || !item.entry.title.is_empty() {
            draft.add(item);
        }
        draft.in_entry = false;
    }
    missing.judge(entries.len(), by, &mut draft)?;
    draft.parsed.title = title;
    let mut parsed = draft.finish();
    parsed.warnings = notes.finish();
    Ok(parsed)
}

/// A page's text, decoded, within its limits.
pub fn text_of<'b>(
    bytes: &'b [u8],
    about: &About<'_>,
    notes: &mut Notes,
) -> Result<(std::borrow::Cow<'b, str>, &'static str), Error> {
    if bytes.trim_ascii().is_empty() {
        return Err(Error::Empty(format!("{} bytes, none of them anything but blanks", bytes.len())));
    }
    if let Some(kind) = sniff::binary(bytes) {
        return Err(Error::NotAFeed(kind.to_owned()));
    }
    let decoded = encoding::decode(bytes, about.content_type, notes);
    if decoded.text.len() > LONGEST {
        return Err(Error::Limit(format!("a page of {} bytes; at most {LONGEST} are read", decoded.text.len())));
    }
    Ok((decoded.text, decoded.encoding))
}

fn named(title: &str) -> String {
    if title.is_empty() { String::new() } else { format!(" titled {:?}", excerpt(title)) }
}

/// What the entries lack.
#[derive(Default)]
struct Missing {
    links: usize,
    titles: usize,
    dates: usize,
}

impl Missing {
    /// Refuses a page whose entries all lack what makes an entry; warns of less.
    fn judge(&self, all: usize, by: &Selectors, draft: &mut Draft<'_>) -> Result<(), Error> {
        let said = |css: &Option<Css>| css.as_ref().map_or("a", Css::text).to_owned();
        for (missing, what, css) in [
            (self.links, "link", said(&by.link)),
            (self.titles, "title", said(by.title.as_ref().map_or(&by.link, |_| &by.title))),
        ] {
            if missing == all {
                return Err(Error::Unreadable(format!("the selector {css:?} finds a {what} in none of {all} entries")));
            }
            if missing > 0 {
                let text = format!("the selector {css:?} finds no {what} in {missing} of {all} entries");
                draft.notes.tell(WarningKind::Page, text);
            }
        }
        if let Some(date) = by.date.as_ref().filter(|_| self.dates > 0) {
            let text = format!("the selector {:?} finds no date in {} of {all} entries", date.text(), self.dates);
            draft.notes.tell(WarningKind::Page, text);
        }
        Ok(())
    }
}

fn item(
    element: ElementRef<'_>,
    by: &Selectors,
    base: &url::Url,
    known: &DateContext<'_>,
    draft: &mut Draft<'_>,
    missing: &mut Missing,
) -> Item {
    draft.in_entry = true;
    let mut item = Item::new();
    let link = by.link.as_ref().map_or_else(|| css::first_link(element), |css| css.find(element));
    let href = link
        .and_then(|link| attribute(link, "href").or_else(|| css::first_link(link).and_then(|a| attribute(a, "href"))));
    match href.and_then(|href| draft.link(&href, Some(base))) {
        Some(href) => item.offer_link(href, 1),
        None => missing.links += 1,
    }
    let title = match &by.title {
        Some(css) => css.text_in(element),
        None => link.map(css::shown),
    };
    item.entry.title = title.unwrap_or_default();
    missing.titles += usize::from(item.entry.title.is_empty());
    if let Some(css) = &by.date {
        let found = css.find(element).and_then(|dated| {
            let written = css.attribute_of(dated).or_else(|| attribute(dated, "datetime"));
            written
                .into_iter()
                .chain([css::shown(dated)])
                .find_map(|text| day::read(&text, by.date_format.as_deref(), known, draft.now).map(|read| (text, read)))
        });
        match found {
            Some((raw, read)) => (item.entry.published_raw, item.dates.published_as) = (Some(raw), Some(read)),
            None => missing.dates += 1,
        }
    }
    if let Some(css) = &by.summary
        && let Some(found) = css.find(element)
    {
        let markup = Markup::Html(found.inner_html());
        let shown = !html::plain_line(markup.raw()).is_empty();
        item.entry.summary = shown.then(|| Content { markup, base: Some(base.to_string()) });
    }
    item
}

fn attribute(element: ElementRef<'_>, name: &str) -> Option<String> {
    element.attr(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn title(page: &Html) -> String {
    let by = |text: &str| every(page.root_element(), text).first().copied().map(css::shown);
    by("title").filter(|title| !title.is_empty()).or_else(|| by("h1")).unwrap_or_default()
}

fn language(page: &Html) -> Option<String> {
    attribute(page.root_element(), "lang")
}

/// What relative links resolve against: HTML's `base`, else the page (B72).
fn base(page: &Html, url: &url::Url) -> url::Url {
    let said = every(page.root_element(), "base[href]").first().and_then(|base| attribute(*base, "href"));
    said.and_then(|href| url.join(&href).ok()).unwrap_or_else(|| url.clone())
}
