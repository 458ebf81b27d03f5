//! A document in the making: what RSS, Atom and JSON share once a field is read.

use std::time::Duration;

use url::Url;

use crate::clock::Timestamp;
use crate::model::{
    Category, Content, Enclosure, Entry, EntryKey, Format, Link, Markup, Origin, Parsed, Person, WarningKind,
};
use crate::text::html;

use super::date::{DateContext, Verdict, judge};
use super::links::{Base, Unusable, resolve};
use super::notes::{Notes, cut_at, excerpt};
use super::{About, address, identity, language, links, texts};

mod dates;

use dates::EntryDates;
pub use dates::OtherDates;

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
    /// For each entry, what else may be its dates.
    dates: Vec<EntryDates>,
}

/// The entry being read.
#[derive(Debug)]
pub struct Item {
    /// The entry so far; its key comes last.
    pub entry: Entry,
    /// How good the publication date is; see `Field::Published`.
    pub published_rank: u8,
    /// Other dates of publication, and of change, in case that one is none.
    pub dates: OtherDates,
    /// Which of title, summary and content have words in them.
    pub worded: Worded,
    /// How good the link is.
    pub link_rank: u8,
    /// The publication date as a layout had it read, where that is not as it was written.
    pub published_as: Option<String>,
    /// The id, where it may serve as a link.
    pub id_link: Option<String>,
    /// Texts in case there is no better one.
    pub title_else: Option<String>,
    pub summary_else: Option<(u8, Content, bool)>,
    pub author_else: Option<Person>,
}

impl Item {
    /// An entry of which nothing is known.
    pub fn new() -> Self {
        Item {
            entry: Entry::new(EntryKey([0; 16])),
            published_rank: 0,
            dates: OtherDates::default(),
            worded: Worded::default(),
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

    /// Takes a title, unless there is one that says more.
    pub fn offer_title(&mut self, title: String) {
        let worded = html::is_worded(&title);
        if self.entry.title.is_empty() || worded && !self.worded.title {
            self.entry.title = title;
            self.worded.title = worded;
        }
    }

    /// Takes a title that stands if there is no other.
    pub fn offer_title_else(&mut self, title: String) {
        if !title.is_empty() {
            self.title_else.get_or_insert(title);
        }
    }

    /// Takes a summary, unless there is one that says more.
    pub fn offer_summary(&mut self, summary: Option<Content>) {
        offer(&mut self.entry.summary, &mut self.worded.summary, summary);
    }

    /// Takes a content, unless there is one that says more.
    pub fn offer_content(&mut self, content: Option<Content>) {
        offer(&mut self.entry.content, &mut self.worded.content, content);
    }

    /// Takes a summary that stands if there is none of a lower `rank`.
    pub fn offer_summary_else(&mut self, rank: u8, summary: Option<Content>) {
        let Some(summary) = summary else { return };
        let worded = texts::is_worded(&summary);
        let better = self
            .summary_else
            .as_ref()
            .is_none_or(|(known, _, known_worded)| worded && !known_worded || worded == *known_worded && rank < *known);
        if better {
            self.summary_else = Some((rank, summary, worded));
        }
    }

    /// Takes a date of publication; the others stand by.
    pub fn offer_published(&mut self, rank: u8, raw: String) {
        if rank > self.published_rank {
            let before = self.entry.published_raw.replace(raw);
            before.into_iter().for_each(|before| self.dates.published(self.published_rank, before));
            self.published_rank = rank;
        } else {
            self.dates.published(rank, raw);
        }
    }

    /// Takes a date of change; the first stands, the others stand by.
    pub fn offer_updated(&mut self, raw: String) {
        match self.entry.updated_raw {
            None => self.entry.updated_raw = Some(raw),
            Some(_) => self.dates.updated(raw),
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

/// Which texts have words in them; told once, when they are taken.
#[derive(Clone, Copy, Debug, Default)]
pub struct Worded {
    title: bool,
    summary: bool,
    content: bool,
}

/// Takes `new` where there is nothing, or nothing to be read.
fn offer(known: &mut Option<Content>, known_worded: &mut bool, new: Option<Content>) {
    let Some(new) = new else { return };
    let worded = texts::is_worded(&new);
    if known.is_none() || worded && !*known_worded {
        // A picture that stood alone stays above the words.
        *known = match known.take().filter(texts::has_picture) {
            Some(picture) => Some(texts::below(&picture, &new)),
            None => Some(new),
        };
        *known_worded = worded;
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
        Draft { about, now, notes, parsed, author_else: None, in_entry: false, dates: Vec::new() }
    }

    /// Forgets all entries read so far: the document is as it was `before`.
    pub fn begin_again(&mut self, before: Parsed) {
        self.parsed = before;
        self.dates.clear();
        self.in_entry = false;
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
        // Links of the document itself are relative to it, and written by programs.
        let base = base.or((!self.in_entry).then_some(self.about.url));
        let page = if base.is_none() && !is_http(href.trim_start()) { self.page() } else { None };
        match resolve(href, Base::of(base, page.as_ref().unwrap_or(self.about.url))) {
            Ok(link) => Some(link),
            Err(Unusable::Empty) => None,
            Err(why) => {
                let why = match why {
                    Unusable::Scheme => "not http or https",
                    Unusable::NoAddress => "no address",
                    Unusable::Empty | Unusable::Unresolvable => "cannot be resolved",
                };
                self.warn(WarningKind::Link, format!("dropped a link, {why}: {:?}", excerpt(href.trim())));
                None
            }
        }
    }

    /// What is known of the document where its dates are read.
    pub fn known(&self) -> DateContext<'d> {
        DateContext::new(&self.about.timezone, [self.about.language, self.parsed.language.as_deref()])
    }

    /// What relative links of entries resolve against where the document does
    /// not say: its own page, where that is on another host than the document.
    fn page(&self) -> Option<Url> {
        let page = Url::parse(self.parsed.link.as_deref()?).ok()?;
        let own = self.parsed.self_link.as_deref().and_then(|own| Url::parse(own).ok());
        links::leads_elsewhere(&page, self.about.url, own.as_ref()).then_some(page)
    }

    /// The instant of a date in the feed's description; what is odd there matters to nobody.
    pub fn feed_date(&self, raw: &str) -> Option<Timestamp> {
        match judge(raw, &self.known(), self.now) {
            Verdict::Good(at) | Verdict::Ahead(at) => Some(at),
            Verdict::TooOld | Verdict::Ambiguous | Verdict::Unreadable => None,
        }
    }

    /// Completes an entry and adds it.
    pub fn add(&mut self, item: Item) {
        let mut entry = item.entry;
        if let Some(title) = item
            .title_else
            .filter(|title| entry.title.is_empty() || html::is_worded(title) && !html::is_worded(&entry.title))
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
        choose_texts(&mut entry, item.worded, item.summary_else);
        if entry.authors.is_empty() {
            entry.authors.extend(item.author_else);
        }
        if entry.authors.is_empty()
            && let Some(origin) = &entry.origin
        {
            // RFC 4287 §4.2.1: before those of the feed.
            entry.authors.clone_from(&origin.authors);
        }
        if entry.link.is_none() {
            entry.link =
                item.id_link.filter(|id| is_http(id)).and_then(|id| resolve(&id, Base::Own(self.about.url)).ok());
        }
        let (published, updated) = item.dates.in_order();
        self.dates.push(EntryDates { published_as: item.published_as, published, updated });
        let page = if entry.link.is_none() { self.page() } else { None };
        let base = entry.link.as_deref().or(page.as_ref().map(Url::as_str)).unwrap_or(self.about.url.as_str());
        let base = base.to_owned();
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
        self.parsed.language = self.parsed.language.as_deref().and_then(language::tag);
        let language = self.parsed.language.as_deref().or(self.about.language);
        for entry in &mut self.parsed.entries {
            entry.language = entry.language.as_deref().and_then(language::tag);
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

/// Settles which of an entry's texts stand: one that can be read goes before
/// one that cannot, whatever their elements are called.
fn choose_texts(entry: &mut Entry, worded: Worded, other: Option<(u8, Content, bool)>) {
    let mut has_summary = worded.summary;
    match (&entry.summary, other) {
        (None, Some((_, other, other_worded))) => (entry.summary, has_summary) = (Some(other), other_worded),
        (Some(_), Some((_, other, true))) if !worded.summary => (entry.summary, has_summary) = (Some(other), true),
        // Podcasts tease in one element and tell in the other.
        (Some(summary), Some((rank, other, _)))
            if entry.content.is_none()
                && rank <= FULL_SUMMARY
                && other.markup.raw().len() > summary.markup.raw().len() =>
        {
            entry.content = Some(other);
            return;
        }
        _ => {}
    }
    if let (Some(content), Some(summary)) = (&mut entry.content, &entry.summary)
        && !worded.content
    {
        if texts::has_picture(content) {
            // A picture is no text; the text goes below it.
            if has_summary {
                *content = texts::below(content, summary);
            }
        } else {
            entry.content = None;
        }
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
