//! The accept loop: header timeout, connection cap, clean end (check B75).

mod body;
mod connection;
pub mod limits;
mod reception;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::desk::Desk;
use super::guests::Hall;
use super::peer::Peer;
use super::routes::Routes;
use crate::limits::{ACCEPT_LINE, CONNECTIONS_WAITING};

use connection::receive;
use limits::Limits;
use reception::Reception;

/// Between checks of who is idle, while all connections are taken.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The pause after an accept that failed, as when no file descriptor is left (check B88).
const BREATH: Duration = Duration::from_millis(200);

/// Serves `listener` until `stop` turns true.
///
/// # Errors
/// None at present: what fails, fails a single connection.
pub async fn serve(listener: TcpListener, desk: Arc<Desk>, stop: watch::Receiver<bool>) -> std::io::Result<()> {
    serve_within(listener, desk, stop, Limits::default()).await
}

/// Like [`serve`], with the caller's limits.
///
/// # Errors
/// Like [`serve`].
pub async fn serve_within(
    listener: TcpListener,
    desk: Arc<Desk>,
    stop: watch::Receiver<bool>,
    limits: Limits,
) -> std::io::Result<()> {
    let routes = Routes::new(Arc::clone(&desk));
    serve_by(listener, Reception::new(desk, routes, stop, limits)).await;
    Ok(())
}

async fn serve_by(listener: TcpListener, reception: Reception) {
    let mut connections = JoinSet::new();
    accept(&listener, &reception, &mut connections).await;
    drop(listener);
    let rest = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(reception.limits.grace, rest).await.is_err() {
        tracing::debug!("connections were cut at the stop");
    }
}

/// Admits clients until the stop.
async fn accept(listener: &TcpListener, reception: &Reception, connections: &mut JoinSet<()>) {
    let hall = Hall::new(reception.limits.connections);
    let stopped = reception.stopped();
    tokio::pin!(stopped);
    loop {
        // Ended connections are forgotten as they end.
        while connections.try_join_next().is_some() {}
        let waiting = hall.waiting();
        let accepted = tokio::select! {
            biased;
            () = stopped.as_mut() => return,
            // More than these wait in the kernel's queue.
            accepted = listener.accept(), if waiting < CONNECTIONS_WAITING.count() => accepted,
            // By then a client may have become idle.
            () = tokio::time::sleep(LOOK_AGAIN), if waiting > 0 => {
                hall.make_way();
                continue;
            }
        };
        match accepted {
            Ok((stream, address)) => {
                let arrived = hall.enter();
                // Every client is admitted: idle connections, however many, lock no one out.
                hall.make_way();
                connections.spawn(receive(reception.clone(), stream, Peer(address), arrived));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                hall.let_go(hall.waiting() + 1);
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// Listens at `address`, with a queue in the kernel for many clients at once.
///
/// # Errors
/// The operating system's.
pub fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // The library's own `bind` has a queue of 128: clients beyond that waited for seconds.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(u32::try_from(ACCEPT_LINE.most).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests;
