//! A document in the making: what RSS, Atom and JSON share once a field is read.

use crate::text::quote::in_quotes;
use std::time::Duration;

use url::Url;

use crate::clock::Timestamp;
use crate::limits::{HUBS, LINK, TITLE};
use crate::model::bounds;
use crate::model::{Carrier, Entry, Format, Link, Origin, Parsed, Person, WarningKind};
use crate::parse::date::{DateContext, DateVerdict, judge};
use crate::parse::notes::{Effect, Notes, excerpt};
use crate::parse::text::links::{Base, Unusable, resolve};
use crate::parse::text::{language, links};
use crate::parse::{About, address, identity};
use crate::text::html;

mod dates;
mod item;
mod kept;
pub mod lists;
mod other_dates;
mod room;

pub use item::DraftEntry;
use item::choose_texts;
use lists::{LeftOut, add_person};
use other_dates::OtherDates;
use room::KeptEntries;

/// The feed's page and its own URL, which tell where relative links lead.
type PageOf = [Option<String>; 2];

/// The document being read.
#[derive(Debug)]
pub struct Draft<'d> {
    /// What is known besides the bytes.
    pub about: &'d About<'d>,
    /// The moment of the poll.
    pub now: Timestamp,
    /// Warnings of oddities.
    pub notes: &'d mut Notes,
    /// The document so far.
    pub parsed: Parsed,
    /// Author of the feed if no other is named.
    pub author_else: Option<Person>,
    /// Whether what is read belongs to an entry; warnings name it then.
    pub in_entry: bool,
    /// What the lists of the feed's description had no room for.
    left_out: LeftOut,
    /// How far the entries have filled their room.
    kept: KeptEntries,
    /// What tells the entry apart if nothing else does: a link that is too long to be used.
    long_link: Option<String>,
    /// The page that relative links resolve against, and what it was made from.
    page: Option<(PageOf, Option<Url>)>,
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
        Draft {
            about,
            now,
            notes,
            parsed,
            author_else: None,
            in_entry: false,
            left_out: LeftOut::default(),
            kept: KeptEntries::default(),
            long_link: None,
            page: None,
            other_dates: Vec::new(),
        }
    }

    /// Forgets all entries read so far: the document is as it was `before`.
    pub fn begin_again(&mut self, before: Parsed) {
        self.parsed = before;
        self.other_dates.clear();
        self.in_entry = false;
        (self.left_out, self.kept, self.long_link) = (LeftOut::default(), KeptEntries::default(), None);
    }

    /// Warns of something in the entry being read, or else in the feed's description.
    fn warn(&mut self, kind: WarningKind, text: String) {
        if self.in_entry {
            self.notes.tell_of(kind, text, self.parsed.entries.len());
        } else {
            self.notes.tell(kind, text);
        }
    }

    /// `href` as an absolute http(s) URL; another is dropped with a warning.
    pub fn link(&mut self, href: &str, base: Option<&Url>) -> Option<String> {
        // Links of the document itself are relative to it, and written by programs.
        let base = base.or((!self.in_entry).then_some(self.about.url));
        let page = if base.is_none() && !is_http(href.trim_start()) { self.page() } else { None };
        match resolve(href, Base::of(base, page.as_ref().unwrap_or(self.about.url))) {
            Ok(link) => Some(link),
            Err(Unusable::Empty) => None,
            Err(Unusable::TooLong) => {
                let href = href.trim();
                if self.in_entry {
                    self.notes.meet(&LINK, Effect::LinkDropped, href, self.parsed.entries.len());
                } else {
                    let text = format!("{}: {}", Effect::LinkDropped.said(&LINK), in_quotes(excerpt(href)));
                    self.notes.tell(WarningKind::Limit, text);
                }
                let href = Some(href).filter(|_| self.in_entry);
                self.long_link = href.map(|href| bounds::short_id(href).unwrap_or_else(|| href.to_owned()));
                None
            }
            Err(why) => {
                let why = match why {
                    Unusable::Scheme => "not http or https",
                    Unusable::NoAddress => "no address",
                    Unusable::Empty | Unusable::TooLong | Unusable::Unresolvable => "cannot be resolved",
                };
                self.warn(WarningKind::Link, format!("dropped a link, {why}: {}", in_quotes(excerpt(href.trim()))));
                None
            }
        }
    }

    /// The URL of a person's page; none where it is none.
    pub fn person_link(&mut self, href: &str, base: Option<&Url>) -> Option<String> {
        let link = resolve(href, Base::of(base, self.about.url));
        if link == Err(Unusable::TooLong) {
            self.warn(WarningKind::Limit, format!("dropped a person's link, longer than {}", LINK.shown()));
        }
        link.ok()
    }

    /// What relative links of entries resolve against where the document does
    /// not say: its own page, where that is on another host than the document.
    fn page(&mut self) -> Option<Url> {
        let [link, own] = [&self.parsed.link, &self.parsed.self_link];
        if let Some((of, page)) = &self.page
            && of[0] == *link
            && of[1] == *own
        {
            return page.clone();
        }
        let of = [link.clone(), own.clone()];
        let [page, own] = [link, own].map(|link| link.as_deref().and_then(|link| Url::parse(link).ok()));
        let page = page.filter(|page| links::leads_elsewhere(page, self.about.url, own.as_ref()));
        self.page = Some((of, page.clone()));
        page
    }

    /// The instant of a date in the feed's description; what is odd there matters to nobody.
    pub fn feed_date(&self, raw: &str) -> Option<Timestamp> {
        match judge(raw, &self.known(), self.now) {
            DateVerdict::Good(at) | DateVerdict::Ahead(at) => Some(at),
            DateVerdict::TooOld | DateVerdict::Ambiguous | DateVerdict::Unreadable => None,
        }
    }

    /// What is known of the document where its dates are read.
    pub fn known(&self) -> DateContext<'d> {
        DateContext::new(&self.about.timezone, [self.about.language, self.parsed.language.as_deref()])
    }

    /// Completes an entry and adds it.
    pub fn add(&mut self, item: DraftEntry) {
        let mut entry = item.entry;
        self.settle_title(&mut entry, item.title_else);
        choose_texts(&mut entry, item.worded, item.summary_else);
        settle_authors(&mut entry, item.author_else);
        if entry.link.is_none() {
            entry.link =
                item.id_link.filter(|id| is_http(id)).and_then(|id| resolve(&id, Base::Own(self.about.url)).ok());
        }
        if entry.id.is_none() && entry.link.is_none() {
            entry.id = self.long_link.take();
        }
        let page = if entry.link.is_none() { self.page() } else { None };
        let base = entry.link.as_deref().or(page.as_ref().map(Url::as_str)).unwrap_or(self.about.url.as_str());
        let base = base.to_owned();
        for content in [&mut entry.summary, &mut entry.content].into_iter().flatten() {
            content.base.get_or_insert_with(|| base.clone());
        }
        let position = self.parsed.entries.len();
        for (limit, things) in item.left_out.all() {
            self.notes.meet(limit, Effect::LeftOut(things), "", position);
        }
        for limit in bounds::fields(&mut entry).limits() {
            self.notes.meet(limit, Effect::Bounded, "", position);
        }
        (self.in_entry, self.long_link) = (false, None);
        self.keep(entry, item.dates.in_order());
    }

    /// Settles the title: `other` where it says more than the entry's own, and for a page of
    /// a sitemap the words of its URL.
    fn settle_title(&mut self, entry: &mut Entry, other: Option<String>) {
        let says_more =
            |title: &String| entry.title.is_empty() || html::is_worded(title) && !html::is_worded(&entry.title);
        if let Some(title) = other.filter(says_more) {
            entry.title = title;
        }
        if entry.title.is_empty()
            && self.parsed.format == Format::Sitemap
            && let Some(title) = entry.link.as_deref().and_then(address::title)
        {
            entry.title = title;
            self.notes.count(WarningKind::Repair, "a page has no title here; made from the words of its address", 1);
        }
        one_line(&mut entry.title);
    }

    /// Takes an author of the feed, once.
    pub fn add_author(&mut self, person: Option<Person>) {
        add_person(&mut self.parsed.authors, &mut self.left_out, person);
    }

    /// Takes a link of the feed itself: the first of each relation, and some hubs.
    pub fn feed_link(&mut self, link: Link) {
        match link.rel.as_str() {
            "hub" if self.parsed.hubs.contains(&link.href) => {}
            "hub" if self.parsed.hubs.len() >= HUBS.count() => self.left_out.count(&HUBS, &[&link.href]),
            "hub" => self.parsed.hubs.push(link.href),
            "self" => _ = self.parsed.self_link.get_or_insert(link.href),
            rel if is_paging(rel) && !self.parsed.paging.iter().any(|known| known.rel == rel) => {
                self.parsed.paging.push(link);
            }
            _ => {}
        }
    }

    /// Bounds what the document says of itself, and tells what had no room in it.
    fn bound_description(&mut self) {
        let parsed = &mut self.parsed;
        one_line(&mut parsed.title);
        let mut described = Carrier {
            feed_id: parsed.id.take(),
            title: std::mem::take(&mut parsed.title),
            link: parsed.link.take(),
            language: parsed.language.take(),
            rights: parsed.rights.take(),
            authors: std::mem::take(&mut parsed.authors),
            updated_at: None,
        };
        let over_limits = bounds::carrier(&mut described);
        (parsed.id, parsed.title, parsed.link) = (described.feed_id, described.title, described.link);
        (parsed.language, parsed.rights) = (described.language, described.rights);
        parsed.authors = described.authors;
        for limit in over_limits.limits().iter().filter(|limit| **limit != &TITLE) {
            self.notes.tell(WarningKind::Limit, Effect::Bounded.said(limit));
        }
        for (limit, things) in self.left_out.all() {
            self.notes.tell(WarningKind::Limit, Effect::LeftOut(things).said(limit));
        }
        if self.kept.left_out > 0 {
            let text = bounds::no_room(self.kept.left_out, self.parsed.entries.len());
            self.notes.tell(WarningKind::Limit, text);
        }
    }

    /// The finished document: languages inherited, keys assigned, long texts cut.
    pub fn finish(mut self) -> Parsed {
        self.remove_gone();
        self.keep_newest_maps();
        self.date_entries();
        if self.parsed.authors.is_empty() {
            self.parsed.authors.extend(self.author_else.take());
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
        self.bound_description();
        for (position, entry) in self.parsed.entries.iter_mut().enumerate() {
            for limit in bounds::texts(entry).limits() {
                self.notes.meet(limit, Effect::Bounded, "", position);
            }
        }
        self.parsed
    }
}

fn is_http(id: &str) -> bool {
    let begins = |with: &str| id.get(..with.len()).is_some_and(|there| there.eq_ignore_ascii_case(with));
    begins("https://") || begins("http://")
}

/// Sets the authors of an entry without any to `other`, or to those of its original feed: RFC
/// 4287 §4.2.1 puts them before those of the feed that carries it.
fn settle_authors(entry: &mut Entry, other: Option<Person>) {
    if entry.authors.is_empty() {
        entry.authors.extend(other);
    }
    if entry.authors.is_empty()
        && let Some(origin) = &entry.origin
    {
        entry.authors.clone_from(&origin.authors);
    }
}

/// A length of time from a number of minutes.
pub fn minutes(text: &str) -> Option<Duration> {
    let minutes: u64 = text.trim().parse().ok()?;
    (minutes > 0).then(|| Duration::from_secs(minutes.saturating_mul(60)))
}

/// The relations of RFC 5005, and `next` of JSON Feed.
fn is_paging(rel: &str) -> bool {
    matches!(rel, "first" | "last" | "next" | "previous" | "prev" | "current" | "prev-archive" | "next-archive")
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

/// Folds what is left of controls in a headline, whatever it was taken from: an
/// element, an attribute, the words of a URL.
fn one_line(title: &mut String) {
    if title.contains(|c: char| c.is_ascii_control()) {
        let parts = title.split(|c: char| c.is_ascii_control() || c == ' ').filter(|part| !part.is_empty());
        *title = parts.collect::<Vec<_>>().join(" ");
    }
}
