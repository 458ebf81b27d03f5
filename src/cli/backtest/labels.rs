//! Runs labelled entries through a feed's filter and reports precision and recall, in all and
//! by language, with every miss, what nearly held of it, and every false hit.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::label::{self, Label, LabelJudge};
use super::sweep;
use super::tally::{ByLanguage, Tally, TallyJson, primary};
use crate::cli::context::{CommandResult, Context};
use crate::cli::output::Output;
use crate::model::Route;

/// How many parts that nearly held are told of a miss.
const MOST_NEARLY: usize = 5;

#[derive(Serialize)]
struct LabelledJson<'a> {
    verdict: &'static str,
    line: usize,
    id: &'a str,
    title: &'a str,
    language: Option<&'a str>,
    score: Option<i32>,
    because: &'a [String],
    nearly: &'a [String],
}

#[derive(Serialize)]
struct LabelsJson<'a> {
    feed: &'a str,
    #[serde(flatten)]
    all: TallyJson,
    languages: BTreeMap<&'a str, TallyJson>,
}

/// What is told beside the figures.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Misses and false hits.
    Faults,
    /// The figures at other scores.
    Sweep,
}

/// Judges every label of `file`.
pub fn run(context: &Context, feed: &str, file: &Path, wanted: Wanted) -> CommandResult {
    let config = context.load()?;
    let judge = LabelJudge::of(&config, feed)?;
    let (mut all, mut languages, mut judged) = (Tally::default(), ByLanguage::new(), Vec::new());
    for label in &label::read(file)? {
        let route = judge.route(&judge.copy(label));
        let taken = route.as_ref().is_some_and(|route| route.admitted);
        let relevant = label.is_relevant();
        all.count((taken, relevant));
        languages.entry(primary(label.language())).or_default().count((taken, relevant));
        if taken != relevant && wanted == Wanted::Faults {
            tell(&context.out, if taken { "false hit" } else { "miss" }, label, route.as_ref());
        }
        judged.push((relevant, route));
    }
    if wanted == Wanted::Sweep {
        sweep::print(&context.out, &judged)?;
    }
    print(&context.out, judge.feed.as_str(), &all, &languages);
    Ok(())
}

/// Prints a label that the filter judged otherwise, with the filter's reasons.
fn tell(out: &Output, verdict: &'static str, label: &Label, route: Option<&Route>) {
    let id = label.name();
    let because = route.map_or(&[][..], |route| &route.because);
    let score = route.and_then(|route| route.score);
    let mut nearly = route.filter(|route| !route.admitted).map(Route::nearly).unwrap_or_default();
    nearly.truncate(MOST_NEARLY);
    if out.is_json() {
        let (line, title, language) = (label.line, label.title(), label.language());
        return out.json(&LabelledJson { verdict, line, id: &id, title, language, score, because, nearly: &nearly });
    }
    let points = score.map(|score| format!(", score {score}")).unwrap_or_default();
    out.line(&format!("{verdict:<9} {id}  {}{points}", label.shown()));
    because.iter().for_each(|reason| out.line(&format!("    because {reason}")));
    nearly.iter().for_each(|part| out.line(&format!("    nearly {part}")));
}

fn print(out: &Output, feed: &str, all: &Tally, languages: &ByLanguage) {
    if out.is_json() {
        let languages = languages.iter().map(|(language, tally)| (language.as_str(), tally.json())).collect();
        return out.json(&LabelsJson { feed, all: all.json(), languages });
    }
    if languages.len() > 1 {
        languages.iter().for_each(|(language, tally)| out.line(&format!("{language:<4} {}", tally.told())));
    }
    out.line(&format!("{feed}: {}", all.told()));
}
