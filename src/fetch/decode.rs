//! Content codings undone as the bytes come, within a limit on what comes out.
//! Pure. gzip: RFC 1952; deflate: RFC 9110 §8.4.1.2; brotli: RFC 7932.

use std::io::{self, Write};

use brotli::enc::StandardAlloc;
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};
use flate2::write::{DeflateDecoder, GzDecoder, ZlibDecoder};

use crate::model::Failure;
use crate::net::HeaderMap;

/// Most bytes that are set aside before any have come.
const MAX_RESERVED_BYTES: u64 = 256 * 1024;
/// The first bytes of a gzip file with the only method there is.
const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b, 8];

/// How a body is coded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Coding {
    Identity,
    Gzip,
    Deflate,
    Brotli,
}

impl Coding {
    /// The coding that a head names: at most one, and one we know (check B4).
    pub(super) fn of(headers: &HeaderMap) -> Result<Coding, Failure> {
        let mut found = None;
        for value in headers.get_all("content-encoding") {
            let text = value.to_str().map_err(|_| Failure::Encoding("content coding is not text".to_owned()))?;
            for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                let coding = Coding::named(name)?;
                if coding != Coding::Identity && found.replace(coding).is_some() {
                    return Err(Failure::Encoding(format!("more than one content coding, the last is {name}")));
                }
            }
        }
        Ok(found.unwrap_or(Coding::Identity))
    }

    fn named(name: &str) -> Result<Coding, Failure> {
        match name.to_ascii_lowercase().as_str() {
            "identity" => Ok(Coding::Identity),
            "gzip" | "x-gzip" => Ok(Coding::Gzip),
            "deflate" => Ok(Coding::Deflate),
            "br" => Ok(Coding::Brotli),
            _ => Err(Failure::Encoding(format!("content coding {} was not asked for", name.escape_default()))),
        }
    }
}

/// Takes a body apart as it comes.
pub(super) struct Decoder {
    state: State,
    limit: u64,
}

enum State {
    Plain(Sink),
    Gzip(Gzip),
    /// Waits for the first byte: some servers leave the zlib frame out.
    Deflate(Sink),
    Zlib(ZlibDecoder<Sink>),
    RawDeflate(DeflateDecoder<Sink>),
    Brotli(Box<Brotli>),
}

impl Decoder {
    /// A decoder for a body of about `declared` bytes on the wire (0 when it is
    /// not known) that gives out at most `limit` bytes.
    pub(super) fn new(coding: Coding, declared: u64, limit: u64) -> Decoder {
        // feeds are coded to a fifth or so
        let expected = if coding == Coding::Identity { declared } else { declared.saturating_mul(5) };
        let reserved = expected.min(MAX_RESERVED_BYTES).min(limit);
        let sink = Sink { bytes: Vec::with_capacity(reserved as usize), limit, over: false };
        let state = match coding {
            Coding::Identity => State::Plain(sink),
            Coding::Gzip => State::Gzip(Gzip::new(sink)),
            Coding::Deflate => State::Deflate(sink),
            Coding::Brotli => State::Brotli(Box::new(Brotli::new(sink))),
        };
        Decoder { state, limit }
    }

    /// Takes the next piece from the wire.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), Failure> {
        self.feed(piece).map_err(|err| self.failure(&err))
    }

    /// Bytes decoded so far.
    pub(super) fn held(&mut self) -> usize {
        self.sink().bytes.len()
    }

    /// The decoded body and what was odd about its coding.
    pub(super) fn finish(mut self) -> Result<(Vec<u8>, Vec<String>), Failure> {
        let mut warnings = Vec::new();
        if let State::Plain(sink) = &mut self.state
            && sink.bytes.starts_with(GZIP_MAGIC)
        {
            let coded = std::mem::take(&mut sink.bytes);
            self.state = State::Gzip(Gzip::new(Sink { bytes: Vec::new(), limit: self.limit, over: false }));
            self.push(&coded)?;
            warnings.push("the body is gzip, though no header says so".to_owned());
        }
        self.end().map_err(|err| self.failure(&err))?;
        if let State::Gzip(Gzip { junk: true, .. }) = &self.state {
            warnings.push("there were bytes after the end of the gzip body".to_owned());
        }
        Ok((std::mem::take(&mut self.sink().bytes), warnings))
    }

    fn feed(&mut self, mut piece: &[u8]) -> io::Result<()> {
        if let (State::Deflate(sink), Some(first)) = (&mut self.state, piece.first()) {
            let sink = std::mem::take(sink);
            self.state = match first & 0x0f {
                8 => State::Zlib(ZlibDecoder::new(sink)),
                _ => State::RawDeflate(DeflateDecoder::new(sink)),
            };
        }
        match &mut self.state {
            State::Plain(sink) => sink.write_all(piece),
            State::Gzip(gzip) => gzip.feed(piece),
            State::Zlib(zlib) => drain(zlib, &mut piece),
            State::RawDeflate(raw) => drain(raw, &mut piece),
            State::Brotli(brotli) => brotli.feed(piece),
            State::Deflate(_) => Ok(()),
        }
    }

    /// Checks that the coded stream had an end, and that its sum is right.
    fn end(&mut self) -> io::Result<()> {
        match &mut self.state {
            State::Plain(_) => Ok(()),
            State::Gzip(gzip) if gzip.junk => Ok(()),
            State::Gzip(gzip) => gzip.member.try_finish(),
            State::Zlib(zlib) => zlib.try_finish(),
            State::RawDeflate(raw) => raw.try_finish(),
            State::Brotli(brotli) if brotli.ended => Ok(()),
            State::Brotli(_) | State::Deflate(_) => Err(cut()),
        }
    }

    fn sink(&mut self) -> &mut Sink {
        match &mut self.state {
            State::Plain(sink) | State::Deflate(sink) => sink,
            State::Gzip(gzip) => gzip.member.get_mut(),
            State::Zlib(zlib) => zlib.get_mut(),
            State::RawDeflate(raw) => raw.get_mut(),
            State::Brotli(brotli) => &mut brotli.sink,
        }
    }

    fn failure(&mut self, err: &io::Error) -> Failure {
        if self.sink().over {
            return Failure::Limit(format!("the decoded body is longer than {}", size(self.limit)));
        }
        let coding = match self.state {
            State::Plain(_) => "identity",
            State::Gzip(_) => "gzip",
            State::Deflate(_) | State::Zlib(_) | State::RawDeflate(_) => "deflate",
            State::Brotli(_) => "brotli",
        };
        Failure::Encoding(format!("{coding}: {err}"))
    }
}

/// Holds what was decoded, and no more than it may (checks B2, B3).
#[derive(Default)]
struct Sink {
    bytes: Vec<u8>,
    limit: u64,
    over: bool,
}

impl Write for Sink {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if (self.bytes.len() + piece.len()) as u64 > self.limit {
            self.over = true;
            return Err(io::Error::other("over the limit"));
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A gzip file: members one after another (RFC 1952 §2.2).
struct Gzip {
    member: GzDecoder<Sink>,
    /// Something that is no member followed the last one.
    junk: bool,
}

impl Gzip {
    fn new(sink: Sink) -> Gzip {
        Gzip { member: GzDecoder::new(sink), junk: false }
    }

    fn feed(&mut self, mut piece: &[u8]) -> io::Result<()> {
        while !self.junk {
            drain(&mut self.member, &mut piece)?;
            let Some(first) = piece.first() else { break };
            // a whole member is read: it must have been sound
            self.member.try_finish()?;
            if *first == GZIP_MAGIC[0] {
                let sink = std::mem::take(self.member.get_mut());
                self.member = GzDecoder::new(sink);
            } else {
                self.junk = true;
            }
        }
        Ok(())
    }
}

/// Writes `piece` until it is used up or the stream has ended; the rest stays.
fn drain(decoder: &mut impl Write, piece: &mut &[u8]) -> io::Result<()> {
    while !piece.is_empty() {
        match decoder.write(piece)? {
            0 => break,
            n => *piece = &piece[n..],
        }
    }
    Ok(())
}

/// Brotli as the RFC has it: the large windows of later encoders, up to 1 GiB,
/// are refused.
struct Brotli {
    state: BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>,
    sink: Sink,
    ended: bool,
}

impl Brotli {
    fn new(sink: Sink) -> Brotli {
        let [a, b, c] = std::array::from_fn(|_| StandardAlloc::default());
        Brotli { state: BrotliState::new_strict(a, b, c), sink, ended: false }
    }

    fn feed(&mut self, piece: &[u8]) -> io::Result<()> {
        let (mut left, mut at, mut total) = (piece.len(), 0, 0);
        let mut out = [0; 16 * 1024];
        while !self.ended {
            let (mut room, mut made) = (out.len(), 0);
            let result = BrotliDecompressStream(
                &mut left,
                &mut at,
                piece,
                &mut room,
                &mut made,
                &mut out,
                &mut total,
                &mut self.state,
            );
            self.sink.write_all(&out[..made])?;
            match result {
                BrotliResult::NeedsMoreOutput => {}
                BrotliResult::NeedsMoreInput => return Ok(()),
                BrotliResult::ResultSuccess => self.ended = true,
                BrotliResult::ResultFailure => return Err(io::Error::other("corrupt stream")),
            }
        }
        Ok(())
    }
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the stream is cut short")
}

/// A size as people write it.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{} MiB", bytes / 1_048_576),
    }
}
