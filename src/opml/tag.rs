//! Reads the tags of a list: attributes, URLs, names.

use url::Url;

use crate::limits::ATTRIBUTES;
use crate::model::without_feed_scheme;
use crate::text::html;
use crate::text::xml::{Tag, doctype};

use super::gather::NameLabel;
use super::{Carriage, MAX_DEPTH, Scraped};

/// How many characters of a title or a folder's name are kept.
const MOST_CHARS: usize = 256;

/// How many bytes of a title or an attribute are looked at.
pub const MOST_BYTES: usize = crate::limits::LIST_TEXT.count();

/// The attributes of an outline, with references decoded.
#[derive(Debug, Default)]
pub struct OutlineAttributes {
    pub text: Option<String>,
    pub title: Option<String>,
    pub kind: Option<String>,
    pub xml_url: Option<String>,
    pub html_url: Option<String>,
    pub url: Option<String>,
    pub category: Option<String>,
    pub wire: Option<String>,
    pub country: Option<String>,
    /// How the entries of a page are found.
    pub scraped: Scraped,
}

impl OutlineAttributes {
    pub fn of(tag: &Tag<'_>) -> OutlineAttributes {
        let mut a = OutlineAttributes::default();
        for (name, value) in tag.attributes().take(ATTRIBUTES.count()) {
            let (is_prefixed, name) = (name.contains(':'), lower(local(name)));
            if a.scraped.take(&name, || decoded(value)) {
                continue;
            }
            let slot = match name.as_str() {
                "text" => &mut a.text,
                "title" => &mut a.title,
                "type" => &mut a.kind,
                "xmlurl" => &mut a.xml_url,
                "htmlurl" => &mut a.html_url,
                "url" => &mut a.url,
                "category" => &mut a.category,
                // Of our own namespace; without one, others may mean something else by it.
                "wire" if is_prefixed => &mut a.wire,
                "country" if is_prefixed => &mut a.country,
                _ => continue,
            };
            slot.get_or_insert_with(|| decoded(value));
        }
        a
    }

    /// What it says of the copy that it carries.
    pub fn carriage(&self) -> Carriage {
        let said = |text: &Option<String>| text.as_deref().map(line).filter(|text| !text.is_empty());
        Carriage { wire: said(&self.wire), country: said(&self.country) }
    }

    /// `text`, which OPML 2.0 requires, else `title`, which others write.
    pub fn name(&self) -> String {
        let text = self.text.as_deref().map(line).unwrap_or_default();
        if text.is_empty() { self.title.as_deref().map(line).unwrap_or_default() } else { text }
    }
}

/// OPML 2.0: comma-separated paths of folders, with slashes between names.
pub fn categories(text: &str) -> Vec<Vec<NameLabel>> {
    let paths = text.split(',').map(|path| {
        let names = path.split('/').map(line).filter(|name| !name.is_empty());
        names.take(MAX_DEPTH).map(|name| NameLabel::Told(name.into())).collect::<Vec<_>>()
    });
    paths.filter(|path| !path.is_empty()).collect()
}

/// An http or https URL, without fragment; `feed:` is rewritten (check B35).
pub fn address(text: &str) -> Option<Url> {
    let plain = without_feed_scheme(text.trim());
    // A URL with blanks in it is a piece of text, not a URL.
    if plain.len() > 2048 || plain.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let mut url = Url::parse(&plain).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())?;
    url.set_fragment(None);
    Some(url)
}

/// An entity that is left in a text whose references were decoded: one that is not of HTML.
pub fn unexpanded(text: &str) -> Option<&str> {
    text.match_indices('&').find_map(|(at, _)| {
        let rest = &text[at..];
        let name = rest[1..].bytes().take_while(|&b| doctype::is_name_byte(b)).count();
        let entity = rest.get(..name + 2).filter(|entity| name > 0 && entity.ends_with(';'))?;
        (!html::has_reference(entity)).then_some(entity)
    })
}

/// One attribute, by its name in lower case without prefix.
pub fn attribute(tag: &Tag<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes().take(ATTRIBUTES.count());
    all.find(|(written, _)| local(written).eq_ignore_ascii_case(name)).map(|(_, value)| decoded(value))
}

/// Whether an attribute is one of `words`, in any case.
pub fn says(tag: &Tag<'_>, name: &str, words: &[&str]) -> bool {
    attribute(tag, name).is_some_and(|value| words.iter().any(|word| value.trim().eq_ignore_ascii_case(word)))
}

fn decoded(value: &str) -> String {
    let mut out = String::new();
    html::decode(cut(value), &mut out);
    out
}

/// The beginning of `text` that is looked at.
pub fn cut(text: &str) -> &str {
    let mut end = text.len().min(MOST_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// `text` on one line: white space is folded; control characters, and those that change the
/// text's direction, are dropped.
pub fn line(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().filter(|c| !c.is_control() && !turns(*c)).take(MOST_CHARS).collect()
}

/// A name without its prefix.
pub fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// A name in lower case; empty if it is too long for any known name.
pub fn lower(name: &str) -> String {
    if name.len() > 32 { String::new() } else { name.to_ascii_lowercase() }
}
