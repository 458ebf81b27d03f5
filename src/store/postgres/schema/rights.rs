//! Whether the server, the database and our rights there are such as a store needs.

use crate::store::postgres::link::tx::{Tx, column};
use crate::store::postgres::link::url::ServerAddress;
use crate::store::{Error, Result};

/// The oldest server, as it numbers itself: from then on a month can be attached while
/// others read.
const OLDEST_SERVER: i32 = 140_000;

/// What a server, a database and our rights there are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The server's version as a number.
    version: i32,
    /// The same as it is called.
    called: String,
    /// How the database encodes text.
    encoding: String,
    /// Whether it follows another, which takes the writes.
    is_standby: bool,
    /// The schema in which tables are made; none where the one that is named is missing.
    schema: Option<String>,
    /// Whether we may make any there.
    may_create: bool,
    /// Whose the store's tables are, where they are there and not ours to change.
    owner: Option<String>,
}

const FACTS: &str = "
    SELECT current_setting('server_version_num')::int AS version,
           current_setting('server_version') AS called,
           pg_encoding_to_char(d.encoding)::text AS encoding,
           pg_is_in_recovery() AS is_standby,
           current_schema()::text AS schema,
           coalesce(has_schema_privilege(current_schema()::text, 'CREATE'), false) AS may_create,
           (SELECT pg_get_userbyid(c.relowner)::text
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = current_schema() AND c.relname = 'text' AND c.relkind = 'p'
               AND NOT pg_has_role(c.relowner, 'USAGE')) AS owner
      FROM pg_catalog.pg_database d
     WHERE d.datname = current_database()";

/// Asks the server.
pub async fn facts(tx: &Tx) -> Result<Facts> {
    let row = tx.one(FACTS, &[]).await?.ok_or_else(|| Error::Database("the server does not know itself".to_owned()))?;
    Ok(Facts {
        version: column(&row, "version")?,
        called: column(&row, "called")?,
        encoding: column(&row, "encoding")?,
        is_standby: column(&row, "is_standby")?,
        schema: column(&row, "schema")?,
        may_create: column(&row, "may_create")?,
        owner: column(&row, "owner")?,
    })
}

/// Refuses what a store cannot be kept in.
///
/// # Errors
/// [`Error::Unusable`] names the store and the remedy.
pub fn check(facts: &Facts, address: &ServerAddress) -> Result<()> {
    match refusal(facts, address) {
        Some(why) => Err(Error::Unusable(format!("store {address}: {why}"))),
        None => Ok(()),
    }
}

fn refusal(facts: &Facts, address: &ServerAddress) -> Option<String> {
    let user = &address.user;
    if facts.version < OLDEST_SERVER {
        return Some(format!("PostgreSQL {}; wiredesk needs 14 or later", facts.called));
    }
    if facts.encoding != "UTF8" {
        return Some(format!("the database's encoding is {}; create it with -E UTF8", facts.encoding));
    }
    if facts.is_standby {
        return Some("is a standby and takes no writes; name the primary, or all hosts: host1,host2".to_owned());
    }
    let Some(schema) = &facts.schema else {
        let named = address.schema.as_deref().unwrap_or("public");
        return Some(format!("there is no schema {named}; create it: CREATE SCHEMA {named} AUTHORIZATION \"{user}\""));
    };
    if let Some(owner) = &facts.owner {
        let grant = format!("GRANT \"{owner}\" TO \"{user}\"");
        return Some(format!("its tables belong to \"{owner}\"; let \"{user}\" act as that one: {grant}"));
    }
    if !facts.may_create {
        let grant = format!("GRANT ALL ON SCHEMA {schema} TO \"{user}\"");
        return Some(format!("user \"{user}\" may not create tables in schema {schema}; as its owner: {grant}"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit() -> Facts {
        Facts {
            version: 150_018,
            called: "15.18 (Debian 15.18-0+deb12u1)".to_owned(),
            encoding: "UTF8".to_owned(),
            is_standby: false,
            schema: Some("public".to_owned()),
            may_create: true,
            owner: None,
        }
    }

    #[test]
    fn a_store_that_cannot_be_says_why_and_what_to_do_o41() {
        let check = |facts: Facts, schema: &str, expected: Option<&str>| {
            let address = ServerAddress::read(&format!("postgres://desk@db/news{schema}")).unwrap();
            assert_eq!(refusal(&facts, &address).as_deref(), expected);
        };
        check(fit(), "", None);
        let old = Facts { version: 130_005, called: "13.5".to_owned(), ..fit() };
        check(old, "", Some("PostgreSQL 13.5; wiredesk needs 14 or later"));
        let ascii = Facts { encoding: "SQL_ASCII".to_owned(), ..fit() };
        check(ascii, "", Some("the database's encoding is SQL_ASCII; create it with -E UTF8"));
        let standby = "is a standby and takes no writes; name the primary, or all hosts: host1,host2";
        check(Facts { is_standby: true, ..fit() }, "", Some(standby));
        let missing = Facts { schema: None, may_create: false, ..fit() };
        let create = "there is no schema wire; create it: CREATE SCHEMA wire AUTHORIZATION \"desk\"";
        check(missing, "?schema=wire", Some(create));
        let grant = "user \"desk\" may not create tables in schema public; as its owner: \
                     GRANT ALL ON SCHEMA public TO \"desk\"";
        check(Facts { may_create: false, ..fit() }, "", Some(grant));
        let owned = "its tables belong to \"ada\"; let \"desk\" act as that one: GRANT \"ada\" TO \"desk\"";
        check(Facts { owner: Some("ada".to_owned()), ..fit() }, "", Some(owned));
        // The right to make tables would not help.
        check(Facts { owner: Some("ada".to_owned()), may_create: false, ..fit() }, "", Some(owned));
    }
}
