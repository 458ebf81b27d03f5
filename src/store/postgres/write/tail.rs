//! What every commit would write into the same few rows: changes, feeds and figures.
//!
//! It is collected while a transaction goes on, and written at its end, sent together with
//! COMMIT: the lock that gives changes their order is held for as long as the server needs
//! for that, and never while the network is waited for.

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::codec::kind_code;
use crate::store::postgres::link::tx::{Doing, LastWrite, SqlText, Tx, Typed};
use crate::store::rules::{FeedEffect, FeedTally, RouteBefore};
use crate::store::{ChangeKind, Result};

/// Days are UTC's.
const DAY_MS: i64 = 86_400_000;

/// The day of an instant, as figures count by it.
pub fn day(at: Timestamp) -> i64 {
    at.millis() / DAY_MS
}

/// What is written last.
#[derive(Default)]
pub struct Tail {
    /// When it was changed, as it is told.
    pub at: Timestamp,
    /// Changes of feeds, by their numbers.
    changes: Vec<(i64, Option<EntryId>, ChangeKind)>,
    /// What became of feeds.
    feeds: BTreeMap<i64, FeedTally>,
    /// By how many entries a feed's day grew: feed and day.
    feed_days: BTreeMap<(i64, i64), i64>,
    /// By how many the sources that are polled grew.
    pub sources: i64,
    /// By how many those that fail grew.
    pub failing: i64,
    /// By how many all entries grew.
    pub entries: i64,
    /// Polls that are counted, by how they ended and who held the source, as `ID GENERATION`.
    polls: BTreeMap<(&'static str, String), i64>,
}

/// Polls of one node by how they ended. Commands are nodes for a moment each, and are
/// counted together.
const TALLY: &str = "
    INSERT INTO tally AS t (kind, node_no, polls)
    SELECT q.kind, coalesce(n.no, 0), sum(q.polls)::bigint
      FROM unnest($1::text[], $2::text[], $3::bigint[]) AS q (kind, holder, polls)
      LEFT JOIN node n ON n.id = split_part(q.holder, ' ', 1) AND n.kind = 0
     GROUP BY 1, 2
     ORDER BY 1, 2
        ON CONFLICT (kind, node_no) DO UPDATE SET polls = t.polls + excluded.polls";

/// Given back when the commit can be seen, and so is each number before the next is given.
/// It is a lock on a table, for any role could take an advisory one; on one that nobody
/// writes, so that no vacuum is in its way.
pub const OUTBOX_LOCK: &str = "LOCK TABLE migration IN SHARE UPDATE EXCLUSIVE MODE";

const TAIL: &str = "
    WITH told AS (
        INSERT INTO change (seq, feed_no, entry_id, kind, at)
        SELECT nextval('change_seq'), c.feed_no, c.entry_id, c.kind, $1::bigint
          FROM unnest($2::bigint[], $3::bigint[], $4::smallint[]) WITH ORDINALITY AS c (feed_no, entry_id, kind, nth)
         ORDER BY c.nth
    ), touched AS (
        UPDATE feed f
           SET updated_at = greatest(coalesce(f.updated_at, 0), t.changed_at),
               entries = f.entries + t.gained,
               changed_at = greatest(coalesce(f.changed_at, 0) + 1, $1::bigint)
          FROM unnest($5::bigint[], $6::bigint[], $7::bigint[]) AS t (no, changed_at, gained)
         WHERE f.no = t.no
    ), days AS (
        INSERT INTO feed_day AS d (feed_no, day, entries)
        SELECT q.feed_no, q.day, q.entries
          FROM unnest($8::bigint[], $9::bigint[], $10::bigint[]) AS q (feed_no, day, entries)
         WHERE q.entries > 0
            ON CONFLICT (feed_no, day) DO UPDATE SET entries = d.entries + excluded.entries
    ), shorter_days AS (
        UPDATE feed_day d
           SET entries = greatest(d.entries + q.entries, 0)
          FROM unnest($8::bigint[], $9::bigint[], $10::bigint[]) AS q (feed_no, day, entries)
         WHERE q.entries < 0 AND d.feed_no = q.feed_no AND d.day = q.day
    ), counted AS (
        UPDATE figures
           SET sources = sources + $11::bigint, failing = failing + $12::bigint, entries = entries + $13::bigint
         WHERE ($11::bigint, $12::bigint, $13::bigint) <> (0, 0, 0)
    )
    SELECT 1";

impl Tail {
    /// Tells readers of a feed what became of an entry in it, or of the feed as a whole.
    pub fn tell(&mut self, feed_no: i64, entry: Option<EntryId>, kind: ChangeKind) {
        self.changes.push((feed_no, entry, kind));
    }

    /// Counts what a decision about an entry does to a feed, whose change was at `changed_at`.
    pub fn affect(&mut self, feed_no: i64, effect: FeedEffect, changed_at: Option<Timestamp>) {
        self.feeds.entry(feed_no).or_default().add(effect, changed_at);
    }

    /// Both, of an entry; `unmoved` is what became of one that is in the feed as before.
    pub fn note(
        &mut self,
        feed_no: i64,
        entry: EntryId,
        (effect, changed_at): (FeedEffect, Option<Timestamp>),
        unmoved: ChangeKind,
    ) {
        if let Some(kind) = effect.seen_as(unmoved) {
            self.tell(feed_no, Some(entry), kind);
        }
        self.affect(feed_no, effect, changed_at);
    }

    /// Has a feed's documents made anew, though no entry of it changed.
    pub fn touch(&mut self, feed_no: i64) {
        self.feeds.entry(feed_no).or_default().is_told = true;
    }

    /// Counts a feed's entries by the day at which they stand: one that stood as `before`
    /// stands at `now`, as far as the feed has it.
    pub fn stands(&mut self, feed_no: i64, before: Option<RouteBefore>, now: Option<Timestamp>) {
        let mut count = |at: Timestamp, more| {
            *self.feed_days.entry((feed_no, day(at))).or_default() += more;
        };
        if let Some(before) = before.filter(|before| before.admitted) {
            count(before.sort_at, -1);
        }
        if let Some(now) = now {
            count(now, 1);
        }
    }

    /// Counts a poll that ended so, of a source that was held by `holder`.
    pub fn count(&mut self, kind: &'static str, holder: String) {
        *self.polls.entry((kind, holder)).or_default() += 1;
    }

    /// Whether it has something for those who follow changes.
    pub fn has_changes(&self) -> bool {
        !self.changes.is_empty()
    }

    /// Whether nothing of it is hot.
    fn is_empty(&self) -> bool {
        let figures = [self.sources, self.failing, self.entries];
        let is_still =
            self.feeds.values().all(|tally| !tally.is_told) && self.feed_days.values().all(|more| *more == 0);
        self.changes.is_empty() && is_still && figures == [0; 3]
    }

    async fn count_poll(&self, tx: &Tx) -> Result<()> {
        if self.polls.is_empty() {
            return Ok(());
        }
        let kinds: Vec<SqlText<'_>> = self.polls.keys().map(|(kind, _)| SqlText(kind)).collect();
        let holders: Vec<SqlText<'_>> = self.polls.keys().map(|(_, holder)| SqlText(holder)).collect();
        let polls: Vec<i64> = self.polls.values().copied().collect();
        tx.rows(TALLY, &[kinds.param(), holders.param(), polls.param()]).await.map(drop)
    }

    async fn write(&self, tx: &Tx) -> Result<()> {
        if self.is_empty() {
            return self.count_poll(tx).await;
        }
        let mut changes = self.changes.clone();
        changes.sort_by_key(|(feed, entry, kind)| (*feed, kind_code(*kind), *entry));
        let change_feeds: Vec<i64> = changes.iter().map(|(feed, ..)| *feed).collect();
        let change_entries: Vec<Option<i64>> = changes.iter().map(|(_, entry, _)| entry.map(|id| id.0)).collect();
        let kinds: Vec<i16> = changes.iter().map(|(.., kind)| kind_code(*kind)).collect();
        let told = || self.feeds.iter().filter(|(_, tally)| tally.is_told);
        let feeds: Vec<i64> = told().map(|(feed, _)| *feed).collect();
        let changed_at: Vec<i64> = told().map(|(_, tally)| tally.changed_at.millis()).collect();
        let gained: Vec<i64> = told().map(|(_, tally)| tally.difference()).collect();
        let day_feeds: Vec<i64> = self.feed_days.keys().map(|(feed, _)| *feed).collect();
        let days: Vec<i64> = self.feed_days.keys().map(|(_, day)| *day).collect();
        let day_entries: Vec<i64> = self.feed_days.values().copied().collect();
        let at = self.at.millis();
        let row = [
            at.param(),
            change_feeds.param(),
            change_entries.param(),
            kinds.param(),
            feeds.param(),
            changed_at.param(),
            gained.param(),
            day_feeds.param(),
            days.param(),
            day_entries.param(),
            self.sources.param(),
            self.failing.param(),
            self.entries.param(),
        ];
        tokio::try_join!(biased; self.count_poll(tx), tx.rows(OUTBOX_LOCK, &[]), tx.rows(TAIL, &row)).map(drop)
    }
}

impl LastWrite for Tail {
    fn write_last<'t>(&'t self, tx: &'t Tx) -> Doing<'t, ()> {
        Box::pin(self.write(tx))
    }
}
