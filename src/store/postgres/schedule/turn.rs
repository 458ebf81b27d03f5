//! Turns at hosts, for one who has a claim.

use super::courtesy::CourtesyMs;
use super::hold;
use crate::clock::Timestamp;
use crate::model::{Host, Purpose};
use crate::store::postgres::link::run::Writing;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::{Claim, Courtesy, Error, Result, Turn};

/// The first statement of all that is done under a claim.
const CLAIMED: &str = "
    SELECT s.source_no, s.holder
      FROM schedule s
      JOIN source o ON o.no = s.source_no
     WHERE o.id = $1::text AND s.lease = $2::bigint
       FOR NO KEY UPDATE OF s";

/// The number and holder of a claimed source, which stays locked.
///
/// # Errors
/// [`Error::StaleClaim`] when the claim is over.
pub async fn claimed(tx: &Tx, claim: &Claim) -> Result<(i64, String)> {
    let (source, lease) = (SqlText(claim.source.as_str()), claim.lease);
    let found = tx.one(CLAIMED, &[source.param(), lease.param()]).await?;
    let row = found.ok_or_else(|| Error::StaleClaim(claim.source.clone()))?;
    Ok((column(&row, "source_no")?, column(&row, "holder")?))
}

const ADD_SITE: &str = "INSERT INTO site (site) VALUES ($1::text) ON CONFLICT DO NOTHING";

const LOCK_SITE: &str = "SELECT site FROM site WHERE site = $1::text FOR UPDATE";

/// Holds the row of a site until the commit: whoever takes a turn there, or has it left
/// alone, does so.
pub async fn hold_site(tx: &Tx, site: &str) -> Result<()> {
    let site = SqlText(site);
    let its_site = [site.param()];
    tokio::try_join!(biased; tx.rows(ADD_SITE, &its_site), tx.rows(LOCK_SITE, &its_site))?;
    Ok(())
}

const BUSY: &str = "
    SELECT (SELECT count(*)
              FROM turn
             WHERE host = $1::text AND source_no <> $2::bigint
               AND until_at > $3::bigint AND until_at <= $3::bigint + $4::bigint) AS busy,
           g.started_at,
           (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS told_at
      FROM site g
     WHERE g.site = $5::text";

/// The source has no more than one: where it asked before, it got its answer. Two that wait
/// for each other's host would wait for ever.
const LEAVE: &str = "DELETE FROM turn WHERE source_no = $1::bigint AND host <> $2::text";

const TURN: &str = "
    WITH started AS (
        UPDATE site SET started_at = $5::bigint WHERE site = $6::text AND $7::bool
    )
    INSERT INTO turn (host, source_no, holder, until_at)
    VALUES ($1::text, $2::bigint, $3::text, $4::bigint)
        ON CONFLICT (host, source_no) DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at";

/// See [`Schedule::turn`](crate::store::Schedule::turn).
pub async fn turn(
    writing: &Writing,
    claim: &Claim,
    courtesy: &Courtesy,
    (host, purpose): (&Host, Purpose),
    asked_at: Timestamp,
) -> Result<Turn> {
    let (tx, manners) = (&writing.tx, CourtesyMs::from(courtesy));
    let (no, holder) = claimed(tx, claim).await?;
    let [site, name, holder] = [host.site(), &host.name, &holder].map(SqlText);
    hold_site(tx, host.site()).await?;
    let at = writing.now(asked_at).millis();
    let asked = [name.param(), no.param(), at.param(), manners.believed_ms.param(), site.param()];
    let row = tx.one(BUSY, &asked).await?.ok_or_else(|| Error::Corrupt(format!("the site of {}", host.name)))?;
    // The site may have been waited for.
    let now = writing.now_at(Timestamp::from_millis(column(&row, "told_at")?), asked_at);
    if let Some(held) = hold::held(tx, host, purpose, now).await? {
        return Ok(Turn::Held(held));
    }
    tx.rows(LEAVE, &[no.param(), name.param()]).await?;
    if column::<i64>(&row, "busy")? >= manners.per_host {
        return Ok(Turn::Busy);
    }
    let (started_at, has_gap): (i64, bool) = (column(&row, "started_at")?, manners.gap_ms > 0);
    if has_gap && manners.is_soon(started_at, now.millis()) {
        return Ok(Turn::Until(Timestamp::from_millis(started_at).plus(courtesy.host_gap)));
    }
    let (until, at) = (now.plus(courtesy.lease).millis(), now.millis());
    let row = [name.param(), no.param(), holder.param(), until.param(), at.param(), site.param(), has_gap.param()];
    tx.rows(TURN, &row).await?;
    Ok(Turn::Taken)
}
