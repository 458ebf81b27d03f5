//! Pages of entries.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::routing::get;

use crate::model::{Change, EntryId, FeedId, Republish};
use crate::publish::ContentLevel;
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
    let is_link = terms.is_some_and(|terms| terms.republish == Republish::Link);
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
