//! Selectors proposed for a listing page, so that nobody has to read its source.
//!
//! What lists news repeats itself: the same elements around one link each, with
//! headlines of some length and mostly a date beside them. Of all repetitions
//! on the page the one with the most of that is taken.

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;
use scraper::{ElementRef, Html};
use url::Url;

use crate::clock::{Timestamp, Zone};
use crate::model::site;
use crate::text::{html, tree};

use super::super::date::DateContext;
use super::super::links;
use super::super::notes::Notes;
use super::super::{About, Error};
use super::{Css, Selectors, base, css, day, every, text_of};

mod within;

/// Links that are looked at.
const MOST_LINKS: usize = 3_000;
/// How far above its link an entry's element is looked for.
const HIGHEST: usize = 7;
/// Fewer repetitions are no list.
const FEWEST: usize = 3;
/// An entry links to its page so often: picture, headline, "read more". What is
/// linked more often is an author or a topic.
const MOST_ALIKE: u32 = 3;
/// A headline is at least as heavy; see [`weight`].
const LIGHTEST: usize = 12;

/// Selectors for a page, with what they find.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The selectors as they are written in `[source.page]`, in its order.
    pub lines: Vec<(&'static str, String)>,
    /// The same, ready to read by.
    pub selectors: Selectors,
}

/// A link that may be an entry's.
struct Link<'a> {
    element: ElementRef<'a>,
    weight: usize,
    href: String,
}

/// Elements alike under parents alike, each around a link.
#[derive(Default)]
struct Group<'a> {
    entries: Vec<(ElementRef<'a>, ElementRef<'a>)>,
    weight: usize,
    /// Different addresses within the entries.
    links: HashSet<(NodeId, String)>,
    level: usize,
}

/// Selectors that fit a listing page best; `None` where nothing on it repeats itself
/// as news does.
///
/// # Errors
/// When the bytes are no page.
pub fn propose(bytes: &[u8], about: &About<'_>, now: Timestamp) -> Result<Option<Proposal>, Error> {
    let mut notes = Notes::default();
    let (text, _) = text_of(bytes, about, &mut notes)?;
    let page = tree::for_selectors(&text, &about.work)?;
    let base = base(&page, about.url);
    let known = DateContext::new(&about.timezone, [about.language]);
    let links = headlines(&page, about.url, &base);
    let mut groups: Vec<Group<'_>> = groups(&links).into_values().filter(|g| g.entries.len() >= FEWEST).collect();
    let dated = |group: &Group<'_>| {
        let look = group.entries.iter().take(12);
        let some = look.clone().filter(|(entry, _)| within::has_date(*entry, &known, now)).count();
        some * 100 / look.count().max(1)
    };
    let score = |group: &Group<'_>| {
        let spread = group.links.len().max(1) / group.entries.len().max(1);
        // An element around several headlines is no entry but a section.
        group.weight * (100 + 2 * dated(group)) / spread.max(1).pow(2)
    };
    groups.sort_by_cached_key(|group| std::cmp::Reverse((score(group), group.level)));
    Ok(groups.into_iter().take(6).find_map(|group| selectors(&page, &group, &known, now)))
}

/// Links with a headline, outside of menus; those within the site count double.
fn headlines<'a>(page: &'a Html, url: &Url, base: &Url) -> Vec<Link<'a>> {
    let (mut seen, mut led): (HashMap<String, u32>, HashMap<String, u32>) = Default::default();
    let found: Vec<(ElementRef<'a>, String, String)> = every(page.root_element(), "a[href]")
        .into_iter()
        .take(MOST_LINKS)
        .filter(|link| !is_in_menu(*link))
        .filter_map(|link| {
            let href = links::resolve(link.attr("href")?, links::Base::Said(base)).ok()?;
            let to = Url::parse(&href).ok()?;
            let leads_on = to.path().len() > 1 && without_fragment(&to) != without_fragment(url);
            leads_on.then(|| (link, css::shown(link), without_fragment(&to)))
        })
        .collect();
    for (_, text, href) in &found {
        *seen.entry(text.clone()).or_default() += 1;
        *led.entry(href.clone()).or_default() += 1;
    }
    found
        .into_iter()
        .filter(|(_, _, href)| led[href] <= MOST_ALIKE)
        .filter_map(|(element, text, href)| {
            // "Read more" says nothing; what stands above it may.
            let own = if seen[&text] > 2 { String::new() } else { text };
            let headline = if weight(&own) >= LIGHTEST { own } else { within::heading_near(element)? };
            let full = weight(&headline).min(80);
            // Some list what their other sites published; more are advertising.
            let own = Url::parse(&href).is_ok_and(|to| to.host_str().map(site) == url.host_str().map(site));
            let weight = if own { full } else { full / 2 };
            (full >= LIGHTEST).then_some(Link { element, weight, href })
        })
        .collect()
}

fn without_fragment(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.to_string()
}

/// How much a text says: letters, those of scripts without blanks threefold.
fn weight(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).map(|c| if c >= '\u{2e80}' { 3 } else { 1 }).sum()
}

fn is_in_menu(link: ElementRef<'_>) -> bool {
    const WORDS: [&str; 14] = [
        "nav",
        "navbar",
        "navigation",
        "menu",
        "footer",
        "breadcrumb",
        "breadcrumbs",
        "pagination",
        "pager",
        "share",
        "social",
        "sidebar",
        "toolbar",
        "cookie",
    ];
    link.ancestors().filter_map(ElementRef::wrap).take(12).any(|element| {
        let value = element.value();
        let words = value.classes().chain(value.id()).map(str::to_ascii_lowercase);
        matches!(value.name(), "nav" | "footer" | "aside" | "form")
            || words.into_iter().any(|word| word.split(['-', '_']).any(|part| WORDS.contains(&part)))
    })
}

type Alike = (Vec<String>, String);

fn groups<'a>(links: &[Link<'a>]) -> HashMap<(usize, Alike), Group<'a>> {
    let mut groups: HashMap<(usize, Alike), (Group<'a>, HashMap<NodeId, usize>)> = HashMap::new();
    for link in links {
        let mut element = link.element;
        for level in 0..HIGHEST {
            let Some(parent) = element.parent().and_then(ElementRef::wrap) else { break };
            if matches!(element.value().name(), "body" | "html") {
                break;
            }
            let alike = (place(parent), signature(element));
            let (group, known) = groups.entry((level, alike)).or_default();
            group.level = level;
            group.links.insert((element.id(), link.href.clone()));
            match known.get(&element.id()) {
                None => {
                    known.insert(element.id(), link.weight);
                    group.entries.push((element, link.element));
                    group.weight += link.weight;
                }
                Some(best) if link.weight > *best => {
                    group.weight += link.weight - best;
                    if let Some(entry) = group.entries.iter_mut().find(|(entry, _)| entry.id() == element.id()) {
                        entry.1 = link.element;
                    }
                    known.insert(element.id(), link.weight);
                }
                Some(_) => {}
            }
            element = parent;
        }
    }
    groups.into_iter().map(|(key, (group, _))| (key, group)).collect()
}

/// The parents of an element as far as they tell lists apart.
fn place(parent: ElementRef<'_>) -> Vec<String> {
    let mut chain: Vec<String> = vec![signature(parent)];
    chain.extend(parent.ancestors().filter_map(ElementRef::wrap).take(2).map(signature));
    chain
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
        && !name.is_empty()
        && !name.as_bytes()[0].is_ascii_digit()
        && digits <= 2
        && !ROWS.contains(&name)
        && !name.starts_with("css-")
        && name.len() <= 40
}

/// The shortest path that finds the group's entries and hardly anything else.
fn entries_selector(page: &Html, group: &Group<'_>) -> Option<String> {
    let first = group.entries.first()?.0;
    let wanted = group.entries.len();
    let mut path = signature(first);
    let mut candidates = vec![path.clone()];
    for ancestor in first.ancestors().filter_map(ElementRef::wrap).take(4) {
        if matches!(ancestor.value().name(), "body" | "html") {
            break;
        }
        if let Some(id) = ancestor.value().id().filter(|id| is_lasting(id)) {
            candidates.push(format!("#{id} {}", path.trim_start()));
        }
        path = format!("{} > {path}", signature(ancestor));
        candidates.push(path.clone());
    }
    let count = |text: &str| Css::parse(text).map_or(0, |css| page.select(css.selector()).count());
    let counted: Vec<(usize, String)> = candidates.into_iter().map(|text| (count(&text), text)).collect();
    let fits = |at: usize| at >= wanted && at <= wanted + wanted / 5 + 1;
    // Names that people gave last longest; a bare name of an element is too little.
    let named = |text: &str| text.contains(['.', '#']);
    let placed = |text: &str| text.contains('>');
    let first = |is: &dyn Fn(&str) -> bool| counted.iter().find(|(at, text)| fits(*at) && is(text));
    first(&named).or_else(|| first(&placed)).or_else(|| first(&|_| true)).map(|(_, text)| text.clone())
}

fn selectors(page: &Html, group: &Group<'_>, known: &DateContext<'_>, now: Timestamp) -> Option<Proposal> {
    let mut lines = vec![("entries", entries_selector(page, group)?)];
    let entries = Css::parse(&lines[0].1).ok()?;
    let found: Vec<ElementRef<'_>> = page.select(entries.selector()).collect();
    let link = within::link(group);
    lines.push(("link", link.clone()));
    lines.push(("title", within::title(group, &link)));
    if let Some((date, format)) = within::date(&found, known, now) {
        lines.push(("date", date));
        lines.extend(format.map(|format| ("date_format", format)));
    }
    lines.extend(within::summary(group).map(|summary| ("summary", summary)));
    let of = |name: &str| lines.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
    let css = |name: &str| of(name).and_then(|text| Css::parse(&text).ok());
    let selectors = Selectors {
        entries,
        link: css("link"),
        title: css("title"),
        date: css("date"),
        date_format: of("date_format"),
        summary: css("summary"),
    };
    // What is proposed must work on the page that it is proposed for.
    let linked =
        found.iter().filter(|entry| selectors.link.as_ref().is_some_and(|css| css.find(**entry).is_some())).count();
    (linked * 10 >= found.len() * 8 && !html::plain_line(&found[0].inner_html()).is_empty())
        .then_some(Proposal { lines, selectors })
}

/// The layout of dates written in figures, for `date_format`.
fn layout(texts: &[String], now: Timestamp) -> Option<String> {
    const LAYOUTS: [&str; 9] =
        ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d"];
    let utc = Zone::UTC;
    let known = DateContext::new(&utc, []);
    let fits = |format: &&&str| {
        texts.iter().all(|text| {
            let bare = text.trim_matches(|c: char| "[]()（）【】 ".contains(c));
            day::read(bare, Some(format), &known, now).is_some() && bare.starts_with(|c: char| c.is_ascii_digit())
        })
    };
    LAYOUTS.iter().find(fits).map(|format| (*format).to_owned())
}
