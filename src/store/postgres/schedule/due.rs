//! When sources are due, and claims that are kept or given back.

use std::collections::HashMap;

use super::claim::CANDIDATES;
use super::courtesy::CourtesyMs;
use crate::clock::Timestamp;
use crate::model::{NextPoll, SourceId};
use crate::store::postgres::link::run::Writing;
use crate::store::postgres::link::tx::{Param, SqlText, Tx, Typed, column};
use crate::store::rules::{Failing, looks_again};
use crate::store::{Claim, Courtesy, Error, Result};

/// One that was given back, or whose poll was stored, is not taken up again.
const RENEW: &str = "
    WITH kept AS (
        UPDATE schedule s
           SET lease_until_at = CASE WHEN s.lease_until_at > 0 THEN $3::bigint ELSE 0 END
          FROM source o
         WHERE o.no = s.source_no AND o.id = $1::text AND s.lease = $2::bigint
        RETURNING s.source_no, s.lease_until_at
    ), turns AS (
        UPDATE turn t
           SET until_at = $3::bigint
          FROM kept k
         WHERE t.source_no = k.source_no AND k.lease_until_at > 0
    )
    SELECT lease_until_at FROM kept";

/// See [`Schedule::renew`](crate::store::Schedule::renew).
pub async fn renew(writing: &Writing, claim: &Claim, courtesy: &Courtesy, now: Timestamp) -> Result<Timestamp> {
    let until = writing.now(now).plus(courtesy.lease);
    let (source, lease, at) = (SqlText(claim.source.as_str()), claim.lease, until.millis());
    let kept = writing.tx.one(RENEW, &[source.param(), lease.param(), at.param()]).await?;
    kept.map(|_| until).ok_or_else(|| Error::StaleClaim(claim.source.clone()))
}

/// One that another has by now is left to him.
const RELEASE: &str = "
    WITH freed AS (
        UPDATE schedule s
           SET lease_until_at = 0, next_poll_at = q.due, because = q.because
          FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[]) AS q (id, lease, due, because)
          JOIN source o ON o.id = q.id
         WHERE s.source_no = o.no AND s.lease = q.lease
        RETURNING s.source_no
    )
    DELETE FROM turn t USING freed f WHERE t.source_no = f.source_no";

/// See [`Schedule::release`](crate::store::Schedule::release).
pub async fn release(tx: &Tx, claims: &[Claim]) -> Result<()> {
    let ids: Vec<SqlText<'_>> = claims.iter().map(|claim| SqlText(claim.source.as_str())).collect();
    let leases: Vec<i64> = claims.iter().map(|claim| claim.lease).collect();
    let due: Vec<i64> = claims.iter().map(|claim| claim.due_at.millis()).collect();
    let because: Vec<SqlText<'_>> = claims.iter().map(|claim| SqlText(&claim.state.next.because)).collect();
    tx.rows(RELEASE, &[ids.param(), leases.param(), due.param(), because.param()]).await.map(drop)
}

const FIRST_DUE: &str = "SELECT min(next_poll_at) AS at FROM schedule WHERE active";

const FIRST_LATER: &str = "SELECT min(next_poll_at) AS at FROM schedule WHERE active AND next_poll_at > $1::bigint";

const FIRST_STARTED: &str = "
    SELECT min(started_at) AS at
      FROM site
     WHERE started_at > $1::bigint - $2::bigint AND started_at <= $1::bigint";

/// See [`Schedule::next_due_at`](crate::store::Schedule::next_due_at); `now` is the store's.
pub async fn next_due_at(tx: &Tx, courtesy: &Courtesy, now: Timestamp) -> Result<Option<Timestamp>> {
    let first = async |query: &'static str, asked: &[Param<'_>]| match tx.one(query, asked).await? {
        Some(row) => Ok::<_, Error>(column::<Option<i64>>(&row, "at")?.map(Timestamp::from_millis)),
        None => Ok(None),
    };
    let CourtesyMs { gap_ms, per_host, lease_ms, believed_ms } = courtesy.into();
    let Some(due) = first(FIRST_DUE, &[]).await? else { return Ok(None) };
    let at = now.millis();
    let one = 1_i64;
    let asked = [at.param(), believed_ms.param(), lease_ms.param(), gap_ms.param(), per_host.param(), one.param()];
    if due > now || tx.one(CANDIDATES, &asked).await?.is_some() {
        return Ok(Some(due));
    }
    let later = first(FIRST_LATER, &[at.param()]).await?;
    let started = first(FIRST_STARTED, &[at.param(), gap_ms.param()]).await?;
    Ok(Some(looks_again(later, started.map(|at| at.plus(courtesy.host_gap)), now)))
}

const RESPREAD: &str = "
    UPDATE schedule s
       SET next_poll_at = q.at, because = q.because
      FROM unnest($1::text[], $2::bigint[], $3::text[]) AS q (id, at, because)
      JOIN source o ON o.id = q.id
     WHERE s.source_no = o.no";

/// See [`Schedule::respread`](crate::store::Schedule::respread).
pub async fn respread(tx: &Tx, due: &[(SourceId, NextPoll)]) -> Result<()> {
    let ids: Vec<SqlText<'_>> = due.iter().map(|(source, _)| SqlText(source.as_str())).collect();
    let at: Vec<i64> = due.iter().map(|(_, next)| next.at.millis()).collect();
    let because: Vec<SqlText<'_>> = due.iter().map(|(_, next)| SqlText(&next.because)).collect();
    tx.rows(RESPREAD, &[ids.param(), at.param(), because.param()]).await.map(drop)
}

/// One that succeeded, or was polled or claimed since, is left alone.
const FAILING: &str = "
    SELECT o.id, o.no, o.failures, o.last_success_at, s.stale_at
      FROM source o
      JOIN schedule s ON s.source_no = o.no
     WHERE o.id = ANY($1::text[]) AND s.active AND s.failing AND s.lease_until_at = 0
     ORDER BY s.source_no
       FOR NO KEY UPDATE OF s";

const ABSOLVE: &str = "
    WITH absolved AS (
        UPDATE schedule s
           SET next_poll_at = q.at, because = q.because, stale_at = q.stale_at, failing = q.failures > 0
          FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[])
               AS q (no, at, because, stale_at, failures)
         WHERE s.source_no = q.no
        RETURNING s.source_no, q.failures
    )
    UPDATE source o SET failures = a.failures FROM absolved a WHERE o.no = a.source_no";

/// See [`Schedule::absolve`](crate::store::Schedule::absolve).
pub async fn absolve(writing: &mut Writing, due: &[(SourceId, NextPoll)]) -> Result<()> {
    let ids: Vec<SqlText<'_>> = due.iter().map(|(source, _)| SqlText(source.as_str())).collect();
    let by_id: HashMap<&str, &NextPoll> = due.iter().map(|(source, next)| (source.as_str(), next)).collect();
    let rows = writing.tx.rows(FAILING, &[ids.param()]).await?;
    let (mut numbers, mut at, mut because) = (Vec::new(), Vec::new(), Vec::new());
    let (mut stale, mut failures) = (Vec::new(), Vec::new());
    for row in &rows {
        let id: String = column(row, "id")?;
        let Some(next) = by_id.get(id.as_str()) else { continue };
        let instant = |name: &str| Ok::<_, Error>(column::<Option<i64>>(row, name)?.map(Timestamp::from_millis));
        let failed = u32::try_from(column::<i64>(row, "failures")?).unwrap_or(u32::MAX);
        let failing = Failing { failures: failed, stale_at: instant("stale_at")? };
        let absolved = failing.absolved(instant("last_success_at")?);
        numbers.push(column::<i64>(row, "no")?);
        at.push(next.at.millis());
        because.push(SqlText(&next.because));
        stale.push(absolved.stale_at.map(Timestamp::millis));
        failures.push(i64::from(absolved.failures));
    }
    let row = [numbers.param(), at.param(), because.param(), stale.param(), failures.param()];
    writing.tx.rows(ABSOLVE, &row).await?;
    let well = failures.iter().filter(|failures| **failures == 0).count();
    writing.tail.failing -= i64::try_from(well).unwrap_or(i64::MAX);
    Ok(())
}
