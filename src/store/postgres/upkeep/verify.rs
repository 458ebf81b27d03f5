//! Integrity: between tables, and of everything that is ever decoded. What the server keeps
//! itself (pages, indexes) it checks itself: data checksums, and its `pg_amcheck`.

use super::checks::CHECKS;
use super::looks;
use crate::store::Result;
use crate::store::postgres::link::run::Session;
use crate::store::postgres::link::tx::column;
use crate::store::postgres::schema;

/// See [`Upkeep::verify`](crate::store::Upkeep::verify). Each question is a transaction of
/// its own: while one runs for long, the server keeps every row that others replace.
pub async fn verify(session: &Session) -> Result<Vec<String>> {
    let missing = session.survey(&(), |tx, ()| Box::pin(schema::missing(tx))).await?;
    let told = |table| format!("the table {table} is missing; restore a backup");
    let mut wrong: Vec<String> = missing.into_iter().map(told).collect();
    for (what, query) in CHECKS {
        match count(session, query).await {
            Ok(0) => {}
            Ok(broken) => wrong.push(format!("{what} ({broken} times)")),
            Err(error) if looks::is_of_the_way(&error) => return Err(error),
            Err(error) => wrong.push(format!("{what}: cannot be told: {error}")),
        }
    }
    looks::all(session, &mut wrong).await?;
    Ok(wrong)
}

async fn count(session: &Session, query: &'static str) -> Result<i64> {
    let counting = session.survey(&(), move |tx, ()| {
        Box::pin(async move {
            let row = tx.one(query, &[]).await?;
            row.map_or(Ok(0), |row| column(&row, "broken"))
        })
    });
    counting.await
}
