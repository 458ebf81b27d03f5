//! Rows to domain types, and SQLite's errors to the store's.

use std::collections::BTreeMap;
use std::time::Duration;

use rusqlite::{ErrorCode, Row};

use crate::clock::Timestamp;
use crate::model::{
    EntryId, EntryKey, FeedId, Hints, NextPoll, Place, PollState, Published, Rhythm, SourceId, Validators,
};
use crate::store::codec::{Decoder, Reasons, read_carrier, read_reasons, read_standing};
use crate::store::{Change, Error, Fingerprint, Known, Result};

/// The store's word for what SQLite says.
pub fn database(e: &rusqlite::Error) -> Error {
    let said = e.to_string();
    match e.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Error::Full(said),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Locked(said),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::Corrupt(said),
        _ => Error::Database(said),
    }
}

impl Error {
    /// The same error for another of several callers.
    pub(super) fn again(&self) -> Error {
        match self {
            Error::Unusable(s) => Error::Unusable(s.clone()),
            Error::StaleClaim(s) => Error::StaleClaim(s.clone()),
            Error::Full(s) => Error::Full(s.clone()),
            Error::Locked(s) => Error::Locked(s.clone()),
            Error::Corrupt(s) => Error::Corrupt(s.clone()),
            Error::Superseded => Error::Superseded,
            Error::Database(s) => Error::Database(s.clone()),
        }
    }
}

/// Columns of `source` in the order that [`state`] reads them.
pub const STATE: &str = "id, lease, next_poll_at, because, polls, documents, last_poll_at, last_success_at,
    last_new_at, last_outcome, failures, ever_validated, etag, last_modified, validators_url, body_hash,
    window, rhythm_entries, rhythm_span_ms, ttl_ms, update_period_ms, skip_hours, skip_days, unstable_ids,
    warnings, carrier, standing";

/// A source's name and state.
pub fn state(row: &Row<'_>) -> Result<(SourceId, PollState)> {
    let read = || -> rusqlite::Result<_> {
        let instant = |name| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(name)?.map(Timestamp::from_millis));
        let next = NextPoll { at: Timestamp::from_millis(row.get("next_poll_at")?), because: row.get("because")? };
        let mut s = PollState::fresh(next);
        s.polls = row.get("polls")?;
        s.documents = row.get("documents")?;
        s.last_poll_at = instant("last_poll_at")?;
        s.last_success_at = instant("last_success_at")?;
        s.last_new_at = instant("last_new_at")?;
        s.last_outcome = row.get("last_outcome")?;
        s.failures = row.get("failures")?;
        s.ever_validated = row.get("ever_validated")?;
        s.validators = Validators { etag: row.get("etag")?, last_modified: row.get("last_modified")? };
        s.validators_url = row.get("validators_url")?;
        s.body_hash = row.get::<_, Option<[u8; 16]>>("body_hash")?.map(u128::from_be_bytes);
        s.window = row.get::<_, Option<Vec<u8>>>("window")?.map_or_else(Vec::new, |packed| unpack(&packed));
        s.rhythm = Rhythm { entries: row.get("rhythm_entries")?, span_ms: row.get("rhythm_span_ms")? };
        s.hints = Hints {
            ttl: row.get::<_, Option<u64>>("ttl_ms")?.map(Duration::from_millis),
            update_period: row.get::<_, Option<u64>>("update_period_ms")?.map(Duration::from_millis),
            skip_hours: row.get("skip_hours")?,
            skip_days: row.get("skip_days")?,
        };
        s.unstable_ids = row.get("unstable_ids")?;
        let [id, warnings, carrier, standing] =
            [row.get("id")?, row.get("warnings")?, row.get("carrier")?, row.get("standing")?];
        Ok((s, id, warnings, carrier, standing))
    };
    let (mut state, id, warnings, carrier, standing): (_, String, String, String, String) =
        read().map_err(|e| database(&e))?;
    state.standing = read_standing(&standing)?;
    state.warnings = read_list(&warnings)?;
    state.carrier = read_carrier(&carrier)?;
    Ok((source_id(&id)?, state))
}

/// Numbers as `source.window` holds them.
pub fn pack(window: &[EntryId]) -> Vec<u8> {
    window.iter().flat_map(|id| id.0.to_be_bytes()).collect()
}

/// Reads [`pack`]'s form.
pub fn unpack(packed: &[u8]) -> Vec<EntryId> {
    packed.as_chunks::<8>().0.iter().map(|bytes| EntryId(i64::from_be_bytes(*bytes))).collect()
}

fn read_list(stored: &str) -> Result<Vec<String>> {
    serde_json::from_str(stored).map_err(|e| Error::Corrupt(format!("warnings of a source: {e}")))
}

/// A stored source id.
pub fn source_id(text: &str) -> Result<SourceId> {
    SourceId::new(text).map_err(|e| Error::Corrupt(format!("name of a source: {e}")))
}

/// A stored feed id.
pub fn feed_id(text: &str) -> Result<FeedId> {
    FeedId::new(text).map_err(|e| Error::Corrupt(format!("name of a feed: {e}")))
}

/// Columns of `entry` that [`known`] reads.
pub const KNOWN: &str = "id, key, link_hash, path_hash, title_hash, material_hash, form_hash, first_seen_at, revisions";

/// What tells whether an entry changed.
pub fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    Ok(Known {
        entry: EntryId(row.get(0)?),
        key: EntryKey(row.get(1)?),
        print: Fingerprint {
            link: row.get(2)?,
            path: row.get(3)?,
            title: row.get(4)?,
            material: row.get(5)?,
            form: row.get(6)?,
        },
        first_seen_at: Timestamp::from_millis(row.get(7)?),
        revisions: row.get(8)?,
    })
}

/// A change as it is stored.
pub fn change_code(change: Option<Change>) -> Option<i64> {
    change.map(|c| match c {
        Change::Cosmetic => 0,
        Change::Material => 1,
    })
}

/// Reads [`change_code`]'s form.
pub fn change(code: Option<i64>) -> Option<Change> {
    code.map(|c| if c == 0 { Change::Cosmetic } else { Change::Material })
}

/// A published entry's columns before they are decoded; see [`PUBLISHED`].
pub struct Raw {
    entry: i64,
    key: [u8; 16],
    published_id: String,
    first_seen_at: i64,
    updated_at: i64,
    revisions: u32,
    source: String,
    carrier: String,
    body: Vec<u8>,
    sort_at: i64,
    evidence: Option<String>,
}

/// Columns that [`raw`] reads, of `entry e`, `source s` and `text t`; the
/// place in the order and the evidence of a route follow.
pub const PUBLISHED: &str = "e.id, e.key, e.published_id, e.first_seen_at, e.updated_at, e.revisions,
    s.id, s.carrier, t.body";

/// Takes a published entry off its row.
pub fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok(Raw {
        entry: row.get(0)?,
        key: row.get(1)?,
        published_id: row.get(2)?,
        first_seen_at: row.get(3)?,
        updated_at: row.get(4)?,
        revisions: row.get(5)?,
        source: row.get(6)?,
        carrier: row.get(7)?,
        body: row.get(8)?,
        sort_at: row.get(9)?,
        evidence: row.get(10)?,
    })
}

/// Decodes published entries; a source's description is decoded once.
pub fn published(rows: Vec<Raw>) -> Result<Vec<Published>> {
    let mut decoder = Decoder::new();
    let mut carriers = BTreeMap::new();
    rows.into_iter()
        .map(|r| {
            let carrier = match carriers.get(&r.source) {
                Some(known) => Clone::clone(known),
                None => {
                    let read = read_carrier(&r.carrier)?;
                    carriers.insert(r.source.clone(), read.clone());
                    read
                }
            };
            let Reasons { lists, because } = r.evidence.as_deref().map(read_reasons).transpose()?.unwrap_or_default();
            Ok(Published {
                place: Place { at: Timestamp::from_millis(r.sort_at), entry: EntryId(r.entry) },
                published_id: r.published_id,
                source: source_id(&r.source)?,
                carrier,
                first_seen_at: Timestamp::from_millis(r.first_seen_at),
                updated_at: Timestamp::from_millis(r.updated_at),
                revisions: r.revisions,
                entry: decoder.entry(&r.body, EntryKey(r.key))?,
                lists,
                because,
            })
        })
        .collect()
}
