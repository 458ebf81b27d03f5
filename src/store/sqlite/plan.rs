//! The configuration's sources and feeds.

use std::collections::HashMap;

use rusqlite::{Connection, named_params};

use super::mend;
use crate::clock::Timestamp;
use crate::model::{FeedId, Host, digest};
use crate::store::codec::{read_standing, write_standing};
use crate::store::rules::{Forgiven, KnownSource, Remembers, Replanned, forgiven, interval_ms, replanned};
use crate::store::{Configured, Result, SourcePlan};

const SOURCES: &str = "
    SELECT id, no, url_hash, active, interval_ms, next_poll_at, host, proxy
      FROM source";

const ADD: &str = "
    INSERT INTO source (id, url_hash, active, interval_ms, next_poll_at, because, host, site, proxy)
    VALUES (:id, :url, 1, :interval, :at, :because, :host, :site, :proxy)";

/// See [`replanned`].
const CHANGE: &str = "
    UPDATE source
       SET active = 1,
           interval_ms = :interval,
           next_poll_at = :next,
           host = coalesce(:host, host),
           site = coalesce(:site, site),
           proxy = :proxy,
           url_hash = :url
     WHERE no = :no";

/// What belongs to a source's URL.
const FORGET: &str = "
    UPDATE source
       SET etag = NULL, last_modified = NULL, validators_url = NULL, body_hash = NULL,
           standing = '{}', over_at = NULL
     WHERE no = :no";

const RETIRE: &str = "
    UPDATE source
       SET active = 0, lease = lease + 1, lease_until_at = 0
     WHERE no = :no";

/// See [`Store::configure`](crate::store::Store::configure).
pub fn configure(c: &Connection, sources: &[SourcePlan], feeds: &[FeedId], now: Timestamp) -> Result<Configured> {
    mend::sources(c, sources, now)?;
    mend::feeds(c, feeds, now)?;
    let mut known = known_sources(c)?;
    let mut done = Configured::default();
    for s in sources {
        match known.remove(s.source.as_str()) {
            None => {
                done.added += 1;
                c.prepare_cached(ADD)?.execute(named_params! {
                    ":id": s.source.as_str(),
                    ":url": digest(&s.url),
                    ":interval": interval_ms(s),
                    ":at": s.first.at.millis(),
                    ":because": s.first.because,
                    ":host": s.host.name,
                    ":site": s.host.site(),
                    ":proxy": s.host.proxy,
                })?;
            }
            Some((no, row)) => {
                if let Some(source) = replanned(&row, s, now) {
                    change(c, no, &source)?;
                }
            }
        }
    }
    for (no, _) in known.values().filter(|(_, row)| row.is_active) {
        done.retired += 1;
        c.prepare_cached(RETIRE)?.execute(named_params! { ":no": no })?;
    }
    forgive(c, sources)?;
    configure_feeds(c, feeds)?;
    Ok(done)
}

fn change(c: &Connection, no: i64, source: &Replanned) -> rusqlite::Result<()> {
    if source.remembers == Remembers::NothingOfItsUrl {
        c.prepare_cached(FORGET)?.execute(named_params! { ":no": no })?;
    }
    let host = source.host.as_ref();
    c.prepare_cached(CHANGE)?
        .execute(named_params! {
            ":no": no, ":url": source.url_hash, ":interval": source.interval_ms,
            ":next": source.next_poll_at.millis(), ":host": host.map(|host| host.name.as_str()),
            ":site": host.map(Host::site), ":proxy": source.proxy,
        })
        .map(drop)
}

const ARE_OVER: &str = "
    SELECT no, id, standing, because
      FROM source
     WHERE active = 1 AND over_at IS NOT NULL";

const FORGIVE: &str = "
    UPDATE source
       SET standing = :standing, over_at = NULL, because = :because
     WHERE no = :no";

/// Forgets that sources were over budgets that they no longer have; see [`forgiven`].
fn forgive(c: &Connection, sources: &[SourcePlan]) -> rusqlite::Result<()> {
    let mut statement = c.prepare_cached(ARE_OVER)?;
    let read = |r: &rusqlite::Row<'_>| {
        Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?, r.get::<_, String>(3)?))
    };
    let all_over: Vec<_> = statement.query_map([], read)?.collect::<rusqlite::Result<_>>()?;
    if all_over.is_empty() {
        return Ok(());
    }
    let by_id: HashMap<&str, &SourcePlan> = sources.iter().map(|s| (s.source.as_str(), s)).collect();
    for (no, id, stored, because) in all_over {
        let Some(planned) = by_id.get(id.as_str()) else { continue };
        // What cannot be read is mended at the next poll.
        let Ok(standing) = read_standing(&stored) else { continue };
        let Some(Forgiven { standing, because }) = forgiven(standing, &because, planned) else { continue };
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

/// Sources by name, each with its number.
fn known_sources(c: &Connection) -> rusqlite::Result<HashMap<String, (i64, KnownSource)>> {
    let mut statement = c.prepare_cached(SOURCES)?;
    let rows = statement.query_map([], |r| {
        let source = KnownSource {
            url_hash: r.get(2)?,
            is_active: r.get(3)?,
            interval_ms: r.get(4)?,
            next_poll_at: Timestamp::from_millis(r.get(5)?),
            host: Host { name: r.get(6)?, proxy: r.get(7)? },
        };
        Ok((r.get(0)?, (r.get(1)?, source)))
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
