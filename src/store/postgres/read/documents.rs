//! Documents of feeds: which version was made last, and since when.

use super::row::instant;
use crate::clock::Timestamp;
use crate::model::FeedId;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::{DocumentHash, DocumentOf, Error, Result};

const LAST: &str = "
    SELECT d.hash, d.at
      FROM feed f
      JOIN document d ON d.feed_no = f.no
     WHERE f.id = $1::text AND d.format = $2::text";

/// The version that was made last, and since when.
pub async fn last(tx: &Tx, of: DocumentOf<'_>) -> Result<Option<(DocumentHash, Timestamp)>> {
    let (feed, format) = (SqlText(of.feed.as_str()), SqlText(of.format));
    let Some(row) = tx.one(LAST, &[feed.param(), format.param()]).await? else { return Ok(None) };
    let stored: &[u8] = column(&row, "hash")?;
    let hash = <[u8; 16]>::try_from(stored).map_err(|_| Error::Corrupt(format!("hash: {} bytes", stored.len())))?;
    Ok(Some((DocumentHash(u128::from_be_bytes(hash)), instant(&row, "at")?)))
}

/// See [`Documents::document_date`](crate::store::Documents::document_date).
pub async fn dated(tx: &Tx, of: DocumentOf<'_>, document: DocumentHash) -> Result<Option<Timestamp>> {
    let last = last(tx, of).await?;
    Ok(last.filter(|(hash, _)| *hash == document).map(|(_, at)| at))
}

const KNOWS: &str = "SELECT 1 AS one FROM feed WHERE id = $1::text";

/// See [`Documents::knows_feed`](crate::store::Documents::knows_feed).
pub async fn knows(tx: &Tx, feed: &FeedId) -> Result<bool> {
    let feed = SqlText(feed.as_str());
    Ok(tx.one(KNOWS, &[feed.param()]).await?.is_some())
}
