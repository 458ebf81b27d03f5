//! Entries: what is known of them, pages of feeds, one with its history.

use std::collections::{BTreeMap, HashSet};

use rusqlite::{Connection, OptionalExtension, ToSql, named_params};

use crate::clock::Timestamp;
use crate::limits::VERSIONS_SHOWN;
use crate::model::{Asked, EntryId, EntryKey, FeedId, FeedPosition, Known, Published, Route, SourceId};
use crate::store::codec::{Decoder, Reader, RouteRow, Surroundings, change, feed_id, read_route, whole};
use crate::store::rules::{KnownWindow, LinkHashes, Placing};
use crate::store::sqlite::read::published::{published_columns, published_row};
use crate::store::sqlite::read::row::{self, known_columns};
use crate::store::sqlite::write::{articles, routes, tree};
use crate::store::{EntryRecord, EntryRef, Result, Version};

const SOURCE: &str = "SELECT no FROM source WHERE id = :id AND entries > 0";

const BY_ID: &str = concat!(
    "
    SELECT ",
    known_columns!(),
    "
      FROM entry
     WHERE id = :id"
);

const BY_KEY: &str = concat!(
    "
    SELECT ",
    known_columns!(),
    "
      FROM entry
     WHERE source_no = :source AND key = :key"
);

/// Of entries that share a page with one asked about, so many are looked at.
const BY_PAGE: &str = concat!(
    "
    SELECT ",
    known_columns!(),
    "
      FROM entry
     WHERE page_hash = :hash AND source_no = :source
     LIMIT 5"
);

/// Those that an earlier version stored.
const BY_LINK: &str = concat!(
    "
    SELECT ",
    known_columns!(),
    "
      FROM entry
     WHERE link_hash = :hash AND source_no = :source
     LIMIT 5"
);

/// See [`Commit::known`](crate::store::Commit::known).
pub fn known(c: &Connection, source: &SourceId, window: &[EntryId], asked: &[Asked]) -> Result<Vec<Known>> {
    let no: Option<i64> =
        c.prepare_cached(SOURCE)?.query_row(named_params! { ":id": source.as_str() }, |r| r.get(0)).optional()?;
    let Some(no) = no else { return Ok(Vec::new()) };
    let mut found: Vec<Known> = Vec::new();
    for id in window {
        found.extend(c.prepare_cached(BY_ID)?.query_row(named_params! { ":id": id.0 }, row::known).optional()?);
    }
    let mut seen: HashSet<EntryId> = found.iter().map(|k| k.entry).collect();
    let listed = KnownWindow::of(&found);
    for ask in asked.iter().filter(|ask| !listed.answers(ask)) {
        for key in &ask.keys {
            let held = named_params! { ":source": no, ":key": key.0 };
            let hit = c.prepare_cached(BY_KEY)?.query_row(held, row::known).optional()?;
            found.extend(hit.filter(|k| seen.insert(k.entry)));
        }
        for (query, hash) in [(BY_PAGE, ask.page), (BY_LINK, ask.link)] {
            let Some(hash) = hash else { continue };
            let mut statement = c.prepare_cached(query)?;
            let hits: Vec<Known> = statement
                .query_map(named_params! { ":source": no, ":hash": hash }, row::known)?
                .collect::<rusqlite::Result<_>>()?;
            found.extend(hits.into_iter().filter(|k| seen.insert(k.entry)));
        }
    }
    Ok(found)
}

const FEED_PAGE: &str = concat!(
    "
    SELECT ",
    published_columns!(),
    ", r.sort_at, r.evidence
      FROM route r
      JOIN entry e ON e.id = r.entry_id
      JOIN source s ON s.no = e.source_no
      JOIN text t ON t.entry_id = e.id
      LEFT JOIN newswire w ON w.entry_id = e.id
     WHERE r.feed_no = (SELECT no FROM feed WHERE id = :feed)
       AND r.admitted = 1
       AND (r.sort_at, r.entry_id) < (:at, :entry)
     ORDER BY r.sort_at DESC, r.entry_id DESC"
);

/// See [`Entries::feed_page`](crate::store::Entries::feed_page). What is damaged is
/// gone past: the page is as full without it.
pub fn feed_page(c: &Connection, feed: &FeedId, before: Option<FeedPosition>, limit: usize) -> Result<Vec<Published>> {
    let before = before.unwrap_or(FeedPosition { at: Timestamp::NEVER, entry: EntryId(i64::MAX) });
    let mut statement = c.prepare_cached(FEED_PAGE)?;
    let place = named_params! { ":feed": feed.as_str(), ":at": before.at.millis(), ":entry": before.entry.0 };
    let mut rows = statement.query(place)?;
    let (mut reader, mut found) = (Reader::new(), Vec::new());
    while found.len() < limit {
        let Some(row) = rows.next()? else { break };
        found.extend(reader.whole(row.get("id").unwrap_or_default(), published_row(row))?);
    }
    Ok(found)
}

/// An entry whose text was pruned is shown by its identity alone.
const RECORD: &str = concat!(
    "
    SELECT ",
    published_columns!(),
    ", e.first_seen_at AS sort_at, NULL AS evidence, t.seen_at, t.change
      FROM entry e
      JOIN source s ON s.no = e.source_no
      LEFT JOIN text t ON t.entry_id = e.id
      LEFT JOIN newswire w ON w.entry_id = e.id
     WHERE e.id = :id"
);

/// See [`Entries::entry`](crate::store::Entries::entry).
pub fn record(c: &Connection, wanted: &EntryRef) -> Result<Option<EntryRecord>> {
    let Some(id) = find(c, wanted)? else { return Ok(None) };
    let mut statement = c.prepare_cached(RECORD)?;
    let mut rows = statement.query(named_params! { ":id": id })?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let read = Reader::new().read(published_row(row)?)?;
    let seen_at: Option<i64> = row.get("seen_at")?;
    Ok(Some(read.record(Surroundings {
        seen_at: seen_at.map(Timestamp::from_millis),
        change: change(row.get("change")?),
        earlier: revisions(c, id, row::key(row, id)?)?,
        routes: routes(c, id)?,
        places: places(c, EntryId(id))?,
        article: articles::said(c, id)?,
    })))
}

fn find(c: &Connection, wanted: &EntryRef) -> rusqlite::Result<Option<i64>> {
    let one = |query: &str, value: &dyn ToSql| {
        c.prepare_cached(query)?.query_row(named_params! { ":wanted": value }, |r| r.get(0)).optional()
    };
    match wanted {
        EntryRef::Id(id) => one(OF_ID, &id.0),
        EntryRef::Iri(iri) => {
            if let Some(id) = one(OF_IRI, iri)? {
                return Ok(Some(id));
            }
            let LinkHashes { pages, link } = LinkHashes::of(iri);
            for (query, hash) in [(OF_PAGE, pages[0]), (OF_PAGE, pages[1]), (OF_LINK, link)] {
                if let Some(hash) = hash
                    && let Some(id) = one(query, &hash)?
                {
                    return Ok(Some(id));
                }
            }
            Ok(None)
        }
    }
}

const OF_ID: &str = "SELECT id FROM entry WHERE id = :wanted";

const OF_IRI: &str = "SELECT id FROM entry WHERE published_id = :wanted";

const OF_PAGE: &str = "
    SELECT min(id)
      FROM entry
     WHERE page_hash = :wanted
    HAVING count(*) > 0";

/// Of entries that an earlier version stored.
const OF_LINK: &str = "
    SELECT min(id)
      FROM entry
     WHERE link_hash = :wanted
    HAVING count(*) > 0";

fn places(c: &Connection, id: EntryId) -> rusqlite::Result<BTreeMap<FeedId, Placing>> {
    let admitted = routes::current_routes(c, id)?.into_iter().filter(|routed| routed.route.admitted);
    Ok(admitted.filter_map(|routed| Some((FeedId::new(&routed.feed).ok()?, routed.route.standing?))).collect())
}

const REVISIONS: &str = "
    SELECT seen_at, change, body
      FROM revision
     WHERE entry_id = :entry
     ORDER BY number DESC
     LIMIT :limit";

fn revisions(c: &Connection, id: i64, key: EntryKey) -> Result<Vec<Version>> {
    // The current version is one of them.
    let most = i64::try_from(VERSIONS_SHOWN.most).unwrap_or(i64::MAX) - 1;
    let mut statement = c.prepare_cached(REVISIONS)?;
    let rows: Vec<(i64, Option<i64>, Vec<u8>)> = statement
        .query_map(named_params! { ":entry": id, ":limit": most }, |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .and_then(Iterator::collect)?;
    let mut decoder = Decoder::new();
    let mut version = |(seen_at, code, body): (i64, Option<i64>, Vec<u8>)| {
        let entry = whole(id, decoder.stored(&body, key))?;
        Ok(Version { seen_at: Timestamp::from_millis(seen_at), change: change(code), entry })
    };
    rows.into_iter().map(&mut version).collect()
}

const ROUTES: &str = "
    SELECT f.id, r.admitted, r.evidence
      FROM route r
      JOIN feed f ON f.no = r.feed_no
     WHERE r.entry_id = :entry
     ORDER BY f.id";

fn routes(c: &Connection, id: i64) -> Result<Vec<Route>> {
    let mut statement = c.prepare_cached(ROUTES)?;
    let rows: Vec<(String, bool, String)> = statement
        .query_map(named_params! { ":entry": id }, |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .and_then(Iterator::collect)?;
    let route = |(feed, admitted, evidence): (String, bool, String)| {
        let feed = feed_id(&feed)?;
        read_route(RouteRow { feed, admitted, evidence: &evidence }, |hash| tree::find(c, hash))
    };
    rows.into_iter().map(route).collect()
}
