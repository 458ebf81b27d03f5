//! Places at the heads of feeds, and which of them entries of one source take because they
//! were revised.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::{EntryId, FeedId};
use crate::store::codec::placing_code;
use crate::store::postgres::link::tx::{Tx, Typed, column};
use crate::store::rules::{HeadShare, Placing};
use crate::store::{Result, Share};

/// Entries of a source at the heads of feeds.
#[derive(Default)]
pub struct FeedHeads<'a> {
    shares: Option<&'a BTreeMap<FeedId, Share>>,
    revised: HashMap<FeedId, HashSet<i64>>,
}

const REVISED: &str = "
    SELECT w.feed_no, h.entry_id
      FROM unnest($1::bigint[], $2::bigint[]) AS w (feed_no, places)
     CROSS JOIN LATERAL (SELECT r.entry_id, r.standing
                           FROM route r
                          WHERE r.feed_no = w.feed_no AND r.admitted
                          ORDER BY r.sort_at DESC, r.entry_id DESC
                          LIMIT w.places) h
      JOIN entry e ON e.id = h.entry_id
     WHERE h.standing = $4::smallint AND e.source_no = $3::bigint";

impl<'a> FeedHeads<'a> {
    /// Those of a source whose revised entries may take these shares.
    pub fn of(shares: &'a BTreeMap<FeedId, Share>) -> FeedHeads<'a> {
        FeedHeads { shares: Some(shares), revised: HashMap::new() }
    }

    /// Looks at feeds that were not looked at yet.
    pub async fn look(&mut self, tx: &Tx, source: i64, feeds: impl Iterator<Item = (&FeedId, i64)>) -> Result<()> {
        let Some(shares) = self.shares else { return Ok(()) };
        let (mut numbers, mut places, mut names) = (Vec::new(), Vec::new(), HashMap::new());
        for (feed, no) in feeds {
            let Some(share) = shares.get(feed).filter(|_| !self.revised.contains_key(feed)) else { continue };
            if names.insert(no, feed).is_none() {
                numbers.push(no);
                places.push(i64::try_from(share.places).unwrap_or(i64::MAX));
            }
        }
        if numbers.is_empty() {
            return Ok(());
        }
        let revised = placing_code(Placing::Revised);
        let rows = tx.rows(REVISED, &[numbers.param(), places.param(), source.param(), revised.param()]).await?;
        self.revised.extend(names.values().map(|feed| (FeedId::clone(feed), HashSet::new())));
        for row in &rows {
            if let Some(met) = names.get(&column(row, "feed_no")?).and_then(|feed| self.revised.get_mut(*feed)) {
                met.insert(column(row, "entry_id")?);
            }
        }
        Ok(())
    }

    /// How many places at the head of `feed` revised entries of the source take besides
    /// `entry`, and how many they may.
    pub fn taken(&self, feed: &FeedId, entry: EntryId) -> HeadShare {
        let Some(share) = self.shares.and_then(|shares| shares.get(feed)) else { return HeadShare::default() };
        let taken = self.revised.get(feed).map_or(0, |met| met.len() - usize::from(met.contains(&entry.0)));
        HeadShare { taken, share: Some(*share) }
    }

    /// A revision has brought `entry` to the head of `feed`.
    pub fn took(&mut self, feed: &FeedId, entry: EntryId) {
        self.revised.entry(feed.clone()).or_default().insert(entry.0);
    }
}
