//! How a connection begins: with a request of HTTP/1, or as HTTP/2 by prior knowledge (RFC 9113
//! §3.3), which proxies speak to servers behind them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

/// No request of HTTP/1 begins like this, and each connection of HTTP/2 does (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A protocol that is spoken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spoken {
    /// HTTP/1.1 or HTTP/1.0, or nothing known.
    Http1,
    /// HTTP/2.
    Http2,
}

/// A stream whose first bytes were read already.
pub struct Rewound<S> {
    first: Bytes,
    stream: S,
}

/// Reads as much as tells which protocol a client speaks: one byte, nearly always.
pub async fn opening<S: AsyncRead + Unpin>(mut stream: S) -> io::Result<(Spoken, Rewound<S>)> {
    let (mut first, mut length) = ([0; PREFACE.len()], 0);
    while first[..length] == PREFACE[..length] && length < first.len() {
        match stream.read(&mut first[length..]).await? {
            0 => break,
            read => length += read,
        }
    }
    let spoken = if first == PREFACE { Spoken::Http2 } else { Spoken::Http1 };
    Ok((spoken, Rewound { first: Bytes::copy_from_slice(&first[..length]), stream }))
}

impl<S: AsyncRead + Unpin> AsyncRead for Rewound<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.first.is_empty() {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        }
        let length = self.first.len().min(buffer.remaining());
        buffer.put_slice(&self.first[..length]);
        self.first.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Rewound<S> {
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

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    #[tokio::test]
    async fn the_first_bytes_tell_the_protocol_and_none_is_lost_o179() {
        for (sent, expected) in [
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0", Spoken::Http2),
            ("GET / HTTP/1.1\r\n\r\n", Spoken::Http1),
            ("PUT / HTTP/1.1\r\n\r\n", Spoken::Http1),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\rx", Spoken::Http1),
            ("PRI * HT", Spoken::Http1),
            ("", Spoken::Http1),
        ] {
            for size in [1, 7, 64] {
                let (mut client, server) = tokio::io::duplex(64);
                let sending = async {
                    for piece in sent.as_bytes().chunks(size) {
                        client.write_all(piece).await.unwrap();
                    }
                    client.shutdown().await.unwrap();
                };
                let reading = async {
                    let (spoken, mut opened) = opening(server).await.unwrap();
                    let mut all = String::new();
                    opened.read_to_string(&mut all).await.unwrap();
                    (spoken, all)
                };
                let ((), read) = tokio::join!(sending, reading);
                assert_eq!(read, (expected, sent.to_owned()), "{size}");
            }
        }
    }
}
