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

/// Siblings of an entry that are looked at for its parts.
const MOST_SIBLINGS: usize = crate::limits::PROPOSAL_SIBLINGS.count();

/// A selector as written: CSS, `.` for the entry itself, and `@name` at its end
/// for an attribute instead of the text. A `+` before it looks among what follows
/// the entry, up to the next of its kind; a `-` among what stands before it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Css {
    text: String,
    selector: Selector,
    attribute: Option<String>,
    place: Place,
}

/// Where a selector looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    Itself,
    Within,
    Behind,
    Before,
}

impl Css {
    /// Reads a selector.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence's end.
    pub fn parse(text: &str) -> Result<Css, String> {
        let (place, bare) = match text.trim() {
            bare if bare.starts_with("+ ") => (Place::Behind, &bare[2..]),
            bare if bare.starts_with("- ") => (Place::Before, &bare[2..]),
            bare => (Place::Within, bare),
        };
        let (css, attribute) = match bare.rsplit_once('@') {
            Some((css, name)) if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
                (css.trim(), Some(name.to_ascii_lowercase()))
            }
            _ => (bare.trim(), None),
        };
        let is_entry = matches!(css, "." | ":scope") || css.is_empty() && attribute.is_some();
        let place = if is_entry && place == Place::Within { Place::Itself } else { place };
        let selector =
            Selector::parse(if place == Place::Itself { "*" } else { css }).map_err(|error| error.to_string())?;
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

    /// The first match within `element`, else `element` itself if it matches.
    pub(super) fn find<'a>(&self, element: ElementRef<'a>) -> Option<ElementRef<'a>> {
        let in_or_at = |element: ElementRef<'a>| {
            let inner = element.select(&self.selector).next();
            inner.or_else(|| Some(element).filter(|element| self.selector.matches(element)))
        };
        match self.place {
            Place::Itself => Some(element),
            Place::Within => in_or_at(element),
            Place::Behind => behind(element).find_map(in_or_at),
            Place::Before => before(element).find_map(in_or_at),
        }
    }

    /// Whether it means an attribute that holds an address.
    pub(super) fn is_address(&self) -> bool {
        matches!(self.attribute.as_deref(), Some("href" | "src" | "data-href" | "data-src"))
    }

    /// Whether it means the entry itself.
    pub(super) fn is_entry(&self) -> bool {
        self.place == Place::Itself
    }

    /// All matches within `element`, up to `most`.
    pub(super) fn parts<'a>(&self, element: ElementRef<'a>, most: usize) -> Vec<ElementRef<'a>> {
        if self.place == Place::Within { element.select(&self.selector).take(most).collect() } else { Vec::new() }
    }

    /// The attribute that is asked for instead of the text.
    pub(in crate::parse) fn attribute_of(&self, found: ElementRef<'_>) -> Option<String> {
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

/// What follows an entry, up to the next of its kind.
pub fn behind(entry: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    let siblings = entry.next_siblings().filter_map(ElementRef::wrap);
    siblings.take_while(move |other| !is_alike(*other, entry)).take(MOST_SIBLINGS)
}

/// What stands before an entry, the nearest first, down to the one before of its
/// kind. Of a list of terms with several descriptions each, all have the term.
pub fn before(entry: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    let described = entry.value().name() == "dd";
    let siblings =
        entry.prev_siblings().filter_map(ElementRef::wrap).filter(move |other| !described || !is_alike(*other, entry));
    siblings.take_while(move |other| !is_alike(*other, entry)).take(if described { 1 } else { MOST_SIBLINGS })
}

/// Whether siblings are of one kind: one name, and the same classes or one in common.
fn is_alike(one: ElementRef<'_>, other: ElementRef<'_>) -> bool {
    let (one, other) = (one.value(), other.value());
    one.name() == other.name()
        && (one.classes().next().is_none() || one.classes().any(|class| other.classes().any(|known| known == class)))
}

/// The text of `element` with a blank wherever a number would go on from one of
/// its parts into the next: `<b>27</b><i>2026-11</i>` is no 272026.
pub fn spaced(element: ElementRef<'_>) -> String {
    spaced_all([element])
}

/// The same of several elements together.
pub fn spaced_all<'a>(elements: impl IntoIterator<Item = ElementRef<'a>>) -> String {
    let mut out = String::new();
    let texts = elements.into_iter().flat_map(|element| element.text());
    for text in texts.take(64) {
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

/// The first link of `element`, itself included.
pub fn first_link(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    Css::fixed("a[href]").find(element)
}

/// `html` without what stands there for browsers without scripts, which is a text to
/// others: a picture's markup is no headline.
fn with_scripts(html: String) -> String {
    const END: &str = "</noscript>";
    if !html.contains(END) {
        return html;
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html.as_str();
    while let Some((before, behind)) = rest.split_once("<noscript") {
        out.push_str(before);
        rest = behind.split_once(END).map_or("", |(_, behind)| behind);
    }
    out + rest
}

/// The text of `element` as shown, on one line; where that is cut short, and
/// the whole stands in its `title`, that.
pub fn shown(element: ElementRef<'_>) -> String {
    let text = html::plain_line(&with_scripts(element.inner_html()));
    let cut = text.trim_end_matches(['…', '.']).trim_end();
    let whole = element.attr("title").map(str::trim).filter(|whole| whole.len() > cut.len());
    match whole {
        Some(whole) if text.is_empty() || (cut.len() < text.len() && whole.starts_with(cut)) => whole.to_owned(),
        _ => text,
    }
}
