//! The outbox: changes that readers can see.
//!
//! Numbers are given under a lock that is held until their commit can be seen
//! ([`Tail`](super::tail::Tail)), so none appears below one that was read. What is undone
//! leaves a gap, so it is noted up to where they were pruned.

use std::time::Duration;

use tokio_postgres::Row;

use crate::clock::{Clock, SystemClock, Timestamp};
use crate::model::{EntryId, FeedId};
use crate::store::codec;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::link::tx::{Tx, Typed, column};
use crate::store::{Changes, Continuity, FeedChange, Outbox, Result, Seq};

const BOUNDS: &str = "
    SELECT coalesce((SELECT max(seq) FROM change), 0) AS newest, changes_from
      FROM desk";

/// The newest number, and the highest that was pruned.
async fn bounds(tx: &Tx) -> Result<(Seq, Seq)> {
    match tx.one(BOUNDS, &[]).await? {
        Some(row) => Ok((Seq(column(&row, "newest")?), Seq(column(&row, "changes_from")?))),
        None => Ok((Seq::START, Seq::START)),
    }
}

/// See [`Outbox::newest_change`].
pub async fn newest(tx: &Tx) -> Result<Seq> {
    Ok(bounds(tx).await?.0)
}

const CHANGES: &str = "
    WITH page AS MATERIALIZED (
        SELECT seq, feed_no, entry_id, kind, at
          FROM change
         WHERE seq > $1::bigint
         ORDER BY seq
         LIMIT $2::bigint
    )
    SELECT p.seq, p.entry_id, p.kind, p.at, f.id AS feed
      FROM page p
      LEFT JOIN feed f ON f.no = p.feed_no
     ORDER BY p.seq";

/// See [`Outbox::changes`].
pub async fn changes(tx: &Tx, after: Seq, limit: usize) -> Result<Changes> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let asked = [after.0.param(), limit.param()];
    let ((newest, pruned), rows) = tokio::try_join!(biased; bounds(tx), tx.rows(CHANGES, &asked))?;
    // Of those that are not there any more it had not read all; or a copy from before was put
    // in this store's place.
    let is_cut = after < pruned || after > newest;
    let next = if after > newest { newest } else { after };
    let continuity = if is_cut { Continuity::Cut } else { Continuity::Whole };
    let mut found = Changes { all: Vec::new(), next, continuity };
    for row in &rows {
        let seq = Seq(column(row, "seq")?);
        found.next = seq;
        match read(row, seq)? {
            Some(change) => found.all.push(change),
            None => found.continuity = Continuity::Cut,
        }
    }
    Ok(found)
}

/// A change, where its row is not damaged.
fn read(row: &Row, seq: Seq) -> Result<Option<FeedChange>> {
    let feed: Option<String> = column(row, "feed")?;
    let feed = feed.and_then(|feed| FeedId::new(&feed).ok());
    let kind = codec::kind(i64::from(column::<i16>(row, "kind")?));
    let entry = column::<Option<i64>>(row, "entry_id")?.map(EntryId);
    let at = Timestamp::from_millis(column(row, "at")?);
    Ok(feed.zip(kind).map(|(feed, kind)| FeedChange { seq, feed, entry, kind, at }))
}

/// Of the oldest, as far as they are from before an instant; the newest stays, so that no
/// number comes a second time.
const PRUNE: &str = "
    WITH oldest AS MATERIALIZED (
        SELECT seq, at
          FROM change
         WHERE seq < (SELECT max(seq) FROM change)
         ORDER BY seq
         LIMIT $2::bigint
    ), last AS MATERIALIZED (
        SELECT max(seq) AS seq
          FROM oldest
         WHERE seq < coalesce((SELECT min(seq) FROM oldest WHERE at >= $1::bigint), 9223372036854775807)
    ), gone AS (
        DELETE FROM change c
         USING last l
         WHERE c.seq <= l.seq
        RETURNING c.seq
    ), noted AS (
        UPDATE desk
           SET changes_from = greatest(changes_from, l.seq)
          FROM last l
         WHERE l.seq IS NOT NULL
    )
    SELECT count(*) AS gone FROM gone";

/// See [`Outbox::prune_changes`].
pub async fn prune(tx: &Tx, before: Timestamp, limit: usize) -> Result<usize> {
    let (before, limit) = (before.millis(), i64::try_from(limit).unwrap_or(i64::MAX));
    let row = tx.one(PRUNE, &[before.param(), limit.param()]).await?;
    let gone: i64 = row.map(|row| column(&row, "gone")).transpose()?.unwrap_or_default();
    Ok(usize::try_from(gone).unwrap_or_default())
}

/// What other processes commit is looked for so often: an answer costs one look-up.
const LOOK: Duration = Duration::from_secs(1);

/// See [`Outbox::changed`]. Comes back at once for what this process commits.
pub async fn changed(store: &PostgresStore, after: Seq) {
    let (clock, mut heard) = (SystemClock::new(), store.session.hear());
    loop {
        // A look is brought to its end though whoever waits here may have gone: one that is
        // dropped takes its connection with it.
        let store = store.clone();
        let look = tokio::spawn(async move { store.newest_change().await });
        // It cannot be told while the store is not reached; then it is later.
        if look.await.is_ok_and(|newest| newest.is_ok_and(|newest| newest > after)) {
            return;
        }
        tokio::select! {
            _ = heard.changed() => {}
            () = clock.sleep(LOOK) => {}
        }
    }
}
