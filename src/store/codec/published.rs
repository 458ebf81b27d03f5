//! Published entries off their rows. A damaged row costs itself alone: those
//! who read many go past it, and `verify` names it.

use std::collections::{BTreeMap, HashMap};

use super::{Decoder, ReadingRow, Reasons, read_carrier, read_reasons};
use crate::clock::Timestamp;
use crate::limits::PAGE_TEXTS;
use crate::model::{
    Carrier, Change, Entry, EntryId, EntryKey, FeedId, FeedPosition, Published, Route, SourceId, Stored, bounds, digest,
};
use crate::store::rules::Placing;
use crate::store::{EntryRecord, Error, Result, Version};
use crate::text::quote::in_quotes;

/// An entry as a store holds it, with its source's and its route's columns beside it.
pub struct PublishedRow<'r> {
    /// Its number.
    pub entry: EntryId,
    /// Its key.
    pub key: EntryKey,
    /// The id under which it is published.
    pub published_id: String,
    /// Which id that was when it was minted.
    pub published_id_hash: i64,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// When its news last changed.
    pub updated_at: Timestamp,
    /// How many versions it has had.
    pub revisions: u32,
    /// The name of its source.
    pub source: String,
    /// Its place in the order.
    pub sort_at: Timestamp,
    /// Its text in its stored form; `None` where it was pruned.
    pub body: Result<Option<&'r [u8]>>,
    /// What was read of it; `None` where that has not been done.
    pub reading: Option<ReadingRow<'r>>,
    /// What its source says of itself, in its stored form.
    pub carrier: Result<&'r str>,
    /// What the decision about it was made by, in its stored form; none where no feed is
    /// asked about.
    pub evidence: Result<Option<&'r str>>,
}

/// Decodes published entries; a source's description is decoded once.
pub struct Reader {
    decoder: Decoder,
    carriers: HashMap<String, Carrier>,
    /// Bytes of the entries read so far.
    weight: usize,
}

/// An entry with its text, or why its text cannot be read.
pub struct Read {
    /// The entry; without its text where that is damaged.
    pub published: Published,
    /// What is wrong with its text.
    pub damage: Option<String>,
    /// Whether it has no text any more.
    pub pruned: bool,
}

/// What is stored of an entry besides.
pub struct Surroundings {
    /// When its text was seen.
    pub seen_at: Option<Timestamp>,
    /// What kind of change brought that.
    pub change: Option<Change>,
    /// The versions before it, as many as are shown, newest first.
    pub earlier: Vec<Version>,
    /// Decisions about it.
    pub routes: Vec<Route>,
    /// Why it stands where it stands in the feeds that it is in.
    pub places: BTreeMap<FeedId, Placing>,
    /// What became of the article on its page.
    pub article: Option<String>,
}

impl Default for Reader {
    fn default() -> Self {
        Reader::new()
    }
}

impl Reader {
    /// A reader that has met no source yet.
    pub fn new() -> Self {
        Reader { decoder: Decoder::new(), carriers: HashMap::new(), weight: 0 }
    }

    /// The entry `id` of a row, if it is whole.
    ///
    /// # Errors
    /// The database's.
    pub fn whole(&mut self, id: i64, row: Result<PublishedRow<'_>>) -> Result<Option<Published>> {
        match row.and_then(|row| self.read(row)) {
            Ok(Read { published, damage: None, pruned: false }) => Ok(Some(published)),
            Ok(Read { published, damage, .. }) => {
                let error = damage.unwrap_or_else(|| "it has no text".to_owned());
                tracing::error!(entry = published.place.entry.0, error, "a damaged text is not published");
                Ok(None)
            }
            Err(Error::Corrupt(error)) => {
                tracing::error!(entry = id, error, "a damaged entry is not published");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The entry of a row, as far as it can be read.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when its identity is damaged, and the database's.
    pub fn read(&mut self, row: PublishedRow<'_>) -> Result<Read> {
        let PublishedRow {
            entry,
            key,
            published_id,
            published_id_hash,
            first_seen_at,
            updated_at,
            revisions,
            source,
            sort_at,
            body,
            reading,
            carrier,
            evidence,
        } = row;
        check_minted(&published_id, published_id_hash)?;
        let pruned = matches!(body, Ok(None));
        let (text, damage) = match body.and_then(|body| self.text(body, key, reading)) {
            Ok(text) => (text, None),
            Err(Error::Corrupt(error)) => (Entry::new(key).into(), Some(error)),
            Err(error) => return Err(error),
        };
        let Reasons { lists, because } = reasons(evidence, entry);
        let published = Published {
            place: FeedPosition { at: sort_at, entry },
            published_id,
            carrier: self.carrier(carrier, &source),
            source: source_id(&source)?,
            first_seen_at,
            updated_at,
            revisions,
            entry: text,
            lists,
            because,
        };
        Ok(Read { published, damage, pruned })
    }

    /// An entry with its text; without, where it was pruned.
    fn text(&mut self, body: Option<&[u8]>, key: EntryKey, reading: Option<ReadingRow<'_>>) -> Result<Stored> {
        let Some(body) = body else { return Ok(Entry::new(key).into()) };
        let mut text = self.decoder.with_reading(body, key, reading)?;
        // Whoever reads many holds them all at once.
        self.weight += bounds::stored_weight(&text);
        if self.weight > PAGE_TEXTS.count() {
            bounds::lighten(&mut text);
        }
        Ok(text)
    }

    /// What the source says of itself; nothing where that is damaged.
    fn carrier(&mut self, stored: Result<&str>, source: &str) -> Carrier {
        if let Some(known) = self.carriers.get(source) {
            return known.clone();
        }
        let carrier = stored.and_then(read_carrier).unwrap_or_else(|error| {
            tracing::error!(source.id = source, %error, "what a source says of itself is damaged");
            Carrier::default()
        });
        self.carriers.insert(source.to_owned(), carrier.clone());
        carrier
    }
}

impl Read {
    /// All that is known of it.
    pub fn record(self, besides: Surroundings) -> EntryRecord {
        let Read { published, damage, pruned } = self;
        let Surroundings { seen_at, change, earlier, routes, places, article } = besides;
        let pruned = pruned || damage.is_some();
        let entry = (!pruned).then(|| published.entry.clone());
        let current = Version { seen_at: seen_at.unwrap_or(published.first_seen_at), change, entry };
        let versions = std::iter::once(current).chain(earlier).collect();
        let article = damage.map(|error| format!("its stored text is damaged: {error}")).or(article);
        EntryRecord { published, pruned, versions, routes, places, article }
    }
}

/// Why the entry is in the feed; nothing where that is damaged.
fn reasons(stored: Result<Option<&str>>, entry: EntryId) -> Reasons {
    let read = stored.and_then(|stored| stored.map(read_reasons).transpose());
    read.map(Option::unwrap_or_default).unwrap_or_else(|error| {
        tracing::error!(entry = entry.0, %error, "the evidence of a decision is damaged");
        Reasons::default()
    })
}

/// A text that could be decoded. A damaged one costs itself alone: those who go
/// through many go past it, and `verify` names it.
pub fn whole(id: i64, text: Result<Stored>) -> Result<Option<Stored>> {
    match text {
        Ok(entry) => Ok(Some(entry)),
        Err(Error::Corrupt(error)) => {
            tracing::warn!(entry = id, error, "a damaged text is gone past");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The key of entry `id` whose own is damaged: one that no other entry has. The rest of
/// the row is as good as it was.
pub fn instead_of_key(id: i64, error: &dyn std::fmt::Display) -> EntryKey {
    tracing::warn!(entry = id, %error, "the key of an entry is damaged; it is recognised by what else it has");
    EntryKey::of("damaged", &[&id.to_string()])
}

/// A stored source id.
pub fn source_id(text: &str) -> Result<SourceId> {
    SourceId::new(text).map_err(|e| Error::Corrupt(format!("name of a source: {e}")))
}

/// A stored feed id.
pub fn feed_id(text: &str) -> Result<FeedId> {
    FeedId::new(text).map_err(|e| Error::Corrupt(format!("name of a feed: {e}")))
}

/// Under another id it would be another entry to its readers.
fn check_minted(published_id: &str, hash: i64) -> Result<()> {
    match digest(published_id) == hash {
        true => Ok(()),
        false => {
            let named = in_quotes(published_id);
            Err(Error::Corrupt(format!("its published id {named} is not the one that was minted")))
        }
    }
}
