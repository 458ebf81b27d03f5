//! How a request to a source ended.

use std::time::Duration;

use bytes::Bytes;

use super::masked;

/// `ETag` and `Last-Modified` of one 200 response, byte for byte (checks P2, P3): stored
/// together, sent together, never parsed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Validators {
    /// The `ETag` field, quotes and `W/` included.
    pub etag: Option<Vec<u8>>,
    /// The `Last-Modified` field.
    pub last_modified: Option<Vec<u8>>,
}

impl Validators {
    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// The part of a request in which time ran out or the peer went away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Looking the name up.
    Resolve,
    /// TCP and TLS.
    Connect,
    /// Waiting for the head of the response.
    Head,
    /// Reading the body.
    Body,
}

impl Phase {
    /// Its name in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Phase::Resolve => "name look-up",
            Phase::Connect => "connect",
            Phase::Head => "response head",
            Phase::Body => "response body",
        }
    }
}

/// A document that came with a 200.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Body {
    /// The document, content coding removed.
    pub bytes: Bytes,
    /// xxh3-128 of `bytes` (check P7).
    pub hash: u128,
    /// The `Content-Type` field; bytes that are no text are replaced.
    pub content_type: Option<String>,
    /// The URL that responded, after redirects.
    pub url: url::Url,
    /// Validators of this response.
    pub validators: Validators,
    /// Bytes on the wire.
    pub wire_bytes: u64,
    /// What was odd about the transfer.
    pub warnings: Vec<String>,
}

/// Why a poll brought no document. The messages reveal no secret of any URL (check B116).
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Failure {
    /// The guard refuses to dial this address (B23 to B33).
    #[error("refused: {}", masked(.0))]
    Refused(String),
    /// Time ran out.
    #[error("timeout in {} after {}", phase.as_str(), crate::clock::span(*after))]
    Timeout {
        /// The phase of the request.
        phase: Phase,
        /// The limit.
        after: Duration,
    },
    /// The connection could not be made or broke.
    #[error("network error in {}: {}", phase.as_str(), masked(cause))]
    Network {
        /// The phase of the request.
        phase: Phase,
        /// The library's message, without credentials of URLs.
        cause: String,
    },
    /// This machine has no route to any network.
    #[error("no way out: {}", masked(.0))]
    NoRoute(String),
    /// The resolver could not answer: this machine has none in reach, or the name's servers
    /// are down.
    #[error("no answer to its name: {}", masked(.0))]
    NoResolver(String),
    /// A certificate or handshake was not acceptable (B13).
    #[error("tls: {}", masked(.0))]
    Tls(String),
    /// A status without a document.
    #[error("http status {status}")]
    Status {
        /// The status code.
        status: u16,
        /// What the server asked for, from now (RFC 9110 §10.2.3).
        retry_after: Option<Duration>,
    },
    /// Its host asked for no requests until a certain time (checks P17, P21).
    #[error("held: {}", masked(&.0.because))]
    Held(super::NextPoll),
    /// The host's robots.txt keeps us out, or could not be read (check P35).
    #[error("robots.txt: {}", masked(why))]
    Robots {
        /// What it says, or why it could not be read.
        why: String,
        /// Whether a rule of it keeps us out; otherwise it may allow the request once it
        /// can be read.
        is_rule: bool,
    },
    /// A limit was exceeded: size, header fields, redirects.
    #[error("over the limit: {}", masked(.0))]
    Limit(String),
    /// A content coding that is unknown, repeated, cut short or corrupt (B4, B5).
    #[error("bad encoding: {}", masked(.0))]
    Encoding(String),
    /// The body ended early (B9).
    #[error("truncated: {}", masked(.0))]
    Truncated(String),
    /// A redirect to somewhere that is not allowed (B10, B11); the chain is named.
    #[error("bad redirect: {}", masked(.0))]
    Redirect(String),
    /// A 200 with nothing to read in it (B40).
    #[error("empty: {}", masked(.0))]
    Empty(String),
    /// A 200 with something other than a feed (B41, B42).
    #[error("not a feed: {}", masked(.0))]
    NotAFeed(String),
    /// The document could not be read.
    #[error("unreadable: {}", masked(.0))]
    Unreadable(String),
    /// Reading the document took too long (B107).
    #[error("reading took over {}, given up", crate::clock::span(*.0))]
    Overlong(Duration),
    /// The poll itself broke down: a bug of ours (R23).
    #[error("internal error: {}", masked(.0))]
    Internal(String),
    /// The document could not be stored (R12).
    #[error("not stored: {}", masked(.0))]
    NotStored(String),
}

impl Failure {
    /// Whether no connection was made: the name was not found, or none of its addresses
    /// answered.
    pub fn is_unreached(&self) -> bool {
        match self {
            Failure::NoRoute(_) | Failure::NoResolver(_) => true,
            Failure::Network { phase, .. } | Failure::Timeout { phase, .. } => {
                matches!(phase, Phase::Resolve | Phase::Connect)
            }
            _ => false,
        }
    }

    /// Whether repeating the request is useless until somebody changes something: a URL
    /// that is refused or not found, bytes that are no document.
    pub fn is_lasting(&self) -> bool {
        match self {
            Failure::Status { status, .. } => matches!(status, 300..=407 | 409..=424 | 426..=428 | 430..=499),
            Failure::Robots { is_rule, .. } => *is_rule,
            Failure::Refused(_)
            | Failure::Limit(_)
            | Failure::Redirect(_)
            | Failure::Empty(_)
            | Failure::NotAFeed(_)
            | Failure::Unreadable(_)
            | Failure::Overlong(_)
            | Failure::Internal(_) => true,
            _ => false,
        }
    }

    /// The host that its operator would have to open for polls of `url`, where the guard
    /// refused that very host as one of the inside.
    pub fn closed_host<'u>(&self, url: &'u url::Url) -> Option<&'u str> {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        match self {
            Failure::Refused(why) if !host.is_empty() && why.contains(host) && why.contains("not public") => Some(host),
            _ => None,
        }
    }

    /// A short word for columns and metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Failure::Refused(_) => "refused",
            Failure::Timeout { .. } => "timeout",
            Failure::Network { .. } => "network",
            Failure::NoRoute(_) => "no-route",
            Failure::NoResolver(_) => "no-resolver",
            Failure::Tls(_) => "tls",
            Failure::Status { .. } => "status",
            Failure::Held(_) => "held",
            Failure::Robots { .. } => "robots",
            Failure::Limit(_) => "limit",
            Failure::Encoding(_) => "encoding",
            Failure::Truncated(_) => "truncated",
            Failure::Redirect(_) => "redirect",
            Failure::Empty(_) => "empty",
            Failure::NotAFeed(_) => "not-a-feed",
            Failure::Unreadable(_) => "unreadable",
            Failure::Overlong(_) => "overlong",
            Failure::Internal(_) => "internal",
            Failure::NotStored(_) => "not-stored",
        }
    }
}

/// A permanent redirect that was followed (check P19).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    /// Where it led.
    pub to: url::Url,
}

/// How one request to a source ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// 200 with a document.
    Document(Box<Body>),
    /// 304, to a conditional request.
    NotModified {
        /// Validators that the 304 renewed (RFC 9111 §4.3.4).
        renewed: Validators,
    },
    /// Nothing usable.
    Failed(Failure),
}
