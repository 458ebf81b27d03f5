//! Entries, and what was read of them: JSON with short names under zstd.

use std::borrow::Cow;

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use super::broken;
use super::newswire::StoredNewswire;
use super::stored::StoredEntry;
use crate::model::newswire::{Newswire, WireEdition, WireReading};
use crate::model::{Entry, EntryKey, Stored, bounds};
use crate::store::{Error, Result};

const RAW: u8 = 0;
const ZSTD: u8 = 1;
/// The fastest of zstd's own levels: at 4 KB an entry, higher ones cost half as
/// much again and save a twentieth.
const LEVEL: i32 = 1;
/// No entry is larger: parsing cuts far below. Guards against a damaged store.
const MAX_DECODED: usize = 64 << 20;

/// Larger buffers are not kept once an entry is written.
const KEPT: usize = 1 << 20;

/// Writes entries; holds the compressor, which is dear to make: for the first of them. One
/// that was used is as good as a fresh one, and faster.
pub struct Encoder {
    zstd: Option<Option<zstd::bulk::Compressor<'static>>>,
    json: Vec<u8>,
    packed: Vec<u8>,
}

impl Encoder {
    /// A fresh encoder.
    pub fn new() -> Self {
        Encoder { zstd: None, json: Vec::new(), packed: Vec::new() }
    }

    /// The stored form of an entry without article.
    ///
    /// # Errors
    /// [`Error::Database`] when it cannot be written as JSON.
    pub fn new_entry(&mut self, entry: &Entry) -> Result<Vec<u8>> {
        self.pack(&StoredEntry::of(entry, None))
    }

    /// The stored form of an entry with its article.
    ///
    /// # Errors
    /// [`Error::Database`] when it cannot be written as JSON.
    pub fn stored(&mut self, stored: &Stored) -> Result<Vec<u8>> {
        self.pack(&StoredEntry::of(&stored.entry, stored.article.as_ref()))
    }

    /// The stored form of what was read of an entry: no bytes where that is nothing.
    ///
    /// # Errors
    /// [`Error::Database`] when it cannot be written as JSON.
    pub fn newswire(&mut self, newswire: &Newswire) -> Result<Vec<u8>> {
        match *newswire == Newswire::default() {
            true => Ok(Vec::new()),
            false => self.pack(&StoredNewswire::of(newswire)),
        }
    }

    /// The stored form of a text that nobody looks into.
    ///
    /// # Errors
    /// [`Error::Database`] when it cannot be written as JSON.
    pub fn text(&mut self, text: &str) -> Result<Vec<u8>> {
        self.pack(&text)
    }

    fn pack(&mut self, form: &impl Serialize) -> Result<Vec<u8>> {
        let Encoder { zstd, json, packed } = self;
        json.clear();
        packed.clear();
        serde_json::to_writer(&mut *json, form).map_err(broken)?;
        packed.reserve(zstd::compress_bound(json.len()));
        // Uncompressed is the correct fallback: the codec byte says so.
        let zstd = zstd.get_or_insert_with(|| zstd::bulk::Compressor::new(LEVEL).ok()).as_mut();
        let is_packed = zstd.is_some_and(|zstd| zstd.compress_to_buffer(&json[..], packed).is_ok());
        let (codec, bytes) = if is_packed && packed.len() < json.len() { (ZSTD, &packed) } else { (RAW, &json) };
        let mut out = Vec::with_capacity(bytes.len() + 1);
        out.push(codec);
        out.extend_from_slice(bytes);
        for buffer in [json, packed].into_iter().filter(|buffer| buffer.capacity() > KEPT) {
            *buffer = Vec::new();
        }
        Ok(out)
    }
}

impl Default for Encoder {
    fn default() -> Self {
        Encoder::new()
    }
}

/// Reads entries back.
pub struct Decoder {
    zstd: Option<zstd::bulk::Decompressor<'static>>,
}

impl Decoder {
    /// A fresh decoder.
    pub fn new() -> Self {
        Decoder { zstd: zstd::bulk::Decompressor::new().ok() }
    }

    /// The entry that an [`Encoder`] wrote, under `key`.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when the bytes are none of its making.
    pub fn stored(&mut self, stored: &[u8], key: EntryKey) -> Result<Stored> {
        let bad = |why: String| Error::Corrupt(format!("text of entry {key}: {why}"));
        let json = self.unpack(stored).map_err(bad)?;
        let stored: StoredEntry<'_> = serde_json::from_slice(&json).map_err(|e| bad(e.to_string()))?;
        // Of a release that knew no limits, or of a hand in the store.
        let mut stored = stored.into_stored(key);
        bounds::fields(&mut stored.entry);
        bounds::texts(&mut stored.entry);
        stored.article.iter_mut().for_each(bounds::article);
        Ok(stored)
    }

    /// The same with what was read of that text. What was read of another one, or is damaged,
    /// is left out: it is read again.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when the bytes of the text are none of its making.
    pub fn with_reading(&mut self, stored: &[u8], key: EntryKey, reading: Option<ReadingRow<'_>>) -> Result<Stored> {
        let reading = reading.filter(|row| row.version == xxh3_64(stored).cast_signed());
        Ok(Stored { reading: reading.and_then(|row| self.reading(row, key)), ..self.stored(stored, key)? })
    }

    /// What [`Encoder::text`] wrote; `None` where it is damaged, which is logged.
    pub fn text(&mut self, stored: &[u8]) -> Option<String> {
        let json = self.unpack(stored);
        let read = json.and_then(|json| serde_json::from_slice::<String>(&json).map_err(|e| e.to_string()));
        read.inspect_err(|error| tracing::warn!(error, "what is compared of an entry is damaged")).ok()
    }

    fn reading(&mut self, row: ReadingRow<'_>, key: EntryKey) -> Option<WireReading> {
        let edition = WireEdition(row.edition);
        if row.bytes.is_empty() {
            return Some(WireReading { edition, ..WireReading::default() });
        }
        let json = self.unpack(row.bytes);
        let read = json.and_then(|json| serde_json::from_slice::<StoredNewswire>(&json).map_err(|e| e.to_string()));
        match read {
            Ok(stored) => Some(WireReading { newswire: stored.read(), edition }),
            Err(error) => {
                tracing::warn!(entry = %key, error, "what was read of an entry is damaged");
                None
            }
        }
    }

    fn unpack<'b>(&mut self, stored: &'b [u8]) -> std::result::Result<Cow<'b, [u8]>, String> {
        let (codec, bytes) = stored.split_first().ok_or_else(|| "empty".to_owned())?;
        match (*codec, self.zstd.as_mut()) {
            (RAW, _) => Ok(Cow::Borrowed(bytes)),
            (ZSTD, Some(zstd)) => {
                let size = zstd::bulk::Decompressor::upper_bound(bytes).unwrap_or(MAX_DECODED).min(MAX_DECODED);
                Ok(Cow::Owned(zstd.decompress(bytes, size).map_err(|e| e.to_string())?))
            }
            (other, _) => Err(format!("unknown codec {other}")),
        }
    }
}

/// What was read of an entry, as a store holds it.
#[derive(Clone, Copy, Debug)]
pub struct ReadingRow<'r> {
    /// Which text it was read of: its [`TextHash`](crate::store::TextHash).
    pub version: i64,
    /// By which rules.
    pub edition: i64,
    /// Its stored form.
    pub bytes: &'r [u8],
}

impl Default for Decoder {
    fn default() -> Self {
        Decoder::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::model::{Category, Content, Enclosure, InReplyTo, Link, Markup, Origin, Person};

    fn full() -> Entry {
        let mut e = Entry::new(EntryKey::of("id", &["a"]));
        e.id = Some("urn:x:1".into());
        e.title = "友好城市 & \"quotes\" \u{1F30D}".into();
        e.link = Some("https://example.org/1".into());
        e.links = vec![Link { rel: "related".into(), href: "https://example.org/2".into(), ..Link::default() }];
        e.published = Some(Timestamp::from_millis(5));
        e.published_raw = Some("Thu, 1 Jan 1970".into());
        e.authors = vec![Person { name: "A".into(), email: Some("a@example.org".into()), uri: None }];
        e.contributors = vec![Person { name: "Issuer".into(), ..Person::default() }];
        e.categories = vec![Category { term: "c".into(), scheme: Some("s".into()), label: None }];
        e.summary = Some(Content { markup: Markup::Plain("teaser".into()), base: None });
        let html = "<p>text</p>".repeat(50);
        e.content = Some(Content { markup: Markup::Html(html), base: Some("https://example.org/".into()) });
        e.language = Some("zh".into());
        e.enclosures =
            vec![Enclosure { url: "https://example.org/a.mp3".into(), media_type: None, length_bytes: Some(9) }];
        e.rights = Some("(c)".into());
        e.origin = Some(Origin { title: Some("Wire".into()), ..Origin::default() });
        let bare = InReplyTo { id: "urn:x:0".into(), ..InReplyTo::default() };
        let full =
            InReplyTo { href: Some("https://x.example/".into()), media_type: Some("text/html".into()), ..bare.clone() };
        e.in_reply_to = vec![bare, full];
        e
    }

    #[test]
    fn an_entry_comes_back_as_it_went() {
        let mut encoder = Encoder::new();
        for entry in [full(), Entry::new(EntryKey::of("id", &["b"]))] {
            let stored = encoder.new_entry(&entry).unwrap();
            assert_eq!(Decoder::new().stored(&stored, entry.key).unwrap(), Stored::from(entry));
        }
    }

    #[test]
    fn long_text_is_compressed() {
        let entry = full();
        assert!(Encoder::new().new_entry(&entry).unwrap().len() < entry.content.unwrap().markup.raw().len());
    }

    /// B101: what an earlier release kept whole costs no more than its limits.
    #[test]
    fn what_was_stored_over_the_limits_is_read_within_them() {
        let long = || Some("x".repeat(8 << 20));
        let entry = Entry { id: long(), rights: long(), language: long(), ..full() };
        let stored = Encoder::new().new_entry(&entry).unwrap();
        let read = Decoder::new().stored(&stored, entry.key).unwrap();
        assert!(bounds::weight(&read) < 8 << 10, "{}", bounds::weight(&read));
        assert_eq!((&read.title, read.key), (&entry.title, entry.key));
        let mut carrier = crate::model::Carrier { rights: long(), ..Default::default() };
        let read = super::super::read_carrier(&super::super::write_carrier(&carrier).unwrap()).unwrap();
        bounds::carrier(&mut carrier);
        assert_eq!(read, carrier);
    }

    #[test]
    fn damaged_bytes_are_named_not_trusted() {
        let entry = full();
        let mut stored = Encoder::new().new_entry(&entry).unwrap();
        let half = stored.len() / 2;
        stored.truncate(half);
        for bytes in [&stored[..], b"", b"\x07abc", b"\x00{"] {
            assert!(matches!(Decoder::new().stored(bytes, entry.key), Err(Error::Corrupt(_))));
        }
    }
}
