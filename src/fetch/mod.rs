//! A conditional request to an [`Outcome`].
//!
//! One GET, its redirects, its body: nothing else is ever asked (check P34).
//! It never reads the document, stores nothing and decides no schedule.
//! RFC 9110 (conditional requests, redirects, codings), RFC 9111 §4.3.4.

mod body;
mod decode;
pub mod freshness;
mod redirect;
pub mod retry_after;
pub mod robots;
#[cfg(test)]
mod tests;

use std::any::Any;
use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use crate::clock::Timestamp;
use crate::model::{Failure, Freshness, Moved, Outcome, Phase, Validators};
use crate::net::passport::Passport;
use crate::net::room::Room;
use crate::net::{self, HeaderMap, HeaderName, HeaderValue};

pub use redirect::{with_credentials_of, without_credentials};

/// What is asked for ahead of anything else (check P32).
const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, \
                      application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1";

/// The same for pages, and for robots.txt.
const ACCEPT_PAGE: &str = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.1";
const ACCEPT_TEXT: &str = "text/plain, */*;q=0.1";

/// The codings that are undone here (check P33).
const ACCEPT_ENCODING: &str = "gzip, br";

/// Validators longer than this are not sent: the request would be refused for
/// its size, and with it every document to come.
const MAX_VALIDATOR_BYTES: usize = crate::limits::VALIDATOR.count();

/// What kind of document is hoped for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// A feed.
    Feed,
    /// A sitemap: these are as long on the wire as documents may be at all.
    Sitemap,
    /// A page.
    Page,
    /// robots.txt.
    Robots,
}

impl Wanted {
    /// How much is read on the wire.
    fn most_bytes(self, settings: &net::Settings) -> u64 {
        match self {
            Wanted::Sitemap => settings.max_wire_bytes.max(settings.max_body_bytes),
            Wanted::Feed | Wanted::Page | Wanted::Robots => settings.max_wire_bytes,
        }
    }

    fn accept(self) -> &'static str {
        match self {
            Wanted::Feed | Wanted::Sitemap => ACCEPT,
            Wanted::Page => ACCEPT_PAGE,
            Wanted::Robots => ACCEPT_TEXT,
        }
    }
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is hoped for.
    pub wanted: Wanted,
    /// The source on whose behalf it is asked: what it may dial (check B113).
    pub asker: Passport,
    /// The address as configured; credentials in it, and `headers`, go to its
    /// own origin alone (check B12).
    pub home: Url,
    /// The address that is asked: the same, or where the source has moved.
    pub url: Url,
    /// The proxy that it is asked through.
    pub via: Option<Url>,
    /// Validators of the last document, if one is to be asked for conditionally.
    pub validators: Validators,
    /// The address that issued them; they are sent nowhere else (check P6).
    pub validators_url: Option<String>,
    /// Further fields the operator set for this source; they win over our own.
    pub headers: HeaderMap,
}

impl Request {
    /// A request for an address that the operator names, of which nothing is known.
    pub fn of(url: Url) -> Self {
        Request::by(Passport::of(&url), url)
    }

    /// A request on behalf of `asker`, for an address of which nothing is known.
    pub fn by(asker: Passport, url: Url) -> Self {
        let (home, validators, headers) = (url.clone(), Validators::default(), HeaderMap::new());
        Request { wanted: Wanted::Feed, asker, home, url, via: None, validators, validators_url: None, headers }
    }
}

/// A redirect that was followed or refused, without credentials.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hop {
    /// The address that answered so.
    pub from: Url,
    /// Its status.
    pub status: u16,
    /// Where it led.
    pub to: Url,
}

/// How a request ended, with what scheduling and the ledger want to know of it.
#[derive(Debug)]
pub struct Answer {
    /// How it ended.
    pub outcome: Outcome,
    /// Status of the last answer, if there was one.
    pub status: Option<u16>,
    /// The address asked last, without credentials.
    pub url: Url,
    /// Header fields of the last answer.
    pub headers: HeaderMap,
    /// The longest `Retry-After` of all 429, 503 and 3xx answers, from now (check P16).
    pub retry_after: Option<Duration>,
    /// For how long a document or a 304 says that it is fresh (check P11).
    pub freshness: Option<Freshness>,
    /// Where every hop on the way was permanent, where they led (check P19).
    pub moved: Option<Moved>,
    /// Whether the address asked last was sent validators.
    pub conditional: bool,
    /// Redirects on the way.
    pub hops: Vec<Hop>,
    /// Bytes of bodies on the wire.
    pub wire_bytes: u64,
    /// Why a status that looks like success is none (check P37).
    pub remark: Option<&'static str>,
    /// The room that the document takes: to be kept for as long as anything of
    /// it is in hand (R9).
    pub room: Option<Room>,
}

impl Answer {
    /// Whether the last answer speaks of freshness at all.
    pub fn says_freshness(&self) -> bool {
        freshness::is_said(&self.headers)
    }

    /// Whether the last answer is a 200 with another `ETag` than these hold, and
    /// so tells of another document.
    pub fn names_another(&self, validators: &Validators) -> bool {
        let named = validators_of(&self.headers).etag;
        self.status == Some(200) && named.is_some() && named != validators.etag
    }

    /// All values of a field of the last answer as one list (RFC 9110 §5.3);
    /// `None` when it has none that are text.
    pub fn header(&self, name: &str) -> Option<String> {
        let values = self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        let joined = values.collect::<Vec<_>>().join(", ");
        (!joined.is_empty()).then_some(joined)
    }
}

/// Gives leave to ask hosts in their turn (check P21).
///
/// The first address is asked under the caller's own leave, which is held
/// throughout; this is asked before each redirect is followed, also back to
/// the first host. What it returns is kept until that host has answered. The
/// wait counts towards the limit of the whole poll.
#[async_trait]
pub trait Turns: Send + Sync {
    /// Waits until `url` may be asked.
    ///
    /// # Errors
    /// Why it may not be asked now at all.
    async fn turn(&self, url: &Url) -> Result<Box<dyn Any + Send>, Failure>;
}

/// Everybody's turn is at once: for a single request by hand.
#[derive(Clone, Copy, Debug, Default)]
pub struct AtOnce;

#[async_trait]
impl Turns for AtOnce {
    async fn turn(&self, _: &Url) -> Result<Box<dyn Any + Send>, Failure> {
        Ok(Box::new(()))
    }
}

/// Asks for `request`, following up to five redirects, each in its turn.
pub async fn get(net: &net::Client, request: &Request, turns: &dyn Turns, now: Timestamp) -> Answer {
    let mut run = Run {
        net,
        request,
        turns,
        now,
        phase: Phase::Head,
        answer: Answer {
            outcome: Outcome::Failed(Failure::Internal("the request was not made".to_owned())),
            status: None,
            url: without_credentials(request.url.clone()),
            headers: HeaderMap::new(),
            retry_after: None,
            freshness: None,
            moved: None,
            conditional: false,
            hops: Vec::new(),
            wire_bytes: 0,
            remark: None,
            room: None,
        },
    };
    let total = net.settings().total;
    let ended = tokio::time::timeout(total, run.follow()).await;
    let phase = run.phase;
    let mut answer = run.answer;
    answer.outcome = match ended {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(failure)) => Outcome::Failed(failure),
        Err(_) => Outcome::Failed(Failure::Timeout { phase, after: total }),
    };
    answer
}

/// A request under way; what it has seen outlives the end of its time.
struct Run<'a> {
    net: &'a net::Client,
    request: &'a Request,
    turns: &'a dyn Turns,
    now: Timestamp,
    phase: Phase,
    answer: Answer,
}

impl<'a> Run<'a> {
    /// Asks, and asks where it is sent, until an answer is no redirect.
    async fn follow(&mut self) -> Result<Outcome, Failure> {
        let mut leave: Option<Box<dyn Any + Send>> = None;
        loop {
            let url = with_credentials_of(&self.request.home, self.answer.url.clone());
            let validators = self.validators();
            self.answer.conditional = validators.is_some();
            let headers = self.headers(validators);
            self.phase = Phase::Head;
            let response = self
                .net
                .get(&self.request.asker, self.request.via.as_ref(), &url, headers)
                .await
                .map_err(|failure| self.on_the_way(failure))?;
            self.note(&response);
            if redirect::is_redirect(response.status) {
                let hop = redirect::next(&self.answer.url, &response, &self.answer.hops)?;
                self.answer.url = hop.to.clone();
                self.answer.hops.push(hop);
                // give this host's turn back before waiting for the next
                drop((response, leave.take()));
                // nobody waits, or keeps others waiting, where nothing may be asked
                let admitted = self.net.admits(&self.request.asker, self.request.via.as_ref(), &self.answer.url);
                admitted.map_err(|failure| self.on_the_way(failure))?;
                leave = Some(self.turns.turn(&self.answer.url).await?);
                continue;
            }
            return self.conclude(response).await;
        }
    }

    /// What an answer that is no redirect means.
    async fn conclude(&mut self, response: net::Response) -> Result<Outcome, Failure> {
        match response.status {
            200 => {
                self.phase = Phase::Body;
                let url = self.answer.url.clone();
                let most = self.request.wanted.most_bytes(self.net.settings());
                let (body, room) = body::read(self.net, response, url, most, &mut self.answer.wire_bytes).await?;
                self.answer.room = room;
                self.good();
                Ok(Outcome::Document(Box::new(body)))
            }
            304 if self.answer.conditional => {
                self.good();
                Ok(Outcome::NotModified { renewed: validators_of(&response.headers) })
            }
            status => {
                self.answer.remark = remark(status);
                Err(Failure::Status { status, retry_after: self.answer.retry_after })
            }
        }
    }

    /// What only an answer that brings or confirms a document says.
    fn good(&mut self) {
        let hops = &self.answer.hops;
        let permanent = !hops.is_empty() && hops.iter().all(|hop| matches!(hop.status, 301 | 308));
        self.answer.moved = permanent.then(|| Moved { to: self.answer.url.clone() });
        self.answer.freshness = freshness::of(&self.answer.headers, self.now);
    }

    fn note(&mut self, response: &net::Response) {
        self.answer.status = Some(response.status);
        self.answer.headers = response.headers.clone();
        let counts = matches!(response.status, 429 | 503 | 300..=399);
        let asked = response.headers.get("retry-after").filter(|_| counts).and_then(|value| value.to_str().ok());
        let wait = asked.and_then(|value| retry_after::parse(value, self.now));
        self.answer.retry_after = self.answer.retry_after.max(wait);
    }

    /// A refusal after redirects names the way it came.
    fn on_the_way(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Refused(why) if !self.answer.hops.is_empty() => {
                Failure::Refused(format!("{why}; {}", redirect::chain(&self.answer.hops)))
            }
            other => other,
        }
    }

    /// The validators for the address asked now: those it issued, or none.
    fn validators(&self) -> Option<&'a Validators> {
        let request = self.request;
        let issuer = Url::parse(request.validators_url.as_deref()?).ok()?;
        let same = without_credentials(issuer) == self.answer.url;
        let Validators { etag, last_modified } = &request.validators;
        let sendable = [etag, last_modified].into_iter().flatten().all(|value| value.len() <= MAX_VALIDATOR_BYTES);
        (same && sendable && !request.validators.is_empty()).then_some(&request.validators)
    }

    fn headers(&self, validators: Option<&Validators>) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert("accept", HeaderValue::from_static(self.request.wanted.accept()));
        headers.insert("accept-encoding", HeaderValue::from_static(ACCEPT_ENCODING));
        if self.answer.url.origin() == self.request.home.origin() {
            headers.extend(self.request.headers.clone());
        }
        let fields = validators.map(|v| [("if-none-match", &v.etag), ("if-modified-since", &v.last_modified)]);
        for (name, value) in fields.into_iter().flatten() {
            // byte for byte, as they came; what came in a field fits into one (check P2)
            if let Some(value) = value.as_deref().and_then(|bytes| HeaderValue::from_bytes(bytes).ok()) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        headers
    }
}

/// `ETag` and `Last-Modified` of an answer, byte for byte (checks P2, P3).
fn validators_of(headers: &HeaderMap) -> Validators {
    let value = |name: &str| headers.get(name).map(|v| v.as_bytes().to_vec()).filter(|v| !v.is_empty());
    Validators { etag: value("etag"), last_modified: value("last-modified") }
}

fn remark(status: u16) -> Option<&'static str> {
    match status {
        204 | 205 => Some("the server says that there is no content"),
        206 => Some("part of a document that was asked for whole"),
        226 => Some("a delta that nobody asked for would hide gaps"),
        304 => Some("not modified, though the request was unconditional"),
        _ => None,
    }
}
