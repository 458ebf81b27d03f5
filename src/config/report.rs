//! Gathers all problems of a configuration.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::footprint::Footprint;
use super::problem::{Place, Problem, Problems};
use super::reader::Spot;
use crate::model::masked;

/// What is wrong with a value, and what to write instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Complaint {
    sentence: String,
    hint: Option<String>,
}

impl Complaint {
    pub fn new(sentence: impl Into<String>) -> Complaint {
        Complaint { sentence: sentence.into(), hint: None }
    }

    pub fn hint(self, hint: impl Into<String>) -> Complaint {
        Complaint { hint: Some(hint.into()), ..self }
    }
}

/// Where a problem comes from decides whether it stands beside a syntax error.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The text is no TOML.
    Syntax,
    /// Something written is wrong.
    Written,
    /// Something is not there: a mere consequence if a part could not be read.
    Missing,
}

/// Problems and warnings so far, and the files read.
#[derive(Default)]
pub(super) struct Report {
    problems: Vec<(Origin, Problem)>,
    warnings: Vec<Problem>,
    /// Lines with syntax errors.
    broken: HashSet<(PathBuf, usize)>,
    /// Every file that was read, the main file first.
    pub files: Vec<PathBuf>,
    /// Everything that was looked at, read or not.
    pub footprint: Footprint,
}

impl Report {
    /// A report on the main file `path` and what it includes.
    pub fn on(path: &Path) -> Report {
        Report { files: vec![path.to_owned()], ..Report::default() }
    }

    pub fn syntax(&mut self, spot: &Spot, message: &str) {
        let at = spot.place();
        // One slip often gives several errors on its line: the first says most.
        if self.broken.insert((at.file.clone(), at.line)) {
            self.add(Origin::Syntax, at, "", Complaint::new(message));
        }
    }

    pub fn refuse(&mut self, spot: &Spot, key: &str, complaint: Complaint) {
        self.add(Origin::Written, spot.place(), key, complaint);
    }

    /// Refuses for want of something that may stand in a part which could not be read.
    pub fn refuse_missing(&mut self, spot: &Spot, key: &str, complaint: Complaint) {
        self.add(Origin::Missing, spot.place(), key, complaint);
    }

    /// Refuses a file as a whole.
    pub fn refuse_file(&mut self, path: &Path, complaint: Complaint) {
        self.add(Origin::Written, Place::file(path), "", complaint);
    }

    fn add(&mut self, origin: Origin, at: Place, key: &str, complaint: Complaint) {
        self.problems.push((origin, problem(at, key, complaint)));
    }

    pub fn warn(&mut self, spot: &Spot, key: &str, complaint: Complaint) {
        self.warnings.push(problem(spot.place(), key, complaint));
    }

    /// Whether nothing stands in the way so far.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    /// The problems in the order of files and lines, or the warnings when there are none.
    pub fn close(mut self) -> Result<Vec<Problem>, Problems> {
        if self.problems.is_empty() {
            return Ok(self.warnings);
        }
        let broken = self.broken;
        self.problems.retain(|(origin, problem)| match origin {
            Origin::Syntax => true,
            Origin::Missing => broken.is_empty(),
            Origin::Written => !broken.contains(&(problem.at.file.clone(), problem.at.line)),
        });
        let rank = |file: &Path| self.files.iter().position(|read| read == file).unwrap_or(usize::MAX);
        let mut problems: Vec<(usize, Problem)> =
            self.problems.into_iter().map(|(_, problem)| (rank(&problem.at.file), problem)).collect();
        problems.sort();
        problems.dedup();
        Err(Problems(problems.into_iter().map(|(_, problem)| problem).collect()))
    }
}

/// A complaint where it belongs.
pub(super) fn problem(at: Place, key: &str, complaint: Complaint) -> Problem {
    Problem {
        at,
        key: key.to_owned(),
        sentence: masked(&complaint.sentence).into_owned(),
        hint: complaint.hint.map(|hint| masked(&hint).into_owned()),
    }
}

/// The word of `known` that `word` is most likely a slip of.
pub(super) fn did_you_mean<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let word = word.to_lowercase();
    let near = known.map(|k| (strsim::damerau_levenshtein(&word, &k.to_lowercase()), k));
    near.filter(|(distance, k)| *distance <= k.chars().count() / 3).min().map(|(_, k)| k)
}
