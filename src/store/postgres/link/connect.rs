//! Connections, made host by host. A host that takes a connection and says nothing has as
//! long as one that does not answer, so it keeps nobody from the next one.

use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use deadpool_postgres::Connect;
use tokio::task::JoinHandle;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Connection, Error, Socket};

use super::tls::Tls;
use super::url::{CONNECT, Password, ServerAddress};

/// A connection that is to be driven.
type Driven = Connection<Socket, <Tls as MakeTlsConnect<Socket>>::Stream>;

impl ServerAddress {
    /// Connects to the first of its hosts that answers and takes writes. `name` is what the
    /// server's own lists show of us.
    ///
    /// # Errors
    /// The last host's. One that was silent is told by [`is_silence`].
    pub(super) async fn connect(&self, name: &str, tls: &Tls) -> Result<(Client, Driven), Error> {
        self.connect_with(name, tls, None).await
    }

    /// The same, with settings for the server's session.
    pub(super) async fn connect_with(
        &self,
        name: &str,
        tls: &Tls,
        settings: Option<&str>,
    ) -> Result<(Client, Driven), Error> {
        let password = self.password_now().await;
        let mut last = Error::__private_api_timeout();
        for server in &self.servers {
            let mut config = self.config(server, name, password.as_ref());
            if let Some(settings) = settings {
                config.options(settings);
            }
            match tokio::time::timeout(CONNECT, config.connect(tls.clone())).await {
                Ok(Ok(connected)) => return Ok(connected),
                Ok(Err(error)) => last = error,
                Err(_) => last = Error::__private_api_timeout(),
            }
        }
        Err(last)
    }

    /// How long that may take.
    pub(super) fn longest_connecting(&self) -> Duration {
        CONNECT.saturating_mul(u32::try_from(self.servers.len()).unwrap_or(u32::MAX))
    }

    /// The password as its file holds it now: it may have been changed on the server since.
    async fn password_now(&self) -> Option<Password> {
        let Some(file) = self.password_file.clone() else { return self.password.clone() };
        let shown = file.display().to_string();
        match tokio::task::spawn_blocking(move || in_file(&file)).await {
            Ok(Ok(password)) => Some(password),
            Ok(Err(error)) => {
                tracing::warn!(file = shown, %error, "store.password_file cannot be read");
                None
            }
            Err(_) => None,
        }
    }
}

/// The text of a file, without the line break at its end.
fn in_file(file: &Path) -> std::io::Result<Password> {
    let text = std::fs::read_to_string(file)?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(Password(text.strip_suffix('\r').unwrap_or(text).to_owned()))
}

/// Whether an error says that a host was silent.
pub fn is_silence(e: &Error) -> bool {
    e.to_string() == Error::__private_api_timeout().to_string()
}

/// How a pool makes its connections.
pub struct PoolConnect {
    /// To where.
    pub address: ServerAddress,
    /// By which way.
    pub tls: Tls,
    /// What the server's own lists show of us.
    pub name: String,
}

/// A client, and the task that drives its connection.
type Connecting<'a> = Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + 'a>>;

impl Connect for PoolConnect {
    fn connect(&self, _: &Config) -> Connecting<'_> {
        Box::pin(async move {
            let (client, connection) = self.address.connect(&self.name, &self.tls).await?;
            let driving = tokio::spawn(async move {
                // Whoever asks through it is told.
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection to the store ended");
                }
            });
            Ok((client, driving))
        })
    }
}

/// Ends a connection that is needed no longer: the server is told, and does not take it for
/// one that was lost.
pub async fn let_go(client: Client, driving: JoinHandle<std::result::Result<(), Error>>) {
    drop(client);
    // What it says at its end is nobody's business.
    let _ = tokio::time::timeout(CONNECT, driving).await;
}
