//! Entries and routes while they are written.
//!
//! What breaks a rule of the schema is written otherwise, not refused: an entry never undoes
//! the poll that brought it.

mod added;
mod batch;
pub mod heads;
mod ids;
mod keys;
mod known_rows;

use std::collections::{HashMap, HashSet};

use super::routes::{Stands, feed_numbers};
use super::stories;
use super::tail::Tail;
use crate::clock::Timestamp;
use crate::model::{Change, EntryId, FeedId, SourceId};
use crate::store::postgres::link::tx::{Tx, column};
use crate::store::prepared::{Newcomer, PreparedCopy, PreparedText, Revised, WriteStep, WrittenReading, WrittenRoute};
use crate::store::rules::{
    Anew, Decider, FeedEffect, HeadShare, Moment, Placing, RouteBefore, RouteChange, Ruling, contends, keeps_revision,
    restands, updated_by, written_place,
};
use crate::store::{ChangeKind, Committed, Earlier, Result};
use added::{AddTo, AddedEntry, add, numbers};
use batch::EntryBatch;
use heads::FeedHeads;
use ids::{IdWish, IdsTaken};
use keys::KeyWish;
use known_rows::{KnownRow, KnownRows};

/// Whose entries are written, and when.
#[derive(Clone, Copy)]
pub struct WriteFor {
    /// The number of their source, whose row is held.
    pub source: i64,
    /// When they were seen.
    pub at: Timestamp,
    /// Where in feeds that stands which arrives now.
    pub head: Timestamp,
    /// By which rules was decided about them.
    pub by: Decider,
}

const BELIEVED: &str = "SELECT believed_at FROM desk";

/// Where what arrives at `at` stands in feeds: never below what arrived before, though the
/// clock be behind (R18).
pub async fn head(tx: &Tx, at: Timestamp) -> Result<Timestamp> {
    let row = tx.one(BELIEVED, &[]).await?;
    let believed: Option<i64> = row.map(|row| column(&row, "believed_at")).transpose()?.flatten();
    Ok(believed.map_or(at, |believed| at.max(Timestamp::from_millis(believed))))
}

/// Entries of a source while they are written.
pub struct EntryWriting<'a> {
    tx: &'a Tx,
    tail: &'a mut Tail,
    of: WriteFor,
    heads: FeedHeads<'a>,
    feeds: HashMap<FeedId, i64>,
    batch: EntryBatch<'a>,
    /// What was done.
    pub done: Committed,
    /// Of texts that came to those that are kept.
    pub size_bytes: u64,
}

impl<'a> EntryWriting<'a> {
    /// Writes for a source whose revised entries take what `heads` says.
    pub fn new(tx: &'a Tx, tail: &'a mut Tail, of: WriteFor, heads: FeedHeads<'a>) -> EntryWriting<'a> {
        let batch = EntryBatch::new(of.source, of.at);
        let (feeds, done) = (HashMap::new(), Committed::default());
        EntryWriting { tx, tail, of, heads, feeds, batch, done, size_bytes: 0 }
    }

    /// Writes steps of a poll, after `released` let go of their keys. Returns the entries'
    /// numbers, in the order of the steps.
    pub async fn steps(
        &mut self,
        name: &SourceId,
        released: &[EntryId],
        steps: &[&'a WriteStep],
    ) -> Result<Vec<EntryId>> {
        let mut ids = Vec::new();
        let (first, later) = rounds(steps);
        ids.extend(self.round(name, released, first).await?);
        for steps in later {
            ids.extend(self.round(name, &[], steps).await?);
        }
        Ok(ids)
    }

    /// Steps of which no two are about one known entry.
    async fn round(&mut self, name: &SourceId, released: &[EntryId], steps: &[&'a WriteStep]) -> Result<Vec<EntryId>> {
        let tx = self.tx;
        let touched: HashSet<EntryId> =
            released.iter().copied().chain(steps.iter().filter_map(|step| touched(step))).collect();
        let touched: Vec<i64> = touched.into_iter().map(|id| id.0).collect();
        let known = KnownRows::held(tx, self.of.source, &touched, self.of.at).await?;
        let newcomers: Vec<&'a Newcomer> = steps.iter().filter_map(|step| newcomer(step)).collect();
        let id_wishes: Vec<IdWish<'_>> =
            newcomers.iter().map(|new| IdWish { wanted: &new.published_id, key: new.key }).collect();
        let key_wishes = key_wishes(released, steps, &known);
        let mut taken = IdsTaken::default();
        let named = steps.iter().flat_map(|step| routes(step)).map(|route| &route.feed);
        let (keys, published_ids, numbers, feeds) = tokio::try_join!(biased;
            keys::settled(tx, self.of.source, &touched, &key_wishes),
            ids::assigned(tx, name, &id_wishes, &mut taken),
            numbers(tx, newcomers.len()),
            feed_numbers(tx, named),
        )?;
        self.feeds.extend(feeds);
        keys.vacate(tx).await?;
        let added: Vec<AddedEntry<'_>> = newcomers
            .iter()
            .zip(numbers)
            .zip(keys.added.iter().zip(published_ids))
            .map(|((new, id), (key, published_id))| AddedEntry { new, id, key: *key, published_id })
            .collect();
        let numbers: Vec<EntryId> = added.iter().map(|added| added.id).collect();
        add(tx, AddTo { source: self.of.source, name, at: self.of.at }, added, &mut taken).await?;
        keys.give(tx).await?;
        self.look_at_heads(&known, steps).await?;
        let (placed_ids, mut numbers) = (numbers.clone(), numbers.into_iter());
        let mut done = Vec::new();
        for step in steps {
            done.push(self.one(step, &known, &mut numbers)?);
        }
        let batch = std::mem::replace(&mut self.batch, EntryBatch::new(self.of.source, self.of.at));
        batch.write(tx).await?;
        stories::place(tx, &unplaced(&placed_ids, &newcomers)).await?;
        Ok(done)
    }

    fn one(
        &mut self,
        step: &'a WriteStep,
        known: &KnownRows,
        numbers: &mut impl Iterator<Item = EntryId>,
    ) -> Result<EntryId> {
        match step {
            WriteStep::New(new) => {
                let id = numbers.next().expect("each new entry has a number");
                self.add(id, new);
                Ok(id)
            }
            WriteStep::Revised(revised) => self.revise(revised, known.one(revised.id)?),
            WriteStep::Followed(followed) => self.follow(followed, known.one(followed.id)?),
            WriteStep::Rekeyed { entry, print, .. } => {
                if known.get(*entry).is_some() {
                    self.batch.print(*entry, print);
                }
                Ok(*entry)
            }
            WriteStep::Same(id) => Ok(*id),
        }
    }

    fn add(&mut self, id: EntryId, new: &'a Newcomer) {
        self.batch.text(id, None, &new.body);
        if new.reading.is_some() {
            self.batch.read(id, new.reading.as_ref());
        }
        self.queue(id);
        self.size_bytes += new.size_bytes;
        let sort_at = written_place(new.sort_at, self.of.at, self.of.head);
        for row in &new.routes {
            let Some(no) = self.feeds.get(&row.feed).copied() else { continue };
            let standing = row.admitted.then_some(new.standing);
            let stands = Stands { admitted: row.admitted, sort_at, standing };
            self.batch.routes.set(self.tail, (id.0, no), None, stands, &row.evidence);
            if row.admitted {
                let effect = FeedEffect::entered(new.updated_at);
                self.tail.note(no, id, (effect, Some(new.updated_at)), ChangeKind::Entered);
            }
        }
        if new.wants_article {
            self.batch.want(id);
        }
        self.done.new.push(id);
    }

    fn revise(&mut self, revised: &'a Revised, known: &KnownRow) -> Result<EntryId> {
        let id = revised.id;
        let mut revisions = known.revisions;
        match revised.earlier {
            Earlier::Kept if keeps_revision(known.kept_today) => {
                if known.has_text {
                    self.batch.keep(id, known.text_at, known.last_number + 1);
                    revisions += 1;
                }
                self.size_bytes += revised.size_bytes;
            }
            Earlier::Kept => self.done.replaced += 1,
            Earlier::Replaced => {}
        }
        self.batch.print(id, &revised.print);
        self.batch.replace(id, known.text_at);
        self.batch.text(id, Some(revised.change), &revised.body);
        self.batch.read(id, revised.reading.as_ref());
        let updated_at = updated_by(revised.change, self.of.at);
        self.batch.revise(id, updated_at, 1 + revisions);
        self.queue(id);
        let known = KnownRow { updated_at: updated_at.unwrap_or(known.updated_at), ..known.clone() };
        self.reroute(id, &known, &revised.routes, (revised.change, ChangeKind::Revised));
        if revised.wants_article {
            self.batch.want(id);
        }
        self.done.revised += 1;
        Ok(id)
    }

    /// Writes an entry as it is now, as the same version: nobody is told of a change, and a
    /// text that was pruned stays pruned.
    fn follow(&mut self, followed: &'a Revised, known: &KnownRow) -> Result<EntryId> {
        let id = followed.id;
        self.batch.print(id, &followed.print);
        if self.follow_text(id, known, (&followed.body, followed.reading.as_ref())) {
            self.decide_again(id);
        }
        self.reroute(id, known, &followed.routes, (followed.change, ChangeKind::Followed));
        Ok(id)
    }

    /// Writes another text of the same version, and what was read of it; returns whether there
    /// is one.
    fn follow_text(
        &mut self,
        id: EntryId,
        known: &KnownRow,
        (body, reading): (&'a [u8], Option<&'a WrittenReading>),
    ) -> bool {
        if known.has_text {
            self.batch.follow(id, known.text_at, body);
            self.batch.read(id, reading);
        }
        known.has_text
    }

    /// Has a text that came indexed, and decided again where others than the rules in force
    /// have decided about it.
    fn queue(&mut self, id: EntryId) {
        self.batch.index(id);
        self.decide_again(id);
    }

    fn decide_again(&mut self, id: EntryId) {
        if self.of.by == Decider::Others {
            self.batch.decide_again(id);
        }
    }

    /// Writes an entry's text with its article, and what feeds decide about it. The news is
    /// the same: it stays where it stands in its feeds.
    pub async fn article(&mut self, id: EntryId, text: &'a PreparedText) -> Result<()> {
        let PreparedText { body, reading, routes: rows } = text;
        let tx = self.tx;
        let known = KnownRows::held(tx, self.of.source, &vec![id.0], self.of.at).await?;
        let known = known.one(id)?;
        self.feeds = feed_numbers(tx, rows.iter().map(|row| &row.feed)).await?;
        if self.follow_text(id, known, (body, reading.as_ref())) {
            self.queue(id);
        }
        self.reroute(id, known, rows, (Change::Cosmetic, ChangeKind::Revised));
        let batch = std::mem::replace(&mut self.batch, EntryBatch::new(self.of.source, self.of.at));
        batch.write(tx).await
    }

    fn anew(&self, change: Change) -> Anew {
        Anew::Revised { change, at: self.of.at, head: self.of.head }
    }

    /// Looks who stands at the heads of feeds where an entry may come to the head.
    async fn look_at_heads(&mut self, known: &KnownRows, steps: &[&'a WriteStep]) -> Result<()> {
        let mut feeds: HashMap<&FeedId, i64> = HashMap::new();
        for step in steps {
            let (WriteStep::Revised(revised) | WriteStep::Followed(revised)) = step else { continue };
            let Some(row) = known.get(revised.id) else { continue };
            let anew = self.anew(revised.change);
            let rows = revised.routes.iter().filter(|route| contends(before(row, &route.feed), route.ruling(), anew));
            feeds.extend(rows.filter_map(|route| Some((&route.feed, *self.feeds.get(&route.feed)?))));
        }
        self.heads.look(self.tx, self.of.source, feeds.into_iter()).await
    }

    /// Decides anew about a known entry; feeds without a row have nothing to say of it any
    /// more. See [`restands`]. To readers of feeds that it stays in, it is `seen_as` this.
    fn reroute(
        &mut self,
        id: EntryId,
        known: &KnownRow,
        rows: &'a [WrittenRoute],
        (change, seen_as): (Change, ChangeKind),
    ) {
        let anew = self.anew(change);
        let moment = |moment| match moment {
            Moment::At(at) => at,
            Moment::FirstSeen => known.first_seen_at,
            Moment::Updated => known.updated_at,
        };
        for routed in known.routes.iter().filter(|routed| rows.iter().all(|row| row.feed.as_str() != routed.feed)) {
            let silent = restands(Some(routed.route), Ruling::Silent, anew, HeadShare::default());
            if let RouteChange::Dropped(effect) = silent {
                self.batch.routes.drop(self.tail, id.0, routed);
                self.tail.note(routed.feed_no, id, (effect, effect.changed.map(moment)), seen_as);
            }
        }
        for row in rows {
            let before = before(known, &row.feed);
            let contends = contends(before, row.ruling(), anew);
            let head = if contends { self.heads.taken(&row.feed, id) } else { HeadShare::default() };
            let RouteChange::Set { sort_at, standing, effect } = restands(before, row.ruling(), anew, head) else {
                continue;
            };
            if contends && standing == Some(Placing::Revised) {
                self.heads.took(&row.feed, id);
            }
            let Some(no) = self.feeds.get(&row.feed).copied() else { continue };
            let stands = Stands { admitted: row.admitted, sort_at: moment(sort_at), standing };
            self.batch.routes.set(self.tail, (id.0, no), before, stands, &row.evidence);
            self.tail.note(no, id, (effect, effect.changed.map(moment)), seen_as);
        }
    }
}

fn before(known: &KnownRow, feed: &FeedId) -> Option<RouteBefore> {
    known.routes.iter().find(|routed| routed.feed == feed.as_str()).map(|routed| routed.route)
}

/// The known entry that a step writes.
fn touched(step: &WriteStep) -> Option<EntryId> {
    match step {
        WriteStep::Revised(revised) | WriteStep::Followed(revised) => Some(revised.id),
        WriteStep::Rekeyed { entry, .. } => Some(*entry),
        WriteStep::New(_) | WriteStep::Same(_) => None,
    }
}

fn newcomer(step: &WriteStep) -> Option<&Newcomer> {
    match step {
        WriteStep::New(new) => Some(new),
        _ => None,
    }
}

/// The new entries that are to be placed among stories.
fn unplaced<'n>(numbers: &[EntryId], newcomers: &[&'n Newcomer]) -> Vec<(EntryId, &'n PreparedCopy)> {
    numbers.iter().zip(newcomers).filter_map(|(id, new)| Some((*id, new.copy.as_ref()?))).collect()
}

fn routes(step: &WriteStep) -> &[WrittenRoute] {
    match step {
        WriteStep::New(new) => &new.routes,
        WriteStep::Revised(revised) | WriteStep::Followed(revised) => &revised.routes,
        WriteStep::Rekeyed { .. } | WriteStep::Same(_) => &[],
    }
}

/// What is wanted of keys, of entries that are there.
fn key_wishes(released: &[EntryId], steps: &[&WriteStep], known: &KnownRows) -> Vec<KeyWish> {
    let is_there = |id: &EntryId| known.get(*id).is_some();
    let of_steps = steps.iter().filter_map(|step| match step {
        WriteStep::New(new) => Some(KeyWish::Add(new.key)),
        WriteStep::Revised(revised) | WriteStep::Followed(revised) => {
            is_there(&revised.id).then_some(KeyWish::Rekey(revised.id, revised.key))
        }
        WriteStep::Rekeyed { entry, key, .. } => is_there(entry).then_some(KeyWish::Rekey(*entry, *key)),
        WriteStep::Same(_) => None,
    });
    released.iter().copied().filter(is_there).map(KeyWish::Release).chain(of_steps).collect()
}

/// Steps in rounds, in their order: a document that lists a known entry twice has it written
/// twice, one time after the other.
fn rounds<'s, 'a>(steps: &'s [&'a WriteStep]) -> (&'s [&'a WriteStep], Vec<&'s [&'a WriteStep]>) {
    let mut cuts = Vec::new();
    let mut met = HashSet::new();
    for (at, step) in steps.iter().enumerate() {
        if let Some(id) = touched(step)
            && !met.insert(id)
        {
            cuts.push(at);
            met = HashSet::from([id]);
        }
    }
    let Some(first) = cuts.first().copied() else { return (steps, Vec::new()) };
    let ends = cuts.iter().copied().skip(1).chain([steps.len()]);
    (&steps[..first], cuts.iter().zip(ends).map(|(from, to)| &steps[*from..to]).collect())
}
