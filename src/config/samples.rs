//! Runs the samples that show what a feed is meant to hold.

use crate::filter::Selector;
use crate::model::{FeedId, Readable, Route, Source, SourceId};
use crate::text::quote::in_quotes;

use super::reading::problem::Problem;
use super::{Config, ConfiguredFeed, Sample};

/// A sample that did not come out as its feed's author expects.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SampleFailure {
    /// The feed.
    pub feed: FeedId,
    /// The sample's position among those of its feed, from 1.
    pub number: usize,
    /// The sample.
    pub sample: Sample,
    /// What the filter decided, and why; `None` when none of the feed's sources carries it.
    pub route: Option<Route>,
}

impl SampleFailure {
    /// The failure as a problem of the configuration.
    pub fn problem(&self) -> Problem {
        let because = self.route.iter().flat_map(|route| &route.because).cloned().collect::<Vec<_>>().join("; ");
        let score = self.route.as_ref().and_then(|route| route.score).map(|score| format!("score {score}"));
        let hint: Vec<String> = score.into_iter().chain((!because.is_empty()).then_some(because)).collect();
        let verdict = if self.sample.in_feed { "is left out" } else { "is let in" };
        Problem {
            at: self.sample.at.clone(),
            key: format!("feed[{}].sample[{}]", self.feed, self.number),
            sentence: format!(
                "the sample {} {verdict}, but in_feed = {}",
                in_quotes(&self.sample.title),
                self.sample.in_feed
            ),
            hint: (!hint.is_empty()).then(|| hint.join(": ")),
        }
    }
}

impl Config {
    /// Runs every feed's samples through the filters; returns those that did not come out
    /// as they should.
    pub fn run_samples(&self) -> Vec<SampleFailure> {
        self.feeds.iter().flat_map(|feed| self.failures(feed)).collect()
    }

    fn failures(&self, feed: &ConfiguredFeed) -> Vec<SampleFailure> {
        let carrier = self.sources.iter().map(|s| &s.source).find(|source| selects(&feed.rule.sources, source));
        let run = |(i, sample): (usize, &Sample)| {
            let copy = copy(sample, feed, carrier);
            let texts = [sample.title.as_str(), sample.text.as_str()];
            let newswire = self.wire.of_text(texts, copy.language.as_deref(), carrier);
            let copy = Readable { newswire, ..copy };
            let route = self.ruleset.decide(&feed.channel.id, &copy);
            let admitted = route.as_ref().is_some_and(|route| route.admitted);
            let failure = || SampleFailure {
                feed: feed.channel.id.clone(),
                number: i + 1,
                sample: sample.clone(),
                route: route.clone(),
            };
            (admitted != sample.in_feed).then(failure)
        };
        feed.samples.iter().enumerate().filter_map(run).collect()
    }
}

fn selects(selectors: &[Selector], source: &Source) -> bool {
    selectors.iter().any(|selector| selector.takes(&source.id, &source.tags))
}

/// The sample as `carrier` would bring it; without a language of its own, in one that the
/// feed takes.
fn copy(sample: &Sample, feed: &ConfiguredFeed, carrier: Option<&Source>) -> Readable {
    let placeholder = || SourceId::new("sample").expect("a short slug");
    Readable {
        tags: carrier.map(|source| source.tags.clone()).unwrap_or_default(),
        country: carrier.and_then(|source| source.country),
        language: sample.language.clone().or_else(|| feed.rule.languages.first().cloned()),
        ..Readable::of(carrier.map_or_else(placeholder, |source| source.id.clone()), &sample.title, &sample.text)
    }
}
