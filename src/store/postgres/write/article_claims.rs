//! Sources whose entries want the articles on their pages, claimed.

use std::collections::HashMap;

use tokio_postgres::Row;

use crate::clock::Timestamp;
use crate::model::{EntryId, Host, Stored};
use crate::store::codec::{Decoder, whole};
use crate::store::postgres::link::run::Writing;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::postgres::node::nodes::claiming;
use crate::store::postgres::read::row::{self, count, instant};
use crate::store::postgres::read::source_row;
use crate::store::postgres::schedule::courtesy::CourtesyMs;
use crate::store::{ArticleClaim, Claim, Courtesy, Node, Result, WantedArticle};

const ANY: &str = "
    SELECT 1 AS one
      FROM article
     WHERE due_at <= $1::bigint
     LIMIT 1";

/// Whether any article is to be fetched by now.
pub async fn any(tx: &Tx, now: Timestamp) -> Result<bool> {
    let at = now.millis();
    Ok(tx.one(ANY, &[at.param()]).await?.is_some())
}

/// Sources whose articles wait, longest first, without a lock.
const WAITING: &str = "
    SELECT s.source_no
      FROM (SELECT source_no, min(due_at) AS since
              FROM article
             WHERE due_at <= $1::bigint
             GROUP BY source_no) a
      JOIN schedule s ON s.source_no = a.source_no
     WHERE s.active AND s.next_poll_at > $1::bigint
       AND (s.lease_until_at <= $1::bigint OR s.lease_until_at > $1::bigint + $2::bigint)
     ORDER BY CASE WHEN s.articles_at > $1::bigint THEN a.since ELSE greatest(a.since, s.articles_at) END, s.source_no
     LIMIT $3::bigint";

/// Those of them that nobody else takes. What is not fetched under this claim waits behind
/// other sources' articles.
const TAKE: &str = "
    WITH free AS MATERIALIZED (
        SELECT source_no
          FROM schedule
         WHERE source_no = ANY($1::bigint[]) AND active AND next_poll_at > $4::bigint
           AND (lease_until_at <= $4::bigint OR lease_until_at > $4::bigint + $5::bigint)
         ORDER BY source_no
           FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE schedule s
       SET lease = s.lease + 1, lease_until_at = $2::bigint, holder = $3::text, articles_at = $4::bigint, portion = 0
      FROM free f
     WHERE s.source_no = f.source_no";

/// What was taken, with the state of each.
const TAKEN: &str = "
    SELECT o.*, s.source_no, s.lease, s.next_poll_at, s.because, s.host, s.proxy
      FROM unnest($1::bigint[]) WITH ORDINALITY AS q (no, nth)
      JOIN schedule s ON s.source_no = q.no
      JOIN source o ON o.no = q.no
     WHERE s.holder = $2::text AND s.articles_at = $3::bigint AND s.lease_until_at = $4::bigint
     ORDER BY q.nth";

/// See [`Articles::claim_articles`](crate::store::Articles::claim_articles).
pub async fn claim(
    writing: &Writing,
    node: &Node,
    courtesy: &Courtesy,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<ArticleClaim>> {
    claiming(writing, node, now).await?;
    let (tx, now, manners) = (&writing.tx, writing.now(now), CourtesyMs::from(courtesy));
    let (at, until, limit) = (now.millis(), now.plus(courtesy.lease), row::number(limit));
    let (until_at, holder) = (until.millis(), node.to_string());
    let holder = SqlText(&holder);
    let rows = tx.rows(WAITING, &[at.param(), manners.believed_ms.param(), limit.param()]).await?;
    let waiting = rows.iter().map(|row| column(row, "source_no")).collect::<Result<Vec<i64>>>()?;
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let take = [waiting.param(), until_at.param(), holder.param(), at.param(), manners.believed_ms.param()];
    let taken = [waiting.param(), holder.param(), at.param(), until_at.param()];
    let (_, rows) = tokio::try_join!(biased; tx.rows(TAKE, &take), tx.rows(TAKEN, &taken))?;
    let claims = rows.iter().map(|row| claim_of(row, until)).collect::<Result<Vec<(i64, Claim)>>>()?;
    let numbers: Vec<i64> = claims.iter().map(|(no, _)| *no).collect();
    let mut wanted = wanted(tx, &numbers, now).await?;
    let with_wanted =
        claims.into_iter().map(|(no, claim)| ArticleClaim { wanted: wanted.remove(&no).unwrap_or_default(), claim });
    Ok(with_wanted.collect())
}

fn claim_of(row: &Row, until: Timestamp) -> Result<(i64, Claim)> {
    let (source, state) = source_row::state(row)?;
    let host = Host { name: column(row, "host")?, proxy: column(row, "proxy")? };
    let (lease, url_hash) = (column(row, "lease")?, column(row, "url_hash")?);
    Ok((
        column(row, "source_no")?,
        Claim { source, url_hash, lease, until, due_at: state.next.at, host, strikes: 0, state },
    ))
}

/// Of each source as many as a claim's time suffices for, and more.
const WANTED: &str = "
    SELECT a.source_no, e.id, a.tries, e.key, e.first_seen_at, t.body
      FROM unnest($1::bigint[]) AS q (no)
     CROSS JOIN LATERAL (SELECT source_no, entry_id, tries
                           FROM article
                          WHERE source_no = q.no AND due_at <= $2::bigint
                          ORDER BY entry_id DESC
                          LIMIT 60) a
      JOIN entry e ON e.id = a.entry_id
      JOIN text t ON t.entry_id = e.id AND t.seen_at = e.text_at
     ORDER BY a.source_no, a.entry_id DESC";

/// What cannot be compared with what the page says is settled.
const SETTLE: &str = "
    UPDATE article
       SET due_at = NULL, said = 'not fetched: its stored text is damaged'
     WHERE entry_id = ANY($1::bigint[])";

/// By source: the entries whose articles are wanted.
async fn wanted(tx: &Tx, sources: &Vec<i64>, now: Timestamp) -> Result<HashMap<i64, Vec<WantedArticle>>> {
    let at = now.millis();
    let (mut decoder, mut wanted, mut damaged) = (Decoder::new(), HashMap::<i64, Vec<_>>::new(), Vec::new());
    for row in &tx.rows(WANTED, &[sources.param(), at.param()]).await? {
        let id = column(row, "id")?;
        let body: &[u8] = column(row, "body")?;
        match whole(id, decoder.stored(body, row::key(row, id)))? {
            Some(Stored { entry, .. }) => wanted.entry(column(row, "source_no")?).or_default().push(WantedArticle {
                id: EntryId(id),
                entry,
                first_seen_at: instant(row, "first_seen_at")?,
                tries: count(row, "tries")?,
            }),
            None => damaged.push(id),
        }
    }
    tx.over(damaged.len(), SETTLE, &[damaged.param()]).await?;
    Ok(wanted)
}
