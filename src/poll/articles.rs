//! Full text: the article on an entry's page, where its feed brings a teaser.
//!
//! The teaser is published at once; the article follows, fetched behind the
//! polls in its host's turn, where robots.txt allows it (check P35), and once a
//! revision. Whatever comes of it, the feed's own text is kept beside it.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::contain::contained;
use super::read::{Read, unread};
use super::{Attempt, Poller};
use crate::clock::Timestamp;
use crate::fetch::{self, Turns, Wanted};
use crate::identity;
use crate::model::{Entry, Failure, FeedId, Hold, Host, Outcome, Purpose, Scope};
use crate::parse;
use crate::parse::article::{self, Article};
use crate::plan::decide::routes;
use crate::plan::{Plan, Polled};
use crate::schedule::budget::pages_wait;
use crate::schedule::health::Contact;
use crate::schedule::lease::BEGUN_WITHIN;
use crate::schedule::{Throttled, hold};
use crate::store::{ArticleClaim, ArticleRecord, Came, EntryRef, Found, WantedArticle};

/// Entries older than this when they are first seen want no article, where no
/// feed would take them at any age.
const OLD: Duration = Duration::from_secs(7 * 86_400);
/// A request that does not end at all is taken for one without an answer after this.
const UNENDED: Duration = Duration::from_secs(3600);

/// What fetching articles of one source came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Articles that are published now.
    pub better: usize,
    /// Pages after which the feed's own text stays.
    pub kept: usize,
    /// Pages that are asked for again.
    pub later: usize,
    /// Feeds in which something changed.
    pub feeds: Vec<FeedId>,
    /// Bytes of the articles.
    pub bytes: u64,
}

/// Whether the article of a new revision is to be fetched: the source asks for
/// it, what it brought is a teaser, and some feed would take an entry as old.
pub fn wants_article(entry: &Entry, polled: &Polled, plan: &Plan, now: Timestamp) -> bool {
    if !polled.source.full_text || !article::is_wanted(entry) {
        return false;
    }
    let takers = plan.backfill.iter().filter(|(feed, _)| plan.takes(feed, &polled.source));
    let oldest = takers.map(|(_, backfill)| *backfill).max().unwrap_or(OLD);
    entry.dated().is_none_or(|at| at.plus(oldest) >= now)
}

/// A page that was asked for.
struct Page {
    came: Result<Article, Failure>,
    /// The host that answered last.
    host: Host,
    /// The pause that its robots.txt wishes.
    delay: Option<Duration>,
    /// What asking for it told of the desk's line.
    contact: Contact,
}

/// What is stored of a page that was asked for.
struct End {
    came: Came,
    said: String,
    hold: Option<Hold>,
    well: Option<(Host, Scope)>,
}

impl Poller {
    /// Gives revised entries the articles that they have: a correction of the
    /// teaser does not take the text away.
    pub(super) async fn keep_articles(&self, attempt: &Attempt<'_>, read: &mut Read) -> Result<(), Failure> {
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
            let (polled, plan) = (&attempt.polled, &attempt.plan);
            *decided = routes(entry, &identity::texts(entry), polled, plan, record.published.first_seen_at);
        }
        Ok(())
    }

    /// Fetches the articles of one claim, as far as its time suffices; what is
    /// left stays wanted. A panic on the way costs one article (R23).
    pub async fn articles(&self, claimed: ArticleClaim) -> Fetched {
        let mut fetched = Fetched::default();
        if let Err(error) = self.under(&claimed.claim, Box::pin(self.all(&claimed, &mut fetched))).await {
            tracing::debug!(source.id = claimed.claim.source.as_str(), %error, "its articles wait");
        }
        if let Err(error) = self.store.end_articles(&claimed.claim).await {
            tracing::debug!(%error, "a claim on articles was not given back and lapses");
        }
        fetched.feeds.sort();
        fetched.feeds.dedup();
        fetched
    }

    async fn all(&self, claimed: &ArticleClaim, fetched: &mut Fetched) {
        let (plan, started) = (self.plan.load_full(), self.clock.elapsed());
        let Some(polled) = plan.sources.get(&claimed.claim.source) else { return };
        for wanted in &claimed.wanted {
            let due = self.clock.now() >= claimed.claim.due_at;
            if due || self.clock.elapsed().saturating_sub(started) > BEGUN_WITHIN {
                break;
            }
            match self.one(claimed, wanted, polled, &plan, fetched).await {
                Ok(delay) => {
                    if let Some(delay) = delay.filter(|delay| *delay > self.worker.host_gap) {
                        tokio::time::sleep(delay).await;
                    }
                }
                Err(error) => {
                    tracing::warn!(source.id = claimed.claim.source.as_str(), %error, "an article was not stored");
                    break;
                }
            }
        }
    }

    /// Fetches one article and stores what came of it; gives the pause that its
    /// host wishes before the next.
    async fn one(
        &self,
        claimed: &ArticleClaim,
        wanted: &WantedArticle,
        polled: &Arc<Polled>,
        plan: &Arc<Plan>,
        fetched: &mut Fetched,
    ) -> crate::store::Result<Option<Duration>> {
        let now = self.clock.now();
        if !polled.source.full_text || !article::is_wanted(&wanted.entry) {
            let said = "its own text is no teaser, or its source no longer asks for full text".to_owned();
            self.settled(claimed, wanted, End { came: Came::Nothing, said, hold: None, well: None }).await?;
            return Ok(None);
        }
        if let Some(again) = pages_wait(polled.budget, claimed.claim.state.spent, fetched.bytes, now) {
            let said = format!("its page is asked for at {again}: its source is over its budget of text a day");
            self.settled(claimed, wanted, End { came: Came::Later(again), said, hold: None, well: None }).await?;
            fetched.later += 1;
            return Ok(None);
        }
        self.store.begin_article(&claimed.claim, wanted.id, now.plus(UNENDED)).await?;
        let page = contained(self.in_time(Box::pin(self.page_of(claimed, wanted, polled, now)))).await;
        let page = page.unwrap_or_else(|panic| Err(Failure::Internal(panic))).unwrap_or_else(|failure| {
            // What waited for its turn and a reader to no end is no page that is too large.
            let failure = match failure {
                Failure::Limit(_) => Failure::Overlong(self.longest()),
                failure => failure,
            };
            let host = claimed.claim.host.clone();
            Page { came: Err(failure), host, delay: None, contact: Contact::Neither }
        });
        let Page { came, host, delay, contact } = page;
        self.contact(contact, &host.name, now).await;
        let scope = hold::scope(&self.home(&claimed.claim), &host);
        // What nobody could answer was no try.
        let tries = if self.offline_since().is_some() { 0 } else { wanted.tries };
        let mut end = End { came: Came::Nothing, said: String::new(), hold: None, well: None };
        match came {
            Ok(Article::Better(content)) => {
                fetched.bytes += content.markup.raw().len() as u64;
                let entry = Entry { article: Some(content), ..wanted.entry.clone() };
                let routes = routes(&entry, &identity::texts(&entry), polled, plan, wanted.first_seen_at);
                end.came = Came::Text { entry: Box::new(entry), routes };
                end.said = "the article on its page stands for the teaser".to_owned();
                end.well = Some((host, scope));
                fetched.better += 1;
                fetched.feeds.extend(self.settled(claimed, wanted, end).await?);
                self.keep_up(plan, &[wanted.id], now).await;
            }
            Ok(Article::Kept(why)) => {
                fetched.kept += 1;
                (end.said, end.well) = (format!("the feed's own text stays: {why}"), Some((host, scope)));
                self.settled(claimed, wanted, end).await?;
            }
            Err(failure) => {
                let throttled = hold::of_page(&failure, self.store.strikes(&host, scope).await?, now);
                let again = hold::page_again(&failure, throttled.as_ref(), tries, now);
                fetched.kept += usize::from(again.is_none());
                fetched.later += usize::from(again.is_some());
                (end.came, end.said) = match again {
                    None => (Came::Nothing, format!("the feed's own text stays; its page: {failure}")),
                    Some(at) => (Came::Later(at), format!("its page is asked for again at {at}: {failure}")),
                };
                end.hold = throttled.map(|Throttled { wait, strikes }| {
                    let because =
                        format!("{}, asked for a page of {}: {}", host.name, claimed.claim.source, wait.because);
                    Hold { host, scope, strikes, until: wait.at, because }
                });
                self.settled(claimed, wanted, end).await?;
            }
        }
        Ok(delay)
    }

    async fn settled(
        &self,
        claimed: &ArticleClaim,
        wanted: &WantedArticle,
        end: End,
    ) -> crate::store::Result<Vec<FeedId>> {
        let End { came, said, hold, well } = end;
        tracing::debug!(source.id = claimed.claim.source.as_str(), entry = wanted.id.0, said, "article");
        let (claim, entry, at) = (claimed.claim.clone(), wanted.id, self.clock.now());
        self.store.commit_article(ArticleRecord { claim, entry, at, came, said, hold, well }).await
    }

    /// Asks for an entry's page, where and when its host lets us.
    async fn page_of(
        &self,
        claimed: &ArticleClaim,
        wanted: &WantedArticle,
        polled: &Arc<Polled>,
        now: Timestamp,
    ) -> Page {
        let claim = &claimed.claim;
        let proxy = claim.host.proxy.as_str();
        let mut page = Page {
            came: Err(Failure::Held(claim.state.next.clone())),
            host: claim.host.clone(),
            delay: None,
            contact: Contact::Neither,
        };
        let link = wanted.entry.link.as_deref().unwrap_or_default();
        let url = match Url::parse(link) {
            Ok(url) => url,
            Err(error) => {
                page.came = Err(Failure::Unreadable(format!("its link is no address: {error}")));
                return page;
            }
        };
        page.host = Host::of(&url, proxy);
        let turns = self.turns(claim, Purpose::Page);
        let request = fetch::Request { wanted: Wanted::Page, ..polled.request(url.clone()) };
        let heeding = self.heeding(turns, &request, now);
        // The rules, then the turn.
        match self.robots.leave(&self.net, &request, &self.turns(claim, Purpose::Page), now).await {
            Ok(leave) => page.delay = leave.delay,
            Err(failure) => {
                if failure.is_unreached() {
                    page.contact = Contact::of(&failure);
                }
                page.came = Err(failure);
                return page;
            }
        }
        let _turn = match heeding.turn(&url).await {
            Ok(turn) => turn,
            Err(failure) => {
                page.came = Err(failure);
                return page;
            }
        };
        let answer = fetch::get(&self.net, &request, &heeding, now).await;
        page.host = Host::of(&answer.url, proxy);
        page.contact = match &answer.outcome {
            Outcome::Failed(failure) if answer.status.is_none() => Contact::of(failure),
            _ => Contact::Reached,
        };
        page.came = match answer.outcome {
            Outcome::Failed(failure) => Err(failure),
            Outcome::NotModified { .. } => Err(Failure::Status { status: 304, retry_after: None }),
            Outcome::Document(body) => {
                let (polled, entry) = (Arc::clone(polled), wanted.entry.clone());
                // Who answered has it read, wherever the link led first.
                self.readers.weigh(&page.host, &body.bytes);
                let _lane = self.readers.lane(&page.host).await;
                let read = self.readers.read(&page.host, move |work| {
                    let about = parse::About {
                        url: &body.url,
                        content_type: body.content_type.as_deref(),
                        language: None,
                        timezone: polled.timezone.clone(),
                        work: work.clone(),
                    };
                    article::read(&body.bytes, &about, &entry).map_err(unread)
                });
                read.await.and_then(|read| read)
            }
        };
        page
    }
}
