//! The wires over HTTP, with the conditional requests that publishers answer.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use xxhash_rust::xxh3::xxh3_64;

use super::render;
use super::window::{Timetable, changed_at, numbered, window};
use super::wire::{WIRES, Wire};
use crate::clock::Clock;

/// The wait after a connection could not be accepted: file descriptors may be short.
const REST: Duration = Duration::from_millis(50);

/// What the server answers from.
pub struct Stock {
    /// Tells which tick it is.
    pub clock: Arc<dyn Clock>,
    /// [`Clock::elapsed`] at tick 0.
    pub started: Duration,
    /// When the ticks are.
    pub timetable: Timetable,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Stock {
    /// The tick of this moment.
    pub fn tick(&self) -> i64 {
        self.timetable.tick_after(self.clock.elapsed().saturating_sub(self.started))
    }
}

/// Takes connections until the task is dropped, and theirs with it.
pub async fn serve(listener: TcpListener, stock: Arc<Stock>) {
    let mut connections = JoinSet::new();
    loop {
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            Some(_) = connections.join_next() => continue,
        };
        let Ok((stream, _)) = taken else {
            tokio::time::sleep(REST).await;
            continue;
        };
        let stock = Arc::clone(&stock);
        connections.spawn(async move {
            let answer = service_fn(|request: Request<Incoming>| {
                let response = respond(&stock, request.method(), request.uri().path(), request.headers());
                async move { Ok::<_, Infallible>(response) }
            });
            // A client that disconnects has what it wanted.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

fn respond(stock: &Stock, method: &Method, path: &str, headers: &HeaderMap) -> Response<Full<Bytes>> {
    if method != Method::GET && method != Method::HEAD {
        let response = Response::builder().status(StatusCode::METHOD_NOT_ALLOWED).header(ALLOW, "GET, HEAD");
        return response.body(Full::default()).expect("fixed fields");
    }
    match WIRES.into_iter().find(|wire| wire.path() == path) {
        Some(wire) => feed(stock, wire, headers),
        None if path == "/" => html(StatusCode::OK, render::index()),
        None => match article(stock, path) {
            Some(page) => html(StatusCode::OK, page),
            None => html(StatusCode::NOT_FOUND, "<!DOCTYPE html><title>Not found</title>Not found\n".to_owned()),
        },
    }
}

fn feed(stock: &Stock, wire: Wire, headers: &HeaderMap) -> Response<Full<Bytes>> {
    let items = window(wire, stock.tick(), &stock.timetable);
    let body = render::document(wire, &items, &format!("http://{}", stock.address));
    let etag = format!("\"{:016x}\"", xxh3_64(body.as_bytes()));
    let modified = changed_at(&items).http_date();
    let response = Response::builder()
        .header(ETAG, &etag)
        .header(LAST_MODIFIED, &modified)
        .header(CACHE_CONTROL, "max-age=0, must-revalidate")
        .header(CONTENT_TYPE, wire.content_type());
    let (status, body) = match is_current(headers, &etag, &modified) {
        true => (StatusCode::NOT_MODIFIED, Bytes::new()),
        false => (StatusCode::OK, Bytes::from(body)),
    };
    response.status(status).body(Full::new(body)).expect("fields of digits and letters")
}

/// Whether the client has this version: RFC 9110 §13.2.2. `If-Modified-Since`
/// counts only by equality, as many publishers have it.
fn is_current(headers: &HeaderMap, etag: &str, modified: &str) -> bool {
    let mut tags = headers.get_all(IF_NONE_MATCH).iter().peekable();
    if tags.peek().is_some() {
        return tags.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(|tag| {
            let tag = tag.trim();
            tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
        });
    }
    headers.get(IF_MODIFIED_SINCE).is_some_and(|since| since == modified)
}

/// The page of the item that `/WIRE/NUMBER/SLUG.html` names.
fn article(stock: &Stock, path: &str) -> Option<String> {
    let mut parts = path.strip_prefix('/')?.split('/');
    let slug = parts.next()?;
    let wire = WIRES.into_iter().find(|wire| wire.slug() == slug)?;
    let number = parts.next()?.parse().ok()?;
    numbered(wire, number, stock.tick(), &stock.timetable).map(|item| render::page(&item))
}

fn html(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let response = Response::builder().status(status).header(CONTENT_TYPE, "text/html; charset=utf-8");
    response.body(Full::new(Bytes::from(body))).expect("fixed fields")
}
