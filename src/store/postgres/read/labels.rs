//! Labels by which stored decisions were made.

use std::collections::BTreeMap;

use crate::model::SourceId;
use crate::store::codec::source_id;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::{Labels, Result};

const LABELS_OF: &str = "
    SELECT id, labels
      FROM source
     WHERE id = ANY($1::text[]) AND labels IS NOT NULL";

/// See [`Rematches::labels`](crate::store::Rematches::labels).
pub async fn labels(tx: &Tx, sources: &[SourceId]) -> Result<BTreeMap<SourceId, Labels>> {
    let ids: Vec<SqlText<'_>> = sources.iter().map(|source| SqlText(source.as_str())).collect();
    let mut found = BTreeMap::new();
    for row in tx.rows(LABELS_OF, &[ids.param()]).await? {
        // Labels that cannot be read are not known.
        let labels: Option<Labels> = serde_json::from_str(column(&row, "labels")?).ok();
        if let Some(labels) = labels {
            found.insert(source_id(column(&row, "id")?)?, labels);
        }
    }
    Ok(found)
}
