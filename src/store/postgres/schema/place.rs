//! In which schema a store lies whose URL names none.

use tokio_postgres::Client;

use crate::store::postgres::link::url::{CONNECT, ServerAddress};
use crate::store::{Error, Result};

/// The schemas on the user's way that hold a store, and else the one in which its tables
/// would be made.
const HOLDING: &str = "
    WITH way AS (
        SELECT s.name::text AS name, s.nth,
               2 = (SELECT count(*)
                      FROM pg_catalog.pg_class c
                      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                     WHERE n.nspname = s.name AND c.relkind = 'r' AND c.relname IN ('desk', 'migration')) AS holds
          FROM unnest(current_schemas(false)) WITH ORDINALITY AS s (name, nth)
    )
    SELECT name
      FROM way
     WHERE holds OR nth = 1 AND NOT EXISTS (SELECT FROM way WHERE holds)
     ORDER BY nth";

/// The schema of the store at `address`, where that names none: the one that holds a store, or
/// would. One that is found stays, whatever is made before it on the user's way.
///
/// # Errors
/// [`Error::Unusable`] where two hold one.
pub async fn schema_of(address: &ServerAddress, client: &Client) -> Result<Option<String>> {
    if address.schema.is_some() {
        return Ok(None);
    }
    let found = tokio::time::timeout(CONNECT, schema(client, address)).await;
    found.unwrap_or_else(|_| Err(Error::Away(format!("store {address}: the server does not answer"))))
}

async fn schema(client: &Client, address: &ServerAddress) -> Result<Option<String>> {
    let rows = client.query_typed(HOLDING, &[]).await?;
    let names: Vec<String> = rows.iter().map(|row| row.try_get(0)).collect::<std::result::Result<_, _>>()?;
    match names.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one.clone())),
        [first, second, ..] => Err(Error::Unusable(format!(
            "store {address}: its database holds two stores, in the schemas {first} and {second}; name the one that \
             is meant: ?schema={first} or ?schema={second}"
        ))),
    }
}
