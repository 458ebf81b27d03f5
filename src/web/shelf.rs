//! Feeds as documents, ready to be sent.
//!
//! A document of the [default format](OutputFormat) is kept for every feed. One of another
//! format is kept once somebody has asked for it, and as long as somebody asks for it within
//! [`FORMAT_KEPT`]: it is rendered anew whenever its feed changes, so that it is as fresh and as
//! quick as the others. After that it is dropped at the next change. Whoever asks for it then
//! waits for it once, and gets the bytes, validators and date that it would have had.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arc_swap::ArcSwap;
use bytes::Bytes;
use hyper::header::HeaderValue;

use crate::clock::Timestamp;
use crate::limits::FORMAT_KEPT;
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

    /// What tells it from other versions, as text.
    pub fn digest(&self) -> &str {
        self.plain.etag.trim_matches('"')
    }

    /// How many bytes it takes.
    pub fn size_bytes(&self) -> usize {
        self.plain.bytes.len() + self.gzip.bytes.len() + self.brotli.bytes.len()
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
pub struct Shelf(ArcSwap<HashMap<String, Shelved>>);

/// A document on the shelf.
#[derive(Clone)]
struct Shelved {
    served: Arc<Served>,
    /// When it was last asked for, in milliseconds; its successors have the same.
    asked_at: Arc<AtomicI64>,
}

impl Shelved {
    /// Notes that it is asked for. Many ask for one at once, so it is written once a second.
    fn ask(&self, now: Timestamp) {
        if now.millis() - self.asked_at.load(Ordering::Relaxed) >= 1000 {
            self.asked_at.store(now.millis(), Ordering::Relaxed);
        }
    }

    fn is_asked_for(&self, now: Timestamp) -> bool {
        let asked_at = Timestamp::from_millis(self.asked_at.load(Ordering::Relaxed));
        now.since(asked_at) < FORMAT_KEPT.duration()
    }
}

impl Shelf {
    /// An empty shelf.
    pub fn new() -> Self {
        Shelf(ArcSwap::from_pointee(HashMap::new()))
    }

    /// Puts a document where requests find it. One that was not there counts as asked for `now`.
    pub fn put(&self, key: &DocumentKey, served: Arc<Served>, now: Timestamp) {
        let path = key.path();
        self.0.rcu(|documents| {
            let mut documents = HashMap::clone(documents);
            let known = documents.get(&path).map(|known| Arc::clone(&known.asked_at));
            let asked_at = known.unwrap_or_else(|| Arc::new(AtomicI64::new(now.millis())));
            documents.insert(path.clone(), Shelved { served: Arc::clone(&served), asked_at });
            documents
        });
    }

    /// The formats in which a feed is to be rendered. Documents of others are dropped.
    pub fn wanted(&self, feed: &FeedId, now: Timestamp) -> Vec<OutputFormat> {
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        for format in OutputFormat::ALL {
            let path = DocumentKey::newest(feed, format).path();
            match self.0.load().get(&path) {
                _ if format == OutputFormat::default() => wanted.push(format),
                Some(shelved) if shelved.is_asked_for(now) => wanted.push(format),
                Some(_) => unwanted.push(path),
                None => {}
            }
        }
        if !unwanted.is_empty() {
            self.0.rcu(|documents| {
                let mut documents = HashMap::clone(documents);
                documents.retain(|path, _| !unwanted.contains(path));
                documents
            });
        }
        wanted
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
        self.0.load().get(&key.path()).map(|shelved| Arc::clone(&shelved.served))
    }

    /// The document at a path, which somebody asks for.
    pub fn get(&self, path: &str, now: Timestamp) -> Option<Arc<Served>> {
        let documents = self.0.load();
        let shelved = documents.get(path)?;
        shelved.ask(now);
        Some(Arc::clone(&shelved.served))
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
