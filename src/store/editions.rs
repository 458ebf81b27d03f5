//! What decisions are made by.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{FeedId, SourceId, digest};

/// What filters read of a source.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Labels {
    /// Its tags.
    pub tags: Vec<String>,
    /// The language of entries that name none.
    pub language: Option<String>,
    /// The wire that it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire: Option<String>,
    /// The code of the country where it is at home.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// What decisions are made by.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Editions {
    /// By feed: a hash of its rule, the lists that the rule names, its window. A
    /// feed whose stored decisions are of several kinds is left out.
    pub feeds: BTreeMap<FeedId, String>,
    /// By source, retired ones included. Shared: of a million sources each copy is large.
    pub labels: Arc<BTreeMap<SourceId, Labels>>,
}

/// Which rules decided: a digest of the [`Editions`] of a configuration. Two of the same
/// digest decide the same about an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RulesId(Arc<str>);

impl RulesId {
    /// That of a configuration. It is stored: made otherwise, everything that is
    /// committed until the next start is decided twice.
    pub fn of(editions: &Editions) -> RulesId {
        let mut all = String::new();
        // To write into a string does not fail.
        for (feed, edition) in &editions.feeds {
            let _ = writeln!(all, "feed {feed} {edition}");
        }
        for (source, Labels { tags, language, wire, country }) in editions.labels.iter() {
            let _ = write!(all, "source {source} {tags:?} {language:?}");
            // Sources that say neither are told apart as they were before there were these.
            if wire.is_some() || country.is_some() {
                let _ = write!(all, " {wire:?} {country:?}");
            }
            all.push('\n');
        }
        RulesId::stored(format!("{:016x}", digest(&all)))
    }

    /// One that a store kept.
    pub(super) fn stored(text: String) -> RulesId {
        RulesId(text.into())
    }

    /// As a store keeps it.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_decides_tells_rules_apart() {
        let of = |edition: &str, tags: &[&str], language: Option<&str>| {
            let labels = Labels {
                tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
                language: language.map(str::to_owned),
                ..Labels::default()
            };
            RulesId::of(&Editions {
                feeds: BTreeMap::from([(FeedId::new("city").unwrap(), edition.to_owned())]),
                labels: Arc::new(BTreeMap::from([(SourceId::new("a").unwrap(), labels)])),
            })
        };
        let carries = |wire: Option<&str>, country: Option<&str>| {
            let labels =
                Labels { wire: wire.map(str::to_owned), country: country.map(str::to_owned), ..Labels::default() };
            let labels = Arc::new(BTreeMap::from([(SourceId::new("a").unwrap(), labels)]));
            RulesId::of(&Editions { labels, ..Editions::default() })
        };
        let one = of("x", &["docks"], Some("en"));
        assert_eq!(one, of("x", &["docks"], Some("en")));
        assert_eq!(one.as_str().len(), 16);
        let others = [
            of("y", &["docks"], Some("en")),
            of("x", &[], Some("en")),
            of("x", &["docks", "port"], Some("en")),
            of("x", &["docks\", \"port"], Some("en")),
            of("x", &["docks"], Some("fi")),
            of("x", &["docks"], None),
            RulesId::of(&Editions::default()),
            carries(None, None),
            carries(Some("PR"), None),
            carries(None, Some("PR")),
        ];
        for (at, other) in others.iter().enumerate() {
            assert!(*other != one && !others[..at].contains(other), "{at}");
        }
    }
}
