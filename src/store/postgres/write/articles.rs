//! Articles on entries' pages: what came of those that were fetched.

use super::entries::heads::FeedHeads;
use super::entries::{self, EntryWriting, WriteFor};
use super::ledger::end_turns;
use super::spent::spend;
use super::tree;
use crate::clock::Timestamp;
use crate::model::{EntryId, Spent};
use crate::store::postgres::link::run::Writing;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed};
use crate::store::postgres::past::in_force;
use crate::store::postgres::schedule::{hold, turn};
use crate::store::prepared::PreparedArticle;
use crate::store::{ArticleRecord, Came, Claim, Result};

const BEGIN: &str = "
    UPDATE article
       SET tries = tries + 1, due_at = $3::bigint, said = 'the request before did not end'
     WHERE entry_id = $1::bigint AND source_no = $2::bigint";

/// See [`Articles::begin_article`](crate::store::Articles::begin_article).
pub async fn begin(tx: &Tx, claim: &Claim, entry: EntryId, again: Timestamp) -> Result<()> {
    let (source, _) = turn::claimed(tx, claim).await?;
    let again = again.millis();
    tx.rows(BEGIN, &[entry.0.param(), source.param(), again.param()]).await.map(drop)
}

const SET: &str = "
    UPDATE article
       SET due_at = $2::bigint, said = $3::text
     WHERE entry_id = $1::bigint";

/// See [`Articles::commit_article`](crate::store::Articles::commit_article).
pub async fn commit(writing: &mut Writing, prepared: &PreparedArticle) -> Result<()> {
    let ArticleRecord { claim, entry, at, came, decided_by, said, hold, well } = &prepared.record;
    let Writing { tx, tail, .. } = writing;
    let tx = &*tx;
    tail.at = *at;
    in_force::share(tx).await?;
    let (source, _) = turn::claimed(tx, claim).await?;
    if let Some(text) = &prepared.text {
        let (by, head) = tokio::try_join!(biased; in_force::decider(tx, decided_by), entries::head(tx, *at))?;
        let write_for = WriteFor { source, at: *at, head, by };
        EntryWriting::new(tx, tail, write_for, FeedHeads::default()).article(*entry, text).await?;
    }
    let due = match came {
        Came::Later(at) => Some(at.millis()),
        Came::Text { .. } | Came::Nothing => None,
    };
    let said = SqlText(said);
    let bytes = match came {
        Came::Text { entry, .. } => entry.article.as_ref().map_or(0, |article| article.markup.raw().len() as u64),
        Came::Nothing | Came::Later(_) => 0,
    };
    let set = [entry.0.param(), due.param(), said.param()];
    tokio::try_join!(biased;
        tx.rows(SET, &set),
        tree::keep(tx, &prepared.trees),
        spend(tx, source, *at, Spent { bytes, ..Spent::default() }),
        end_turns(tx, source),
    )?;
    if let Some(asked) = hold {
        turn::hold_site(tx, asked.host.site()).await?;
        hold::hold(tx, asked, *at).await?;
    }
    if let Some((host, scope)) = well {
        hold::forgive(tx, host, *scope, *at).await?;
    }
    Ok(())
}

const END: &str = "
    WITH freed AS (
        UPDATE schedule s
           SET lease_until_at = 0
          FROM source o
         WHERE o.no = s.source_no AND o.id = $1::text AND s.lease = $2::bigint
        RETURNING s.source_no
    )
    DELETE FROM turn t USING freed f WHERE t.source_no = f.source_no";

/// See [`Articles::end_articles`](crate::store::Articles::end_articles).
pub async fn end(tx: &Tx, claim: &Claim) -> Result<()> {
    let source = SqlText(claim.source.as_str());
    tx.rows(END, &[source.param(), claim.lease.param()]).await.map(drop)
}
