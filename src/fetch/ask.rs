//! The one way in which a host is asked for anything: the rules of its robots.txt where
//! they bind, its turn, the request; and the same for each redirect (checks P21, P35).

use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use super::request::{Request, Wanted};
use super::response::Response;
use super::robots::{KnownRules, Robots};
use super::run::Run;
use crate::clock::Timestamp;
use crate::model::{Failure, Outcome, without_credentials};
use crate::net;

/// Whether robots.txt binds what is asked for (check P35).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// It does: a page, a sitemap, an article.
    Robots,
    /// It does not: a feed is published for subscribers.
    Free,
}

/// Whether the turn of the host that is asked first is taken already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FirstTurn {
    /// It is held: a claim on a source holds the turn of its host. It is spent where the
    /// host has to be asked for its rules first, and one is taken like any other.
    Held,
    /// It is to be taken.
    ToTake,
}

/// What is to be asked, and in which manner.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The request.
    pub request: Request,
    /// Whether robots.txt binds it, wherever it leads.
    pub bound: Bound,
    /// Whether its first turn is held.
    pub first: FirstTurn,
}

impl Ask {
    /// Asks for what robots.txt does not bind, under no turn yet.
    pub fn free(request: Request) -> Ask {
        Ask { request, bound: Bound::Free, first: FirstTurn::ToTake }
    }

    /// Asks for what robots.txt binds, under no turn yet.
    pub fn bound(request: Request) -> Ask {
        Ask { request, bound: Bound::Robots, first: FirstTurn::ToTake }
    }
}

/// When hosts may be asked (check P21).
#[async_trait]
pub trait Manners: Send + Sync {
    /// Waits until `url` may be asked, which it is at once. Who asks leaves the turn before
    /// it: at one host at a time, so that no two wait for each other's.
    ///
    /// # Errors
    /// Why it may not be asked now at all.
    async fn turn(&self, url: &Url) -> Result<(), Failure>;
}

/// Everybody's turn is at once: for a single request by hand.
#[derive(Clone, Copy, Debug, Default)]
pub struct AtOnce;

#[async_trait]
impl Manners for AtOnce {
    async fn turn(&self, _: &Url) -> Result<(), Failure> {
        Ok(())
    }
}

/// Leave to fetch a URL.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Leave {
    /// Whether the host was asked for its rules now, so that its next turn is to be waited for.
    pub asked: bool,
    /// The pause between two requests that the host wishes, if it names one.
    pub delay: Option<Duration>,
}

/// Asks hosts.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    /// The way to them.
    pub net: &'a net::Client,
    /// What their rules are known to be.
    pub robots: &'a Robots,
}

impl Asker<'_> {
    /// Asks: the rules first where they bind, then the turn, then the request, and each of
    /// up to five redirects likewise. The first host's rules and turn take time of their
    /// own; all that follows has the time that a request may take.
    pub async fn ask(&self, ask: &Ask, manners: &dyn Manners, now: Timestamp) -> Response {
        let mut run = Run::new(self.net, &ask.request, now);
        let leave = match self.enter(ask, run.url(), ask.first, manners, now).await {
            Ok(leave) => leave,
            Err(why) => return run.kept_back(why),
        };
        let total = self.net.settings().total;
        let ended = tokio::time::timeout(total, self.follow(ask, &mut run, manners, now)).await;
        let ended = ended.unwrap_or_else(|_| Err(run.out_of_time(total)));
        run.ended(ended, leave.delay)
    }

    /// Asks whether `request.url` may be fetched; the rules of its host are fetched first
    /// where they are not known, in the host's turn.
    ///
    /// # Errors
    /// [`Failure::Robots`] when it may not: because the rules say so, or because
    /// they could not be fetched (a 5xx or no answer closes a host, a 4xx opens it).
    /// [`Failure::Refused`] where its source may ask nothing at all.
    pub async fn leave(&self, request: &Request, manners: &dyn Manners, now: Timestamp) -> Result<Leave, Failure> {
        self.leave_for(request, &without_credentials(request.url.clone()), manners, now).await
    }

    /// Waits until `url` may be asked as `ask` says.
    async fn enter(
        &self,
        ask: &Ask,
        url: &Url,
        turn: FirstTurn,
        manners: &dyn Manners,
        now: Timestamp,
    ) -> Result<Leave, Failure> {
        let leave = match ask.bound {
            Bound::Robots => self.leave_for(&ask.request, url, manners, now).await?,
            Bound::Free => Leave::default(),
        };
        if turn == FirstTurn::ToTake || leave.asked {
            manners.turn(url).await?;
        }
        Ok(leave)
    }

    /// Asks, and asks where it is sent, until a response is no redirect.
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

    /// Leave for a request like this one to `url`, which is without credentials.
    async fn leave_for(
        &self,
        request: &Request,
        url: &Url,
        manners: &dyn Manners,
        now: Timestamp,
    ) -> Result<Leave, Failure> {
        self.net.admits(&request.asker, request.via.as_ref(), url)?;
        let Ok(place) = url.join("/robots.txt") else { return Ok(Leave::default()) };
        let origin =
            format!("{} via {}", url.origin().ascii_serialization(), request.via.as_ref().map_or("", Url::as_str));
        let (asked, known) = match self.robots.known(&origin, now) {
            Some(known) => (false, known),
            None => (true, self.robots.keep(origin, self.rules(request, place, manners, now).await?, now)),
        };
        Ok(Leave { asked, delay: known.leave(url)? })
    }

    /// Fetches the rules of a host, which themselves are bound by none. Up to five
    /// redirects are followed (RFC 9309 §2.3.1.2).
    ///
    /// # Errors
    /// When the host has no turn for us now, or cannot be reached: nothing is known
    /// of its rules then, and nothing is to be remembered.
    fn rules<'b>(
        &'b self,
        like: &'b Request,
        place: Url,
        manners: &'b dyn Manners,
        now: Timestamp,
    ) -> Pin<Box<dyn Future<Output = Result<KnownRules, Failure>> + Send + 'b>> {
        // On the heap, as it asks in the way in which it is asked for.
        Box::pin(async move {
            let by = Request::by(like.asker.clone(), place.clone());
            let request = Request { wanted: Wanted::Robots, via: like.via.clone(), ..by };
            KnownRules::of(self.ask(&Ask::free(request), manners, now).await, &place, now)
        })
    }
}
