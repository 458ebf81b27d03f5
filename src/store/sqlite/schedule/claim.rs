//! The schedule: claiming due sources, and giving claims back.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, ToSql, named_params};

use crate::clock::Timestamp;
use crate::model::{HoldScope, Host, NextPoll, Purpose, SourceId};
use crate::store::rules::{CLAIMED, Failing, Leased, by_hand, looks_again};
use crate::store::sqlite::node::nodes;
use crate::store::sqlite::read::source_row::{self, state_columns};
use crate::store::sqlite::schedule::turns;
use crate::store::{Claim, Courtesy, Error, Node, NotClaimed, Result, Turn};

/// Sources whose lease is over, or of a clock that has been set back since: see
/// [`believed_within`](crate::store::rules::believed_within).
macro_rules! unleased {
    () => {
        "(lease_until_at <= :now OR lease_until_at > :now + :believed)"
    };
}
pub(in crate::store::sqlite) use unleased;

/// A claim holds until its source is due again, if that is sooner than its lease.
const MOVE: &str = "
    UPDATE source
       SET lease = lease + 1,
           lease_until_at = :now + min(:lease, interval_ms),
           next_poll_at = max(next_poll_at, :now + interval_ms),
           because = :because,
           holder = :holder
     WHERE no = :no
    RETURNING lease_until_at";

/// A claim not yet taken, and the number of its source.
pub struct ClaimCandidate {
    pub no: i64,
    pub claim: Claim,
}

/// The claim that a row offers.
pub fn candidate(r: &Row<'_>) -> Result<ClaimCandidate> {
    let (source, state) = source_row::state(r)?;
    let (no, lease, url_hash) = (r.get("no")?, r.get("lease")?, r.get("url_hash").ok());
    let host = Host { name: r.get("host")?, proxy: r.get("proxy")? };
    Ok(ClaimCandidate {
        no,
        claim: Claim {
            source,
            url_hash,
            lease,
            until: Timestamp::EPOCH,
            due_at: state.next.at,
            host,
            strikes: 0,
            state,
        },
    })
}

/// See [`Schedule::claim_due`](crate::store::Schedule::claim_due).
pub fn due(c: &Connection, node: &Node, courtesy: &Courtesy, now: Timestamp, limit: usize) -> Result<Vec<Claim>> {
    let holder = nodes::claiming(c, node, now)?;
    let mut claims = Vec::new();
    // A host with many due sources has one turn: each round finds the hosts
    // that the round before left free, unless that one found all there are.
    loop {
        let wanted = limit - claims.len();
        let found = startable(c, courtesy, now, wanted)?;
        let (before, are_all) = (claims.len(), found.len() < wanted);
        for candidate in found {
            match turns::take(c, &holder, courtesy, candidate.no, (&candidate.claim.host, Purpose::Poll), now)? {
                Turn::Taken => claims.push(take(c, &holder, courtesy, candidate, now)?),
                Turn::Held(until) => put_off(c, &candidate.claim.source, &until)?,
                Turn::Busy | Turn::Until(_) => {}
            }
        }
        if are_all || claims.len() == before || claims.len() >= limit {
            break;
        }
    }
    if !claims.is_empty() {
        turns::forget_starts(c, courtesy, now)?;
    }
    Ok(claims)
}

/// A host has a turn free by the same conditions as [`turns::take`] takes one. What
/// a clock that was set back left in the future binds nobody (R18).
const STARTABLE: &str = concat!(
    "
    SELECT ",
    state_columns!(),
    ", no, host, proxy, url_hash
      FROM source
     WHERE active = 1 AND next_poll_at <= :now AND ",
    unleased!(),
    "
       AND (SELECT count(*)
              FROM turn
             WHERE turn.host = source.host AND turn.until_at > :now AND turn.until_at <= :now + :believed) < :per_host
       AND NOT EXISTS (SELECT 1
                         FROM site
                        WHERE site.site = source.site AND site.started_at > :now - :gap AND site.started_at <= :now + :lease)
     ORDER BY next_poll_at, no
     LIMIT :limit"
);

/// Due sources whose hosts have a turn free, longest overdue first.
fn startable(c: &Connection, courtesy: &Courtesy, now: Timestamp, limit: usize) -> Result<Vec<ClaimCandidate>> {
    let mut statement = c.prepare_cached(STARTABLE)?;
    let mut rows = statement.query(named_params! {
        ":now": now.millis(),
        ":lease": turns::lease_ms(courtesy),
        ":believed": turns::believed_ms(courtesy),
        ":per_host": turns::per_host(courtesy),
        ":gap": turns::gap_ms(courtesy),
        ":limit": i64::try_from(limit).unwrap_or(i64::MAX),
    })?;
    let mut found = Vec::new();
    while let Some(r) = rows.next()? {
        found.push(candidate(r)?);
    }
    Ok(found)
}

/// Moves the due time on before anything is sent: a source whose document
/// kills the process is polled once an interval (check P28).
fn take(c: &Connection, holder: &str, courtesy: &Courtesy, candidate: ClaimCandidate, now: Timestamp) -> Result<Claim> {
    let mut claim = candidate.claim;
    claim.lease += 1;
    claim.strikes = turns::strikes(c, &claim.host, HoldScope::Everything)?;
    let moved = named_params! {
        ":no": candidate.no,
        ":now": now.millis(),
        ":lease": turns::lease_ms(courtesy),
        ":because": CLAIMED,
        ":holder": holder,
    };
    claim.until = Timestamp::from_millis(c.prepare_cached(MOVE)?.query_row(moved, |r| r.get(0))?);
    Ok(claim)
}

fn put_off(c: &Connection, source: &SourceId, until: &NextPoll) -> Result<()> {
    respread(c, &[(source.clone(), until.clone())])
}

const NAMED: &str = concat!(
    "
    SELECT ",
    state_columns!(),
    ", no, host, proxy, url_hash, ",
    unleased!(),
    " AS free
      FROM source
     WHERE id = :id AND active = 1"
);

/// See [`Schedule::claim_named`](crate::store::Schedule::claim_named).
pub fn named(
    c: &Connection,
    node: &Node,
    courtesy: &Courtesy,
    sources: &[SourceId],
    floor: Duration,
    now: Timestamp,
) -> Result<(Vec<Claim>, Vec<NotClaimed>)> {
    let holder = nodes::claiming(c, node, now)?;
    let (mut claims, mut refused) = (Vec::new(), Vec::new());
    for source in sources {
        let mut statement = c.prepare_cached(NAMED)?;
        let mut rows = statement.query(
            named_params! { ":id": source.as_str(), ":now": now.millis(), ":believed": turns::believed_ms(courtesy) },
        )?;
        let Some(r) = rows.next()? else {
            refused.push(NotClaimed::Unknown(source.clone()));
            continue;
        };
        let found = candidate(r)?;
        let leased = if r.get("free")? { Leased::ToNobody } else { Leased::ToAnother };
        drop(rows);
        match by_hand(source, &found.claim.state, leased, floor, now) {
            Err(no) => refused.push(no),
            Ok(()) => match turns::take(c, &holder, courtesy, found.no, (&found.claim.host, Purpose::Poll), now)? {
                Turn::Taken => claims.push(take(c, &holder, courtesy, found, now)?),
                Turn::Held(until) => refused.push(NotClaimed::Held { source: source.clone(), until }),
                Turn::Busy | Turn::Until(_) => refused.push(NotClaimed::NotItsTurn(source.clone())),
            },
        }
    }
    Ok((claims, refused))
}

const CLAIMED_SOURCE: &str = "
    SELECT no
      FROM source
     WHERE id = :id AND lease = :lease";

/// The number of a claimed source, while the claim holds.
pub fn source_no(c: &Connection, source: &SourceId, lease: i64) -> Result<i64> {
    c.prepare_cached(CLAIMED_SOURCE)?
        .query_row(named_params! { ":id": source.as_str(), ":lease": lease }, |r| r.get(0))
        .optional()?
        .ok_or_else(|| Error::StaleClaim(source.clone()))
}

const HOLDER: &str = "SELECT holder FROM source WHERE no = :no";

/// See [`Schedule::turn`](crate::store::Schedule::turn).
pub fn turn(c: &Connection, claim: &Claim, courtesy: &Courtesy, at: (&Host, Purpose), now: Timestamp) -> Result<Turn> {
    let no = source_no(c, &claim.source, claim.lease)?;
    let holder: String = c.prepare_cached(HOLDER)?.query_row(named_params! { ":no": no }, |r| r.get(0))?;
    turns::take(c, &holder, courtesy, no, at, now)
}

/// One that was given back, or whose poll was stored, is not taken up again.
const RENEW: &str = "
    UPDATE source
       SET lease_until_at = iif(lease_until_at > 0, :until, 0)
     WHERE id = :id AND lease = :lease
    RETURNING no, lease_until_at";

/// See [`Schedule::renew`](crate::store::Schedule::renew).
pub fn renew(c: &Connection, claim: &Claim, courtesy: &Courtesy, now: Timestamp) -> Result<Timestamp> {
    let until = now.plus(courtesy.lease);
    let renewed: Option<(i64, i64)> = c
        .prepare_cached(RENEW)?
        .query_row(
            named_params! { ":id": claim.source.as_str(), ":lease": claim.lease, ":until": until.millis() },
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
        .optional()?;
    match renewed {
        Some((no, 1..)) => turns::renew(c, no, until)?,
        Some(_) => {}
        None => return Err(Error::StaleClaim(claim.source.clone())),
    }
    Ok(until)
}

const RELEASE: &str = "
    UPDATE source
       SET lease_until_at = 0, next_poll_at = :due, because = :because
     WHERE id = :id AND lease = :lease
    RETURNING no";

/// See [`Schedule::release`](crate::store::Schedule::release).
pub fn release(c: &Connection, claims: &[Claim]) -> Result<()> {
    for claim in claims {
        let no: Option<i64> = c
            .prepare_cached(RELEASE)?
            .query_row(
                named_params! {
                    ":id": claim.source.as_str(),
                    ":lease": claim.lease,
                    ":due": claim.due_at.millis(),
                    ":because": claim.state.next.because,
                },
                |r| r.get(0),
            )
            .optional()?;
        if let Some(no) = no {
            turns::end(c, no)?;
        }
    }
    Ok(())
}

const FIRST_DUE: &str = "SELECT min(next_poll_at) FROM source WHERE active = 1";

const FIRST_LATER: &str = "
    SELECT min(next_poll_at)
      FROM source
     WHERE active = 1 AND next_poll_at > :now";

const FIRST_STARTED: &str = "
    SELECT min(started_at)
      FROM site
     WHERE started_at > :now - :gap AND started_at <= :now";

/// See [`Schedule::next_due_at`](crate::store::Schedule::next_due_at).
pub fn next_due_at(c: &Connection, courtesy: &Courtesy, now: Timestamp) -> Result<Option<Timestamp>> {
    let first = |query: &str, parameters: &[(&str, &dyn ToSql)]| {
        let at = c.prepare_cached(query)?.query_row(parameters, |r| r.get::<_, Option<i64>>(0)).optional()?;
        Ok::<_, Error>(at.flatten().map(Timestamp::from_millis))
    };
    let Some(due) = first(FIRST_DUE, &[])? else { return Ok(None) };
    if due > now || !startable(c, courtesy, now, 1)?.is_empty() {
        return Ok(Some(due));
    }
    let later = first(FIRST_LATER, named_params! { ":now": now.millis() })?;
    let started = first(FIRST_STARTED, named_params! { ":now": now.millis(), ":gap": turns::gap_ms(courtesy) })?;
    let free = started.map(|at| at.plus(courtesy.host_gap));
    Ok(Some(looks_again(later, free, now)))
}

const RESPREAD: &str = "
    UPDATE source
       SET next_poll_at = :due, because = :because
     WHERE id = :id";

/// See [`Schedule::respread`](crate::store::Schedule::respread).
pub fn respread(c: &Connection, due: &[(SourceId, NextPoll)]) -> Result<()> {
    for (source, next) in due {
        c.prepare_cached(RESPREAD)?.execute(named_params! {
            ":id": source.as_str(), ":due": next.at.millis(), ":because": next.because,
        })?;
    }
    Ok(())
}

/// One that succeeded, or was polled or claimed since, is left alone.
const FAILING: &str = "
    SELECT no, failures, last_success_at, stale_at
      FROM source
     WHERE id = :id AND active = 1 AND failures > 0 AND lease_until_at = 0";

const ABSOLVE: &str = "
    UPDATE source
       SET failures = :failures, next_poll_at = :due, because = :because, stale_at = :stale
     WHERE no = :no";

/// See [`Schedule::absolve`](crate::store::Schedule::absolve).
pub fn absolve(c: &Connection, due: &[(SourceId, NextPoll)]) -> Result<()> {
    for (source, next) in due {
        let instant = |at: Option<i64>| at.map(Timestamp::from_millis);
        let read = |r: &Row<'_>| {
            let failing = Failing { failures: r.get("failures")?, stale_at: instant(r.get("stale_at")?) };
            Ok((r.get::<_, i64>("no")?, failing.absolved(instant(r.get("last_success_at")?))))
        };
        let found = c.prepare_cached(FAILING)?.query_row(named_params! { ":id": source.as_str() }, read).optional()?;
        let Some((no, Failing { failures, stale_at })) = found else { continue };
        c.prepare_cached(ABSOLVE)?.execute(named_params! {
            ":no": no, ":failures": failures, ":due": next.at.millis(), ":because": next.because,
            ":stale": stale_at.map(Timestamp::millis),
        })?;
    }
    Ok(())
}
