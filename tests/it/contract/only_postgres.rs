//! The suite's bench for PostgreSQL.

use async_trait::async_trait;
use tokio::sync::OnceCell;
use wiredesk::store::{Error, Location, Opening, ServerAddress, open, prepare};

use super::*;
use crate::server::{TestDatabase, TestServer, server};

/// A database of its own: a copy of one that is prepared once.
pub struct PostgresBench;

#[async_trait]
impl Bench for PostgresBench {
    fn is_there(&self) -> bool {
        server().is_some()
    }

    async fn place(&self) -> Place {
        let database = prepared(server().expect("a server")).await;
        Place::of(location(&database), database)
    }
}

fn location(database: &TestDatabase) -> Location {
    Location::Postgres(Box::new(ServerAddress::read(&database.url()).unwrap()))
}

/// A database with the store's tables.
async fn prepared(server: &'static TestServer) -> TestDatabase {
    static TEMPLATE: OnceCell<TestDatabase> = OnceCell::const_new();
    let make = || async {
        let database = server.empty().await;
        prepare(&location(&database), now()).await.unwrap();
        database
    };
    server.copy(TEMPLATE.get_or_init(make).await).await
}

#[tokio::test]
async fn who_looks_makes_no_store_and_changes_none_r17() {
    let Some(server) = server() else { return };
    let empty = server.empty().await;
    let said = open(&location(&empty), Opening::Look, now()).await.err().expect("nothing to look at").to_string();
    assert!(said.contains("there is no store yet; `wiredesk run` or `poll` makes one"), "{said}");
    let looking = PostgresBench.place().await.open(Opening::Look).await.unwrap();
    let refused = looking.join(&joining("desk"), now()).await;
    assert!(matches!(refused, Err(Error::Unusable(_))), "{refused:?}");
}
