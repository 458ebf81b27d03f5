//! Searches on a server.

use super::find::search;
use crate::model::{EntryId, EntryKey};
use crate::store::codec::Encoder;
use crate::store::postgres::server::{TestDatabase, server};
use crate::store::postgres::tests::{prepared, session};
use crate::store::{Lookup, WordRun};

/// Entries in the store. Words of all are `common`, of every ten thousandth `rare` too.
const ENTRIES: i64 = 40_000;

async fn filled(database: &TestDatabase) {
    let client = database.client().await;
    let body = Encoder::new().new_entry(&crate::model::Entry::new(EntryKey::of("id", &["1"]))).unwrap();
    let body: String = body.iter().map(|byte| format!("{byte:02x}")).collect();
    let rows = format!(
        r"INSERT INTO source (id, url_hash, active) VALUES ('a', 1, true);
          INSERT INTO entry (id, source_no, key, title_hash, material_hash, form_hash, published_id, published_id_hash,
                             published_id_sha, first_seen_at, updated_at, text_at)
          SELECT n, 1, decode(lpad(to_hex(n), 32, '0'), 'hex'), 0, 0, 0, n::text, 0, sha256(n::text::bytea), 0, 0, n
            FROM generate_series(1, {ENTRIES}) n;
          INSERT INTO text (entry_id, seen_at, version, body) SELECT id, text_at, 1, '\x{body}' FROM entry;
          INSERT INTO search (entry_id, seen_at, words)
          SELECT id, text_at, (CASE WHEN id % 10000 = 0 THEN '''rare'':2 ' ELSE '' END || '''common'':1 '
                 || E'''\x01a' || (id >> 12) || E''' ''\x01b' || (id >> 15) || E''' ''\x01c' || (id >> 18) || '''')::tsvector
            FROM entry;
          DELETE FROM text WHERE entry_id = 39999;
          ANALYZE"
    );
    client.batch_execute(&rows).await.unwrap();
}

fn word(word: &str) -> Lookup {
    Lookup::Run(WordRun { words: vec![word.to_owned()], open: false })
}

#[tokio::test]
async fn what_is_searched_for_comes_newest_first_however_far_back_it_lies() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    filled(&database).await;
    let session = session(&database);
    let find = async |word: Lookup, before: Option<i64>, limit: usize| -> Vec<i64> {
        let found = session.read_of(&word, |tx, word| Box::pin(search(tx, word, before.map(EntryId), limit))).await;
        found.unwrap().iter().map(|kept| kept.id.0).collect()
    };
    assert_eq!(find(word("rare"), None, 10).await, [40_000, 30_000, 20_000, 10_000]);
    assert_eq!(find(word("rare"), None, 2).await, [40_000, 30_000]);
    assert_eq!(find(word("rare"), Some(30_000), 10).await, [20_000, 10_000]);
    assert_eq!(find(word("nobody"), None, 10).await, [0; 0]);
    // One whose text is gone is gone past.
    assert_eq!(find(word("common"), None, 3).await, [40_000, 39_998, 39_997]);
    let all = find(word("common"), Some(8_200), 8_300).await;
    assert_eq!((all.len(), all[0], all[8_198]), (8_199, 8_199, 1));
}

/// The plan of a search by a word that all have, as the server makes it in our transactions.
#[tokio::test]
async fn a_search_asks_the_index_over_words_however_common_they_are() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    filled(&database).await;
    const EXPLAIN: &str = r"EXPLAIN WITH hit AS MATERIALIZED (
        SELECT entry_id FROM search WHERE words @@ E'(''common'' | ''\x02all'') & (''\x01a0'')'::text::tsquery)
        SELECT DISTINCT entry_id FROM hit WHERE entry_id < 5000 ORDER BY entry_id DESC LIMIT 10";
    let session = session(&database);
    let plan = session.read(|tx| Box::pin(async move { tx.rows(EXPLAIN, &[]).await })).await.unwrap();
    let plan: Vec<String> = plan.iter().map(|line| line.get(0)).collect();
    let plan = plan.join("\n");
    assert!(plan.contains("Bitmap Index Scan on search_rest_words_idx"), "{plan}");
    assert!(!plan.contains("Seq Scan"), "{plan}");
}
