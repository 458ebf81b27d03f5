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

use super::super::date::DateContext;
use super::super::notes::{Notes, excerpt};
use super::super::{About, Error};
use super::css::{self, Css, Selectors};
use super::lacking::SAME_TITLE;
use super::{PageReading, base, counted, language, ordered, rest, text_of, title, with_script};

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
mod meaning;
mod near;
mod others;
mod places;
mod seen;
mod shell;
mod within;
mod zone;

use dates::DateChoices;
use group::Group;
use headlines::LinksLookedAt;
use headlines::PageLinks;
use meaning::DateOf;
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
        let told = parsed.warnings.into_iter().filter(|warning| warning.kind == WarningKind::Page);
        let of_list = |text: &String| ["beside", SAME_TITLE, counted::TOLD].iter().any(|of| text.starts_with(of));
        remarks.extend(told.map(|warning| warning.text).filter(of_list));
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
        for choice in sought.choices {
            let mut with = lines.clone();
            with.push(("date", choice.selector.clone()));
            with.extend(choice.format.map(|format| ("date_format", format)));
            with.extend(summary.map(|summary| ("summary", summary.clone())));
            let parsed = self.read(&with)?;
            let Some(why) = complaint(&parsed, self.page.now) else {
                *lines = with;
                let changed = (choice.of == DateOf::Change).then(|| {
                    let example = in_quotes(excerpt(&choice.example));
                    format!("the dates are those of the last change, as {example}: the page shows no others")
                });
                return Some((Vec::from_iter(changed), Some(parsed)));
            };
            if remarks.is_empty() {
                remarks.push(why);
            }
        }
        Some((remarks, None))
    }

    fn read(&self, lines: &[(&'static str, String)]) -> Option<Parsed> {
        let SeenPage { html, now, .. } = *self.page;
        let by = made(lines)?;
        PageReading { html, encoding: self.encoding, about: self.about, by: &by, now }.read(Notes::default()).ok()
    }
}

/// Why the dates of `parsed` cannot be right.
fn complaint(parsed: &Parsed, now: Timestamp) -> Option<String> {
    let dates: Vec<_> =
        parsed.entries.iter().filter_map(|e| Some((e.published?, e.published_raw.as_deref()?))).collect();
    if let Some((at, raw)) = dates.first() {
        // What lies far ahead was set to the time of the poll.
        let are_set = dates.len() > 1 && *at >= now && dates.iter().all(|(other, _)| other == at);
        return are_set.then(|| format!("no date was proposed: all days lie ahead, as {}", in_quotes(excerpt(raw))));
    }
    let causes = [counted::TOLD, ordered::SAME, ordered::NO_ORDER];
    let said = |text: &&str| causes.iter().any(|cause| text.starts_with(cause));
    let why = parsed.warnings.iter().map(|warning| warning.text.as_str()).find(said);
    Some(match why {
        Some(why) if why.starts_with(ordered::NO_ORDER) => why.to_owned(),
        _ => format!("no date was proposed: {}", why.unwrap_or("none of what looks like one can be read")),
    })
}

/// What is told of entries that seem to be none of the list.
fn strange<'a>(links: impl Iterator<Item = ElementRef<'a>>) -> Option<String> {
    let shown: Vec<String> = links.map(css::shown).filter(|text| rest::weight(text) >= rest::LIGHTEST).collect();
    let first = in_quotes(excerpt(shown.first()?));
    Some(format!("among the entries are {} that may be no news, as {first}", shown.len()))
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
