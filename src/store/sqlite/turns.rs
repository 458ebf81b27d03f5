//! Host turns and holds: what keeps every worker's manners (checks P17, P25, P30).

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::holder;
use crate::clock::Timestamp;
use crate::model::{Hold, Host, NextPoll, Purpose, Scope};
use crate::store::{Result, Turn, Worker};

/// A 429 from a second host of a site within this holds the site (check P17).
const HOUR_MS: i64 = 3_600_000;

/// Conditions under which a source's host has a turn free. What a clock that
/// was set back left in the future binds nobody (R18).
pub const FREE: &str = "
    (SELECT count(*) FROM turn
      WHERE turn.host = source.host AND turn.until_at > :now AND turn.until_at <= :now + :lease) < :per_host
    AND NOT EXISTS (SELECT 1 FROM site
                     WHERE site.site = source.site AND site.started_at > :now - :gap AND site.started_at <= :now)";

const BUSY: &str = "
    SELECT count(*) FROM turn WHERE host = ?1 AND until_at > ?2 AND until_at <= ?2 + ?3 AND source_no <> ?4";

const STARTED: &str = "SELECT started_at FROM site WHERE site = ?1 AND started_at > ?2 - ?3 AND started_at <= ?2";

const TAKE: &str = "
    INSERT INTO turn VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (host, source_no) DO UPDATE SET worker = excluded.worker, until_at = excluded.until_at";

const START: &str = "
    INSERT INTO site VALUES (?1, ?2) ON CONFLICT (site) DO UPDATE SET started_at = excluded.started_at";

/// The gap between starts, as queries take it.
pub fn gap_ms(worker: &Worker) -> i64 {
    i64::try_from(worker.host_gap.as_millis()).unwrap_or(i64::MAX)
}

/// How many requests to a host may be under way.
pub fn per_host(worker: &Worker) -> i64 {
    i64::try_from(worker.per_host.max(1)).unwrap_or(i64::MAX)
}

/// The lease, as queries take it.
pub fn lease_ms(worker: &Worker) -> i64 {
    i64::try_from(worker.lease.as_millis()).unwrap_or(i64::MAX)
}

/// Takes a turn at `host` for a source, if it has one free.
pub fn take(
    c: &Connection,
    worker: &Worker,
    source_no: i64,
    (host, purpose): (&Host, Purpose),
    now: Timestamp,
) -> Result<Turn> {
    if let Some(held) = held(c, host, purpose, now)? {
        return Ok(Turn::Held(held));
    }
    let busy: i64 = c
        .prepare_cached(BUSY)?
        .query_row(params![host.name, now.millis(), lease_ms(worker), source_no], |r| r.get(0))?;
    if busy >= per_host(worker) {
        return Ok(Turn::Busy);
    }
    if !worker.host_gap.is_zero() {
        let started: Option<i64> = c
            .prepare_cached(STARTED)?
            .query_row(params![host.site(), now.millis(), gap_ms(worker)], |r| r.get(0))
            .optional()?;
        if let Some(at) = started {
            return Ok(Turn::Until(Timestamp::from_millis(at).plus(worker.host_gap)));
        }
        c.prepare_cached(START)?.execute(params![host.site(), now.millis()])?;
    }
    let until = now.plus(worker.lease).millis();
    c.prepare_cached(TAKE)?.execute(params![host.name, source_no, worker.name, until])?;
    Ok(Turn::Taken)
}

/// Keeps the turns of a source, whose claim was renewed.
pub fn renew(c: &Connection, source_no: i64, until: Timestamp) -> rusqlite::Result<()> {
    let query = "UPDATE turn SET until_at = ?2 WHERE source_no = ?1";
    c.prepare_cached(query)?.execute(params![source_no, until.millis()]).map(drop)
}

/// Ends all turns of a source.
pub fn end(c: &Connection, source_no: i64) -> rusqlite::Result<()> {
    c.prepare_cached("DELETE FROM turn WHERE source_no = ?1")?.execute([source_no]).map(drop)
}

/// See [`Store::end_turns`](crate::store::Store::end_turns).
pub fn end_all(c: &Connection, worker: &str) -> Result<()> {
    holder::bury_named(c, worker)?;
    c.execute("DELETE FROM turn WHERE worker = ?1", [worker])?;
    Ok(())
}

/// The site that a hold is kept under. One that binds pages alone has a name of
/// its own, which no site has for its blank: who looks for a poll's never meets it.
fn site(host: &Host, scope: Scope) -> String {
    match scope {
        Scope::Everything => host.site().to_owned(),
        Scope::Pages => format!("pages of {}", host.site()),
    }
}

/// A hold that was stored before all were bounded ends when it would have.
const HELD: &str = "
    SELECT min(until_at, asked_at + :longest) AS ends_at, because
      FROM hold
     WHERE site = :site AND host = :host AND proxy = :proxy AND ends_at > :now";

/// The hold that binds `host` at `now` for this purpose, the latest of its own, its
/// site's, and what binds pages alone.
pub fn held(c: &Connection, host: &Host, purpose: Purpose, now: Timestamp) -> rusqlite::Result<Option<NextPoll>> {
    // Asked one by one, for a sorter and a list cost many times as much: every
    // poll asks.
    let mut statement = c.prepare_cached(HELD)?;
    let mut of = |site: &str, name: &str| {
        let bound = named_params! {
            ":site": site, ":host": name, ":proxy": host.proxy, ":now": now.millis(),
            ":longest": i64::try_from(Hold::LONGEST.as_millis()).unwrap_or(i64::MAX),
        };
        let read = |r: &Row<'_>| Ok(NextPoll { at: Timestamp::from_millis(r.get(0)?), because: r.get(1)? });
        statement.query_row(bound, read).optional()
    };
    let mut all = vec![of(host.site(), &host.name)?, of(host.site(), "")?];
    if purpose == Purpose::Page {
        let pages = site(host, Scope::Pages);
        all.extend([of(&pages, &host.name)?, of(&pages, "")?]);
    }
    Ok(all.into_iter().flatten().max_by_key(|hold| hold.at))
}

/// How often in a row `host` answered 429, of what a hold of this scope binds.
pub fn strikes(c: &Connection, host: &Host, scope: Scope) -> rusqlite::Result<u32> {
    c.prepare_cached("SELECT strikes FROM hold WHERE site = ?1 AND host = ?2 AND proxy = ?3")?
        .query_row([&site(host, scope), &host.name, &host.proxy], |r| r.get(0))
        .optional()
        .map(Option::unwrap_or_default)
}

/// A host that answered well has no 429s in a row.
pub fn forgive(c: &Connection, host: &Host, scope: Scope, now: Timestamp) -> rusqlite::Result<()> {
    c.prepare_cached("DELETE FROM hold WHERE site = ?1 AND host = ?2 AND proxy = ?3 AND until_at <= ?4")?
        .execute(params![site(host, scope), host.name, host.proxy, now.millis()])
        .map(drop)
}

const HOLD: &str = "
    INSERT INTO hold VALUES (:site, :host, :proxy, :now, :until, :strikes, :because)
    ON CONFLICT (site, host, proxy) DO UPDATE SET
        asked_at = excluded.asked_at,
        strikes = excluded.strikes,
        because = iif(excluded.until_at >= until_at, excluded.because, because),
        until_at = max(until_at, excluded.until_at)";

const OTHERS: &str = "
    SELECT count(*) FROM hold
     WHERE site = ?1 AND proxy = ?3 AND host NOT IN (?2, '') AND asked_at > ?4 AND asked_at <= ?5";

const PUT_OFF: &str = "
    UPDATE source SET next_poll_at = :until, because = :because
     WHERE active = 1 AND site = :site AND proxy = :proxy AND (:host = '' OR host = :host) AND next_poll_at < :until";

/// Leaves a host alone, and its whole site when a second host of it asked
/// within an hour (check P17): every source there is put off, if polls are bound.
pub fn hold(c: &Connection, hold: &Hold, now: Timestamp) -> rusqlite::Result<()> {
    let Host { name, proxy } = &hold.host;
    let site = site(&hold.host, hold.scope);
    put(c, hold, name, now)?;
    let others: i64 = c
        .prepare_cached(OTHERS)?
        .query_row(params![site, name, proxy, now.millis() - HOUR_MS, now.millis()], |r| r.get(0))?;
    if others > 0 {
        let because = format!("{}; as another host of {} did within the hour", hold.because, hold.host.site());
        put(c, &Hold { because, ..hold.clone() }, "", now)?;
    }
    Ok(())
}

fn put(c: &Connection, hold: &Hold, name: &str, now: Timestamp) -> rusqlite::Result<()> {
    let (site, proxy) = (site(&hold.host, hold.scope), hold.host.proxy.as_str());
    let until = hold.until.millis();
    c.prepare_cached(HOLD)?.execute(named_params! {
        ":site": site, ":host": name, ":proxy": proxy, ":now": now.millis(), ":until": until,
        ":strikes": hold.strikes, ":because": hold.because,
    })?;
    if hold.scope == Scope::Everything {
        c.prepare_cached(PUT_OFF)?.execute(named_params! {
            ":site": site, ":host": name, ":proxy": proxy, ":until": until, ":because": hold.because,
        })?;
    }
    Ok(())
}
