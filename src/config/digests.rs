//! What of a configuration the nodes of one store have to have in common, as digests: what is
//! polled and how, what is published, and what is kept. Secrets are left out, for a digest of
//! one could be guessed from.

use crate::model::{Source, digest, redacted};
use crate::publish::Channel;
use crate::store::{ConfigDigests, Editions};

use super::{Access, Config, ConfiguredFeed, ConfiguredSource, Polling, StoreSettings};

/// The digests of a configuration whose feeds have these editions.
pub fn digests(config: &Config, editions: &Editions) -> ConfigDigests {
    // Lists count with the feeds that name them.
    let Config {
        store,
        polling,
        sources,
        feeds,
        // They count with the feeds that ask for places, and with what reads wire copy.
        places: _,
        wire,
        // Feeds hold the public URL.
        server: _,
        node: _,
        lists: _,
        source_files: _,
        ruleset: _,
        files: _,
        warnings: _,
        idle: _,
    } = config;
    // The addresses that a node listens at, and how it gets to the store, are its own.
    let StoreSettings { location: _, keep } = store;
    ConfigDigests {
        sources: sum(sources.iter().map(|source| of_source(source))),
        feeds: sum(feeds.iter().map(|feed| of_feed(feed, editions))),
        settings: number(&format!("{keep:?} {} {}", of_polling(polling), wire.rules())),
    }
}

/// The digest of a set, whatever its order.
fn sum(all: impl Iterator<Item = String>) -> u64 {
    all.map(|one| number(&one)).fold(0, u64::wrapping_add)
}

fn number(text: &str) -> u64 {
    digest(text).cast_unsigned()
}

fn of_source(configured: &ConfiguredSource) -> String {
    let ConfiguredSource { source, schedule, timezone, access, page, link_template, budget } = configured;
    let Source { id, title, url, kind, language, country, wire, tags, republish, full_text } = source;
    let Access { headers, proxy: _, opened, publish_url, has_secret_headers } = &**access;
    // Said only where there is one, as it was before there could be.
    let country = country.map(|country| format!("{country} ")).unwrap_or_default();
    let (url, proxy) = (redacted(url), access.proxy_name());
    let mut headers: Vec<&str> = headers.keys().map(|name| name.as_str()).collect();
    headers.sort_unstable();
    format!(
        "{id} {title:?} {url:?} {kind:?} {language:?} {country}{wire:?} {tags:?} {republish:?} {full_text} {schedule:?} {timezone:?} \
         {headers:?} {proxy:?} {opened:?} {publish_url} {has_secret_headers} {page:?} {link_template:?} {budget:?}"
    )
}

fn of_feed(feed: &ConfiguredFeed, editions: &Editions) -> String {
    // The rule with its lists and window is in the edition; samples only check it.
    let ConfiguredFeed { channel, rule: _, size, backfill: _, samples: _ } = feed;
    // Which rules chose the entries is in the edition too. Tokens are secrets.
    let Channel { id, title, public_url, content, reasons, expression: _, access, place: _ } = channel;
    let edition = editions.feeds.get(id);
    // Said only where it is so, as it was before it could be.
    let private = if access.is_private() { " private" } else { "" };
    format!("{id} {title:?} {public_url} {content:?} {reasons} {size} {edition:?}{private}")
}

/// How many polls a machine makes at once, and how patient it is, is its own.
fn of_polling(polling: &Polling) -> String {
    let Polling {
        contact,
        interval_min,
        interval_max,
        concurrency: _,
        per_host,
        host_gap,
        refresh_floor,
        timeout: _,
        max_body_bytes,
        allow_addresses,
        allow_hosts,
    } = polling;
    let contact = contact.as_ref().map(|contact| contact.as_str());
    format!(
        "{contact:?} {interval_min:?} {interval_max:?} {per_host} {host_gap:?} {refresh_floor:?} {max_body_bytes} \
         {allow_addresses:?} {allow_hosts:?}"
    )
}
