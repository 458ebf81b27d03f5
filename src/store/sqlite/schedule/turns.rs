//! Host turns and holds: what keeps every node's manners (checks P17, P25, P30).

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::clock::Timestamp;
use crate::model::{Hold, HoldScope, Host, NextPoll, Purpose};
use crate::store::rules::{SITE_WITHIN, believed_within, binding, lasting, of_site};
use crate::store::{Courtesy, Result, Turn};

/// What a clock that was set back left in the future binds nobody (R18): see
/// [`believed_within`].
const BUSY: &str = "
    SELECT count(*)
      FROM turn
     WHERE host = :host AND until_at > :now AND until_at <= :now + :believed AND source_no <> :no";

const STARTED: &str = "
    SELECT started_at
      FROM site
     WHERE site = :site AND started_at > :now - :gap AND started_at <= :now + :lease";

const TAKE: &str = "
    INSERT INTO turn
    VALUES (:host, :no, :holder, :until)
    ON CONFLICT (host, source_no)
    DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at";

const START: &str = "
    INSERT INTO site
    VALUES (:site, :now)
    ON CONFLICT (site)
    DO UPDATE SET started_at = excluded.started_at";

/// A start ahead of the clock is of one that was set back since.
const FORGET_STARTS: &str = "
    DELETE FROM site
     WHERE started_at <= :now - 2 * :gap";

/// Forgets starts that no gap reaches back to: were all kept, each claim would write a page of
/// its own for its site (R81).
pub fn forget_starts(c: &Connection, courtesy: &Courtesy, now: Timestamp) -> rusqlite::Result<()> {
    if courtesy.host_gap.is_zero() {
        return Ok(());
    }
    let over = named_params! { ":now": now.millis(), ":gap": gap_ms(courtesy).min(i64::MAX / 4) };
    c.prepare_cached(FORGET_STARTS)?.execute(over).map(drop)
}

/// The gap between starts, as queries take it.
pub fn gap_ms(courtesy: &Courtesy) -> i64 {
    i64::try_from(courtesy.host_gap.as_millis()).unwrap_or(i64::MAX)
}

/// How many requests to a host may be under way.
pub fn per_host(courtesy: &Courtesy) -> i64 {
    i64::try_from(courtesy.per_host.max(1)).unwrap_or(i64::MAX)
}

/// The lease, as queries take it.
pub fn lease_ms(courtesy: &Courtesy) -> i64 {
    i64::try_from(courtesy.lease.as_millis()).unwrap_or(i64::MAX)
}

/// How far ahead a lease or a turn is believed to end, as queries take it.
pub fn believed_ms(courtesy: &Courtesy) -> i64 {
    i64::try_from(believed_within(courtesy.lease).as_millis()).unwrap_or(i64::MAX)
}

const LEAVE: &str = "
    DELETE FROM turn
     WHERE source_no = :no AND host <> :host";

/// Takes a turn at `host` for a source, if it has one free. The source has no more than
/// one: where it asked before, it got its response. Two that wait for each other's host
/// would wait for ever.
pub fn take(
    c: &Connection,
    holder: &str,
    courtesy: &Courtesy,
    source_no: i64,
    (host, purpose): (&Host, Purpose),
    now: Timestamp,
) -> Result<Turn> {
    if let Some(held) = held(c, host, purpose, now)? {
        return Ok(Turn::Held(held));
    }
    c.prepare_cached(LEAVE)?.execute(named_params! { ":no": source_no, ":host": host.name })?;
    let busy: i64 = c.prepare_cached(BUSY)?.query_row(
        named_params! { ":host": host.name, ":now": now.millis(), ":believed": believed_ms(courtesy), ":no": source_no },
        |r| r.get(0),
    )?;
    if busy >= per_host(courtesy) {
        return Ok(Turn::Busy);
    }
    if !courtesy.host_gap.is_zero() {
        let started: Option<i64> = c
            .prepare_cached(STARTED)?
            .query_row(named_params! { ":site": host.site(), ":now": now.millis(), ":gap": gap_ms(courtesy), ":lease": lease_ms(courtesy) }, |r| {
                r.get(0)
            })
            .optional()?;
        if let Some(at) = started {
            return Ok(Turn::Until(Timestamp::from_millis(at).plus(courtesy.host_gap)));
        }
        c.prepare_cached(START)?.execute(named_params! { ":site": host.site(), ":now": now.millis() })?;
    }
    let until = now.plus(courtesy.lease).millis();
    c.prepare_cached(TAKE)?.execute(named_params! {
        ":host": host.name, ":no": source_no, ":holder": holder, ":until": until,
    })?;
    Ok(Turn::Taken)
}

const RENEW: &str = "
    UPDATE turn
       SET until_at = :until
     WHERE source_no = :no";

/// Keeps the turns of a source, whose claim was renewed.
pub fn renew(c: &Connection, source_no: i64, until: Timestamp) -> rusqlite::Result<()> {
    c.prepare_cached(RENEW)?.execute(named_params! { ":no": source_no, ":until": until.millis() }).map(drop)
}

const END: &str = "DELETE FROM turn WHERE source_no = :no";

/// Ends all turns of a source.
pub fn end(c: &Connection, source_no: i64) -> rusqlite::Result<()> {
    c.prepare_cached(END)?.execute(named_params! { ":no": source_no }).map(drop)
}

const END_OF: &str = "DELETE FROM turn WHERE holder = :holder";

/// Ends all turns of a holder.
pub fn end_of(c: &Connection, holder: &str) -> rusqlite::Result<()> {
    c.prepare_cached(END_OF)?.execute(named_params! { ":holder": holder }).map(drop)
}

/// The site that a hold is kept under. One that binds pages alone has a name of
/// its own, which no site has for its blank: who looks for a poll's never meets it.
fn site(host: &Host, scope: HoldScope) -> String {
    match scope {
        HoldScope::Everything => host.site().to_owned(),
        HoldScope::Pages => format!("pages of {}", host.site()),
    }
}

/// A hold that was stored before all were bounded ends when it would have.
const HELD: &str = "
    SELECT min(until_at, asked_at + :longest) AS ends_at, because
      FROM hold
     WHERE site = :site AND host = :host AND proxy = :proxy AND ends_at > :now";

fn wish(r: &Row<'_>) -> rusqlite::Result<NextPoll> {
    Ok(NextPoll { at: Timestamp::from_millis(r.get(0)?), because: r.get(1)? })
}

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
        statement.query_row(bound, wish).optional()
    };
    let mut all = vec![of(host.site(), &host.name)?, of(host.site(), "")?];
    if purpose == Purpose::Page {
        let pages = site(host, HoldScope::Pages);
        all.extend([of(&pages, &host.name)?, of(&pages, "")?]);
    }
    Ok(binding(all.into_iter().flatten()))
}

const STRIKES: &str = "
    SELECT strikes
      FROM hold
     WHERE site = :site AND host = :host AND proxy = :proxy";

/// How often in a row `host` answered 429 to requests that a hold of this scope binds.
pub fn strikes(c: &Connection, host: &Host, scope: HoldScope) -> rusqlite::Result<u32> {
    let bound = named_params! { ":site": site(host, scope), ":host": host.name, ":proxy": host.proxy };
    c.prepare_cached(STRIKES)?.query_row(bound, |r| r.get(0)).optional().map(Option::unwrap_or_default)
}

const FORGIVE: &str = "
    DELETE FROM hold
     WHERE site = :site AND host = :host AND proxy = :proxy AND until_at <= :now";

/// A host that answered well has no 429s in a row.
pub fn forgive(c: &Connection, host: &Host, scope: HoldScope, now: Timestamp) -> rusqlite::Result<()> {
    c.prepare_cached(FORGIVE)?
        .execute(named_params! {
            ":site": site(host, scope), ":host": host.name, ":proxy": host.proxy, ":now": now.millis(),
        })
        .map(drop)
}

const HOLD: &str = "
    INSERT INTO hold VALUES (:site, :host, :proxy, :now, :until, :strikes, :because)
    ON CONFLICT (site, host, proxy) DO UPDATE SET
        asked_at = excluded.asked_at,
        strikes = excluded.strikes,
        because = excluded.because,
        until_at = excluded.until_at";

const LASTS: &str = "
    SELECT until_at, because
      FROM hold
     WHERE site = :site AND host = :host AND proxy = :proxy";

const OTHERS: &str = "
    SELECT count(*)
      FROM hold
     WHERE site = :site AND proxy = :proxy AND host NOT IN (:host, '')
       AND asked_at > :since AND asked_at <= :now";

const PUT_OFF: &str = "
    UPDATE source
       SET next_poll_at = :until, because = :because
     WHERE active = 1 AND site = :site AND proxy = :proxy AND (:host = '' OR host = :host) AND next_poll_at < :until";

/// Leaves a host alone, and its whole site when a second host of it asked
/// within an hour (check P17): every source there is put off, if polls are bound.
pub fn hold(c: &Connection, hold: &Hold, now: Timestamp) -> rusqlite::Result<()> {
    let Host { name, proxy } = &hold.host;
    let site = site(&hold.host, hold.scope);
    put(c, hold, name, now)?;
    let others: u64 = c.prepare_cached(OTHERS)?.query_row(
        named_params! {
            ":site": site, ":host": name, ":proxy": proxy,
            ":since": now.minus(SITE_WITHIN).millis(), ":now": now.millis(),
        },
        |r| r.get(0),
    )?;
    of_site(hold, others).map_or(Ok(()), |of_all| put(c, &of_all, "", now))
}

fn put(c: &Connection, hold: &Hold, name: &str, now: Timestamp) -> rusqlite::Result<()> {
    let (site, proxy) = (site(&hold.host, hold.scope), hold.host.proxy.as_str());
    let bound = named_params! { ":site": site, ":host": name, ":proxy": proxy };
    let before = c.prepare_cached(LASTS)?.query_row(bound, wish).optional()?;
    let lasting = lasting(before, hold);
    c.prepare_cached(HOLD)?.execute(named_params! {
        ":site": site, ":host": name, ":proxy": proxy, ":now": now.millis(), ":until": lasting.at.millis(),
        ":strikes": hold.strikes, ":because": lasting.because,
    })?;
    if hold.scope == HoldScope::Everything {
        c.prepare_cached(PUT_OFF)?.execute(named_params! {
            ":site": site, ":host": name, ":proxy": proxy, ":until": hold.until.millis(), ":because": hold.because,
        })?;
    }
    Ok(())
}
