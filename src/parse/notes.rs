//! What was odd about a document, gathered while it is read.

use crate::limits::WARNINGS;
use crate::model::{Warning, WarningKind};

/// Warnings in the making. What recurs (a bare ampersand, a tag closed in the
/// wrong place) is counted and told once.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    told: Vec<Warning>,
    left_out: usize,
    counted: Vec<(WarningKind, &'static str, u32)>,
}

impl Notes {
    /// Notes something about the whole document.
    pub fn tell(&mut self, kind: WarningKind, text: impl Into<String>) {
        self.push(Warning { kind, text: text.into(), entry: None });
    }

    /// Notes something about the entry at `position`.
    pub fn tell_of(&mut self, kind: WarningKind, text: impl Into<String>, position: usize) {
        self.push(Warning { kind, text: text.into(), entry: Some(position) });
    }

    /// Counts one more (or `times` more) of `what`.
    pub fn count(&mut self, kind: WarningKind, what: &'static str, times: u32) {
        if times == 0 {
            return;
        }
        match self.counted.iter_mut().find(|(k, w, _)| *k == kind && *w == what) {
            Some((_, _, n)) => *n = n.saturating_add(times),
            None => self.counted.push((kind, what, times)),
        }
    }

    /// Takes over what `other` notes have counted.
    pub fn add(&mut self, other: Notes) {
        other.counted.into_iter().for_each(|(kind, what, times)| self.count(kind, what, times));
    }

    /// Forgets what was noted of the first `count` entries, which are no longer there: the
    /// positions of the others are by so many less.
    pub fn forget_first(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        self.told.retain_mut(|warning| match &mut warning.entry {
            Some(at) if *at < count => false,
            Some(at) => {
                *at -= count;
                true
            }
            None => true,
        });
    }

    fn push(&mut self, warning: Warning) {
        if self.told.len() < WARNINGS.count() { self.told.push(warning) } else { self.left_out += 1 }
    }

    /// All of them.
    pub fn finish(mut self) -> Vec<Warning> {
        for (kind, what, times) in self.counted {
            let text = if times == 1 { what.to_owned() } else { format!("{what} ({times} times)") };
            self.told.push(Warning { kind, text, entry: None });
        }
        if self.left_out > 0 {
            let text = format!("{} further warnings left out", self.left_out);
            self.told.push(Warning { kind: WarningKind::Limit, text, entry: None });
        }
        self.told
    }
}

/// The first characters of `text`, for naming it in a warning.
pub fn excerpt(text: &str) -> &str {
    cut_at(text, 120)
}

/// `text` up to `most` bytes, ending at a character border.
pub fn cut_at(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
