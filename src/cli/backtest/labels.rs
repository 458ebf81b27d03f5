//! Runs labelled entries through a feed's filter and reports precision and recall, with every
//! miss and every false hit.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cli::context::{CommandResult, Context, Failed};
use crate::cli::open::OpenedAsIs;
use crate::cli::output::Output;
use crate::model::{FeedId, Readable, Route, SourceId};

/// A line of a file of labels.
#[derive(Deserialize)]
struct Label {
    id: Option<serde_json::Value>,
    title: Option<String>,
    text: Option<String>,
    lead: Option<String>,
    summary: Option<String>,
    #[serde(alias = "lang")]
    language: Option<String>,
    #[serde(alias = "in_feed")]
    relevant: bool,
}

impl Label {
    fn title(&self) -> &str {
        self.title.as_deref().unwrap_or_default()
    }

    /// The longest text that it has.
    fn text(&self) -> &str {
        [&self.text, &self.summary, &self.lead].into_iter().flatten().max_by_key(|text| text.len()).map_or("", |t| t)
    }
}

#[derive(Serialize)]
struct LabelledJson<'a> {
    verdict: &'static str,
    line: usize,
    id: &'a str,
    title: &'a str,
    score: Option<i32>,
    because: &'a [String],
}

#[derive(Serialize)]
struct LabelsJson<'a> {
    feed: &'a str,
    labels: usize,
    relevant: usize,
    hits: usize,
    false_hits: usize,
    misses: usize,
    precision: Option<f64>,
    recall: Option<f64>,
}

/// How often the filter was right and wrong.
#[derive(Default)]
struct Tally {
    labels: usize,
    hits: usize,
    false_hits: usize,
    misses: usize,
}

/// Judges every label of `file`.
pub fn run(context: &Context, feed: &str, file: &Path) -> CommandResult {
    let config = context.load()?;
    let feed = OpenedAsIs::feed_of(&config, feed)?;
    let carrier = carrier(&config, &feed)?;
    let labels = read(file)?;
    let mut tally = Tally { labels: labels.len(), ..Tally::default() };
    for (number, label) in &labels {
        let texts = [label.title(), label.text()];
        let newswire = config.wire.of_text(texts, label.language.as_deref(), Some(&carrier));
        let copy = Readable { language: label.language.clone(), newswire, ..copy_of(label, &carrier) };
        let route = config.ruleset.decide(&feed, &copy);
        let inside = route.as_ref().is_some_and(|route| route.admitted);
        match (inside, label.relevant) {
            (true, true) => tally.hits += 1,
            (false, false) => {}
            (true, false) => {
                tally.false_hits += 1;
                tell(&context.out, "false hit", *number, label, route.as_ref());
            }
            (false, true) => {
                tally.misses += 1;
                tell(&context.out, "miss", *number, label, route.as_ref());
            }
        }
    }
    tally.print(&context.out, &feed);
    Ok(())
}

/// Prints a label that the filter judged otherwise, with the filter's reasons.
fn tell(out: &Output, verdict: &'static str, line: usize, label: &Label, route: Option<&Route>) {
    let id = match &label.id {
        Some(serde_json::Value::String(id)) => id.clone(),
        Some(other) => other.to_string(),
        None => format!("line {line}"),
    };
    let because = route.map_or(&[][..], |route| &route.because);
    let score = route.and_then(|route| route.score);
    if out.is_json() {
        return out.json(&LabelledJson { verdict, line, id: &id, title: label.title(), score, because });
    }
    let points = score.map(|score| format!(", score {score}")).unwrap_or_default();
    out.line(&format!("{verdict:<9} {id}  {}{points}", shown(label)));
    because.iter().for_each(|reason| out.line(&format!("    because {reason}")));
}

impl Tally {
    fn print(&self, out: &Output, feed: &FeedId) {
        let Tally { labels, hits, false_hits, misses } = *self;
        let share = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
        let (relevant, precision, recall) = (hits + misses, share(hits, hits + false_hits), share(hits, hits + misses));
        if out.is_json() {
            let feed = feed.as_str();
            return out.json(&LabelsJson { feed, labels, relevant, hits, false_hits, misses, precision, recall });
        }
        let figure = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| format!("{value:.3}"));
        out.line(&format!(
            "{feed}: precision {}, recall {} over {labels} labels, {relevant} of them relevant: {hits} hits, {misses} misses, {false_hits} false hits",
            figure(precision),
            figure(recall),
        ));
    }
}

/// The headline, or the beginning of the text if there is none.
fn shown(label: &Label) -> String {
    let text = if label.title().trim().is_empty() { label.text() } else { label.title() };
    text.lines().next().unwrap_or_default().chars().take(100).collect()
}

/// A source of the feed: labels belong to none of the configured sources.
fn carrier(config: &crate::config::Config, feed: &FeedId) -> Result<crate::model::Source, Failed> {
    let rule = config.feeds.iter().find(|f| f.channel.id == *feed).map(|f| &f.rule);
    let takes = |source: &crate::model::Source| {
        rule.is_some_and(|rule| rule.sources.iter().any(|selector| selector.takes(&source.id, &source.tags)))
    };
    let taken = config.sources.iter().map(|s| &s.source).find(|source| takes(source)).cloned();
    let nobody = || SourceId::new("labels").ok().map(crate::model::Source::retired);
    taken.or_else(nobody).ok_or_else(|| Failed::Usage(format!("the feed {feed} has no source")))
}

fn copy_of(label: &Label, carrier: &crate::model::Source) -> Readable {
    Readable { tags: carrier.tags.clone(), ..Readable::of(carrier.id.clone(), label.title(), label.text()) }
}

/// Reads all labels with their line numbers.
fn read(file: &Path) -> Result<Vec<(usize, Label)>, Failed> {
    let wrong = |what: String| Failed::Usage(format!("{}: {what}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|e| wrong(e.to_string()))?;
    let text = text.trim_start_matches('\u{FEFF}');
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let labels: Vec<(usize, Label)> = lines
        .map(|(n, line)| {
            let form = "a label is {\"title\": \"…\", \"text\": \"…\", \"relevant\": true}";
            match serde_json::from_str::<Label>(line) {
                Ok(label) if label.title().trim().is_empty() && label.text().trim().is_empty() => {
                    Err(wrong(format!("line {}: has neither a title nor a text; {form}", n + 1)))
                }
                Ok(label) => Ok((n + 1, label)),
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
