//! Tables, and who may make them.

use crate::clock::Timestamp;
use crate::store::SCHEMA;
use crate::store::copy::COPIED;
use crate::store::postgres::link::run::Session;
use crate::store::postgres::link::time::StoreTime;
use crate::store::postgres::server::server;
use crate::store::postgres::{ServerAddress, prepare, schema};
use tokio_postgres::Client;

use super::{NOW, address, number, prepared};

/// How many migrations there are.
fn migrations() -> i64 {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres");
    i64::try_from(std::fs::read_dir(folder).unwrap().count()).unwrap()
}

#[tokio::test]
async fn a_schema_is_made_once_by_whoever_comes_first_r17() {
    let Some(server) = server() else { return };
    let database = server.empty().await;
    let address = address(&database);
    let all = tokio::join!(prepare(&address, NOW), prepare(&address, NOW), prepare(&address, NOW));
    assert!(all.0.is_ok() && all.1.is_ok() && all.2.is_ok(), "{all:?}");
    let client = database.client().await;
    assert_eq!(number(&client, "SELECT max(number) FROM migration").await, i64::from(SCHEMA));
    assert_eq!(number(&client, "SELECT count(*) FROM migration").await, migrations());
    assert_eq!(number(&client, "SELECT count(*) FROM desk").await, 1);
    // The month before, this one, and three that come, each beside the rest.
    let parts =
        "SELECT count(*) FROM pg_inherits WHERE inhparent IN ('text'::regclass, 'search'::regclass, 'poll'::regclass)";
    assert_eq!(number(&client, parts).await, 3 * 6);
}

#[tokio::test]
async fn a_schema_that_is_not_ours_is_refused_by_name_r17() {
    let Some(server) = server() else { return };
    let database = server.empty().await;
    let client = database.client().await;
    client.batch_execute("CREATE TABLE b (x int); CREATE TABLE a (x int); CREATE VIEW v AS SELECT 1").await.unwrap();
    let said = prepare(&address(&database), NOW).await.unwrap_err().to_string();
    assert!(said.contains("holds tables of another program (a, b); name an empty one: ?schema=wiredesk"), "{said}");
    let url = format!("{}&schema=wiredesk", database.url());
    let beside = ServerAddress::read(&url).unwrap();
    let said = prepare(&beside, NOW).await.unwrap_err().to_string();
    assert!(said.contains("there is no schema wiredesk; create it: CREATE SCHEMA wiredesk AUTHORIZATION"), "{said}");
    client.batch_execute("CREATE SCHEMA wiredesk").await.unwrap();
    prepare(&beside, NOW).await.unwrap();
    assert_eq!(number(&client, "SELECT count(*) FROM wiredesk.migration").await, migrations());
}

#[tokio::test]
async fn a_later_schema_and_a_changed_one_are_refused_r17() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let (client, address) = (database.client().await, address(&database));
    let later = "INSERT INTO migration VALUES (9999, 7, 0); UPDATE desk SET least = 1";
    client.batch_execute(later).await.unwrap();
    prepare(&address, NOW).await.expect("a program that may run beside the newer one");
    client.batch_execute("UPDATE desk SET least = 9999").await.unwrap();
    let said = prepare(&address, NOW).await.unwrap_err().to_string();
    assert!(said.contains("9999") && said.contains(&format!("knows {SCHEMA}")), "{said}");
    client
        .batch_execute("DELETE FROM migration WHERE number = 9999; UPDATE migration SET checksum = checksum + 1")
        .await
        .unwrap();
    let said = prepare(&address, NOW).await.unwrap_err().to_string();
    assert!(said.contains("is not this program's"), "{said}");
}

#[tokio::test]
async fn who_cannot_use_a_store_is_told_why_o41() {
    let Some(server) = server() else { return };
    let database = server.empty().await;
    let said =
        |url: String| async move { prepare(&ServerAddress::read(&url).unwrap(), NOW).await.unwrap_err().to_string() };
    let url = database.url();
    let missing = said(url.replace(&database.name, "nowhere")).await;
    assert!(
        missing.contains("there is no database \"nowhere\"; create it: createdb -O wiredesk -E UTF8 "),
        "{missing}"
    );
    let stranger = said(url.replace("wiredesk@", "stranger@")).await;
    assert!(stranger.contains("the server refuses user \"stranger\""), "{stranger}");
    let empty = tempfile::tempdir().unwrap();
    let nobody = said(format!("postgres://wiredesk@/news?host={}", empty.path().display())).await;
    assert!(nobody.contains("nobody answers: ") && nobody.contains("is PostgreSQL running there?"), "{nobody}");
    let client = database.client().await;
    client.batch_execute(&format!("CREATE ROLE poor{} LOGIN", database.name)).await.unwrap();
    client.batch_execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC").await.unwrap();
    let poor = said(url.replace("wiredesk@", &format!("poor{}@", database.name))).await;
    assert!(
        poor.contains("may not create tables in schema public; as its owner: GRANT ALL ON SCHEMA public"),
        "{poor}"
    );
}

#[tokio::test]
async fn rows_of_a_month_move_to_it_when_it_is_made() {
    let Some(server) = server() else { return };
    let database = server.empty().await;
    let callers = Session::new(address(&database), StoreTime::Callers, "wiredesk", 11).unwrap();
    let november = Timestamp::from_millis(1_794_000_000_000);
    schema::prepare(&callers, november).await.unwrap();
    let client = database.client().await;
    let old = "ALTER TABLE text DETACH PARTITION text_202611; DROP TABLE text_202611;
               INSERT INTO text VALUES (1, 1793491200000, NULL, 1, 'a'), (2, 1796083199999, NULL, 1, 'a'), (3, 1793491199999, NULL, 1, 'a'), (4, 0, NULL, 1, 'a')";
    client.batch_execute(old).await.unwrap();
    schema::prepare(&callers, november).await.unwrap();
    let lies = |table: &'static str| number_of(&client, table);
    assert_eq!((lies("text_202611").await, lies("text_rest").await), (vec![1, 2], vec![4]));
}

async fn number_of(client: &Client, table: &str) -> Vec<i64> {
    let rows = client.query(&format!("SELECT entry_id FROM {table} ORDER BY 1"), &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// What a copy leaves behind or makes anew; a table alone stands for all its columns.
const NOT_COPIED: [&str; 20] = [
    "migration",
    "turn",
    "story_turn",
    "node",
    "configuration",
    "duty",
    "receipt",
    "search",
    "unindexed",
    "rereading",
    "desk.store",
    "desk.least",
    "schedule.source_no",
    "schedule.failing",
    "schedule.lease_until_at",
    "schedule.holder",
    "schedule.portion",
    "entry.published_id_sha",
    "text.version",
    "tally.node_no",
];

#[tokio::test]
async fn every_column_is_copied_or_left_on_purpose_o60() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let columns = "SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                      AND a.attnum > 0 AND NOT a.attisdropped";
    let rows = database.client().await.query(columns, &[]).await.unwrap();
    let is_copied = |table: &str, column: &str| {
        let table = if table == "schedule" { "source" } else { table };
        COPIED.iter().any(|t| t.name == table && t.columns.iter().any(|c| c.name == column))
    };
    let all: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert!(all.len() > 100, "{}", all.len());
    let is_left =
        |table: &str, column: &str| NOT_COPIED.iter().any(|l| *l == table || *l == format!("{table}.{column}"));
    let lost: Vec<_> = all.iter().filter(|(t, c)| !is_copied(t, c) && !is_left(t, c)).collect();
    assert!(lost.is_empty(), "name them in store/copy/table.rs, or here with the reason: {lost:?}");
}
