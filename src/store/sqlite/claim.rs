//! The schedule: claiming due sources, and giving claims back.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, named_params};

use super::row::{self, database};
use crate::clock::Timestamp;
use crate::model::{NextPoll, SourceId};
use crate::store::{Claim, NotClaimed, Result};

/// How long a claim keeps others off; no poll lasts as long (R21).
const LEASE: Duration = Duration::from_secs(120);

const CLAIMED: &str = "the poll before did not end; this is its interval later";

const MOVE: &str = "
    UPDATE source
       SET lease = lease + 1,
           lease_until_at = :until,
           next_poll_at = max(next_poll_at, :now + interval_ms),
           because = :because
     WHERE id = :id";

fn due_query() -> String {
    format!(
        "SELECT {}
           FROM source
          WHERE active = 1 AND next_poll_at <= :now AND lease_until_at <= :now
          ORDER BY next_poll_at
          LIMIT :limit",
        row::STATE
    )
}

/// See [`Store::claim_due`](crate::store::Store::claim_due).
pub fn due(c: &Connection, now: Timestamp, limit: usize) -> Result<Vec<Claim>> {
    let mut found = Vec::new();
    {
        let mut statement = c.prepare_cached(&due_query()).map_err(|e| database(&e))?;
        let mut rows = statement
            .query(named_params! { ":now": now.millis(), ":limit": i64::try_from(limit).unwrap_or(i64::MAX) })
            .map_err(|e| database(&e))?;
        while let Some(r) = rows.next().map_err(|e| database(&e))? {
            found.push(claim(r)?);
        }
    }
    found.iter_mut().try_for_each(|claim| take(c, claim, now))?;
    Ok(found)
}

fn claim(r: &rusqlite::Row<'_>) -> Result<Claim> {
    let (source, state) = row::state(r)?;
    let lease = r.get("lease").map_err(|e| database(&e))?;
    Ok(Claim { source, lease, due_at: state.next.at, state })
}

/// Moves the due time on before anything is sent: a source whose document
/// kills the process is polled once an interval (check P28).
fn take(c: &Connection, claim: &mut Claim, now: Timestamp) -> Result<()> {
    claim.lease += 1;
    c.prepare_cached(MOVE)
        .and_then(|mut statement| {
            statement.execute(named_params! {
                ":id": claim.source.as_str(),
                ":now": now.millis(),
                ":until": now.plus(LEASE).millis(),
                ":because": CLAIMED,
            })
        })
        .map(drop)
        .map_err(|e| database(&e))
}

/// See [`Store::claim_named`](crate::store::Store::claim_named).
pub fn named(
    c: &Connection,
    sources: &[SourceId],
    floor: Duration,
    now: Timestamp,
) -> Result<(Vec<Claim>, Vec<NotClaimed>)> {
    let query = format!("SELECT {}, lease_until_at FROM source WHERE id = :id AND active = 1", row::STATE);
    let (mut claims, mut refused) = (Vec::new(), Vec::new());
    for source in sources {
        let mut statement = c.prepare_cached(&query).map_err(|e| database(&e))?;
        let mut rows = statement.query(named_params! { ":id": source.as_str() }).map_err(|e| database(&e))?;
        let Some(r) = rows.next().map_err(|e| database(&e))? else {
            refused.push(NotClaimed::Unknown(source.clone()));
            continue;
        };
        let mut found = claim(r)?;
        let leased: i64 = r.get("lease_until_at").map_err(|e| database(&e))?;
        let free_at = found.state.last_poll_at.map_or(Timestamp::EPOCH, |at| at.plus(floor));
        if leased > now.millis() {
            refused.push(NotClaimed::Busy(source.clone()));
        } else if free_at > now {
            refused.push(NotClaimed::TooSoon { source: source.clone(), until: free_at });
        } else {
            take(c, &mut found, now)?;
            claims.push(found);
        }
    }
    Ok((claims, refused))
}

const RELEASE: &str = "
    UPDATE source
       SET lease_until_at = 0, next_poll_at = :due, because = :because
     WHERE id = :id AND lease = :lease";

/// See [`Store::release`](crate::store::Store::release).
pub fn release(c: &Connection, claims: &[Claim]) -> Result<()> {
    for claim in claims {
        c.prepare_cached(RELEASE)
            .and_then(|mut statement| {
                statement.execute(named_params! {
                    ":id": claim.source.as_str(),
                    ":lease": claim.lease,
                    ":due": claim.due_at.millis(),
                    ":because": claim.state.next.because,
                })
            })
            .map_err(|e| database(&e))?;
    }
    Ok(())
}

/// See [`Store::next_due_at`](crate::store::Store::next_due_at).
pub fn next_due_at(c: &Connection) -> Result<Option<Timestamp>> {
    c.query_row("SELECT min(next_poll_at) FROM source WHERE active = 1", [], |r| r.get::<_, Option<i64>>(0))
        .optional()
        .map(|at| at.flatten().map(Timestamp::from_millis))
        .map_err(|e| database(&e))
}

/// See [`Store::respread`](crate::store::Store::respread).
pub fn respread(c: &Connection, due: &[(SourceId, NextPoll)]) -> Result<()> {
    for (source, next) in due {
        c.prepare_cached("UPDATE source SET next_poll_at = ?2, because = ?3 WHERE id = ?1")
            .and_then(|mut s| s.execute((source.as_str(), next.at.millis(), next.because.as_str())))
            .map_err(|e| database(&e))?;
    }
    Ok(())
}
