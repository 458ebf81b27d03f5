//! Reads an entry as a copy of a release: hashes, shingles, sketch.

use xxhash_rust::xxh3::xxh3_64;

use super::amend::AmendVoice;
use super::cut::{Cutting, NewsText, news_of};
use super::recurring::{RecurringText, TextOwner};
use super::settings::StorySettings;
use super::shingle::{Shingles, sketch};
use super::title::{self, HeadlineReading};
use super::translation::facts::{FactSet, StoryFact};
use super::words::HashedWords;
use crate::clock::Timestamp;
use crate::model::newswire::{Newswire, Notice};
use crate::model::{CanonicalUrl, EntryId};

/// A shorter last part of a link names no release.
const LEAST_SLUG: usize = 8;

/// An entry as it is handed in to be placed.
#[derive(Clone, Copy, Debug)]
pub struct StoryCopy<'a> {
    /// Its number.
    pub entry: EntryId,
    /// Its source.
    pub source: &'a str,
    /// The wire of that source, as the operator configured it.
    pub source_wire: Option<&'a str>,
    /// Its page.
    pub link: Option<&'a str>,
    /// Its headline: plain text.
    pub title: &'a str,
    /// Its whole text: plain, with a line for each paragraph.
    pub text: &'a str,
    /// BCP 47 language.
    pub language: Option<&'a str>,
    /// When it was published, else when it was first seen.
    pub at: Timestamp,
    /// What wire reading found in it.
    pub wire: &'a Newswire,
}

/// What is compared of a copy.
#[derive(Clone, Debug)]
pub struct StoryReading {
    /// Its number.
    pub entry: EntryId,
    /// Its source.
    pub source: String,
    /// The wire of that source, as the operator configured it.
    pub source_wire: Option<String>,
    /// The wire that its text names.
    pub text_wire: Option<String>,
    /// The issuer that its text names.
    pub issuer: Option<String>,
    /// What it says of other copy, or of itself.
    pub notice: Option<Notice>,
    /// By what a notice can name it: its number, link and slug, hashed.
    pub addresses: Vec<u64>,
    /// When it was published, else when it was first seen.
    pub at: Timestamp,
    /// The primary subtag of its language, in lower case.
    pub language: Option<String>,
    /// The wire, with the number of its release there.
    pub release: Option<(String, String)>,
    /// Its headline.
    pub title: HeadlineReading,
    /// Its news.
    pub news: NewsText,
    /// A hash of all words of its news; 0 if there are none.
    pub content: u64,
    /// The shingles of its news.
    pub shingles: Shingles,
    /// The rows by which it is found.
    pub sketch: Vec<u64>,
    /// What every language writes alike of it, by its keys.
    pub facts: Vec<StoryFact>,
    /// Whose boilerplate it may hold.
    pub owners: Vec<TextOwner>,
}

/// Reads `copy`.
pub fn read(copy: &StoryCopy<'_>, recurring: &RecurringText, settings: &StorySettings) -> StoryReading {
    let title = title::read(copy.title, copy.wire.notice.as_ref().map(|notice| notice.raw.as_str()));
    let mut owners = vec![TextOwner::source(copy.source)];
    owners.extend(copy.wire.issuer.as_deref().map(TextOwner::issuer));
    let headline = HashedWords::of(copy.title).hash();
    let cutting = Cutting { cuts: &copy.wire.cuts, headline, owners: &owners, recurring, settings };
    let news = news_of(copy.text, &cutting);
    let mut facts = FactSet::default();
    facts.read_wire(copy.wire);
    facts.read_text(copy.title);
    news.kept.iter().filter_map(|part| copy.text.get(part.clone())).for_each(|part| facts.read_text(part));
    let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or(tag).to_ascii_lowercase();
    StoryReading {
        entry: copy.entry,
        source: copy.source.to_owned(),
        source_wire: copy.source_wire.map(str::to_owned),
        text_wire: copy.wire.wire.clone(),
        issuer: copy.wire.issuer.clone(),
        notice: copy.wire.notice.clone(),
        addresses: addresses(copy),
        at: copy.at,
        language: copy.language.map(primary),
        release: copy.wire.wire.clone().zip(copy.wire.release_number.clone()),
        content: news.words.hash(),
        shingles: Shingles::of(&news.words.words),
        sketch: sketch(&news.words.words),
        facts: facts.finish(),
        title,
        news,
        owners,
    }
}

/// A reading of which only the folded headline and news were kept: what is compared of them is
/// made again, and all else is empty.
pub fn recalled(title: &str, news: &str) -> StoryReading {
    let news = NewsText { words: HashedWords::of(news), ..NewsText::default() };
    StoryReading {
        entry: EntryId(0),
        source: String::new(),
        source_wire: None,
        text_wire: None,
        issuer: None,
        notice: None,
        addresses: Vec::new(),
        at: Timestamp::EPOCH,
        language: None,
        release: None,
        title: title::read(title, None),
        content: news.words.hash(),
        shingles: Shingles::of(&news.words.words),
        sketch: Vec::new(),
        facts: Vec::new(),
        owners: Vec::new(),
        news,
    }
}

/// By what a notice can name `copy`.
fn addresses(copy: &StoryCopy<'_>) -> Vec<u64> {
    let number = copy.wire.release_number.as_deref().map(address_of_number);
    let link = copy.link.into_iter().flat_map(|link| [Some(address_of_link(link)), slug(link).map(address_of_slug)]);
    number.into_iter().chain(link.flatten()).collect()
}

pub(super) fn address_of_number(number: &str) -> u64 {
    xxh3_64(format!("number {}", number.trim().to_ascii_lowercase()).as_bytes())
}

pub(super) fn address_of_link(link: &str) -> u64 {
    let link = CanonicalUrl::of(link).map_or_else(|| link.to_owned(), |link| link.as_str().to_owned());
    xxh3_64(format!("link {link}").as_bytes())
}

pub(super) fn address_of_slug(slug: &str) -> u64 {
    xxh3_64(format!("slug {}", slug.trim_end_matches(".html").to_ascii_lowercase()).as_bytes())
}

/// The last part of the path of a link, if it says something.
fn slug(link: &str) -> Option<&str> {
    let path = link.split(['?', '#']).next()?.trim_end_matches('/');
    path.rsplit('/').next().filter(|slug| slug.len() >= LEAST_SLUG)
}

impl StoryReading {
    /// Whose copy it is, as far as amending goes.
    pub fn voice(&self) -> AmendVoice<'_> {
        AmendVoice {
            source: &self.source,
            source_wire: self.source_wire.as_deref(),
            text_wire: self.text_wire.as_deref(),
            issuer: self.issuer.as_deref(),
        }
    }

    /// Notes its paragraphs, so that those which recur are known as boilerplate.
    pub fn teach(&self, recurring: &mut RecurringText) {
        for owner in &self.owners {
            for paragraph in &self.news.paragraphs {
                recurring.note(*owner, *paragraph, self.title.key, self.at);
            }
        }
    }

    /// The same without what can be made again: little to keep in memory.
    pub fn slim(mut self) -> StoryReading {
        self.news.words.words = Vec::new();
        self.news.paragraphs = Vec::new();
        self.shingles = Shingles::default();
        self.sketch = Vec::new();
        self.facts = Vec::new();
        self.news.words.folded.shrink_to_fit();
        self
    }

    /// The same with words and shingles, which [`StoryReading::slim`] dropped.
    pub fn restored(&self) -> StoryReading {
        let mut reading = self.clone();
        reading.news.words = HashedWords::of(&self.news.words.folded);
        reading.shingles = Shingles::of(&reading.news.words.words);
        reading
    }
}
