//! Claiming sources, due or by name.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use tokio_postgres::Row;

use super::courtesy::CourtesyMs;
use super::hold::{self, HeldHost};
use super::rest::rest;
use crate::clock::Timestamp;
use crate::model::{Host, NextPoll, SourceId};
use crate::store::postgres::link::run::Writing;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::postgres::node::nodes;
use crate::store::postgres::read::source_row;
use crate::store::rules::{CLAIMED, Leased, by_hand};
use crate::store::{Claim, Courtesy, Node, NotClaimed, Result};

/// How many due sources are looked at for one that is claimed: others of their sites are
/// due with them.
const LOOKED_AT: usize = 4;

/// Due sources that may be claimed, for their sites and hosts seem free; without a lock.
pub const CANDIDATES: &str = "
    SELECT s.source_no, s.host, s.site
      FROM schedule s
     WHERE s.active AND s.next_poll_at <= $1::bigint
       AND (s.lease_until_at <= $1::bigint OR s.lease_until_at > $1::bigint + $2::bigint)
       AND NOT EXISTS (SELECT
                         FROM site g
                        WHERE g.site = s.site AND g.started_at > $1::bigint - $4::bigint
                          AND g.started_at <= $1::bigint + $3::bigint)
       AND (SELECT count(*)
              FROM turn t
             WHERE t.host = s.host AND t.until_at > $1::bigint AND t.until_at <= $1::bigint + $2::bigint) < $5::bigint
     ORDER BY s.next_poll_at, s.source_no
     LIMIT $6::bigint";

/// Held until the commit. Those that another node holds are left to it.
const SITES: &str = "
    SELECT site
      FROM site
     WHERE site = ANY($1::text[])
       FOR UPDATE SKIP LOCKED";

/// The same of sources by name: waited for, in one order for all.
const SITES_BY_NAME: &str = "
    SELECT site
      FROM site
     WHERE site = ANY($1::text[])
     ORDER BY site
       FOR UPDATE";

/// What due sources offer, their state and what goes on at their hosts. It begins after
/// their sites were locked.
const OFFERED: &str = "
    SELECT o.*, s.source_no, s.lease, s.next_poll_at, s.because, s.host, s.proxy, s.site, g.started_at,
           (SELECT count(*)
              FROM turn t
             WHERE t.host = s.host AND t.source_no <> s.source_no
               AND t.until_at > $3::bigint AND t.until_at <= $3::bigint + $4::bigint) AS busy,
           s.lease_until_at <= $3::bigint OR s.lease_until_at > $3::bigint + $4::bigint AS is_free,
           (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS told_at
      FROM schedule s
      JOIN source o ON o.no = s.source_no
      JOIN site g ON g.site = s.site
     WHERE s.source_no = ANY($1::bigint[]) AND s.site = ANY($2::text[])
       AND s.active AND s.next_poll_at <= $3::bigint
       AND (s.lease_until_at <= $3::bigint OR s.lease_until_at > $3::bigint + $4::bigint)
     ORDER BY s.next_poll_at, s.source_no
       FOR NO KEY UPDATE OF s SKIP LOCKED";

/// The same of sources by name, due or not.
const OFFERED_BY_NAME: &str = "
    SELECT o.*, s.source_no, s.lease, s.next_poll_at, s.because, s.host, s.proxy, s.site, g.started_at,
           (SELECT count(*)
              FROM turn t
             WHERE t.host = s.host AND t.source_no <> s.source_no
               AND t.until_at > $3::bigint AND t.until_at <= $3::bigint + $4::bigint) AS busy,
           s.lease_until_at <= $3::bigint OR s.lease_until_at > $3::bigint + $4::bigint AS is_free,
           (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS told_at
      FROM schedule s
      JOIN source o ON o.no = s.source_no
      JOIN site g ON g.site = s.site
     WHERE o.id = ANY($1::text[]) AND s.site = ANY($2::text[]) AND s.active
     ORDER BY s.next_poll_at, s.source_no
       FOR NO KEY UPDATE OF s SKIP LOCKED";

/// A source that may be claimed.
struct Offer {
    no: i64,
    claim: Claim,
    site: String,
    is_free: bool,
    busy: i64,
    started_at: i64,
    told_at: Timestamp,
}

fn offer(row: &Row) -> Result<Offer> {
    let (source, state) = source_row::state(row)?;
    let host = Host { name: column(row, "host")?, proxy: column(row, "proxy")? };
    let (lease, url_hash) = (column(row, "lease")?, column(row, "url_hash")?);
    Ok(Offer {
        no: column(row, "source_no")?,
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
        site: column(row, "site")?,
        is_free: column(row, "is_free")?,
        busy: column(row, "busy")?,
        started_at: column(row, "started_at")?,
        told_at: Timestamp::from_millis(column(row, "told_at")?),
    })
}

/// How claims are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TakingWay {
    /// All at once.
    Together,
    /// One by one, so that one that cannot be keeps no other from its turn. It costs each some
    /// round trips, and is for when they could not be taken together.
    OneByOne,
}

/// See [`Schedule::claim_due`](crate::store::Schedule::claim_due).
pub async fn due(
    writing: &Writing,
    node: &Node,
    (courtesy, way): (&Courtesy, TakingWay),
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Claim>> {
    nodes::claiming(writing, node, now).await?;
    let (manners, now) = (CourtesyMs::from(courtesy), writing.now(now));
    let mut claims = Vec::new();
    // A host with many due sources has one turn: each round finds the hosts that the round
    // before left free.
    loop {
        let found = round(writing, node, (manners, way), now, limit - claims.len()).await?;
        let is_last = found.is_empty();
        claims.extend(found);
        if is_last || claims.len() >= limit {
            return Ok(claims);
        }
    }
}

async fn round(
    writing: &Writing,
    node: &Node,
    (manners, way): (CourtesyMs, TakingWay),
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Claim>> {
    let (tx, at) = (&writing.tx, now.millis());
    let (numbers, sites) = candidates(tx, manners, now, limit).await?;
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let locked = names(&tx.rows(SITES, &[texts(&sites).param()]).await?)?;
    let locked: Vec<SqlText<'_>> = locked.iter().map(|site| SqlText(site)).collect();
    let asked = [numbers.param(), locked.param(), at.param(), manners.believed_ms.param()];
    let (rows, holds) = tokio::try_join!(biased; tx.rows(OFFERED, &asked), hold::of_sites(tx, &locked))?;
    let mut taking = Taking::new(manners, now);
    let mut put_off = Vec::new();
    for row in &rows {
        let offer = match offer(row) {
            Ok(offer) => offer,
            Err(error) if way == TakingWay::OneByOne => {
                rest(tx, column(row, "source_no")?, now, &error).await?;
                continue;
            }
            Err(error) => return Err(error),
        };
        match taking.answer(&offer, &holds) {
            Startable::Free => taking.take(offer, &holds),
            Startable::Held(until) => put_off.push((offer.no, until)),
            Startable::NotItsTurn => {}
        }
    }
    hold::put_off(tx, &put_off).await?;
    match way {
        TakingWay::Together => taking.write(tx, node).await,
        TakingWay::OneByOne => taking.write_one_by_one(tx, node).await,
    }
}

/// Sources to look at, and their sites: as many of a site or host as can be claimed together.
async fn candidates(
    tx: &Tx,
    manners: CourtesyMs,
    now: Timestamp,
    limit: usize,
) -> Result<(Vec<i64>, BTreeSet<String>)> {
    let (at, looked_at) = (now.millis(), i64::try_from(limit.saturating_mul(LOOKED_AT)).unwrap_or(i64::MAX));
    let CourtesyMs { gap_ms, per_host, lease_ms, believed_ms } = manners;
    let asked =
        [at.param(), believed_ms.param(), lease_ms.param(), gap_ms.param(), per_host.param(), looked_at.param()];
    let (mut numbers, mut sites, mut at_host) = (Vec::new(), BTreeSet::new(), HashMap::<String, i64>::new());
    for row in &tx.rows(CANDIDATES, &asked).await? {
        let (host, site): (String, String) = (column(row, "host")?, column(row, "site")?);
        let turns = at_host.entry(host).or_default();
        let is_taken = if gap_ms > 0 { sites.contains(&site) } else { *turns >= per_host };
        if numbers.len() < limit && !is_taken {
            numbers.push(column::<i64>(row, "source_no")?);
            sites.insert(site);
            *turns += 1;
        }
    }
    Ok((numbers, sites))
}

/// What is known of the sources of some names.
const KNOWN: &str = "
    SELECT o.id, s.site
      FROM source o
      JOIN schedule s ON s.source_no = o.no
     WHERE o.id = ANY($1::text[]) AND s.active";

/// See [`Schedule::claim_named`](crate::store::Schedule::claim_named).
pub async fn named(
    writing: &Writing,
    node: &Node,
    courtesy: &Courtesy,
    (sources, floor): (&[SourceId], Duration),
    now: Timestamp,
) -> Result<(Vec<Claim>, Vec<NotClaimed>)> {
    let tx = &writing.tx;
    nodes::claiming(writing, node, now).await?;
    let manners = CourtesyMs::from(courtesy);
    let ids: Vec<SqlText<'_>> = sources.iter().map(|source| SqlText(source.as_str())).collect();
    let rows = tx.rows(KNOWN, &[ids.param()]).await?;
    let known = rows.iter().map(|row| column(row, "id")).collect::<Result<BTreeSet<String>>>()?;
    let sites = names(&rows)?.into_iter().collect();
    let (mut offers, holds) = by_name(writing, &ids, &texts(&sites), (manners, now)).await?;
    // Their sites may have been waited for.
    let told = offers.values().map(|offer| offer.told_at).max();
    let now = told.map_or(writing.now(now), |told| writing.now_at(told, now));
    let mut taking = Taking::new(manners, now);
    let mut refused = Vec::new();
    for source in sources {
        let Some(offer) = offers.remove(source) else {
            // One that is known and was not offered is locked by who works on it.
            let no = if known.contains(source.as_str()) { NotClaimed::Busy } else { NotClaimed::Unknown };
            refused.push(no(source.clone()));
            continue;
        };
        let leased = if offer.is_free { Leased::ToNobody } else { Leased::ToAnother };
        if let Err(no) = by_hand(source, &offer.claim.state, leased, floor, now) {
            refused.push(no);
            continue;
        }
        match taking.answer(&offer, &holds) {
            Startable::Free => taking.take(offer, &holds),
            Startable::Held(until) => refused.push(NotClaimed::Held { source: source.clone(), until }),
            Startable::NotItsTurn => refused.push(NotClaimed::NotItsTurn(source.clone())),
        }
    }
    Ok((taking.write(tx, node).await?, refused))
}

/// What sources of these names offer, whose sites are waited for, and the holds there.
async fn by_name(
    writing: &Writing,
    ids: &[SqlText<'_>],
    sites: &[SqlText<'_>],
    (manners, now): (CourtesyMs, Timestamp),
) -> Result<(HashMap<SourceId, Offer>, Vec<HeldHost>)> {
    let (tx, at) = (&writing.tx, writing.now(now).millis());
    let (ids, locked) = (ids.to_vec(), sites.to_vec());
    tx.rows(SITES_BY_NAME, &[locked.param()]).await?;
    let asked = [ids.param(), locked.param(), at.param(), manners.believed_ms.param()];
    let (rows, holds) = tokio::try_join!(biased; tx.rows(OFFERED_BY_NAME, &asked), hold::of_sites(tx, sites))?;
    let offers = rows.iter().map(offer).map(|offer| offer.map(|offer| (offer.claim.source.clone(), offer)));
    Ok((offers.collect::<Result<_>>()?, holds))
}

/// Claims that are taken together.
struct Taking {
    manners: CourtesyMs,
    now: Timestamp,
    taken: Vec<(i64, Claim)>,
    sites: BTreeSet<String>,
    at_host: HashMap<String, i64>,
}

/// Whether a source can be claimed.
enum Startable {
    Free,
    Held(NextPoll),
    NotItsTurn,
}

const TAKE: &str = "
    WITH taken AS (
        UPDATE schedule
           SET lease = lease + 1,
               lease_until_at = $2::bigint + least($3::bigint, interval_ms),
               next_poll_at = greatest(next_poll_at, $2::bigint + least(interval_ms, 9223372036854775807 - $2::bigint)),
               because = $4::text, holder = $5::text, portion = 0
         WHERE source_no = ANY($1::bigint[])
        RETURNING source_no, lease, lease_until_at, host
    ), left_ones AS (
        DELETE FROM turn t USING taken k WHERE t.source_no = k.source_no AND t.host <> k.host
    ), turns AS (
        INSERT INTO turn (host, source_no, holder, until_at)
        SELECT host, source_no, $5::text, $2::bigint + $3::bigint FROM taken
            ON CONFLICT (host, source_no) DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at
    ), starts AS (
        UPDATE site SET started_at = $2::bigint WHERE site = ANY($6::text[])
    )
    SELECT source_no, lease, lease_until_at FROM taken";

impl Taking {
    fn new(manners: CourtesyMs, now: Timestamp) -> Taking {
        Taking { manners, now, taken: Vec::new(), sites: BTreeSet::new(), at_host: HashMap::new() }
    }

    fn answer(&self, offer: &Offer, holds: &[HeldHost]) -> Startable {
        if let Some(held) = hold::binds(holds, &offer.site, &offer.claim.host, self.now) {
            return Startable::Held(held);
        }
        let turns = offer.busy + self.at_host.get(&offer.claim.host.name).copied().unwrap_or_default();
        let has_gap = self.manners.gap_ms > 0;
        let is_soon = self.sites.contains(&offer.site) || self.manners.is_soon(offer.started_at, self.now.millis());
        match turns >= self.manners.per_host || has_gap && is_soon {
            true => Startable::NotItsTurn,
            false => Startable::Free,
        }
    }

    fn take(&mut self, offer: Offer, holds: &[HeldHost]) {
        let mut claim = offer.claim;
        claim.strikes = hold::strikes_of(holds, &offer.site, &claim.host);
        *self.at_host.entry(claim.host.name.clone()).or_default() += 1;
        self.sites.insert(offer.site);
        self.taken.push((offer.no, claim));
    }

    /// The same as [`Taking::write`], one after another: what fails rests.
    async fn write_one_by_one(self, tx: &Tx, node: &Node) -> Result<Vec<Claim>> {
        let (manners, now) = (self.manners, self.now);
        let mut claims = Vec::new();
        for (no, claim) in self.taken {
            let sites = BTreeSet::from([claim.host.site().to_owned()]);
            let alone = Taking { sites, taken: vec![(no, claim)], ..Taking::new(manners, now) };
            match tx.part(alone.write(tx, node)).await? {
                Ok(claim) => claims.extend(claim),
                Err(error) => rest(tx, no, now, &error).await?,
            }
        }
        Ok(claims)
    }

    /// Moves their due times on before anything is sent (check P28).
    async fn write(self, tx: &Tx, node: &Node) -> Result<Vec<Claim>> {
        if self.taken.is_empty() {
            return Ok(Vec::new());
        }
        let numbers: Vec<i64> = self.taken.iter().map(|(no, _)| *no).collect();
        let sites = if self.manners.gap_ms > 0 { texts(&self.sites) } else { Vec::new() };
        let (at, lease, holder) = (self.now.millis(), self.manners.lease_ms, node.to_string());
        let (because, holder) = (SqlText(CLAIMED), SqlText(&holder));
        let row = [numbers.param(), at.param(), lease.param(), because.param(), holder.param(), sites.param()];
        let mut leases = HashMap::new();
        for row in &tx.rows(TAKE, &row).await? {
            let until = Timestamp::from_millis(column(row, "lease_until_at")?);
            leases.insert(column::<i64>(row, "source_no")?, (column::<i64>(row, "lease")?, until));
        }
        let claims = self.taken.into_iter().filter_map(|(no, claim)| {
            let (lease, until) = leases.get(&no).copied()?;
            Some(Claim { lease, until, ..claim })
        });
        Ok(claims.collect())
    }
}

fn texts(names: &BTreeSet<String>) -> Vec<SqlText<'_>> {
    names.iter().map(|name| SqlText(name)).collect()
}

fn names(rows: &[Row]) -> Result<Vec<String>> {
    rows.iter().map(|row| column(row, "site")).collect()
}
