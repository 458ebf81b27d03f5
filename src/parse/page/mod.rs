//! Pages that list news without offering a feed: entries by CSS selectors.
//!
//! A page changes its looks without notice. Selectors that no longer fit are
//! told, and where nothing fits the page is refused: an empty list would say
//! that there is no news.

use scraper::{ElementRef, Html};

use crate::clock::Timestamp;
use crate::limits::{PAGE_ELEMENTS, PAGE_ENTRIES};
use crate::model::{Content, Format, Markup, Parsed, WarningKind};
use crate::text::html;
use crate::text::quote::in_quotes;
use crate::text::tree;

use super::base::base_of;
use super::date::DateContext;
use super::notes::{Notes, excerpt};
use super::xml::draft::{Draft, DraftEntry};
use super::{About, Error, encoding, order, sniff};
use counted::DatedEntries;
use dating::{DatesKnown, Dating, WrittenDate};
use years::Years;

mod above;
mod counted;
mod css;
mod dating;
pub mod day;
mod headed;
pub mod propose;
mod rest;
#[cfg(test)]
mod tests;
mod years;

use css::attribute;
pub use css::{Css, Selectors, every};

/// Pages are no longer: what lists news is small, and its tree takes tenfold.
const LONGEST: usize = crate::limits::PAGE_BYTES.count();

/// To tell in which order a long page stands, the dates of this many entries are read.
const LOOKED_AT: usize = 100;

/// Reads a listing page as sent.
///
/// # Errors
/// When the selectors find no entries, or none with a link and a title: a page
/// that no longer fits its selectors is no empty feed.
pub fn read(bytes: &[u8], about: &About<'_>, by: &Selectors, now: Timestamp) -> Result<Parsed, Error> {
    let mut notes = Notes::default();
    let (text, encoding) = text_of(bytes, about, &mut notes)?;
    let page = tree::for_selectors(&text, &about.work)?;
    read_tree(&page, encoding, about, by, now, notes)
}

/// The same of a page whose tree stands.
fn read_tree(
    page: &Html,
    encoding: &'static str,
    about: &About<'_>,
    by: &Selectors,
    now: Timestamp,
    mut notes: Notes,
) -> Result<Parsed, Error> {
    let title = title(page);
    // A page has no more elements than this. Their dates decide which are kept (B146).
    let all: Vec<ElementRef<'_>> = by.entries.all(page, &about.work).take(PAGE_ELEMENTS.count()).collect();
    if all.is_empty() {
        let (selector, titled) = (by.entries.text(), named(&title));
        let selector = in_quotes(selector);
        return Err(Error::Unreadable(format!("the selector {selector} finds no entries on a page{titled}")));
    }
    let mut draft = Draft::new(about, now, &mut notes, encoding);
    draft.parsed.format = Format::Page;
    draft.parsed.link = Some(about.url.to_string());
    draft.parsed.language = language(page);
    let base = base(page, about.url);
    let bare = draft.known();
    let spoken = spoken(draft.known(), &title, &all);
    let known = DatesKnown { with_script: &spoken, as_stored: &bare, now };
    let years = if by.date.is_some() { Years::above(page, &all, &spoken, now) } else { Years::default() };
    let dating = Dating::by(by, page, &all, known, &years);
    let entries = newest(&all, dating.as_ref(), &mut draft);
    let waits = |_: &&ElementRef<'_>| !about.work.is_given_up();
    let mut dates: Vec<Option<WrittenDate>> = match &dating {
        Some(dating) => entries.iter().take_while(waits).map(|entry| dating.of(*entry)).collect(),
        None => Vec::new(),
    };
    let mut missing = Missing { dates: dates.iter().filter(|date| date.is_none()).count(), ..Missing::default() };
    let doubt = |at: usize, date: &WrittenDate| dating.as_ref()?.doubt(entries[at], date).map(str::to_owned);
    if let Some(text) = counted::leave_out_doubtful(&mut dates, doubt) {
        draft.notes.tell(WarningKind::Page, text);
    }
    let settled = dating.as_ref().map(|dating| counted::settle(&mut dates, &DatedEntries { dating, entries }, now));
    settled.into_iter().flatten().for_each(|text| draft.notes.tell(WarningKind::Page, text));
    let mut dates = dates.into_iter();
    let mut shown = 0;
    for element in entries.iter().take_while(waits) {
        let item = item(*element, by, &base, dates.next().flatten(), &mut draft, &mut missing);
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
    if let Some(text) = rest::told(&all, &base) {
        draft.notes.tell(WarningKind::Page, text);
    }
    draft.parsed.title = title;
    let mut parsed = draft.finish();
    parsed.warnings = notes.finish(&parsed.entries);
    Ok(parsed)
}

/// As many of a page's entries as are kept: the first, or the last where their dates say
/// that the oldest stands first (check B140).
fn newest<'e, 'p>(
    all: &'e [ElementRef<'p>],
    dating: Option<&Dating<'p>>,
    draft: &mut Draft<'_>,
) -> &'e [ElementRef<'p>] {
    let Some(left_out) = all.len().checked_sub(PAGE_ENTRIES.count()).filter(|left_out| *left_out > 0) else {
        return all;
    };
    draft.parsed.truncated = true;
    let text = format!("left out over the limit: {left_out} {} ({} kept)", PAGE_ENTRIES.name, PAGE_ENTRIES.most);
    draft.notes.tell(WarningKind::Limit, text);
    let read = |entry: &ElementRef<'p>| dating?.of(*entry)?.at;
    let dates = all.iter().step_by((all.len() / LOOKED_AT).max(1)).filter_map(read);
    if order::rise(dates) { &all[left_out..] } else { &all[..all.len() - left_out] }
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
        return Err(Error::Limit(format!(
            "a page of {} bytes; at most {} are read",
            decoded.text.len(),
            crate::limits::PAGE_BYTES.shown()
        )));
    }
    Ok((decoded.text, decoded.encoding))
}

fn named(title: &str) -> String {
    if title.is_empty() { String::new() } else { format!(" titled {}", in_quotes(excerpt(title))) }
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
        if let Some(date) = by.date.as_ref().filter(|_| self.dates > 0) {
            let css = in_quotes(date.text());
            let text = format!("the selector {css} finds no date in {} of {all} entries", self.dates);
            draft.notes.tell(WarningKind::Page, text);
        }
        Ok(())
    }
}

fn item(
    element: ElementRef<'_>,
    by: &Selectors,
    base: &url::Url,
    date: Option<WrittenDate>,
    draft: &mut Draft<'_>,
    missing: &mut Missing,
) -> DraftEntry {
    draft.in_entry = true;
    let mut item = DraftEntry::new();
    let find = |css: &Css| css.find_of(element, Some(&by.entries));
    let link = by.link.as_ref().map_or_else(|| css::first_link(element), find);
    let href = link
        .and_then(|link| attribute(link, "href").or_else(|| css::first_link(link).and_then(|a| attribute(a, "href"))));
    match href.and_then(|href| draft.link(&href, Some(base))) {
        Some(href) => item.offer_link(href, 1),
        None => missing.links += 1,
    }
    let title = match &by.title {
        Some(css) => css.text_of(element, &by.entries),
        None => link.map(css::shown),
    };
    item.entry.title = title.unwrap_or_default();
    missing.titles += usize::from(item.entry.title.is_empty());
    if let Some(date) = date {
        (item.entry.published_raw, item.dates.published_as) = (Some(date.raw), Some(date.read));
    }
    if let Some(found) = by.summary.as_ref().and_then(find) {
        let markup = Markup::Html(found.inner_html());
        let shown = !html::plain_line(markup.raw()).is_empty();
        item.entry.summary = shown.then(|| Content { markup, base: Some(base.to_string()) });
    }
    item
}

/// Adds the language of the script that the page uses, unless a language of that script is
/// known.
fn spoken<'z>(known: DateContext<'z>, title: &str, entries: &[ElementRef<'_>]) -> DateContext<'z> {
    let shown: String = entries.iter().take(3).flat_map(|entry| entry.text()).take(40).collect();
    let text = || title.chars().chain(shown.chars()).take(600);
    let has = |from: char, until: char| text().any(|c| (from..=until).contains(&c));
    let scripts = [
        (has('\u{3040}', '\u{30ff}'), "ja"),
        (has('\u{ac00}', '\u{d7a3}'), "ko"),
        (has('\u{4e00}', '\u{9fff}'), "zh"),
        (has('\u{e00}', '\u{e7f}'), "th"),
    ];
    match scripts.into_iter().find(|(used, _)| *used) {
        Some((_, language)) if !known.speaks(language) => known.and_language(language),
        _ => known,
    }
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
    base_of(said.as_deref(), url)
}
