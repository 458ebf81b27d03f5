//! A document in the making: what RSS, Atom and JSON share once a field is read.

use std::time::Duration;

use url::Url;

use crate::clock::Timestamp;
use crate::model::{
    Category, Content, Enclosure, Entry, EntryKey, Format, Link, Markup, Origin, Parsed, Person, WarningKind,
};
use crate::text::html;

use super::links::{Unusable, resolve};
use super::notes::{Notes, cut_at, excerpt};
use super::{About, address, identity};

mod dated;

/// How much of a title is kept (B21).
const TITLE_BYTES: usize = 1024;

/// How much of a text is kept (B21).
const CONTENT_BYTES: usize = 1024 * 1024;

/// The last number of a `SummaryElse` that tells of the entry, not of a picture in it.
const FULL_SUMMARY: u8 = 2;

/// The document being read.
#[derive(Debug)]
pub struct Draft<'d> {
    /// What is known besides the bytes.
    pub about: &'d About<'d>,
    /// The moment of the poll.
    pub now: Timestamp,
    /// What was odd.
    pub notes: &'d mut Notes,
    /// The document so far.
    pub parsed: Parsed,
    /// Author of the feed if no other is named.
    pub author_else: Option<Person>,
    /// Whether what is read belongs to an entry; warnings name it then.
    pub in_entry: bool,
    /// For each entry, its publication date as a layout had it read, where that is
    /// not as it was written.
    published_as: Vec<Option<String>>,
}

/// The entry being read.
#[derive(Debug)]
pub struct Item {
    /// The entry so far; its key comes last.
    pub entry: Entry,
    /// How good the publication date is; see `Field::Published`.
    pub published_rank: u8,
    /// How good the link is.
    pub link_rank: u8,
    /// The publication date as a layout had it read, where that is not as it was written.
    pub published_as: Option<String>,
    /// The id, where it may serve as a link.
    pub id_link: Option<String>,
    /// Texts in case there is no better one.
    pub title_else: Option<String>,
    pub summary_else: Option<(u8, Content)>,
    pub author_else: Option<Person>,
}

impl Item {
    /// An entry of which nothing is known.
    pub fn new() -> Self {
        Item {
            entry: Entry::new(EntryKey([0; 16])),
            published_rank: 0,
            link_rank: 0,
            published_as: None,
            id_link: None,
            title_else: None,
            summary_else: None,
            author_else: None,
        }
    }

    /// Takes `href` as the entry's page if it is better than what is there.
    pub fn offer_link(&mut self, href: String, rank: u8) {
        if rank > self.link_rank {
            self.entry.link = Some(href);
            self.link_rank = rank;
        }
    }

    /// Takes a file, once.
    pub fn add_enclosure(&mut self, enclosure: Enclosure) {
        match self.entry.enclosures.iter_mut().find(|known| known.url == enclosure.url) {
            Some(known) => {
                known.media_type = known.media_type.take().or(enclosure.media_type);
                known.length_bytes = known.length_bytes.or(enclosure.length_bytes);
            }
            None => self.entry.enclosures.push(enclosure),
        }
    }

    /// Takes a category, once.
    pub fn add_category(&mut self, category: Category) {
        if !category.term.is_empty() && !self.entry.categories.contains(&category) {
            self.entry.categories.push(category);
        }
    }

    /// Whether nothing was said of the entry.
    pub fn is_blank(&self) -> bool {
        let language = self.entry.language.clone();
        let nothing = Entry { language, ..Entry::new(self.entry.key) };
        self.entry == nothing && self.title_else.is_none() && self.summary_else.is_none() && self.author_else.is_none()
    }

    /// Whether an entry that was cut off holds enough to be kept (B39).
    pub fn is_usable(&self) -> bool {
        let known = self.entry.id.is_some() || self.entry.link.is_some();
        known && !self.entry.title.is_empty()
    }
}

impl<'d> Draft<'d> {
    /// An empty document.
    pub fn new(about: &'d About<'d>, now: Timestamp, notes: &'d mut Notes, encoding: &'static str) -> Self {
        let parsed = Parsed {
            format: Format::Rss2,
            encoding,
            id: None,
            title: String::new(),
            link: None,
            self_link: None,
            hubs: Vec::new(),
            paging: Vec::new(),
            language: None,
            rights: None,
            authors: Vec::new(),
            updated: None,
            hints: crate::model::Hints::default(),
            entries: Vec::new(),
            maps: Vec::new(),
            warnings: Vec::new(),
            truncated: false,
        };
        Draft { about, now, notes, parsed, author_else: None, in_entry: false, published_as: Vec::new() }
    }

    /// Warns of something in the entry being read, or else in the feed's description.
    fn warn(&mut self, kind: WarningKind, text: String) {
        if self.in_entry {
            self.notes.tell_of(kind, text, self.parsed.entries.len());
        } else {
            self.notes.tell(kind, text);
        }
    }

    /// `href` as an absolute http(s) address; another is dropped with a warning.
    pub fn link(&mut self, href: &str, base: Option<&Url>) -> Option<String> {
        match resolve(href, base.unwrap_or(self.about.url)) {
            Ok(link) => Some(link),
            Err(Unusable::Empty) => None,
            Err(why) => {
                let why = if why == Unusable::Scheme { "not http or https" } else { "cannot be resolved" };
                self.warn(WarningKind::Link, format!("dropped a link, {why}: {:?}", excerpt(href.trim())));
                None
            }
        }
    }

    /// Completes an entry and adds it.
    pub fn add(&mut self, item: Item) {
        let mut entry = item.entry;
        if entry.title.is_empty()
            && let Some(title) = item.title_else
        {
            entry.title = title;
        }
        if entry.title.is_empty()
            && self.parsed.format == Format::Sitemap
            && let Some(title) = entry.link.as_deref().and_then(address::title)
        {
            entry.title = title;
            self.notes.count(WarningKind::Repair, "a page has no title here; made from the words of its address", 1);
        }
        match (&entry.summary, item.summary_else) {
            (None, other) => entry.summary = other.map(|(_, content)| content),
            // Podcasts tease in one element and tell in the other.
            (Some(summary), Some((rank, other)))
                if entry.content.is_none()
                    && rank <= FULL_SUMMARY
                    && other.markup.raw().len() > summary.markup.raw().len() =>
            {
                entry.content = Some(other);
            }
            _ => {}
        }
        if entry.authors.is_empty() {
            entry.authors.extend(item.author_else);
        }
        if entry.link.is_none() {
            entry.link = item.id_link.filter(|id| is_http(id)).and_then(|id| resolve(&id, self.about.url).ok());
        }
        self.published_as.push(item.published_as);
        let base = entry.link.as_deref().unwrap_or(self.about.url.as_str()).to_owned();
        for content in [&mut entry.summary, &mut entry.content].into_iter().flatten() {
            content.base.get_or_insert_with(|| base.clone());
        }
        self.parsed.entries.push(entry);
        self.in_entry = false;
    }

    /// The finished document: languages inherited, keys given, long texts cut.
    pub fn finish(mut self) -> Parsed {
        self.date_entries();
        if self.parsed.authors.is_empty() {
            self.parsed.authors.extend(self.author_else);
        }
        let language = self.parsed.language.as_deref().or(self.about.language);
        for entry in &mut self.parsed.entries {
            if entry.language.is_none() {
                entry.language = language.map(str::to_owned);
            }
        }
        identity::assign(&mut self.parsed.entries, self.notes);
        shorten(&mut self.parsed.title, TITLE_BYTES);
        for (position, entry) in self.parsed.entries.iter_mut().enumerate() {
            if shorten(&mut entry.title, TITLE_BYTES) {
                self.notes.tell_of(WarningKind::Limit, "the title was cut at 1 KiB", position);
            }
            for content in [&mut entry.summary, &mut entry.content].into_iter().flatten() {
                let (Markup::Plain(text) | Markup::Html(text)) = &mut content.markup;
                if shorten(text, CONTENT_BYTES) {
                    self.notes.tell_of(WarningKind::Limit, "the text was cut at 1 MiB", position);
                }
            }
        }
        self.parsed
    }
}

/// Cuts `text` to `most` bytes and marks the cut; says whether it had to.
fn shorten(text: &mut String, most: usize) -> bool {
    if text.len() <= most {
        return false;
    }
    let kept = cut_at(text, most - '…'.len_utf8()).len();
    text.truncate(kept);
    text.push('…');
    text.shrink_to_fit();
    true
}

/// `text` with white space folded, on one line.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// A title of which nobody says whether it is HTML: RSS. Tags that HTML knows
/// are taken for tags; references that are still there were escaped twice (B74).
pub fn loose_title(text: &str) -> String {
    if has_tag(text) {
        return html::plain_line(text);
    }
    if !html::has_reference(text) {
        return folded(text);
    }
    let mut decoded = String::with_capacity(text.len());
    html::decode(text, &mut decoded);
    folded(&decoded)
}

/// Whether a tag of HTML stands in `text`.
pub fn has_tag(text: &str) -> bool {
    const KNOWN: [&str; 30] = [
        "a",
        "abbr",
        "b",
        "big",
        "blockquote",
        "br",
        "center",
        "cite",
        "code",
        "del",
        "div",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "hr",
        "i",
        "img",
        "li",
        "mark",
        "nobr",
        "p",
        "q",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
    ];
    memchr::memchr_iter(b'<', text.as_bytes()).any(|at| {
        let rest = &text[at + 1..];
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let length = rest.bytes().take(10).take_while(u8::is_ascii_alphanumeric).count();
        let closed = rest.as_bytes().get(length).is_some_and(|b| matches!(b, b'>' | b'/' | b' ' | b'\n'));
        closed && KNOWN.contains(&rest[..length].to_ascii_lowercase().as_str())
    })
}

/// Text of a kind that nobody names, as the markup it looks like.
pub fn loose_markup(text: String) -> Markup {
    if has_tag(&text) || html::has_reference(&text) { Markup::Html(text) } else { Markup::Plain(text) }
}

fn is_http(id: &str) -> bool {
    id.split_once("://").is_some_and(|(scheme, _)| ["http", "https"].iter().any(|s| s.eq_ignore_ascii_case(scheme)))
}

/// A length of time from a number of minutes.
pub fn minutes(text: &str) -> Option<Duration> {
    let minutes: u64 = text.trim().parse().ok()?;
    (minutes > 0).then(|| Duration::from_secs(minutes.saturating_mul(60)))
}

/// The relations of RFC 5005, and `next` of JSON Feed.
pub fn is_paging(rel: &str) -> bool {
    matches!(rel, "first" | "last" | "next" | "previous" | "prev" | "current" | "prev-archive" | "next-archive")
}

/// A link of the feed itself.
pub fn feed_link(parsed: &mut Parsed, link: Link) {
    match link.rel.as_str() {
        "hub" if parsed.hubs.contains(&link.href) => {}
        "hub" => parsed.hubs.push(link.href),
        "self" => {
            parsed.self_link.get_or_insert(link.href);
        }
        rel if is_paging(rel) => parsed.paging.push(link),
        _ => {}
    }
}

/// A link of an entry's origin.
pub fn origin_link(origin: &mut Origin, link: Link) {
    match link.rel.as_str() {
        "self" => origin.url = Some(link.href),
        "alternate" => {
            origin.link.get_or_insert(link.href);
        }
        _ => {}
    }
}
