//! How a request ended, with what scheduling and the ledger need to know about it.

use std::time::Duration;

use url::Url;

use super::freshness;
use crate::model::{Body, Failure, Freshness, Moved, Outcome, Validators};
use crate::net::HeaderMap;
use crate::net::room::Room;

/// A redirect that was followed or refused, without credentials.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hop {
    /// The URL that responded so.
    pub from: Url,
    /// Its status.
    pub status: u16,
    /// Where it led.
    pub to: Url,
}

/// How a request ended, with what scheduling and the ledger need to know about it.
#[derive(Debug)]
pub struct Response {
    /// How it ended.
    pub outcome: Outcome,
    /// Whether it was never sent because of its host's rules or turn; the outcome says why.
    pub kept_back: bool,
    /// The pause between two requests that its host's robots.txt asks for; `None` if the rules
    /// were not read.
    pub crawl_delay: Option<Duration>,
    /// Status of the last response, if there was one.
    pub status: Option<u16>,
    /// The URL requested last, without credentials.
    pub url: Url,
    /// Header fields of the last response.
    pub headers: HeaderMap,
    /// The longest `Retry-After` of all 429, 503 and 3xx responses, from now (check P16).
    pub retry_after: Option<Duration>,
    /// How long a document or a 304 says that it stays fresh (check P11).
    pub freshness: Option<Freshness>,
    /// Where the redirects led, if all of them were permanent (check P19).
    pub moved: Option<Moved>,
    /// Whether the last request carried validators.
    pub conditional: bool,
    /// Redirects that were met.
    pub hops: Vec<Hop>,
    /// Bytes of bodies on the wire.
    pub wire_bytes: u64,
    /// Why a status that looks like success is not (check P37).
    pub remark: Option<&'static str>,
    /// The room that the document takes, to be kept as long as any of it is in memory (R9).
    pub room: Option<Room>,
}

/// A document as it came, with the room that it takes, to be kept as long as any of it is in
/// memory (R9).
#[derive(Debug)]
pub struct Received {
    /// The document.
    pub body: Box<Body>,
    /// Its room.
    pub room: Option<Room>,
}

impl Response {
    /// A response before any came, to a request for `url`.
    pub(super) fn none_yet(url: Url) -> Self {
        Response {
            outcome: Outcome::Failed(Failure::Internal("the request was not made".to_owned())),
            kept_back: false,
            crawl_delay: None,
            status: None,
            url,
            headers: HeaderMap::new(),
            retry_after: None,
            freshness: None,
            moved: None,
            conditional: false,
            hops: Vec::new(),
            wire_bytes: 0,
            remark: None,
            room: None,
        }
    }

    /// The document that came.
    ///
    /// # Errors
    /// Why none came. For a caller that needs a document, a 304 is a reason too.
    pub fn document(self) -> Result<Received, Failure> {
        match self.outcome {
            Outcome::Document(body) => Ok(Received { body, room: self.room }),
            Outcome::NotModified { .. } => Err(Failure::Status { status: 304, retry_after: None }),
            Outcome::Failed(failure) => Err(failure),
        }
    }

    /// Whether the last response mentions freshness at all.
    pub fn says_freshness(&self) -> bool {
        freshness::is_said(&self.headers)
    }

    /// Whether the last response is a 200 with an `ETag` other than these, and so has another
    /// document.
    pub fn names_another(&self, validators: &Validators) -> bool {
        let named = validators_of(&self.headers).etag;
        self.status == Some(200) && named.is_some() && named != validators.etag
    }

    /// All values of a field of the last response as one list (RFC 9110 §5.3); `None` if none
    /// of them is text.
    pub fn header(&self, name: &str) -> Option<String> {
        let values = self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        let joined = values.collect::<Vec<_>>().join(", ");
        (!joined.is_empty()).then_some(joined)
    }
}

/// `ETag` and `Last-Modified` of a response, byte for byte (checks P2, P3).
pub(super) fn validators_of(headers: &HeaderMap) -> Validators {
    let value = |name: &str| headers.get(name).map(|v| v.as_bytes().to_vec()).filter(|v| !v.is_empty());
    Validators { etag: value("etag"), last_modified: value("last-modified") }
}
