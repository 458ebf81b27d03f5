//! How far rematches have come.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use tokio_postgres::Row;

use crate::model::EntryId;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::postgres::read::row::{count, instant, number};
use crate::store::{BegunRematch, DecidedBy, Error, Gains, Result, StepMade, Underway};

/// A stored rematch.
pub struct StoredRun {
    /// Its number, and how far it has come.
    pub begun: BegunRematch,
    /// What it decides by, where that can be read.
    pub by: Option<DecidedBy>,
    /// Its feeds, in the order of their names.
    pub feeds: Vec<FeedProgress>,
}

/// What a rematch has brought a feed.
pub struct FeedProgress {
    /// The feed.
    pub feed: String,
    /// Whether what was decided stands for it.
    pub settles: bool,
    /// Entries that came in.
    pub gained: usize,
    /// Entries that went out.
    pub lost: usize,
}

const RUNS: &str = "
    SELECT r.run, r.decided_by, r.began_at, r.done_to, r.entries, f.feed, f.settles, f.gained, f.lost
      FROM rematch r
      LEFT JOIN rematch_feed f ON f.run = r.run
     WHERE ($1::bigint IS NULL OR r.run = $1::bigint) AND ($2::text IS NULL OR r.name = $2::text)
     ORDER BY r.run, f.feed";

/// All rematches, in the order of their numbers.
pub async fn all(tx: &Tx) -> Result<Vec<StoredRun>> {
    runs(tx, None, None).await
}

/// The rematch of a number.
///
/// # Errors
/// [`Error::Superseded`] when it has ended.
pub async fn run(tx: &Tx, run: i64) -> Result<StoredRun> {
    runs(tx, Some(run), None).await?.pop().ok_or(Error::Superseded)
}

/// The rematch of a name.
pub async fn named(tx: &Tx, name: &str) -> Result<Option<StoredRun>> {
    Ok(runs(tx, None, Some(SqlText(name))).await?.pop())
}

async fn runs(tx: &Tx, run: Option<i64>, name: Option<SqlText<'_>>) -> Result<Vec<StoredRun>> {
    let mut all = BTreeMap::new();
    for row in &tx.rows(RUNS, &[run.param(), name.param()]).await? {
        let number: i64 = column(row, "run")?;
        if let Entry::Vacant(vacant) = all.entry(number) {
            vacant.insert(stored(row, number)?);
        }
        if let (Some(run), Some(feed)) = (all.get_mut(&number), column::<Option<String>>(row, "feed")?) {
            let settles = column(row, "settles")?;
            run.feeds.push(FeedProgress { feed, settles, gained: count(row, "gained")?, lost: count(row, "lost")? });
        }
    }
    Ok(all.into_values().collect())
}

fn stored(row: &Row, run: i64) -> Result<StoredRun> {
    let begun = BegunRematch {
        run,
        at: instant(row, "began_at")?,
        done_to: column::<Option<i64>>(row, "done_to")?.map(EntryId),
        entries: count(row, "entries")?,
    };
    let by: String = column(row, "decided_by")?;
    Ok(StoredRun { begun, by: serde_json::from_str(&by).ok(), feeds: Vec::new() })
}

impl StoredRun {
    /// The names of its feeds.
    pub fn feed_names(&self) -> Vec<String> {
        self.feeds.iter().map(|progress| progress.feed.clone()).collect()
    }

    /// As others are told of it.
    pub fn underway(&self) -> Underway {
        Underway { feeds: self.feed_names(), entries: self.begun.entries }
    }
}

const HOLD: &str = "SELECT run FROM rematch WHERE run = $1::bigint FOR NO KEY UPDATE";

/// Ends whoever is no longer the rematch of its name, and keeps others from its row.
pub async fn hold(tx: &Tx, run: i64) -> Result<()> {
    tx.one(HOLD, &[run.param()]).await?.map(drop).ok_or(Error::Superseded)
}

const NOTE: &str = "
    UPDATE rematch
       SET done_to = least(coalesce(done_to, $2::bigint), $2::bigint), entries = entries + $3::bigint
     WHERE run = $1::bigint";

const NOTE_FEEDS: &str = "
    UPDATE rematch_feed f
       SET gained = f.gained + q.gained, lost = f.lost + q.lost
      FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS q (feed, gained, lost)
     WHERE f.run = $1::bigint AND f.feed = q.feed";

/// Notes a step in the transaction of its decisions.
pub async fn note(tx: &Tx, step: &StepMade, gains: &Gains) -> Result<()> {
    let (run, done_to, entries) = (step.run, step.done_to.0, number(step.entries));
    let feeds: Vec<SqlText<'_>> = gains.keys().map(|feed| SqlText(feed.as_str())).collect();
    let gained: Vec<i64> = gains.values().map(|(gained, _)| number(*gained)).collect();
    let lost: Vec<i64> = gains.values().map(|(_, lost)| number(*lost)).collect();
    let step = [run.param(), done_to.param(), entries.param()];
    let of_feeds = [run.param(), feeds.param(), gained.param(), lost.param()];
    tokio::try_join!(biased; tx.rows(NOTE, &step), tx.rows(NOTE_FEEDS, &of_feeds)).map(drop)
}

/// The key between them is checked when the statement ends.
const END: &str = "
    WITH feeds AS (DELETE FROM rematch_feed WHERE run = ANY($1::bigint[]))
    DELETE FROM rematch WHERE run = ANY($1::bigint[])";

/// Forgets rematches.
pub async fn end(tx: &Tx, runs: &Vec<i64>) -> Result<()> {
    if runs.is_empty() {
        return Ok(());
    }
    tx.execute(END, &[runs.param()]).await.map(drop)
}
