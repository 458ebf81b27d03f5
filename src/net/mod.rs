//! The guarded HTTP client: the only way out of the program.
//!
//! It vets every address it dials, literal ones too (checks B23 to B32), keeps
//! the limits of a connection and a response head, and speaks to no proxy but one that a source
//! names. It
//! follows no redirect, keeps no cookie, retries nothing that a server may have
//! seen and undoes no content coding: those are decisions, and `fetch` makes them.
//! RFC 9110, RFC 9112, RFC 9113.

mod failure;
pub mod guard;
pub mod resolve;
pub mod room;
#[cfg(test)]
mod tests;
mod tls;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
pub use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::OnceCell;
use url::Url;

use crate::limits::{HEAD_BYTES, HEAD_FIELDS};
use crate::model::{Failure, Phase};
use guard::{Guard, Ports};
use resolve::{Resolve, System, Vetted};
use room::Rooms;
pub use tls::Roots;

/// For how long an unused connection is kept: long enough for a redirect and
/// for the next source of the same host, short enough to hold nobody's sockets.
const KEEP_IDLE: Duration = Duration::from_secs(3);

/// The bounds of every request.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `User-Agent`, complete.
    pub user_agent: String,
    /// TCP and TLS; looking the name up may take half of it.
    pub connect: Duration,
    /// From request to response head.
    pub head: Duration,
    /// Between two pieces of a body.
    pub idle: Duration,
    /// The whole poll, redirects included.
    pub total: Duration,
    /// Bytes of a body on the wire.
    pub max_wire_bytes: u64,
    /// Bytes of a body decoded.
    pub max_body_bytes: u64,
    /// Networks that may be dialled although they are not public.
    pub allow_addresses: Vec<ipnet::IpNet>,
    /// Hosts that may be dialled whatever their addresses.
    pub allow_hosts: Vec<String>,
}

/// The client could not be made.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// A setting or the machine's TLS is unusable.
    #[error("http client: {0}")]
    Setup(String),
}

/// The client: one for the program.
pub struct Client {
    settings: Settings,
    guard: Arc<Guard>,
    resolver: Arc<dyn Resolve>,
    roots: Roots,
    /// Plain http, made at once.
    plain: Line,
    /// https, made when first asked for: the certificate store is slow to read.
    secure: Line,
    /// Through proxies, by their address.
    proxied: Mutex<HashMap<Url, reqwest::Client>>,
    rooms: Rooms,
}

/// Two pools of connections. A resolver is not told the port, so names with a
/// reserved one are looked up by a resolver of their own (check B32).
#[derive(Default)]
struct Line {
    usual: OnceCell<reqwest::Client>,
    reserved: OnceCell<reqwest::Client>,
}

impl Client {
    /// A client with the machine's resolver and certificate authorities.
    pub fn new(settings: Settings) -> Result<Client, Error> {
        Client::with(settings, Arc::new(System), Roots::Machine)
    }

    /// A client that looks names up by `resolver` and trusts `roots`.
    pub fn with(settings: Settings, resolver: Arc<dyn Resolve>, roots: Roots) -> Result<Client, Error> {
        let guard = Guard::new(settings.allow_addresses.clone()).with_hosts(&settings.allow_hosts);
        let guard = Arc::new(guard);
        let (plain, secure) = (Line::default(), Line::default());
        let client = Client {
            settings,
            guard,
            resolver,
            roots,
            plain,
            secure,
            proxied: Mutex::default(),
            rooms: Rooms::default(),
        };
        let none = tls::config(Arc::new(rustls::RootCertStore::empty()))?;
        for (cell, ports) in [(&client.plain.usual, Ports::Usual), (&client.plain.reserved, Ports::Reserved)] {
            // a fresh cell takes its first value; there is nothing to drop
            let _ = cell.set(client.build(none.clone(), ports)?);
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

    /// The guard, for vetting an address before anything is asked of it.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Sends one GET for `url` and waits for the head of the answer.
    ///
    /// Credentials in `url` go out as Basic authorization (RFC 7617) and stay
    /// out of every error. `headers` are sent as they are, `User-Agent` is added.
    pub async fn get(&self, url: &Url, headers: HeaderMap) -> Result<Response, Failure> {
        self.get_via(None, url, headers).await
    }

    /// The same through `proxy`, if there is one. The proxy looks names up, and
    /// where they lead is for it to guard; scheme, port, literal addresses and
    /// the names of metadata services are vetted here all the same.
    pub async fn get_via(&self, proxy: Option<&Url>, url: &Url, headers: HeaderMap) -> Result<Response, Failure> {
        let vetted = if proxy.is_some() { self.guard.through_proxy(url) } else { self.guard.url(url) };
        vetted.map_err(|refusal| Failure::Refused(refusal.to_string()))?;
        let host = url.host_str().unwrap_or_default();
        let client = match proxy {
            None => self.line(url).await.cloned(),
            Some(proxy) => self.proxied(proxy).await?,
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
        Ok(Response { status: answer.status().as_u16(), headers, host: host.to_owned(), answer })
    }

    /// The next piece of a body; `None` at its end.
    pub async fn chunk(&self, response: &mut Response) -> Result<Option<Bytes>, Failure> {
        match tokio::time::timeout(self.settings.idle, response.answer.chunk()).await {
            Err(_) => Err(Failure::Timeout { phase: Phase::Body, after: self.settings.idle }),
            Ok(Err(err)) => Err(failure::failure(&err, Phase::Body, &response.host, &self.settings)),
            Ok(Ok(piece)) => Ok(piece),
        }
    }

    /// The pool for `url`.
    async fn line(&self, url: &Url) -> Result<&reqwest::Client, Error> {
        let line = if url.scheme() == "https" { &self.secure } else { &self.plain };
        let ports = Ports::of(url.port_or_known_default().unwrap_or(0));
        let cell = match ports {
            Ports::Usual => &line.usual,
            Ports::Reserved => &line.reserved,
        };
        cell.get_or_try_init(|| async {
            let roots = self.roots.clone();
            let loaded = tokio::task::spawn_blocking(move || roots.load()).await;
            let tls = tls::config(loaded.map_err(|err| Error::Setup(err.to_string()))?)?;
            self.build(tls, ports)
        })
        .await
    }

    /// The pool for what is asked through `proxy`. It dials the proxy alone.
    async fn proxied(&self, proxy: &Url) -> Result<Result<reqwest::Client, Error>, Failure> {
        let known = |all: &Mutex<HashMap<Url, reqwest::Client>>| {
            all.lock().unwrap_or_else(PoisonError::into_inner).get(proxy).cloned()
        };
        if let Some(client) = known(&self.proxied) {
            return Ok(Ok(client));
        }
        let guard = Arc::new(Guard::for_proxy());
        guard.url(proxy).map_err(|refusal| Failure::Refused(format!("the proxy: {refusal}")))?;
        let roots = self.roots.clone();
        let loaded = tokio::task::spawn_blocking(move || roots.load()).await;
        let made = || {
            let setup = |err: String| Error::Setup(err);
            let tls = tls::config(loaded.map_err(|err| setup(err.to_string()))?)?;
            let way = reqwest::Proxy::all(proxy.clone()).map_err(|err| setup(err.to_string()))?;
            let client = self.builder(tls, &guard, Ports::Usual).proxy(way).build();
            client.map_err(|err| setup(err.to_string()))
        };
        let client = made();
        if let Ok(client) = &client {
            let mut all = self.proxied.lock().unwrap_or_else(PoisonError::into_inner);
            all.insert(proxy.clone(), client.clone());
        }
        Ok(client)
    }

    fn build(&self, tls: rustls::ClientConfig, ports: Ports) -> Result<reqwest::Client, Error> {
        self.builder(tls, &self.guard, ports).build().map_err(|err| Error::Setup(err.to_string()))
    }

    fn builder(&self, tls: rustls::ClientConfig, guard: &Arc<Guard>, ports: Ports) -> reqwest::ClientBuilder {
        let vetted = Vetted {
            resolver: Arc::clone(&self.resolver),
            guard: Arc::clone(guard),
            ports,
            // half, so that an error can tell a slow resolver from a slow host
            limit: self.settings.connect / 2,
        };
        reqwest::Client::builder()
            .user_agent(&self.settings.user_agent)
            .tls_backend_preconfigured(tls)
            .dns_resolver(vetted)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .tcp_nodelay(true)
            // What browsers read is read: folded lines (RFC 9112 §5.2), blanks
            // behind a name; of a line that is no field, that line alone is lost.
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_ignore_invalid_headers_in_responses(true)
            .connect_timeout(self.settings.connect)
            .pool_max_idle_per_host(2)
            .pool_idle_timeout(KEEP_IDLE)
            // the library resets what is over without a word why: what is a
            // little over is let through and refused by name
            .http2_max_header_list_size(u32::try_from(2 * HEAD_BYTES.count()).unwrap_or(u32::MAX))
    }
}

/// The library bounds HTTP/1.1 fields and buffers; this holds for all versions
/// (check B8).
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

/// An answer whose body is still to be read, piece by piece, by [`Client::chunk`].
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Header fields.
    pub headers: HeaderMap,
    host: String,
    answer: reqwest::Response,
}
