//! Sources that cannot be claimed.

use crate::clock::Timestamp;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::{Error, Result};

/// A source that cannot be claimed is due again after its interval, as one whose poll failed.
const REST: &str = "
    UPDATE schedule s
       SET next_poll_at = $2::bigint + least(greatest(s.interval_ms, 60000), 9223372036854775807 - $2::bigint),
           because = $3::text
      FROM source o
     WHERE s.source_no = $1::bigint AND o.no = s.source_no
    RETURNING o.id";

/// Lets a source rest, and says why.
pub async fn rest(tx: &Tx, no: i64, now: Timestamp, error: &Error) -> Result<()> {
    let (at, because) = (now.millis(), format!("it could not be claimed: {error}"));
    let row = tx.one(REST, &[no.param(), at.param(), SqlText(&because).param()]).await?;
    let source = row.map_or(Ok(String::new()), |row| column(&row, "id"))?;
    tracing::error!(source.id = source, %error, "a source cannot be claimed and is not polled; others are");
    Ok(())
}
