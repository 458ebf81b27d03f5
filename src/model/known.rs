//! What is remembered of entries, for telling whether one is known and changed.

use crate::clock::Timestamp;

use super::{EntryId, EntryKey};

/// How an entry of a document may be known already.
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

/// What is remembered of an entry for telling whether it changed.
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

/// The edition of fingerprints that is made now.
pub const EDITION: u8 = 1;

/// Hashes that tell an entry, and its versions, apart.
///
/// A store keeps fingerprints of an earlier edition until their entry is met
/// again. Of edition 0 there are no `id`, `page`, `labels`, `rest` and `said_at`;
/// its `material` covers title, text, path, authors and categories, its `form`
/// the canonical link too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Fingerprint {
    /// By which rules it was made.
    pub edition: u8,
    /// The publisher's id, spellings of one address being one.
    pub id: Option<i64>,
    /// Canonical link; a store keeps it of edition 0 alone.
    pub link: Option<i64>,
    /// The link's loose form ([`LooseUrl`](super::LooseUrl)); with its anchor where
    /// there is no id.
    pub page: Option<i64>,
    /// Path and query of the canonical link: what stays when a host moves.
    pub path: Option<i64>,
    /// Letters and digits of the headline.
    pub title: i64,
    /// Letters and digits of the text; 0 where there is none.
    pub material: i64,
    /// Letters and digits of authors and categories.
    pub labels: i64,
    /// Title, text, authors and categories to the byte.
    pub form: i64,
    /// All else that is published but for dates: the link as sent, further links,
    /// files, language, rights, contributors, origin.
    pub rest: i64,
    /// When the publisher says that it was published.
    pub said_at: Option<Timestamp>,
}

/// What kind of change made a revision (product §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// White space, markup, punctuation; the page's name.
    Cosmetic,
    /// The rest.
    Material,
}
