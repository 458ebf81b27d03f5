//! Pages that list news: a proposal of selectors, and a reading by some.

use std::hint::black_box;

use wiredesk::clock::{Timestamp, Zone};
use wiredesk::parse::About;
use wiredesk::parse::page::propose::propose;
use wiredesk::parse::page::{self, Css, Selectors};

use super::{Row, check_from};

/// A proposal looks at a page in some hundred ways: less is enough to see it grow.
const SMALL_PAGE: usize = 6 << 10;

const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);
const LIST: &str = "<ul><li><a href='/a'>The mayor received the first envoy</a><li><a href='/b'>The mayor received \
    the second envoy</a><li><a href='/c'>The mayor received the third envoy</a></ul>";

fn about(url: &url::Url) -> About<'_> {
    About { url, content_type: None, language: Some("en"), timezone: Zone::UTC, work: wiredesk::model::Work::default() }
}

fn proposal(bytes: &[u8]) {
    let url = url::Url::parse("https://wire.example/news/").unwrap();
    let _ = black_box(propose(bytes, &about(&url), NOW));
}

fn by_days_above(bytes: &[u8]) {
    let url = url::Url::parse("https://wire.example/news/").unwrap();
    let css = |text: &str| Css::parse(text).unwrap();
    let selectors = Selectors {
        entries: css("li, tr:has(a)"),
        link: None,
        title: None,
        date: Some(css("^ h3, i, td")),
        date_format: None,
        summary: None,
    };
    let _ = black_box(page::read(bytes, &about(&url), &selectors, NOW));
}

/// Dates wherever they may stand.
const DATES: &[Row] = &[
    ("dates within one link", LIST, "<i>2026-11-{n}</i>", ""),
    ("dates within one link, open", "<ul><li><a href='/a'>", "<i>22 Nov 2026</i>", "</a></ul>"),
    ("dates within one heading", "<h3>", "<i>22 Nov 2026</i>", "</h3>"),
    ("days over lists", "", "<h3>{n} Nov 2026</h3><ul><li><a href='/{n}'>The mayor received envoy {n}</a></ul>", ""),
    ("days over nothing", LIST, "<h3>22 Nov 2026</h3>", ""),
    ("one day over all", "<h3>22 Nov 2026</h3>", "<li><a href='/{n}'>The mayor received envoy {n}</a></li>", ""),
    (
        "cells beside rows",
        "<table>",
        "<tr><td rowspan=9999>22 Nov 2026<td><a href='/{n}'>The mayor received envoy {n}</a>",
        "</table>",
    ),
    ("years over lists", "", "<h2>2025</h2><ul><li>22 Nov <a href='/{n}'>The mayor received envoy {n}</a></ul>", ""),
    ("words of dates", LIST, "<p>an hour ago</p><p>vor einer Stunde</p>", ""),
    ("rows below rows", "<table>", "<tr class=a><td><a href='/{n}'>The mayor received envoy {n}</a><tr><td>22 Nov", ""),
];

/// B208: what a page is made of, repeated, costs in proportion.
#[test]
fn a_proposal_takes_time_in_proportion_b208() {
    check_from(SMALL_PAGE, DATES, proposal);
}

/// B208: the same of a page that is read by days above its entries.
#[test]
fn days_above_take_time_in_proportion_b208() {
    check_from(SMALL_PAGE, DATES, by_days_above);
}
