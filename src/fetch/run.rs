//! A request under way, from one response to the next.

use std::time::Duration;

use url::Url;

use super::request::Request;
use super::response::{Response, validators_of};
use super::{body, freshness, redirect, retry_after};
use crate::clock::Timestamp;
use crate::model::{Failure, Moved, Outcome, Phase, with_credentials_of, without_credentials};
use crate::net;

/// A request under way. What it has seen remains when its time runs out.
pub struct Run<'a> {
    net: &'a net::Client,
    request: &'a Request,
    now: Timestamp,
    phase: Phase,
    response: Response,
}

impl<'a> Run<'a> {
    /// A request that was not sent yet.
    pub fn new(net: &'a net::Client, request: &'a Request, now: Timestamp) -> Self {
        let response = Response::none_yet(without_credentials(request.url.clone()));
        Run { net, request, now, phase: Phase::Head, response }
    }

    /// The URL that is requested next, without credentials.
    pub fn url(&self) -> &Url {
        &self.response.url
    }

    /// Sends it once. Returns how the request ended, or `None` after a redirect. The connection
    /// is free by then.
    ///
    /// # Errors
    /// Why no response came, or none that can be used.
    pub async fn step(&mut self) -> Result<Option<Outcome>, Failure> {
        let url = with_credentials_of(&self.request.home, self.response.url.clone());
        let validators = self.request.validators_for(&self.response.url);
        self.response.conditional = validators.is_some();
        let headers = self.request.headers_for(&self.response.url, validators);
        self.phase = Phase::Head;
        let came = self.net.get(&self.request.asker, self.request.via.as_ref(), &url, headers).await;
        let response = came.map_err(|failure| self.on_the_way(failure))?;
        self.note(&response);
        if !redirect::is_redirect(response.status) {
            return self.conclude(response).await.map(Some);
        }
        let hop = redirect::next(&self.response.url, &response, &self.response.hops)?;
        self.response.url = hop.to.clone();
        self.response.hops.push(hop);
        // A URL that may not be requested needs no turn.
        let admitted = self.net.admits(&self.request.asker, self.request.via.as_ref(), &self.response.url);
        admitted.map_err(|failure| self.on_the_way(failure))?;
        Ok(None)
    }

    /// The response to a request that was never sent, for this reason.
    pub fn kept_back(self, why: Failure) -> Response {
        Response { outcome: Outcome::Failed(why), kept_back: true, ..self.response }
    }

    /// The response to a request that ended so, at a host that asks for this pause.
    pub fn ended(self, ended: Result<Outcome, Failure>, crawl_delay: Option<Duration>) -> Response {
        Response { outcome: ended.unwrap_or_else(Outcome::Failed), crawl_delay, ..self.response }
    }

    /// The failure of a request that used up all the time that it may take.
    pub fn out_of_time(&self, after: Duration) -> Failure {
        Failure::Timeout { phase: self.phase, after }
    }

    /// What a response that is no redirect means.
    async fn conclude(&mut self, response: net::RawResponse) -> Result<Outcome, Failure> {
        match response.status {
            200 => {
                self.phase = Phase::Body;
                let url = self.response.url.clone();
                let most = self.request.wanted.most_bytes(self.net.settings());
                let (body, room) = body::read(self.net, response, url, most, &mut self.response.wire_bytes).await?;
                self.response.room = room;
                self.good();
                Ok(Outcome::Document(Box::new(body)))
            }
            304 if self.response.conditional => {
                self.good();
                Ok(Outcome::NotModified { renewed: validators_of(&response.headers) })
            }
            status => {
                self.response.remark = remark(status);
                Err(Failure::Status { status, retry_after: self.response.retry_after })
            }
        }
    }

    /// What only a response with a document, or a confirmation of one, says.
    fn good(&mut self) {
        let hops = &self.response.hops;
        let permanent = !hops.is_empty() && hops.iter().all(|hop| matches!(hop.status, 301 | 308));
        self.response.moved = permanent.then(|| Moved { to: self.response.url.clone() });
        self.response.freshness = freshness::of(&self.response.headers, self.now);
    }

    fn note(&mut self, response: &net::RawResponse) {
        self.response.status = Some(response.status);
        self.response.headers = response.headers.clone();
        let counts = matches!(response.status, 429 | 503 | 300..=399);
        let asked = response.headers.get("retry-after").filter(|_| counts).and_then(|value| value.to_str().ok());
        let wait = asked.and_then(|value| retry_after::parse(value, self.now));
        self.response.retry_after = self.response.retry_after.max(wait);
    }

    /// A refusal after redirects names them.
    fn on_the_way(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Refused(why) if !self.response.hops.is_empty() => {
                Failure::Refused(format!("{why}; {}", redirect::chain(&self.response.hops)))
            }
            other => other,
        }
    }
}

fn remark(status: u16) -> Option<&'static str> {
    match status {
        204 | 205 => Some("the server says that there is no content"),
        206 => Some("part of a document that was requested whole"),
        226 => Some("a delta that was not requested would hide gaps"),
        304 => Some("not modified, though the request was unconditional"),
        _ => None,
    }
}
