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
use lacking::Lacking;
use years::Years;

mod above;
mod asides;
mod counted;
mod css;
mod dating;
pub mod day;
mod events;
mod headed;
mod lacking;
mod meaning;
mod ordered;
pub mod propose;
mod rest;
#[cfg(test)]
mod tests;
pub mod year_from;
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
    PageReading { html: &page, encoding, about, by, now }.read(notes)
}

/// A page whose tree stands, and what its entries are read by.
struct PageReading<'p> {
    html: &'p Html,
    encoding: &'static str,
    about: &'p About<'p>,
    by: &'p Selectors,
    now: Timestamp,
}

impl<'p> PageReading<'p> {
    fn read(&self, mut notes: Notes) -> Result<Parsed, Error> {
        let PageReading { html, encoding, about, by, now } = *self;
        let title = title(html);
        let all = self.entries(&title)?;
        let mut draft = Draft::new(about, now, &mut notes, encoding);
        draft.parsed.format = Format::Page;
        draft.parsed.link = Some(about.url.to_string());
        draft.parsed.language = language(html);
        let base = base(html, about.url);
        let bare = draft.known();
        let with_script = with_script(draft.known(), &title, &all);
        let known = DatesKnown { with_script: &with_script, as_stored: &bare, now };
        let years = if by.date.is_some() { Years::above(html, &all, &with_script, now) } else { Years::default() };
        let dating = Dating::by(by, html, &all, known, &years);
        let entries = newest(&all, dating.as_ref(), &mut draft);
        let mut lacking = Lacking::default();
        let dates = match dating {
            Some(dating) => self.dates(DatedEntries { dating: &dating, entries }, &mut lacking, &mut draft),
            None => Vec::new(),
        };
        self.items(entries, dates, &base, &mut lacking, &mut draft)?;
        lacking.judge(entries.len(), by, &mut draft)?;
        let is_dated = |element: ElementRef<'_>| by.date.is_some() && rest::holds_day(element, &with_script, now);
        let list = rest::ListRead { page: html, entries: &all, base: &base, work: &about.work };
        for text in rest::told(&list, is_dated) {
            draft.notes.tell(WarningKind::Page, text);
        }
        draft.parsed.title = title;
        let mut parsed = draft.finish();
        parsed.warnings = notes.finish(&parsed.entries);
        Ok(parsed)
    }

    /// Everything that the list's selector finds. A page has no more elements than this.
    /// Their dates decide which are kept (B146).
    fn entries(&self, title: &str) -> Result<Vec<ElementRef<'p>>, Error> {
        let by = &self.by.entries;
        let all: Vec<ElementRef<'p>> = by.all(self.html, &self.about.work).take(PAGE_ELEMENTS.count()).collect();
        if all.is_empty() {
            let (selector, titled) = (in_quotes(by.text()), named(title));
            return Err(Error::Unreadable(format!("the selector {selector} finds no entries on a page{titled}")));
        }
        Ok(all)
    }

    /// The dates of the entries. Dates that cannot be right are left out, and the notes say why.
    fn dates(
        &self,
        of: DatedEntries<'_, 'p>,
        lacking: &mut Lacking,
        draft: &mut Draft<'_>,
    ) -> Vec<Option<WrittenDate>> {
        let DatedEntries { dating, entries } = of;
        let waits = |_: &&ElementRef<'_>| !self.about.work.is_given_up();
        let mut dates: Vec<Option<WrittenDate>> =
            entries.iter().take_while(waits).map(|entry| dating.of(*entry)).collect();
        lacking.dates = dates.iter().filter(|date| date.is_none()).count();
        let named = dating.common_year(entries);
        let in_doubt = |at: usize, date: &WrittenDate| dating.year_in_doubt(entries[at], date, named);
        let mut told = Vec::from_iter(events::leave_out_labelled(&mut dates, &of));
        told.extend(events::leave_out_ahead(&mut dates, self.now));
        told.extend(counted::leave_out_doubtful(&mut dates, in_doubt));
        told.extend(counted::settle(&mut dates, &of, self.now));
        if let Some(why) = ordered::refused(&dates, self.by.date.as_ref()) {
            dates.fill(None);
            told.push(why);
        }
        told.into_iter().for_each(|text| draft.notes.tell(WarningKind::Page, text));
        dates
    }

    /// Adds the entries with their dates.
    fn items(
        &self,
        entries: &[ElementRef<'p>],
        dates: Vec<Option<WrittenDate>>,
        base: &url::Url,
        lacking: &mut Lacking,
        draft: &mut Draft<'_>,
    ) -> Result<(), Error> {
        let mut dates = dates.into_iter();
        let mut shown = 0;
        for element in entries.iter().take_while(|_| !self.about.work.is_given_up()) {
            let item = drafted(*element, self.by, base, dates.next().flatten(), draft, lacking);
            shown += item.entry.summary.as_ref().map_or(0, |summary| summary.markup.raw().len());
            shown += item.entry.title.len() + item.entry.published_raw.as_ref().map_or(0, String::len);
            if shown > 2 * LONGEST {
                return Err(Error::Limit("the entries of the page stand within one another".to_owned()));
            }
            if item.entry.link.is_some() || !item.entry.title.is_empty() {
                draft.add(item);
            }
            draft.in_entry = false;
        }
        Ok(())
    }
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

/// A headline without the sign that begins a line of its list.
fn without_bullet(title: &str) -> &str {
    let bare = title.trim_start_matches(|c: char| c.is_whitespace() || "·•▪▫■□◆◇●○►▶▸‣⁃・∙›".contains(c));
    // Dashes and asterisks begin words, too, and a mark of quotation may be closed by its twin.
    let bare = ["- ", "– ", "— ", "* ", "> "].into_iter().find_map(|sign| bare.strip_prefix(sign)).unwrap_or(bare);
    let bare = bare.strip_prefix('»').filter(|rest| !rest.contains('«')).unwrap_or(bare).trim_start();
    if bare.is_empty() { title } else { bare }
}

/// The entry that `element` holds.
fn drafted(
    element: ElementRef<'_>,
    by: &Selectors,
    base: &url::Url,
    date: Option<WrittenDate>,
    draft: &mut Draft<'_>,
    lacking: &mut Lacking,
) -> DraftEntry {
    draft.in_entry = true;
    let mut item = DraftEntry::new();
    let find = |css: &Css| css.find_of(element, Some(&by.entries));
    let link = by.link.as_ref().map_or_else(|| css::first_link(element), find);
    let href = link
        .and_then(|link| attribute(link, "href").or_else(|| css::first_link(link).and_then(|a| attribute(a, "href"))));
    match href.and_then(|href| draft.link(&href, Some(base))) {
        Some(href) => item.offer_link(href, 1),
        None => lacking.links += 1,
    }
    let title = match &by.title {
        Some(css) => css.text_of(element, &by.entries),
        None => link.map(css::shown),
    };
    item.entry.title = title.as_deref().map(without_bullet).unwrap_or_default().to_owned();
    lacking.alike.add(&item.entry.title);
    lacking.titles += usize::from(item.entry.title.is_empty());
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
fn with_script<'z>(known: DateContext<'z>, title: &str, entries: &[ElementRef<'_>]) -> DateContext<'z> {
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
    let by = |name: &'static str| css::named(page, name).next().map(css::shown);
    by("title").filter(|title| !title.is_empty()).or_else(|| by("h1")).unwrap_or_default()
}

fn language(page: &Html) -> Option<String> {
    attribute(page.root_element(), "lang")
}

/// What relative links resolve against: HTML's `base`, else the page (B72).
fn base(page: &Html, url: &url::Url) -> url::Url {
    let said = css::named(page, "base").find(|base| base.attr("href").is_some());
    let said = said.and_then(|base| attribute(base, "href"));
    base_of(said.as_deref(), url)
}
