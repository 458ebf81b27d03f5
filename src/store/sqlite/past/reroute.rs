//! A changed filter's decisions about stored entries.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::clock::Timestamp;
use crate::model::{EntryId, FeedId};
use crate::store::codec::{placing, placing_code};
use crate::store::prepared::{PreparedRerouting, WrittenRoute};
use crate::store::rules::{Anew, FeedTally, HeadShare, RouteBefore, RouteChange, Ruling, restands};
use crate::store::sqlite::past::{history, in_force, rematch};
use crate::store::sqlite::write::routes::{SET_ROUTE, feed_no, moment, touch_feed};
use crate::store::sqlite::write::{outbox, tree};
use crate::store::{ChangeKind, Gains, Result};

/// See [`Past::reroute`](crate::store::Past::reroute).
pub fn reroute(c: &Connection, work: &PreparedRerouting) -> Result<Gains> {
    let mut gains = Gains::new();
    if let Some(step) = &work.step {
        rematch::check(c, step.run)?;
    }
    if let Some(by) = &work.again_by {
        in_force::check(c, by)?;
    }
    tree::keep(c, &work.trees)?;
    let mut stands = Vec::with_capacity(work.entries.len());
    for (id, version, rows) in &work.entries {
        if history::current(c, *id)? == Some(*version) {
            stands.push((*id, rows.as_slice()));
        }
    }
    if work.again_by.is_some() {
        stands.iter().try_for_each(|(id, _)| in_force::decided(c, *id))?;
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
    work: &'a PreparedRerouting,
    entries: &'a [(EntryId, &'a [WrittenRoute])],
}

const CURRENT: &str = "
    SELECT admitted, sort_at, standing
      FROM route
     WHERE entry_id = :entry AND feed_no = :feed";

const DROP: &str = "
    DELETE FROM route
     WHERE entry_id = :entry AND feed_no = :feed";

impl Feed<'_> {
    /// See [`restands`]. Returns how many entries the feed gained and lost.
    fn decide(&self) -> rusqlite::Result<(usize, usize)> {
        let anew = Anew::Rematched { gained: self.work.gained, at: self.work.at };
        let mut tally = FeedTally::default();
        for (id, rows) in self.entries {
            let row = rows.iter().find(|row| row.feed == *self.feed);
            let ruling = row.map_or(Ruling::Silent, WrittenRoute::ruling);
            let effect = match restands(self.before(*id)?, ruling, anew, HeadShare::default()) {
                RouteChange::Nothing => continue,
                RouteChange::Dropped(effect) => {
                    let place = named_params! { ":entry": id.0, ":feed": self.no };
                    self.c.prepare_cached(DROP)?.execute(place)?;
                    effect
                }
                RouteChange::Set { sort_at, standing, effect } => {
                    self.c.prepare_cached(SET_ROUTE)?.execute(named_params! {
                        ":entry": id.0, ":feed": self.no, ":admitted": ruling == Ruling::In,
                        ":sort_at": moment(self.c, *id, sort_at)?.millis(), ":standing": standing.map(placing_code),
                        ":evidence": row.map(|row| row.evidence.as_str()),
                    })?;
                    effect
                }
            };
            let changed_at = effect.changed.map(|at| moment(self.c, *id, at)).transpose()?;
            tally.add(effect, changed_at);
            if let Some(kind) = effect.announced(self.work.gained) {
                outbox::tell(self.c, self.no, Some(*id), kind, self.work.at)?;
            }
        }
        if tally.is_told {
            touch_feed(self.c, self.feed, &tally, self.work.at)?;
        }
        if tally.is_rematched(self.work.gained) {
            outbox::tell(self.c, self.no, None, ChangeKind::Rematched, self.work.at)?;
        }
        Ok((tally.entered, tally.left))
    }

    fn before(&self, id: EntryId) -> rusqlite::Result<Option<RouteBefore>> {
        let read = |r: &rusqlite::Row<'_>| {
            let sort_at = Timestamp::from_millis(r.get("sort_at")?);
            Ok(RouteBefore { admitted: r.get("admitted")?, sort_at, standing: placing(r.get("standing")?) })
        };
        let place = named_params! { ":entry": id.0, ":feed": self.no };
        self.c.prepare_cached(CURRENT)?.query_row(place, read).optional()
    }
}
