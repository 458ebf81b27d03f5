//! What of a configuration the nodes of one store have to have in common, as digests: what is
//! polled and how, what is published, and what is kept. Secrets are left out, for a digest of
//! one could be guessed from.

use crate::config::{Access, Config, ConfiguredFeed, ConfiguredSource, Polling, StoreSettings};
use crate::model::{Source, digest, redacted};
use crate::publish::Channel;
use crate::store::{ConfigDigests, Editions};

use super::edition::editions;

/// The digests of a configuration.
pub fn digests(config: &Config) -> ConfigDigests {
    // Lists count with the feeds that name them.
    let Config {
        store,
        polling,
        sources,
        feeds,
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
    let editions = editions(config);
    ConfigDigests {
        sources: sum(sources.iter().map(|source| of_source(source))),
        feeds: sum(feeds.iter().map(|feed| of_feed(feed, &editions))),
        settings: number(&format!("{keep:?} {}", of_polling(polling))),
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
    let Source { id, url, kind, language, wire, tags, republish, full_text } = source;
    let Access { headers, proxy: _, opened, publish_url, has_secret_headers } = &**access;
    let (url, proxy) = (redacted(url), access.proxy_name());
    let mut headers: Vec<&str> = headers.keys().map(|name| name.as_str()).collect();
    headers.sort_unstable();
    format!(
        "{id} {url:?} {kind:?} {language:?} {wire:?} {tags:?} {republish:?} {full_text} {schedule:?} {timezone:?} \
         {headers:?} {proxy:?} {opened:?} {publish_url} {has_secret_headers} {page:?} {link_template:?} {budget:?}"
    )
}

fn of_feed(feed: &ConfiguredFeed, editions: &Editions) -> String {
    // The rule with its lists and window is in the edition; samples only check it.
    let ConfiguredFeed { channel, rule: _, size, backfill: _, samples: _ } = feed;
    let Channel { id, title, public_url, content, expression: _ } = channel;
    let edition = editions.feeds.get(id);
    format!("{id} {title:?} {public_url} {content:?} {size} {edition:?}")
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const CONFIG: &str = r#"
[server]
listen = "127.0.0.1:8470"
public_url = "https://desk.example/"

[polling]
concurrency = 64

[[source]]
id = "fao"
url = "https://one:two@fao.example/"

[[source]]
id = "un"
url = "https://un.example/"

[lists]
towns = ["city"]

[[feed]]
id = "all"
match = "@towns"
"#;

    fn of(text: &str) -> ConfigDigests {
        digests(&Config::check(Path::new("w.toml"), text.to_owned()).unwrap_or_else(|e| panic!("{e}")))
    }

    /// What differs where `from` in the configuration is `to`: sources, feeds, settings.
    fn check(from: &str, to: &str, expected: [bool; 3]) {
        assert!(CONFIG.contains(from), "{from}");
        let (one, other) = (of(CONFIG), of(&CONFIG.replace(from, to)));
        let differs = [one.sources != other.sources, one.feeds != other.feeds, one.settings != other.settings];
        assert_eq!(differs, expected, "{from} -> {to}");
    }

    #[test]
    fn what_nodes_have_to_have_in_common_is_in_the_digests_o70() {
        check("un.example", "who.example", [true, false, false]);
        check("id = \"un\"", "id = \"un\"\nschedule = \"every 1h\"", [true, false, false]);
        check("\"city\"", "\"town\"", [false, true, false]);
        check("id = \"all\"", "id = \"all\"\ntitle = \"All\"", [false, true, false]);
        check("desk.example", "news.example", [false, true, false]);
        check("concurrency", "host_gap = \"3s\"\nconcurrency", [false, false, true]);
        check("[polling]", "[store]\nkeep = \"30d\"\n[polling]", [false, false, true]);
        // What is a node's own, and what is secret.
        check("127.0.0.1:8470", "127.0.0.1:8471", [false; 3]);
        check("64", "8", [false; 3]);
        check("one:two@", "one:three@", [false; 3]);
    }

    #[test]
    fn the_order_of_sources_makes_no_difference_o70() {
        let (fao, un) = ("\"fao\"\nurl = \"https://one:two@fao.example/\"", "\"un\"\nurl = \"https://un.example/\"");
        let turned = CONFIG.replace(fao, "FIRST").replace(un, fao).replace("FIRST", un);
        assert_ne!(turned, CONFIG);
        assert_eq!(of(&turned), of(CONFIG));
    }
}
