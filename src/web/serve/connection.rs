//! One connection, from its place to its end.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::{Body as _, Incoming};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::body::HeldBody;
use super::opening::{Rewound, Spoken, opening};
use super::reception::Reception;
use super::socket::Socket;
use crate::limits::{REQUEST_FIELDS, REQUEST_HEAD, REQUESTS_AT_ONCE};
use crate::web::answer::{Answer, line};
use crate::web::desk::Desk;
use crate::web::door::{Door, RefusalNames};
use crate::web::guests::{Arrived, Busy, Guest, Stay};
use crate::web::heads::BadHead;
use crate::web::metrics::Counters;
use crate::web::peer::Peer;
use crate::web::stall::Impatient;

/// How much the HTTP library buffers for a connection: room for any head that is admitted.
const HTTP_BUFFER: usize = REQUEST_HEAD.count() + 16 * 1024;

/// How much of a response of HTTP/2 the library holds before the client takes it.
const HTTP2_BUFFER: usize = 64 * 1024;

/// How long a client that is turned away has to read the reason.
const PARTING: Duration = Duration::from_millis(500);

/// The reason for a client that gets no place.
const FULL: &str = "too many connections are open; try again in a few seconds\n";

/// Serves a client once there is a place, or turns it away.
pub async fn receive(reception: Reception, stream: Socket, peer: Peer, arrived: Arrived) {
    match place(arrived, &reception).await {
        Some(stay) => connection(reception, stream, peer, &stay).await,
        None => turn_away(stream, &reception.desk).await,
    }
}

/// The client's place, once there is one; `None` after a while, or at the stop.
async fn place(arrived: Arrived, reception: &Reception) -> Option<Stay> {
    let given = match arrived {
        Arrived::In(stay) => return Some(stay),
        Arrived::Later(given) => given,
    };
    tokio::select! {
        biased;
        () = reception.stopped() => None,
        given = tokio::time::timeout(reception.limits.wait, given) => given.ok()?.ok(),
    }
}

/// Responds, whatever was requested, and ends the connection. What the client sends is read for
/// a moment, otherwise the response might be lost with it.
async fn turn_away(mut stream: Socket, desk: &Desk) {
    Counters::count(&desk.counters.others);
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-type: text/plain; charset=utf-8\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{FULL}",
        FULL.len()
    );
    let said = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        let mut asked = (&mut stream).take(HTTP_BUFFER as u64);
        tokio::io::copy(&mut asked, &mut tokio::io::sink()).await
    };
    let _ = tokio::time::timeout(PARTING, said).await;
}

async fn connection(reception: Reception, stream: Socket, peer: Peer, stay: &Stay) {
    stream.send_at_once();
    let (guest, limits) = (&stay.guest, reception.limits);
    let stream = Impatient::new(stream, limits.patience, Arc::clone(guest));
    let opened = tokio::select! {
        biased;
        opened = tokio::time::timeout(limits.head, opening(stream)) => opened,
        () = guest.dismissed() => return tracing::debug!("a connection was closed for another"),
        () = reception.stopped() => return,
    };
    let Ok(Ok((spoken, stream))) = opened else { return tracing::debug!("a connection asked for nothing") };
    let names = RefusalNames::new();
    let visit = Arc::new(Visit { peer, guest: Arc::clone(guest), names, spoken, reception });
    match spoken {
        Spoken::Http1 => http1_visit(stream, visit).await,
        Spoken::Http2 => http2_visit(stream, visit).await,
    }
}

async fn http1_visit(stream: Rewound<Impatient>, visit: Arc<Visit>) {
    let (stream, visitor) = (Door::new(stream, visit.names.clone()), Arc::clone(&visit));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(visit.reception.limits.head)
        .max_buf_size(HTTP_BUFFER)
        .serve_connection(
            TokioIo::new(stream),
            service_fn(move |request| Arc::clone(&visitor).answer(request, visitor.guest.busy())),
        );
    visit.lasts(connection, http1::Connection::graceful_shutdown).await;
}

async fn http2_visit(stream: Rewound<Impatient>, visit: Arc<Visit>) {
    let visitor = Arc::clone(&visit);
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(REQUEST_HEAD.most).unwrap_or(u32::MAX))
        .max_concurrent_streams(u32::try_from(REQUESTS_AT_ONCE.most).ok())
        .max_send_buf_size(HTTP2_BUFFER)
        .serve_connection(
            TokioIo::new(stream),
            service_fn(move |request| Arc::clone(&visitor).answer(request, visitor.guest.busy())),
        );
    visit.lasts(connection, http2::Connection::graceful_shutdown).await;
}

/// The client of a connection, and what serves it.
struct Visit {
    peer: Peer,
    guest: Arc<Guest>,
    names: RefusalNames,
    spoken: Spoken,
    reception: Reception,
}

impl Visit {
    /// Serves until the connection ends, its place is wanted for another, or the server stops.
    async fn lasts<C: Future<Output = hyper::Result<()>>>(&self, connection: C, shut_down: fn(Pin<&mut C>)) {
        let stopped = self.reception.stopped();
        tokio::pin!(connection);
        let ended = tokio::select! {
            // Responses that are ready are written before anything else.
            biased;
            ended = connection.as_mut() => ended,
            () = self.guest.dismissed() => return tracing::debug!("a connection was closed for another"),
            () = stopped => {
                shut_down(connection.as_mut());
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended badly");
        }
    }

    /// Why a request is not looked at. Those of HTTP/1 were judged at the door.
    fn refusal(&self, request: &Request<Incoming>) -> Option<BadHead> {
        match self.spoken {
            Spoken::Http1 => self.names.refusal(request.uri().path()),
            Spoken::Http2 => (request.headers().len() > REQUEST_FIELDS.count()).then_some(BadHead::TooMany),
        }
    }

    async fn answer(self: Arc<Self>, request: Request<Incoming>, busy: Busy) -> Result<Response<HeldBody>, Infallible> {
        let has_body = !request.body().is_end_stream();
        let refusal = self.refusal(&request);
        let answer = match refusal {
            Some(refusal) => {
                Counters::count(&self.reception.desk.counters.others);
                line(refusal.status(), &refusal.words())
            }
            None => self.reception.answer(self.peer, &self.guest, request).await,
        };
        // What follows a body is not checked, so nothing of it is read. HTTP/2 keeps requests apart.
        let is_last = self.spoken == Spoken::Http1 && (refusal.is_some() || has_body);
        let answer = if is_last { closing(answer) } else { answer };
        Ok(answer.map(|body| HeldBody::new(body, busy)))
    }
}

/// A response after which the connection ends.
fn closing(mut answer: Answer) -> Answer {
    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}
