//! CSS selectors with their texts.

use ego_tree::iter::Edge;
use scraper::{ElementRef, Html, Selector};

use crate::model::Work;
use crate::text::html;

mod visible;
mod wrong;

pub use visible::shown;

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

/// Siblings of an entry that are looked at for its parts.
const MOST_SIBLINGS: usize = crate::limits::PROPOSAL_SIBLINGS.count();

/// Texts of an element that are looked at for a date.
const MOST_TEXTS: usize = 64;

/// How far above an element one that strikes it out may be.
const MOST_AROUND: usize = 3;

/// The sign before CSS that looks for what heads an entry.
pub const ABOVE: char = '^';

/// A selector as written: CSS, `.` for the entry itself, and `@name` at its end
/// for an attribute instead of the text. A `+` before it looks among what follows
/// the entry, up to the next of its kind; a `-` among what stands before it; a `^`
/// looks for what heads it, alone or with others. `+ .` and `- .` mean the text right
/// behind or before the entry that stands in no element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Css {
    text: String,
    selector: Selector,
    attribute: Option<String>,
    place: SearchPlace,
}

/// Where a selector looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum SearchPlace {
    Itself,
    Within,
    Behind,
    Before,
    TextBehind,
    TextBefore,
    Above,
}

impl Css {
    /// Reads a selector.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence's end.
    pub fn parse(text: &str) -> Result<Css, String> {
        let signs = [("+ ", SearchPlace::Behind), ("- ", SearchPlace::Before), ("^ ", SearchPlace::Above)];
        let trimmed = text.trim();
        let (place, bare) = signs
            .into_iter()
            .find_map(|(sign, place)| Some((place, trimmed.strip_prefix(sign)?)))
            .unwrap_or((SearchPlace::Within, trimmed));
        let (css, attribute) = match bare.rsplit_once('@') {
            Some((css, name)) if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
                (css.trim(), Some(name.to_ascii_lowercase()))
            }
            _ => (bare.trim(), None),
        };
        let is_entry = matches!(css, "." | ":scope") || css.is_empty() && attribute.is_some();
        let place = match place {
            SearchPlace::Within if is_entry => SearchPlace::Itself,
            SearchPlace::Behind if is_entry && attribute.is_none() => SearchPlace::TextBehind,
            SearchPlace::Before if is_entry && attribute.is_none() => SearchPlace::TextBefore,
            place => place,
        };
        let names_none = matches!(place, SearchPlace::Itself | SearchPlace::TextBehind | SearchPlace::TextBefore);
        let read = if names_none { "*" } else { css };
        let selector = Selector::parse(read).map_err(|_| wrong::told(read))?;
        Ok(Css { text: text.to_owned(), selector, attribute, place })
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

    /// The first match within `element`, else `element` itself if it matches. What heads
    /// it is for [`Above`](super::above::Above) to find.
    pub(super) fn find<'a>(&self, element: ElementRef<'a>) -> Option<ElementRef<'a>> {
        self.find_of(element, None)
    }

    /// The same for an entry of `list`, whose selector tells where the next one begins.
    pub(super) fn find_of<'a>(&self, element: ElementRef<'a>, list: Option<&Css>) -> Option<ElementRef<'a>> {
        let in_or_at = |element: ElementRef<'a>| {
            let inner = element.select(&self.selector).next();
            inner.or_else(|| Some(element).filter(|element| self.selector.matches(element)))
        };
        match self.place {
            SearchPlace::Itself => Some(element),
            SearchPlace::Within => in_or_at(element),
            SearchPlace::Behind => behind(element, list).find_map(in_or_at),
            SearchPlace::Before => before(element, list).find_map(in_or_at),
            SearchPlace::TextBehind | SearchPlace::TextBefore | SearchPlace::Above => None,
        }
    }

    /// The text right beside `entry` that stands in no element, if it means that.
    pub(super) fn text_beside(&self, entry: ElementRef<'_>) -> Option<String> {
        match self.place {
            SearchPlace::TextBehind => text_behind(entry),
            SearchPlace::TextBefore => text_before(entry),
            _ => None,
        }
    }

    /// Whether it looks for what heads an entry.
    pub fn looks_above(&self) -> bool {
        self.place == SearchPlace::Above
    }

    /// Whether it means an attribute that holds a URL.
    pub(super) fn is_address(&self) -> bool {
        matches!(self.attribute.as_deref(), Some("href" | "src" | "data-href" | "data-src"))
    }

    /// Whether it means the entry itself.
    pub(super) fn is_entry(&self) -> bool {
        self.place == SearchPlace::Itself
    }

    /// All matches within `element`, up to `most`.
    pub(super) fn parts<'a>(&self, element: ElementRef<'a>, most: usize) -> Vec<ElementRef<'a>> {
        if self.place == SearchPlace::Within { element.select(&self.selector).take(most).collect() } else { Vec::new() }
    }

    /// The attribute that is asked for instead of the text.
    pub(in crate::parse) fn attribute_of(&self, found: ElementRef<'_>) -> Option<String> {
        let value = found.attr(self.attribute.as_deref()?)?;
        Some(html::plain_line(value)).filter(|value| !value.is_empty())
    }

    /// The text of the first match, or its attribute, of an entry of `list`.
    pub(super) fn text_of(&self, element: ElementRef<'_>, list: &Css) -> Option<String> {
        if let Some(beside) = self.text_beside(element) {
            return Some(beside);
        }
        let found = self.find_of(element, Some(list))?;
        match self.attribute {
            Some(_) => self.attribute_of(found),
            None => Some(shown(found)),
        }
    }
}

/// What follows an entry, up to the next of its kind: of `list` where that is known, or
/// one that looks like it.
pub fn behind<'a>(entry: ElementRef<'a>, list: Option<&Css>) -> impl Iterator<Item = ElementRef<'a>> {
    // The selector of the list tells the next entry from what goes on with this one.
    let goes_on = move |_: ElementRef<'a>| list.is_some();
    behind_while(entry, goes_on).take_while(move |other| !is_listed(*other, list))
}

fn is_listed(element: ElementRef<'_>, list: Option<&Css>) -> bool {
    list.is_some_and(|list| list.selector.matches(&element))
}

/// The same where a sibling of its kind without any class, below an entry that has some,
/// may be a second row of it.
pub fn behind_while<'a>(
    entry: ElementRef<'a>,
    goes_on: impl Fn(ElementRef<'a>) -> bool,
) -> impl Iterator<Item = ElementRef<'a>> {
    let is_second = move |other: ElementRef<'a>| is_bare(other) && !is_bare(entry) && goes_on(other);
    let is_next = move |other: &ElementRef<'a>| is_alike(*other, entry) && !is_second(*other);
    entry.next_siblings().filter_map(ElementRef::wrap).take_while(move |other| !is_next(other)).take(MOST_SIBLINGS)
}

/// Whether an element has no class.
pub fn is_bare(element: ElementRef<'_>) -> bool {
    element.value().classes().next().is_none()
}

/// What stands before an entry, the nearest first, down to the one before of its kind: of
/// `list` where that is known, or one that looks like it. Of a list of terms with several
/// descriptions each, all have the term.
pub fn before<'a>(entry: ElementRef<'a>, list: Option<&Css>) -> impl Iterator<Item = ElementRef<'a>> {
    let described = entry.value().name() == "dd";
    let is_other = move |other: ElementRef<'a>| is_alike(other, entry) || is_listed(other, list);
    let siblings =
        entry.prev_siblings().filter_map(ElementRef::wrap).filter(move |other| !described || !is_other(*other));
    siblings.take_while(move |other| !is_other(*other)).take(if described { 1 } else { MOST_SIBLINGS })
}

/// Whether siblings are of one kind: one name, and the same classes or one in common.
fn is_alike(one: ElementRef<'_>, other: ElementRef<'_>) -> bool {
    let (one, other) = (one.value(), other.value());
    one.name() == other.name()
        && (one.classes().next().is_none() || one.classes().any(|class| other.classes().any(|known| known == class)))
}

/// Elements whose text no longer holds.
const STRUCK: [&str; 3] = ["del", "s", "strike"];

/// Whether `element` is struck out, itself or by what is around it.
pub fn is_struck(element: ElementRef<'_>) -> bool {
    let around = element.ancestors().filter_map(ElementRef::wrap).take(MOST_AROUND);
    std::iter::once(element).chain(around).any(|around| STRUCK.contains(&around.value().name()))
}

/// Whether something within `element` is struck out.
pub fn has_struck(element: ElementRef<'_>) -> bool {
    inner(element).take(MOST_TEXTS).any(|inner| STRUCK.contains(&inner.value().name()))
}

/// The texts of `element` that are not struck out.
fn valid_text(element: ElementRef<'_>) -> impl Iterator<Item = &str> {
    let mut struck = None;
    element.traverse().filter_map(move |edge| match edge {
        Edge::Open(node) => {
            let name = node.value().as_element().map(|element| element.name());
            if struck.is_none() && name.is_some_and(|name| STRUCK.contains(&name)) {
                struck = Some(node.id());
            }
            node.value().as_text().filter(|_| struck.is_none()).map(|text| &**text)
        }
        Edge::Close(node) => {
            struck = struck.filter(|id| *id != node.id());
            None
        }
    })
}

/// The text right before `entry`, in no element.
pub fn text_before(entry: ElementRef<'_>) -> Option<String> {
    let mut texts: Vec<&str> =
        entry.prev_siblings().map_while(|node| Some(&**node.value().as_text()?)).take(4).collect();
    texts.reverse();
    joined(&texts)
}

/// The text right behind `entry`, in no element.
pub fn text_behind(entry: ElementRef<'_>) -> Option<String> {
    let texts: Vec<&str> = entry.next_siblings().map_while(|node| Some(&**node.value().as_text()?)).take(4).collect();
    joined(&texts)
}

fn joined(texts: &[&str]) -> Option<String> {
    let text = texts.concat().split_whitespace().collect::<Vec<_>>().join(" ");
    Some(text).filter(|text| !text.is_empty())
}

/// The text of `element` with a blank wherever a number would go on from one of
/// its parts into the next: `<b>27</b><i>2026-11</i>` is no 272026.
pub fn spaced(element: ElementRef<'_>) -> String {
    spaced_all([element])
}

/// The same of several elements together.
pub fn spaced_all<'a>(elements: impl IntoIterator<Item = ElementRef<'a>>) -> String {
    let mut out = String::new();
    for text in elements.into_iter().flat_map(valid_text).take(MOST_TEXTS) {
        let joins = |c: char| c.is_alphanumeric();
        if out.ends_with(joins)
            && text.starts_with(joins)
            && (out.ends_with(char::is_numeric) || text.starts_with(char::is_numeric))
        {
            out.push(' ');
        }
        out.push_str(text);
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text that stands in `element` itself, beside its elements.
pub fn own_text(element: ElementRef<'_>) -> String {
    let own = element.children().filter_map(|child| child.value().as_text().map(|text| text.to_string()));
    own.flat_map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>().join(" ")
}

/// Every match of a selector of ours within `element`.
pub fn every<'a>(element: ElementRef<'a>, text: &str) -> Vec<ElementRef<'a>> {
    element.select(&Css::fixed(text).selector).collect()
}

/// The elements called `name` on `page`.
pub fn named<'a>(page: &'a Html, name: &'static str) -> impl Iterator<Item = ElementRef<'a>> {
    inner(page.root_element()).filter(move |inner| inner.value().name() == name)
}

/// An attribute that says something.
pub fn attribute(element: ElementRef<'_>, name: &str) -> Option<String> {
    element.attr(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// Elements within `element`.
pub fn inner(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    element.descendants().skip(1).filter_map(ElementRef::wrap)
}

/// Links within `element`.
pub fn links(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    inner(element).filter(|inner| is_link(*inner))
}

/// The first link of `element`, itself included.
pub fn first_link(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    links(element).next().or_else(|| Some(element).filter(|element| is_link(*element)))
}

fn is_link(element: ElementRef<'_>) -> bool {
    element.value().name() == "a" && element.attr("href").is_some()
}

/// Whether an element is one of the headings of HTML.
pub fn is_heading(element: ElementRef<'_>) -> bool {
    matches!(element.value().name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}
