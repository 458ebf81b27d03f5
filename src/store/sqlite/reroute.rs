//! A changed filter's decisions about stored entries.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::commit::{Row, rows};
use super::place::standing_code;
use super::write::{SET_ROUTE, feed_no, touch_feed};
use super::{history, rematch, tree};
use crate::clock::Timestamp;
use crate::model::{EntryId, FeedId};
use crate::store::codec::Trees;
use crate::store::rules::Placing;
use crate::store::{Decided, Gained, Gains, Rerouting, Result, StepMade, TextHash};

/// New decisions ready to be written.
pub struct Prepared {
    feeds: Vec<FeedId>,
    entries: Vec<(EntryId, TextHash, Vec<Row>)>,
    gained: Gained,
    at: Timestamp,
    step: Option<StepMade>,
    trees: Trees,
}

/// Encodes the evidence; runs off the writer.
pub fn prepare(work: Rerouting) -> Result<Prepared> {
    let Rerouting { feeds, entries, gained, at, step } = work;
    let mut trees = Trees::default();
    let rows = |d: &Decided| Ok((d.entry, d.version, rows(&d.routes, &mut trees)?));
    let entries = entries.iter().map(rows).collect::<Result<_>>()?;
    Ok(Prepared { feeds, entries, gained, at, step, trees })
}

/// See [`Past::reroute`](crate::store::Past::reroute).
pub fn reroute(c: &Connection, work: &Prepared) -> Result<Gains> {
    let mut gains = Gains::new();
    if let Some(step) = &work.step {
        rematch::check(c, step.run)?;
    }
    tree::keep(c, &work.trees)?;
    let mut stands = Vec::with_capacity(work.entries.len());
    for (id, version, rows) in &work.entries {
        if history::current(c, *id)? == Some(*version) {
            stands.push((*id, rows.as_slice()));
        }
    }
    for feed in &work.feeds {
        let Some(no) = feed_no(c, feed)? else { continue };
        let one = Feed { c, feed, no, work, entries: &stands };
        gains.insert(feed.clone(), one.decide()?);
    }
    if let Some(step) = &work.step {
        rematch::note(c, step, &gains)?;
    }
    Ok(gains)
}

struct Feed<'a> {
    c: &'a Connection,
    feed: &'a FeedId,
    no: i64,
    work: &'a Prepared,
    entries: &'a [(EntryId, &'a [Row])],
}

const CURRENT: &str = "
    SELECT admitted, sort_at, standing
      FROM route
     WHERE entry_id = :entry AND feed_no = :feed";

const DROP: &str = "
    DELETE FROM route
     WHERE entry_id = :entry AND feed_no = :feed";

const UPDATED: &str = "SELECT updated_at FROM entry WHERE id = :entry";

impl Feed<'_> {
    fn decide(&self) -> rusqlite::Result<(usize, usize)> {
        let (mut gained, mut lost, mut newest) = (0, 0, Timestamp::EPOCH);
        for (id, rows) in self.entries {
            let read = |r: &rusqlite::Row<'_>| Ok((r.get(0)?, Timestamp::from_millis(r.get(1)?), r.get(2)?));
            let place = named_params! { ":entry": id.0, ":feed": self.no };
            let before: Option<(bool, Timestamp, Option<i64>)> =
                self.c.prepare_cached(CURRENT)?.query_row(place, read).optional()?;
            let row = rows.iter().find(|row| row.feed == *self.feed);
            let was_in = before.is_some_and(|(admitted, ..)| admitted);
            let is_in = row.is_some_and(|row| row.admitted);
            match (row, before) {
                (None, None) => {}
                (None, Some(_)) => drop(self.c.prepare_cached(DROP)?.execute(place)?),
                (Some(row), _) => {
                    let updated = self.updated(*id)?;
                    let (sort_at, standing) = match (before, self.work.gained) {
                        (_, Gained::AsNew) if is_in && !was_in => (self.work.at, Some(standing_code(Placing::Arrived))),
                        (Some((_, sort_at, standing)), _) => (sort_at, standing),
                        (None, _) => (updated, None),
                    };
                    self.c.prepare_cached(SET_ROUTE)?.execute(named_params! {
                        ":entry": id.0, ":feed": self.no, ":admitted": is_in, ":sort_at": sort_at.millis(),
                        ":standing": standing, ":evidence": row.evidence,
                    })?;
                    // What is announced changes the feed now, as news does.
                    let changed = match self.work.gained {
                        Gained::AsNew if is_in && !was_in => self.work.at,
                        _ => updated,
                    };
                    newest = newest.max(if is_in { changed } else { Timestamp::EPOCH });
                }
            }
            gained += usize::from(is_in && !was_in);
            lost += usize::from(was_in && !is_in);
        }
        if gained + lost > 0 {
            let difference = i64::try_from(gained).unwrap_or(0) - i64::try_from(lost).unwrap_or(0);
            touch_feed(self.c, self.feed, newest, difference, self.work.at)?;
        }
        Ok((gained, lost))
    }

    fn updated(&self, id: EntryId) -> rusqlite::Result<Timestamp> {
        self.c
            .prepare_cached(UPDATED)?
            .query_row(named_params! { ":entry": id.0 }, |r| r.get(0).map(Timestamp::from_millis))
    }
}
