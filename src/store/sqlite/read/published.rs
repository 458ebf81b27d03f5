//! Published entries off their rows. A damaged row costs itself alone: those
//! who read many go past it, and `verify` names it.

use std::collections::BTreeMap;

use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::clock::Timestamp;
use crate::limits::PAGE_TEXTS;
use crate::model::{Carrier, Entry, EntryId, EntryKey, FeedPosition, Published, Stored, bounds, digest};
use crate::store::codec::{Decoder, Reasons, read_carrier, read_reasons};
use crate::store::sqlite::read::row::{is_of_one_row, key, source_id};
use crate::store::{Error, Result};
use crate::text::quote::in_quotes;

/// Columns that [`Reader`] reads, of `entry e`, `source s` and `text t`; besides, it
/// reads `sort_at`, the place in the order, and `evidence`, a route's.
macro_rules! published_columns {
    () => {
        "e.id, e.key, e.published_id, e.first_seen_at, e.updated_at, e.revisions,
           s.id AS source, s.carrier, t.body, e.published_id_hash"
    };
}
pub(in crate::store::sqlite) use published_columns;

/// Decodes published entries; a source's description is decoded once.
pub struct Reader {
    decoder: Decoder,
    carriers: BTreeMap<String, Carrier>,
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

impl Reader {
    /// A reader that has met no source yet.
    pub fn new() -> Self {
        Reader { decoder: Decoder::new(), carriers: BTreeMap::new(), weight: 0 }
    }

    /// The entry of a row, if it is whole.
    ///
    /// # Errors
    /// The database's.
    pub fn whole(&mut self, row: &Row<'_>) -> Result<Option<Published>> {
        match self.read(row) {
            Ok(Read { published, damage: None, pruned: false }) => Ok(Some(published)),
            Ok(Read { published, damage, .. }) => {
                let error = damage.unwrap_or_else(|| "it has no text".to_owned());
                tracing::error!(entry = published.place.entry.0, error, "a damaged text is not published");
                Ok(None)
            }
            Err(Error::Corrupt(error)) => {
                let entry = row.get::<_, i64>("id").unwrap_or_default();
                tracing::error!(entry, error, "a damaged entry is not published");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The entry of a row, as far as it can be read.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when its identity is damaged, and the database's.
    pub fn read(&mut self, row: &Row<'_>) -> Result<Read> {
        let columns = Columns::of(row).map_err(|e| match is_of_one_row(&e) {
            true => Error::Corrupt(e.to_string()),
            false => e.into(),
        })?;
        let Columns { entry, key, published_id, hash, first_seen_at, updated_at, revisions, source, sort_at } = columns;
        // Under another id it would be another entry to its readers.
        if digest(&published_id) != hash {
            return Err(Error::Corrupt(format!(
                "its published id {} is not the one that was minted",
                in_quotes(&published_id)
            )));
        }
        let stored = row.get_ref("body")?;
        let pruned = stored == ValueRef::Null;
        let (text, damage) = match self.text(stored, key) {
            Ok(text) => (text, None),
            Err(Error::Corrupt(error)) => (Entry::new(key).into(), Some(error)),
            Err(error) => return Err(error),
        };
        let Reasons { lists, because } = reasons(row, entry);
        let published = Published {
            place: FeedPosition { at: sort_at, entry },
            published_id,
            carrier: self.carrier(row, &source),
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
    fn text(&mut self, stored: ValueRef<'_>, key: EntryKey) -> Result<Stored> {
        if stored == ValueRef::Null {
            return Ok(Entry::new(key).into());
        }
        let body = stored.as_blob().map_err(|e| Error::Corrupt(e.to_string()))?;
        let mut text = self.decoder.stored(body, key)?;
        // Whoever reads many holds them all at once.
        self.weight += bounds::stored_weight(&text);
        if self.weight > PAGE_TEXTS.count() {
            bounds::lighten(&mut text);
        }
        Ok(text)
    }

    /// What the source says of itself; nothing where that is damaged.
    fn carrier(&mut self, row: &Row<'_>, source: &str) -> Carrier {
        if let Some(known) = self.carriers.get(source) {
            return known.clone();
        }
        let stored = row.get("carrier").map_err(|e| Error::Corrupt(e.to_string()));
        let carrier = stored.and_then(|stored: String| read_carrier(&stored)).unwrap_or_else(|error| {
            tracing::error!(source.id = source, %error, "what a source says of itself is damaged");
            Carrier::default()
        });
        self.carriers.insert(source.to_owned(), carrier.clone());
        carrier
    }
}

/// Why the entry is in the feed; nothing where that is damaged.
fn reasons(row: &Row<'_>, entry: EntryId) -> Reasons {
    let stored = row.get("evidence").map_err(|e| Error::Corrupt(e.to_string()));
    let read = stored.and_then(|stored: Option<String>| stored.as_deref().map(read_reasons).transpose());
    read.map(Option::unwrap_or_default).unwrap_or_else(|error| {
        tracing::error!(entry = entry.0, %error, "the evidence of a decision is damaged");
        Reasons::default()
    })
}

/// What an entry cannot be told without.
struct Columns {
    entry: EntryId,
    key: EntryKey,
    published_id: String,
    hash: i64,
    first_seen_at: Timestamp,
    updated_at: Timestamp,
    revisions: u32,
    source: String,
    sort_at: Timestamp,
}

impl Columns {
    fn of(row: &Row<'_>) -> rusqlite::Result<Columns> {
        let id = row.get("id")?;
        Ok(Columns {
            entry: EntryId(id),
            key: key(row, id)?,
            published_id: row.get("published_id")?,
            first_seen_at: Timestamp::from_millis(row.get("first_seen_at")?),
            updated_at: Timestamp::from_millis(row.get("updated_at")?),
            revisions: row.get("revisions")?,
            source: row.get("source")?,
            hash: row.get("published_id_hash")?,
            sort_at: Timestamp::from_millis(row.get("sort_at")?),
        })
    }
}
