//! What a clock that was ahead left in the schedule, once it is set back (R18).
//!
//! That is the server's. What a node's own clock shows is written nowhere.

use crate::clock::Timestamp;
use crate::store::Result;
use crate::store::codec::{read_standing, write_standing};
use crate::store::postgres::link::run::Writing;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};

/// A source never polled is due within its interval; one polled in what is now the future
/// keeps the wait that it was given.
const SOURCES: &str = "
    WITH moved AS (
        UPDATE schedule s
           SET next_poll_at = $1::bigint + CASE WHEN o.last_poll_at IS NULL THEN s.interval_ms
                                                ELSE greatest(s.next_poll_at - o.last_poll_at, 0) END,
               because = s.because || '; moved when the clock was set back'
          FROM source o
         WHERE o.no = s.source_no AND s.next_poll_at < $2::bigint
           AND CASE WHEN o.last_poll_at IS NULL THEN s.next_poll_at - $1::bigint - 600000 > s.interval_ms
                    ELSE o.last_poll_at > $1::bigint END
        RETURNING s.source_no
    )
    UPDATE source o
       SET last_poll_at = CASE WHEN o.last_poll_at > $1::bigint THEN $1::bigint ELSE o.last_poll_at END
      FROM moved m
     WHERE o.no = m.source_no";

const HOLDS: &str = "
    UPDATE hold
       SET until_at = $1::bigint + (until_at - asked_at), asked_at = $1::bigint
     WHERE asked_at > $1::bigint";

/// See [`Clocks::set_back`](crate::store::Clocks::set_back).
pub async fn sources(writing: &Writing, now: Timestamp) -> Result<usize> {
    let (tx, now) = (&writing.tx, writing.now(now));
    standings(tx, now).await?;
    let (at, never) = (now.millis(), Timestamp::NEVER.millis());
    let moved = tx.execute(SOURCES, &[at.param(), never.param()]).await?;
    tx.rows(HOLDS, &[at.param()]).await?;
    Ok(usize::try_from(moved).unwrap_or(usize::MAX))
}

const POLLED_AHEAD: &str = "
    SELECT no, last_poll_at, standing
      FROM source
     WHERE last_poll_at > $1::bigint
     ORDER BY no
       FOR NO KEY UPDATE";

const SET_STANDINGS: &str = "
    UPDATE source o
       SET standing = q.standing
      FROM unnest($1::bigint[], $2::text[]) AS q (no, standing)
     WHERE o.no = q.no";

async fn standings(tx: &Tx, now: Timestamp) -> Result<()> {
    let at = now.millis();
    let (mut numbers, mut standings) = (Vec::new(), Vec::new());
    for row in &tx.rows(POLLED_AHEAD, &[at.param()]).await? {
        let last_poll = Timestamp::from_millis(column(row, "last_poll_at")?);
        // One that cannot be read is for `verify` to tell of.
        let Ok(mut standing) = read_standing(column(row, "standing")?) else { continue };
        standing.set_back(last_poll, now);
        let Ok(standing) = write_standing(&standing) else { continue };
        numbers.push(column::<i64>(row, "no")?);
        standings.push(standing);
    }
    let standings: Vec<SqlText<'_>> = standings.iter().map(|standing| SqlText(standing)).collect();
    tx.rows(SET_STANDINGS, &[numbers.param(), standings.param()]).await.map(drop)
}
