//! What a scripted origin answers: well-formed by default, broken on request.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::Semaphore;

/// Holds answers back until the test lets them go.
#[derive(Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    /// A gate that is shut.
    pub fn shut() -> Gate {
        Gate(Arc::new(Semaphore::new(0)))
    }

    /// Lets one answer pass.
    pub fn pass_one(&self) {
        self.0.add_permits(1);
    }

    /// Lets everything pass from now on.
    pub fn open(&self) {
        self.0.close();
    }

    async fn wait(&self) {
        if let Ok(permit) = self.0.acquire().await {
            permit.forget();
        }
    }
}

#[derive(Clone, Copy)]
enum Framing {
    Length,
    Declared(u64),
    Chunked(usize),
    UntilClose,
}

/// What happens to the connection when the bytes have gone out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    KeepAlive,
    Close,
    Reset,
    /// Says nothing more, and keeps the connection open until the client leaves.
    Stall,
    /// Sends the body again and again.
    Repeat,
}

/// One scripted answer.
#[derive(Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    framing: Framing,
    ending: Ending,
    raw: bool,
    first_bytes: usize,
    pace: Option<Duration>,
    gate: Option<Gate>,
}

impl Reply {
    /// An answer with this status and no body.
    pub fn status(status: u16) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            framing: Framing::Length,
            ending: Ending::KeepAlive,
            raw: false,
            first_bytes: usize::MAX,
            pace: None,
            gate: None,
        }
    }

    /// A 200 with a body.
    pub fn ok(body: impl AsRef<[u8]>) -> Reply {
        Reply::status(200).body(body)
    }

    /// A redirect.
    pub fn redirect(status: u16, location: impl AsRef<str>) -> Reply {
        Reply::status(status).header("Location", location.as_ref())
    }

    /// These bytes and nothing else, then the end of the connection.
    pub fn raw(bytes: impl AsRef<[u8]>) -> Reply {
        Reply { raw: true, ending: Ending::Close, ..Reply::status(0).body(bytes) }
    }

    /// Closes the connection without a word.
    pub fn hang_up() -> Reply {
        Reply::raw("")
    }

    /// Resets the connection without a word.
    pub fn reset() -> Reply {
        Reply::raw("").then(Ending::Reset)
    }

    /// Never answers.
    pub fn silence() -> Reply {
        Reply::raw("").then(Ending::Stall)
    }

    pub fn body(mut self, body: impl AsRef<[u8]>) -> Reply {
        self.body = body.as_ref().to_vec();
        self
    }

    /// Adds a field; its value may be any bytes.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Reply {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Sends the body in chunks of `size` bytes.
    pub fn chunked(mut self, size: usize) -> Reply {
        self.framing = Framing::Chunked(size);
        self
    }

    /// Claims a length that the body need not have; closes after it.
    pub fn declared(mut self, length: u64) -> Reply {
        self.framing = Framing::Declared(length);
        self.then(Ending::Close)
    }

    /// Sends no length: the end of the connection ends the body.
    pub fn until_close(mut self) -> Reply {
        self.framing = Framing::UntilClose;
        self.then(Ending::Close)
    }

    /// Closes after this answer, and says so.
    pub fn closing(self) -> Reply {
        self.header("Connection", "close").then(Ending::Close)
    }

    /// Sends only the first `bytes` of the whole answer, head included, before its end.
    pub fn first(mut self, bytes: usize) -> Reply {
        self.first_bytes = bytes;
        self
    }

    /// What happens after the bytes.
    pub fn then(mut self, ending: Ending) -> Reply {
        self.ending = ending;
        self
    }

    /// Sends one byte at a time.
    pub fn trickle(mut self, pause: Duration) -> Reply {
        self.pace = Some(pause);
        self
    }

    /// Waits at `gate` before the first byte.
    pub fn behind(mut self, gate: &Gate) -> Reply {
        self.gate = Some(gate.clone());
        self
    }

    fn bytes(&self) -> Vec<u8> {
        if self.raw {
            return self.body.clone();
        }
        let mut out = format!("HTTP/1.1 {} Scripted\r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            out.extend([name.as_bytes(), b": ", value.as_slice(), b"\r\n"].concat());
        }
        let length = match self.framing {
            // these have no body and need no length (RFC 9110 §8.6)
            Framing::Length if matches!(self.status, 204 | 304) => String::new(),
            Framing::Length => format!("Content-Length: {}\r\n", self.body.len()),
            Framing::Declared(length) => format!("Content-Length: {length}\r\n"),
            Framing::Chunked(_) => "Transfer-Encoding: chunked\r\n".to_owned(),
            Framing::UntilClose => "Connection: close\r\n".to_owned(),
        };
        out.extend(length.as_bytes());
        out.extend(b"\r\n");
        match self.framing {
            Framing::Chunked(size) => {
                for chunk in self.body.chunks(size) {
                    out.extend([format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
                }
                out.extend(b"0\r\n\r\n");
            }
            _ => out.extend(&self.body),
        }
        out
    }

    /// Sends the answer; gives what is to become of the connection, `None` when
    /// the client has gone.
    pub async fn play(&self, stream: &mut (impl AsyncWrite + Unpin)) -> Option<Ending> {
        if let Some(gate) = &self.gate {
            gate.wait().await;
        }
        let mut bytes = self.bytes();
        bytes.truncate(self.first_bytes);
        match self.pace {
            None => stream.write_all(&bytes).await.ok()?,
            Some(pause) => {
                for byte in bytes {
                    stream.write_all(&[byte]).await.ok()?;
                    stream.flush().await.ok()?;
                    tokio::time::sleep(pause).await;
                }
            }
        }
        stream.flush().await.ok()?;
        if self.ending == Ending::Repeat {
            loop {
                stream.write_all(&self.body).await.ok()?;
            }
        }
        Some(self.ending)
    }
}
