//! The configuration's sources and feeds.

use std::collections::HashMap;

use rusqlite::{Connection, named_params};

use super::mend;
use crate::clock::Timestamp;
use crate::model::{FeedId, Host, digest};
use crate::store::codec::{read_standing, write_standing};
use crate::store::{Configured, Planned, Result};

const SOURCES: &str = "SELECT id, no, url_hash, active, interval_ms, host, proxy FROM source";

const ADD: &str = "
    INSERT INTO source (id, url_hash, active, interval_ms, next_poll_at, because, host, site, proxy)
    VALUES (:id, :url, 1, :interval, :at, :because, :host, :site, :proxy)";

/// Another address knows nothing of the old one's validators (check P6) and
/// stands anew with its server; a shorter interval counts at once, a longer one
/// after the next poll (R20).
const CHANGE: &str = "
    UPDATE source
       SET active = 1,
           interval_ms = :interval,
           next_poll_at = CASE WHEN interval_ms = :interval AND url_hash = :url THEN next_poll_at
                               ELSE min(next_poll_at, :now + :interval) END,
           etag = iif(url_hash = :url, etag, NULL),
           last_modified = iif(url_hash = :url, last_modified, NULL),
           validators_url = iif(url_hash = :url, validators_url, NULL),
           body_hash = iif(url_hash = :url, body_hash, NULL),
           standing = iif(url_hash = :url, standing, '{}'),
           over_at = iif(url_hash = :url, over_at, NULL),
           host = iif(url_hash = :url AND host <> '', host, :host),
           site = iif(url_hash = :url AND site <> '', site, :site),
           proxy = :proxy,
           url_hash = :url
     WHERE no = :no";

const RETIRE: &str = "
    UPDATE source
       SET active = 0, lease = lease + 1, lease_until_at = 0
     WHERE no = :no";

struct Row {
    no: i64,
    url: i64,
    active: bool,
    interval: i64,
    host: Host,
}

impl Row {
    /// Whether nothing about the source changed. Its host may be another than
    /// its address's: where it has moved. A store from before hosts were kept
    /// has none.
    fn is_as(&self, url: i64, interval: i64, host: &Host) -> bool {
        let same = self.active && self.url == url && self.interval == interval;
        same && self.host.proxy == host.proxy && !self.host.name.is_empty()
    }
}

/// See [`Store::configure`](crate::store::Store::configure).
pub fn configure(c: &Connection, sources: &[Planned], feeds: &[FeedId], now: Timestamp) -> Result<Configured> {
    mend::sources(c, sources, now)?;
    mend::feeds(c, feeds)?;
    let mut known = known_sources(c)?;
    let mut done = Configured::default();
    for s in sources {
        let (url, interval) = (digest(&s.url), i64::try_from(s.interval.as_millis()).unwrap_or(i64::MAX));
        match known.remove(s.source.as_str()) {
            None => {
                done.added += 1;
                c.prepare_cached(ADD)?.execute(named_params! {
                    ":id": s.source.as_str(),
                    ":url": url,
                    ":interval": interval,
                    ":at": s.first.at.millis(),
                    ":because": s.first.because,
                    ":host": s.host.name,
                    ":site": s.host.site(),
                    ":proxy": s.host.proxy,
                })?;
            }
            Some(row) if row.is_as(url, interval, &s.host) => {}
            Some(row) => {
                let now = now.millis();
                c.prepare_cached(CHANGE)?.execute(named_params! {
                    ":no": row.no, ":url": url, ":interval": interval, ":now": now,
                    ":host": s.host.name, ":site": s.host.site(), ":proxy": s.host.proxy,
                })?;
            }
        }
    }
    for row in known.values().filter(|row| row.active) {
        done.retired += 1;
        c.prepare_cached(RETIRE)?.execute(named_params! { ":no": row.no })?;
    }
    forgive(c, sources)?;
    configure_feeds(c, feeds)?;
    Ok(done)
}

const ARE_OVER: &str = "
    SELECT no, id, standing, because
      FROM source
     WHERE active = 1 AND over_at IS NOT NULL";

/// Why a source waits that was over a budget which it has no longer.
const CHANGED: &str = "set while it was over limits that have changed since; `wiredesk poll` asks for it now";

/// Its due time stays: nothing is asked earlier for a change of the configuration.
const FORGIVE: &str = "
    UPDATE source
       SET standing = :standing, over_at = NULL, because = :because
     WHERE no = :no";

/// Forgets that sources were over budgets that they no longer have (B162).
fn forgive(c: &Connection, sources: &[Planned]) -> rusqlite::Result<()> {
    let mut statement = c.prepare_cached(ARE_OVER)?;
    let read = |r: &rusqlite::Row<'_>| {
        Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?, r.get::<_, String>(3)?))
    };
    let all_over: Vec<_> = statement.query_map([], read)?.collect::<rusqlite::Result<_>>()?;
    if all_over.is_empty() {
        return Ok(());
    }
    let by_id: HashMap<&str, &Planned> = sources.iter().map(|s| (s.source.as_str(), s)).collect();
    for (no, id, stored, because) in all_over {
        let Some(planned) = by_id.get(id.as_str()) else { continue };
        // What cannot be read is mended at the next poll.
        let Ok(mut standing) = read_standing(&stored) else { continue };
        let Some(over) = standing.over.as_mut().filter(|over| !planned.budgets.contains(&over.budget)) else {
            continue;
        };
        // That a first document goes on is not forgotten with it.
        let budget = std::mem::take(&mut over.budget);
        let because = if because.contains(&budget) { CHANGED.to_owned() } else { because };
        let Ok(standing) = write_standing(&standing) else { continue };
        c.prepare_cached(FORGIVE)?.execute(named_params! { ":no": no, ":standing": standing, ":because": because })?;
    }
    Ok(())
}

const STANDINGS: &str = "SELECT no, standing FROM source WHERE standing <> '{}'";

const SET_OVER: &str = "UPDATE source SET over_at = :at WHERE no = :no";

/// Writes down, once after the column has come, since when sources are over a budget: a
/// store from before says it in their standings alone (B162).
pub fn find_over(c: &Connection) -> rusqlite::Result<()> {
    let mut statement = c.prepare(STANDINGS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        // What cannot be read is mended at the next poll.
        let Ok(standing) = read_standing(&row.get::<_, String>(1)?) else { continue };
        if let Some(over) = standing.over_budget() {
            let no: i64 = row.get(0)?;
            c.prepare_cached(SET_OVER)?.execute(named_params! { ":no": no, ":at": over.since.millis() })?;
        }
    }
    Ok(())
}

fn known_sources(c: &Connection) -> rusqlite::Result<HashMap<String, Row>> {
    let mut statement = c.prepare_cached(SOURCES)?;
    let rows = statement.query_map([], |r| {
        let host = Host { name: r.get(5)?, proxy: r.get(6)? };
        Ok((r.get(0)?, Row { no: r.get(1)?, url: r.get(2)?, active: r.get(3)?, interval: r.get(4)?, host }))
    })?;
    rows.collect()
}

const FEEDS: &str = "SELECT id, active FROM feed";

const ADD_FEED: &str = "INSERT INTO feed (id, active) VALUES (:id, 1)";

const SET_FEED: &str = "
    UPDATE feed
       SET active = :active
     WHERE id = :id";

fn configure_feeds(c: &Connection, feeds: &[FeedId]) -> rusqlite::Result<()> {
    let mut statement = c.prepare_cached(FEEDS)?;
    let known: HashMap<String, bool> =
        statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    for feed in feeds {
        match known.get(feed.as_str()) {
            None => c.execute(ADD_FEED, named_params! { ":id": feed.as_str() })?,
            Some(false) => c.execute(SET_FEED, named_params! { ":id": feed.as_str(), ":active": true })?,
            Some(true) => 0,
        };
    }
    for (id, _) in known.iter().filter(|(id, active)| **active && !feeds.iter().any(|f| f.as_str() == *id)) {
        c.execute(SET_FEED, named_params! { ":id": id, ":active": false })?;
    }
    Ok(())
}
