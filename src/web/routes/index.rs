//! What one can subscribe to: the front page, and the same as a list for readers.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use hyper::{HeaderMap, Method};

use crate::limits::{HEADLINE_FEEDS, HEADLINES};
use crate::model::{FeedId, Published};
use crate::opml;
use crate::publish::cursor::PageAt;
use crate::publish::pages::{self, FeedCard, IndexPage};
use crate::publish::{Channel, OutputFormat};
use crate::store::{Census, FeedStatus, Result as StoreResult, Store};
use crate::web::answer::{Answer, listing};
use crate::web::desk::{Desk, ShownFeed};

use super::made::{failed, made};

/// `/` and `/feeds.opml`.
pub fn routes() -> Router<Arc<Desk>> {
    Router::new().route("/", get(index)).route("/feeds.opml", get(outlines))
}

async fn index(State(desk): State<Arc<Desk>>) -> Answer {
    let _turn = desk.pages.turn().await;
    let (site, now, store) = (desk.site.load_full(), desk.clock.now(), &desk.page_store);
    let feeds: Vec<FeedId> = site.public_feeds().map(|shown| shown.channel.id.clone()).collect();
    let figures = async {
        let latest = latest(store.as_ref(), &feeds).await?;
        Ok((store.totals().await?, store.census(now).await?, store.feeds(&feeds, now).await?, latest))
    };
    let (totals, census, feeds, mut latest) = match figures.await {
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
        let cards = site.public_feeds().map(|shown| {
            let (entries, updated_at, days) = card(shown);
            let latest = latest.remove(&shown.channel.id).unwrap_or_default();
            FeedCard { channel: &shown.channel, entries, updated_at, days, latest }
        });
        let (entries, Census { sources, failing, .. }) = (totals.entries, census);
        pages::index(frame, &IndexPage { feeds: cards.collect(), terms: &site.terms, entries, failing, sources })
    })
    .await
}

/// The first entries of the first feeds.
async fn latest(store: &dyn Store, feeds: &[FeedId]) -> StoreResult<HashMap<FeedId, Vec<Published>>> {
    let mut latest = HashMap::new();
    for feed in feeds.iter().take(HEADLINE_FEEDS.count()) {
        latest.insert(feed.clone(), store.feed_page(feed, None, HEADLINES.count()).await?);
    }
    Ok(latest)
}

async fn outlines(State(desk): State<Arc<Desk>>, method: Method, headers: HeaderMap) -> Answer {
    let site = desk.site.load();
    let outline = |channel: &Channel| opml::Outline {
        title: channel.title.clone(),
        xml_url: channel.address_of(OutputFormat::default(), PageAt::Newest),
        html_url: Some(channel.page_address()),
        folder: None,
        categories: Vec::new(),
        carriage: opml::Carriage::default(),
        by: None,
    };
    let outlines: Vec<_> = site.public_feeds().map(|shown| outline(&shown.channel)).collect();
    listing(&method, &headers, "text/x-opml; charset=utf-8", opml::write("wiredesk", &outlines).into())
}
