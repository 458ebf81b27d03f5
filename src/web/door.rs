//! Checks the heads of requests, one by one, before the HTTP library sees them. A refused head
//! reaches the library as a request that names the refusal, so that it gets its response in
//! turn and the connection is closed.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use super::heads::{self, BadHead, Behind};
use crate::limits::REQUEST_HEAD;

/// Bytes that are read at once.
const PIECE: usize = 8 * 1024;

/// How much of what no one will answer is read and dropped: a client that writes before it reads
/// would otherwise lose the response (RFC 9112 §9.6).
const DROPPED: usize = crate::limits::REFUSED_DROPPED.count();

/// How long a client has to end its side of a connection whose last response was written.
const PARTING: Duration = Duration::from_secs(2);

/// The paths that refused requests get on one connection. No client can guess them.
#[derive(Clone, Debug)]
pub struct RefusalNames(String);

impl RefusalNames {
    /// Paths that were never used before.
    pub fn new() -> Self {
        RefusalNames(format!("/{:016x}/", RandomState::new().hash_one(0)))
    }

    /// The refusal that a path stands for.
    pub fn refusal(&self, path: &str) -> Option<BadHead> {
        let nth: usize = path.strip_prefix(&self.0)?.parse().ok()?;
        BadHead::ALL.get(nth).copied()
    }

    fn request(&self, refusal: BadHead) -> Bytes {
        let nth = BadHead::ALL.iter().position(|other| *other == refusal).unwrap_or_default();
        format!("GET {}{nth} HTTP/1.1\r\nHost: refused\r\nConnection: close\r\n\r\n", self.0).into()
    }
}

/// A stream whose requests are checked.
pub struct Door<S> {
    stream: S,
    names: RefusalNames,
    /// What has come and was not checked yet.
    come: BytesMut,
    /// This many bytes of it hold no end of a head.
    seen: usize,
    /// What may be read.
    admitted: Bytes,
    state: DoorState,
    /// When the connection is closed, whatever still comes; set once nothing more is written.
    parting: Option<Pin<Box<Sleep>>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum DoorState {
    /// A head comes next.
    Heads,
    /// A body comes, and no other request is read on this connection.
    Body,
    /// A head was refused: no request is read any more. This many bytes may still be dropped.
    Refused(usize),
}

impl<S> Door<S> {
    /// Puts the door in front of `stream`.
    pub fn new(stream: S, names: RefusalNames) -> Self {
        let (come, admitted) = (BytesMut::new(), Bytes::new());
        Door { stream, names, come, seen: 0, admitted, state: DoorState::Heads, parting: None }
    }

    /// Admits the next head, or the next bytes of a body.
    fn admit(&mut self) {
        match self.state {
            DoorState::Heads => {}
            DoorState::Body => return self.admitted = self.come.split().freeze(),
            DoorState::Refused(_) => return self.come.clear(),
        }
        if self.seen == 0 {
            // Empty lines before a request are ignored (RFC 9112 §2.2).
            let empty = self.come.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.come.advance(empty);
        }
        let Some(first) = self.come.first() else { return };
        if !heads::may_begin(*first) {
            return self.refuse(BadHead::NoRequest);
        }
        match heads::end(&self.come, self.seen) {
            Some(end) if end <= REQUEST_HEAD.count() => match heads::judge(&self.come[..end]) {
                Ok(behind) => {
                    self.admitted = self.come.split_to(end).freeze();
                    self.seen = 0;
                    if behind == Behind::Body {
                        self.state = DoorState::Body;
                    }
                }
                Err(refusal) => self.refuse(refusal),
            },
            None if self.come.len() <= REQUEST_HEAD.count() => self.seen = self.come.len(),
            _ => self.refuse(BadHead::TooLong),
        }
    }

    fn refuse(&mut self, refusal: BadHead) {
        self.admitted = self.names.request(refusal);
        self.come = BytesMut::new();
        self.state = DoorState::Refused(DROPPED);
    }
}

impl<S: AsyncRead + Unpin> Door<S> {
    /// Drops what still follows a refusal. It is ready once the client has ended its side, or
    /// has sent as much as may be dropped.
    fn drop_rest(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut piece = [0; PIECE];
        while let DoorState::Refused(left) = self.state
            && left > 0
        {
            let mut read = ReadBuf::new(&mut piece);
            match ready!(Pin::new(&mut self.stream).poll_read(context, &mut read)) {
                Ok(()) if !read.filled().is_empty() => {
                    self.state = DoorState::Refused(left.saturating_sub(read.filled().len()));
                }
                _ => break,
            }
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Door<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let door = &mut *self;
        loop {
            if door.admitted.is_empty() {
                door.admit();
            }
            if matches!(door.state, DoorState::Refused(_)) {
                let _ = door.drop_rest(context);
                if door.admitted.is_empty() {
                    // The response ends the connection.
                    return Poll::Pending;
                }
            }
            if !door.admitted.is_empty() {
                let length = door.admitted.len().min(buffer.remaining());
                buffer.put_slice(&door.admitted.split_to(length));
                return Poll::Ready(Ok(()));
            }
            if door.state == DoorState::Body {
                return Pin::new(&mut door.stream).poll_read(context, buffer);
            }
            let mut piece = [0; PIECE];
            let mut read = ReadBuf::new(&mut piece);
            ready!(Pin::new(&mut door.stream).poll_read(context, &mut read))?;
            if read.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            door.come.extend_from_slice(read.filled());
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Door<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    /// Ends this side. Where something may still come that no one will answer, the connection is
    /// held for a moment and that is dropped: closing it at once would reset it, and the client
    /// would lose the response.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.parting.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
            match self.state {
                DoorState::Heads => return Poll::Ready(Ok(())),
                DoorState::Body => self.state = DoorState::Refused(DROPPED),
                DoorState::Refused(_) => {}
            }
        }
        let parting = self.parting.get_or_insert_with(|| Box::pin(tokio::time::sleep(PARTING)));
        let is_over = parting.as_mut().poll(context).is_ready();
        if is_over || self.drop_rest(context).is_ready() { Poll::Ready(Ok(())) } else { Poll::Pending }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// The bytes that come through the door when `sent` is, in pieces of `length`.
    async fn through(sent: &[u8], length: usize) -> (String, Vec<BadHead>) {
        let (mut client, server) = tokio::io::duplex(1 << 22);
        for piece in sent.chunks(length) {
            client.write_all(piece).await.unwrap();
        }
        client.shutdown().await.unwrap();
        let names = RefusalNames::new();
        let mut door = Door::new(server, names.clone());
        let (mut bytes, mut piece) = (Vec::new(), vec![0; 1 << 16]);
        // After a refusal nothing more comes, not even an end.
        while let Ok(Ok(read)) = tokio::time::timeout(std::time::Duration::from_millis(50), door.read(&mut piece)).await
            && read > 0
        {
            bytes.extend_from_slice(&piece[..read]);
        }
        let text = String::from_utf8(bytes).unwrap();
        let refused = text.split(' ').filter_map(|word| names.refusal(word)).collect();
        (text, refused)
    }

    const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    #[tokio::test]
    async fn each_request_of_a_connection_is_judged_r36() {
        let three = GET.repeat(3);
        assert_eq!(through(three.as_bytes(), 7).await, (three.clone(), vec![]));
        assert_eq!(through(format!("\r\n\r\n{GET}").as_bytes(), 1).await, (GET.to_owned(), vec![]));
        // A body is no head, and what comes behind it is not read as one.
        let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n\x16\x03abGET";
        assert_eq!(through(post.as_bytes(), 9).await, (post.to_owned(), vec![]));
        let second = format!("{GET}GET / HTTP/1.1\r\n\r\n{GET}");
        let (text, refused) = through(second.as_bytes(), 11).await;
        assert_eq!((text.starts_with(GET), text.matches("Host: a").count(), refused), (true, 1, vec![BadHead::NoHost]));
        assert_eq!(through(b"\x16\x03\x01\x02\0 no end of a line", 5).await.1, [BadHead::NoRequest]);
    }

    #[tokio::test]
    async fn a_head_without_an_end_is_refused_at_its_limit_r36() {
        let filled = |length: usize| {
            let head = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
            format!("{head}{}\r\n\r\n", "x".repeat(length - head.len() - 4))
        };
        let most = REQUEST_HEAD.count();
        assert_eq!(through(filled(most).as_bytes(), 1000).await, (filled(most), vec![]));
        assert_eq!(through(filled(most + 1).as_bytes(), 1000).await.1, [BadHead::TooLong]);
        assert_eq!(through(&vec![b'G'; 300_000], 4096).await.1, [BadHead::TooLong]);
    }

    /// What the client of a door gets that sends `late` once the response to `sent` has ended, and
    /// whether it could send all of it.
    async fn late(sent: &str, late: usize) -> (String, bool) {
        // Small enough that what comes late must be read for the client to go on.
        let (client, server) = tokio::io::duplex(64);
        let mut door = Door::new(server, RefusalNames::new());
        let (mut from, mut to) = tokio::io::split(client);
        let client = async move {
            to.write_all(sent.as_bytes()).await.unwrap();
            let mut got = String::new();
            from.read_to_string(&mut got).await.unwrap();
            let is_sent = to.write_all(&vec![b'x'; late]).await.is_ok();
            (got, is_sent)
        };
        let server = async move {
            assert!(door.read(&mut [0; 1024]).await.unwrap() > 0);
            door.write_all(b"a response").await.unwrap();
            door.shutdown().await.unwrap();
        };
        tokio::join!(client, server).0
    }

    #[tokio::test]
    async fn a_client_that_sends_on_keeps_its_response_r36() {
        let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n";
        for sent in ["\x16\x03", "GET / HTTP/1.1\r\n\r\n", post] {
            assert_eq!(late(sent, 300).await, ("a response".to_owned(), true), "{sent:?}");
            // One that sends for ever is not read for ever.
            assert_eq!(late(sent, DROPPED + (1 << 16)).await, ("a response".to_owned(), false), "{sent:?}");
            assert_eq!(late(sent, 0).await, ("a response".to_owned(), true), "{sent:?}");
        }
        // After a request that was answered nothing is waited for.
        assert_eq!(late(GET, 300).await, ("a response".to_owned(), false));
    }

    #[test]
    fn nobody_can_name_a_refusal_but_the_door() {
        let names = RefusalNames::new();
        assert_eq!(names.refusal("/0"), None);
        assert_eq!(RefusalNames::new().refusal(&format!("{}0", names.0)), None);
        assert_eq!(names.refusal(&format!("{}99", names.0)), None);
    }
}
