//! One connection, from its place to its end.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::{Body as _, Incoming};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::body::HeldBody;
use super::reception::Reception;
use crate::limits::REQUEST_HEAD;
use crate::web::answer::{Answer, line};
use crate::web::desk::Desk;
use crate::web::door::{Door, RefusalNames};
use crate::web::guests::{Arrived, Busy, Guest, Stay};
use crate::web::metrics::Counters;
use crate::web::peer::Peer;
use crate::web::stall::Impatient;

/// How much the HTTP library buffers for a connection: room for any head that is admitted.
const HTTP_BUFFER: usize = REQUEST_HEAD.count() + 16 * 1024;

/// How long a client that is turned away has to read the reason.
const PARTING: Duration = Duration::from_millis(500);

/// The reason for a client that gets no place.
const FULL: &str = "too many connections are open; try again in a few seconds\n";

/// Serves a client once there is a place, or turns it away.
pub async fn receive(reception: Reception, stream: TcpStream, peer: Peer, arrived: Arrived) {
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
async fn turn_away(mut stream: TcpStream, desk: &Desk) {
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

async fn connection(reception: Reception, stream: TcpStream, peer: Peer, stay: &Stay) {
    // Without it, responses wait for acknowledgements: slower, but correct.
    let _ = stream.set_nodelay(true);
    let (guest, limits, stopped) = (&stay.guest, reception.limits, reception.stopped());
    let names = RefusalNames::new();
    let stream = Door::new(Impatient::new(stream, limits.patience, Arc::clone(guest)), names.clone());
    let visit = Arc::new(Visit { peer, guest: Arc::clone(guest), names, reception });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(HTTP_BUFFER)
        .serve_connection(
            TokioIo::new(stream),
            service_fn(move |request| Arc::clone(&visit).answer(request, visit.guest.busy())),
        );
    tokio::pin!(connection);
    let ended = tokio::select! {
        // Responses that are ready are written before anything else.
        biased;
        ended = connection.as_mut() => ended,
        () = guest.dismissed() => return tracing::debug!("a connection was closed for another"),
        () = stopped => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended badly");
    }
}

/// The client of a connection, and what serves it.
struct Visit {
    peer: Peer,
    guest: Arc<Guest>,
    names: RefusalNames,
    reception: Reception,
}

impl Visit {
    async fn answer(self: Arc<Self>, request: Request<Incoming>, busy: Busy) -> Result<Response<HeldBody>, Infallible> {
        let answer = match self.names.refusal(request.uri().path()) {
            Some(refusal) => {
                Counters::count(&self.reception.desk.counters.others);
                closing(line(refusal.status(), &refusal.words()))
            }
            None => {
                let has_body = !request.body().is_end_stream();
                let answer = self.reception.answer(self.peer, &self.guest, request).await;
                // What follows a body is not checked, so nothing of it is read.
                if has_body { closing(answer) } else { answer }
            }
        };
        Ok(answer.map(|body| HeldBody::new(body, busy)))
    }
}

/// A response after which the connection ends.
fn closing(mut answer: Answer) -> Answer {
    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}
