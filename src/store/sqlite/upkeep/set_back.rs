//! What a clock that was ahead left behind, once it is set back (R18); and the
//! time that the store believes in.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::clock::Timestamp;
use crate::store::codec::{read_carrier, read_standing, write_carrier, write_standing};
use crate::store::sqlite::write::outbox;
use crate::store::trusted::{Belief, is_credible};
use crate::store::{ChangeKind, Result};

/// A source never polled is due within its interval; one polled in what is now
/// the future keeps the wait that it was given.
const SOURCES: &str = "
    UPDATE source
       SET next_poll_at = :now + CASE WHEN last_poll_at IS NULL THEN interval_ms
                                      ELSE max(next_poll_at - last_poll_at, 0) END,
           last_poll_at = min(last_poll_at, :now),
           because = because || '; moved when the clock was set back'
     WHERE next_poll_at < :never
       AND iif(last_poll_at IS NULL, next_poll_at > :now + interval_ms + 600000, last_poll_at > :now)";

const HOLDS: &str = "
    UPDATE hold
       SET until_at = :now + (until_at - asked_at), asked_at = :now
     WHERE asked_at > :now";

/// See [`Clocks::set_back`](crate::store::Clocks::set_back).
pub fn sources(c: &Connection, now: Timestamp) -> Result<usize> {
    standings(c, now)?;
    let never = Timestamp::NEVER.millis();
    let moved = c.execute(SOURCES, named_params! { ":now": now.millis(), ":never": never })?;
    c.execute(HOLDS, named_params! { ":now": now.millis() })?;
    Ok(moved)
}

const POLLED_AHEAD: &str = "
    SELECT no, last_poll_at, standing
      FROM source
     WHERE last_poll_at > :now";

const SET_STANDING: &str = "UPDATE source SET standing = :standing WHERE no = :no";

fn standings(c: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    let mut statement = c.prepare_cached(POLLED_AHEAD)?;
    let ahead = statement.query_map(named_params! { ":now": now.millis() }, |r| {
        Ok((r.get::<_, i64>(0)?, Timestamp::from_millis(r.get(1)?), r.get::<_, String>(2)?))
    })?;
    for source in ahead.collect::<rusqlite::Result<Vec<_>>>()? {
        let (no, last_poll, stored) = source;
        // One that cannot be read is for `verify` to tell of.
        let Ok(mut standing) = read_standing(&stored) else { continue };
        standing.set_back(last_poll, now);
        let Ok(standing) = write_standing(&standing) else { continue };
        c.prepare_cached(SET_STANDING)?.execute(named_params! { ":no": no, ":standing": standing })?;
    }
    Ok(())
}

const CARRIERS: &str = "SELECT no, carrier FROM source";

const SET_CARRIER: &str = "UPDATE source SET carrier = :carrier WHERE no = :no";

/// What sources say of themselves is dated by when they last changed.
fn carriers(c: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    let mut statement = c.prepare_cached(CARRIERS)?;
    let all = statement.query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?)))?;
    for source in all.collect::<rusqlite::Result<Vec<_>>>()? {
        let (no, stored) = source;
        let Ok(mut carrier) = read_carrier(&stored) else { continue };
        if carrier.updated_at.is_none_or(|at| at <= now) {
            continue;
        }
        carrier.updated_at = Some(now);
        let Ok(carrier) = write_carrier(&carrier) else { continue };
        c.prepare_cached(SET_CARRIER)?.execute(named_params! { ":no": no, ":carrier": carrier })?;
    }
    Ok(())
}

/// See [`Clocks::believe`](crate::store::Clocks::believe).
pub fn believe(c: &Connection, now: Timestamp, ran: Duration) -> Result<Timestamp> {
    let before = match belief(c)? {
        Some(before) => Some(before),
        // A history in the future is of a clock that was ahead.
        None => history(c)?.filter(|history| history.at <= now),
    };
    let Some(before) = before else { return Ok(now) };
    let belief = before.follow(now, ran);
    set_belief(c, belief)?;
    Ok(belief.at.min(now))
}

const BELIEF: &str = "SELECT believed_at, since_at FROM desk_clock";

fn belief(c: &Connection) -> rusqlite::Result<Option<Belief>> {
    c.prepare_cached(BELIEF)?.query_row([], read).optional()
}

fn read(r: &Row<'_>) -> rusqlite::Result<Belief> {
    Ok(Belief { at: Timestamp::from_millis(r.get(0)?), since: Timestamp::from_millis(r.get(1)?) })
}

const BELIEVE: &str = "
    INSERT OR REPLACE INTO desk_clock
    VALUES (1, :at, :since)";

fn set_belief(c: &Connection, b: Belief) -> rusqlite::Result<()> {
    c.prepare_cached(BELIEVE)?.execute(named_params! { ":at": b.at.millis(), ":since": b.since.millis() }).map(drop)
}

const HISTORY: &str = "
    SELECT last, first
      FROM (SELECT max(last_at) AS last, min(first_at) AS first FROM poll)
     WHERE last IS NOT NULL";

/// What the ledger of polls says of time.
fn history(c: &Connection) -> rusqlite::Result<Option<Belief>> {
    c.prepare_cached(HISTORY)?.query_row([], read).optional()
}

/// Where what arrives at `at` stands in feeds: never below what arrived before,
/// though the clock be behind.
pub fn head(c: &Connection, at: Timestamp) -> rusqlite::Result<Timestamp> {
    Ok(belief(c)?.map_or(at, |belief| at.max(belief.at)))
}

const IS_AHEAD: &str = "
    SELECT EXISTS (SELECT 1 FROM source WHERE last_new_at > :now)
        OR EXISTS (SELECT 1 FROM feed WHERE changed_at > :now OR updated_at > :now)";

/// Whether anything stands ahead in a feed: asked of an index.
const STANDS_AHEAD: &str = "
    SELECT EXISTS (SELECT 1
                     FROM feed f
                    WHERE EXISTS (SELECT 1 FROM route r
                                   WHERE r.feed_no = f.no AND r.admitted = 1 AND r.sort_at > :now))";

/// Entries that stand ahead of an instant come to stand right before it, in the
/// order they have in each feed; those that are not in it too, should they enter.
const MOVE: &str = "
    WITH ahead AS (
        SELECT feed_no, entry_id,
               row_number() OVER (PARTITION BY feed_no ORDER BY sort_at DESC, entry_id DESC) AS nth
          FROM route
         WHERE sort_at > :now
    )
    UPDATE route
       SET sort_at = :now + 1 - ahead.nth
      FROM ahead
     WHERE route.feed_no = ahead.feed_no AND route.entry_id = ahead.entry_id";

/// What came while the clock was ahead, each kind of instant that it left.
const MEND: [&str; 8] = [
    "INSERT OR IGNORE INTO temp.ahead SELECT id FROM entry WHERE first_seen_at > :now OR updated_at > :now",
    "UPDATE text SET seen_at = :now WHERE seen_at > :now AND entry_id IN (SELECT id FROM temp.ahead)",
    "UPDATE revision SET seen_at = :now WHERE seen_at > :now AND entry_id IN (SELECT id FROM temp.ahead)",
    "UPDATE entry
        SET first_seen_at = min(first_seen_at, :now), updated_at = min(updated_at, :now)
      WHERE id IN (SELECT id FROM temp.ahead)",
    "UPDATE poll SET first_at = min(first_at, :now), last_at = :now WHERE last_at > :now",
    "UPDATE source
        SET last_success_at = min(last_success_at, :now), last_new_at = min(last_new_at, :now)
      WHERE last_success_at > :now OR last_new_at > :now",
    // Whether they belong hung on when they were first seen.
    "UPDATE feed
        SET made_by = iif(EXISTS (SELECT 1 FROM temp.ahead), NULL, made_by),
            updated_at = min(updated_at, :now), changed_at = :now",
    // One that stays ahead would keep all that follow it from being pruned.
    "UPDATE change SET at = :now WHERE at > :now",
];

/// No article waits a day for another try.
const LATE_ARTICLES: &str = "UPDATE article SET due_at = :now WHERE due_at > :now + 86400000";

const BEGIN: &str = "
    CREATE TEMP TABLE IF NOT EXISTS ahead (id INTEGER PRIMARY KEY);
    DELETE FROM temp.ahead";

const COUNT: &str = "SELECT count(*) FROM temp.ahead";

/// See [`Clocks::mend_times`](crate::store::Clocks::mend_times).
pub fn mend_times(c: &Connection, now: Timestamp) -> Result<usize> {
    let belief = belief(c)?;
    if !is_credible(belief, now) {
        // It is this clock that is wrong: what was dated right stays so, and
        // what arrives goes on to stand above it.
        if let Some(belief) = belief {
            places(c, belief.at)?;
        }
        return Ok(0);
    }
    if let Some(belief) = belief.filter(|belief| belief.at > now) {
        set_belief(c, Belief { at: now, since: belief.since.min(now) })?;
    }
    at(c, LATE_ARTICLES, now)?;
    if !is(c, IS_AHEAD, now)? {
        return Ok(places(c, now)?);
    }
    c.execute_batch(BEGIN)?;
    let moved = at(c, MOVE, now)?;
    for query in MEND {
        at(c, query, now)?;
    }
    carriers(c, now)?;
    outbox::tell_all(c, ChangeKind::Mended, now)?;
    let mended = c.query_row(COUNT, [], |r| r.get::<_, u32>(0))?;
    Ok(moved.max(mended as usize))
}

const TOUCH_FEEDS: &str = "
    UPDATE feed
       SET changed_at = max(coalesce(changed_at, 0), :now)";

/// Moves what stands ahead of `head` to before it; returns how many places that were.
fn places(c: &Connection, head: Timestamp) -> rusqlite::Result<usize> {
    if !is(c, STANDS_AHEAD, head)? {
        return Ok(0);
    }
    at(c, TOUCH_FEEDS, head)?;
    outbox::tell_all(c, ChangeKind::Mended, head)?;
    at(c, MOVE, head)
}

fn at(c: &Connection, query: &str, now: Timestamp) -> rusqlite::Result<usize> {
    c.prepare_cached(query)?.execute(named_params! { ":now": now.millis() })
}

fn is(c: &Connection, query: &str, now: Timestamp) -> rusqlite::Result<bool> {
    c.prepare_cached(query)?.query_row(named_params! { ":now": now.millis() }, |r| r.get(0))
}
