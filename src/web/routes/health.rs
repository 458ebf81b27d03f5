//! The program's health: for supervisors and for figures.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Extension, Router};
use hyper::StatusCode;

use crate::web::answer::{Answer, line, typed};
use crate::web::desk::Desk;
use crate::web::peer::Peer;

use super::made::{failed, missing};

const LIVE: &str = "/healthz";
const READY: &str = "/readyz";

/// `/healthz`, `/readyz` and `/metrics`.
pub fn routes() -> Router<Arc<Desk>> {
    Router::new().route(LIVE, get(healthz)).route(READY, get(readyz)).route("/metrics", get(metrics))
}

/// Whether a path is one of those that wait for no page and have their own time limit.
pub fn is_health(path: &str) -> bool {
    matches!(path, LIVE | READY)
}

/// Live: the program responds.
async fn healthz() -> Answer {
    line(StatusCode::OK, "ok")
}

/// Ready: the store can be read, and takes what polls bring.
async fn readyz(State(desk): State<Arc<Desk>>) -> Answer {
    match desk.ready().await {
        Ok(()) => line(StatusCode::OK, &desk.readiness()),
        Err(trouble) => line(StatusCode::SERVICE_UNAVAILABLE, &trouble.to_string()),
    }
}

/// Figures, for this machine alone (check B79).
async fn metrics(State(desk): State<Arc<Desk>>, Extension(peer): Extension<Peer>) -> Answer {
    if !peer.is_loopback() {
        return missing(&desk);
    }
    let _turn = desk.pages.turn().await;
    let (now, store) = (desk.clock.now(), &desk.page_store);
    let figures = async { Ok((store.totals().await?, store.census(now).await?)) };
    match figures.await {
        Ok((totals, census)) => {
            let text = desk.counters.write(&totals, &census, desk.site.load().feeds.len());
            typed(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", text)
        }
        Err(error) => failed(&desk, &error),
    }
}
