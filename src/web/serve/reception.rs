//! What all connections share: where responses come from and how they are sent.

use std::sync::Arc;

use axum::body::Body;
use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use tokio::sync::{Semaphore, watch};

use super::body::StreamBody;
use super::limits::Limits;
use crate::web::answer::{Answer, Sending, document, later, reads};
use crate::web::desk::Desk;
use crate::web::gate::{Admission, privately, refused};
use crate::web::guests::Guest;
use crate::web::metrics::Counters;
use crate::web::peer::Peer;
use crate::web::routes::Routes;

/// A response as small as this is not counted while it is sent.
const SMALL: usize = 4096;

/// What all connections share.
#[derive(Clone)]
pub struct Reception {
    /// The running program.
    pub desk: Arc<Desk>,
    /// How much a client may use.
    pub limits: Limits,
    routes: Routes,
    streams: Arc<Semaphore>,
    stop: watch::Receiver<bool>,
}

impl Reception {
    /// Serves `routes` until `stop` turns true.
    pub fn new(desk: Arc<Desk>, routes: Routes, stop: watch::Receiver<bool>, limits: Limits) -> Reception {
        let streams = Arc::new(Semaphore::new(limits.streams));
        Reception { desk, limits, routes, streams, stop }
    }

    /// Waits until the server is to stop.
    pub fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stop = self.stop.clone();
        async move {
            // A sender that was dropped counts as a stop.
            let _ = stop.wait_for(|stopped| *stopped).await;
        }
    }

    /// The shelf first; the routes for the rest.
    pub async fn answer(&self, peer: Peer, guest: &Arc<Guest>, mut request: Request<Incoming>) -> Answer {
        let admission = self.desk.gate.load().judge(&mut request);
        match admission {
            Admission::Open | Admission::Nowhere => self.look_up(peer, guest, request).await,
            Admission::Granted => privately(self.look_up(peer, guest, request).await),
            Admission::Refused => {
                Counters::count(&self.desk.counters.others);
                refused()
            }
        }
    }

    async fn look_up(&self, peer: Peer, guest: &Arc<Guest>, request: Request<Incoming>) -> Answer {
        if let Some(answer) = self.shelved(&request) {
            return answer;
        }
        Counters::count(&self.desk.counters.others);
        let waits_for_no_page = Routes::are_health(request.uri().path());
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        // HEAD is served by the handler of GET, and the body is dropped.
        let answering = self.routes.answer(request);
        if waits_for_no_page {
            return answering.await;
        }
        let Some(answer) = self.desk.pages.in_time(answering).await else {
            return later("this page takes too long at the moment; try again in a few seconds");
        };
        match Sending::of(&answer) {
            Sending::Shared => answer,
            Sending::Counted => self.counted(guest, answer).await,
            Sending::Stream => self.stream(guest, answer),
        }
    }

    /// A document of the shelf, where the path alone names one.
    fn shelved(&self, request: &Request<Incoming>) -> Option<Answer> {
        if !reads(request.method()) || request.uri().query().is_some() {
            return None;
        }
        let now = self.desk.clock.now();
        let served = self.desk.shelf.get(request.uri().path(), now)?;
        let answer = document(request.method(), request.headers(), &served, now);
        let counters = &self.desk.counters;
        let fresh = answer.status() == StatusCode::NOT_MODIFIED;
        Counters::count(if fresh { &counters.not_modified } else { &counters.documents });
        Some(answer)
    }

    /// The response, its bytes counted until its reader has read them.
    async fn counted(&self, guest: &Arc<Guest>, answer: Answer) -> Answer {
        let (head, body) = answer.into_parts();
        let read = axum::body::to_bytes(body, usize::MAX).await;
        let sent = match read {
            Ok(bytes) if bytes.len() <= SMALL => Some(bytes),
            Ok(bytes) => self.desk.pages.send(bytes, guest).await,
            Err(error) => {
                tracing::error!(%error, "a page came to no end");
                None
            }
        };
        match sent {
            Some(bytes) => Answer::from_parts(head, Body::from(bytes)),
            None => later("too many pages wait to be read; try again in a few seconds"),
        }
    }

    /// The response with a place among the streams, if one is free.
    fn stream(&self, guest: &Arc<Guest>, answer: Answer) -> Answer {
        let Ok(place) = Arc::clone(&self.streams).try_acquire_owned() else {
            return later("too many streams are open; try again in a few seconds");
        };
        answer.map(|pieces| Body::new(StreamBody::new(pieces, self.stopped(), place, guest.streaming())))
    }
}
