//! A text while it is gathered: decoded once, markup inside it kept as HTML.

use std::rc::Rc;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use url::Url;

use crate::model::{Content, Markup, WarningKind};
use crate::parse::notes::Notes;
use crate::parse::text::loose::{folded, loose_markup, loose_title};
use crate::parse::text::section::without_marks;
use crate::parse::text::texts;
use crate::text::html;

use super::fields::{Inside, TextField};
use super::names::Ns;
use crate::text::xml::Tag;

/// How an element's text is to be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum TextForm {
    /// Characters as they stand.
    Text,
    /// HTML with its markup escaped.
    Html,
    /// Markup as elements of the document: Atom's `xhtml`.
    Inline,
    /// Nobody says: plain text or escaped HTML.
    Loose,
    /// Base64 (RFC 4287 §4.1.3.3, `mode` of Atom 0.3): text, or a file.
    Base64,
}

/// A text while it is gathered.
#[derive(Debug)]
pub struct Gathering {
    /// What it will be.
    pub field: TextField,
    /// The place its element stands in.
    pub place: Inside,
    /// How deep its element stands; the root is 1.
    pub depth: usize,
    /// The `domain` or `scheme` of a category.
    pub scheme: Option<String>,
    /// The `label` of a category.
    pub label: Option<String>,
    /// A URL in an attribute: that of RSS `source`, or of a link that should have it as text.
    pub url: Option<String>,
    /// The relation of a link whose URL is its text.
    pub rel: Option<String>,
    /// Its `type`: that of the text, or of the page that the link leads to.
    pub media_type: Option<String>,
    /// Whether a guid is said not to be a link.
    pub no_link: bool,
    /// Whether its end follows the first element in it that might belong
    /// elsewhere; looked for once.
    pub closed_ahead: Option<bool>,
    form: TextForm,
    out: String,
    marked: bool,
    base: Option<Rc<Url>>,
}

/// The scheme of a `media:category` that names none: Media RSS 1.5.1.
const MEDIA_SCHEME: &str = "http://search.yahoo.com/mrss/category_schema";

/// The scheme of Apple's categories, which have no name of their own for it.
pub const ITUNES_SCHEME: &str = "http://www.itunes.com/";

/// Elements that say a date once more in an attribute.
const DATED: [&str; 3] = ["time", "abbr", "span"];

/// Elements of HTML that have no end tag.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// `text`, unless it is empty.
pub fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// Whether HTML knows `name` without an end tag.
pub fn is_void(name: &str) -> bool {
    VOID.iter().any(|void| void.eq_ignore_ascii_case(name))
}

impl Gathering {
    /// Begins with the start tag of `field`'s element.
    pub fn new(field: TextField, place: Inside, ns: Ns, tag: &Tag<'_>, depth: usize, base: Option<Rc<Url>>) -> Self {
        let mut new = Gathering {
            field,
            place,
            depth,
            scheme: None,
            label: None,
            url: None,
            rel: None,
            media_type: None,
            no_link: false,
            closed_ahead: None,
            form: TextForm::Text,
            out: String::new(),
            marked: false,
            base,
        };
        let (kind, mode) = new.take_attributes(tag);
        match (field, ns) {
            (TextField::Category, Ns::Media) => _ = new.scheme.get_or_insert_with(|| MEDIA_SCHEME.to_owned()),
            (TextField::Keywords, Ns::Itunes) => new.scheme = Some(ITUNES_SCHEME.to_owned()),
            _ => {}
        }
        new.form = form(field, ns, kind.as_deref(), mode.as_deref());
        new.media_type = kind;
        new
    }

    /// Takes the attributes of its start tag; returns its `type` and its `mode`.
    fn take_attributes(&mut self, tag: &Tag<'_>) -> (Option<String>, Option<String>) {
        let (mut kind, mut mode) = (None, None);
        for (name, value) in tag.attributes() {
            let value = || decoded(value);
            match name {
                "type" => kind = Some(value().to_ascii_lowercase()),
                "mode" => mode = Some(value().to_ascii_lowercase()),
                "domain" | "scheme" => self.scheme = Some(value()).filter(|s| !s.is_empty()),
                "label" => self.label = Some(value()).filter(|s| !s.is_empty()),
                "rel" => self.rel = Some(value().trim().to_ascii_lowercase()),
                "url" | "href" => self.url = Some(value()),
                "src" if self.field == TextField::Content => self.url = Some(value()),
                "isPermaLink" | "ispermalink" => self.no_link = value().trim().eq_ignore_ascii_case("false"),
                _ => {}
            }
        }
        (kind, mode)
    }

    /// Whether a start tag inside it can only mean that its own end tag is missing.
    pub fn ends_before(&self, ns: Ns, local: &str) -> bool {
        if ns == Ns::Sitemap {
            return matches!(local, "url" | "sitemap" | "loc" | "lastmod");
        }
        if self.form == TextForm::Inline || !matches!(ns, Ns::Rss | Ns::Atom) {
            return false;
        }
        match local {
            "item" | "entry" => true,
            "title" | "link" | "description" | "guid" | "id" | "pubdate" | "updated" | "published" | "summary"
            | "content" | "category" | "author" => !self.field.keeps_markup(),
            _ => false,
        }
    }

    /// Takes characters with references.
    pub fn text(&mut self, raw: &str, notes: &mut Notes) {
        let raw = if self.out.is_empty() { raw.trim_ascii_start() } else { raw };
        let mended = if self.is_markup() {
            let mut plain = String::with_capacity(raw.len());
            let mended = html::decode(raw, &mut plain);
            escape(&plain, &mut self.out);
            mended
        } else {
            html::decode(raw, &mut self.out)
        };
        notes.count(WarningKind::Repair, "an ampersand begins no known reference", mended.ampersands);
        notes.count(WarningKind::Encoding, "a character that XML forbids was removed", mended.forbidden);
    }

    /// Takes characters as they stand.
    pub fn section(&mut self, text: &str) {
        let text = if self.out.is_empty() { text.trim_ascii_start() } else { text };
        if self.is_markup() {
            escape(text, &mut self.out);
        } else {
            self.out.push_str(text);
        }
    }

    /// Takes a start tag inside it; says whether its end tag is to be taken too.
    pub fn start(&mut self, local: &str, tag: &Tag<'_>, depth: usize, base: Option<&Rc<Url>>) -> bool {
        let dated = matches!(self.field, TextField::Published(_) | TextField::Updated) && DATED.contains(&local);
        if !self.keeps_markup() && !dated {
            return false;
        }
        // RFC 4287 §3.1.1.3: the div around XHTML is not part of it.
        if self.form == TextForm::Inline && self.out.is_empty() && depth == self.depth + 1 && local == "div" {
            self.base = base.cloned();
            return false;
        }
        if !self.marked && matches!(self.form, TextForm::Text) {
            let text = std::mem::take(&mut self.out);
            escape(&text, &mut self.out);
        }
        self.marked = true;
        self.out.push('<');
        self.out.push_str(local);
        for (name, value) in tag.attributes() {
            if name.starts_with("xmlns") || name.starts_with("xml:") || !is_attribute_name(name) {
                continue;
            }
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            escape(&decoded(value), &mut self.out);
            self.out.push('"');
        }
        self.out.push('>');
        if tag.empty && !is_void(local) {
            self.end(local);
        }
        !tag.empty
    }

    /// Takes the end tag of an element whose start tag was taken.
    pub fn end(&mut self, local: &str) {
        self.out.push_str("</");
        self.out.push_str(local);
        self.out.push('>');
    }

    /// What relative links in it resolve against, if the document says.
    pub fn base(&self) -> Option<Rc<Url>> {
        self.base.clone()
    }

    fn is_markup(&self) -> bool {
        self.form == TextForm::Inline || self.marked
    }

    /// Whether tags inside it are part of it. Those of an XHTML title matter
    /// until it is one line: `script` in it is no text.
    fn keeps_markup(&self) -> bool {
        self.form == TextForm::Inline || (self.field.keeps_markup() && self.form != TextForm::Base64)
    }

    /// The text as it stands, without blanks around it.
    pub fn into_text(mut self) -> String {
        // Ids are compared to the letter, whatever their letters are.
        let inside = if self.field == TextField::Id { self.out.trim() } else { without_marks(&self.out) };
        if inside.len() < self.out.len() {
            self.out = inside.to_owned();
        }
        self.out
    }

    /// The text on one line, without markup.
    pub fn into_line(self) -> String {
        match self.form {
            TextForm::Html | TextForm::Inline => html::plain_line(without_marks(&self.out)),
            TextForm::Loose => loose_title(&self.out),
            TextForm::Text => folded(without_marks(&self.out)),
            TextForm::Base64 => unpacked(&self.out).map(|text| html::plain_line(&text)).unwrap_or_default(),
        }
    }

    /// The text with its markup; `None` when there is nothing in it.
    pub fn into_content(mut self) -> Option<Content> {
        self.out.truncate(self.out.trim_ascii_end().len());
        if self.form == TextForm::Base64 {
            self.out = unpacked(&self.out).unwrap_or_default();
        }
        if self.out.is_empty() {
            return None;
        }
        let markup = match self.form {
            TextForm::Html | TextForm::Inline => Markup::Html(self.out),
            _ if self.marked => Markup::Html(self.out),
            TextForm::Loose | TextForm::Base64 => loose_markup(self.out),
            TextForm::Text => Markup::Plain(self.out),
        };
        let content = texts::mended(Content { markup, base: self.base.map(|url| url.to_string()) });
        Some(content).filter(|content| !content.markup.raw().is_empty())
    }
}

fn is_attribute_name(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':'))
}

/// An attribute's value, decoded.
pub fn decoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    html::decode(value, &mut out);
    out
}

/// Appends `text` with `&`, `<`, `>` and `"` as references.
fn escape(text: &str, out: &mut String) {
    let mut from = 0;
    for (at, b) in text.bytes().enumerate() {
        let reference = match b {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        out.push_str(&text[from..at]);
        out.push_str(reference);
        from = at + 1;
    }
    out.push_str(&text[from..]);
}

/// The text that is packed in `base64`; `None` when it is a file's. What is
/// not base64 stays as it is: the type alone was wrong.
fn unpacked(base64: &str) -> Option<String> {
    const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let packed: Vec<u8> = base64.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let Ok(bytes) = GeneralPurpose::new(&alphabet::STANDARD, LENIENT).decode(packed) else {
        return Some(base64.to_owned());
    };
    let text = String::from_utf8(bytes).ok().filter(|text| text.chars().all(html::is_allowed))?;
    Some(text.trim_ascii().to_owned())
}

fn form(field: TextField, ns: Ns, kind: Option<&str>, mode: Option<&str>) -> TextForm {
    let text = matches!(field, TextField::Title | TextField::TitleElse | TextField::Rights | TextField::OriginName);
    if !text && !field.keeps_markup() {
        return if matches!(field, TextField::Category | TextField::Author | TextField::Contributor | TextField::Name) {
            TextForm::Loose
        } else {
            TextForm::Text
        };
    }
    match ns {
        Ns::Atom => atom_form(field, kind, mode),
        Ns::Xhtml => TextForm::Inline,
        Ns::Rss | Ns::Content if field.keeps_markup() => TextForm::Html,
        Ns::Media if kind == Some("html") => TextForm::Html,
        _ => TextForm::Loose,
    }
}

/// RFC 4287 §3.1.1 and §4.1.3.3, and Atom 0.3 with its `mode`.
fn atom_form(field: TextField, kind: Option<&str>, mode: Option<&str>) -> TextForm {
    if mode == Some("base64") {
        return TextForm::Base64;
    }
    let escaped = mode == Some("escaped");
    match kind.map_or("", |kind| kind.split(';').next().unwrap_or(kind).trim()) {
        // Many say nothing and send HTML.
        "" if field.keeps_markup() => TextForm::Loose,
        "" | "text" | "text/plain" => TextForm::Text,
        "html" | "text/html" if mode == Some("xml") => TextForm::Inline,
        "html" | "text/html" => TextForm::Html,
        "xhtml" | "application/xhtml+xml" if !escaped => TextForm::Inline,
        "xhtml" | "application/xhtml+xml" => TextForm::Html,
        kind if kind.ends_with("+xml") || kind.ends_with("/xml") => TextForm::Inline,
        kind if kind.starts_with("text/") || !kind.contains('/') => TextForm::Text,
        // A title has no type but the three above.
        kind if !field.keeps_markup() && kind != "application/octet-stream" => TextForm::Text,
        _ => TextForm::Base64,
    }
}
