//! Rows that say which feeds take an entry, and what becomes of a feed by them.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::clock::Timestamp;
use crate::model::{EntryId, FeedId};
use crate::store::codec::placing;
use crate::store::rules::{FeedTally, Moment, RouteBefore};

pub const SET_ROUTE: &str = "
    INSERT INTO route (entry_id, feed_no, admitted, sort_at, standing, evidence)
    VALUES (:entry, :feed, :admitted, :sort_at, :standing, :evidence)
    ON CONFLICT (entry_id, feed_no)
    DO UPDATE SET admitted = excluded.admitted, sort_at = excluded.sort_at, standing = excluded.standing,
                  evidence = excluded.evidence";

const FIRST_SEEN: &str = "SELECT first_seen_at FROM entry WHERE id = :id";

const UPDATED: &str = "SELECT updated_at FROM entry WHERE id = :id";

/// An instant that a rule names of an entry.
pub fn moment(c: &Connection, id: EntryId, moment: Moment) -> rusqlite::Result<Timestamp> {
    let query = match moment {
        Moment::At(at) => return Ok(at),
        Moment::FirstSeen => FIRST_SEEN,
        Moment::Updated => UPDATED,
    };
    c.prepare_cached(query)?.query_row(named_params! { ":id": id.0 }, |r| r.get(0).map(Timestamp::from_millis))
}

const TOUCH_FEED: &str = "
    UPDATE feed
       SET updated_at = max(coalesce(updated_at, 0), :changed),
           entries = entries + :gained,
           changed_at = max(coalesce(changed_at, 0) + 1, :now)
     WHERE id = :id";

/// Writes down what becomes of a feed, of which its readers are told.
pub fn touch_feed(c: &Connection, feed: &FeedId, tally: &FeedTally, now: Timestamp) -> rusqlite::Result<()> {
    let touched = named_params! {
        ":id": feed.as_str(), ":changed": tally.changed_at.millis(), ":gained": tally.difference(),
        ":now": now.millis(),
    };
    c.prepare_cached(TOUCH_FEED)?.execute(touched).map(drop)
}

const FEED_NO: &str = "SELECT no FROM feed WHERE id = :id";

pub fn feed_no(c: &Connection, feed: &FeedId) -> rusqlite::Result<Option<i64>> {
    c.prepare_cached(FEED_NO)?.query_row(named_params! { ":id": feed.as_str() }, |r| r.get(0)).optional()
}

/// A feed that has decided about an entry.
pub struct Routed {
    pub feed: String,
    pub route: RouteBefore,
}

const ROUTES: &str = "
    SELECT f.id, r.admitted, r.sort_at, r.standing
      FROM route r JOIN feed f ON f.no = r.feed_no
     WHERE r.entry_id = :entry";

pub fn current_routes(c: &Connection, id: EntryId) -> rusqlite::Result<Vec<Routed>> {
    let read = |r: &rusqlite::Row<'_>| {
        let (sort_at, standing) = (Timestamp::from_millis(r.get(2)?), placing(r.get(3)?));
        Ok(Routed { feed: r.get(0)?, route: RouteBefore { admitted: r.get(1)?, sort_at, standing } })
    };
    c.prepare_cached(ROUTES)?.query_map(named_params! { ":entry": id.0 }, read)?.collect()
}

const DROP_ROUTE: &str = "
    DELETE FROM route
     WHERE entry_id = :entry AND feed_no = (SELECT no FROM feed WHERE id = :feed)";

pub fn drop_route(c: &Connection, id: EntryId, feed: &str) -> rusqlite::Result<()> {
    c.prepare_cached(DROP_ROUTE)?.execute(named_params! { ":entry": id.0, ":feed": feed }).map(drop)
}
