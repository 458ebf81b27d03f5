//! Rows that say which feeds take an entry.

use std::collections::HashMap;

use super::tail::Tail;
use crate::clock::Timestamp;
use crate::model::FeedId;
use crate::store::Result;
use crate::store::codec::{placing, placing_code};
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::rules::{Placing, RouteBefore};

const FEEDS: &str = "SELECT no, id FROM feed WHERE id = ANY($1::text[])";

/// The numbers of feeds, of those that the store knows.
pub async fn feed_numbers(tx: &Tx, feeds: impl IntoIterator<Item = &FeedId>) -> Result<HashMap<FeedId, i64>> {
    let named: HashMap<&str, &FeedId> = feeds.into_iter().map(|feed| (feed.as_str(), feed)).collect();
    let names: Vec<SqlText<'_>> = named.keys().map(|name| SqlText(name)).collect();
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let mut numbers = HashMap::new();
    for row in &tx.rows(FEEDS, &[names.param()]).await? {
        let name: String = column(row, "id")?;
        if let Some(feed) = named.get(name.as_str()) {
            numbers.insert(FeedId::clone(feed), column(row, "no")?);
        }
    }
    Ok(numbers)
}

/// A feed that has decided about an entry.
#[derive(Clone, Debug)]
pub struct RoutedBefore {
    /// Its number.
    pub feed_no: i64,
    /// Its name.
    pub feed: String,
    /// What it said.
    pub route: RouteBefore,
}

const ROUTED: &str = "
    SELECT r.entry_id, r.feed_no, f.id AS feed, r.admitted, r.sort_at, r.standing
      FROM route r
      JOIN feed f ON f.no = r.feed_no
     WHERE r.entry_id = ANY($1::bigint[])";

/// By entry: what feeds have decided about it.
pub async fn routed(tx: &Tx, entries: &Vec<i64>) -> Result<HashMap<i64, Vec<RoutedBefore>>> {
    let mut all: HashMap<i64, Vec<RoutedBefore>> = HashMap::new();
    if entries.is_empty() {
        return Ok(all);
    }
    for row in &tx.rows(ROUTED, &[entries.param()]).await? {
        let standing = column::<Option<i16>>(row, "standing")?;
        let route = RouteBefore {
            admitted: column(row, "admitted")?,
            sort_at: Timestamp::from_millis(column(row, "sort_at")?),
            standing: placing(standing.map(i64::from)),
        };
        let routed = RoutedBefore { feed_no: column(row, "feed_no")?, feed: column(row, "feed")?, route };
        all.entry(column(row, "entry_id")?).or_default().push(routed);
    }
    Ok(all)
}

/// Rows that are written together, each of an entry and a feed once.
#[derive(Default)]
pub struct RouteWrites<'a> {
    set: SetRoutes<'a>,
    dropped: Vec<(i64, i64)>,
}

#[derive(Default)]
struct SetRoutes<'a> {
    entries: Vec<i64>,
    feeds: Vec<i64>,
    admitted: Vec<bool>,
    sort_at: Vec<i64>,
    standing: Vec<Option<i16>>,
    evidence: Vec<SqlText<'a>>,
}

/// Where an entry stands in a feed, or would stand.
#[derive(Clone, Copy, Debug)]
pub struct Stands {
    /// Whether it is in.
    pub admitted: bool,
    /// Where.
    pub sort_at: Timestamp,
    /// Why there.
    pub standing: Option<Placing>,
}

const SET: &str = "
    INSERT INTO route (entry_id, feed_no, admitted, sort_at, standing, evidence)
    SELECT *
      FROM unnest($1::bigint[], $2::bigint[], $3::bool[], $4::bigint[], $5::smallint[], $6::text[])
        ON CONFLICT (entry_id, feed_no) DO UPDATE
       SET admitted = excluded.admitted, sort_at = excluded.sort_at, standing = excluded.standing,
           evidence = excluded.evidence";

const DROP: &str = "
    DELETE FROM route r
     USING unnest($1::bigint[], $2::bigint[]) AS q (entry_id, feed_no)
     WHERE r.entry_id = q.entry_id AND r.feed_no = q.feed_no";

impl<'a> RouteWrites<'a> {
    /// Sets what a feed says of an entry.
    pub fn set(
        &mut self,
        tail: &mut Tail,
        (entry, feed_no): (i64, i64),
        before: Option<RouteBefore>,
        stands: Stands,
        evidence: &'a str,
    ) {
        tail.stands(feed_no, before, stands.admitted.then_some(stands.sort_at));
        self.set.entries.push(entry);
        self.set.feeds.push(feed_no);
        self.set.admitted.push(stands.admitted);
        self.set.sort_at.push(stands.sort_at.millis());
        self.set.standing.push(stands.standing.map(placing_code));
        self.set.evidence.push(SqlText(evidence));
    }

    /// Has a feed say nothing of an entry any more.
    pub fn drop(&mut self, tail: &mut Tail, entry: i64, before: &RoutedBefore) {
        tail.stands(before.feed_no, Some(before.route), None);
        self.dropped.push((entry, before.feed_no));
    }

    /// Writes them.
    pub async fn write(&self, tx: &Tx) -> Result<()> {
        let SetRoutes { entries, feeds, admitted, sort_at, standing, evidence } = &self.set;
        let set =
            [entries.param(), feeds.param(), admitted.param(), sort_at.param(), standing.param(), evidence.param()];
        let (dropped, from): (Vec<i64>, Vec<i64>) = self.dropped.iter().copied().unzip();
        let drop = [dropped.param(), from.param()];
        let (gone, kept) = (tx.over(dropped.len(), DROP, &drop), tx.over(entries.len(), SET, &set));
        tokio::try_join!(biased; gone, kept)?;
        Ok(())
    }
}
