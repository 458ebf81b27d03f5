//! Bodies while they are sent, and what is held meanwhile.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::sync::OwnedSemaphorePermit;

use crate::web::guests::{Busy, Streaming};

/// A piece of a body, the end of it, or nothing yet.
type PolledFrame = Poll<Option<Result<Frame<Bytes>, axum::Error>>>;

/// The body of a response. Its guest is not idle until it has been sent completely.
pub struct HeldBody {
    body: Body,
    _busy: Busy,
}

impl HeldBody {
    /// `body`, which keeps its guest busy.
    pub fn new(body: Body, busy: Busy) -> HeldBody {
        HeldBody { body, _busy: busy }
    }
}

impl hyper::body::Body for HeldBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> PolledFrame {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of a stream. It ends when the server stops, and its place is free again when it is
/// dropped.
pub struct StreamBody {
    /// None once the server stops.
    pieces: Option<Body>,
    stopped: Pin<Box<dyn Future<Output = ()> + Send>>,
    _place: OwnedSemaphorePermit,
    _streaming: Streaming,
}

impl StreamBody {
    /// `pieces` until they end or the server has `stopped`, with a place among the streams.
    pub fn new(
        pieces: Body,
        stopped: impl Future<Output = ()> + Send + 'static,
        place: OwnedSemaphorePermit,
        streaming: Streaming,
    ) -> StreamBody {
        StreamBody { pieces: Some(pieces), stopped: Box::pin(stopped), _place: place, _streaming: streaming }
    }
}

impl hyper::body::Body for StreamBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> PolledFrame {
        if self.pieces.is_some() && self.stopped.as_mut().poll(context).is_ready() {
            self.pieces = None;
        }
        let Some(pieces) = &mut self.pieces else { return Poll::Ready(None) };
        Pin::new(pieces).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.as_ref().is_none_or(|pieces| pieces.is_end_stream())
    }
}
