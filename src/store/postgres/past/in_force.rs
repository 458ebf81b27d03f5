//! The rules in force, and entries about which other rules have decided since.

use crate::model::EntryId;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::postgres::read::row::number;
use crate::store::rules::Decider;
use crate::store::{Error, Result, RulesId};

/// A row of the rules that each commit locked would be written by each, and a lock that any
/// role may take could stop them all.
const LOCK_WITH_OTHERS: &str = "LOCK TABLE rules IN ROW EXCLUSIVE MODE";

const LOCK_ALONE: &str = "LOCK TABLE rules IN SHARE ROW EXCLUSIVE MODE";

/// Keeps the rules as they are until the transaction ends: the first statement of all that
/// writes decisions.
pub async fn share(tx: &Tx) -> Result<()> {
    tx.rows(LOCK_WITH_OTHERS, &[]).await.map(drop)
}

/// Waits for all who write decisions, and keeps them waiting until the transaction ends.
pub async fn alone(tx: &Tx) -> Result<()> {
    tx.rows(LOCK_ALONE, &[]).await.map(drop)
}

const RULES: &str = "SELECT made_by FROM rules";

/// See [`Rematches::rules`](crate::store::Rematches::rules).
pub async fn rules(tx: &Tx) -> Result<Option<RulesId>> {
    let row = tx.one(RULES, &[]).await?;
    row.map(|row| column(&row, "made_by").map(RulesId::stored)).transpose()
}

const SET_RULES: &str = "
    INSERT INTO rules (made_by)
    VALUES ($1::text)
        ON CONFLICT (one) DO UPDATE SET made_by = excluded.made_by";

/// Puts rules in force.
pub async fn set(tx: &Tx, rules: &RulesId) -> Result<()> {
    tx.rows(SET_RULES, &[SqlText(rules.as_str()).param()]).await.map(drop)
}

/// Ends whoever decides by rules that are no longer in force.
pub async fn check(tx: &Tx, by: &RulesId) -> Result<()> {
    match decider(tx, by).await? {
        Decider::InForce => Ok(()),
        Decider::Others => Err(Error::Superseded),
    }
}

/// Who these rules are by now.
pub async fn decider(tx: &Tx, by: &RulesId) -> Result<Decider> {
    Ok(Decider::of(rules(tx).await?.as_ref(), by))
}

const QUEUE: &str = "
    INSERT INTO decide_again
    SELECT unnest($1::bigint[])
        ON CONFLICT DO NOTHING";

/// Has feeds decide again about entries.
pub async fn queue(tx: &Tx, entries: &Vec<i64>) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    tx.execute(QUEUE, &[entries.param()]).await.map(drop)
}

const DECIDED: &str = "DELETE FROM decide_again WHERE entry_id = ANY($1::bigint[])";

/// Notes that the rules in force have decided about entries.
pub async fn decided(tx: &Tx, entries: &Vec<i64>) -> Result<()> {
    tx.execute(DECIDED, &[entries.param()]).await.map(drop)
}

const DECIDE_AGAIN: &str = "
    SELECT entry_id
      FROM decide_again
     WHERE entry_id > $1::bigint
     ORDER BY entry_id
     LIMIT $2::bigint";

/// See [`Rematches::decide_again`](crate::store::Rematches::decide_again).
pub async fn decide_again(tx: &Tx, after: Option<EntryId>, limit: usize) -> Result<Vec<EntryId>> {
    let (after, limit) = (after.map_or(0, |id| id.0), number(limit));
    let rows = tx.rows(DECIDE_AGAIN, &[after.param(), limit.param()]).await?;
    rows.iter().map(|row| column(row, "entry_id").map(EntryId)).collect()
}
