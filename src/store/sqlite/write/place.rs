//! Places at the heads of feeds, and who takes them.

use std::collections::{BTreeMap, HashSet};

use rusqlite::{Connection, named_params};

use crate::model::{EntryId, FeedId};
use crate::store::Share;
use crate::store::codec::placing_code;
use crate::store::rules::{HeadShare, Placing};

/// Which entries of one source stand at the heads of feeds because they were revised.
pub struct Heads<'a> {
    c: &'a Connection,
    source: i64,
    pub shares: Option<&'a BTreeMap<FeedId, Share>>,
    met: BTreeMap<FeedId, HashSet<i64>>,
}

const REVISED_AT_HEAD: &str = "
    SELECT h.entry_id
      FROM (SELECT r.entry_id, r.standing
              FROM route r
             WHERE r.feed_no = (SELECT no FROM feed WHERE id = :feed) AND r.admitted = 1
             ORDER BY r.sort_at DESC, r.entry_id DESC
             LIMIT :places) h
      JOIN entry e ON e.id = h.entry_id
     WHERE h.standing = :revised AND e.source_no = :source";

impl<'a> Heads<'a> {
    pub fn new(c: &'a Connection, source: i64) -> Self {
        Heads { c, source, shares: None, met: BTreeMap::new() }
    }

    /// How many places at the head of `feed` revised entries of the source take
    /// besides `entry`, and how many they may.
    pub fn taken(&mut self, feed: &FeedId, entry: EntryId) -> rusqlite::Result<HeadShare> {
        let Some(share) = self.shares.and_then(|shares| shares.get(feed)) else { return Ok(HeadShare::default()) };
        if !self.met.contains_key(feed) {
            let revised = self
                .c
                .prepare_cached(REVISED_AT_HEAD)?
                .query_map(
                    named_params! {
                        ":feed": feed.as_str(), ":places": i64::try_from(share.places).unwrap_or(i64::MAX),
                        ":revised": placing_code(Placing::Revised), ":source": self.source,
                    },
                    |r| r.get(0),
                )?
                .collect::<rusqlite::Result<_>>()?;
            self.met.insert(feed.clone(), revised);
        }
        let taken = self.met.get(feed).map_or(0, |met| met.len() - usize::from(met.contains(&entry.0)));
        Ok(HeadShare { taken, share: Some(*share) })
    }

    /// A revision has brought `entry` to the head of `feed`.
    pub fn took(&mut self, feed: &FeedId, entry: EntryId) {
        self.met.entry(feed.clone()).or_default().insert(entry.0);
    }
}
