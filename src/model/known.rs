//! What is remembered about entries, to recognise them and to see what changed.

use crate::clock::Timestamp;

use super::{EntryId, EntryKey};

/// A question to the store: what may identify an entry that is already known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Keys it may have, likeliest first.
    pub keys: Vec<EntryKey>,
    /// [`Fingerprint::link`] of the entry.
    pub link: Option<i64>,
    /// [`Fingerprint::page`] of the entry.
    pub page: Option<i64>,
    /// [`Fingerprint::title`] of the entry.
    pub title: i64,
    /// [`Fingerprint::material`] of the entry.
    pub material: i64,
}

/// What is remembered about an entry, to see whether it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its number.
    pub entry: EntryId,
    /// Its key.
    pub key: EntryKey,
    /// Its fingerprint.
    pub print: Fingerprint,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// How many revisions it has.
    pub revisions: u32,
}

/// The current edition of fingerprints.
pub const EDITION: u8 = 1;

/// Hashes that distinguish entries, and the versions of an entry.
///
/// A store keeps fingerprints of an earlier edition until their entry is seen again.
/// Edition 0 has no `id`, `page`, `labels`, `rest` and `said_at`; its `material` covers
/// title, text, path, authors and categories, its `form` the canonical link too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Fingerprint {
    /// The edition of the rules by which it was made.
    pub edition: u8,
    /// The publisher's id; different spellings of one URL count as one.
    pub id: Option<i64>,
    /// Canonical link; a store keeps it only for edition 0.
    pub link: Option<i64>,
    /// The link's loose form ([`LooseUrl`](super::LooseUrl)), with its anchor if there is
    /// no id.
    pub page: Option<i64>,
    /// Path and query of the canonical link: what stays when a host moves.
    pub path: Option<i64>,
    /// Letters and digits of the headline.
    pub title: i64,
    /// Letters and digits of the text; 0 if there are none.
    pub material: i64,
    /// Letters and digits of authors and categories.
    pub labels: i64,
    /// Title, text, authors and categories to the byte.
    pub form: i64,
    /// Everything else that is published, except dates: the link as sent, further links,
    /// files, language, rights, contributors, origin.
    pub rest: i64,
    /// When the publisher says that it was published.
    pub said_at: Option<Timestamp>,
}

/// What kind of change made a revision (product §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// White space, markup, punctuation, or the page's name.
    Cosmetic,
    /// Anything else.
    Material,
}
