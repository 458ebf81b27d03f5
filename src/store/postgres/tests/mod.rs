//! What needs a server.

use crate::clock::Timestamp;
use crate::store::postgres::link::run::Session;
use crate::store::postgres::link::time::StoreTime;
use crate::store::postgres::server::{TestDatabase, TestServer};
use crate::store::postgres::{ServerAddress, prepare};
use std::marker::PhantomData;
use std::ops::Deref;
use tokio::sync::OnceCell;
use tokio_postgres::Client;

mod commits;
mod encryption;
mod hints;
mod schema;
mod statements;
mod words;

const NOW: Timestamp = Timestamp::from_millis(1_796_000_000_000);

pub(super) fn address(database: &TestDatabase) -> ServerAddress {
    ServerAddress::read(&database.url()).unwrap()
}

/// A session of a test's database, which lasts as long as the session: a database is dropped with
/// its value.
pub(super) struct TestSession<'d> {
    session: Session,
    _database: PhantomData<&'d TestDatabase>,
}

impl Deref for TestSession<'_> {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

pub(super) fn session(database: &TestDatabase) -> TestSession<'_> {
    let session = Session::new(address(database), StoreTime::Servers, "wiredesk", 11).unwrap();
    TestSession { session, _database: PhantomData }
}

/// A database with the store's tables.
pub(super) async fn prepared(server: &'static TestServer) -> TestDatabase {
    static TEMPLATE: OnceCell<TestDatabase> = OnceCell::const_new();
    let make = || async {
        let database = server.empty().await;
        prepare(&address(&database), NOW).await.unwrap();
        database
    };
    server.copy(TEMPLATE.get_or_init(make).await).await
}

pub(super) async fn number(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap().get(0)
}
