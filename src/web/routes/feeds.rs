//! Feeds: their pages, and documents that are not on the shelf.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::routing::get;
use hyper::{HeaderMap, Method, StatusCode};

use crate::model::FeedId;
use crate::publish::OutputFormat;
use crate::publish::cursor::{self, PageAt};
use crate::publish::pages::{self, FeedPage};
use crate::web::answer::{self, Answer, Sending, for_ever, found, line};
use crate::web::desk::{Desk, ShownFeed, Site};
use crate::web::negotiate::coding;
use crate::web::shelf::DocumentKey;

use super::made::{PageQuery, failed, made, missing, said};

/// `/feeds/ID`, also with a format's extension, and `/feeds/ID/archive/N.EXTENSION`.
pub fn routes() -> Router<Arc<Desk>> {
    Router::new().route("/feeds/{name}", get(feed)).route("/feeds/{name}/archive/{document}", get(archived))
}

/// A feed's page. With a format's extension, its document where a path alone does not name it:
/// an older page, one not rendered yet, one requested with a query.
async fn feed(
    State(desk): State<Arc<Desk>>,
    name: Result<Path<String>, PathRejection>,
    asked: PageQuery,
    method: Method,
    headers: HeaderMap,
) -> Answer {
    let Ok(Path(name)) = name else { return missing(&desk) };
    let site = desk.site.load_full();
    let (id, format) = OutputFormat::of_name(&name).map_or((&*name, None), |(id, format)| (id, Some(format)));
    let Some(shown) = site.feed(id) else { return unpublished(&desk, id).await };
    let page = match asked.get("before").map(|text| cursor::read(text)).transpose() {
        Ok(before) => before.map_or(PageAt::Newest, PageAt::Before),
        Err(error) => return line(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    match format {
        Some(format) => {
            if let Some(said) = desk.unserved() {
                return line(StatusCode::SERVICE_UNAVAILABLE, said);
            }
            let key = DocumentKey { feed: shown.channel.id.clone(), format, page };
            served(&desk, &site, shown, &key, (&method, &headers)).await
        }
        None => shown_page(&desk, Arc::clone(&site), shown.clone(), page).await,
    }
}

/// A document, rendered now if need be.
async fn served(
    desk: &Arc<Desk>,
    site: &Site,
    shown: &ShownFeed,
    key: &DocumentKey,
    (method, headers): (&Method, &HeaderMap),
) -> Answer {
    let made = match key.page {
        PageAt::Newest => desk.subscription(shown, key.format).await,
        PageAt::Before(_) | PageAt::Archived(_) => {
            let _turn = desk.pages.turn().await;
            desk.older_page(site, shown, key, coding(headers)).await.map(Arc::new)
        }
    };
    let sending = if key.page == PageAt::Newest { Sending::Shared } else { Sending::Counted };
    match made {
        Ok(served) => sending.mark(answer::document(method, headers, &served, desk.clock.now())),
        Err(error) => failed(desk, &error),
    }
}

/// An archived document (RFC 5005 §4). Links name it by the place at which it begins, which leads
/// to an address that names its content too: what is there never changes. Where a notice or
/// another filter changed what the place leads to, that is at another address, and the one of
/// before leads there.
async fn archived(
    State(desk): State<Arc<Desk>>,
    names: Result<Path<(String, String)>, PathRejection>,
    method: Method,
    headers: HeaderMap,
) -> Answer {
    let Ok(Path((id, document))) = names else { return missing(&desk) };
    let site = desk.site.load_full();
    let Some(shown) = site.feed(&id) else { return unpublished(&desk, &id).await };
    if let Some(said) = desk.unserved() {
        return line(StatusCode::SERVICE_UNAVAILABLE, said);
    }
    let Some((stem, format)) = OutputFormat::of_name(&document) else { return missing(&desk) };
    let (place, digest) = stem.split_once('.').map_or((stem, None), |(place, digest)| (place, Some(digest)));
    let page = match cursor::read(place) {
        Ok(place) => PageAt::Archived(place),
        Err(error) => return line(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let key = DocumentKey { feed: shown.channel.id.clone(), format, page };
    let _turn = desk.pages.turn().await;
    match desk.archived(&site, shown, &key, coding(&headers)).await {
        Ok(None) => missing(&desk),
        Ok(Some(served)) if digest == Some(served.digest()) => {
            for_ever(answer::document(&method, &headers, &served, desk.clock.now()))
        }
        Ok(Some(served)) => found(&format!("{place}.{}.{}", served.digest(), format.extension())),
        Err(error) => failed(&desk, &error),
    }
}

/// A page for people that shows what is in a feed.
async fn shown_page(desk: &Desk, site: Arc<Site>, shown: ShownFeed, page: PageAt) -> Answer {
    let _turn = desk.pages.turn().await;
    let size = shown.size;
    let entries = match desk.page_store.feed_page(&shown.channel.id, page.before(), size + 1).await {
        Ok(entries) => entries,
        Err(error) => return failed(desk, &error),
    };
    made(desk, site, move |frame, site| {
        let (more, entries) = (entries.len() > size, &entries[..entries.len().min(size)]);
        pages::feed(frame, &FeedPage { channel: &shown.channel, entries, terms: &site.terms, more })
    })
    .await
}

/// A feed that is not in the configuration: 410 if it once was, as the store remembers through
/// restarts (check O25).
async fn unpublished(desk: &Desk, name: &str) -> Answer {
    let Ok(feed) = FeedId::new(name) else { return missing(desk) };
    match desk.page_store.knows_feed(&feed).await {
        Ok(true) => said(desk, StatusCode::GONE, "Gone", "This feed is no longer published."),
        Ok(false) => missing(desk),
        Err(error) => failed(desk, &error),
    }
}
