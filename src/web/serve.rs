//! The accept loop: header timeout, connection cap, clean end (check B75).

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::{Router, body::Body};
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

use super::answer::{Shared, document, later, line, not_allowed};
use super::door::{Door, RefusalNames};
use super::guests::{Arrived, Guest, Hall, Stay};
use super::stall::{Impatient, Tolerance};
use super::{Counters, Desk, routes};
use crate::limits::{
    ACCEPT_LINE, ANSWER_PACE, ANSWER_STALL, CONNECTION_WAIT, CONNECTIONS, CONNECTIONS_WAITING, REQUEST_HEAD,
    REQUEST_TIME,
};

/// What a client may take up.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first byte of a request to the end of its head.
    pub head: Duration,
    /// How slowly it may take its answers.
    pub patience: Tolerance,
    /// Connections at once; for one more, the longest idle one is closed.
    pub connections: usize,
    /// So long one more waits where none is idle, before it is turned away.
    pub wait: Duration,
    /// Connections get so long to end at a stop.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            head: REQUEST_TIME.duration(),
            patience: Tolerance {
                stall: ANSWER_STALL.duration(),
                pace: ANSWER_PACE.count(),
                free: Duration::from_secs(60),
            },
            connections: CONNECTIONS.count(),
            wait: CONNECTION_WAIT.duration(),
            grace: Duration::from_secs(1),
        }
    }
}

/// What HTTP's library holds of a connection: room for any head that the door lets in.
const HTTP_BUFFER: usize = REQUEST_HEAD.count() + 16 * 1024;

/// An answer that is so small is not counted while it is sent.
const SMALL: usize = 4096;

/// Between looks who is idle, while all connections are taken.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Who is turned away has so long to hear it.
const PARTING: Duration = Duration::from_millis(500);

/// After an accept that failed, as when no file descriptor is left (check B88).
const BREATH: Duration = Duration::from_millis(200);

/// Answers on `listener` until `stop` turns true.
///
/// # Errors
/// None at present: what fails, fails one connection.
pub async fn serve(listener: TcpListener, desk: Arc<Desk>, stop: watch::Receiver<bool>) -> std::io::Result<()> {
    serve_within(listener, desk, stop, Limits::default()).await
}

/// As [`serve`], within limits of the caller's.
///
/// # Errors
/// As [`serve`].
pub async fn serve_within(
    listener: TcpListener,
    desk: Arc<Desk>,
    mut stop: watch::Receiver<bool>,
    limits: Limits,
) -> std::io::Result<()> {
    let router = routes::router(Arc::clone(&desk));
    let hall = Hall::new(limits.connections);
    let mut connections = JoinSet::new();
    loop {
        // Ended connections are forgotten as they end.
        while connections.try_join_next().is_some() {}
        let waiting = hall.waiting();
        let accepted = tokio::select! {
            biased;
            () = stopped(&mut stop) => break,
            // More than these wait in the kernel's line.
            accepted = listener.accept(), if waiting < CONNECTIONS_WAITING.count() => accepted,
            // By then somebody may be idle who was not.
            () = tokio::time::sleep(LOOK_AGAIN), if waiting > 0 => {
                hall.make_way();
                continue;
            }
        };
        match accepted {
            Ok((stream, peer)) => {
                let arrived = hall.enter();
                // Whoever comes is let in: idle connections, however many, lock nobody out.
                hall.make_way();
                let (desk, router, stop) = (Arc::clone(&desk), router.clone(), stop.clone());
                connections.spawn(async move {
                    let Some(stay) = place(arrived, stop.clone(), limits.wait).await else {
                        return turn_away(stream, &desk).await;
                    };
                    let at = Arrival { peer, guest: Arc::clone(&stay.guest), desk, router };
                    connection(stream, at, stop, limits).await;
                    drop(stay);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                hall.let_go(hall.waiting() + 1);
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    let rest = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.grace, rest).await.is_err() {
        tracing::debug!("connections were cut at the stop");
    }
    Ok(())
}

/// Listens at `address`, with room in the kernel's line for all who come at once.
///
/// # Errors
/// The machine's.
pub fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // As the library's own `bind`, whose line holds 128: who came after waited for seconds.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(u32::try_from(ACCEPT_LINE.most).unwrap_or(u32::MAX))
}

/// The place of who has come, once there is one; `None` after so long, or at the stop.
async fn place(arrived: Arrived, mut stop: watch::Receiver<bool>, wait: Duration) -> Option<Stay> {
    let given = match arrived {
        Arrived::In(stay) => return Some(stay),
        Arrived::Later(given) => given,
    };
    tokio::select! {
        biased;
        () = stopped(&mut stop) => None,
        given = tokio::time::timeout(wait, given) => given.ok()?.ok(),
    }
}

/// What is said to who finds no place.
const FULL: &str = "too many connections are open; ask again in some seconds\n";

/// Answers, whatever is asked, and ends the connection. What it sends is read for a
/// moment: otherwise the answer might be lost with it.
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

/// Whoever is at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // A sender that is gone has stopped too.
    let _ = stop.wait_for(|stopped| *stopped).await;
}

/// What one connection is answered with.
struct Arrival {
    peer: SocketAddr,
    guest: Arc<Guest>,
    desk: Arc<Desk>,
    router: Router,
}

async fn connection(stream: TcpStream, at: Arrival, mut stop: watch::Receiver<bool>, limits: Limits) {
    // Without it answers wait for acknowledgements; slower, yet right.
    let _ = stream.set_nodelay(true);
    let Arrival { peer, guest, desk, router } = at;
    let (asking, taking, names) = (Arc::clone(&guest), Arc::clone(&guest), RefusalNames::new());
    let stream = Door::new(Impatient::new(stream, limits.patience, taking), names.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let (busy, desk, router) = (asking.busy(), Arc::clone(&desk), router.clone());
        let refusal = names.refusal(request.uri().path());
        let from = (peer, Arc::clone(&asking));
        async move {
            if let Some(refusal) = refusal {
                Counters::count(&desk.counters.others);
                return Ok(closing(line(refusal.status(), &refusal.words()).map(Body::new)));
            }
            let has_body = !request.body().is_end_stream();
            let answer = answer(desk, router, from, request).await;
            drop(busy);
            // What comes behind a body is not judged, so nothing is read of it.
            if has_body { answer.map(closing) } else { answer }
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(HTTP_BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        // What is answered already is written before anything else.
        biased;
        ended = connection.as_mut() => ended,
        () = guest.dismissed() => return tracing::debug!("an idle connection was closed for a new one"),
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended badly");
    }
}

/// An answer after which the connection ends.
fn closing(mut answer: Response<Body>) -> Response<Body> {
    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}

/// The shelf first; the router for the rest.
async fn answer(
    desk: Arc<Desk>,
    router: Router,
    (peer, guest): (SocketAddr, Arc<Guest>),
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let reads = request.method() == Method::GET || request.method() == Method::HEAD;
    if !reads {
        Counters::count(&desk.counters.others);
        return Ok(not_allowed().map(Body::new));
    }
    if request.uri().query().is_none()
        && let Some(served) = desk.shelf.get(request.uri().path())
    {
        let answer = document(request.method(), request.headers(), &served, desk.clock.now());
        let fresh = answer.status() == StatusCode::NOT_MODIFIED;
        Counters::count(if fresh { &desk.counters.not_modified } else { &desk.counters.documents });
        return Ok(answer.map(Body::new));
    }
    Counters::count(&desk.counters.others);
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(Peer(peer));
    let is_health = matches!(request.uri().path(), "/healthz" | "/readyz");
    // HEAD is answered by GET's handler, the body being dropped on the way.
    let answering = router.oneshot(request);
    if is_health {
        // They wait for no page, and keep to a time of their own.
        return answering.await;
    }
    match desk.pages.in_time(answering).await {
        Some(answer) => counted(&desk, &guest, answer?).await,
        None => Ok(later("this page takes too long at the moment; ask again in some seconds").map(Body::new)),
    }
}

/// The answer, counted while its reader has not read it, unless many share it.
async fn counted(desk: &Desk, guest: &Arc<Guest>, answer: Response<Body>) -> Result<Response<Body>, Infallible> {
    if answer.extensions().get::<Shared>().is_some() {
        return Ok(answer);
    }
    let (head, body) = answer.into_parts();
    let read = axum::body::to_bytes(body, usize::MAX).await;
    let sent = match read {
        Ok(bytes) if bytes.len() <= SMALL => Some(bytes),
        Ok(bytes) => desk.pages.send(bytes, guest).await,
        Err(error) => {
            tracing::error!(%error, "a page came to no end");
            None
        }
    };
    Ok(match sent {
        Some(bytes) => Response::from_parts(head, Body::from(bytes)),
        None => later("too many pages wait to be read; ask again in some seconds").map(Body::new),
    })
}
