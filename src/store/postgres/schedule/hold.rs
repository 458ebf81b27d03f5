//! Hosts that asked to be left alone (check P17). What is written here is written by one who
//! holds the row of the site.

use tokio_postgres::Row;

use crate::clock::Timestamp;
use crate::model::{Hold, HoldScope, Host, NextPoll, Purpose};
use crate::store::Result;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::rules::{SITE_WITHIN, binding, lasting, of_site};

/// A hold as it is kept; host '' stands for the whole site.
#[derive(Clone, Debug)]
pub struct HeldHost {
    site: String,
    host: String,
    proxy: String,
    /// One that was stored before all were bounded ends when it would have.
    ends_at: Timestamp,
    strikes: u32,
    because: String,
}

fn wish(row: &Row) -> Result<HeldHost> {
    let asked_at = Timestamp::from_millis(column(row, "asked_at")?);
    let until = Timestamp::from_millis(column(row, "until_at")?);
    Ok(HeldHost {
        site: column(row, "site")?,
        host: column(row, "host")?,
        proxy: column(row, "proxy")?,
        ends_at: until.min(asked_at.plus(Hold::LONGEST)),
        strikes: u32::try_from(column::<i64>(row, "strikes")?).unwrap_or(u32::MAX),
        because: column(row, "because")?,
    })
}

/// The site that a hold is kept under, as in SQLite. One that binds pages alone has a name
/// of its own, which no site has for its blank: who looks for a poll's never meets it.
fn kept_under(host: &Host, scope: HoldScope) -> String {
    match scope {
        HoldScope::Everything => host.site().to_owned(),
        HoldScope::Pages => format!("pages of {}", host.site()),
    }
}

const OF_SITES: &str = "
    SELECT site, host, proxy, asked_at, until_at, strikes, because
      FROM hold
     WHERE site = ANY($1::text[])";

/// All holds of sites.
pub async fn of_sites(tx: &Tx, sites: &[SqlText<'_>]) -> Result<Vec<HeldHost>> {
    tx.rows(OF_SITES, &[sites.to_vec().param()]).await?.iter().map(wish).collect()
}

/// The hold that binds a host at `now`, the latest of its own and its site's.
pub fn binds(holds: &[HeldHost], site: &str, host: &Host, now: Timestamp) -> Option<NextPoll> {
    let of_it = |wish: &&HeldHost| wish.site == site && wish.proxy == host.proxy && wish.ends_at > now;
    let of_it = holds.iter().filter(of_it).filter(|wish| wish.host == host.name || wish.host.is_empty());
    binding(of_it.map(|wish| NextPoll { at: wish.ends_at, because: wish.because.clone() }))
}

/// How often in a row a host answered 429.
pub fn strikes_of(holds: &[HeldHost], site: &str, host: &Host) -> u32 {
    let its_own = |wish: &&HeldHost| wish.site == site && wish.host == host.name && wish.proxy == host.proxy;
    holds.iter().find(its_own).map_or(0, |wish| wish.strikes)
}

/// The hold that binds `host` for this purpose at `now`: of its own, its site's, and what
/// binds pages alone.
pub async fn held(tx: &Tx, host: &Host, purpose: Purpose, now: Timestamp) -> Result<Option<NextPoll>> {
    let sites = [kept_under(host, HoldScope::Everything), kept_under(host, HoldScope::Pages)];
    let sites = if purpose == Purpose::Page { &sites[..] } else { &sites[..1] };
    let asked: Vec<SqlText<'_>> = sites.iter().map(|site| SqlText(site)).collect();
    let holds = of_sites(tx, &asked).await?;
    Ok(binding(sites.iter().filter_map(|site| binds(&holds, site, host, now))))
}

/// See [`Schedule::strikes`](crate::store::Schedule::strikes).
pub async fn strikes(tx: &Tx, host: &Host, scope: HoldScope) -> Result<u32> {
    let site = kept_under(host, scope);
    let holds = of_sites(tx, &[SqlText(&site)]).await?;
    Ok(strikes_of(&holds, &site, host))
}

const PUT_OFF: &str = "
    UPDATE schedule s
       SET next_poll_at = q.at, because = q.because
      FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS q (no, at, because)
     WHERE s.source_no = q.no";

/// Puts sources off, whose rows are locked.
pub async fn put_off(tx: &Tx, sources: &[(i64, NextPoll)]) -> Result<()> {
    if sources.is_empty() {
        return Ok(());
    }
    let numbers: Vec<i64> = sources.iter().map(|(no, _)| *no).collect();
    let at: Vec<i64> = sources.iter().map(|(_, next)| next.at.millis()).collect();
    let because: Vec<SqlText<'_>> = sources.iter().map(|(_, next)| SqlText(&next.because)).collect();
    tx.rows(PUT_OFF, &[numbers.param(), at.param(), because.param()]).await.map(drop)
}

const HOLD: &str = "
    INSERT INTO hold (site, host, proxy, asked_at, until_at, strikes, because)
    VALUES ($1::text, $2::text, $3::text, $4::bigint, $5::bigint, $6::bigint, $7::text)
        ON CONFLICT (site, host, proxy) DO UPDATE
       SET asked_at = excluded.asked_at, until_at = excluded.until_at,
           strikes = excluded.strikes, because = excluded.because";

const LASTS: &str = "
    SELECT until_at, because
      FROM hold
     WHERE site = $1::text AND host = $2::text AND proxy = $3::text";

const OTHERS: &str = "
    SELECT count(*) AS others
      FROM hold
     WHERE site = $1::text AND proxy = $2::text AND host NOT IN ($3::text, '')
       AND asked_at > $4::bigint AND asked_at <= $5::bigint";

/// Those that are locked are being claimed or committed, and meet the hold at their next
/// claim.
const PUT_SITE_OFF: &str = "
    UPDATE schedule
       SET next_poll_at = $4::bigint, because = $5::text
     WHERE source_no IN (SELECT source_no
                           FROM schedule
                          WHERE active AND site = $1::text AND proxy = $2::text
                            AND ($3::text = '' OR host = $3::text) AND next_poll_at < $4::bigint
                          ORDER BY source_no
                            FOR NO KEY UPDATE SKIP LOCKED)";

/// Leaves a host alone, and its whole site when a second host of it asked within an hour:
/// every source there is put off, if polls are bound.
pub async fn hold(tx: &Tx, hold: &Hold, now: Timestamp) -> Result<()> {
    let site = kept_under(&hold.host, hold.scope);
    put(tx, hold, &site, &hold.host.name, now).await?;
    let (since, at) = (now.minus(SITE_WITHIN).millis(), now.millis());
    let [site_text, proxy, host] = [&site, &hold.host.proxy, &hold.host.name].map(|text| SqlText(text));
    let asked = [site_text.param(), proxy.param(), host.param(), since.param(), at.param()];
    let others: i64 = match tx.one(OTHERS, &asked).await? {
        Some(row) => column(&row, "others")?,
        None => 0,
    };
    match of_site(hold, others.unsigned_abs()) {
        Some(of_all) => put(tx, &of_all, &site, "", now).await,
        None => Ok(()),
    }
}

async fn put(tx: &Tx, hold: &Hold, site: &str, name: &str, now: Timestamp) -> Result<()> {
    let [site, host, proxy] = [site, name, &hold.host.proxy].map(SqlText);
    let before = match tx.one(LASTS, &[site.param(), host.param(), proxy.param()]).await? {
        Some(row) => {
            Some(NextPoll { at: Timestamp::from_millis(column(&row, "until_at")?), because: column(&row, "because")? })
        }
        None => None,
    };
    let lasting = lasting(before, hold);
    let (at, until, strikes) = (now.millis(), lasting.at.millis(), i64::from(hold.strikes));
    let because = SqlText(&lasting.because);
    let row = [site.param(), host.param(), proxy.param(), at.param(), until.param(), strikes.param(), because.param()];
    tx.rows(HOLD, &row).await?;
    if hold.scope == HoldScope::Everything {
        let (until, because) = (hold.until.millis(), SqlText(&hold.because));
        let row = [site.param(), proxy.param(), host.param(), until.param(), because.param()];
        tx.rows(PUT_SITE_OFF, &row).await?;
    }
    Ok(())
}

const FORGIVE: &str = "
    DELETE FROM hold
     WHERE site = $1::text AND host = $2::text AND proxy = $3::text AND until_at <= $4::bigint";

/// A host that answered well has no 429s in a row.
pub async fn forgive(tx: &Tx, host: &Host, scope: HoldScope, now: Timestamp) -> Result<()> {
    let (site, at) = (kept_under(host, scope), now.millis());
    let [site, name, proxy] = [&site, &host.name, &host.proxy].map(|text| SqlText(text));
    tx.rows(FORGIVE, &[site.param(), name.param(), proxy.param(), at.param()]).await.map(drop)
}
