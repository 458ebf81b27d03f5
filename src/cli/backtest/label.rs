//! Entries that somebody labelled, and what a filter says of them.

use std::path::Path;

use serde::Deserialize;

use crate::cli::context::Failed;
use crate::cli::open::OpenedAsIs;
use crate::config::Config;
use crate::model::{FeedId, Readable, Route, Source, SourceId};
use crate::text::quote::in_quotes;

/// A line of a file of labels.
#[derive(Deserialize, Default)]
pub struct Label {
    id: Option<serde_json::Value>,
    title: Option<String>,
    text: Option<String>,
    lead: Option<String>,
    summary: Option<String>,
    language: Option<String>,
    lang: Option<String>,
    #[serde(alias = "in_feed")]
    relevant: bool,
    /// Where it stands in its file.
    #[serde(skip)]
    pub line: usize,
}

impl Label {
    /// What was typed instead of a line of a file.
    pub fn typed(title: Option<&str>, text: Option<&str>, language: Option<&str>) -> Label {
        let [title, text, language] = [title, text, language].map(|said| said.map(str::to_owned));
        Label { title, text, language, ..Label::default() }
    }

    /// The headline; empty where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or_default()
    }

    /// The longest text that it has.
    pub fn text(&self) -> &str {
        [&self.text, &self.summary, &self.lead].into_iter().flatten().max_by_key(|text| text.len()).map_or("", |t| t)
    }

    /// Its language, as written.
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref().or(self.lang.as_deref())
    }

    /// Whether it belongs in the feed.
    pub fn is_relevant(&self) -> bool {
        self.relevant
    }

    /// Its id, or its line.
    pub fn name(&self) -> String {
        match &self.id {
            Some(serde_json::Value::String(id)) => id.clone(),
            Some(other) => other.to_string(),
            None => format!("line {}", self.line),
        }
    }

    /// The headline, or the beginning of the text if there is none.
    pub fn shown(&self) -> String {
        let text = if self.title().trim().is_empty() { self.text() } else { self.title() };
        text.lines().next().unwrap_or_default().chars().take(100).collect()
    }
}

/// Judges labels as a source of the feed would bring them: they belong to none of the
/// configured sources.
pub struct LabelJudge<'c> {
    /// The configuration.
    pub config: &'c Config,
    /// The feed.
    pub feed: FeedId,
    carrier: Source,
}

impl LabelJudge<'_> {
    /// Judges for the feed called `feed`.
    ///
    /// # Errors
    /// There is no such feed.
    pub fn of<'c>(config: &'c Config, feed: &str) -> Result<LabelJudge<'c>, Failed> {
        let feed = OpenedAsIs::feed_of(config, feed)?;
        let rule = config.feeds.iter().find(|f| f.channel.id == feed).map(|f| &f.rule);
        let takes = |source: &Source| {
            rule.is_some_and(|rule| rule.sources.iter().any(|selector| selector.takes(&source.id, &source.tags)))
        };
        let taken = config.sources.iter().map(|s| &s.source).find(|source| takes(source)).cloned();
        let nobody = || SourceId::new("labels").ok().map(Source::retired);
        let carrier = taken.or_else(nobody).ok_or_else(|| Failed::Usage(format!("the feed {feed} has no source")))?;
        Ok(LabelJudge { config, feed, carrier })
    }

    /// The label as an entry.
    pub fn copy(&self, label: &Label) -> Readable {
        let texts = [label.title(), label.text()];
        let newswire = self.config.wire.of_text(texts, label.language(), Some(&self.carrier));
        Readable {
            tags: self.carrier.tags.clone(),
            language: label.language().map(str::to_owned),
            country: self.carrier.country,
            newswire,
            ..Readable::of(self.carrier.id.clone(), label.title(), label.text())
        }
    }

    /// What the filter says of it; `None` where the feed has no source at all.
    pub fn route(&self, copy: &Readable) -> Option<Route> {
        self.config.ruleset.decide(&self.feed, copy)
    }
}

/// Reads all labels of a file.
///
/// # Errors
/// The file, or a line of it, cannot be read.
pub fn read(file: &Path) -> Result<Vec<Label>, Failed> {
    let wrong = |what: String| Failed::Usage(format!("{}: {what}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|e| wrong(e.to_string()))?;
    let text = text.trim_start_matches('\u{FEFF}');
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let labels: Vec<Label> = lines
        .map(|(n, line)| {
            let form = "a label is {\"title\": \"…\", \"text\": \"…\", \"relevant\": true}";
            match serde_json::from_str::<Label>(line) {
                Ok(label) if label.title().trim().is_empty() && label.text().trim().is_empty() => {
                    Err(wrong(format!("line {}: has neither a title nor a text; {form}", n + 1)))
                }
                Ok(label) => Ok(Label { line: n + 1, ..label }),
                Err(e) => {
                    // The line number is that of the file, not of the piece that was parsed.
                    let said = e.to_string();
                    let said = said.split(" at line 1 ").next().unwrap_or_default();
                    Err(wrong(format!("line {}: {said}; {form}", n + 1)))
                }
            }
        })
        .collect::<Result<_, _>>()?;
    if labels.is_empty() { Err(wrong("holds no labels".to_owned())) } else { Ok(labels) }
}

/// The label called `id` in `file`; a number may also be that of its line.
///
/// # Errors
/// The file cannot be read, or has no such label.
pub fn one(file: &Path, id: &str) -> Result<Label, Failed> {
    let mut labels = read(file)?;
    let line = id.strip_prefix("line ").unwrap_or(id).parse::<usize>().ok();
    let named = labels.iter().position(|label| label.name() == id);
    let at = named.or_else(|| labels.iter().position(|label| Some(label.line) == line));
    match at {
        Some(at) => Ok(labels.swap_remove(at)),
        None => Err(Failed::Usage(format!("{}: no label is called {}", file.display(), in_quotes(id)))),
    }
}
