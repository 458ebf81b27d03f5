//! Full text: the article on an entry's page, where its feed brings a teaser.
//!
//! The teaser is published at once. The article follows: it is fetched after the polls, in its
//! host's turn, where robots.txt allows it (check P35), and once for each revision. Whatever
//! the result, the feed's own text is kept beside it.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::ask::contact_of;
use super::attempt::Attempt;
use super::contain::contained;
use super::document::ReadDocument;
use super::document::open::unread;
use super::poller::Poller;
use crate::clock::Timestamp;
use crate::fetch::{Ask, DocumentKind, Received, Request};
use crate::identity;
use crate::model::{Content, Failure, Hold, HoldScope, Host, Purpose, Stored};
use crate::parse;
use crate::parse::article::{self, Article};
use crate::plan::decide::{Considered, FirstSeen, lacks_article};
use crate::plan::{Plan, PlannedSource};
use crate::schedule::budget::pages_wait;
use crate::schedule::health::Contact;
use crate::schedule::lease::BEGUN_WITHIN;
use crate::schedule::{Throttled, hold};
use crate::store::{ArticleClaim, ArticleRecord, Came, Claim, EntryRef, Found, Result as StoreResult, WantedArticle};

/// A request that does not end by itself counts as unanswered after this.
const UNENDED: Duration = Duration::from_secs(3600);

/// The result of fetching articles of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Articles that are published now.
    pub better: usize,
    /// Pages after which the feed's own text stays published.
    pub kept: usize,
    /// Pages that are requested again later.
    pub later: usize,
    /// Bytes of the articles.
    pub bytes: u64,
}

/// An entry whose page is requested now.
struct Wish<'a> {
    claimed: &'a ArticleClaim,
    wanted: &'a WantedArticle,
    polled: &'a PlannedSource,
    plan: &'a Arc<Plan>,
    now: Timestamp,
}

/// A page that was requested.
struct Page {
    came: Result<Article, Failure>,
    /// The host that responded last.
    host: Host,
    /// The pause that its robots.txt asks for.
    delay: Option<Duration>,
    /// What the request showed about the desk's connection.
    contact: Contact,
}

/// What is stored of a page that was requested.
struct PageEnd {
    came: Came,
    said: String,
    hold: Option<Hold>,
    well: Option<(Host, HoldScope)>,
}

impl PageEnd {
    /// An end without a request, so that nothing was learnt about the host.
    fn of(came: Came, said: String) -> Self {
        PageEnd { came, said, hold: None, well: None }
    }
}

impl Page {
    /// A page that no host was asked for.
    fn none(host: Host, why: Failure) -> Self {
        Page { came: Err(why), host, delay: None, contact: Contact::Neither }
    }
}

impl Wish<'_> {
    /// How it ends before its page is requested, if it does.
    fn ends_unasked(&self, fetched: &Fetched) -> Option<PageEnd> {
        if !lacks_article(&self.wanted.entry, &self.polled.configured.source) {
            let said = "its own text is not a teaser, or full_text is no longer set for its source".to_owned();
            return Some(PageEnd::of(Came::Nothing, said));
        }
        let spent = self.claimed.claim.state.spent;
        let again = pages_wait(self.polled.configured.budget, spent, fetched.bytes, self.now)?;
        let said = format!("its page is requested at {again}: its source is over its daily budget of text");
        Some(PageEnd::of(Came::Later(again), said))
    }

    /// How it ends if the article is better than the feed's text.
    fn better(&self, content: Content) -> PageEnd {
        let mut entry = Stored { article: Some(content), ..self.wanted.entry.clone().into() };
        let (texts, seen) = (identity::texts(&entry), FirstSeen(self.wanted.first_seen_at));
        let source = &self.polled.configured.source;
        let Considered { reading, routes, .. } = self.plan.consider(&entry, &texts, source, seen);
        entry.reading = Some(reading);
        let came = Came::Text { entry: Box::new(entry), routes };
        PageEnd::of(came, "the article on its page replaces the teaser".to_owned())
    }

    /// How it ends if its page did not come, after `strikes` responses in a row by which `host`
    /// asked to be left alone, and after this many tries of the page.
    fn missed(&self, failure: &Failure, (host, scope): (Host, HoldScope), strikes: u32, tries: u32) -> PageEnd {
        let throttled = hold::of_page(failure, strikes, self.now);
        let again = hold::page_again(failure, throttled.as_ref(), tries, self.now);
        let mut end = match again {
            None => PageEnd::of(Came::Nothing, format!("the feed's own text stays; its page: {failure}")),
            Some(at) => PageEnd::of(Came::Later(at), format!("its page is requested again at {at}: {failure}")),
        };
        end.hold = throttled.map(|Throttled { wait, strikes }| {
            let because =
                format!("{}, requested for a page of {}: {}", host.name, self.claimed.claim.source, wait.because);
            Hold { host, scope, strikes, until: wait.at, because }
        });
        end
    }
}

impl Poller {
    /// Keeps the articles of revised entries: a correction of the teaser does not take the full
    /// text away.
    pub(super) async fn keep_articles(&self, attempt: &Attempt<'_>, read: &mut ReadDocument) -> Result<(), Failure> {
        for found in &mut read.found {
            let (id, entry, decided) = match found {
                Found::Revised(revision) => (revision.id, &mut revision.entry, &mut revision.routes),
                Found::Followed(followed) => (followed.id, &mut followed.entry, &mut followed.routes),
                _ => continue,
            };
            let record = self.store.entry(&EntryRef::Id(id)).await;
            let record = record.map_err(|e| Failure::NotStored(e.to_string()))?;
            let Some(record) = record.filter(|record| record.published.entry.article.is_some()) else { continue };
            entry.article = record.published.entry.article;
            let (texts, seen) = (identity::texts(entry), FirstSeen(record.published.first_seen_at));
            let source = &attempt.polled.configured.source;
            let Considered { reading, routes, .. } = attempt.plan.consider(entry, &texts, source, seen);
            (entry.reading, *decided) = (Some(reading), routes);
        }
        Ok(())
    }

    /// Fetches the articles of one claim for as long as its time lasts. The rest stay wanted. A
    /// panic costs one article (R23).
    pub async fn articles(&self, claimed: ArticleClaim) -> Fetched {
        let mut fetched = Fetched::default();
        if let Err(error) = self.under(&claimed.claim, Box::pin(self.all(&claimed, &mut fetched))).await {
            tracing::debug!(source.id = claimed.claim.source.as_str(), %error, "its articles wait");
        }
        if let Err(error) = self.store.end_articles(&claimed.claim).await {
            tracing::debug!(%error, "a claim on articles was not given back and lapses");
        }
        fetched
    }

    async fn all(&self, claimed: &ArticleClaim, fetched: &mut Fetched) {
        let (plan, started) = (self.plan.load_full(), self.clock.elapsed());
        let Some(polled) = plan.sources.claimed(&claimed.claim) else { return };
        for wanted in &claimed.wanted {
            let due = self.clock.now() >= claimed.claim.due_at;
            if due || self.clock.elapsed().saturating_sub(started) > BEGUN_WITHIN {
                break;
            }
            let wish = Wish { claimed, wanted, polled, plan: &plan, now: self.clock.now() };
            match self.one(&wish, fetched).await {
                Ok(delay) => {
                    if let Some(delay) = delay.filter(|delay| *delay > self.courtesy.host_gap) {
                        self.clock.sleep(delay).await;
                    }
                }
                Err(error) => {
                    tracing::warn!(source.id = claimed.claim.source.as_str(), %error, "an article was not stored");
                    break;
                }
            }
        }
    }

    /// Fetches one article and stores the result. Returns the pause that its host asks for
    /// before the next request.
    async fn one(&self, wish: &Wish<'_>, fetched: &mut Fetched) -> StoreResult<Option<Duration>> {
        let (claim, wanted) = (&wish.claimed.claim, wish.wanted);
        if let Some(end) = wish.ends_unasked(fetched) {
            let waits = matches!(end.came, Came::Later(_));
            self.settled(wish, end).await?;
            fetched.later += usize::from(waits);
            return Ok(None);
        }
        self.store.begin_article(claim, wanted.id, wish.now.plus(UNENDED)).await?;
        let Page { came, host, delay, contact } = self.page_in_time(wish).await;
        self.contact(contact.of_page(), &host.name, wish.now).await;
        let scope = hold::scope(&self.home(claim), &host);
        match came {
            Ok(Article::Better(content)) => {
                fetched.bytes += content.markup.raw().len() as u64;
                fetched.better += 1;
                let end = PageEnd { well: Some((host, scope)), ..wish.better(content) };
                self.settled(wish, end).await?;
            }
            Ok(Article::Kept(why)) => {
                fetched.kept += 1;
                let end = PageEnd::of(Came::Nothing, format!("the feed's own text stays: {why}"));
                self.settled(wish, PageEnd { well: Some((host, scope)), ..end }).await?;
            }
            Err(failure) => {
                // If no server could be reached, it does not count as a try.
                let tries = if self.offline_since().is_some() { 0 } else { wanted.tries };
                let strikes = self.store.strikes(&host, scope).await?;
                let end = wish.missed(&failure, (host, scope), strikes, tries);
                let waits = matches!(end.came, Came::Later(_));
                fetched.kept += usize::from(!waits);
                fetched.later += usize::from(waits);
                self.settled(wish, end).await?;
            }
        }
        Ok(delay)
    }

    async fn settled(&self, wish: &Wish<'_>, end: PageEnd) -> StoreResult<()> {
        let PageEnd { came, said, hold, well } = end;
        let (claim, entry) = (wish.claimed.claim.clone(), wish.wanted.id);
        tracing::debug!(source.id = claim.source.as_str(), entry = entry.0, said, "article");
        let at = self.clock.now();
        let decided_by = wish.plan.rules.clone();
        self.store.commit_article(ArticleRecord { claim, entry, at, came, decided_by, said, hold, well }).await
    }

    /// The host where the source of a claim is configured.
    fn home(&self, claim: &Claim) -> Host {
        let plan = self.plan.load();
        let configured = plan.sources.get(&claim.source);
        configured
            .map_or_else(|| claim.host.clone(), |polled| Host::of(&polled.configured.source.url, &claim.host.proxy))
    }

    /// An entry's page, or why it did not come in the time allowed.
    async fn page_in_time(&self, wish: &Wish<'_>) -> Page {
        let page = contained(self.in_time(Box::pin(self.page_of(wish)))).await;
        page.unwrap_or_else(|panic| Err(Failure::Internal(panic))).unwrap_or_else(|failure| {
            // A page that waited in vain for its turn or a reader is not one that is too large.
            let failure = match failure {
                Failure::Limit(_) => Failure::Overlong(self.longest()),
                failure => failure,
            };
            Page::none(wish.claimed.claim.host.clone(), failure)
        })
    }

    /// Requests an entry's page where and when its host allows it.
    async fn page_of(&self, wish: &Wish<'_>) -> Page {
        let claim = &wish.claimed.claim;
        let url = match Url::parse(wish.wanted.entry.link.as_deref().unwrap_or_default()) {
            Ok(url) => url,
            Err(error) => {
                return Page::none(claim.host.clone(), Failure::Unreadable(format!("its link is not a URL: {error}")));
            }
        };
        let ask = Ask::bound(Request { wanted: DocumentKind::Page, ..wish.polled.request(url) });
        let response = self.response_to(claim, &ask, Purpose::Page, wish.now).await;
        let contact = contact_of(&response.outcome, response.status);
        let (host, delay) = (Host::of(&response.url, &claim.host.proxy), response.crawl_delay);
        let came = match response.document() {
            Ok(received) => self.article(&host, received, wish).await,
            Err(failure) => Err(failure),
        };
        Page { came, host, delay, contact }
    }

    /// The article on a page that `host` sent. The work is counted for the host that responded,
    /// wherever the link led first.
    async fn article(&self, host: &Host, received: Received, wish: &Wish<'_>) -> Result<Article, Failure> {
        let (polled, entry) = (wish.polled.clone(), wish.wanted.entry.clone());
        let Received { body, room: _room } = received;
        self.readers.weigh(host, &body.bytes);
        let _lane = self.readers.lane(host).await;
        let read = self.readers.read(host, move |work| {
            let about = parse::About {
                url: &body.url,
                content_type: body.content_type.as_deref(),
                language: None,
                timezone: polled.configured.timezone.clone(),
                work: work.clone(),
            };
            article::read(&body.bytes, &about, &entry).map_err(|error| unread(error, &body.url))
        });
        read.await.and_then(|read| read)
    }
}
