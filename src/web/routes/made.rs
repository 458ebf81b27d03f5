//! How pages are made, and what is shown where there is none.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::Query;
use hyper::StatusCode;

use crate::clock::Timestamp;
use crate::publish::Channel;
use crate::publish::pages::{self, PageFrame};
use crate::store::Error;
use crate::web::answer::{Answer, again_later, page};
use crate::web::desk::{Desk, Site};
use crate::web::documents::working;

/// What the query of a request asks for.
pub type PageQuery = Query<HashMap<String, String>>;

fn frame(site: &Site, now: Timestamp) -> PageFrame<'_> {
    PageFrame { public_url: &site.public_url, alarm: site.alarm.as_ref(), searches: site.searching.is_some(), now }
}

/// A page that is made off the threads that serve.
pub async fn made(
    desk: &Desk,
    site: Arc<Site>,
    make: impl FnOnce(&PageFrame<'_>, &Site) -> String + Send + 'static,
) -> Answer {
    let now = desk.clock.now();
    let work = move || make(&frame(&site, now), &site);
    match working(work).await {
        Ok(html) => page(StatusCode::OK, html),
        Err(error) => failed(desk, &error),
    }
}

/// A page that says that nothing is there.
pub fn missing(desk: &Desk) -> Answer {
    said(desk, StatusCode::NOT_FOUND, "Not found", "There is nothing at this URL.")
}

/// The client learns that the store failed, the log why.
pub fn failed(desk: &Desk, error: &Error) -> Answer {
    if let Error::TooLong(_) = error {
        let words =
            "This page takes too long at the moment. Try again in a few seconds; feeds are served as they were.";
        return again_later(said(desk, StatusCode::SERVICE_UNAVAILABLE, "Busy", words));
    }
    tracing::error!(%error, "a page could not be made");
    let words = "The store cannot be read at the moment. Feeds are still served as they were.";
    said(desk, StatusCode::SERVICE_UNAVAILABLE, "Out of order", words)
}

/// A page with one message.
pub fn said(desk: &Desk, status: StatusCode, title: &str, words: &str) -> Answer {
    let site = desk.site.load();
    let feeds: Vec<&Channel> = site.public_feeds().map(|shown| &shown.channel).collect();
    page(status, pages::error(&frame(&site, desk.clock.now()), title, words, &feeds))
}
