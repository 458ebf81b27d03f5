//! The configuration's sources and feeds.

use std::collections::{HashMap, HashSet};

use rusqlite::types::Value;
use rusqlite::{Connection, named_params};

use crate::clock::Timestamp;
use crate::model::{FeedId, Host, SourceId, digest};
use crate::store::codec::{read_standing, write_standing};
use crate::store::rules::{Forgiven, KnownSource, Remembers, Replanned, forgiven, interval_ms, replanned};
use crate::store::sqlite::read::row::readable_name;
use crate::store::{Configured, Result, SourcePlan, SourceRange, Unplanned};

/// A name is less than any blob, so one of these stands for the end of all names.
const SOURCES: &str = "
    SELECT id, no, url_hash, active, interval_ms, next_poll_at, host, proxy
      FROM source
     WHERE id > :after AND id <= :to";

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

/// See [`Schedule::configure_sources`](crate::store::Schedule::configure_sources).
pub fn sources(c: &Connection, range: &SourceRange, now: Timestamp) -> Result<Configured> {
    let KnownRange { mut planned, retired } = known(c, range)?;
    let mut done = Configured { added: 0, retired: retired.len() };
    for s in &range.planned {
        match planned.remove(s.source.as_str()) {
            None => {
                done.added += 1;
                add(c, s)?;
            }
            Some((no, row)) => {
                if let Some(source) = replanned(&row, s, now) {
                    change(c, no, &source)?;
                }
            }
        }
    }
    for no in retired {
        c.prepare_cached(RETIRE)?.execute(named_params! { ":no": no })?;
    }
    forgive(c, range)?;
    Ok(done)
}

fn add(c: &Connection, s: &SourcePlan) -> rusqlite::Result<()> {
    c.prepare_cached(ADD)?
        .execute(named_params! {
            ":id": s.source.as_str(),
            ":url": digest(&s.url),
            ":interval": interval_ms(s),
            ":at": s.first.at.millis(),
            ":because": s.first.because,
            ":host": s.host.name,
            ":site": s.host.site(),
            ":proxy": s.host.proxy,
        })
        .map(drop)
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
     WHERE active = 1 AND over_at IS NOT NULL AND id > :after AND id <= :to";

const FORGIVE: &str = "
    UPDATE source
       SET standing = :standing, over_at = NULL, because = :because
     WHERE no = :no";

/// Forgets that sources were over budgets that they no longer have; see [`forgiven`].
fn forgive(c: &Connection, range: &SourceRange) -> rusqlite::Result<()> {
    let mut statement = c.prepare_cached(ARE_OVER)?;
    let (after, to) = ends(range);
    let read = |r: &rusqlite::Row<'_>| {
        Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?, r.get::<_, String>(3)?))
    };
    let within = named_params! { ":after": after, ":to": to };
    let all_over: Vec<_> = statement.query_map(within, read)?.collect::<rusqlite::Result<_>>()?;
    if all_over.is_empty() {
        return Ok(());
    }
    let by_id: HashMap<&str, &SourcePlan> = range.planned.iter().map(|s| (s.source.as_str(), s)).collect();
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

/// What is known of a range.
struct KnownRange<'a> {
    /// Its planned sources by name, each with its number.
    planned: HashMap<&'a str, (i64, KnownSource)>,
    /// The numbers of those that are polled and planned no more.
    retired: Vec<i64>,
}

fn known<'a>(c: &Connection, range: &'a SourceRange) -> Result<KnownRange<'a>> {
    let names: HashSet<&str> = range.planned.iter().map(|s| s.source.as_str()).collect();
    let mut known = KnownRange { planned: HashMap::new(), retired: Vec::new() };
    let (after, to) = ends(range);
    let mut statement = c.prepare_cached(SOURCES)?;
    let mut rows = statement.query(named_params! { ":after": after, ":to": to })?;
    while let Some(r) = rows.next()? {
        let no: i64 = r.get("no")?;
        let is_active = r.get("active")?;
        // No source is planned under a name that is damaged.
        let id = readable_name(r.get("id"))?;
        match id.as_ref().and_then(|id| names.get(id.as_str())) {
            Some(name) => {
                let source = KnownSource {
                    url_hash: r.get("url_hash")?,
                    is_active,
                    interval_ms: r.get("interval_ms")?,
                    next_poll_at: Timestamp::from_millis(r.get("next_poll_at")?),
                    host: Host { name: r.get("host")?, proxy: r.get("proxy")? },
                };
                known.planned.insert(name, (no, source));
            }
            None if is_active && range.unplanned == Unplanned::Retire => known.retired.push(no),
            None => {}
        }
    }
    Ok(known)
}

/// The ends of a range, as statements compare names with them.
fn ends(range: &SourceRange) -> (&str, Value) {
    let to = range.to.as_ref().map_or(Value::Blob(Vec::new()), |to| Value::Text(to.to_string()));
    (range.after.as_ref().map_or("", SourceId::as_str), to)
}

const FEEDS: &str = "SELECT id, active FROM feed";

const ADD_FEED: &str = "INSERT INTO feed (id, active) VALUES (:id, 1)";

const SET_FEED: &str = "
    UPDATE feed
       SET active = :active
     WHERE id = :id";

/// See [`Schedule::configure_feeds`](crate::store::Schedule::configure_feeds).
pub fn feeds(c: &Connection, feeds: &[FeedId]) -> rusqlite::Result<()> {
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
