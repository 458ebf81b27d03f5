//! A source while its poll is committed.

use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::prepared::PreparedPoll;
use crate::store::{Error, Result};

/// A source whose poll is committed: its rows, which are held.
pub struct PolledSource {
    /// Its number.
    pub no: i64,
    /// Who has claimed it.
    pub holder: String,
    /// Whether it is configured.
    pub is_active: bool,
    /// Whether its last poll failed.
    pub is_failing: bool,
    /// Its latest row in the ledger, and when that began.
    pub last_run: Option<(i64, i64)>,
}

const CLAIMED: &str = "
    SELECT s.source_no, s.holder, s.active, s.failing, o.last_run, o.last_run_at
      FROM schedule s
      JOIN source o ON o.no = s.source_no
     WHERE o.id = $1::text AND s.lease = $2::bigint
       FOR NO KEY UPDATE OF s, o";

/// Holds the rows of a claimed source.
pub async fn claimed(tx: &Tx, poll: &PreparedPoll) -> Result<PolledSource> {
    let source = SqlText(poll.source.as_str());
    let found = tx.one(CLAIMED, &[source.param(), poll.lease.param()]).await?;
    let row = found.ok_or_else(|| Error::StaleClaim(poll.source.clone()))?;
    let run: Option<i64> = column(&row, "last_run")?;
    Ok(PolledSource {
        no: column(&row, "source_no")?,
        holder: column(&row, "holder")?,
        is_active: column(&row, "active")?,
        is_failing: column(&row, "failing")?,
        last_run: run.zip(column(&row, "last_run_at")?),
    })
}
