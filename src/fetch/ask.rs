//! The one way in which a request is made: the rules of its host's robots.txt where they apply,
//! a turn at the host, the request; and the same for each redirect (checks P21, P35).

use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use super::request::{DocumentKind, Request};
use super::response::Response;
use super::robots::{KnownRules, Robots};
use super::run::Run;
use crate::clock::Timestamp;
use crate::model::{Failure, Outcome, without_credentials};
use crate::net;

/// Whether robots.txt applies to what is requested (check P35).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// It does: a page, a sitemap, an article.
    Robots,
    /// It does not: a feed is published for subscribers.
    Free,
}

/// Whether the turn at the first host is taken already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FirstTurn {
    /// It is: a claim on a source holds the turn at its host. If the host's rules have to be
    /// fetched first, they use that turn up, and the next one is taken like any other.
    Held,
    /// It is not.
    ToTake,
}

/// What is to be requested, and how.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The request.
    pub request: Request,
    /// Whether robots.txt applies, wherever redirects lead.
    pub bound: Bound,
    /// Whether the first turn is taken already.
    pub first: FirstTurn,
}

impl Ask {
    /// A request to which robots.txt does not apply, without a turn yet.
    pub fn free(request: Request) -> Ask {
        Ask { request, bound: Bound::Free, first: FirstTurn::ToTake }
    }

    /// A request to which robots.txt applies, without a turn yet.
    pub fn bound(request: Request) -> Ask {
        Ask { request, bound: Bound::Robots, first: FirstTurn::ToTake }
    }
}

/// When hosts may be sent requests (check P21).
#[async_trait]
pub trait Manners: Send + Sync {
    /// Waits for a turn at the host of `url`, to be used at once. The turn before it is ended
    /// first: a caller has a turn at one host at a time, so that no two wait for each other's.
    ///
    /// # Errors
    /// Why it may not be requested now at all.
    async fn turn(&self, url: &Url) -> Result<(), Failure>;
}

/// A turn is free at once: for a single request by hand.
#[derive(Clone, Copy, Debug, Default)]
pub struct AtOnce;

#[async_trait]
impl Manners for AtOnce {
    async fn turn(&self, _: &Url) -> Result<(), Failure> {
        Ok(())
    }
}

/// Permission to fetch a URL.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Permission {
    /// Whether the host's rules were fetched just now, so that its next turn has to be awaited.
    pub asked: bool,
    /// The pause between two requests that the host asks for, if it names one.
    pub delay: Option<Duration>,
}

/// Sends requests to hosts.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    /// The client that sends them.
    pub net: &'a net::Client,
    /// The rules of hosts, as far as they are known.
    pub robots: &'a Robots,
}

impl Asker<'_> {
    /// Sends a request: first come the rules, where they apply, then the turn, then the
    /// request, and each of up to five redirects likewise. The first host's rules and turn have
    /// time of their own; everything after has the time that a request may take.
    pub async fn ask(&self, ask: &Ask, manners: &dyn Manners, now: Timestamp) -> Response {
        let mut run = Run::new(self.net, &ask.request, now);
        let permission = match self.enter(ask, run.url(), ask.first, manners, now).await {
            Ok(permission) => permission,
            Err(why) => return run.kept_back(why),
        };
        let total = self.net.settings().total;
        let ended = tokio::time::timeout(total, self.follow(ask, &mut run, manners, now)).await;
        let ended = ended.unwrap_or_else(|_| Err(run.out_of_time(total)));
        run.ended(ended, permission.delay)
    }

    /// Checks whether `request.url` may be fetched. If the rules of its host are not known,
    /// they are fetched first, in the host's turn.
    ///
    /// # Errors
    /// [`Failure::Robots`] if it may not, because the rules say so or because they could not be
    /// fetched (a 5xx or no response closes a host, a 4xx opens it). [`Failure::Refused`] if
    /// its source may not send it at all.
    pub async fn permission(
        &self,
        request: &Request,
        manners: &dyn Manners,
        now: Timestamp,
    ) -> Result<Permission, Failure> {
        self.leave_for(request, &without_credentials(request.url.clone()), manners, now).await
    }

    /// Waits until `url` may be requested as `ask` says.
    async fn enter(
        &self,
        ask: &Ask,
        url: &Url,
        turn: FirstTurn,
        manners: &dyn Manners,
        now: Timestamp,
    ) -> Result<Permission, Failure> {
        // What is not dialled takes no turn: hosts have turns, and this may be none.
        self.net.admits(&ask.request.asker, ask.request.via.as_ref(), url)?;
        let permission = match ask.bound {
            Bound::Robots => self.leave_for(&ask.request, url, manners, now).await?,
            Bound::Free => Permission::default(),
        };
        if turn == FirstTurn::ToTake || permission.asked {
            manners.turn(url).await?;
        }
        Ok(permission)
    }

    /// Sends the request and follows redirects until a response is none.
    async fn follow(
        &self,
        ask: &Ask,
        run: &mut Run<'_>,
        manners: &dyn Manners,
        now: Timestamp,
    ) -> Result<Outcome, Failure> {
        loop {
            if let Some(outcome) = run.step().await? {
                return Ok(outcome);
            }
            self.enter(ask, run.url(), FirstTurn::ToTake, manners, now).await?;
        }
    }

    /// Permission for a request like this one to `url`, which is without credentials.
    async fn leave_for(
        &self,
        request: &Request,
        url: &Url,
        manners: &dyn Manners,
        now: Timestamp,
    ) -> Result<Permission, Failure> {
        self.net.admits(&request.asker, request.via.as_ref(), url)?;
        let Ok(place) = url.join("/robots.txt") else { return Ok(Permission::default()) };
        let origin =
            format!("{} via {}", url.origin().ascii_serialization(), request.via.as_ref().map_or("", Url::as_str));
        let (asked, known) = match self.robots.known(&origin, now) {
            Some(known) => (false, known),
            None => (true, self.robots.keep(origin, self.rules(request, place, manners, now).await?, now)),
        };
        Ok(Permission { asked, delay: known.permission(url)? })
    }

    /// Fetches the rules of a host, to which no rules apply. Up to five redirects are followed
    /// (RFC 9309 §2.3.1.2).
    ///
    /// # Errors
    /// The host has no turn for us now, or cannot be reached. Then nothing is known of its
    /// rules, and nothing is to be remembered.
    fn rules<'b>(
        &'b self,
        like: &'b Request,
        place: Url,
        manners: &'b dyn Manners,
        now: Timestamp,
    ) -> Pin<Box<dyn Future<Output = Result<KnownRules, Failure>> + Send + 'b>> {
        // On the heap, because this function calls itself through `ask`.
        Box::pin(async move {
            let by = Request::by(like.asker.clone(), place.clone());
            let request = Request { wanted: DocumentKind::Robots, via: like.via.clone(), ..by };
            KnownRules::of(self.ask(&Ask::free(request), manners, now).await, &place, now)
        })
    }
}
