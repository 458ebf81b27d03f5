//! What is there of known entries that are written anew, before they are.

use std::collections::HashMap;

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::postgres::link::tx::{Tx, Typed, column};
use crate::store::postgres::write::lock;
use crate::store::postgres::write::routes::{RoutedBefore, routed};
use crate::store::rules::REVISION_DAY;
use crate::store::{Error, Result};

/// An entry that is held, as it is before it is written.
#[derive(Clone, Debug)]
pub struct KnownRow {
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// The date of its last change that readers are told of.
    pub updated_at: Timestamp,
    /// When its text was seen: which month that lies in.
    pub text_at: i64,
    /// Whether the text is there; it may have been pruned.
    pub has_text: bool,
    /// Earlier versions that are kept.
    pub revisions: i64,
    /// Those of them that were seen within a day.
    pub kept_today: u64,
    /// The highest number of one.
    pub last_number: i64,
    /// What feeds have decided about it.
    pub routes: Vec<RoutedBefore>,
}

/// Of one source alone: a number that is another's, or nobody's, is not there.
const FACTS: &str = "
    SELECT e.id, e.first_seen_at, e.updated_at, e.text_at,
           EXISTS (SELECT FROM text t WHERE t.entry_id = e.id AND t.seen_at = e.text_at) AS has_text,
           r.revisions, r.kept_today, r.last_number
      FROM entry e
     CROSS JOIN LATERAL (SELECT count(*) AS revisions, count(*) FILTER (WHERE seen_at > $2::bigint) AS kept_today,
                                coalesce(max(number), 0) AS last_number
                           FROM revision
                          WHERE entry_id = e.id) r
     WHERE e.id = ANY($1::bigint[]) AND e.source_no = $3::bigint";

/// Entries of a source that are to be written at an instant, by their numbers.
#[derive(Debug)]
pub struct KnownRows(HashMap<EntryId, KnownRow>);

impl KnownRows {
    /// Holds them until the commit, and reads what there is of them.
    pub async fn held(tx: &Tx, source: i64, ids: &Vec<i64>, at: Timestamp) -> Result<KnownRows> {
        let mut all = HashMap::new();
        if ids.is_empty() {
            return Ok(KnownRows(all));
        }
        lock::entries(tx, ids).await?;
        let since = at.minus(REVISION_DAY).millis();
        let asked = [ids.param(), since.param(), source.param()];
        let (facts, mut routes) = tokio::try_join!(biased; tx.rows(FACTS, &asked), routed(tx, ids))?;
        for row in &facts {
            let id: i64 = column(row, "id")?;
            let known = KnownRow {
                first_seen_at: Timestamp::from_millis(column(row, "first_seen_at")?),
                updated_at: Timestamp::from_millis(column(row, "updated_at")?),
                text_at: column(row, "text_at")?,
                has_text: column(row, "has_text")?,
                revisions: column(row, "revisions")?,
                kept_today: column::<i64>(row, "kept_today")?.unsigned_abs(),
                last_number: column(row, "last_number")?,
                routes: routes.remove(&id).unwrap_or_default(),
            };
            all.insert(EntryId(id), known);
        }
        Ok(KnownRows(all))
    }

    /// One that is there, if it is.
    pub fn get(&self, id: EntryId) -> Option<&KnownRow> {
        self.0.get(&id)
    }

    /// One that has to be there.
    ///
    /// # Errors
    /// [`Error::Database`] when it is not.
    pub fn one(&self, id: EntryId) -> Result<&KnownRow> {
        self.get(id).ok_or_else(|| Error::Database(format!("its source has no entry {id}")))
    }
}
