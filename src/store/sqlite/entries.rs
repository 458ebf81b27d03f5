//! Entries: what is known of them, pages of feeds, one with its history.

use std::collections::{BTreeMap, HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, ToSql, named_params, params};

use super::published::{FURTHER, PUBLISHED, Read, Reader};
use super::row::{self, feed_id};
use super::{articles, history, tree, write};
use crate::clock::Timestamp;
use crate::limits::VERSIONS_SHOWN;
use crate::model::{
    Asked, CanonicalUrl, EDITION, EntryId, EntryKey, FeedId, Fingerprint, Known, LooseUrl, Place, Published, Route,
    SourceId, digest,
};
use crate::store::codec::{Decoder, read_evidence};
use crate::store::rules::Placing;
use crate::store::{EntryRecord, EntryRef, Error, Result, Version};

const SOURCE: &str = "SELECT no FROM source WHERE id = ?1 AND entries > 0";

/// Of entries that share a page with one asked about, so many are looked at.
const SHARING: &str = "LIMIT 5";

/// See [`Store::known`](crate::store::Store::known).
pub fn known(c: &Connection, source: &SourceId, window: &[EntryId], asked: &[Asked]) -> Result<Vec<Known>> {
    let no: Option<i64> = c.prepare_cached(SOURCE)?.query_row([source.as_str()], |r| r.get(0)).optional()?;
    let Some(no) = no else { return Ok(Vec::new()) };
    let mut found: Vec<Known> = Vec::new();
    let by_id = format!("SELECT {} FROM entry WHERE id = ?1", row::KNOWN);
    for id in window {
        found.extend(c.prepare_cached(&by_id)?.query_row([id.0], row::known).optional()?);
    }
    let mut seen: HashSet<EntryId> = found.iter().map(|k| k.entry).collect();
    let in_window: HashMap<EntryKey, Fingerprint> = found.iter().map(|k| (k.key, k.print)).collect();
    let mut alike: HashMap<_, usize> = HashMap::new();
    in_window.values().for_each(|p| *alike.entry((p.page, p.title)).or_default() += 1);
    let by_key = format!("SELECT {} FROM entry WHERE source_no = ?1 AND key = ?2", row::KNOWN);
    let by_hash = |hash| format!("SELECT {} FROM entry WHERE {hash} = ?2 AND source_no = ?1 {SHARING}", row::KNOWN);
    let (by_page, by_link) = (by_hash("page_hash"), by_hash("link_hash"));
    for ask in asked {
        // Where ids are numbered or shared, the key is another entry's.
        let holder = ask.keys.first().and_then(|key| in_window.get(key));
        let is_it = |p: &Fingerprint| {
            let page_and_title = (ask.page, ask.title);
            let alone = alike.get(&page_and_title) == Some(&1);
            (p.page, p.title) == page_and_title && (alone || p.material == ask.material)
        };
        if holder.is_some_and(|p| p.edition != EDITION || is_it(p)) {
            continue;
        }
        for key in &ask.keys {
            let hit = c.prepare_cached(&by_key)?.query_row(params![no, key.0], row::known).optional()?;
            found.extend(hit.filter(|k| seen.insert(k.entry)));
        }
        for (query, hash) in [(&by_page, ask.page), (&by_link, ask.link)] {
            let Some(hash) = hash else { continue };
            let mut statement = c.prepare_cached(query)?;
            let hits: Vec<Known> = statement.query_map([no, hash], row::known)?.collect::<rusqlite::Result<_>>()?;
            found.extend(hits.into_iter().filter(|k| seen.insert(k.entry)));
        }
    }
    Ok(found)
}

/// See [`Store::feed_page`](crate::store::Store::feed_page). What is damaged is
/// gone past: the page is as full without it.
pub fn feed_page(c: &Connection, feed: &FeedId, before: Option<Place>, limit: usize) -> Result<Vec<Published>> {
    let query = format!(
        "SELECT {PUBLISHED}, r.sort_at, r.evidence
           FROM route r JOIN entry e ON e.id = r.entry_id
           JOIN source s ON s.no = e.source_no
           JOIN text t ON t.entry_id = e.id
          WHERE r.feed_no = (SELECT no FROM feed WHERE id = :feed)
            AND r.admitted = 1
            AND (r.sort_at, r.entry_id) < (:at, :entry)
          ORDER BY r.sort_at DESC, r.entry_id DESC"
    );
    let before = before.unwrap_or(Place { at: Timestamp::NEVER, entry: EntryId(i64::MAX) });
    let mut statement = c.prepare_cached(&query)?;
    let place = named_params! { ":feed": feed.as_str(), ":at": before.at.millis(), ":entry": before.entry.0 };
    let mut rows = statement.query(place)?;
    let (mut reader, mut found) = (Reader::new(), Vec::new());
    while found.len() < limit {
        let Some(row) = rows.next()? else { break };
        found.extend(reader.whole(row)?);
    }
    Ok(found)
}

/// See [`Store::entry`](crate::store::Store::entry).
pub fn record(c: &Connection, wanted: &EntryRef) -> Result<Option<EntryRecord>> {
    let Some(id) = find(c, wanted)? else { return Ok(None) };
    // An entry whose text was pruned is shown by its identity alone.
    let query = format!(
        "SELECT {}, e.first_seen_at, NULL, t.entry_id IS NULL, t.seen_at, t.change
           FROM entry e JOIN source s ON s.no = e.source_no LEFT JOIN text t ON t.entry_id = e.id
          WHERE e.id = ?1",
        PUBLISHED.replace("t.body", "coalesce(t.body, x'007b7d')")
    );
    let mut statement = c.prepare_cached(&query)?;
    let mut rows = statement.query([id])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let Read { published, damage } = Reader::new().read(row)?;
    let numbers = || Ok::<_, rusqlite::Error>((row.get(FURTHER)?, row.get(FURTHER + 1)?, row.get(FURTHER + 2)?));
    let (pruned, seen_at, change): (bool, Option<i64>, Option<i64>) = numbers()?;
    let has_text = !pruned && damage.is_none();
    let current = Version {
        seen_at: Timestamp::from_millis(seen_at.unwrap_or(published.first_seen_at.millis())),
        change: row::change(change),
        entry: has_text.then(|| published.entry.clone()),
    };
    let mut versions = vec![current];
    versions.extend(revisions(c, id, published.entry.key)?);
    let article = match damage {
        Some(error) => Some(format!("its stored text is damaged: {error}")),
        None => articles::said(c, id)?,
    };
    let places = places(c, EntryId(id))?;
    let routes = routes(c, id)?;
    Ok(Some(EntryRecord { routes, places, published, pruned: !has_text, versions, article }))
}

fn find(c: &Connection, wanted: &EntryRef) -> rusqlite::Result<Option<i64>> {
    let one = |query: &str, value: &dyn ToSql| c.prepare_cached(query)?.query_row([value], |r| r.get(0)).optional();
    match wanted {
        EntryRef::Id(id) => one("SELECT id FROM entry WHERE id = ?1", &id.0),
        EntryRef::Iri(iri) => {
            if let Some(id) = one("SELECT id FROM entry WHERE published_id = ?1", iri)? {
                return Ok(Some(id));
            }
            let page = |form: fn(&str, &[String]) -> Option<LooseUrl>| form(iri, &[]).map(|page| digest(page.as_str()));
            let link = CanonicalUrl::of(iri).map(|link| digest(link.as_str()));
            let pages = [LooseUrl::with_anchor as fn(&str, &[String]) -> Option<LooseUrl>, LooseUrl::of].map(page);
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

const OF_PAGE: &str = "SELECT min(id) FROM entry WHERE page_hash = ?1 HAVING count(*) > 0";

/// Of entries that an earlier version stored.
const OF_LINK: &str = "SELECT min(id) FROM entry WHERE link_hash = ?1 HAVING count(*) > 0";

fn places(c: &Connection, id: EntryId) -> rusqlite::Result<BTreeMap<FeedId, Placing>> {
    let routes = write::current_routes(c, id)?.into_iter().filter(|routed| routed.admitted);
    Ok(routes.filter_map(|routed| Some((FeedId::new(&routed.feed).ok()?, routed.standing?))).collect())
}

fn revisions(c: &Connection, id: i64, key: EntryKey) -> Result<Vec<Version>> {
    let query = "SELECT seen_at, change, body FROM revision WHERE entry_id = ?1 ORDER BY number DESC LIMIT ?2";
    // The current version is one of them.
    let most = i64::try_from(VERSIONS_SHOWN.most).unwrap_or(i64::MAX) - 1;
    let mut statement = c.prepare_cached(query)?;
    let rows: Vec<(i64, Option<i64>, Vec<u8>)> =
        statement.query_map([id, most], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).and_then(Iterator::collect)?;
    let mut decoder = Decoder::new();
    let mut version = |(seen_at, change, body): (i64, Option<i64>, Vec<u8>)| {
        let entry = history::whole(id, decoder.entry(&body, key))?;
        Ok(Version { seen_at: Timestamp::from_millis(seen_at), change: row::change(change), entry })
    };
    rows.into_iter().map(&mut version).collect()
}

fn routes(c: &Connection, id: i64) -> Result<Vec<Route>> {
    let query = "SELECT f.id, r.admitted, r.evidence FROM route r JOIN feed f ON f.no = r.feed_no
                  WHERE r.entry_id = ?1 ORDER BY f.id";
    let mut statement = c.prepare_cached(query)?;
    let rows: Vec<(String, bool, String)> =
        statement.query_map([id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).and_then(Iterator::collect)?;
    let route = |(feed, admitted, evidence): (String, bool, String)| {
        let feed = feed_id(&feed)?;
        match read_evidence(&evidence, feed.clone(), admitted, |hash| tree::find(c, hash)) {
            // The decision stands; what it was made by is lost.
            Err(Error::Corrupt(error)) => {
                let because = vec![format!("the evidence of this decision is damaged: {error}")];
                Ok(Route { feed, admitted, score: None, because, parts: Vec::new(), hits: Vec::new() })
            }
            read => read,
        }
    };
    rows.into_iter().map(route).collect()
}
