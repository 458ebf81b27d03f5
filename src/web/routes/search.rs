//! Any query as a page, and as a feed to subscribe to.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use hyper::header::{HeaderValue, RETRY_AFTER};
use hyper::{HeaderMap, Method, StatusCode};

use crate::filter::Query;
use crate::limits::{SEARCH_ENTRIES, SEARCH_QUERY};
use crate::model::{FeedId, Published};
use crate::past::search::search;
use crate::publish::cursor::{self, PageAt};
use crate::publish::pages::{self, SearchPage};
use crate::publish::rendered::Rendered;
use crate::publish::{Channel, ChannelPlace, ContentLevel, FeedDocument, OutputFormat, render};
use crate::store;
use crate::web::answer::{self, Answer, Sending, line};
use crate::web::desk::{Desk, Site};
use crate::web::documents::working;
use crate::web::search::Searching;
use crate::web::shelf::Served;

use super::made::{PageQuery, failed, made, missing};

/// `/search` and `/search.EXTENSION`.
pub fn routes() -> Router<Arc<Desk>> {
    let document = |format: OutputFormat| {
        get(move |State(desk): State<Arc<Desk>>, asked: PageQuery, method: Method, headers: HeaderMap| async move {
            document(&desk, format, &asked, (&method, &headers)).await
        })
    };
    let all = OutputFormat::ALL.map(|format| (format!("/search.{}", format.extension()), document(format)));
    all.into_iter().fold(Router::new().route("/search", get(page)), |routes, (path, route)| routes.route(&path, route))
}

/// A search that a reader asks for.
struct AskedSearch {
    site: Arc<Site>,
    searching: Arc<Searching>,
    text: String,
    query: Arc<Query>,
    page: PageAt,
}

/// Reads what is searched for.
///
/// # Errors
/// The response that says why there is no search.
fn read(desk: &Desk, asked: &PageQuery) -> Result<AskedSearch, Box<Answer>> {
    let site = desk.site.load_full();
    let Some(searching) = site.searching.clone() else { return Err(Box::new(missing(desk))) };
    let refused = |words: &str| Box::new(line(StatusCode::BAD_REQUEST, words));
    let text = asked.get("q").map(|text| text.trim()).unwrap_or_default().to_owned();
    if text.is_empty() {
        return Err(refused("say what to search for: ?q=QUERY, in the language of filters"));
    }
    if text.len() > SEARCH_QUERY.count() {
        return Err(refused(&format!("the query is longer than {} bytes", SEARCH_QUERY.count())));
    }
    let page = asked.get("before").map(|text| cursor::read(text)).transpose();
    let page = page.map_err(|error| refused(&error.to_string()))?.map_or(PageAt::Newest, PageAt::Before);
    let query = Query::new(&text, &searching.config.lists, &searching.config.places);
    let query = Arc::new(query.map_err(|error| refused(&error.to_string()))?);
    Ok(AskedSearch { site, searching, text, query, page })
}

impl AskedSearch {
    /// What it is as a feed.
    fn channel(&self) -> Channel {
        let id = FeedId::new("search").expect("a short slug");
        Channel {
            content: ContentLevel::Full,
            place: ChannelPlace::Search { query: self.text.clone() },
            ..Channel::new(id, format!("Search: {}", self.text), self.site.public_url.clone())
        }
    }

    /// The entries of its page, and one more if there are more.
    async fn found(&self, desk: &Desk) -> store::Result<Vec<Published>> {
        let before = self.page.before().map(|place| place.entry);
        let (plan, now) = (&self.searching.plan, desk.clock.now());
        let found = search(&desk.page_store, plan, &self.query, before, SEARCH_ENTRIES.count() + 1, now).await?;
        Ok(found.into_iter().map(|(published, _)| published).collect())
    }
}

async fn document(
    desk: &Arc<Desk>,
    format: OutputFormat,
    asked: &PageQuery,
    (method, headers): (&Method, &HeaderMap),
) -> Answer {
    let asked = match read(desk, asked) {
        Ok(asked) => asked,
        Err(answer) => return *answer,
    };
    match made_or_kept(desk, format, &asked).await {
        Ok(Ok(served)) => {
            let sending = if asked.page == PageAt::Newest { Sending::Shared } else { Sending::Counted };
            sending.mark(answer::document(method, headers, &served, desk.clock.now()))
        }
        Ok(Err(refused)) => refused,
        Err(error) => failed(desk, &error),
    }
}

/// The document of a search, or the response that too many are made.
async fn made_or_kept(
    desk: &Arc<Desk>,
    format: OutputFormat,
    asked: &AskedSearch,
) -> store::Result<Result<Arc<Served>, Answer>> {
    let kept = || desk.searches.kept(&asked.text, format, desk.clock.now()).filter(|_| asked.page == PageAt::Newest);
    if let Some(served) = kept() {
        return Ok(Ok(served));
    }
    let _turn = desk.searches.turn().await;
    // Another reader may have asked for the same meanwhile.
    if let Some(served) = kept() {
        return Ok(Ok(served));
    }
    if let Some(refused) = too_many(desk) {
        return Ok(Err(refused));
    }
    let found = asked.found(desk).await?;
    let (channel, terms, page) = (asked.channel(), Arc::clone(&asked.site.terms), asked.page);
    let cleaned = Arc::clone(&desk.cleaned);
    let rendered = working(move || {
        let size = SEARCH_ENTRIES.count();
        let (more, entries) = (found.len() > size, &found[..found.len().min(size)]);
        let document = FeedDocument { entries, terms: &terms, page, more, size };
        Rendered::new(render(format, &channel, &document, &cleaned))
    });
    let served = Arc::new(Served::undated(format, rendered.await?));
    if asked.page == PageAt::Newest {
        desk.searches.keep(&asked.text, format, Arc::clone(&served), desk.clock.now());
    }
    Ok(Ok(served))
}

/// Counts a search, and refuses it where as many were made as may be.
fn too_many(desk: &Desk) -> Option<Answer> {
    let wait = desk.searches.count(desk.clock.now()).err()?;
    let seconds = wait.as_secs() + 1;
    let words = format!("too many searches are made at the moment; try again in {seconds} s");
    let mut answer = line(StatusCode::TOO_MANY_REQUESTS, &words);
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    Some(answer)
}

/// A page with a form, and with what was found.
async fn page(State(desk): State<Arc<Desk>>, asked: PageQuery) -> Answer {
    if asked.get("q").is_none_or(|text| text.trim().is_empty()) {
        let site = desk.site.load_full();
        return match site.searching {
            Some(_) => made(&desk, site, |frame, _| pages::search(frame, None)).await,
            None => missing(&desk),
        };
    }
    let asked = match read(&desk, &asked) {
        Ok(asked) => asked,
        Err(answer) => return *answer,
    };
    let _turn = desk.searches.turn().await;
    if let Some(refused) = too_many(&desk) {
        return refused;
    }
    let found = match asked.found(&desk).await {
        Ok(found) => found,
        Err(error) => return failed(&desk, &error),
    };
    made(&desk, Arc::clone(&asked.site), move |frame, site| {
        let size = SEARCH_ENTRIES.count();
        let (more, entries) = (found.len() > size, &found[..found.len().min(size)]);
        let channel = &asked.channel();
        pages::search(frame, Some(&SearchPage { channel, query: &asked.text, entries, terms: &site.terms, more }))
    })
    .await
}
