//! The desk's own line: since when no source can be reached, as the node noted it that
//! came to know last.

use crate::clock::Timestamp;
use crate::store::Result;
use crate::store::postgres::link::tx::{Tx, Typed};
use crate::store::postgres::read::row::instant_if_any;

const SINCE: &str = "SELECT offline_at FROM desk";

/// See [`Figures::offline_since`](crate::store::Figures::offline_since).
pub async fn offline_since(tx: &Tx) -> Result<Option<Timestamp>> {
    let row = tx.one(SINCE, &[]).await?;
    row.map_or(Ok(None), |row| instant_if_any(&row, "offline_at"))
}

const NOTE: &str = "UPDATE desk SET offline_at = $1::bigint";

/// See [`Figures::note_line`](crate::store::Figures::note_line).
pub async fn note(tx: &Tx, offline_since: Option<Timestamp>) -> Result<()> {
    let at = offline_since.map(Timestamp::millis);
    tx.execute(NOTE, &[at.param()]).await.map(drop)
}
