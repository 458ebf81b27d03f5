//! Entries and routes while they are written.
//!
//! What breaks a rule of the schema is written otherwise, not refused: an entry
//! never undoes the poll that brought it.

use std::collections::BTreeMap;

use rusqlite::{Connection, named_params};

use crate::clock::Timestamp;
use crate::model::keys::spare_key;
use crate::model::{Change, EDITION, EntryId, EntryKey, FeedId, Fingerprint, SourceId, digest};
use crate::store::codec::{change_code, placing_code};
use crate::store::prepared::{Newcomer, Revised, WriteStep, WrittenReading, WrittenRoute};
use crate::store::rules::{
    Anew, Decider, FeedEffect, FeedTally, HeadShare, Placing, REVISION_DAY, RouteChange, Ruling, contends,
    keeps_revision, nth_id, restands, updated_by, written_place,
};
use crate::store::sqlite::past::{history, in_force};
use crate::store::sqlite::search::find;
use crate::store::sqlite::upkeep::set_back;
use crate::store::sqlite::write::outbox;
use crate::store::sqlite::write::place::Heads;
use crate::store::sqlite::write::readings;
use crate::store::sqlite::write::routes::{SET_ROUTE, current_routes, drop_route, feed_no, moment, touch_feed};
use crate::store::{ChangeKind, Committed, Earlier, RulesId, Share, Words};

/// Entries and routes while they are written.
pub struct Write<'a> {
    c: &'a Connection,
    source: i64,
    at: Timestamp,
    /// Where in feeds that stands which arrives now.
    head: Timestamp,
    name: Option<&'a SourceId>,
    heads: Heads<'a>,
    by: Decider,
    /// What becomes of feeds.
    feeds: BTreeMap<FeedId, FeedTally>,
    /// What their readers see of it.
    seen: Vec<outbox::ToldEntry>,
    pub done: Committed,
    /// Words of new entries.
    pub folded: Vec<Words>,
    /// Of texts that came to those that are kept.
    pub size_bytes: u64,
}

const ADD_ENTRY: &str = "
    INSERT INTO entry (source_no, key, edition, id_hash, page_hash, path_hash, title_hash, material_hash,
                       labels_hash, form_hash, rest_hash, said_at, published_id, published_id_hash,
                       first_seen_at, updated_at)
    VALUES (:source, :key, :edition, :id_hash, :page, :path, :title, :material,
            :labels, :form, :rest, :said_at, :published_id, :published_hash,
            :first_seen, :updated)
    ON CONFLICT (source_no, key) DO NOTHING";

const SET_KEY: &str = "UPDATE OR IGNORE entry SET key = :key WHERE id = :id";

const SET_PRINT: &str = "
    UPDATE entry
       SET edition = :edition, id_hash = :id_hash, link_hash = NULL, page_hash = :page, path_hash = :path,
           title_hash = :title, material_hash = :material, labels_hash = :labels, form_hash = :form,
           rest_hash = :rest, said_at = :said_at
     WHERE id = :id";

const SET_REVISED: &str = "
    UPDATE entry
       SET updated_at = coalesce(:updated, updated_at),
           revisions = 1 + (SELECT count(*) FROM revision WHERE entry_id = :entry)
     WHERE id = :entry";

const KEPT_TODAY: &str = "
    SELECT count(*)
      FROM revision
     WHERE entry_id = :entry AND seen_at > :since";

const KEEP_REVISION: &str = "
    INSERT INTO revision (entry_id, number, seen_at, change, body)
    SELECT t.entry_id, coalesce((SELECT max(number) FROM revision WHERE entry_id = :entry), 0) + 1,
           t.seen_at, t.change, t.body
      FROM text t
     WHERE t.entry_id = :entry";

const SET_TEXT: &str = "
    INSERT INTO text (entry_id, seen_at, change, body)
    VALUES (:entry, :at, :change, :body)
    ON CONFLICT (entry_id)
    DO UPDATE SET seen_at = excluded.seen_at, change = excluded.change, body = excluded.body";

const FOLLOW_TEXT: &str = "UPDATE text SET body = :body WHERE entry_id = :entry";

const IS_TAKEN: &str = "SELECT 1 FROM entry WHERE published_id = :id";

/// Wants the article of a new revision.
const WANT_ARTICLE: &str = "
    INSERT INTO article (entry_id, source_no, due_at)
    VALUES (:entry, :source, :now)
    ON CONFLICT (entry_id)
    DO UPDATE SET due_at = excluded.due_at, tries = 0, said = ''";

impl<'a> Write<'a> {
    /// Writes that are made for a source at an instant, decided by these rules.
    ///
    /// # Errors
    /// The database's.
    pub fn new(c: &'a Connection, source: i64, at: Timestamp, by: &RulesId) -> rusqlite::Result<Self> {
        let (head, heads) = (set_back::head(c, at)?, Heads::new(c, source));
        let by = in_force::decider(c, by)?;
        Ok(Write {
            c,
            source,
            at,
            head,
            name: None,
            heads,
            by,
            feeds: BTreeMap::new(),
            seen: Vec::new(),
            done: Committed::default(),
            folded: Vec::new(),
            size_bytes: 0,
        })
    }

    /// The same for a poll of the source of that name, whose revised entries may
    /// take these shares of feeds.
    pub fn of(mut self, name: &'a SourceId, shares: &'a BTreeMap<FeedId, Share>) -> Self {
        self.name = Some(name);
        self.heads.shares = Some(shares);
        self
    }

    /// Has known entries let go of their keys.
    pub fn release(&self, entries: &[EntryId]) -> rusqlite::Result<()> {
        for id in entries {
            let key = EntryKey::of("released", &[&id.to_string()]);
            self.c.prepare_cached(SET_KEY)?.execute(named_params! { ":id": id.0, ":key": key.0 })?;
        }
        Ok(())
    }

    pub fn one(&mut self, step: &WriteStep) -> rusqlite::Result<EntryId> {
        match step {
            WriteStep::New(new) => self.add(new),
            WriteStep::Revised(revised) => self.revise(revised),
            WriteStep::Followed(followed) => self.follow(followed),
            WriteStep::Rekeyed { entry, key, print } => {
                self.rekey(*entry, *key, print)?;
                Ok(*entry)
            }
            WriteStep::Same(id) => Ok(*id),
        }
    }

    fn revise(&mut self, r: &Revised) -> rusqlite::Result<EntryId> {
        let since = self.at.minus(REVISION_DAY);
        let it = named_params! { ":entry": r.id.0 };
        let today = named_params! { ":entry": r.id.0, ":since": since.millis() };
        let kept: u64 = self.c.prepare_cached(KEPT_TODAY)?.query_row(today, |row| row.get(0))?;
        match r.earlier {
            Earlier::Kept if keeps_revision(kept) => {
                self.c.prepare_cached(KEEP_REVISION)?.execute(it)?;
                self.size_bytes += r.size_bytes;
            }
            Earlier::Kept => self.done.replaced += 1,
            Earlier::Replaced => {}
        }
        self.rekey(r.id, r.key, &r.print)?;
        self.set_text(r.id, Some(r.change), &r.body)?;
        readings::set(self.c, r.id, r.reading.as_ref())?;
        let updated = updated_by(r.change, self.at).map(Timestamp::millis);
        self.c.prepare_cached(SET_REVISED)?.execute(named_params! { ":entry": r.id.0, ":updated": updated })?;
        self.queue(r.id)?;
        self.reroute(r.id, &r.routes, r.change, ChangeKind::Revised)?;
        if r.wants_article {
            self.want_article(r.id)?;
        }
        self.done.revised += 1;
        Ok(r.id)
    }

    /// Writes an entry as it is now, as the same version: nobody is told of a
    /// change, and a text that was pruned stays pruned.
    fn follow(&mut self, f: &Revised) -> rusqlite::Result<EntryId> {
        self.rekey(f.id, f.key, &f.print)?;
        if self.follow_text(f.id, (&f.body, f.reading.as_ref()))? {
            in_force::queue(self.c, self.by, f.id)?;
        }
        self.reroute(f.id, &f.routes, f.change, ChangeKind::Followed)?;
        Ok(f.id)
    }

    fn add(&mut self, new: &Newcomer) -> rusqlite::Result<EntryId> {
        let published_id = self.free_id(new)?;
        let (p, mut key) = (&new.print, new.key);
        for n in 0.. {
            let added = self.c.prepare_cached(ADD_ENTRY)?.execute(named_params! {
                ":source": self.source, ":key": key.0, ":edition": p.edition, ":id_hash": p.id, ":page": p.page,
                ":path": p.path, ":title": p.title, ":material": p.material, ":labels": p.labels, ":form": p.form,
                ":rest": p.rest, ":said_at": p.said_at.map(Timestamp::millis), ":published_id": published_id,
                ":published_hash": digest(&published_id), ":first_seen": self.at.millis(),
                ":updated": new.updated_at.millis(),
            })?;
            if added == 1 {
                break;
            }
            key = spare_key(new.key, n);
        }
        let id = EntryId(self.c.last_insert_rowid());
        self.set_text(id, None, &new.body)?;
        if let Some(reading) = &new.reading {
            readings::set(self.c, id, Some(reading))?;
        }
        self.queue(id)?;
        self.size_bytes += new.size_bytes;
        let sort_at = written_place(new.sort_at, self.at, self.head);
        for row in &new.routes {
            let standing = row.admitted.then_some(new.standing);
            if let Some(no) = self.set_route(id, row, sort_at, standing)?.filter(|_| row.admitted) {
                self.note(id, (no, &row.feed), FeedEffect::entered(new.updated_at), ChangeKind::Entered)?;
            }
        }
        if new.wants_article {
            self.want_article(id)?;
        }
        if let Some(words) = &new.words {
            self.folded.push(Words { entry: id, version: history::version(&new.body), words: words.clone() });
        }
        self.done.new.push(id);
        Ok(id)
    }

    /// The first of the ids that an entry tries that no other entry has.
    fn free_id(&self, new: &Newcomer) -> rusqlite::Result<String> {
        let mut taken = self.c.prepare_cached(IS_TAKEN)?;
        let Some(source) = self.name else { return Ok(new.published_id.clone()) };
        let mut n = 0;
        loop {
            let id = nth_id(&new.published_id, source, new.key, n);
            if !taken.exists(named_params! { ":id": id })? {
                return Ok(id);
            }
            n += 1;
        }
    }

    /// Writes another text of the same version, and what was read of it; returns whether there
    /// is one: what was pruned stays pruned.
    pub fn follow_text(
        &self,
        id: EntryId,
        (body, reading): (&[u8], Option<&WrittenReading>),
    ) -> rusqlite::Result<bool> {
        let text = named_params! { ":entry": id.0, ":body": body };
        let has_text = self.c.prepare_cached(FOLLOW_TEXT)?.execute(text)? > 0;
        if has_text {
            readings::set(self.c, id, reading)?;
        }
        Ok(has_text)
    }

    /// Has a text that came indexed, and decided again where others than the rules in
    /// force have decided about it.
    pub fn queue(&self, id: EntryId) -> rusqlite::Result<()> {
        self.c.prepare_cached(find::QUEUE)?.execute(named_params! { ":entry": id.0 })?;
        in_force::queue(self.c, self.by, id)
    }

    fn want_article(&self, id: EntryId) -> rusqlite::Result<()> {
        let wanted = named_params! { ":entry": id.0, ":source": self.source, ":now": self.at.millis() };
        self.c.prepare_cached(WANT_ARTICLE)?.execute(wanted).map(drop)
    }

    fn set_text(&self, id: EntryId, change: Option<Change>, body: &[u8]) -> rusqlite::Result<()> {
        let text = named_params! {
            ":entry": id.0, ":at": self.at.millis(), ":change": change_code(change), ":body": body,
        };
        self.c.prepare_cached(SET_TEXT)?.execute(text).map(drop)
    }

    /// Sets an entry's key and fingerprint. A key that another entry has stays its.
    fn rekey(&self, id: EntryId, key: EntryKey, p: &Fingerprint) -> rusqlite::Result<()> {
        debug_assert_eq!(p.edition, EDITION);
        self.c.prepare_cached(SET_KEY)?.execute(named_params! { ":id": id.0, ":key": key.0 })?;
        self.c
            .prepare_cached(SET_PRINT)?
            .execute(named_params! {
                ":id": id.0, ":edition": p.edition, ":id_hash": p.id, ":page": p.page, ":path": p.path,
                ":title": p.title, ":material": p.material, ":labels": p.labels, ":form": p.form, ":rest": p.rest,
                ":said_at": p.said_at.map(Timestamp::millis),
            })
            .map(drop)
    }

    /// Decides anew about a known entry; feeds without a row have nothing to say
    /// of it any more. See [`restands`]. To readers of feeds that it stays in, it is `seen_as` this.
    pub fn reroute(
        &mut self,
        id: EntryId,
        rows: &[WrittenRoute],
        change: Change,
        seen_as: ChangeKind,
    ) -> rusqlite::Result<()> {
        let anew = Anew::Revised { change, at: self.at, head: self.head };
        let before = current_routes(self.c, id)?;
        for routed in before.iter().filter(|routed| rows.iter().all(|row| row.feed.as_str() != routed.feed)) {
            let silent = restands(Some(routed.route), Ruling::Silent, anew, HeadShare::default());
            if let RouteChange::Dropped(effect) = silent {
                drop_route(self.c, id, &routed.feed)?;
                if let Ok(feed) = FeedId::new(&routed.feed)
                    && let Some(no) = feed_no(self.c, &feed)?
                {
                    self.note(id, (no, &feed), effect, seen_as)?;
                }
            }
        }
        for row in rows {
            let before = before.iter().find(|routed| routed.feed == row.feed.as_str()).map(|routed| routed.route);
            let contends = contends(before, row.ruling(), anew);
            let head = if contends { self.heads.taken(&row.feed, id)? } else { HeadShare::default() };
            let RouteChange::Set { sort_at, standing, effect } = restands(before, row.ruling(), anew, head) else {
                continue;
            };
            if contends && standing == Some(Placing::Revised) {
                self.heads.took(&row.feed, id);
            }
            if let Some(no) = self.set_route(id, row, moment(self.c, id, sort_at)?, standing)? {
                self.note(id, (no, &row.feed), effect, seen_as)?;
            }
        }
        Ok(())
    }

    fn set_route(
        &self,
        id: EntryId,
        row: &WrittenRoute,
        sort_at: Timestamp,
        standing: Option<Placing>,
    ) -> rusqlite::Result<Option<i64>> {
        let Some(feed) = feed_no(self.c, &row.feed)? else { return Ok(None) };
        self.c.prepare_cached(SET_ROUTE)?.execute(named_params! {
            ":entry": id.0, ":feed": feed, ":admitted": row.admitted, ":sort_at": sort_at.millis(),
            ":standing": standing.map(placing_code), ":evidence": row.evidence,
        })?;
        Ok(Some(feed))
    }

    fn note(
        &mut self,
        id: EntryId,
        (no, feed): (i64, &FeedId),
        effect: FeedEffect,
        unmoved: ChangeKind,
    ) -> rusqlite::Result<()> {
        self.seen.extend(effect.seen_as(unmoved).map(|kind| (no, id, kind)));
        let changed_at = effect.changed.map(|at| moment(self.c, id, at)).transpose()?;
        self.feeds.entry(feed.clone()).or_default().add(effect, changed_at);
        Ok(())
    }

    pub fn touch_feeds(&mut self) -> rusqlite::Result<()> {
        for (feed, tally) in std::mem::take(&mut self.feeds) {
            if tally.is_told {
                touch_feed(self.c, &feed, &tally, self.at)?;
            }
        }
        outbox::tell_of_entries(self.c, std::mem::take(&mut self.seen), self.at)
    }
}
