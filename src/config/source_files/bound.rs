//! How many problems of a file are told.

use super::super::reading::report::{Complaint, Report};
use super::super::reading::spot::{ConfigFile, ConfigSpot};
use super::super::traits::SharedTraits;
use crate::limits::SOURCES_PROBLEMS;

/// Of the problems of a file the first are told and the rest are counted.
pub struct ProblemBound {
    first: usize,
    more: usize,
    /// The line that was read last.
    pub last: usize,
}

impl ProblemBound {
    /// From those that are known already.
    pub fn from(report: &Report) -> ProblemBound {
        ProblemBound { first: report.found(), more: 0, last: 1 }
    }

    /// Whether there is room for further problems.
    pub fn keep(&mut self, report: &mut Report) -> bool {
        self.more += report.forget_behind(self.first + SOURCES_PROBLEMS.count());
        !report.is_full()
    }

    /// Tells how many were not told.
    pub fn tell(&self, shared: &SharedTraits, report: &mut Report) {
        if self.more > 0 {
            let document = ConfigFile::line(&shared.file, self.last, String::new());
            let sentence = format!("and {} more problems of this file", self.more);
            report.refuse(&ConfigSpot::new(&document, 0..0), "", Complaint::new(sentence));
        }
    }
}
