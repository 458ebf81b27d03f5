//! Articles on entries' pages: the queue of those that are to be fetched.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::clock::Timestamp;
use crate::model::{Change, EntryId, EntryKey, Spent, Stored, masked};
use crate::store::codec::{Decoder, whole};
use crate::store::prepared::{PreparedArticle, PreparedText};
use crate::store::sqlite::node::nodes;
use crate::store::sqlite::read::row;
use crate::store::sqlite::read::source_row::state_columns;
use crate::store::sqlite::schedule::claim::{candidate, source_no, unleased};
use crate::store::sqlite::schedule::turns;
use crate::store::sqlite::write::entries::Write;
use crate::store::sqlite::write::spent::spend;
use crate::store::sqlite::write::tree;
use crate::store::{ArticleClaim, ArticleRecord, Came, ChangeKind, Claim, Courtesy, Node, Result, WantedArticle};

/// Articles claimed at once: more than a claim's time suffices for.
const MOST: i64 = 60;

const TAKE: &str = "
    UPDATE source
       SET lease = lease + 1, lease_until_at = :until, holder = :holder, articles_at = :now
     WHERE no = :no";

/// Sources whose articles wait, longest first.
const WAITING: &str = concat!(
    "
    SELECT ",
    state_columns!(),
    ", no, host, proxy, url_hash
      FROM source
      JOIN (SELECT source_no, min(due_at) AS since
              FROM article
             WHERE due_at <= :now
             GROUP BY source_no) ON source_no = no
     WHERE active = 1 AND next_poll_at > :now AND ",
    unleased!(),
    "
     ORDER BY iif(articles_at > :now, since, max(since, articles_at)), no
     LIMIT :limit"
);

const WANTED: &str = "
    SELECT e.id, a.tries, e.key, e.first_seen_at, t.body
      FROM article a
      JOIN entry e ON e.id = a.entry_id
      JOIN text t ON t.entry_id = a.entry_id
     WHERE a.source_no = :source AND a.due_at <= :now
     ORDER BY a.entry_id DESC
     LIMIT :limit";

const ANY: &str = "
    SELECT 1
      FROM article
     WHERE due_at <= :now
     LIMIT 1";

/// Whether any article is to be fetched by now.
pub fn any(c: &Connection, now: Timestamp) -> Result<bool> {
    Ok(c.prepare_cached(ANY)?.exists(named_params! { ":now": now.millis() })?)
}

/// See [`Articles::claim_articles`](crate::store::Articles::claim_articles).
pub fn claim(
    c: &Connection,
    node: &Node,
    courtesy: &Courtesy,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<ArticleClaim>> {
    let holder = nodes::claiming(c, node, now)?;
    let mut statement = c.prepare_cached(WAITING)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut found = statement
        .query(named_params! { ":now": now.millis(), ":believed": turns::believed_ms(courtesy), ":limit": limit })?;
    let mut candidates = Vec::new();
    while let Some(r) = found.next()? {
        candidates.push(candidate(r)?);
    }
    drop(found);
    candidates
        .into_iter()
        .map(|candidate| {
            let (no, mut claim) = (candidate.no, candidate.claim);
            claim.lease += 1;
            claim.until = now.plus(courtesy.lease);
            // What is not fetched under this claim waits behind other sources' articles.
            let taken = named_params! {
                ":no": no, ":until": claim.until.millis(), ":holder": holder, ":now": now.millis(),
            };
            c.prepare_cached(TAKE)?.execute(taken)?;
            let wanted = wanted(c, no, now)?;
            Ok(ArticleClaim { wanted, claim })
        })
        .collect()
}

/// What cannot be compared with what the page says is settled.
const SETTLE: &str = "
    UPDATE article
       SET due_at = NULL, said = :said
     WHERE entry_id = :entry";

fn wanted(c: &Connection, no: i64, now: Timestamp) -> Result<Vec<WantedArticle>> {
    type Found = (i64, u32, EntryKey, i64, Vec<u8>);
    let mut statement = c.prepare_cached(WANTED)?;
    let bound = named_params! { ":source": no, ":now": now.millis(), ":limit": MOST };
    let found = statement.query_map(bound, |r| {
        let id = r.get("id")?;
        Ok((id, r.get("tries")?, row::key(r, id)?, r.get("first_seen_at")?, r.get("body")?))
    })?;
    let found: Vec<Found> = found.collect::<rusqlite::Result<_>>()?;
    let mut decoder = Decoder::new();
    let mut wanted = Vec::new();
    for (id, tries, key, seen, body) in found {
        match whole(id, decoder.stored(&body, key))? {
            Some(Stored { entry, .. }) => {
                wanted.push(WantedArticle {
                    id: EntryId(id),
                    entry,
                    first_seen_at: Timestamp::from_millis(seen),
                    tries,
                });
            }
            None => {
                let said = "not fetched: its stored text is damaged";
                c.prepare_cached(SETTLE)?.execute(named_params! { ":entry": id, ":said": said })?;
            }
        }
    }
    Ok(wanted)
}

const BEGIN: &str = "
    UPDATE article
       SET tries = tries + 1, due_at = :again, said = 'the request before did not end'
     WHERE entry_id = :entry AND source_no = :source";

/// See [`Articles::begin_article`](crate::store::Articles::begin_article).
pub fn begin(c: &Connection, claim: &Claim, entry: EntryId, again: Timestamp) -> Result<()> {
    let no = source_no(c, &claim.source, claim.lease)?;
    c.prepare_cached(BEGIN)?.execute(named_params! { ":entry": entry.0, ":source": no, ":again": again.millis() })?;
    Ok(())
}

const SET: &str = "
    UPDATE article
       SET due_at = :due, said = :said
     WHERE entry_id = :entry";

/// See [`Articles::commit_article`](crate::store::Articles::commit_article).
pub fn commit(c: &Connection, prepared: &PreparedArticle) -> Result<()> {
    let ArticleRecord { claim, entry, at, came, decided_by, said, hold, well } = &prepared.record;
    let no = source_no(c, &claim.source, claim.lease)?;
    let due = match came {
        Came::Later(at) => Some(at.millis()),
        Came::Text { .. } | Came::Nothing => None,
    };
    turns::end(c, no)?;
    if let Some(hold) = hold {
        turns::hold(c, hold, *at)?;
    }
    if let Some((host, scope)) = well {
        turns::forgive(c, host, *scope, *at)?;
    }
    c.prepare_cached(SET)?.execute(named_params! { ":entry": entry.0, ":due": due, ":said": said })?;
    let mut write = Write::new(c, no, *at, decided_by)?;
    tree::keep(c, &prepared.trees)?;
    if let Some(PreparedText { body, reading, routes }) = &prepared.text {
        if write.follow_text(*entry, (body, reading.as_ref()))? {
            write.queue(*entry)?;
        }
        // The news is the same: it stays where it stands in its feeds.
        write.reroute(*entry, routes, Change::Cosmetic, ChangeKind::Revised)?;
        write.touch_feeds()?;
    }
    if let Came::Text { entry, .. } = came {
        let bytes = entry.article.as_ref().map_or(0, |article| article.markup.raw().len() as u64);
        spend(c, no, *at, &Spent { bytes, ..Spent::default() })?;
    }
    Ok(())
}

const END: &str = "
    UPDATE source
       SET lease_until_at = 0
     WHERE id = :id AND lease = :lease
    RETURNING no";

/// See [`Articles::end_articles`](crate::store::Articles::end_articles).
pub fn end(c: &Connection, claim: &Claim) -> Result<()> {
    let no: Option<i64> = c
        .prepare_cached(END)?
        .query_row(named_params! { ":id": claim.source.as_str(), ":lease": claim.lease }, |r| r.get(0))
        .optional()?;
    if let Some(no) = no {
        turns::end(c, no)?;
    }
    Ok(())
}

const SAID: &str = "
    SELECT iif(said = '', 'its page is to be fetched', said)
      FROM article
     WHERE entry_id = :entry";

/// What became of an entry's page.
pub fn said(c: &Connection, entry: i64) -> rusqlite::Result<Option<String>> {
    let said: Option<String> =
        c.prepare_cached(SAID)?.query_row(named_params! { ":entry": entry }, |r| r.get(0)).optional()?;
    // Older releases stored whole URLs (check B116).
    Ok(said.map(|said| masked(&said).into_owned()))
}
