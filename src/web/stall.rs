//! Ends connections whose client reads nothing for a while, or next to nothing for long.
//! Otherwise a client that sends requests and never reads would keep its connection, and the
//! response in memory, for ever (check B75).

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::guests::{Busy, Guest};
use super::serve::socket::Socket;
use crate::clock::{Clock, SystemClock};

/// How slow a client may be.
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    /// It may read nothing of a response for this long.
    pub stall: Duration,
    /// It has to read this many bytes a second
    pub pace: usize,
    /// once it has been reading a response for this long.
    pub free: Duration,
}

/// A stream whose writes fail once its peer is too slow.
pub struct Impatient {
    stream: Socket,
    patience: Tolerance,
    /// What it has read since it last had nothing to read, and by which clock.
    taken: usize,
    clock: SystemClock,
    began: Option<Duration>,
    /// Informed of every byte that comes or goes.
    guest: Arc<Guest>,
    /// Until the connection has been checked for incoming bytes: a newcomer is not idle because
    /// the server has not got to it yet.
    arriving: Option<Busy>,
    /// Runs while a write waits.
    waiting: Option<Pin<Box<Sleep>>>,
    /// Whether the client has ended its side.
    has_ended: bool,
    /// Until it awaits no response any more, once it has ended its side.
    answered: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Impatient {
    /// `stream`, ended if its client is slower than `patience` allows.
    pub fn new(stream: Socket, patience: Tolerance, guest: Arc<Guest>) -> Self {
        let (clock, arriving) = (SystemClock::new(), Some(guest.busy()));
        Impatient {
            stream,
            patience,
            taken: 0,
            clock,
            began: None,
            guest,
            arriving,
            waiting: None,
            has_ended: false,
            answered: None,
        }
    }

    /// Whether the client has read its responses too slowly since it began to wait.
    fn is_slow(&self) -> bool {
        let took = self.began.map_or(Duration::ZERO, |began| self.clock.elapsed().saturating_sub(began));
        let due = took.saturating_sub(self.patience.free).as_secs_f64() * self.patience.pace as f64;
        due > self.taken as f64
    }

    /// The end of what the client sends, as soon as it awaits no response.
    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(answered) = &mut self.answered {
            ready!(answered.as_mut().poll(context));
            self.answered = None;
        }
        Poll::Ready(Ok(()))
    }

    fn watch(&mut self, written: Poll<io::Result<usize>>, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(done) = written {
            self.guest.stirs();
            if self.waiting.take().is_some() {
                self.guest.reads_on();
            }
            self.taken += done.as_ref().map_or(0, |bytes| *bytes);
            if self.guest.is_streaming() {
                // A stream comes at its own pace and never ends: only a client that reads
                // nothing is too slow.
                (self.taken, self.began) = (0, None);
            } else if self.is_slow() {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the peer reads too slowly")));
            }
            return Poll::Ready(done);
        }
        self.began.get_or_insert_with(|| self.clock.elapsed());
        let stall = self.patience.stall;
        let guest = &self.guest;
        let waiting = self.waiting.get_or_insert_with(|| {
            guest.leaves_unread();
            Box::pin(sleep(stall))
        });
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the peer has stopped reading")))
    }
}

impl AsyncRead for Impatient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.has_ended {
            return self.poll_end(context);
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        match &read {
            Poll::Ready(Ok(())) if buffer.filled().len() > before => self.guest.stirs(),
            Poll::Ready(Ok(())) if buffer.remaining() > 0 => {
                // A client that ends its side once its request is sent still gets its response
                // (RFC 9112 §9.6): the HTTP library, told of the end, would drop it.
                (self.arriving, self.has_ended) = (None, true);
                let guest = Arc::clone(&self.guest);
                self.answered = Some(Box::pin(async move { guest.answered().await }));
                return self.poll_end(context);
            }
            Poll::Ready(_) => self.guest.stirs(),
            // Everything that came is read, and the request is being served.
            Poll::Pending => self.arriving = None,
        }
        read
    }
}

impl AsyncWrite for Impatient {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.watch(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Called once all is written: the next response begins anew.
        (self.taken, self.began) = (0, None);
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
