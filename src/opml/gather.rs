//! Collects what a list names, within bounds and each source once: a URL and how it is read.

use std::collections::HashMap;
use std::sync::Arc;

use url::Url;

use crate::model::{Warning, WarningKind, masked, redacted};
use crate::text::quote::in_quotes;

use super::{Carriage, List, Listed, MOST_FEEDS, Scraped};

/// How many folders and categories one feed is filed under at most.
const MOST_PLACES: usize = crate::limits::LIST_FOLDERS.count();

/// How many names of folders all feeds together are filed under at most.
const MOST_NAMES: usize = crate::limits::LIST_NAMES.count();

/// How many refused URLs are named; the rest are counted.
const MOST_REFUSED: usize = crate::limits::LIST_REFUSED.count();

/// A name that is given at once, or one that follows later (by its number).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NameLabel {
    /// The name itself.
    Told(Arc<str>),
    /// The number of a name that the list tells further down.
    Later(usize),
}

/// What something named by a list is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MentionKind {
    /// A feed, or a page that is read like one.
    Feed,
    /// A further list.
    List,
    /// A page without a feed.
    Page,
}

/// Something that a list names, before all its names are known.
#[derive(Debug)]
pub struct Mention {
    /// What it is.
    pub kind: MentionKind,
    /// Where it is: http or https, without fragment.
    pub url: Url,
    /// Its title.
    pub title: NameLabel,
    /// The page that goes with a feed.
    pub page: Option<Url>,
    /// The paths of the folders that it is filed under.
    pub folders: Vec<Vec<NameLabel>>,
    /// What it says of the copy that it carries.
    pub carriage: Carriage,
    /// How it is read, if it is no feed.
    pub by: Option<Box<Scraped>>,
}

/// What makes two mentions one: the URL alone is not enough, since other readers take
/// several sources from one page.
type MentionKey = (MentionKind, Url, Option<Box<Scraped>>);

impl Mention {
    /// One about which nothing else is known.
    pub fn new(kind: MentionKind, url: Url, title: NameLabel) -> Mention {
        Mention { kind, url, title, page: None, folders: Vec::new(), carriage: Carriage::default(), by: None }
    }
}

/// Everything found so far.
#[derive(Debug, Default)]
pub struct GatheredList {
    found: Vec<Mention>,
    places: HashMap<MentionKey, usize>,
    names: usize,
    refused: usize,
    warnings: Vec<Warning>,
}

impl GatheredList {
    /// Adds `found`, or files it under further folders if it is known already. Returns
    /// `false` if as many as one list may hold have been taken.
    #[must_use]
    pub fn add(&mut self, found: Mention) -> bool {
        let Mention { kind, url, title, page, folders, carriage, by } = found;
        let next = self.found.len();
        let at = *self.places.entry((kind, url.clone(), by.clone())).or_insert(next);
        if at == next {
            if next == MOST_FEEDS {
                return false;
            }
            self.found.push(Mention { by, ..Mention::new(kind, url, title.clone()) });
        }
        let known = &mut self.found[at];
        if matches!(&known.title, NameLabel::Told(title) if title.is_empty()) {
            known.title = title;
        }
        known.page = known.page.take().or(page);
        known.carriage.wire = known.carriage.wire.take().or(carriage.wire);
        known.carriage.country = known.carriage.country.take().or(carriage.country);
        folders.into_iter().for_each(|folder| self.file(at, folder));
        true
    }

    /// Files what was found at `at` in `folder`.
    fn file(&mut self, at: usize, folder: Vec<NameLabel>) {
        let folders = &mut self.found[at].folders;
        if folder.is_empty() || folders.len() == MOST_PLACES || folders.contains(&folder) {
            return;
        }
        if self.names + folder.len() > MOST_NAMES {
            return;
        }
        self.names += folder.len();
        folders.push(folder);
        if self.names + super::MAX_DEPTH > MOST_NAMES {
            self.names = MOST_NAMES;
            self.tell(WarningKind::Limit, "too many folders and categories: the last feeds are in none".to_owned());
        }
    }

    /// Notes a URL that is refused, and what is wrong with it.
    pub fn refuse(&mut self, address: &str, wrong: &str) {
        self.refused += 1;
        if self.refused <= MOST_REFUSED {
            let shown = Url::parse(address).map_or_else(|_| masked(address).into_owned(), |url| redacted(&url));
            let shown: String = shown.chars().filter(|c| !c.is_control()).take(120).collect();
            self.tell(WarningKind::Link, format!("{} {wrong}", in_quotes(&shown)));
        }
    }

    /// Notes what was odd, or left out.
    pub fn tell(&mut self, kind: WarningKind, text: String) {
        self.warnings.push(Warning { kind, text, entry: None });
    }

    /// The list, with its names filled in.
    pub fn finish(mut self, title: String, names: &[Arc<str>]) -> List {
        if self.refused > MOST_REFUSED {
            let text = format!("{} further URLs cannot be used", self.refused - MOST_REFUSED);
            self.tell(WarningKind::Link, text);
        }
        let mut list = List { title, warnings: self.warnings, ..List::default() };
        for found in self.found {
            let target = match found.kind {
                MentionKind::Feed => &mut list.feeds,
                MentionKind::List => &mut list.lists,
                MentionKind::Page => &mut list.pages,
            };
            let title = named(&found.title, names).to_string();
            let folders = settled(&found.folders, names);
            let Mention { url, page, carriage, by, .. } = found;
            target.push(Listed { url, title, page, folders, carriage, by });
        }
        list
    }
}

fn named(label: &NameLabel, names: &[Arc<str>]) -> Arc<str> {
    match label {
        NameLabel::Told(name) => Arc::clone(name),
        NameLabel::Later(at) => Arc::clone(&names[*at]),
    }
}

/// Folders by name, without those that have none and without repetitions.
fn settled(folders: &[Vec<NameLabel>], names: &[Arc<str>]) -> Vec<Vec<Arc<str>>> {
    let mut out: Vec<Vec<Arc<str>>> = Vec::with_capacity(folders.len());
    for folder in folders {
        let path: Vec<_> = folder.iter().map(|label| named(label, names)).filter(|name| !name.is_empty()).collect();
        if !path.is_empty() && !out.contains(&path) {
            out.push(path);
        }
    }
    out
}
