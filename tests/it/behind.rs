//! What a test reads and changes in a desk's store behind everybody's back, whichever kind
//! of store it is.

use crate::database::at_once;
use crate::desk::Desk;
use crate::newsroom::Newsroom;

impl Desk {
    /// Runs statements on its store.
    pub fn alter(&self, statements: &str) {
        match &self.database {
            None => rusqlite::Connection::open(self.path("desk.db")).unwrap().execute_batch(statements).unwrap(),
            Some(database) => at_once(async { database.client().await.batch_execute(statements).await.unwrap() }),
        }
    }

    /// The number that a query finds.
    pub fn figure(&self, query: &str) -> i64 {
        let query = format!("SELECT CAST(({query}) AS bigint)");
        match &self.database {
            None => {
                rusqlite::Connection::open(self.path("desk.db")).unwrap().query_row(&query, [], |r| r.get(0)).unwrap()
            }
            Some(database) => at_once(async { database.client().await.query_one(&query, &[]).await.unwrap().get(0) }),
        }
    }

    /// Which table says when sources are due and who has claimed them.
    pub fn schedule(&self) -> &'static str {
        if self.database.is_some() { "schedule" } else { "source" }
    }
}

impl Newsroom {
    /// See [`Desk::alter`].
    pub fn alter(&self, statements: &str) {
        self.desk.alter(statements);
    }

    /// See [`Desk::figure`].
    pub fn figure(&self, query: &str) -> i64 {
        self.desk.figure(query)
    }

    /// See [`Desk::schedule`].
    pub fn schedule(&self) -> &'static str {
        self.desk.schedule()
    }
}
