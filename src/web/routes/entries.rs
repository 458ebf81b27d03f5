//! Pages of entries.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::routing::get;

use crate::limits::ENTRY_TEXT;
use crate::model::{Change, EntryId, FeedId, Republish};
use crate::publish::ContentLevel;
use crate::publish::cleaned::Cleaned;
use crate::publish::item::ItemText;
use crate::publish::links::vetted;
use crate::publish::pages::{self, PageFrame};
use crate::store::{EntryRecord, EntryRef, Version};
use crate::web::answer::Answer;
use crate::web::desk::{Desk, Site};

use super::made::{failed, made, missing};

/// `/entries/NUMBER`.
pub fn routes() -> Router<Arc<Desk>> {
    Router::new().route("/entries/{id}", get(entry))
}

async fn entry(State(desk): State<Arc<Desk>>, id: Result<Path<i64>, PathRejection>) -> Answer {
    let Ok(Path(id)) = id else { return missing(&desk) };
    let _turn = desk.pages.turn().await;
    let site = desk.site.load_full();
    let cleaned = Arc::clone(&desk.cleaned);
    match desk.page_store.entry(&EntryRef::Id(EntryId(id))).await {
        Ok(Some(found)) => made(&desk, site, move |frame, site| entry_page(frame, site, &found, &cleaned)).await,
        Ok(None) => missing(&desk),
        Err(error) => failed(&desk, &error),
    }
}

fn entry_page(frame: &PageFrame<'_>, site: &Site, found: &EntryRecord, cleaned: &Cleaned) -> String {
    let title =
        |feed: &FeedId| site.feed(feed.as_str()).map_or_else(|| feed.to_string(), |shown| shown.channel.title.clone());
    let terms = site.terms.get(&found.published.source);
    let level = match terms.map_or(Republish::Excerpt, |terms| terms.republish) {
        Republish::Link => ContentLevel::Title,
        Republish::Excerpt => ContentLevel::Summary,
        Republish::Full => ContentLevel::Full,
    };
    let text = ItemText::of(&found.published.entry, level, terms, cleaned).content;
    // Who reads this page need not know of feeds that are private.
    let is_shown = |feed: &FeedId| site.feed(feed.as_str()).is_none_or(|shown| !shown.channel.access.is_private());
    let routes = found.routes.iter().filter(|route| is_shown(&route.feed)).map(|route| {
        let place = found.places.get(&route.feed).map(|standing| standing.as_str());
        pages::RouteLine { title: title(&route.feed), route, place }
    });
    let body = pages::EntryPage {
        level,
        text: text.filter(|text| text.len() <= ENTRY_TEXT.count()),
        article: found.article.clone(),
        versions: found.versions.iter().map(version).collect(),
        routes: routes.collect(),
        published: &vetted(&found.published, terms),
    };
    pages::entry(frame, &body)
}

fn version(v: &Version) -> pages::VersionLine<'_> {
    pages::VersionLine {
        seen_at: v.seen_at,
        change: match v.change {
            None => "first version",
            Some(Change::Cosmetic) => "cosmetic change",
            Some(Change::Material) => "material change",
        },
        entry: v.entry.as_ref(),
    }
}
