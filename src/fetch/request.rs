//! What is requested.

use url::Url;

use crate::model::Validators;
use crate::net::passport::Passport;
use crate::net::{self, HeaderMap, HeaderName, HeaderValue};

/// `Accept` for feeds (check P32).
const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, \
                      application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1";

/// `Accept` for pages, and for robots.txt.
const ACCEPT_PAGE: &str = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.1";
const ACCEPT_TEXT: &str = "text/plain, */*;q=0.1";

/// The codings that this room decodes (check P33).
const ACCEPT_ENCODING: &str = "gzip, br";

/// Validators longer than this are not sent: the request would be refused for its size, and
/// with it all that follow.
const MAX_VALIDATOR_BYTES: usize = crate::limits::VALIDATOR.count();

/// Which kind of document is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DocumentKind {
    /// A feed.
    Feed,
    /// A sitemap: it may be as long on the wire as any document once it is decoded.
    Sitemap,
    /// A page.
    Page,
    /// robots.txt.
    Robots,
}

impl DocumentKind {
    /// How much is read from the wire.
    pub(super) fn most_bytes(self, settings: &net::Settings) -> u64 {
        match self {
            DocumentKind::Sitemap => settings.max_wire_bytes.max(settings.max_body_bytes),
            DocumentKind::Feed | DocumentKind::Page | DocumentKind::Robots => settings.max_wire_bytes,
        }
    }

    fn accept(self) -> &'static str {
        match self {
            DocumentKind::Feed | DocumentKind::Sitemap => ACCEPT,
            DocumentKind::Page => ACCEPT_PAGE,
            DocumentKind::Robots => ACCEPT_TEXT,
        }
    }
}

/// What is requested.
#[derive(Clone, Debug)]
pub struct Request {
    /// Which kind of document is wanted.
    pub wanted: DocumentKind,
    /// The source on whose behalf it is sent: what it may dial (check B113).
    pub asker: Passport,
    /// The URL as configured. Its credentials, and `headers`, go to its own origin alone (check
    /// B12).
    pub home: Url,
    /// The URL that is requested: the same, or where the source has moved.
    pub url: Url,
    /// The proxy through which it is sent.
    pub via: Option<Url>,
    /// Validators of the last document, if the request is to be conditional.
    pub validators: Validators,
    /// The URL that issued them; they are sent nowhere else (check P6).
    pub validators_url: Option<String>,
    /// Further fields that the operator set for this source; they replace our own.
    pub headers: HeaderMap,
}

impl Request {
    /// A request for a URL that the operator names and about which nothing is known.
    pub fn of(url: Url) -> Self {
        Request::by(Passport::of(&url), url)
    }

    /// A request on behalf of `asker`, for a URL about which nothing is known.
    pub fn by(asker: Passport, url: Url) -> Self {
        let (home, validators, headers) = (url.clone(), Validators::default(), HeaderMap::new());
        Request { wanted: DocumentKind::Feed, asker, home, url, via: None, validators, validators_url: None, headers }
    }

    /// The validators for `url`: those that it issued, or none.
    pub(super) fn validators_for(&self, url: &Url) -> Option<&Validators> {
        let issuer = Url::parse(self.validators_url.as_deref()?).ok()?;
        let same = crate::model::without_credentials(issuer) == *url;
        let Validators { etag, last_modified } = &self.validators;
        let sendable = [etag, last_modified].into_iter().flatten().all(|value| value.len() <= MAX_VALIDATOR_BYTES);
        (same && sendable && !self.validators.is_empty()).then_some(&self.validators)
    }

    /// The fields that are sent to `url` with these validators.
    pub(super) fn headers_for(&self, url: &Url, validators: Option<&Validators>) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert("accept", HeaderValue::from_static(self.wanted.accept()));
        headers.insert("accept-encoding", HeaderValue::from_static(ACCEPT_ENCODING));
        if url.origin() == self.home.origin() {
            headers.extend(self.headers.clone());
        }
        let fields = validators.map(|v| [("if-none-match", &v.etag), ("if-modified-since", &v.last_modified)]);
        for (name, value) in fields.into_iter().flatten() {
            // byte for byte as they came; what came in a field fits into one (check P2)
            if let Some(value) = value.as_deref().and_then(|bytes| HeaderValue::from_bytes(bytes).ok()) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        headers
    }
}
