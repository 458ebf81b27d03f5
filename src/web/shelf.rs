//! Feeds as documents, ready to be handed out.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use bytes::Bytes;
use hyper::header::HeaderValue;

use crate::clock::Timestamp;
use crate::model::FeedId;
use crate::publish::rendered::{self, Coding, Rendered, Variant};

/// A coding of a document with its header values made.
#[derive(Clone)]
pub struct Item {
    /// The bytes.
    pub bytes: Bytes,
    /// The validator, as compared.
    pub etag: String,
    /// The same as a field.
    pub etag_field: HeaderValue,
}

/// Since when a document is as it is.
#[derive(Clone)]
pub struct Modified {
    /// The instant.
    pub at: Timestamp,
    /// The same as a field.
    pub field: HeaderValue,
}

/// A document in all codings.
#[derive(Clone)]
pub struct Served {
    plain: Item,
    gzip: Item,
    brotli: Item,
    /// What tells it from other versions.
    pub hash: u128,
    /// How the store stood when it was made.
    pub changed_at: Timestamp,
    /// Since when it is as it is, where that is known.
    pub modified: Option<Modified>,
}

impl Served {
    /// The document in `coding`.
    pub fn item(&self, coding: Coding) -> &Item {
        match coding {
            Coding::Identity => &self.plain,
            Coding::Gzip => &self.gzip,
            Coding::Brotli => &self.brotli,
        }
    }

    /// A document with its fields made, but without a date.
    pub fn undated(rendered: Rendered) -> Self {
        let item = |v: Variant| Item { bytes: v.bytes, etag_field: field(&v.etag), etag: v.etag };
        Served {
            hash: rendered::hash(&rendered.plain.bytes),
            changed_at: Timestamp::EPOCH,
            modified: None,
            plain: item(rendered.plain),
            gzip: item(rendered.gzip),
            brotli: item(rendered.brotli),
        }
    }

    /// The document with its date.
    #[must_use]
    pub fn dated(self, at: Option<Timestamp>) -> Self {
        let modified = at.map(|at| Modified { at, field: field(&at.http_date()) });
        Served { modified, ..self }
    }

    /// The document as made from a store of that state.
    #[must_use]
    pub fn made_at(self, changed_at: Timestamp) -> Self {
        Served { changed_at, ..self }
    }

    /// All validators of the document.
    pub fn etags(&self) -> [&str; 3] {
        [&self.plain.etag, &self.gzip.etag, &self.brotli.etag]
    }
}

/// Documents by path. Reading takes no lock.
pub struct Shelf(ArcSwap<HashMap<String, Arc<Served>>>);

impl Shelf {
    /// An empty shelf.
    pub fn new() -> Self {
        Shelf(ArcSwap::from_pointee(HashMap::new()))
    }

    /// Puts a feed's document where readers find it.
    pub fn put(&self, feed: &FeedId, served: Arc<Served>) {
        self.0.rcu(|documents| {
            let mut documents = HashMap::clone(documents);
            documents.insert(path(feed), Arc::clone(&served));
            documents
        });
    }

    /// Takes a feed's document away.
    pub fn remove(&self, feed: &FeedId) {
        self.0.rcu(|documents| {
            let mut documents = HashMap::clone(documents);
            documents.remove(&path(feed));
            documents
        });
    }

    /// A feed's document.
    pub fn of(&self, feed: &FeedId) -> Option<Arc<Served>> {
        self.get(&path(feed))
    }

    /// The document at a path.
    pub fn get(&self, path: &str) -> Option<Arc<Served>> {
        self.0.load().get(path).cloned()
    }
}

impl Default for Shelf {
    fn default() -> Self {
        Shelf::new()
    }
}

fn path(feed: &FeedId) -> String {
    format!("/feeds/{feed}.atom")
}

fn field(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("dates and hashes are visible ASCII")
}
