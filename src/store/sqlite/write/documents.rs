//! Documents of feeds: which version was made last, and since when.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::clock::Timestamp;
use crate::model::{FeedId, SourceId};
use crate::store::documents::modified_at;
use crate::store::sqlite::write::outbox;
use crate::store::{ChangeKind, DocumentHash, DocumentOf, Result};

const FIND: &str = "
    SELECT hash, at
      FROM document
     WHERE feed_no = (SELECT no FROM feed WHERE id = :feed) AND format = :format";

const SET: &str = "
    INSERT INTO document (feed_no, format, hash, at)
    SELECT no, :format, :hash, :at
      FROM feed
     WHERE id = :feed
        ON CONFLICT (feed_no, format)
        DO UPDATE SET hash = excluded.hash, at = excluded.at";

const KNOWS: &str = "SELECT 1 FROM feed WHERE id = :feed";

/// Their documents may have changed, though no entry did.
const TOUCH: &str = "
    UPDATE feed
       SET changed_at = max(coalesce(changed_at, 0) + 1, :at)
     WHERE active = 1
       AND no IN (SELECT feed_no
                    FROM route
                   WHERE admitted = 1
                     AND entry_id IN (SELECT id
                                        FROM entry
                                       WHERE source_no = (SELECT no FROM source WHERE id = :source)))
    RETURNING no";

/// See [`Documents::document_date`](crate::store::Documents::document_date).
pub fn dated(c: &Connection, of: DocumentOf<'_>, document: DocumentHash) -> Result<Option<Timestamp>> {
    let last = last(c, of)?;
    Ok(last.filter(|(hash, _)| *hash == document).map(|(_, at)| at))
}

/// See [`Documents::date_document`](crate::store::Documents::date_document).
pub fn date(c: &Connection, of: DocumentOf<'_>, document: DocumentHash, now: Timestamp) -> Result<Option<Timestamp>> {
    let last = last(c, of)?;
    if let Some((_, at)) = last.filter(|(hash, _)| *hash == document) {
        return Ok(Some(at));
    }
    let at = modified_at(last.map(|(_, at)| at), now);
    let hash = document.0.to_be_bytes();
    let set = c.prepare_cached(SET)?.execute(named_params! {
        ":feed": of.feed.as_str(), ":format": of.format, ":hash": hash, ":at": at.millis(),
    })?;
    Ok((set > 0).then_some(at))
}

fn last(c: &Connection, of: DocumentOf<'_>) -> rusqlite::Result<Option<(DocumentHash, Timestamp)>> {
    c.prepare_cached(FIND)?
        .query_row(named_params! { ":feed": of.feed.as_str(), ":format": of.format }, |r| {
            let hash = DocumentHash(u128::from_be_bytes(r.get("hash")?));
            Ok((hash, Timestamp::from_millis(r.get("at")?)))
        })
        .optional()
}

/// See [`Documents::knows_feed`](crate::store::Documents::knows_feed).
pub fn knows(c: &Connection, feed: &FeedId) -> Result<bool> {
    Ok(c.prepare_cached(KNOWS)?.exists(named_params! { ":feed": feed.as_str() })?)
}

/// Has the documents of feeds that hold entries of a source made anew: it
/// describes itself in another way, and its entries carry that description.
pub fn touch(c: &Connection, source: &SourceId, now: Timestamp) -> Result<()> {
    let values = named_params! { ":source": source.as_str(), ":at": now.millis() };
    let mut statement = c.prepare_cached(TOUCH)?;
    let touched: Vec<i64> = statement.query_map(values, |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    for feed in touched {
        outbox::tell(c, feed, None, ChangeKind::Described, now)?;
    }
    Ok(())
}
