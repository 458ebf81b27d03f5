//! A changed filter's decisions about stored entries.

use rusqlite::{Connection, params};

use super::commit::{SET_ROUTE, current_route, drop_route, feed_no, touch_feed};
use super::row::database;
use crate::clock::Timestamp;
use crate::model::{EntryId, FeedId, Route};
use crate::store::Result;
use crate::store::codec::write_evidence;

/// See [`Store::reroute`](crate::store::Store::reroute).
pub fn reroute(c: &Connection, feed: &FeedId, routes: &[(EntryId, Option<Route>)]) -> Result<(usize, usize)> {
    let run = || -> Result<(usize, usize)> {
        let (mut gained, mut lost, mut newest) = (0, 0, Timestamp::EPOCH);
        let Some(no) = feed_no(c, feed).map_err(|e| database(&e))? else { return Ok((0, 0)) };
        for (id, route) in routes {
            let before = current_route(c, *id, feed).map_err(|e| database(&e))?;
            let was_in = before.is_some_and(|(admitted, _)| admitted);
            let kept = route.as_ref().filter(|route| !route.found_nothing());
            let is_in = kept.is_some_and(|route| route.admitted);
            let updated = entry_updated(c, *id).map_err(|e| database(&e))?;
            match kept {
                None => drop_route(c, *id, feed).map_err(|e| database(&e))?,
                Some(route) => {
                    // Silent: what is gained stands where its date puts it, not on top.
                    let sort_at = before.map_or(updated, |(_, sort_at)| sort_at);
                    let evidence = write_evidence(route)?;
                    c.prepare_cached(SET_ROUTE)
                        .and_then(|mut s| s.execute(params![id.0, no, is_in, sort_at.millis(), evidence]))
                        .map_err(|e| database(&e))?;
                }
            }
            gained += usize::from(is_in && !was_in);
            lost += usize::from(was_in && !is_in);
            newest = newest.max(if is_in { updated } else { Timestamp::EPOCH });
        }
        let difference = i64::try_from(gained).unwrap_or(0) - i64::try_from(lost).unwrap_or(0);
        if gained + lost > 0 {
            touch_feed(c, feed, newest, difference, newest).map_err(|e| database(&e))?;
        }
        Ok((gained, lost))
    };
    run()
}

fn entry_updated(c: &Connection, id: EntryId) -> rusqlite::Result<Timestamp> {
    c.prepare_cached("SELECT updated_at FROM entry WHERE id = ?1")?
        .query_row([id.0], |r| r.get(0).map(Timestamp::from_millis))
}
