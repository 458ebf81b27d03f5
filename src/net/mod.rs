//! The guarded HTTP client: the only way out of the program.
//!
//! Every address is vetted before it is dialled, literal ones too (checks B23 to B32).
//! Connections and response heads are kept within their limits. The only proxy that is used
//! is one configured for a source.
//!
//! Following redirects, keeping cookies, repeating requests and undoing content codings are
//! decisions, and left to `fetch`. RFC 9110, RFC 9112, RFC 9113.

mod error;
mod failure;
pub mod guard;
pub mod passport;
mod pools;
pub mod resolve;
pub mod room;
mod settings;
#[cfg(test)]
mod tests;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
pub use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::OnceCell;
use url::Url;

use crate::limits::{HEAD_BYTES, HEAD_FIELDS};
use crate::model::web::address::Opened;
use crate::model::{Failure, Phase};
pub use error::Error;
use guard::{Guard, Ports, Target};
use passport::Passport;
use pools::{Pools, Whose};
use resolve::{Resolve, System, Vetted};
use room::Rooms;
pub use settings::Settings;
pub use tls::Roots;

/// How long an unused connection is kept: long enough for a redirect and for the next
/// source of the same host, short enough not to tie up the server's sockets.
const KEEP_IDLE: Duration = Duration::from_secs(3);

/// The client: one for the program.
pub struct Client {
    settings: Settings,
    /// The networks and hosts opened to all sources that live there.
    opened: Opened,
    resolver: Arc<dyn Resolve>,
    roots: Roots,
    pools: Pools,
    /// Made at the first https request: the certificate store is slow to read.
    trusting: OnceCell<rustls::ClientConfig>,
    rooms: Rooms,
}

impl Client {
    /// A client with the machine's resolver and certificate authorities.
    pub fn new(settings: Settings) -> Result<Client, Error> {
        Client::with(settings, Arc::new(System), Roots::Machine)
    }

    /// A client that looks names up by `resolver` and trusts `roots`.
    pub fn with(settings: Settings, resolver: Arc<dyn Resolve>, roots: Roots) -> Result<Client, Error> {
        let opened = Opened { networks: settings.allow_addresses.clone(), hosts: settings.allow_hosts.clone() };
        let (pools, trusting) = (Pools::default(), OnceCell::new());
        let client = Client { settings, opened, resolver, roots, pools, trusting, rooms: Rooms::default() };
        let whose = Whose { guard: Guard::default(), proxy: None };
        let pool = client.pools.of(&whose);
        for (cell, ports) in [(&pool.plain.usual, Ports::Usual), (&pool.plain.reserved, Ports::Reserved)] {
            // a fresh cell takes its first value, so nothing is dropped
            let _ = cell.set(client.build(trusting_nobody()?, &whose, ports)?);
        }
        Ok(client)
    }

    /// The bounds this client was made with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The room that all bodies share.
    pub fn rooms(&self) -> &Rooms {
        &self.rooms
    }

    /// Sends one GET for `url` on behalf of `asker` and waits for the head of the response.
    ///
    /// Credentials in `url` are sent as Basic authorization (RFC 7617) and kept out of all
    /// errors. `headers` are sent as they are, and `User-Agent` is added.
    ///
    /// With a `proxy`, the proxy looks names up and has to guard where they lead; scheme,
    /// port, literal addresses, and names that evidently lead inside are vetted here all
    /// the same.
    pub async fn get(
        &self,
        asker: &Passport,
        proxy: Option<&Url>,
        url: &Url,
        headers: HeaderMap,
    ) -> Result<RawResponse, Failure> {
        let whose = self.vet(asker, proxy, url)?;
        let host = url.host_str().unwrap_or_default();
        let client = match proxy {
            None => self.line(&whose, url).await,
            Some(proxy) => self.proxied(&whose, proxy).await?,
        };
        let client = client.map_err(|err| Failure::Internal(err.to_string()))?;
        let sending = client.request(Method::GET, url.clone()).headers(headers).send();
        let limit = self.settings.head;
        let mut answer = match tokio::time::timeout(limit, sending).await {
            Err(_) => return Err(Failure::Timeout { phase: Phase::Head, after: limit }),
            Ok(Err(err)) => return Err(failure::failure(&err, Phase::Head, host, &self.settings)),
            Ok(Ok(answer)) => answer,
        };
        let headers = std::mem::take(answer.headers_mut());
        check_head(&headers, host)?;
        Ok(RawResponse { status: answer.status().as_u16(), headers, host: host.to_owned(), answer })
    }

    /// The next piece of a body; `None` at its end.
    pub async fn chunk(&self, response: &mut RawResponse) -> Result<Option<Bytes>, Failure> {
        match tokio::time::timeout(self.settings.idle, response.answer.chunk()).await {
            Err(_) => Err(Failure::Timeout { phase: Phase::Body, after: self.settings.idle }),
            Ok(Err(err)) => Err(failure::failure(&err, Phase::Body, &response.host, &self.settings)),
            Ok(Ok(piece)) => Ok(piece),
        }
    }

    /// Whether `asker` may request `url`, as far as its text shows; asked before waiting
    /// for a turn at the host.
    ///
    /// # Errors
    /// Why not.
    pub fn admits(&self, asker: &Passport, proxy: Option<&Url>, url: &Url) -> Result<(), Failure> {
        self.vet(asker, proxy, url).map(drop)
    }

    /// Decides whether `url` may be requested, and on whose connections.
    fn vet(&self, asker: &Passport, proxy: Option<&Url>, url: &Url) -> Result<Whose, Failure> {
        let home = asker.is_home(url);
        let guard = asker.guard(&self.opened, url);
        let vetted = match proxy {
            None => guard.url(url),
            Some(_) => guard.through_proxy(url, if home { Target::Own } else { Target::Others }),
        };
        vetted.map_err(|refusal| Failure::Refused(refusal.to_string()))?;
        Ok(Whose { guard, proxy: proxy.cloned() })
    }

    /// How long a look-up may take: half the time for connecting, so that an error can
    /// distinguish a slow resolver from a slow host.
    fn look_up(&self) -> Duration {
        self.settings.connect / 2
    }

    /// The connections for `url`.
    async fn line(&self, whose: &Whose, url: &Url) -> Result<reqwest::Client, Error> {
        let pool = self.pools.of(whose);
        let secure = url.scheme() == "https";
        let line = if secure { &pool.secure } else { &pool.plain };
        let ports = Ports::of(url.port_or_known_default().unwrap_or(0));
        let cell = match ports {
            Ports::Usual => &line.usual,
            Ports::Reserved => &line.reserved,
        };
        let made = cell.get_or_try_init(|| async {
            let tls = if secure { self.trusting().await? } else { trusting_nobody()? };
            self.build(tls, whose, ports)
        });
        made.await.cloned()
    }

    /// The connections through `proxy`. The proxy alone is dialled.
    async fn proxied(&self, whose: &Whose, proxy: &Url) -> Result<Result<reqwest::Client, Error>, Failure> {
        let guard = Guard::for_proxy();
        guard.url(proxy).map_err(|refusal| Failure::Refused(format!("the proxy: {refusal}")))?;
        let pool = self.pools.of(whose);
        let made = pool.proxied.get_or_try_init(|| async {
            let setup = |err: reqwest::Error| Error::Setup(err.to_string());
            let way = reqwest::Proxy::all(proxy.clone()).map_err(setup)?;
            let dialling = Whose { guard, proxy: None };
            self.builder(self.trusting().await?, &dialling, Ports::Usual).proxy(way).build().map_err(setup)
        });
        Ok(made.await.cloned())
    }

    /// TLS with the authorities that are trusted.
    async fn trusting(&self) -> Result<rustls::ClientConfig, Error> {
        let made = self.trusting.get_or_try_init(|| async {
            let roots = self.roots.clone();
            let loaded = tokio::task::spawn_blocking(move || roots.load()).await;
            tls::config(loaded.map_err(|err| Error::Setup(err.to_string()))?)
        });
        made.await.cloned()
    }

    fn build(&self, tls: rustls::ClientConfig, whose: &Whose, ports: Ports) -> Result<reqwest::Client, Error> {
        self.builder(tls, whose, ports).build().map_err(|err| Error::Setup(err.to_string()))
    }

    fn builder(&self, tls: rustls::ClientConfig, whose: &Whose, ports: Ports) -> reqwest::ClientBuilder {
        let vetted = Vetted {
            resolver: Arc::clone(&self.resolver),
            guard: Arc::new(whose.guard.clone()),
            ports,
            limit: self.look_up(),
        };
        reqwest::Client::builder()
            .user_agent(&self.settings.user_agent)
            .tls_backend_preconfigured(tls)
            .dns_resolver(vetted)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .tcp_nodelay(true)
            // Whatever browsers accept is accepted: folded lines (RFC 9112 §5.2), blanks
            // after a name; a line that is no field is skipped.
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_ignore_invalid_headers_in_responses(true)
            .connect_timeout(self.settings.connect)
            .pool_max_idle_per_host(2)
            .pool_idle_timeout(KEEP_IDLE)
            // the library resets a stream over the limit without a reason: a head slightly
            // over the limit is let through here and then refused by name
            .http2_max_header_list_size(u32::try_from(2 * HEAD_BYTES.count()).unwrap_or(u32::MAX))
    }
}

/// TLS for connections that never speak it.
fn trusting_nobody() -> Result<rustls::ClientConfig, Error> {
    tls::config(Arc::new(rustls::RootCertStore::empty()))
}

/// Bounds the head of a response in all versions of HTTP; the library does so only for
/// HTTP/1.1 (check B8).
fn check_head(headers: &HeaderMap, host: &str) -> Result<(), Failure> {
    // name, colon, space, value, end of line
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    let most = HEAD_FIELDS.count();
    if headers.len() > most {
        return Err(Failure::Limit(format!("{host} sent {} header fields, {most} are read", headers.len())));
    }
    if bytes > HEAD_BYTES.count() {
        return Err(Failure::Limit(format!("{host} sent a response head of {bytes} bytes, 64 KiB are read")));
    }
    Ok(())
}

/// A response whose body is still to be read, piece by piece, by [`Client::chunk`].
pub struct RawResponse {
    /// Status code.
    pub status: u16,
    /// Header fields.
    pub headers: HeaderMap,
    host: String,
    answer: reqwest::Response,
}
