//! What decisions are made by under a configuration: a filter, its lists, its
//! window, the labels of the sources. Where that changes, decisions are made anew.

use std::collections::HashMap;

use crate::config::Config;
use crate::model::{Source, SourceId, digest};
use crate::store::{Editions, Labels};

/// What decisions are made by under `config`.
pub fn editions(config: &Config) -> Editions {
    let feeds = config.feeds.iter().map(|feed| {
        let named = feed.rule.lists_named();
        let lists: Vec<_> = config.lists.iter().filter(|list| named.contains(&list.name)).collect();
        let made_by = format!("{:?}{lists:?}{:?}", feed.rule, feed.backfill);
        (feed.channel.id.clone(), format!("{:016x}", digest(&made_by)))
    });
    let sources = config.sources.iter().map(|s| (s.source.id.clone(), labels(&s.source)));
    Editions { feeds: feeds.collect(), labels: sources.collect() }
}

/// What filters read of a source.
pub fn labels(source: &Source) -> Labels {
    Labels { tags: source.tags.clone(), language: source.language.clone() }
}

/// Sources as they were last configured.
pub fn retired(editions: Editions) -> HashMap<SourceId, Source> {
    let source = |(id, labels): (SourceId, Labels)| {
        let Labels { tags, language } = labels;
        (id.clone(), Source { tags, language, ..Source::retired(id) })
    };
    editions.labels.into_iter().map(source).collect()
}
