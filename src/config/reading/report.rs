//! Collects all problems of a configuration.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::footprint::Footprint;
use super::problem::{FileSpan, Problem, Problems};
use super::spot::ConfigSpot;
use crate::limits::CONFIG_PROBLEMS;
use crate::model::masked;

/// What is wrong with a value, and what to write instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Complaint {
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

/// Where a problem comes from, which decides whether it is shown beside a syntax error.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ProblemOrigin {
    /// The text is no TOML.
    Syntax,
    /// Something written is wrong.
    Written,
    /// Something is missing: a mere consequence if a part could not be read.
    Missing,
}

/// Problems and warnings so far, and the files read.
#[derive(Default)]
pub struct Report {
    problems: Vec<(ProblemOrigin, Problem)>,
    warnings: Vec<Problem>,
    /// Files and lines with syntax errors.
    broken: HashSet<(PathBuf, usize)>,
    /// Every file that was read, the main file first.
    pub files: Vec<PathBuf>,
    /// Everything that was looked at, read or not.
    pub footprint: Footprint,
    /// Bytes of all files read.
    pub bytes: usize,
}

impl Report {
    /// A report on the main file `path` and what it includes.
    pub fn on(path: &Path) -> Report {
        Report { files: vec![path.to_owned()], ..Report::default() }
    }

    pub fn syntax(&mut self, spot: &ConfigSpot, message: &str) {
        if self.is_full() {
            return;
        }
        let at = spot.place();
        // One slip often causes several errors on its line: the first says most.
        if self.broken.insert((at.file.clone(), at.line)) {
            self.add(ProblemOrigin::Syntax, at, "", Complaint::new(message));
        }
    }

    /// Refuses a file that cannot be parsed at all; what is missing from it is then not
    /// reported.
    pub fn misshapen(&mut self, spot: &ConfigSpot, complaint: Complaint) {
        let at = spot.place();
        self.broken.insert((at.file.clone(), at.line));
        self.add(ProblemOrigin::Syntax, at, "", complaint);
    }

    pub fn refuse(&mut self, spot: &ConfigSpot, key: &str, complaint: Complaint) {
        if !self.is_full() {
            self.add(ProblemOrigin::Written, spot.place(), key, complaint);
        }
    }

    /// Refuses because something is missing, which may stand in a part that could not be
    /// read.
    pub fn refuse_missing(&mut self, spot: &ConfigSpot, key: &str, complaint: Complaint) {
        if !self.is_full() {
            self.add(ProblemOrigin::Missing, spot.place(), key, complaint);
        }
    }

    /// Refuses a file as a whole.
    pub fn refuse_file(&mut self, path: &Path, complaint: Complaint) {
        self.add(ProblemOrigin::Written, FileSpan::file(path), "", complaint);
    }

    fn add(&mut self, origin: ProblemOrigin, at: FileSpan, key: &str, complaint: Complaint) {
        self.problems.push((origin, problem(at, key, complaint)));
    }

    pub fn warn(&mut self, spot: &ConfigSpot, key: &str, complaint: Complaint) {
        if self.warnings.len() < CONFIG_PROBLEMS.count() {
            self.warnings.push(problem(spot.place(), key, complaint));
        }
    }

    /// How many problems were found.
    pub fn found(&self) -> usize {
        self.problems.len()
    }

    /// Forgets the problems behind the first so many; how many those were.
    pub fn forget_behind(&mut self, first: usize) -> usize {
        let more = self.problems.len().saturating_sub(first);
        self.problems.truncate(first);
        more
    }

    /// Whether as many problems were found as are reported: nothing further is read.
    pub fn is_full(&self) -> bool {
        self.problems.len() >= CONFIG_PROBLEMS.count()
    }

    /// Whether nothing stands in the way so far.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    /// The problems in the order of files and lines, or the warnings if there are none.
    pub fn close(mut self) -> Result<Vec<Problem>, Problems> {
        if self.problems.is_empty() {
            return Ok(self.warnings);
        }
        let is_full = self.is_full();
        let broken = self.broken;
        self.problems.retain(|(origin, problem)| match origin {
            ProblemOrigin::Syntax => true,
            ProblemOrigin::Missing => broken.is_empty(),
            ProblemOrigin::Written => !broken.contains(&(problem.at.file.clone(), problem.at.line)),
        });
        let rank = |file: &Path| self.files.iter().position(|read| read == file).unwrap_or(usize::MAX);
        let mut problems: Vec<(usize, Problem)> =
            self.problems.into_iter().map(|(_, problem)| (rank(&problem.at.file), problem)).collect();
        problems.sort();
        problems.dedup();
        let mut told: Vec<Problem> = problems.into_iter().map(|(_, problem)| problem).collect();
        if is_full && let Some(file) = self.files.first() {
            let sentence = format!("the reading ended after {} problems: there may be more", CONFIG_PROBLEMS.most);
            told.push(problem(FileSpan::file(file), "", Complaint::new(sentence)));
        }
        Err(Problems(told))
    }
}

/// A complaint with its place. It may quote a value of any length.
pub fn problem(at: FileSpan, key: &str, complaint: Complaint) -> Problem {
    // Masked before it is cut: in a cut URL secrets are not recognised.
    let told = |text: &str| shortened(&masked(text));
    Problem { at, key: shortened(key), sentence: told(&complaint.sentence), hint: complaint.hint.as_deref().map(told) }
}

/// How many characters of a text are shown.
const TOLD: usize = 500;

fn shortened(text: &str) -> String {
    match text.char_indices().nth(TOLD) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A longer word, in bytes, is no misspelling of a known one.
const LONGEST_SLIP: usize = 200;

/// By how many bytes lower case may change a word's length.
const SPARE: usize = 4;

/// The word of `known` that `word` most likely misspells.
pub fn did_you_mean<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    // A comparison takes as many steps as the product of both lengths.
    if word.len() > LONGEST_SLIP {
        return None;
    }
    let word = word.to_lowercase();
    // At least as many letters are wrong as the lengths differ by.
    let as_long = |k: &&str| word.len().abs_diff(k.len()) <= k.len() / 3 + SPARE;
    let near = known.filter(as_long).map(|k| (strsim::damerau_levenshtein(&word, &k.to_lowercase()), k));
    near.filter(|(distance, k)| *distance <= k.chars().count() / 3).min().map(|(_, k)| k)
}
