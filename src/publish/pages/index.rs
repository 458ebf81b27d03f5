//! `/`: the published feeds and their latest headlines.

use maud::{Markup, html};

use crate::clock::Timestamp;
use crate::model::Published;
use crate::publish::excerpt::headline;
use crate::publish::links::vetted;
use crate::publish::{Channel, SourcesTerms};

use super::{PageFrame, count, failing, foreign, named, page, plot, subscribe};

/// What the index shows.
#[derive(Clone, Debug)]
pub struct IndexPage<'a> {
    /// Feeds in the configuration's order.
    pub feeds: Vec<FeedCard<'a>>,
    /// What the terms of sources allow.
    pub terms: &'a SourcesTerms,
    /// Entries stored.
    pub entries: u64,
    /// Sources polled, and how many of them fail.
    pub sources: u64,
    /// Sources whose last poll failed.
    pub failing: u64,
}

/// A feed at a glance.
#[derive(Clone, Debug)]
pub struct FeedCard<'a> {
    /// The feed.
    pub channel: &'a Channel,
    /// Entries in it.
    pub entries: u64,
    /// Its newest change.
    pub updated_at: Option<Timestamp>,
    /// Entries a day, oldest first.
    pub days: Vec<u32>,
    /// Its first entries.
    pub latest: Vec<Published>,
}

/// Renders the index.
pub fn index(frame: &PageFrame<'_>, p: &IndexPage<'_>) -> String {
    let body = html! {
        h1 { "Feeds" }
        p.figures {
            (count(p.entries, "entry", "entries")) " from "
            a href=(frame.address("sources")) { (count(p.sources, "source", "sources")) }
            @if p.failing > 0 {
                ", " a.bad href=(frame.address("sources?failing")) { (failing(p.failing)) }
            }
        }
        @if p.feeds.is_empty() {
            p.empty { "No feed is configured yet. A [[feed]] in the configuration makes one." }
        }
        @for card in &p.feeds { (feed_card(frame, card, p.terms)) }
    };
    let feeds: Vec<&Channel> = p.feeds.iter().map(|card| card.channel).collect();
    page(frame, "Feeds", &feeds, &body)
}

fn feed_card(frame: &PageFrame<'_>, card: &FeedCard<'_>, terms: &SourcesTerms) -> Markup {
    let channel = card.channel;
    html! {
        article.card {
            header {
                h2 { a href=(channel.page_address()) { (channel.title) } }
                (plot(&card.days))
            }
            p.figures {
                (count(card.entries, "entry", "entries"))
                @match card.updated_at {
                    Some(at) => { ", updated " (frame.when(at)) }
                    None => ", nothing yet",
                }
            }
            @if !card.latest.is_empty() {
                ol.headlines aria-label="Latest headlines" {
                    @for published in &card.latest { (latest(frame, channel, published, terms)) }
                }
            }
            (subscribe(channel))
            @if let Some(expression) = &channel.expression {
                details {
                    summary { "What it matches" }
                    pre { code { (expression.trim()) } }
                }
            } @else {
                p.quiet { "Every entry of its sources." }
            }
        }
    }
}

fn latest(frame: &PageFrame<'_>, channel: &Channel, published: &Published, terms: &SourcesTerms) -> Markup {
    let terms = terms.get(&published.source);
    let p = &*vetted(published, terms);
    let title = headline(&p.entry, channel.level(terms));
    html! {
        li {
            a href=(frame.address(&format!("entries/{}", p.place.entry))) { (foreign(&title, p.entry.language.as_deref())) }
            " " span.byline { (named(p)) ", " (frame.placed(p)) }
        }
    }
}
