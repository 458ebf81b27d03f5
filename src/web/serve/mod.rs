//! The accept loop: header timeout, connection cap, clean end (check B75).

mod body;
mod connection;
pub mod limits;
pub mod listeners;
mod opening;
mod reception;
pub mod socket;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::desk::Desk;
use super::guests::Hall;
use super::routes::Routes;
use crate::limits::CONNECTIONS_WAITING;

use connection::receive;
use limits::Limits;
use listeners::Listeners;
use reception::Reception;

/// Between checks of who is idle, while all connections are taken.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The pause after an accept that failed, as when no file descriptor is left (check B88).
const BREATH: Duration = Duration::from_millis(200);

/// Serves `listeners` until `stop` turns true.
///
/// # Errors
/// None at present: what fails, fails a single connection.
pub async fn serve(
    listeners: impl Into<Listeners>,
    desk: Arc<Desk>,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    serve_within(listeners, desk, stop, Limits::default()).await
}

/// Like [`serve`], with the caller's limits.
///
/// # Errors
/// Like [`serve`].
pub async fn serve_within(
    listeners: impl Into<Listeners>,
    desk: Arc<Desk>,
    stop: watch::Receiver<bool>,
    limits: Limits,
) -> std::io::Result<()> {
    let routes = Routes::new(Arc::clone(&desk));
    serve_by(listeners.into(), Reception::new(desk, routes, stop, limits)).await;
    Ok(())
}

async fn serve_by(listeners: Listeners, reception: Reception) {
    let mut connections = JoinSet::new();
    accept(&listeners, &reception, &mut connections).await;
    drop(listeners);
    let rest = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(reception.limits.grace, rest).await.is_err() {
        tracing::debug!("connections were cut at the stop");
    }
}

/// Admits clients until the stop.
async fn accept(listeners: &Listeners, reception: &Reception, connections: &mut JoinSet<()>) {
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
            accepted = listeners.accept(), if waiting < CONNECTIONS_WAITING.count() => accepted,
            // By then a client may have become idle.
            () = tokio::time::sleep(LOOK_AGAIN), if waiting > 0 => {
                hall.make_way();
                continue;
            }
        };
        match accepted {
            Ok((stream, peer)) => {
                let arrived = hall.enter();
                // Every client is admitted: idle connections, however many, lock no one out.
                hall.make_way();
                connections.spawn(receive(reception.clone(), stream, peer, arrived));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                hall.let_go(hall.waiting() + 1);
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

#[cfg(test)]
mod tests;
