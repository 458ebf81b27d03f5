//! Everything but the shelf: pages, paged documents, health, metrics. One file for each kind.

mod entries;
mod feeds;
mod health;
mod index;
mod made;
mod search;
mod sources;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::routing::get;
use hyper::header::{ALLOW, CACHE_CONTROL, HeaderValue};
use hyper::{Method, Request, StatusCode};
use tower::ServiceExt;

use super::answer::{Answer, READING, not_allowed, reads, typed};
use super::desk::Desk;
use crate::publish::pages::{FEED_STYLE, ICON, STYLE};

/// All routes but the shelf's. HEAD is served by the handlers of GET.
#[derive(Clone)]
pub struct Routes(Router);

impl Routes {
    /// The routes of a desk.
    pub fn new(desk: Arc<Desk>) -> Routes {
        let all = Router::new()
            .merge(index::routes())
            .merge(feeds::routes())
            .merge(sources::routes())
            .merge(entries::routes())
            .merge(search::routes())
            .merge(health::routes())
            .route("/style.css", get(|| async { lasting("text/css; charset=utf-8", STYLE) }))
            .route("/feed.css", get(|| async { lasting("text/css; charset=utf-8", FEED_STYLE) }))
            .route("/favicon.svg", get(icon))
            .route("/favicon.ico", get(icon))
            .fallback(unknown);
        Routes(all.with_state(desk))
    }

    /// These routes and others.
    #[cfg(test)]
    pub fn and(self, others: Router) -> Routes {
        Routes(self.0.merge(others))
    }

    /// What is answered to a request.
    pub async fn answer(&self, request: Request<Body>) -> Answer {
        let Ok(answer) = self.0.clone().oneshot(request).await;
        match answer.headers().get(ALLOW).and_then(|allow| allow.to_str().ok()) {
            // The router knows which methods a route has, and says nothing else.
            Some(methods) if answer.status() == StatusCode::METHOD_NOT_ALLOWED => not_allowed(methods),
            _ => answer,
        }
    }

    /// Whether a path is answered without waiting for a page.
    pub fn are_health(path: &str) -> bool {
        health::is_health(path)
    }
}

/// Where nothing is, nothing can be changed either.
async fn unknown(State(desk): State<Arc<Desk>>, method: Method) -> Answer {
    if reads(&method) { made::missing(&desk) } else { not_allowed(READING) }
}

async fn icon() -> Answer {
    lasting("image/svg+xml", ICON)
}

/// What changes with the program alone.
fn lasting(media_type: &'static str, bytes: &'static str) -> Answer {
    let mut answer = typed(StatusCode::OK, media_type, bytes);
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    answer
}
