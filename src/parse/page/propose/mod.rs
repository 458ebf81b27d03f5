//! Selectors proposed for a listing page, so that nobody has to read its source.
//!
//! What lists news repeats itself: the same elements around one link each, with
//! headlines of some length and mostly a date beside them. Elements are alike by
//! what they share (their name, their parents, one class), and of all that are alike
//! those are taken with the most headlines and dates. What is proposed is tried on
//! the page itself: dates that cannot be right are left out, and told.

use scraper::{ElementRef, Html};

use crate::clock::Timestamp;
use crate::model::{Parsed, WarningKind};
use crate::text::{html, tree};

use super::super::date::DateContext;
use super::super::notes::Notes;
use super::super::{About, Error};
use super::rest::{LIGHTEST, weight};
use super::{Css, Selectors, base, css, day, every, language, read_tree, spoken, text_of, title};

mod alike;
mod dated;
mod dates;
mod headlines;
mod order;
mod shell;
mod within;

use alike::Group;

/// Groups that are tried, the best first.
const MOST_TRIED: usize = crate::limits::PROPOSAL_GROUPS.count();

/// What is told of a list without dates.
const NO_DATE: &str = "no date was proposed: nothing in the entries looks like one";

/// Selectors for a page, with what they find.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The selectors as they are written in `[source.page]`, in its order.
    pub lines: Vec<(&'static str, String)>,
    /// The same, ready to read by.
    pub selectors: Selectors,
    /// What is to be known of them: why dates are left out, what stands beside the list.
    pub remarks: Vec<String>,
}

/// Selectors that fit a listing page best.
///
/// # Errors
/// When the bytes are no page, or nothing on it repeats itself as news does; where it
/// needs a browser, that is said.
pub fn propose(bytes: &[u8], about: &About<'_>, now: Timestamp) -> Result<Proposal, Error> {
    let mut notes = Notes::default();
    let (text, encoding) = text_of(bytes, about, &mut notes)?;
    let page = tree::for_selectors(&text, &about.work)?;
    let base = base(&page, about.url);
    let said = language(&page);
    let known = DateContext::new(&about.timezone, [about.language, said.as_deref()]);
    let body: Vec<ElementRef<'_>> = every(page.root_element(), "body");
    let known = spoken(known, &title(&page), &body);
    let links = headlines::of(&page, about.url, &base);
    let groups = alike::groups(&page, &links, &known, now);
    let shell = shell::judge(&page, &text);
    let looked_at = Looked { page: &page, encoding, about, known: &known, now };
    for group in groups.iter().take(MOST_TRIED) {
        // What scripts link to outweighs a menu that needs none.
        if shell.as_ref().is_some_and(|shell| shell.weight > group.weight && group.dated * 2 < group.entries.len()) {
            break;
        }
        if let Some(mut proposal) = looked_at.selectors(group) {
            proposal.remarks.extend(alike::left_out(&page, group, &groups));
            return Ok(proposal);
        }
    }
    let why = "nothing on this page repeats itself as a list of news".to_owned();
    Err(Error::Unreadable(shell.map_or(why, |shell| shell.because)))
}

/// A page that is looked at.
struct Looked<'p> {
    page: &'p Html,
    encoding: &'static str,
    about: &'p About<'p>,
    known: &'p DateContext<'p>,
    now: Timestamp,
}

impl Looked<'_> {
    fn selectors(&self, group: &Group<'_>) -> Option<Proposal> {
        let entries = alike::selector(self.page, group)?;
        let found: Vec<ElementRef<'_>> = self.page.select(Css::parse(&entries).ok()?.selector()).collect();
        let link = within::link(group);
        let title = within::title(group, &link, self.known, self.now);
        let summary = within::summary(group);
        let mut lines = vec![("entries", entries), ("link", link), ("title", title)];
        let mut remarks = Vec::new();
        for choice in dates::choices(&found, group, self.known, self.now) {
            let mut with = lines.clone();
            with.push(("date", choice.selector));
            with.extend(choice.format.map(|format| ("date_format", format)));
            match order::complaint(&self.read(&with)?.entries) {
                None => {
                    remarks.clear();
                    lines = with;
                    break;
                }
                Some(why) if remarks.is_empty() => remarks.push(why),
                Some(_) => {}
            }
        }
        if !lines.iter().any(|(key, _)| *key == "date") {
            let why = remarks.pop().unwrap_or_else(|| NO_DATE.to_owned());
            remarks.push(format!("{why}; entries stand by when they were first seen"));
        }
        lines.extend(summary.map(|summary| ("summary", summary)));
        let parsed = self.read(&lines)?;
        // What is proposed must work on the page that it is proposed for.
        let linked = parsed.entries.iter().filter(|entry| entry.link.is_some() && !entry.title.is_empty()).count();
        if linked * 10 < found.len() * 8 || html::plain_line(&found.first()?.inner_html()).is_empty() {
            return None;
        }
        let told = parsed.warnings.into_iter().filter(|warning| warning.kind == WarningKind::Page);
        remarks.extend(told.map(|warning| warning.text).filter(|text| text.starts_with("beside")));
        Some(Proposal { selectors: made(&lines)?, lines, remarks })
    }

    fn read(&self, lines: &[(&'static str, String)]) -> Option<Parsed> {
        read_tree(self.page, self.encoding, self.about, &made(lines)?, self.now, Notes::default()).ok()
    }
}

/// The selectors that `lines` hold.
fn made(lines: &[(&'static str, String)]) -> Option<Selectors> {
    let of = |name: &str| lines.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
    let css = |name: &str| of(name).and_then(|text| Css::parse(&text).ok());
    Some(Selectors {
        entries: css("entries")?,
        link: css("link"),
        title: css("title"),
        date: css("date"),
        date_format: of("date_format"),
        summary: css("summary"),
    })
}

/// An element as CSS: its name with the classes that say what it is.
fn signature(element: ElementRef<'_>) -> String {
    let mut text = element.value().name().to_owned();
    for class in element.value().classes().filter(|class| is_lasting(class)).take(3) {
        text.push('.');
        text.push_str(class);
    }
    text
}

/// Whether a class or id says what an element is, not which in a row, nor the
/// whim of a build tool.
fn is_lasting(name: &str) -> bool {
    const ROWS: [&str; 12] =
        ["odd", "even", "first", "last", "active", "current", "alt", "hover", "selected", "visited", "clearfix", "new"];
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    plain
        && name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && digits <= 2
        && !ROWS.contains(&name)
        && !name.starts_with("css-")
        && name.len() <= 40
}
