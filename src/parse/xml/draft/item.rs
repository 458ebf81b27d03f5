//! The entry being read: what its elements offer, and which of it stands.

use crate::model::{Content, Enclosure, Entry, EntryKey, InReplyTo, Link, Person};
use crate::parse::text::texts;
use crate::text::html;

use super::lists::{self, LeftOut};
use super::other_dates::OtherDates;

/// The last number of a `SummaryElse` that tells of the entry, not of a picture in it.
const FULL_SUMMARY: u8 = 2;

/// The entry being read.
#[derive(Debug)]
pub struct DraftEntry {
    /// The entry so far; its key comes last.
    pub entry: Entry,
    /// How good the publication date is; see `TextField::Published`.
    pub published_rank: u8,
    /// Other dates of publication, and of change, in case that one is none.
    pub dates: OtherDates,
    /// Which of title, summary and content have words in them.
    pub worded: Worded,
    /// How good the link is.
    pub link_rank: u8,
    /// The id, where it may serve as a link.
    pub id_link: Option<String>,
    /// Texts in case there is no better one.
    pub title_else: Option<String>,
    pub summary_else: Option<(u8, Content, bool)>,
    pub author_else: Option<Person>,
    /// What its lists had no room for.
    pub left_out: LeftOut,
}

impl DraftEntry {
    /// An empty entry.
    pub fn new() -> Self {
        DraftEntry {
            entry: Entry::new(EntryKey([0; 16])),
            published_rank: 0,
            dates: OtherDates::default(),
            worded: Worded::default(),
            link_rank: 0,
            id_link: None,
            title_else: None,
            summary_else: None,
            author_else: None,
            left_out: LeftOut::default(),
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
        lists::add_enclosure(&mut self.entry.enclosures, &mut self.left_out, enclosure);
    }

    /// Takes a category, once.
    pub fn add_category(&mut self, term: &str, scheme: Option<&str>, label: Option<&str>) {
        lists::add_category(&mut self.entry.categories, &mut self.left_out, (term, scheme, label));
    }

    /// Takes a further link, once.
    pub fn add_link(&mut self, link: Link) {
        lists::add_link(&mut self.entry.links, &mut self.left_out, link);
    }

    /// Takes what the entry replies to, once.
    pub fn add_reply(&mut self, reply: InReplyTo) {
        lists::add_reply(&mut self.entry.in_reply_to, &mut self.left_out, reply);
    }

    /// Takes an author, once.
    pub fn add_author(&mut self, person: Option<Person>) {
        lists::add_person(&mut self.entry.authors, &mut self.left_out, person);
    }

    /// Takes a contributor, once.
    pub fn add_contributor(&mut self, person: Option<Person>) {
        lists::add_person(&mut self.entry.contributors, &mut self.left_out, person);
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
    pub(super) summary: bool,
    pub(super) content: bool,
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

/// Settles which of an entry's texts stand: one that can be read goes before
/// one that cannot, whatever their elements are called.
pub(super) fn choose_texts(entry: &mut Entry, worded: Worded, other: Option<(u8, Content, bool)>) {
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
