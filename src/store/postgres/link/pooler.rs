//! Whether a pooler stands between us and the server. It speaks the server's own protocol, so
//! it is told by what it keeps back: a setting that is sent as a connection begins reaches a
//! server's session, whereas a pooler, whose sessions are many clients', refuses it or leaves
//! it out.

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::connect::let_go;
use super::error::told;
use super::reach::unreached;
use super::tls::Tls;
use super::url::ServerAddress;
use crate::store::{Error, Result};

/// What the server's lists show of the connection.
const NAME: &str = "wiredesk looks for a pooler";

/// As `libpq` sends settings (PostgreSQL, *Message Formats*, `StartupMessage`).
const SETTING: &str = "-c wiredesk.direct=on";

const DIRECT: &str = "SELECT coalesce(current_setting('wiredesk.direct', true), '') = 'on' AS direct";

impl ServerAddress {
    /// Whether notifications would be heard through a pooler, which forwards none.
    ///
    /// # Errors
    /// Nobody answers, or it cannot be told.
    pub async fn hears_through_pooler(&self) -> Result<bool> {
        let at = self.notifications.as_deref().unwrap_or(self);
        let tls = Tls::new(&at.encryption)?;
        let (client, connection) = match at.connect_with(NAME, &tls, Some(SETTING)).await {
            Ok(connected) => connected,
            // PgBouncer: "unsupported startup parameter".
            Err(error) if error.code() == Some(&SqlState::PROTOCOL_VIOLATION) => return Ok(true),
            Err(error) => return Err(unreached(at, &error)),
        };
        let driving = tokio::spawn(connection);
        let is_direct = is_direct(&client).await;
        let_go(client, driving).await;
        is_direct.map(|is_direct| !is_direct)
    }
}

async fn is_direct(client: &Client) -> Result<bool> {
    let asked = async { client.query_one(DIRECT, &[]).await?.try_get("direct") };
    asked.await.map_err(|error: tokio_postgres::Error| Error::Database(told(&error)))
}
