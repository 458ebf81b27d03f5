//! Feeds as documents, ready to be sent.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use bytes::Bytes;
use hyper::header::HeaderValue;

use crate::clock::Timestamp;
use crate::model::FeedId;
use crate::publish::OutputFormat;
use crate::publish::cursor::PageAt;
use crate::publish::rendered::{self, Coding, Rendered, Variant};

/// A coding of a document, with its header values ready.
#[derive(Clone)]
pub struct Encoded {
    /// The bytes.
    pub bytes: Bytes,
    /// The validator, as compared.
    pub etag: String,
    /// The same as a field.
    pub etag_field: HeaderValue,
}

/// Since when a document is unchanged.
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
    /// Its format.
    pub format: OutputFormat,
    plain: Encoded,
    gzip: Encoded,
    brotli: Encoded,
    /// What tells it from other versions.
    pub hash: u128,
    /// Since when it is unchanged, if that is known.
    pub modified: Option<Modified>,
}

impl Served {
    /// The document in `coding`.
    pub fn encoded(&self, coding: Coding) -> &Encoded {
        match coding {
            Coding::Identity => &self.plain,
            Coding::Gzip => &self.gzip,
            Coding::Brotli => &self.brotli,
        }
    }

    /// A document with its header fields ready, but without a date.
    pub fn undated(format: OutputFormat, rendered: Rendered) -> Self {
        let encoded = |v: Variant| Encoded { bytes: v.bytes, etag_field: field(&v.etag), etag: v.etag };
        Served {
            format,
            hash: rendered::hash(&rendered.plain.bytes),
            modified: None,
            plain: encoded(rendered.plain),
            gzip: encoded(rendered.gzip),
            brotli: encoded(rendered.brotli),
        }
    }

    /// The document with its date.
    #[must_use]
    pub fn dated(self, at: Option<Timestamp>) -> Self {
        let modified = at.map(|at| Modified { at, field: field(&at.http_date()) });
        Served { modified, ..self }
    }

    /// All validators of the document.
    pub fn etags(&self) -> [&str; 3] {
        [&self.plain.etag, &self.gzip.etag, &self.brotli.etag]
    }
}

/// What identifies a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentKey {
    /// Its feed.
    pub feed: FeedId,
    /// Its format.
    pub format: OutputFormat,
    /// Which page of the feed it is.
    pub page: PageAt,
}

impl DocumentKey {
    /// The document to subscribe to, of a feed in a format.
    pub fn newest(feed: &FeedId, format: OutputFormat) -> Self {
        DocumentKey { feed: feed.clone(), format, page: PageAt::Newest }
    }

    /// The path at which it is requested, with its query.
    fn path(&self) -> String {
        format!("/{}", self.format.path(&self.feed, self.page))
    }
}

/// Documents by path, so that a request finds its document without being parsed. Reading takes
/// no lock.
pub struct Shelf(ArcSwap<HashMap<String, Arc<Served>>>);

impl Shelf {
    /// An empty shelf.
    pub fn new() -> Self {
        Shelf(ArcSwap::from_pointee(HashMap::new()))
    }

    /// Puts a document where requests find it.
    pub fn put(&self, key: &DocumentKey, served: Arc<Served>) {
        self.0.rcu(|documents| {
            let mut documents = HashMap::clone(documents);
            documents.insert(key.path(), Arc::clone(&served));
            documents
        });
    }

    /// Removes a feed's documents.
    pub fn remove(&self, feed: &FeedId) {
        self.0.rcu(|documents| {
            let mut documents = HashMap::clone(documents);
            for format in OutputFormat::ALL {
                documents.remove(&DocumentKey::newest(feed, format).path());
            }
            documents
        });
    }

    /// The document of a key.
    pub fn of(&self, key: &DocumentKey) -> Option<Arc<Served>> {
        self.get(&key.path())
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

fn field(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("dates and hashes are visible ASCII")
}
