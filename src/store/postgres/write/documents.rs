//! Documents of feeds: which version was made last, and since when.

use crate::clock::Timestamp;
use crate::model::FeedId;
use crate::store::documents::modified_at;
use crate::store::postgres::link::run::Writing;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::postgres::read::documents::last;
use crate::store::{ChangeKind, DocumentHash, DocumentOf, Result};

/// Holds the version made last. The feed itself is written by every commit, and is not held.
const HOLD: &str = "
    SELECT at
      FROM document
     WHERE feed_no = $1::bigint AND format = $2::text
       FOR UPDATE";

const FEED: &str = "SELECT no FROM feed WHERE id = $1::text";

/// Two that make the first version at once wait for each other here.
const ADD: &str = "
    INSERT INTO document (feed_no, format, hash, at)
    VALUES ($1::bigint, $2::text, $3::bytea, $4::bigint)
        ON CONFLICT DO NOTHING";

const SET: &str = "
    UPDATE document
       SET hash = $3::bytea, at = $4::bigint
     WHERE feed_no = $1::bigint AND format = $2::text";

/// See [`Documents::date_document`](crate::store::Documents::date_document).
pub async fn date(
    writing: &Writing,
    of: DocumentOf<'_>,
    document: DocumentHash,
    asked_at: Timestamp,
) -> Result<Option<Timestamp>> {
    let (tx, now) = (&writing.tx, writing.now(asked_at));
    let Some(feed) = feed_no(tx, of.feed).await? else { return Ok(None) };
    let format = SqlText(of.format);
    loop {
        let document_of = [feed.param(), format.param()];
        let (_, last) = tokio::try_join!(biased; tx.rows(HOLD, &document_of), last(tx, of))?;
        if let Some((_, at)) = last.filter(|(hash, _)| *hash == document) {
            return Ok(Some(at));
        }
        let (hash, at) = (document.0.to_be_bytes().to_vec(), modified_at(last.map(|(_, at)| at), now));
        let told = at.millis();
        let row = [feed.param(), format.param(), hash.param(), told.param()];
        let set = tx.execute(if last.is_some() { SET } else { ADD }, &row).await?;
        // Where another was first, its version is there by now.
        if set > 0 {
            return Ok(Some(at));
        }
    }
}

async fn feed_no(tx: &Tx, feed: &FeedId) -> Result<Option<i64>> {
    let feed = SqlText(feed.as_str());
    tx.one(FEED, &[feed.param()]).await?.map(|row| column(&row, "no")).transpose()
}

const DESCRIBED: &str = "
    WITH holding AS MATERIALIZED (
        SELECT DISTINCT r.feed_no
          FROM entry e
          JOIN route r ON r.entry_id = e.id
         WHERE e.source_no = $1::bigint AND r.admitted
    )
    SELECT f.no
      FROM holding h
      JOIN feed f ON f.no = h.feed_no
     WHERE f.active";

/// Has the documents of feeds that hold entries of a source made anew: it describes itself in
/// another way, and its entries carry that description.
pub async fn describe(writing: &mut Writing, source: i64, at: Timestamp) -> Result<()> {
    writing.tail.at = at;
    for row in &writing.tx.rows(DESCRIBED, &[source.param()]).await? {
        let feed = column(row, "no")?;
        writing.tail.touch(feed);
        writing.tail.tell(feed, None, ChangeKind::Described);
    }
    Ok(())
}
