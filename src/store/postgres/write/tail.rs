//! What every commit would write into the same few rows: changes, feeds and figures.
//!
//! It is collected while a transaction goes on, and written at its end, sent together with
//! COMMIT: the lock that gives changes their order is held for as long as the server needs
//! for that, and never while the network is waited for.

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::postgres::link::tx::{Doing, LastWrite, Tx, Typed};
use crate::store::rules::FeedTally;
use crate::store::{ChangeKind, Result};

/// What is written last.
#[derive(Default)]
pub struct Tail {
    /// When it was changed, as it is told.
    pub at: Timestamp,
    /// Changes of feeds, by their numbers.
    pub changes: Vec<(i64, Option<EntryId>, ChangeKind)>,
    /// What became of feeds.
    pub feeds: BTreeMap<i64, FeedTally>,
    /// By how many entries a feed's day grew: feed and day.
    pub feed_days: BTreeMap<(i64, i64), i64>,
    /// By how many the sources that are polled grew.
    pub sources: i64,
    /// By how many those that fail grew.
    pub failing: i64,
    /// By how many all entries grew.
    pub entries: i64,
}

/// Given back when the commit can be seen, and so is each number before the next is given.
const OUTBOX_LOCK: &str = "SELECT pg_advisory_xact_lock(2003133291, 'change'::regclass::oid::int)";

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
        SELECT * FROM unnest($8::bigint[], $9::bigint[], $10::bigint[])
            ON CONFLICT (feed_no, day) DO UPDATE SET entries = greatest(d.entries + excluded.entries, 0)
    ), counted AS (
        UPDATE figures
           SET sources = sources + $11::bigint, failing = failing + $12::bigint, entries = entries + $13::bigint
         WHERE ($11::bigint, $12::bigint, $13::bigint) <> (0, 0, 0)
    )
    SELECT 1";

impl Tail {
    /// Whether there is nothing to write.
    fn is_empty(&self) -> bool {
        let figures = [self.sources, self.failing, self.entries];
        self.changes.is_empty() && self.feeds.is_empty() && self.feed_days.is_empty() && figures == [0; 3]
    }

    async fn write(&self, tx: &Tx) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let mut changes = self.changes.clone();
        changes.sort_by_key(|(feed, entry, kind)| (*feed, code(*kind), *entry));
        let change_feeds: Vec<i64> = changes.iter().map(|(feed, ..)| *feed).collect();
        let change_entries: Vec<Option<i64>> = changes.iter().map(|(_, entry, _)| entry.map(|id| id.0)).collect();
        let kinds: Vec<i16> = changes.iter().map(|(.., kind)| code(*kind)).collect();
        let feeds: Vec<i64> = self.feeds.keys().copied().collect();
        let changed_at: Vec<i64> = self.feeds.values().map(|tally| tally.changed_at.millis()).collect();
        let gained: Vec<i64> = self.feeds.values().map(FeedTally::difference).collect();
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
        tokio::try_join!(biased; tx.rows(OUTBOX_LOCK, &[]), tx.rows(TAIL, &row)).map(drop)
    }
}

impl LastWrite for Tail {
    fn write_last<'t>(&'t self, tx: &'t Tx) -> Doing<'t, ()> {
        Box::pin(self.write(tx))
    }
}

/// A kind of change as it is stored, as in SQLite.
pub fn code(kind: ChangeKind) -> i16 {
    match kind {
        ChangeKind::Entered => 0,
        ChangeKind::Revised => 1,
        ChangeKind::Followed => 2,
        ChangeKind::Left => 3,
        ChangeKind::Described => 4,
        ChangeKind::Rematched => 5,
        ChangeKind::Pruned => 6,
        ChangeKind::Mended => 7,
    }
}
