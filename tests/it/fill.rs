//! Many entries in a store, by a way shorter than polls.

use std::path::Path;

use rusqlite::{Connection, params};
use wiredesk::model::digest;

/// A month back, so far do they reach.
const REACH_MS: i64 = 30 * 86_400_000;

/// Puts so many entries more into the store and its one feed, like the newest that is in
/// it already, spread over the last month, the search index aside.
pub fn many(store: &Path, entries: i64) {
    let store = Connection::open(store).unwrap();
    let one = |query: &str| store.query_row(query, [], |r| r.get::<_, i64>(0)).unwrap();
    let (like, newest) = (one("SELECT max(id) FROM entry"), one("SELECT max(first_seen_at) FROM entry"));
    store.execute_batch("PRAGMA synchronous = OFF; BEGIN").unwrap();
    let mut entry = store
        .prepare(
            "INSERT INTO entry (source_no, key, edition, title_hash, material_hash, labels_hash, form_hash, rest_hash,
                                published_id, published_id_hash, first_seen_at, updated_at)
             SELECT source_no, randomblob(16), edition, title_hash, material_hash, labels_hash, form_hash, rest_hash,
                    ?2, ?3, ?4, ?4
               FROM entry WHERE id = ?1",
        )
        .unwrap();
    let mut text = store.prepare("INSERT INTO text SELECT ?2, ?3, change, body FROM text WHERE entry_id = ?1").unwrap();
    let mut route = store
        .prepare(
            "INSERT INTO route (entry_id, feed_no, admitted, sort_at, evidence)
             SELECT ?2, feed_no, 1, ?3, evidence FROM route WHERE entry_id = ?1",
        )
        .unwrap();
    for n in 0..entries {
        let (id, at) = (format!("urn:filled:{n}"), newest - REACH_MS * n / entries.max(1) - 1);
        entry.execute(params![like, id, digest(&id), at]).unwrap();
        let added = store.last_insert_rowid();
        text.execute(params![like, added, at]).unwrap();
        route.execute(params![like, added, at]).unwrap();
    }
    drop((entry, text, route));
    store
        .execute_batch(&format!(
            "UPDATE source SET entries = entries + {entries}
              WHERE no = (SELECT source_no FROM entry WHERE id = {like});
             UPDATE feed SET entries = entries + {entries};
             COMMIT"
        ))
        .unwrap();
}
