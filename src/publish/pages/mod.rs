//! Pages for people: rendered here, without scripts, light and dark, usable on a phone and with
//! a keyboard. Text from publishers is escaped and isolated (checks B50, B70).

mod changes;
mod entry;
mod feed;
mod index;
mod nodes;
mod search;
mod source;
mod sources;
mod times;
mod tree;

use std::borrow::Cow;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use url::Url;

use crate::clock::Timestamp;
use crate::limits::SHOWN;
use crate::model::Published;
use crate::model::bounds::shorten;
use crate::publish::cursor::PageAt;
use crate::publish::{Channel, OutputFormat};
use crate::text::acting::{EscapeForm, marked};

pub use entry::{EntryPage, RouteLine, VersionLine, entry};
pub use feed::{FeedPage, feed};
pub use index::{FeedCard, IndexPage, index};
pub use nodes::NodeLine;
pub use search::{SearchPage, search};
pub use source::{SourcePage, source};
pub use sources::{Filter, SourceLine, SourcesPage, sources};

/// The stylesheet, served beside the pages.
pub const STYLE: &str = include_str!("style.css");

/// The stylesheet of a feed's document where a browser shows it: it says what that is.
pub const FEED_STYLE: &str = include_str!("feed.css");

/// The pages' icon.
pub const ICON: &str = include_str!("icon.svg");

/// What every page shows.
#[derive(Clone, Debug)]
pub struct PageFrame<'a> {
    /// Base of all URLs (check O29).
    pub public_url: &'a Url,
    /// The configuration that is not in force, and why (B84).
    pub alarm: Option<&'a Alarm>,
    /// Whether readers may search.
    pub searches: bool,
    /// The current time, to say how long ago something was.
    pub now: Timestamp,
}

/// Something that every page shows at its top.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alarm {
    /// What it is.
    pub title: String,
    /// The details.
    pub lines: Vec<String>,
}

impl PageFrame<'_> {
    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }
}

/// A page with its head, its link back and its footer. `feeds` are announced to readers.
fn page(frame: &PageFrame<'_>, title: &str, feeds: &[&Channel], body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (marked(title, EscapeForm::Line)) " · wiredesk" }
                link rel="stylesheet" href=(frame.address("style.css"));
                link rel="icon" type="image/svg+xml" href=(frame.address("favicon.svg"));
                @for feed in feeds { (announced(feed)) }
            }
            body {
                a.skip href="#main" { "Skip to content" }
                header.top {
                    a.brand href=(frame.public_url) { "wiredesk" }
                    nav aria-label="Main" {
                        a href=(frame.public_url) { "Feeds" }
                        a href=(frame.address("sources")) { "Sources" }
                        @if frame.searches { a href=(frame.address("search")) { "Search" } }
                        a href=(frame.address("feeds.opml")) { "OPML" }
                    }
                }
                main #main {
                    @if let Some(alarm) = frame.alarm {
                        section.alarm role="alert" {
                            h2 { (alarm.title) }
                            ul { @for line in &alarm.lines { li { code { (line) } } } }
                        }
                    }
                    (body)
                }
                footer { "wiredesk " (env!("CARGO_PKG_VERSION")) }
            }
        }
    }
    .into_string()
}

/// The URL of the document to subscribe to.
fn newest(feed: &Channel, format: OutputFormat) -> String {
    feed.address_of(format, PageAt::Newest)
}

/// A feed as browsers and readers find it in a page's head, in each format.
fn announced(feed: &Channel) -> Markup {
    html! {
        @for format in OutputFormat::ALL {
            link rel="alternate" type=(format.media_type()) title=(feed.title) href=(newest(feed, format));
        }
    }
}

/// The links to subscribe to a feed, one for each format. One URL is written out, to be copied
/// into a reader: the others differ in its end alone.
fn subscribe(feed: &Channel) -> Markup {
    html! {
        p.subscribe {
            @for format in OutputFormat::ALL { a.button href=(newest(feed, format)) { (format.name()) } }
            code.address { (newest(feed, OutputFormat::Atom)) }
        }
    }
}

/// So many feeds are named where there is nothing else to show.
const NAMED: usize = 12;

/// A page that says what is missing, and what there is: some of `feeds` among it.
pub fn error(frame: &PageFrame<'_>, title: &str, said: &str, feeds: &[&Channel]) -> String {
    let body = html! {
        h1 { (title) }
        p { (said) }
        h2 { "What there is" }
        ul {
            @for feed in feeds.iter().take(NAMED) { li { a href=(feed.page_address()) { (feed.title) } } }
            li { a href=(frame.public_url) { @if feeds.is_empty() { "The front page" } @else { "All feeds" } } }
            li { a href=(frame.address("sources")) { "Sources, and how they are" } }
            li { a href=(frame.address("feeds.opml")) { "All feeds as OPML" } ", for a reader" }
        }
    };
    page(frame, title, &[], &body)
}

/// A plot of entries a day with its caption; nothing without days.
fn plot(days: &[u32]) -> Markup {
    if days.is_empty() {
        return nothing();
    }
    let most = days.iter().copied().max().unwrap_or(0);
    html! {
        figure.plot {
            (bars(days))
            figcaption { "Entries a day, last " (days.len()) " days" @if most > 0 { "; " (most) " at most" } }
        }
    }
}

/// Counts a day as bars, with the figures for those who cannot see them.
fn bars(days: &[u32]) -> Markup {
    let most = days.iter().copied().max().unwrap_or(0).max(1);
    let label =
        format!("entries a day, oldest first: {}", days.iter().map(u32::to_string).collect::<Vec<_>>().join(", "));
    let width = days.len() * 6;
    html! {
        svg.bars viewBox=(format!("0 0 {width} 24")) width=(width) height="24" role="img" aria-label=(label) {
            @for (i, count) in days.iter().enumerate() {
                @let height = if *count == 0 { 1.0 } else { 2.0 + 22.0 * f64::from(*count) / f64::from(most) };
                rect x=(i * 6) y=(format!("{:.1}", 24.0 - height)) width="4" height=(format!("{height:.1}")) rx="1" {}
            }
        }
    }
}

/// Text from publishers, kept from changing the page's direction (check B50), and short enough
/// to read.
fn foreign(text: &str, language: Option<&str>) -> Markup {
    html! { bdi lang=[language] { (shown(text)) } }
}

/// The title of the source of an entry; its name where it has none.
fn named(p: &Published) -> Markup {
    let title = if p.carrier.title.is_empty() { p.source.as_str() } else { &p.carrier.title };
    foreign(title, p.carrier.language.as_deref())
}

/// `text` as far as a page shows it.
fn shown(text: &str) -> Cow<'_, str> {
    if text.len() <= SHOWN.count() {
        return Cow::Borrowed(text);
    }
    let mut text = text.to_owned();
    shorten(&mut text, SHOWN.count());
    Cow::Owned(text)
}

/// A count with its noun.
fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

/// A number with its digits in groups of three.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|c| std::str::from_utf8(c).ok()).collect();
    groups.join("\u{202f}")
}

/// How many sources fail.
fn failing(n: u64) -> String {
    if n == 0 { "none fails".to_owned() } else { count(n, "fails", "fail") }
}

/// Nothing: for parts that have nothing to show.
fn nothing() -> Markup {
    PreEscaped(String::new())
}

#[cfg(test)]
mod tests;
