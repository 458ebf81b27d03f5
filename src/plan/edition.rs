//! What decisions are made by under a configuration: a filter, its lists, its
//! window, the labels of the sources. Where that changes, decisions are made anew.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use crate::config::{Config, ConfiguredFeed};
use crate::filter::{FeedRule, TermList};
use crate::model::{Source, digest};
use crate::store::{Editions, Labels};

/// What decisions are made by under `config`.
pub fn editions(config: &Config) -> Editions {
    let feeds = config.feeds.iter().map(|feed| (feed.channel.id.clone(), edition(config, feed)));
    let sources = config.sources.iter().map(|s| (s.source.id.clone(), labels(&s.source)));
    Editions { feeds: feeds.collect(), labels: Arc::new(sources.collect()) }
}

/// What decisions about a feed are made by: its rule, the lists and places that it asks for, its
/// window.
pub fn edition(config: &Config, feed: &ConfiguredFeed) -> String {
    let named = feed.rule.lists_named();
    let lists: Vec<_> = config.lists.iter().filter(|list| named.contains(&list.name)).collect();
    let mut made_by = made_by(&feed.rule, &lists, feed.backfill);
    if feed.rule.reads_places() {
        // To write into a string does not fail.
        let _ = write!(made_by, "places {:016x}", config.places.fingerprint());
    }
    format!("{:016x}", digest(&made_by))
}

/// What a feed's edition is the hash of. It never changes: see [`FeedRule::frozen`].
fn made_by(rule: &FeedRule, lists: &[&TermList], backfill: Duration) -> String {
    format!("{}{}{backfill:?}", rule.frozen(), TermList::frozen(lists))
}

/// What filters read of a source.
pub fn labels(source: &Source) -> Labels {
    let Source { tags, language, wire, country, .. } = source.clone();
    Labels { tags, language, wire, country: country.map(|country| country.code().to_owned()) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const CONFIG: &str = r#"
[[source]]
id = "fao"
url = "https://fao.example/"
tags = ["city", "world"]
language = "de"

[lists]
towns = ["cit{y,ies}|town", "=C40", "~stadt*", "市长"]
sport = { terms = ["match"], not_inside = ["match box"] }
unused = ["nothing"]

[[feed]]
id = "all"

[[feed]]
id = "window"
backfill = "36h"
languages = ["en", "zh-Hant"]
sources = ["fao", "tag:city", "*"]

[[feed]]
id = "terms"
match = """
title:@towns AND NOT @sport
  OR "city hall" NEAR/3 =\"New York\" OR a ONEAR/5 b"""

[[feed]]
id = "fields"
match = '(hlead:mayor OR url:/\/de\//) AND lang:zh AND published:>2026-11-01 AND age:<3d'

[[feed]]
id = "score"
match = 'SCORE/6(+8 title:@towns BECAUSE "it says so" -4 ATLEAST/2 @sport BECAUSE "")'
"#;

    /// These hashes are in stores in use: with another one, all that the feed
    /// holds is decided anew at the upgrade.
    #[test]
    fn editions_stay_as_they_are() {
        let config = Config::check(Path::new("w.toml"), CONFIG.to_owned()).unwrap_or_else(|e| panic!("{e}"));
        let editions = editions(&config);
        let all: Vec<(&str, &str)> = editions.feeds.iter().map(|(feed, made_by)| (feed.as_str(), &**made_by)).collect();
        let expected = [
            ("all", "416ac6669b9612db"),
            ("fields", "ee2d1ba45baa589b"),
            ("score", "7ab2a20e8bf3f280"),
            ("terms", "7be84c763c9140d0"),
            ("window", "f8f56c5888086459"),
        ];
        assert_eq!(all, expected);
        assert_eq!(format!("{:?}", Duration::from_millis(1_500)), "1.5s", "as durations are hashed");
    }
}
