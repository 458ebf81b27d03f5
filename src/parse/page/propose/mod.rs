//! Selectors proposed for a listing page, so that nobody has to read its source.
//!
//! What lists news repeats itself: the same elements around one link each, with
//! headlines of some length and mostly a date beside them. Elements are alike by
//! what they share (their name, their parents, one class), and of all that are alike
//! those are taken with the most headlines and dates. What is proposed is tried on
//! the page itself: dates that cannot be right are left out, and told.

use scraper::ElementRef;

use crate::clock::Timestamp;
use crate::limits::PAGE_ENTRIES;
use crate::model::{Parsed, WarningKind};
use crate::text::quote::in_quotes;
use crate::text::{html, tree};

use super::super::date::{DateContext, DateVerdict, judge};
use super::super::notes::{Notes, excerpt};
use super::super::{About, Error};
use super::css::{self, Css, Selectors};
use super::meaning::DateOf;
use super::rest::weight::{LIGHTEST, weight};
use super::{PageReading, base, counted, day, events, language, ordered, text_of, title, with_script};

mod alike;
mod chosen;
mod dated;
mod dates;
mod group;
mod headlines;
mod heads;
mod holders;
mod judged;
mod keys;
mod layouts;
mod near;
mod others;
mod places;
mod seen;
mod shell;
mod within;
mod zone;

use dates::{Choice, DateChoices};
use group::Group;
use headlines::LinksLookedAt;
use headlines::PageLinks;
use seen::SeenPage;

/// Groups that are tried, the best first.
const MOST_TRIED: usize = crate::limits::PROPOSAL_GROUPS.count();

/// What is told of a list without dates.
const NO_DATE: &str = "no date was proposed: nothing in the entries can be read as one";

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
    let body: Vec<ElementRef<'_>> = css::named(&page, "body").collect();
    let known = with_script(known, &title(&page), &body);
    let links = headlines::of(&page, about.url, &base);
    let seen = SeenPage { html: &page, known: &known, now };
    let (groups, heads) = alike::groups(&seen, &links.all);
    let shell = shell::judge(&page);
    let looked_at = Looked { page: &seen, encoding, about, heads: &heads.selectors, links: links.looked_at };
    for group in groups.iter().take(MOST_TRIED).take_while(|_| !about.work.is_given_up()) {
        // What scripts link to outweighs a menu that needs none.
        if shell.as_ref().is_some_and(|shell| shell.weight > group.weight && group.dated * 2 < group.entries.len()) {
            break;
        }
        if let Some(mut proposal) = looked_at.selectors(group) {
            proposal.remarks.extend(others::told(&page, group, &groups, &about.work));
            return Ok(proposal);
        }
    }
    Err(Error::Unreadable(shell.map_or_else(|| nothing(&page, &links), |shell| shell.because)))
}

/// Why no list was found on a page that needs no browser.
fn nothing(page: &scraper::Html, links: &PageLinks<'_>) -> String {
    let most = crate::limits::PROPOSAL_LINKS.most;
    shell::without_links(page).unwrap_or_else(|| match links.looked_at {
        LinksLookedAt::First => {
            format!("the first {most} links of this page are no list of news, and no more links are looked at")
        }
        LinksLookedAt::All if links.on_one_page >= judged::FEWEST => format!(
            "the {} headlines of this page lead to parts of one page (#…), and what has no page of its own is no entry",
            links.on_one_page
        ),
        LinksLookedAt::All => "nothing on this page repeats itself as a list of news".to_owned(),
    })
}

/// A page that is looked at.
struct Looked<'a, 'p> {
    page: &'p SeenPage<'a, 'p>,
    encoding: &'static str,
    about: &'p About<'p>,
    heads: &'p [String],
    links: LinksLookedAt,
}

impl Looked<'_, '_> {
    fn selectors(&self, group: &Group<'_>) -> Option<Proposal> {
        let SeenPage { html: page, known, now } = *self.page;
        let chosen = chosen::chosen(page, group, self.links)?;
        let css = Css::parse(&chosen.text).ok()?;
        let found: Vec<ElementRef<'_>> = page.select(css.selector()).collect();
        let link = within::link(group);
        let title = within::title(group, &link, known, now);
        let summary = within::summary(group);
        let list = dates::DatedList { page: self.page, css: &css, found: &found, heads: self.heads };
        let sought = list.sought(group, &link);
        let mut lines = vec![("entries", chosen.text), ("link", link), ("title", title)];
        let (mut remarks, read) = self.date(&mut lines, sought, summary.as_ref())?;
        if read.is_none() {
            let why = remarks.pop().unwrap_or_else(|| NO_DATE.to_owned());
            remarks.push(format!("{why}; entries stand by when they were first seen"));
            lines.extend(summary.map(|summary| ("summary", summary)));
        }
        let parsed = read.or_else(|| self.read(&lines))?;
        // What is proposed must work on the page that it is proposed for.
        let linked = parsed.entries.iter().filter(|entry| entry.link.is_some() && !entry.title.is_empty()).count();
        let most = found.len().min(PAGE_ENTRIES.count());
        if linked * 10 < most * 8 || html::plain_line(&found.first()?.inner_html()).is_empty() {
            return None;
        }
        remarks.extend(zone::told(&parsed, &self.about.timezone, now));
        remarks.extend(strange(group.strange.iter().chain(&chosen.also).copied()));
        // Every poll tells these, so whoever adds the page hears them first.
        let told = parsed.warnings.into_iter().filter(|warning| warning.kind == WarningKind::Page);
        remarks.extend(told.map(|warning| warning.text));
        Some(Proposal { selectors: made(&lines)?, lines, remarks })
    }

    /// Adds the first of the choices to `lines` whose dates can be right, with what the page
    /// then comes to; else tells why none can.
    fn date(
        &self,
        lines: &mut Vec<(&'static str, String)>,
        sought: DateChoices,
        summary: Option<&String>,
    ) -> Option<(Vec<String>, Option<Parsed>)> {
        let mut remarks = Vec::from_iter(sought.refused);
        let mut choices = sought.choices.iter();
        while let Some(choice) = choices.next() {
            let mut with = lines.clone();
            with.push(("date", choice.selector.clone()));
            with.extend(choice.format.clone().map(|format| ("date_format", format)));
            with.extend(summary.map(|summary| ("summary", summary.clone())));
            let parsed = self.read(&with)?;
            let Some(why) = complaint(&parsed) else {
                *lines = with;
                return Some((self.of_choice(choice, choices.as_slice()), Some(parsed)));
            };
            if remarks.is_empty() {
                remarks.push(why);
            }
        }
        Some((remarks, None))
    }

    /// What is told of dates that may be others than those of publication: `others` stand in
    /// the entries as well.
    fn of_choice(&self, choice: &Choice, others: &[Choice]) -> Vec<String> {
        let example = in_quotes(excerpt(&choice.example));
        match (choice.of, &choice.label) {
            (DateOf::Change, _) => {
                vec![format!("the dates are those of the last change, as {example}: the page shows no others")]
            }
            (DateOf::Unsaid, Some(label)) => {
                let label = in_quotes(label);
                vec![format!(
                    "the dates stand behind {label}, a label that is not known: check that these are days of publication"
                )]
            }
            (DateOf::Unsaid, None) => {
                let day = |choice: &Choice| {
                    let read = day::read(&choice.example, None, self.page.known, self.page.now)?;
                    read_day(&read, self.page.known, self.page.now)
                };
                let own = day(choice);
                let is_other = |other: &&Choice| {
                    other.of == DateOf::Unsaid && own.is_some() && day(other).is_some_and(|day| Some(day) != own)
                };
                let other = others.iter().find(is_other).map(|other| in_quotes(excerpt(&other.example)));
                let told = |other| format!("the entries show other days, too: {example} was taken, not {other}");
                other.map(told).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn read(&self, lines: &[(&'static str, String)]) -> Option<Parsed> {
        let SeenPage { html, now, .. } = *self.page;
        let by = made(lines)?;
        PageReading { html, encoding: self.encoding, about: self.about, by: &by, now }.read(Notes::default()).ok()
    }
}

/// The day that `read` tells.
fn read_day(read: &str, known: &DateContext<'_>, now: Timestamp) -> Option<jiff::civil::Date> {
    match judge(read, known, now) {
        DateVerdict::Good(at) => Some(known.wall(at).date()),
        _ => None,
    }
}

/// Why the dates of `parsed` cannot be right.
fn complaint(parsed: &Parsed) -> Option<String> {
    if parsed.entries.iter().any(|entry| entry.published.is_some()) {
        return None;
    }
    let is_cause = |text: &&str| {
        let causes = [counted::TOLD, ordered::SAME, ordered::NO_ORDER];
        causes.iter().any(|cause| text.starts_with(cause)) || text.contains(events::AHEAD)
    };
    let why = parsed.warnings.iter().map(|warning| warning.text.as_str()).find(is_cause);
    Some(match why {
        Some(why) if why.starts_with(ordered::NO_ORDER) => why.to_owned(),
        _ => format!("no date was proposed: {}", why.unwrap_or("none of what looks like one can be read")),
    })
}

/// What is told of entries that seem to be none of the list.
fn strange<'a>(links: impl Iterator<Item = ElementRef<'a>>) -> Option<String> {
    let shown: Vec<String> = links.map(css::shown).filter(|text| weight(text) >= LIGHTEST).collect();
    let first = in_quotes(excerpt(shown.first()?));
    Some(match shown.len() {
        1 => format!("among the entries is 1 that may be no news: {first}"),
        count => format!("among the entries are {count} that may be no news, as {first}"),
    })
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
