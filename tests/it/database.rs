//! Databases of the tests' server with a store's tables, for whoever waits and whoever does
//! not.

use tokio::sync::OnceCell;
use wiredesk::clock::{Clock, SystemClock};
use wiredesk::config::Config;
use wiredesk::store::{Location, ServerAddress, prepare};

use crate::server::{TestDatabase, TestServer, server};

/// Where a database is.
pub fn location(database: &TestDatabase) -> Location {
    Location::Postgres(Box::new(ServerAddress::read(&database.url()).unwrap()))
}

/// A database with the store's tables: a copy of one that is prepared once.
pub async fn prepared(server: &'static TestServer) -> TestDatabase {
    static TEMPLATE: OnceCell<TestDatabase> = OnceCell::const_new();
    let make = || async {
        let database = server.empty().await;
        prepare(&location(&database), SystemClock::new().now()).await.unwrap();
        database
    };
    server.copy(TEMPLATE.get_or_init(make).await).await
}

/// What comes of `work`, on a runtime of its own, for a caller who cannot wait.
pub fn at_once<T: Send>(work: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| {
        let alone = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(work)
        });
        alone.join().unwrap()
    })
}

/// A database of a desk's own where `WIREDESK_STORE=postgres` has the suite run on a server,
/// which has to be there then.
pub fn wanted() -> Option<TestDatabase> {
    match std::env::var("WIREDESK_STORE").ok()?.as_str() {
        "postgres" => Some(at_once(prepared(server().expect("a PostgreSQL server")))),
        "sqlite" => None,
        other => panic!("WIREDESK_STORE={other}: it is sqlite or postgres"),
    }
}

/// Where the store of a configuration lies.
pub fn configured(path: &std::path::Path) -> Location {
    Config::load(path).unwrap_or_else(|problems| panic!("{problems:?}")).store.location
}
