//! Words in, candidates out: block by block, the newest first.

use super::blocks::{BlockRun, WayBack};
use super::lookup::query;
use super::words::{block, quoted};
use crate::model::EntryId;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::postgres::read::history::{history, kept};
use crate::store::postgres::read::row::number;
use crate::store::{Kept, Lookup, Result};

const ENDS: &str = "
    SELECT (SELECT min(entry_id) FROM search) AS oldest,
           (SELECT max(entry_id) FROM search) AS newest";

/// All that a block has is found before the newest are taken: the planner would else go
/// through entries one by one, in their order, as soon as it believes that many match.
const FOUND: &str = "
    WITH hit AS MATERIALIZED (
        SELECT entry_id
          FROM search
         WHERE words @@ $1::text::tsquery
    )
    SELECT DISTINCT entry_id
      FROM hit
     WHERE entry_id < $2::bigint
     ORDER BY entry_id DESC
     LIMIT $3::bigint";

/// See [`Index::search`](crate::store::Index::search).
pub async fn search(tx: &Tx, lookup: &Lookup, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>> {
    let Some(words) = query(lookup) else { return history(tx, before, limit).await };
    let Some(ends) = tx.one(ENDS, &[]).await? else { return Ok(Vec::new()) };
    let (Some(oldest), Some(newest)) =
        (column::<Option<i64>>(&ends, "oldest")?, column::<Option<i64>>(&ends, "newest")?)
    else {
        return Ok(Vec::new());
    };
    let before = before.map_or(i64::MAX, |id| id.0).min(newest.saturating_add(1));
    let mut way = WayBack::new(before, oldest);
    let mut found = Vec::new();
    while let Some(run) = way.step() {
        let narrowed = narrowed(&words, &run);
        let mut below = before;
        // What was pruned or cannot be read is gone past: a block may have more than it gave.
        while found.len() < limit {
            let wanted = limit - found.len();
            let met = hits(tx, &narrowed, below, wanted).await?;
            let Some(last) = met.last().copied() else { break };
            let ids: Vec<EntryId> = met.iter().copied().map(EntryId).collect();
            found.extend(kept(tx, &ids).await?);
            below = last;
            if met.len() < wanted {
                break;
            }
        }
        if found.len() >= limit {
            break;
        }
    }
    Ok(found)
}

/// A query within some blocks.
fn narrowed(words: &str, run: &BlockRun) -> String {
    let (_, power) = run.size;
    let names = run.blocks.clone().map(|number| quoted(&block(EntryId(number << power), run.size)));
    format!("({words}) & ({})", names.collect::<Vec<_>>().join(" | "))
}

async fn hits(tx: &Tx, query: &str, below: i64, limit: usize) -> Result<Vec<i64>> {
    let (query, limit) = (SqlText(query), number(limit));
    let rows = tx.rows(FOUND, &[query.param(), below.param(), limit.param()]).await?;
    rows.iter().map(|row| column(row, "entry_id")).collect()
}
