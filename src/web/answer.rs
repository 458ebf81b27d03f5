//! Responses: the shelf's documents, pages, plain text, errors.

use axum::body::Body;
use bytes::Bytes;
use hyper::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderValue, LAST_MODIFIED, LOCATION, REFERRER_POLICY, RETRY_AFTER,
    VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use hyper::{HeaderMap, Method, Response, StatusCode};

use crate::clock::Timestamp;
use crate::publish::OutputFormat;
use crate::publish::rendered::{self, Coding};

use super::negotiate::{RequestVerdict, coding, is_browser, judge};
use super::shelf::Served;

/// A response of the server.
pub type Answer = Response<Body>;

/// How a response's body is held while it is sent. Responses carry it as an extension; one
/// without it is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sending {
    /// Its bytes are held once, however many clients read them.
    Shared,
    /// Made for one client: its bytes are counted until they are read.
    #[default]
    Counted,
    /// It comes piece by piece for as long as the client stays. The number of streams is
    /// limited.
    #[cfg_attr(not(test), expect(dead_code, reason = "no route of today streams"))]
    Stream,
}

impl Sending {
    /// How `answer` is to be sent.
    pub fn of(answer: &Answer) -> Sending {
        answer.extensions().get().copied().unwrap_or_default()
    }

    /// The response, to be sent in this way.
    pub fn mark(self, mut answer: Answer) -> Answer {
        answer.extensions_mut().insert(self);
        answer
    }
}

/// Readers may keep a feed for a minute without asking (check O27). A cache may answer with it for
/// another minute while it asks, and for a day while this server cannot be reached (RFC 5861).
const FEED_CACHE: HeaderValue =
    HeaderValue::from_static("public, max-age=60, stale-while-revalidate=60, stale-if-error=86400");

/// An address whose content never changes (RFC 8246).
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Where an address leads may change.
const FOR_A_MINUTE: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// Pages run nothing and load nothing from other sites (check O28).
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'",
);

/// Seconds after which a client that was refused may try again (RFC 9110 §10.2.3).
const AGAIN: HeaderValue = HeaderValue::from_static("5");

/// The methods of a resource that can only be read.
pub const READING: &str = "GET, HEAD";

/// A feed's document, 304 if the reader has it already, or 412 if it is not the one that the
/// reader wants (checks O23 to O27). A request for a range gets all of it, as any server may
/// (RFC 9110 §14.2): a part of a feed is of no use, and codings would make it ambiguous.
///
/// Its date is the first full second after its last change, so that a reader that
/// compares dates (libcurl, and newsboat with it) never takes a new document for
/// the one it has; until that second has come it carries no `Last-Modified`.
pub fn document(method: &Method, headers: &HeaderMap, served: &Served, now: Timestamp) -> Answer {
    let coding = coding(headers);
    let encoded = served.encoded(coding);
    let modified = served.modified.as_ref();
    let verdict = judge(headers, &served.etags(), modified.map(|modified| modified.at), now);
    let is_sent = verdict == RequestVerdict::Send && method != Method::HEAD;
    let mut answer = Response::new(Body::from(if is_sent { encoded.bytes.clone() } else { Bytes::new() }));
    let fields = answer.headers_mut();
    fields.insert(ETAG, encoded.etag_field.clone());
    if let Some(modified) = modified.filter(|modified| modified.at <= now) {
        fields.insert(LAST_MODIFIED, modified.field.clone());
    }
    fields.insert(CACHE_CONTROL, FEED_CACHE);
    fields.insert(VARY, HeaderValue::from_static("accept-encoding"));
    fields.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    match verdict {
        RequestVerdict::Send => {}
        RequestVerdict::NotModified => {
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
            return answer;
        }
        RequestVerdict::Failed => {
            *answer.status_mut() = StatusCode::PRECONDITION_FAILED;
            return answer;
        }
    }
    fields.insert(ACCEPT_RANGES, HeaderValue::from_static("none"));
    fields.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(headers, served.format)));
    fields.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    match coding {
        Coding::Identity => {}
        Coding::Gzip => drop(fields.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"))),
        Coding::Brotli => drop(fields.insert(CONTENT_ENCODING, HeaderValue::from_static("br"))),
    }
    fields.insert(CONTENT_LENGTH, HeaderValue::from(encoded.bytes.len()));
    answer
}

/// The media type that a document is sent as. Browsers show the bytes of a type made for feed
/// readers, or offer to save them; what they know as XML they show by its style sheet, which
/// says what a feed is (check O163). The bytes are the same, and readers take either type, so
/// caches need not tell them apart: `Vary` is for a difference that matters (RFC 9110 §12.5.5).
fn content_type(headers: &HeaderMap, format: OutputFormat) -> &'static str {
    match format {
        OutputFormat::Atom | OutputFormat::Rss if is_browser(headers) => "application/xml; charset=utf-8",
        _ => format.content_type(),
    }
}

/// A document that is made for each request, of which a reader may have the same already.
pub fn listing(method: &Method, headers: &HeaderMap, media_type: &'static str, bytes: Bytes) -> Answer {
    let etag = format!("\"{:032x}\"", rendered::hash(&bytes));
    let mut answer = match judge(headers, &[&etag], None, Timestamp::from_millis(0)) {
        RequestVerdict::Send if method == Method::HEAD => typed(StatusCode::OK, media_type, Bytes::new()),
        RequestVerdict::Send => typed(StatusCode::OK, media_type, bytes.clone()),
        RequestVerdict::NotModified => typed(StatusCode::NOT_MODIFIED, media_type, Bytes::new()),
        RequestVerdict::Failed => typed(StatusCode::PRECONDITION_FAILED, media_type, Bytes::new()),
    };
    let fields = answer.headers_mut();
    fields.insert(ETAG, HeaderValue::from_str(&etag).expect("hashes are visible ASCII"));
    fields.insert(CACHE_CONTROL, FEED_CACHE);
    fields.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
}

/// The same, from an address whose content never changes.
pub fn for_ever(mut answer: Answer) -> Answer {
    if answer.headers().contains_key(ETAG) {
        answer.headers_mut().insert(CACHE_CONTROL, FOR_EVER);
    }
    answer
}

/// What was asked for is at `name` in the same folder at present (RFC 9110 §15.4.3).
pub fn found(name: &str) -> Answer {
    let mut answer = line(StatusCode::FOUND, &format!("at present it is at {name}"));
    let fields = answer.headers_mut();
    fields.insert(LOCATION, HeaderValue::from_str(name).expect("cursors and hashes are visible ASCII"));
    fields.insert(CACHE_CONTROL, FOR_A_MINUTE);
    fields.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
}

/// A page for people.
pub fn page(status: StatusCode, html: String) -> Answer {
    let mut answer = typed(status, "text/html; charset=utf-8", html);
    let fields = answer.headers_mut();
    fields.insert(CONTENT_SECURITY_POLICY, POLICY);
    fields.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    fields.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    answer
}

/// Bytes of a media type.
pub fn typed(status: StatusCode, media_type: &'static str, bytes: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Body::from(bytes.into()));
    *answer.status_mut() = status;
    let fields = answer.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    fields.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

/// A response that something is not there now, and when to try again.
pub fn later(text: &str) -> Answer {
    again_later(line(StatusCode::SERVICE_UNAVAILABLE, text))
}

/// A response that says when to try again.
pub fn again_later(mut answer: Answer) -> Answer {
    answer.headers_mut().insert(RETRY_AFTER, AGAIN);
    answer
}

/// A line of plain text.
pub fn line(status: StatusCode, text: &str) -> Answer {
    typed(status, "text/plain; charset=utf-8", format!("{text}\n"))
}

/// Whether a method reads and changes nothing.
pub fn reads(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

/// A response that names the `methods` allowed here, a list as `Allow` has it (check O25).
pub fn not_allowed(methods: &str) -> Answer {
    let methods: Vec<&str> = methods.split(',').map(str::trim).collect();
    let words = match methods.split_last() {
        Some((last, [])) => format!("only {last} is allowed here"),
        Some((last, before)) => format!("only {} and {last} are allowed here", before.join(", ")),
        None => String::new(),
    };
    let mut answer = line(StatusCode::METHOD_NOT_ALLOWED, &words);
    let allow = HeaderValue::from_str(&methods.join(", ")).expect("methods are visible ASCII");
    answer.headers_mut().insert(ALLOW, allow);
    answer
}
