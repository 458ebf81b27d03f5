//! Everything but the shelf: pages, paged documents, health, metrics.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Extension;
use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use hyper::{HeaderMap, Method, StatusCode};

use crate::limits::SOURCES_A_PAGE;
use crate::model::{Change, EntryId, FeedId, Place, Published, SourceId};
use crate::opml;
use crate::publish::cursor::{self, PageAt};
use crate::publish::links::vetted;
use crate::publish::pages::{self, FeedCard, FeedPage, Filter, IndexPage, PageFrame};
use crate::publish::rendered::Coding;
use crate::publish::{Channel, ContentLevel, OutputFormat};
use crate::store::{Census, EntryRecord, EntryRef, Error, FeedStatus, SourceStatus, SourcesWanted, Version, Which};

use super::answer::{Answer, Shared, document, later, line, page, typed};
use super::documents::working;
use super::negotiate::coding;
use super::serve::Peer;
use super::shelf::Served;
use super::{Desk, ShownFeed, Site};

/// All routes but the shelf's. HEAD is answered by GET's handlers.
pub fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/feeds/{name}", get(feed))
        .route("/feeds.opml", get(opml))
        .route("/sources", get(sources))
        .route("/sources/{id}", get(source))
        .route("/entries/{id}", get(entry))
        .route("/style.css", get(style))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .fallback(async |State(desk): State<Arc<Desk>>| missing(&desk))
        .with_state(desk)
}

type PageQuery = Query<HashMap<String, String>>;

fn frame<'a>(desk: &Desk, site: &'a Site) -> PageFrame<'a> {
    PageFrame { public_url: &site.public_url, alarm: site.alarm.as_ref(), now: desk.clock.now() }
}

/// A page that is made off the threads that answer.
async fn made(
    desk: &Desk,
    site: Arc<Site>,
    make: impl FnOnce(&PageFrame<'_>, &Site) -> String + Send + 'static,
) -> Answer {
    let now = desk.clock.now();
    let work = move || make(&PageFrame { public_url: &site.public_url, alarm: site.alarm.as_ref(), now }, &site);
    match working(work).await {
        Ok(html) => page(StatusCode::OK, html),
        Err(error) => failed(desk, &error),
    }
}

fn missing(desk: &Desk) -> Answer {
    let site = desk.site.load();
    let said = "There is nothing at this address.";
    page(StatusCode::NOT_FOUND, pages::error(&frame(desk, &site), "Not found", said))
}

/// The public learns that it failed, the log why.
fn failed(desk: &Desk, error: &Error) -> Answer {
    if let Error::TooLong(_) = error {
        return later("this page takes too long at the moment; ask again in some seconds");
    }
    tracing::error!(%error, "a page could not be made");
    let site = desk.site.load();
    let said = "The store cannot be read at the moment. Feeds are served on as they were.";
    page(StatusCode::SERVICE_UNAVAILABLE, pages::error(&frame(desk, &site), "Out of order", said))
}

async fn index(State(desk): State<Arc<Desk>>) -> Answer {
    let _turn = desk.pages.turn().await;
    let (site, now, store) = (desk.site.load_full(), desk.clock.now(), &desk.page_store);
    let figures = async { Ok((store.totals().await?, store.census(now).await?, store.feeds(now).await?)) };
    let (totals, census, feeds) = match figures.await {
        Ok(figures) => figures,
        Err(error) => return failed(&desk, &error),
    };
    made(&desk, site, move |frame, site| {
        let known: HashMap<&str, &FeedStatus> = feeds.iter().map(|status| (status.feed.as_str(), status)).collect();
        let card = |shown: &ShownFeed| {
            let status = known.get(shown.channel.id.as_str());
            let days = status.map(|s| s.days.clone()).unwrap_or_default();
            let (entries, updated_at) = (status.map_or(0, |s| s.entries), status.and_then(|s| s.updated_at));
            (entries, updated_at, days)
        };
        let cards = site.feeds.iter().map(|shown| {
            let (entries, updated_at, days) = card(shown);
            FeedCard { channel: &shown.channel, entries, updated_at, days }
        });
        let (entries, Census { sources, failing, .. }) = (totals.entries, census);
        pages::index(frame, &IndexPage { feeds: cards.collect(), entries, failing, sources })
    })
    .await
}

/// A feed's page, or with a format's extension its document where a path alone does not
/// name it: an older page, one not made yet, one asked for with a query.
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
    let before = match asked.get("before").map(|text| cursor::read(text)).transpose() {
        Ok(before) => before,
        Err(error) => return line(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    if let Some(format) = format {
        return match served(&desk, &site, shown, (format, before), coding(&headers)).await {
            Ok(served) => {
                let mut answer = document(&method, &headers, &served, desk.clock.now());
                if before.is_none() {
                    answer.extensions_mut().insert(Shared);
                }
                answer
            }
            Err(error) => failed(&desk, &error),
        };
    }
    let _turn = desk.pages.turn().await;
    let (size, shown) = (shown.size, shown.clone());
    let entries = match desk.page_store.feed_page(&shown.channel.id, before, size + 1).await {
        Ok(entries) => entries,
        Err(error) => return failed(&desk, &error),
    };
    made(&desk, site, move |frame, site| {
        let (entries, more) = cut(&entries, size);
        pages::feed(frame, &FeedPage { channel: &shown.channel, entries, terms: &site.terms, more })
    })
    .await
}

async fn served(
    desk: &Arc<Desk>,
    site: &Site,
    shown: &ShownFeed,
    (format, before): (OutputFormat, Option<Place>),
    coding: Coding,
) -> crate::store::Result<Arc<Served>> {
    let Some(before) = before else { return desk.subscription(shown, format).await };
    let _turn = desk.pages.turn().await;
    desk.older_page(site, shown, (format, before), coding).await.map(Arc::new)
}

fn cut(entries: &[Published], size: usize) -> (&[Published], bool) {
    (&entries[..entries.len().min(size)], entries.len() > size)
}

/// What the configuration does not name: gone where it once did, as the store
/// remembers whatever was restarted since (check O25).
async fn unpublished(desk: &Desk, name: &str) -> Answer {
    let Ok(feed) = FeedId::new(name) else { return missing(desk) };
    match desk.page_store.knows_feed(&feed).await {
        Ok(true) => gone(desk),
        Ok(false) => missing(desk),
        Err(error) => failed(desk, &error),
    }
}

fn gone(desk: &Desk) -> Answer {
    let site = desk.site.load();
    page(StatusCode::GONE, pages::error(&frame(desk, &site), "Gone", "This feed is no longer published."))
}

async fn opml(State(desk): State<Arc<Desk>>) -> Answer {
    let site = desk.site.load();
    let outline = |channel: &Channel| opml::Outline {
        title: channel.title.clone(),
        xml_url: channel.address_of(OutputFormat::default(), PageAt::Newest),
        html_url: Some(channel.page_address()),
        folder: None,
        categories: Vec::new(),
    };
    let outlines: Vec<_> = site.feeds.iter().map(|shown| outline(&shown.channel)).collect();
    typed(StatusCode::OK, "text/x-opml; charset=utf-8", opml::write("wiredesk", &outlines))
}

/// Sources by name, a page of them; `?failing` shows those that fail, `?after=ID` goes on
/// behind that one.
async fn sources(State(desk): State<Arc<Desk>>, asked: PageQuery) -> Answer {
    let after = match asked.get("after").map(|id| SourceId::new(id)).transpose() {
        Ok(after) => after,
        Err(error) => return line(StatusCode::BAD_REQUEST, &format!("after: {error}")),
    };
    let (which, filter) = match ["failing", "over"].map(|name| asked.contains_key(name)) {
        [true, _] => (Which::Failing, Filter::Failing),
        [_, true] => (Which::Over, Filter::Over),
        _ => (Which::Active, Filter::All),
    };
    let _turn = desk.pages.turn().await;
    let (site, now, store) = (desk.site.load_full(), desk.clock.now(), &desk.page_store);
    let most = SOURCES_A_PAGE.count();
    let wanted = SourcesWanted { which, after: after.clone(), limit: most + 1 };
    let figures = async { Ok((store.census(now).await?, store.sources_page(&wanted, now).await?)) };
    let (census, mut found) = match figures.await {
        Ok(found) => found,
        Err(error) => return failed(&desk, &error),
    };
    made(&desk, site, move |frame, site| {
        let more = found.len() > most;
        found.truncate(most);
        let sources = found.into_iter().map(|s| source_line(s, site, now)).collect();
        let after = after.map(|id| id.to_string());
        let Census { sources: all, failing, over, stale: _ } = census;
        pages::sources(frame, &pages::SourcesPage { sources, filter, after, more, all, failing, over })
    })
    .await
}

/// One source.
async fn source(State(desk): State<Arc<Desk>>, id: Result<Path<String>, PathRejection>) -> Answer {
    let Some(id) = id.ok().and_then(|Path(id)| SourceId::new(&id).ok()) else { return missing(&desk) };
    let _turn = desk.pages.turn().await;
    let (site, now) = (desk.site.load_full(), desk.clock.now());
    match desk.page_store.source(&id, now).await {
        Ok(Some(found)) => {
            made(&desk, site, move |frame, site| pages::source(frame, &source_line(found, site, now))).await
        }
        Ok(None) => missing(&desk),
        Err(error) => failed(&desk, &error),
    }
}

fn source_line(s: SourceStatus, site: &Site, now: crate::clock::Timestamp) -> pages::SourceLine {
    pages::SourceLine {
        id: s.source.to_string(),
        url: site.terms.get(&s.source).map(|terms| terms.url.clone()),
        state: s.word(now),
        remarks: s.remarks(now),
        next_poll_at: s.next_poll_at(),
        title: s.state.carrier.title,
        outcome: s.state.last_outcome,
        last_poll_at: s.state.last_poll_at,
        because: s.state.next.because,
        failures: s.state.failures,
        entries: s.entries,
        days: s.days,
        warnings: s.state.warnings,
    }
}

async fn entry(State(desk): State<Arc<Desk>>, id: Result<Path<i64>, PathRejection>) -> Answer {
    let Ok(Path(id)) = id else { return missing(&desk) };
    let _turn = desk.pages.turn().await;
    let site = desk.site.load_full();
    match desk.page_store.entry(&EntryRef::Id(EntryId(id))).await {
        Ok(Some(found)) => made(&desk, site, move |frame, site| entry_page(frame, site, &found)).await,
        Ok(None) => missing(&desk),
        Err(error) => failed(&desk, &error),
    }
}

fn entry_page(frame: &PageFrame<'_>, site: &Site, found: &EntryRecord) -> String {
    let title =
        |feed: &FeedId| site.feed(feed.as_str()).map_or_else(|| feed.to_string(), |shown| shown.channel.title.clone());
    let terms = site.terms.get(&found.published.source);
    let is_link = terms.is_some_and(|terms| terms.republish == crate::model::Republish::Link);
    let version = |v: &Version| pages::VersionLine {
        seen_at: v.seen_at,
        change: match v.change {
            None => "first version",
            Some(Change::Cosmetic) => "cosmetic change",
            Some(Change::Material) => "material change",
        },
        title: v.entry.as_ref().map(|e| e.title.clone()),
    };
    let routes = found.routes.iter().map(|route| {
        let place = found.places.get(&route.feed).map(|standing| standing.as_str());
        pages::RouteLine { title: title(&route.feed), route, place }
    });
    let body = pages::EntryPage {
        level: if is_link { ContentLevel::Title } else { ContentLevel::Summary },
        article: found.article.clone(),
        versions: found.versions.iter().map(version).collect(),
        routes: routes.collect(),
        published: &vetted(&found.published, terms),
    };
    pages::entry(frame, &body)
}

async fn style() -> Answer {
    let mut answer = typed(StatusCode::OK, "text/css; charset=utf-8", pages::STYLE);
    let cache = hyper::header::HeaderValue::from_static("public, max-age=3600");
    answer.headers_mut().insert(hyper::header::CACHE_CONTROL, cache);
    answer
}

/// Live: the program answers.
async fn healthz() -> Answer {
    line(StatusCode::OK, "ok")
}

/// Ready: the store can be read, and takes what polls bring.
async fn readyz(State(desk): State<Arc<Desk>>) -> Answer {
    match desk.ready().await {
        Ok(()) => match desk.offline_since() {
            None => line(StatusCode::OK, "ready"),
            Some(since) => line(StatusCode::OK, &format!("ready, but no source can be reached since {since}")),
        },
        Err(said) => line(StatusCode::SERVICE_UNAVAILABLE, &said),
    }
}

/// Figures, for this machine alone (check B79).
async fn metrics(State(desk): State<Arc<Desk>>, Extension(Peer(peer)): Extension<Peer>) -> Answer {
    if !is_loopback(peer.ip()) {
        return missing(&desk);
    }
    let _turn = desk.pages.turn().await;
    let (now, store) = (desk.clock.now(), &desk.page_store);
    let figures = async { Ok((store.totals().await?, store.census(now).await?)) };
    match figures.await {
        Ok((totals, census)) => {
            let text = desk.counters.write(&totals, &census, desk.site.load().feeds.len());
            typed(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", text)
        }
        Err(error) => failed(&desk, &error),
    }
}

fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}
