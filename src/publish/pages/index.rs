//! `/`: the published feeds.

use maud::html;

use crate::clock::Timestamp;
use crate::publish::Channel;

use super::{PageFrame, bars, count, failing, page, subscribe};

/// What the index shows.
#[derive(Clone, Debug)]
pub struct IndexPage<'a> {
    /// Feeds in the configuration's order.
    pub feeds: Vec<FeedCard<'a>>,
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
        @for card in &p.feeds { (feed_card(frame, card)) }
    };
    let feeds: Vec<&Channel> = p.feeds.iter().map(|card| card.channel).collect();
    page(frame, "Feeds", &feeds, &body)
}

fn feed_card(frame: &PageFrame<'_>, card: &FeedCard<'_>) -> maud::Markup {
    let channel = card.channel;
    html! {
        article.card {
            header {
                h2 { a href=(channel.page_address()) { (channel.title) } }
                (bars(&card.days))
            }
            p.figures {
                (count(card.entries, "entry", "entries"))
                @match card.updated_at {
                    Some(at) => { ", updated " (frame.when(at)) }
                    None => ", nothing yet",
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
