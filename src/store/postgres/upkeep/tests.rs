//! Months that grow old, on a server.

use crate::clock::Timestamp;
use crate::store::postgres::link::run::Session;
use crate::store::postgres::link::time::StoreTime;
use crate::store::postgres::schema::{prepare, turn_months};
use crate::store::postgres::server::{TestDatabase, server};
use crate::store::postgres::tests::{address, number};

fn at(day: &str) -> Timestamp {
    Timestamp::from_rfc3339(&format!("{day}T00:00:00Z")).unwrap()
}

fn callers(database: &TestDatabase) -> Session {
    Session::new(address(database), StoreTime::Callers, "wiredesk", 11).unwrap()
}

#[tokio::test]
async fn what_is_left_of_an_old_month_moves_to_the_rest_r25() {
    let Some(server) = server() else { return };
    let database = server.empty().await;
    let (session, client) = (callers(&database), database.client().await);
    prepare(&session, at("2024-06-15")).await.unwrap();
    let june = at("2024-06-10").millis();
    let rows = format!(
        "INSERT INTO text VALUES (1, {june}, NULL, 1, 'a'), (2, {june} + 1, NULL, 1, 'a');
         INSERT INTO search VALUES (1, {june}, 'mayor:1');
         INSERT INTO poll (source_no, kind, text, first_at, last_at, count, duration_ms, wire_bytes, new, revised)
         VALUES (1, 'document', '', {june}, {june}, 1, 0, 0, 0, 0)"
    );
    client.batch_execute(&rows).await.unwrap();
    let months = "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '^(text|search|poll)_20240[5-7]$'";
    assert_eq!(number(&client, months).await, 9);
    // A month that is not over stays, whatever lies in it.
    turn_months(&session, at("2024-05-31"), at("2024-09-01")).await.unwrap();
    assert_eq!(number(&client, months).await, 9);
    // A reader of texts is not cut off: their month is for another day.
    client.batch_execute("BEGIN; SELECT FROM text").await.unwrap();
    let other = database.client().await;
    turn_months(&session, at("2024-08-01"), at("2024-09-01")).await.unwrap();
    let of_texts = "SELECT count(*) FROM pg_class WHERE relname = 'text_202405'";
    assert_eq!((number(&other, of_texts).await, number(&other, months).await), (1, 7));
    client.batch_execute("COMMIT").await.unwrap();
    for _ in 0..3 {
        turn_months(&session, at("2024-08-01"), at("2024-09-01")).await.unwrap();
    }
    assert_eq!(number(&client, months).await, 0);
    for (rest, rows) in [("text_rest", 2), ("search_rest", 1), ("poll_rest", 1)] {
        assert_eq!(number(&client, &format!("SELECT count(*) FROM {rest}")).await, rows, "{rest}");
    }
    let found = "SELECT count(*) FROM search WHERE words @@ 'mayor'::tsquery";
    assert_eq!(number(&client, found).await, 1, "it is found where it lies now");
}
