//! One entry with its history.

use std::collections::BTreeMap;

use tokio_postgres::Row;

use super::published::published_row;
use super::row::{self, instant, instant_if_any, number};
use super::tree;
use crate::limits::VERSIONS_SHOWN;
use crate::model::{EntryId, EntryKey, FeedId, Route, masked};
use crate::store::codec::{
    Decoder, Reader, RouteRow, Surroundings, change, feed_id, placing, read_route, tree_of, whole,
};
use crate::store::postgres::link::tx::{Param, SqlText, Tx, Typed, column};
use crate::store::rules::{LinkHashes, Placing};
use crate::store::{EntryRecord, EntryRef, Result, Version};

/// An entry whose text was pruned is shown by its identity alone.
const RECORD: &str = "
    SELECT e.id, e.key, e.published_id, e.published_id_hash, e.first_seen_at, e.updated_at, e.revisions,
           o.id AS source, o.carrier, t.body, n.version AS read_version, n.edition AS read_edition, n.reading,
           e.first_seen_at AS sort_at, NULL::text AS evidence,
           t.seen_at, t.change::bigint AS change
      FROM entry e
      JOIN source o ON o.no = e.source_no
      LEFT JOIN text t ON t.entry_id = e.id AND t.seen_at = e.text_at
      LEFT JOIN newswire n ON n.entry_id = e.id
     WHERE e.id = $1::bigint";

const REVISIONS: &str = "
    SELECT seen_at, change::bigint AS change, body
      FROM revision
     WHERE entry_id = $1::bigint
     ORDER BY number DESC
     LIMIT $2::bigint";

const ROUTES: &str = "
    SELECT f.id, r.admitted, r.standing::bigint AS standing, r.evidence
      FROM route r
      JOIN feed f ON f.no = r.feed_no
     WHERE r.entry_id = $1::bigint
     ORDER BY f.id";

const SAID: &str = "
    SELECT CASE WHEN said = '' THEN 'its page is to be fetched' ELSE said END AS said
      FROM article
     WHERE entry_id = $1::bigint";

/// See [`Entries::entry`](crate::store::Entries::entry).
pub async fn record(tx: &Tx, wanted: &EntryRef) -> Result<Option<EntryRecord>> {
    let Some(id) = find(tx, wanted).await? else { return Ok(None) };
    // The current version is one of them.
    let earlier = number(VERSIONS_SHOWN.count()) - 1;
    let (one, versions) = ([id.param()], [id.param(), earlier.param()]);
    let (row, versions, routes, said) = tokio::try_join!(biased;
        tx.one(RECORD, &one), tx.rows(REVISIONS, &versions), tx.rows(ROUTES, &one), tx.one(SAID, &one))?;
    let Some(row) = row else { return Ok(None) };
    let read = Reader::new().read(published_row(&row)?)?;
    let (routes, places) = decisions(tx, &routes).await?;
    let said: Option<String> = said.map(|said| column(&said, "said")).transpose()?;
    Ok(Some(read.record(Surroundings {
        seen_at: instant_if_any(&row, "seen_at")?,
        change: change(column(&row, "change")?),
        earlier: revisions(&versions, id, row::key(&row, id))?,
        routes,
        places,
        // Older releases stored whole URLs (check B116).
        article: said.map(|said| masked(&said).into_owned()),
    })))
}

fn revisions(rows: &[Row], id: i64, key: EntryKey) -> Result<Vec<Version>> {
    let mut decoder = Decoder::new();
    let mut version = |row: &Row| {
        let entry = whole(id, decoder.stored(column(row, "body")?, key))?;
        Ok(Version { seen_at: instant(row, "seen_at")?, change: change(column(row, "change")?), entry })
    };
    rows.iter().map(&mut version).collect()
}

/// What feeds decided about an entry, and why it stands where it stands in them.
async fn decisions(tx: &Tx, rows: &[Row]) -> Result<(Vec<Route>, BTreeMap<FeedId, Placing>)> {
    let evidence = rows.iter().map(|row| column(row, "evidence")).collect::<Result<Vec<&str>>>()?;
    let trees = tree::find(tx, evidence.iter().filter_map(|evidence| tree_of(evidence)).collect()).await?;
    let (mut routes, mut places) = (Vec::new(), BTreeMap::new());
    for (row, evidence) in rows.iter().zip(evidence) {
        let (feed, admitted) = (feed_id(column(row, "id")?)?, column(row, "admitted")?);
        let placing = placing(column(row, "standing")?).filter(|_| admitted);
        places.extend(placing.map(|placing| (feed.clone(), placing)));
        routes.push(read_route(RouteRow { feed, admitted, evidence }, |hash| Ok(trees.get(&hash).cloned()))?);
    }
    Ok((routes, places))
}

const OF_ID: &str = "SELECT id FROM entry WHERE id = $1::bigint";

const OF_IRI: &str = "
    SELECT id
      FROM entry
     WHERE published_id_sha = sha256(convert_to($1::text, 'UTF8')) AND published_id = $1::text";

/// The first of a page's. They are found by the page: left to itself the server goes through
/// all entries, from the first on.
const OF_PAGE: &str = "
    WITH met AS MATERIALIZED (
        SELECT id
          FROM entry
         WHERE page_hash = $1::bigint
    )
    SELECT min(id) AS id
      FROM met
    HAVING count(*) > 0";

/// Of entries that an earlier release stored.
const OF_LINK: &str = "
    WITH met AS MATERIALIZED (
        SELECT id
          FROM entry
         WHERE link_hash = $1::bigint
    )
    SELECT min(id) AS id
      FROM met
    HAVING count(*) > 0";

async fn find(tx: &Tx, wanted: &EntryRef) -> Result<Option<i64>> {
    let iri = match wanted {
        EntryRef::Id(EntryId(id)) => return one(tx, OF_ID, id.param()).await,
        EntryRef::Iri(iri) => iri,
    };
    if let Some(id) = one(tx, OF_IRI, SqlText(iri).param()).await? {
        return Ok(Some(id));
    }
    let LinkHashes { pages, link } = LinkHashes::of(iri);
    for (query, hash) in [(OF_PAGE, pages[0]), (OF_PAGE, pages[1]), (OF_LINK, link)] {
        if let Some(hash) = hash
            && let Some(id) = one(tx, query, hash.param()).await?
        {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

async fn one(tx: &Tx, query: &'static str, wanted: Param<'_>) -> Result<Option<i64>> {
    let row = tx.one(query, &[wanted]).await?;
    row.map(|row| column(&row, "id")).transpose()
}
