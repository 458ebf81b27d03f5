//! New entries' rows: their numbers, and what tells them apart.

use super::ids::{self, IdWish, IdsTaken};
use crate::clock::Timestamp;
use crate::model::{EntryId, EntryKey, SourceId, digest};
use crate::store::Result;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::prepared::Newcomer;

/// A new entry with all that it gets.
pub struct AddedEntry<'a> {
    /// It.
    pub new: &'a Newcomer,
    /// Its number.
    pub id: EntryId,
    /// Its key: the one that it wants, or one in its place.
    pub key: EntryKey,
    /// The id that it is published under.
    pub published_id: String,
}

const NUMBERS: &str = "SELECT nextval('entry_id') AS id FROM generate_series(1, $1::bigint)";

/// Numbers for so many new entries, ascending.
pub async fn numbers(tx: &Tx, count: usize) -> Result<Vec<EntryId>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let rows = tx.rows(NUMBERS, &[count.param()]).await?;
    let mut numbers = rows.iter().map(|row| column(row, "id").map(EntryId)).collect::<Result<Vec<_>>>()?;
    numbers.sort_unstable();
    Ok(numbers)
}

/// In the order of what tells ids apart: of two who add the same ones, the first is waited
/// for by the other, and never both by each other.
const ADD: &str = "
    INSERT INTO entry (id, source_no, key, edition, id_hash, page_hash, path_hash, title_hash, material_hash,
                       labels_hash, form_hash, rest_hash, said_at, published_id, published_id_hash,
                       published_id_sha, first_seen_at, updated_at, text_at)
    SELECT q.id, $1::bigint, q.key, q.edition, q.id_hash, q.page, q.path, q.title, q.material,
           q.labels, q.form, q.rest, q.said_at, q.published_id, q.published_hash,
           sha256(convert_to(q.published_id, 'UTF8')), $2::bigint, q.updated_at, $2::bigint
      FROM unnest($3::bigint[], $4::bytea[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
                  $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::text[],
                  $16::bigint[], $17::bigint[])
           AS q (id, key, edition, id_hash, page, path, title, material, labels, form, rest, said_at, published_id,
                 published_hash, updated_at)
     ORDER BY sha256(convert_to(q.published_id, 'UTF8'))
        ON CONFLICT (published_id_sha) DO NOTHING
    RETURNING id";

/// Whose new entries they are, and when they were seen.
#[derive(Clone, Copy)]
pub struct AddTo<'a> {
    /// The number of their source.
    pub source: i64,
    /// Its name.
    pub name: &'a SourceId,
    /// When.
    pub at: Timestamp,
}

/// Adds entries. One whose id another node has given away meanwhile gets the next.
pub async fn add(tx: &Tx, to: AddTo<'_>, mut entries: Vec<AddedEntry<'_>>, taken: &mut IdsTaken) -> Result<()> {
    while !entries.is_empty() {
        let rows = insert(tx, to, &entries).await?;
        let added = rows.iter().map(|row| column(row, "id").map(EntryId)).collect::<Result<Vec<_>>>()?;
        entries.retain(|entry| !added.contains(&entry.id));
        for entry in &entries {
            taken.lose(&entry.published_id);
        }
        let wishes: Vec<IdWish<'_>> =
            entries.iter().map(|entry| IdWish { wanted: &entry.new.published_id, key: entry.new.key }).collect();
        let again = ids::assigned(tx, to.name, &wishes, taken).await?;
        for (entry, id) in entries.iter_mut().zip(again) {
            entry.published_id = id;
        }
    }
    Ok(())
}

async fn insert(tx: &Tx, to: AddTo<'_>, entries: &[AddedEntry<'_>]) -> Result<Vec<tokio_postgres::Row>> {
    let whole = |value: fn(&AddedEntry<'_>) -> i64| entries.iter().map(value).collect::<Vec<i64>>();
    let partial = |value: fn(&AddedEntry<'_>) -> Option<i64>| entries.iter().map(value).collect::<Vec<_>>();
    let keys: Vec<&[u8]> = entries.iter().map(|entry| &entry.key.0[..]).collect();
    let ids: Vec<SqlText<'_>> = entries.iter().map(|entry| SqlText(&entry.published_id)).collect();
    let [id_hash, page, path] =
        [partial(|e| e.new.print.id), partial(|e| e.new.print.page), partial(|e| e.new.print.path)];
    let said_at = partial(|e| e.new.print.said_at.map(Timestamp::millis));
    let [title, material] = [whole(|e| e.new.print.title), whole(|e| e.new.print.material)];
    let [labels, form, rest] =
        [whole(|e| e.new.print.labels), whole(|e| e.new.print.form), whole(|e| e.new.print.rest)];
    let [numbers, edition] = [whole(|e| e.id.0), whole(|e| i64::from(e.new.print.edition))];
    let hashes = whole(|e| digest(&ids::stored(&e.published_id)));
    let updated_at = whole(|e| e.new.updated_at.millis());
    let at = to.at.millis();
    let row = [
        to.source.param(),
        at.param(),
        numbers.param(),
        keys.param(),
        edition.param(),
        id_hash.param(),
        page.param(),
        path.param(),
        title.param(),
        material.param(),
        labels.param(),
        form.param(),
        rest.param(),
        said_at.param(),
        ids.param(),
        hashes.param(),
        updated_at.param(),
    ];
    tx.rows(ADD, &row).await
}
