//! One poll's entries, routes, validators and next due time, as one (R1).

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::claim::source_no;
use super::row::{change_code, database, pack};
use super::{articles, ledger, rematch, set_back, tree};
use crate::clock::Timestamp;
use crate::model::{Entry, EntryId, EntryKey, FeedId, Hold, Host, PollState, Route, SourceId, digest, is_iri};
use crate::store::codec::{Encoder, Trees, write_carrier, write_evidence, write_standing};
use crate::store::{Change, Claim, Committed, Error, Fingerprint, Found, PollNote, PollRecord, Result};

/// Revisions of one entry kept a day; a publisher that alternates between two
/// versions makes no more (check B61).
const REVISIONS_A_DAY: i64 = 20;

const DAY_MS: i64 = 86_400_000;

/// The namespace of ids that wiredesk mints: RFC 9562 §5.5, from the URL of the project's words.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f0b_94c4_2d4d_5c0e_8a57_7769_7265_6400);

/// A poll ready to be written: everything dear is done, and the entries
/// themselves are gone, so that polls in the queue weigh little.
pub struct Prepared {
    pub(super) source: SourceId,
    pub(super) lease: i64,
    pub(super) at: Timestamp,
    pub(super) note: PollNote,
    pub(super) state: PollState,
    pub(super) carrier: String,
    pub(super) warnings: String,
    pub(super) standing: String,
    pub(super) host: Host,
    pub(super) hold: Option<Hold>,
    pub(super) succeeded: bool,
    steps: Option<Vec<Step>>,
    trees: Trees,
}

enum Step {
    New(Newcomer),
    Revised(Box<Revised>),
    Same(EntryId),
    Rekeyed { entry: EntryId, key: EntryKey, print: Fingerprint },
}

struct Revised {
    id: EntryId,
    key: EntryKey,
    print: Fingerprint,
    change: Change,
    body: Vec<u8>,
    routes: Vec<Row>,
    wants_article: bool,
}

struct Newcomer {
    key: EntryKey,
    print: Fingerprint,
    body: Vec<u8>,
    own_id: Option<String>,
    minted_id: String,
    updated_at: Timestamp,
    sort_at: Timestamp,
    routes: Vec<Row>,
    wants_article: bool,
}

/// A route as it is written.
pub(super) struct Row {
    pub(super) feed: FeedId,
    pub(super) admitted: bool,
    pub(super) evidence: String,
}

/// Encodes what a poll found; runs off the writer.
pub fn prepare(record: PollRecord) -> Result<Prepared> {
    let PollRecord { claim, at, note, state, found, host, hold, succeeded } = record;
    let mut encoder = Encoder::new();
    let mut trees = Trees::default();
    let mut encode = |found| step(found, &claim.source, at, &mut encoder, &mut trees);
    let steps = found.map(|found| found.into_iter().map(&mut encode).collect::<Result<_>>()).transpose()?;
    let warnings = serde_json::to_string(&state.warnings).map_err(|e| Error::Database(format!("warnings: {e}")))?;
    let carrier = write_carrier(&state.carrier)?;
    let standing = write_standing(&state.standing)?;
    let Claim { source, lease, .. } = claim;
    Ok(Prepared { source, lease, at, note, state, carrier, warnings, standing, host, hold, succeeded, steps, trees })
}

fn step(found: Found, source: &SourceId, at: Timestamp, encoder: &mut Encoder, trees: &mut Trees) -> Result<Step> {
    Ok(match found {
        Found::New(new) => Step::New(Newcomer {
            key: new.entry.key,
            print: new.print,
            body: encoder.entry(&new.entry)?,
            minted_id: minted(source, &new.entry),
            updated_at: first_updated(&new.entry, at),
            sort_at: new.sort_at,
            routes: rows(&new.routes, trees)?,
            wants_article: new.wants_article,
            own_id: new.entry.id.filter(|id| is_iri(id)),
        }),
        Found::Revised(revision) => Step::Revised(Box::new(Revised {
            id: revision.id,
            key: revision.entry.key,
            print: revision.print,
            change: revision.change,
            body: encoder.entry(&revision.entry)?,
            routes: rows(&revision.routes, trees)?,
            wants_article: revision.wants_article,
        })),
        Found::Same(id) => Step::Same(id),
        Found::Rekeyed { entry, key, print } => Step::Rekeyed { entry, key, print },
    })
}

/// Routes as they are written, their trees apart.
pub(super) fn rows(routes: &[Route], trees: &mut Trees) -> Result<Vec<Row>> {
    let mut row = |route: &Route| {
        Ok(Row { feed: route.feed.clone(), admitted: route.admitted, evidence: write_evidence(route, trees)? })
    };
    routes.iter().map(&mut row).collect()
}

/// The publisher's own date of the last change where there is one, for it is
/// truer than ours; a date ahead of us was clamped when it was read.
fn first_updated(entry: &Entry, now: Timestamp) -> Timestamp {
    let said = entry.updated.max(entry.published);
    said.map_or(now, |at| at.min(now))
}

/// An id of ours: the same for the same source and entry in every store.
fn minted(source: &SourceId, entry: &Entry) -> String {
    Uuid::new_v5(&NAMESPACE, format!("{source}\n{:?}", entry.key).as_bytes()).urn().to_string()
}

/// Writes a prepared poll; see [`Store::commit_poll`](crate::store::Store::commit_poll).
pub fn commit(c: &Connection, poll: &Prepared) -> Result<Committed> {
    let source = source_no(c, &poll.source, poll.lease)?;
    let mut write = Write::new(c, source, poll.at).map_err(|e| database(&e))?;
    let mut window = None;
    tree::keep(c, &poll.trees).map_err(|e| database(&e))?;
    if let Some(steps) = &poll.steps {
        // Documents list the newest first; numbers ascend with time.
        let ids = steps.iter().rev().map(|step| write.one(step)).collect::<rusqlite::Result<Vec<_>>>();
        let mut ids = ids.map_err(|e| database(&e))?;
        ids.reverse();
        window = Some(pack(&ids));
    }
    write.touch_feeds().map_err(|e| database(&e))?;
    let done = write.done;
    ledger::source_row(c, poll, source, window, &done).map_err(|e| database(&e))?;
    Ok(done)
}

/// Entries and routes while they are written.
pub(super) struct Write<'a> {
    c: &'a Connection,
    source: i64,
    at: Timestamp,
    /// Where in feeds that stands which arrives now.
    head: Timestamp,
    /// Feeds that change: newest entry change, entries gained less entries lost.
    feeds: BTreeMap<FeedId, (Timestamp, i64)>,
    pub(super) done: Committed,
}

const ADD_ENTRY: &str = "
    INSERT INTO entry (source_no, key, link_hash, path_hash, title_hash, material_hash, form_hash,
                       published_id, published_id_hash, first_seen_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

const REVISE_ENTRY: &str = "
    UPDATE entry
       SET key = ?2, link_hash = ?3, path_hash = ?4, title_hash = ?5, material_hash = ?6, form_hash = ?7,
           updated_at = coalesce(?8, updated_at),
           revisions = revisions + ?9
     WHERE id = ?1";

const KEEP_REVISION: &str = "
    INSERT INTO revision (entry_id, number, seen_at, change, body)
    SELECT t.entry_id, e.revisions, t.seen_at, t.change, t.body
      FROM text t JOIN entry e ON e.id = t.entry_id
     WHERE t.entry_id = ?1";

const SET_TEXT: &str = "
    INSERT INTO text (entry_id, seen_at, change, body) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (entry_id)
    DO UPDATE SET seen_at = excluded.seen_at, change = excluded.change, body = excluded.body";

pub(super) const SET_ROUTE: &str = "
    INSERT INTO route (entry_id, feed_no, admitted, sort_at, evidence) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (entry_id, feed_no)
    DO UPDATE SET admitted = excluded.admitted, sort_at = excluded.sort_at, evidence = excluded.evidence";

/// Words of an entry that changed come anew.
pub(super) const REINDEX: &str = "INSERT OR IGNORE INTO reindex VALUES (?1)";

impl<'a> Write<'a> {
    /// Writes that are made for a source at an instant.
    pub(super) fn new(c: &'a Connection, source: i64, at: Timestamp) -> rusqlite::Result<Self> {
        let head = set_back::head(c, at)?;
        Ok(Write { c, source, at, head, feeds: BTreeMap::new(), done: Committed::default() })
    }

    fn one(&mut self, step: &Step) -> rusqlite::Result<EntryId> {
        match step {
            Step::New(new) => self.add(new),
            Step::Revised(revised) => self.revise(revised),
            Step::Rekeyed { entry, key, print } => {
                self.rekey(*entry, *key, print, None, 0)?;
                Ok(*entry)
            }
            Step::Same(id) => Ok(*id),
        }
    }

    fn revise(&mut self, r: &Revised) -> rusqlite::Result<EntryId> {
        if self.flaps(r.id)? {
            return Ok(r.id);
        }
        let material = r.change == Change::Material;
        self.c.prepare_cached(KEEP_REVISION)?.execute([r.id.0])?;
        self.rekey(r.id, r.key, &r.print, material.then_some(self.at), 1)?;
        self.set_text(r.id, Some(r.change), &r.body)?;
        self.c.prepare_cached(REINDEX)?.execute([r.id.0])?;
        self.c.prepare_cached(rematch::TEXT_CHANGED)?.execute([r.id.0])?;
        self.reroute(r.id, &r.routes, material)?;
        if r.wants_article {
            self.c.prepare_cached(articles::WANT)?.execute([r.id.0, self.source, self.at.millis()])?;
        }
        self.done.revised += 1;
        Ok(r.id)
    }

    fn add(&mut self, new: &Newcomer) -> rusqlite::Result<EntryId> {
        let published_id = self.free_id(new.own_id.as_deref(), &new.minted_id)?;
        let p = &new.print;
        self.c.prepare_cached(ADD_ENTRY)?.execute(params![
            self.source,
            new.key.0,
            p.link,
            p.path,
            p.title,
            p.material,
            p.form,
            published_id,
            digest(published_id),
            self.at.millis(),
            new.updated_at.millis(),
        ])?;
        let id = EntryId(self.c.last_insert_rowid());
        self.set_text(id, None, &new.body)?;
        let sort_at = if new.sort_at == self.at { self.head } else { new.sort_at };
        for row in &new.routes {
            self.route(id, row, sort_at, new.updated_at)?;
        }
        if new.wants_article {
            self.c.prepare_cached(articles::WANT)?.execute([id.0, self.source, self.at.millis()])?;
        }
        self.done.new.push(id);
        Ok(id)
    }

    /// The entry's own id unless another entry holds it, else ours.
    fn free_id<'i>(&self, own: Option<&'i str>, minted: &'i str) -> rusqlite::Result<&'i str> {
        let Some(own) = own else { return Ok(minted) };
        let held = self.c.prepare_cached("SELECT 1 FROM entry WHERE published_id_hash = ?1")?.exists([digest(own)])?;
        Ok(if held { minted } else { own })
    }

    fn set_text(&self, id: EntryId, change: Option<Change>, body: &[u8]) -> rusqlite::Result<()> {
        let code = change_code(change);
        self.c.prepare_cached(SET_TEXT)?.execute(params![id.0, self.at.millis(), code, body]).map(drop)
    }

    fn rekey(
        &self,
        id: EntryId,
        key: EntryKey,
        p: &Fingerprint,
        updated_at: Option<Timestamp>,
        revisions: i64,
    ) -> rusqlite::Result<()> {
        let updated_at = updated_at.map(Timestamp::millis);
        self.c
            .prepare_cached(REVISE_ENTRY)?
            .execute(params![id.0, key.0, p.link, p.path, p.title, p.material, p.form, updated_at, revisions])
            .map(drop)
    }

    fn flaps(&self, id: EntryId) -> rusqlite::Result<bool> {
        let query = "SELECT count(*) FROM revision WHERE entry_id = ?1 AND seen_at > ?2";
        let since = self.at.millis() - DAY_MS;
        let today: i64 = self.c.prepare_cached(query)?.query_row([id.0, since], |r| r.get(0))?;
        Ok(today >= REVISIONS_A_DAY)
    }

    fn route(&mut self, id: EntryId, row: &Row, sort_at: Timestamp, updated: Timestamp) -> rusqlite::Result<()> {
        if self.set_route(id, row, sort_at)? && row.admitted {
            self.note(&row.feed, updated, 1);
        }
        Ok(())
    }

    /// Decides anew about a revised entry; feeds without a row have nothing to
    /// say of it any more. A material change brings it back to the head of a
    /// feed, where its readers will see it.
    pub(super) fn reroute(&mut self, id: EntryId, rows: &[Row], material: bool) -> rusqlite::Result<()> {
        let before = current_routes(self.c, id)?;
        for (feed, was_in, _) in before.iter().filter(|(feed, ..)| rows.iter().all(|row| row.feed.as_str() != feed)) {
            drop_route(self.c, id, feed)?;
            if let (true, Ok(feed)) = (was_in, FeedId::new(feed)) {
                self.note(&feed, self.at, -1);
            }
        }
        for row in rows {
            let before = before.iter().find(|(feed, ..)| feed == row.feed.as_str());
            let was_in = before.is_some_and(|(_, admitted, _)| *admitted);
            let sort_at = match before {
                Some((_, true, sort_at)) if !material => *sort_at,
                _ => self.head,
            };
            if self.set_route(id, row, sort_at)? && (was_in || row.admitted) {
                self.note(&row.feed, self.at, i64::from(row.admitted) - i64::from(was_in));
            }
        }
        Ok(())
    }

    fn set_route(&self, id: EntryId, row: &Row, sort_at: Timestamp) -> rusqlite::Result<bool> {
        let Some(feed) = feed_no(self.c, &row.feed)? else { return Ok(false) };
        let params = params![id.0, feed, row.admitted, sort_at.millis(), row.evidence];
        self.c.prepare_cached(SET_ROUTE)?.execute(params)?;
        Ok(true)
    }

    fn note(&mut self, feed: &FeedId, changed: Timestamp, gained: i64) {
        let slot = self.feeds.entry(feed.clone()).or_insert((changed, 0));
        slot.0 = slot.0.max(changed);
        slot.1 += gained;
    }

    pub(super) fn touch_feeds(&mut self) -> rusqlite::Result<()> {
        for (feed, (changed, gained)) in std::mem::take(&mut self.feeds) {
            touch_feed(self.c, &feed, changed, gained, self.at)?;
            self.done.feeds.push(feed);
        }
        Ok(())
    }
}

const TOUCH_FEED: &str = "
    UPDATE feed
       SET updated_at = max(coalesce(updated_at, 0), ?2),
           entries = entries + ?3,
           changed_at = max(coalesce(changed_at, 0), ?4)
     WHERE id = ?1";

pub(super) fn touch_feed(
    c: &Connection,
    feed: &FeedId,
    changed: Timestamp,
    gained: i64,
    now: Timestamp,
) -> rusqlite::Result<()> {
    c.prepare_cached(TOUCH_FEED)?.execute(params![feed.as_str(), changed.millis(), gained, now.millis()]).map(drop)
}

pub(super) fn feed_no(c: &Connection, feed: &FeedId) -> rusqlite::Result<Option<i64>> {
    c.prepare_cached("SELECT no FROM feed WHERE id = ?1")?.query_row([feed.as_str()], |r| r.get(0)).optional()
}

/// A feed with whether an entry is in it, and its place there.
pub(super) type Routed = (String, bool, Timestamp);

pub(super) fn current_routes(c: &Connection, id: EntryId) -> rusqlite::Result<Vec<Routed>> {
    let query = "SELECT f.id, r.admitted, r.sort_at FROM route r JOIN feed f ON f.no = r.feed_no WHERE r.entry_id = ?1";
    c.prepare_cached(query)?
        .query_map([id.0], |r| Ok((r.get(0)?, r.get(1)?, Timestamp::from_millis(r.get(2)?))))?
        .collect()
}

pub(super) fn drop_route(c: &Connection, id: EntryId, feed: &str) -> rusqlite::Result<()> {
    let query = "DELETE FROM route WHERE entry_id = ?1 AND feed_no = (SELECT no FROM feed WHERE id = ?2)";
    c.prepare_cached(query)?.execute(params![id.0, feed]).map(drop)
}
