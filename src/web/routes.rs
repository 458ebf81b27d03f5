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

use crate::model::{Change, FeedId, Place, Published};
use crate::opml;
use crate::publish::ContentLevel;
use crate::publish::links::vetted;
use crate::publish::pages::{self, FeedCard, FeedPage, Frame, IndexPage};
use crate::publish::{Channel, cursor};
use crate::store::{EntryRef, Error, SourceStatus};

use super::answer::{Answer, document, line, page, typed};
use super::serve::Peer;
use super::shelf::Served;
use super::{Desk, Shown, Site};

/// All routes but the shelf's. HEAD is answered by GET's handlers.
pub fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/feeds/{name}", get(feed))
        .route("/feeds.opml", get(opml))
        .route("/sources", get(sources))
        .route("/entries/{id}", get(entry))
        .route("/style.css", get(style))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .fallback(async |State(desk): State<Arc<Desk>>| missing(&desk))
        .with_state(desk)
}

type Asked = Query<HashMap<String, String>>;

fn frame<'a>(desk: &Desk, site: &'a Site) -> Frame<'a> {
    Frame { public_url: &site.public_url, alarm: site.alarm.as_ref(), now: desk.clock.now() }
}

fn missing(desk: &Desk) -> Answer {
    let site = desk.site.load();
    let said = "There is nothing at this address.";
    page(StatusCode::NOT_FOUND, pages::error(&frame(desk, &site), "Not found", said))
}

/// The public learns that it failed, the log why.
fn failed(desk: &Desk, error: &Error) -> Answer {
    tracing::error!(%error, "a page could not be made");
    let site = desk.site.load();
    let said = "The store cannot be read at the moment. Feeds are served on as they were.";
    page(StatusCode::SERVICE_UNAVAILABLE, pages::error(&frame(desk, &site), "Out of order", said))
}

async fn index(State(desk): State<Arc<Desk>>) -> Answer {
    let (site, now) = (desk.site.load_full(), desk.clock.now());
    let figures =
        async { Ok((desk.store.totals().await?, desk.store.sources(now).await?, desk.store.feeds(now).await?)) };
    let (totals, sources, feeds) = match figures.await {
        Ok(figures) => figures,
        Err(error) => return failed(&desk, &error),
    };
    let card = |shown: &'_ Shown| {
        let status = feeds.iter().find(|f| f.feed == shown.channel.id);
        (status.map_or(0, |s| s.entries), status.and_then(|s| s.updated_at), status.map(|s| s.days.clone()))
    };
    let cards = site.feeds.iter().map(|shown| {
        let (entries, updated_at, days) = card(shown);
        FeedCard { channel: &shown.channel, entries, updated_at, days: days.unwrap_or_default() }
    });
    let active = sources.iter().filter(|s| s.active);
    let body = IndexPage {
        feeds: cards.collect(),
        entries: totals.entries,
        failing: active.clone().filter(|s| s.state.failures > 0).count() as u64,
        sources: active.count() as u64,
    };
    page(StatusCode::OK, pages::index(&frame(&desk, &site), &body))
}

/// A feed's page, or with `.atom` its document where a path alone does not
/// name it: an older page, one not made yet, one asked for with a query.
async fn feed(
    State(desk): State<Arc<Desk>>,
    name: Result<Path<String>, PathRejection>,
    asked: Asked,
    method: Method,
    headers: HeaderMap,
) -> Answer {
    let Ok(Path(name)) = name else { return missing(&desk) };
    let site = desk.site.load_full();
    let (id, is_atom) = name.strip_suffix(".atom").map_or((name.as_str(), false), |id| (id, true));
    let Some(shown) = site.feed(id) else { return unpublished(&desk, id).await };
    let before = match asked.get("before").map(|text| cursor::read(text)).transpose() {
        Ok(before) => before,
        Err(error) => return line(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    if is_atom {
        return match served(&desk, &site, shown, before).await {
            Ok(served) => document(&method, &headers, &served, desk.clock.now()),
            Err(error) => failed(&desk, &error),
        };
    }
    let entries = match desk.store.feed_page(&shown.channel.id, before, shown.size + 1).await {
        Ok(entries) => entries,
        Err(error) => return failed(&desk, &error),
    };
    let (entries, more) = cut(&entries, shown.size);
    let body = FeedPage { channel: &shown.channel, entries, terms: &site.terms, more };
    page(StatusCode::OK, pages::feed(&frame(&desk, &site), &body))
}

async fn served(desk: &Desk, site: &Site, shown: &Shown, before: Option<Place>) -> crate::store::Result<Arc<Served>> {
    match before {
        None => desk.subscription(site, shown).await,
        Some(before) => desk.older_page(site, shown, before).await.map(Arc::new),
    }
}

fn cut(entries: &[Published], size: usize) -> (&[Published], bool) {
    (&entries[..entries.len().min(size)], entries.len() > size)
}

/// What the configuration does not name: gone where it once did, as the store
/// remembers whatever was restarted since (check O25).
async fn unpublished(desk: &Desk, name: &str) -> Answer {
    let Ok(feed) = FeedId::new(name) else { return missing(desk) };
    match desk.store.knows_feed(&feed).await {
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
        xml_url: channel.atom_address(),
        html_url: Some(channel.page_address()),
        folder: None,
        categories: Vec::new(),
    };
    let outlines: Vec<_> = site.feeds.iter().map(|shown| outline(&shown.channel)).collect();
    typed(StatusCode::OK, "text/x-opml; charset=utf-8", opml::write("wiredesk", &outlines))
}

async fn sources(State(desk): State<Arc<Desk>>) -> Answer {
    let site = desk.site.load_full();
    let now = desk.clock.now();
    let mut sources = match desk.store.sources(now).await {
        Ok(sources) => sources,
        Err(error) => return failed(&desk, &error),
    };
    sources.retain(|s| s.active);
    sources.sort_by_key(|s| (s.state.failures == 0, s.source.clone()));
    let body = pages::SourcesPage { sources: sources.into_iter().map(|s| source_line(s, now)).collect() };
    page(StatusCode::OK, pages::sources(&frame(&desk, &site), &body))
}

fn source_line(s: SourceStatus, now: crate::clock::Timestamp) -> pages::SourceLine {
    pages::SourceLine {
        id: s.source.to_string(),
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
    let site = desk.site.load_full();
    let found = match desk.store.entry(&EntryRef::Id(crate::model::EntryId(id))).await {
        Ok(Some(found)) => found,
        Ok(None) => return missing(&desk),
        Err(error) => return failed(&desk, &error),
    };
    let title =
        |feed: &FeedId| site.feed(feed.as_str()).map_or_else(|| feed.to_string(), |shown| shown.channel.title.clone());
    let terms = site.terms.get(&found.published.source);
    let is_link = terms.is_some_and(|terms| terms.republish == crate::model::Republish::Link);
    let body = pages::EntryPage {
        level: if is_link { ContentLevel::Title } else { ContentLevel::Summary },
        article: found.article.clone(),
        versions: found
            .versions
            .iter()
            .map(|v| pages::VersionLine {
                seen_at: v.seen_at,
                change: match v.change {
                    None => "first version",
                    Some(Change::Cosmetic) => "cosmetic change",
                    Some(Change::Material) => "material change",
                },
                title: v.entry.as_ref().map(|e| e.title.clone()),
            })
            .collect(),
        routes: found
            .routes
            .iter()
            .map(|route| {
                let place = found.places.get(&route.feed).map(|standing| standing.as_str());
                pages::RouteLine { title: title(&route.feed), route, place }
            })
            .collect(),
        published: &vetted(&found.published, terms),
    };
    page(StatusCode::OK, pages::entry(&frame(&desk, &site), &body))
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
    let now = desk.clock.now();
    let figures =
        async { Ok((desk.store.totals().await?, desk.store.sources(now).await?, desk.store.feeds(now).await?)) };
    match figures.await {
        Ok((totals, sources, feeds)) => {
            let text = desk.counters.write(&totals, &sources, &feeds, now);
            typed(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", text)
        }
        Err(error) => failed(&desk, &error),
    }
}

fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}
