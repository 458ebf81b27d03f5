//! How often a filter was right and wrong, in all and by language.

use std::collections::BTreeMap;

use serde::Serialize;

/// How often the filter was right and wrong.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Tally {
    /// Labels judged.
    pub labels: usize,
    /// Relevant, and taken.
    pub hits: usize,
    /// Not relevant, and taken all the same.
    pub false_hits: usize,
    /// Relevant, and not taken.
    pub misses: usize,
}

/// The same as JSON.
#[derive(Serialize)]
pub struct TallyJson {
    labels: usize,
    relevant: usize,
    hits: usize,
    false_hits: usize,
    misses: usize,
    precision: Option<f64>,
    recall: Option<f64>,
}

impl Tally {
    /// Counts a label that is `relevant` or not, and taken or not.
    pub fn count(&mut self, (taken, relevant): (bool, bool)) {
        self.labels += 1;
        match (taken, relevant) {
            (true, true) => self.hits += 1,
            (true, false) => self.false_hits += 1,
            (false, true) => self.misses += 1,
            (false, false) => {}
        }
    }

    fn precision(&self) -> Option<f64> {
        share(self.hits, self.hits + self.false_hits)
    }

    fn recall(&self) -> Option<f64> {
        share(self.hits, self.hits + self.misses)
    }

    /// Precision, recall and counts in a sentence without a full stop.
    pub fn told(&self) -> String {
        let Tally { labels, hits, false_hits, misses } = *self;
        let figure = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| format!("{value:.3}"));
        format!(
            "precision {}, recall {} over {labels} labels, {} of them relevant: {hits} hits, {misses} misses, {false_hits} false hits",
            figure(self.precision()),
            figure(self.recall()),
            hits + misses,
        )
    }

    /// As JSON.
    pub fn json(&self) -> TallyJson {
        let Tally { labels, hits, false_hits, misses } = *self;
        let (precision, recall) = (self.precision(), self.recall());
        TallyJson { labels, relevant: hits + misses, hits, false_hits, misses, precision, recall }
    }
}

/// Figures by the primary subtag of the language; `und` where a label tells none.
pub type ByLanguage = BTreeMap<String, Tally>;

/// The key of a language in [`ByLanguage`].
pub fn primary(language: Option<&str>) -> String {
    let primary = language.and_then(|tag| tag.split(['-', '_']).next()).filter(|tag| !tag.is_empty());
    primary.unwrap_or("und").to_ascii_lowercase()
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
