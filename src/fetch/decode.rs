//! Content codings undone as the bytes come, within a limit on what comes out.
//! Pure. gzip: RFC 1952; deflate: RFC 9110 §8.4.1.2; brotli: RFC 7932.

use std::io::{self, Write};

use brotli::enc::StandardAlloc;
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};
use flate2::write::{DeflateDecoder, GzDecoder, ZlibDecoder};

use crate::model::Failure;
use crate::net::HeaderMap;
use crate::text::quote::in_quotes;

/// Most bytes that are reserved before any have come.
const MAX_RESERVED_BYTES: u64 = 256 * 1024;
/// The first bytes of a gzip file; there is only one method.
const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b, 8];

/// How much of a piece was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum DecodeStep {
    /// All of it.
    Done,
    /// There is no room for more of its output.
    Full,
}

/// How a body is coded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BodyCoding {
    Identity,
    Gzip,
    Deflate,
    Brotli,
}

impl BodyCoding {
    /// The coding that a head names: at most one, and a known one (check B4).
    pub(super) fn of(headers: &HeaderMap) -> Result<BodyCoding, Failure> {
        let mut found = None;
        for value in headers.get_all("content-encoding") {
            let text = value.to_str().map_err(|_| Failure::Encoding("content coding is not text".to_owned()))?;
            for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                let coding = BodyCoding::named(name)?;
                if coding != BodyCoding::Identity && found.replace(coding).is_some() {
                    return Err(Failure::Encoding(format!("more than one content coding, the last is {name}")));
                }
            }
        }
        Ok(found.unwrap_or(BodyCoding::Identity))
    }

    fn named(name: &str) -> Result<BodyCoding, Failure> {
        match name.to_ascii_lowercase().as_str() {
            "identity" => Ok(BodyCoding::Identity),
            "gzip" | "x-gzip" => Ok(BodyCoding::Gzip),
            "deflate" => Ok(BodyCoding::Deflate),
            "br" => Ok(BodyCoding::Brotli),
            _ => Err(Failure::Encoding(format!("content coding {} was not requested", in_quotes(name)))),
        }
    }
}

/// Decodes a body as it comes.
pub(super) struct BodyDecoder {
    state: DecodeState,
    limit: u64,
}

enum DecodeState {
    Plain(Sink),
    Gzip(Gzip),
    /// Waits for the first byte, because some servers leave out the zlib frame.
    Deflate(Sink),
    Zlib(ZlibDecoder<Sink>),
    RawDeflate(DeflateDecoder<Sink>),
    Brotli(Box<Brotli>),
}

impl BodyDecoder {
    /// A decoder for a body of about `declared` bytes on the wire (0 if unknown) that puts out
    /// at most `limit` bytes, and stops for more room after `allowed`.
    pub(super) fn new(coding: BodyCoding, declared: u64, limit: u64, allowed: u64) -> BodyDecoder {
        // feeds shrink to about a fifth
        let expected = if coding == BodyCoding::Identity { declared } else { declared.saturating_mul(5) };
        let reserved = expected.min(MAX_RESERVED_BYTES).min(limit);
        let sink = Sink { bytes: Vec::with_capacity(reserved as usize), limit, allowed, stop: None };
        let state = match coding {
            BodyCoding::Identity => DecodeState::Plain(sink),
            BodyCoding::Gzip => DecodeState::Gzip(Gzip::new(sink)),
            BodyCoding::Deflate => DecodeState::Deflate(sink),
            BodyCoding::Brotli => DecodeState::Brotli(Box::new(Brotli::new(sink))),
        };
        BodyDecoder { state, limit }
    }

    /// Takes the next piece from the wire, as far as there is room for its output. The rest of
    /// `piece` is left.
    pub(super) fn push(&mut self, piece: &mut &[u8]) -> Result<DecodeStep, Failure> {
        match self.feed(piece) {
            Ok(()) => Ok(DecodeStep::Done),
            Err(_) if self.sink().stop == Some(SinkStop::Full) => {
                self.sink().stop = None;
                Ok(DecodeStep::Full)
            }
            Err(err) => Err(self.failure(&err)),
        }
    }

    /// Makes room for `allowed` bytes in total.
    pub(super) fn allow(&mut self, allowed: u64) {
        self.sink().allowed = allowed;
    }

    /// If a body without a label turns out to be gzip, returns it, to be pushed again.
    pub(super) fn unlabelled(&mut self) -> Option<Vec<u8>> {
        let DecodeState::Plain(sink) = &mut self.state else { return None };
        let coded = sink.bytes.starts_with(GZIP_MAGIC).then(|| std::mem::take(&mut sink.bytes))?;
        self.state = DecodeState::Gzip(Gzip { labelled: false, ..Gzip::new(std::mem::take(sink)) });
        Some(coded)
    }

    /// The decoded body, and warnings about its coding.
    pub(super) fn finish(mut self) -> Result<(Vec<u8>, Vec<String>), Failure> {
        let mut warnings = Vec::new();
        // what the decoders hold is less than one of their buffers
        self.allow(u64::MAX);
        self.end().map_err(|err| self.failure(&err))?;
        if let DecodeState::Gzip(Gzip { labelled: false, .. }) = &self.state {
            warnings.push("the body is gzip, though no header says so".to_owned());
        }
        if let DecodeState::Gzip(Gzip { junk: true, .. }) = &self.state {
            warnings.push("there were bytes after the end of the gzip body".to_owned());
        }
        Ok((std::mem::take(&mut self.sink().bytes), warnings))
    }

    fn feed(&mut self, piece: &mut &[u8]) -> io::Result<()> {
        if let (DecodeState::Deflate(sink), Some(first)) = (&mut self.state, piece.first()) {
            let sink = std::mem::take(sink);
            self.state = match first & 0x0f {
                8 => DecodeState::Zlib(ZlibDecoder::new(sink)),
                _ => DecodeState::RawDeflate(DeflateDecoder::new(sink)),
            };
        }
        match &mut self.state {
            DecodeState::Plain(sink) => drain(sink, piece),
            DecodeState::Gzip(gzip) => gzip.feed(piece),
            DecodeState::Zlib(zlib) => drain(zlib, piece),
            DecodeState::RawDeflate(raw) => drain(raw, piece),
            DecodeState::Brotli(brotli) => brotli.feed(piece),
            DecodeState::Deflate(_) => Ok(()),
        }
    }

    /// Checks that the coded stream has an end and that its checksum is right.
    fn end(&mut self) -> io::Result<()> {
        match &mut self.state {
            DecodeState::Plain(_) => Ok(()),
            DecodeState::Gzip(gzip) if gzip.junk => Ok(()),
            DecodeState::Gzip(gzip) => gzip.member.try_finish(),
            DecodeState::Zlib(zlib) => zlib.try_finish(),
            DecodeState::RawDeflate(raw) => raw.try_finish(),
            DecodeState::Brotli(brotli) if brotli.ended => Ok(()),
            DecodeState::Brotli(_) | DecodeState::Deflate(_) => Err(cut()),
        }
    }

    fn sink(&mut self) -> &mut Sink {
        match &mut self.state {
            DecodeState::Plain(sink) | DecodeState::Deflate(sink) => sink,
            DecodeState::Gzip(gzip) => gzip.member.get_mut(),
            DecodeState::Zlib(zlib) => zlib.get_mut(),
            DecodeState::RawDeflate(raw) => raw.get_mut(),
            DecodeState::Brotli(brotli) => &mut brotli.sink,
        }
    }

    fn failure(&mut self, err: &io::Error) -> Failure {
        if self.sink().stop == Some(SinkStop::Over) {
            return Failure::Limit(format!("the decoded body is longer than {}", size(self.limit)));
        }
        let coding = match self.state {
            DecodeState::Plain(_) => "identity",
            DecodeState::Gzip(_) => "gzip",
            DecodeState::Deflate(_) | DecodeState::Zlib(_) | DecodeState::RawDeflate(_) => "deflate",
            DecodeState::Brotli(_) => "brotli",
        };
        Failure::Encoding(format!("{coding}: {err}"))
    }
}

/// Holds what was decoded, up to its limit (checks B2, B3).
#[derive(Default)]
struct Sink {
    bytes: Vec<u8>,
    limit: u64,
    /// The limit that holds for now.
    allowed: u64,
    stop: Option<SinkStop>,
}

/// Why a sink took no more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SinkStop {
    /// The limit; for good.
    Over,
    /// There is no room for now. The decoders keep what they could not write and try again when
    /// they are next called.
    Full,
}

impl Write for Sink {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let bytes = (self.bytes.len() + piece.len()) as u64;
        if bytes > self.limit.min(self.allowed) {
            self.stop = Some(if bytes > self.limit { SinkStop::Over } else { SinkStop::Full });
            return Err(io::Error::other("no room"));
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
    /// Something that is not a member followed the last one.
    junk: bool,
    labelled: bool,
}

impl Gzip {
    fn new(sink: Sink) -> Gzip {
        Gzip { member: GzDecoder::new(sink), junk: false, labelled: true }
    }

    fn feed(&mut self, piece: &mut &[u8]) -> io::Result<()> {
        while !self.junk {
            drain(&mut self.member, piece)?;
            let Some(first) = piece.first() else { break };
            // a whole member was read, so it was sound
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

/// Writes `piece` until it is used up or the stream has ended; the rest is left.
fn drain(decoder: &mut impl Write, piece: &mut &[u8]) -> io::Result<()> {
    while !piece.is_empty() {
        match decoder.write(piece)? {
            0 => break,
            n => *piece = &piece[n..],
        }
    }
    Ok(())
}

/// Brotli as in the RFC: the large windows of later encoders, up to 1 GiB, are refused.
struct Brotli {
    state: BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>,
    sink: Sink,
    /// Decoded, but not in the sink yet for want of room.
    held: Vec<u8>,
    ended: bool,
}

impl Brotli {
    fn new(sink: Sink) -> Brotli {
        let [a, b, c] = std::array::from_fn(|_| StandardAlloc::default());
        Brotli { state: BrotliState::new_strict(a, b, c), sink, held: Vec::new(), ended: false }
    }

    fn feed(&mut self, piece: &mut &[u8]) -> io::Result<()> {
        let mut out = [0; 16 * 1024];
        loop {
            self.sink.write_all(&self.held)?;
            self.held.clear();
            if self.ended {
                return Ok(());
            }
            let (mut left, mut at, mut total) = (piece.len(), 0, 0);
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
            *piece = &piece[at..];
            self.held.extend_from_slice(&out[..made]);
            match result {
                BrotliResult::NeedsMoreOutput => {}
                BrotliResult::NeedsMoreInput if made == 0 => return Ok(()),
                BrotliResult::NeedsMoreInput => {}
                BrotliResult::ResultSuccess => self.ended = true,
                BrotliResult::ResultFailure => return Err(io::Error::other("corrupt stream")),
            }
        }
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
