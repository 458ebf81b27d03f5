//! A document in the making: what RSS, Atom and JSON share once a field is read.

use std::time::Duration;

use url::Url;

use crate::clock::Timestamp;
use crate::limits::{CONTENT, TITLE};
use crate::model::{Format, Link, Markup, Origin, Parsed, Person, WarningKind};
use crate::text::html;

use super::date::{DateContext, Verdict, judge};
use super::links::{Base, Unusable, resolve};
use super::notes::{Notes, cut_at, excerpt};
use super::{About, address, identity, language, links};

mod dates;
mod item;

use dates::OtherDates;
pub use item::Item;
use item::choose_texts;

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
    /// For each entry, the dates that stand by; all are read at the end.
    other_dates: Vec<OtherDates>,
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
        Draft { about, now, notes, parsed, author_else: None, in_entry: false, other_dates: Vec::new() }
    }

    /// Forgets all entries read so far: the document is as it was `before`.
    pub fn begin_again(&mut self, before: Parsed) {
        self.parsed = before;
        self.other_dates.clear();
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

    /// What is known of the document where its dates are read.
    pub fn known(&self) -> DateContext<'d> {
        DateContext::new(&self.about.timezone, [self.about.language, self.parsed.language.as_deref()])
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
        self.other_dates.push(item.dates.in_order());
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
        shorten(&mut self.parsed.title, TITLE.count());
        for (position, entry) in self.parsed.entries.iter_mut().enumerate() {
            if shorten(&mut entry.title, TITLE.count()) {
                self.notes.tell_of(WarningKind::Limit, "the title was cut at 1 KiB", position);
            }
            for content in [&mut entry.summary, &mut entry.content].into_iter().flatten() {
                let (Markup::Plain(text) | Markup::Html(text)) = &mut content.markup;
                if shorten(text, CONTENT.count()) {
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

fn is_http(id: &str) -> bool {
    let begins = |with: &str| id.get(..with.len()).is_some_and(|there| there.eq_ignore_ascii_case(with));
    begins("https://") || begins("http://")
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
