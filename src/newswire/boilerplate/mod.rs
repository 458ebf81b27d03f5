//! What of a text is not its news: dateline, preface, description of the issuer, cautions,
//! contacts, end mark and what the distributor adds (newswire-domain B).
//!
//! A text is read once, line by line; of each line only the beginning and the end are looked
//! at. What is cut stays in the text as stored and published: it is left out where texts are
//! compared.

mod end;
mod heading;
mod lines;
mod pictures;
mod words;

use std::ops::Range;

use super::copy::WireCopy;
use super::dateline::FoundDateline;
use super::tables::Tables;
use crate::limits;
use crate::model::newswire::{Cut, CutKind};
use heading::SectionHeading;
use lines::TextLine;
use words::BoilerplateWords;

pub(super) use pictures::is_photo_only;

/// Lines that may belong to a preface where there is no dateline below them.
const PREFACE_LINES: usize = 4;

/// Names that follow "About": a release is issued by few.
const ABOUTS: usize = 12;

/// What of a text is not its news, and the names that it tells something "About".
#[derive(Default)]
pub(super) struct Boilerplate<'t> {
    /// In order, without overlap.
    pub cuts: Vec<Cut>,
    /// What stands after "About" in the headings, in order.
    pub abouts: Vec<&'t str>,
}

/// Reads the text of a copy.
pub(super) fn read<'t>(copy: &WireCopy<'t>, tables: &Tables, dateline: Option<&FoundDateline>) -> Boilerplate<'t> {
    let words = BoilerplateWords::built_in();
    let mut reading = BoilerplateReading::new(copy.text, dateline);
    for line in lines::of(copy.text) {
        reading.line(&line, words, tables);
    }
    reading.finish()
}

/// A text that is being read.
struct BoilerplateReading<'t, 'd> {
    text: &'t str,
    dateline: Option<&'d FoundDateline>,
    found: Boilerplate<'t>,
    /// The part whose heading was passed last.
    section: Option<CutKind>,
    /// The line, from 0.
    number: usize,
    /// Where the first end mark stands, and whether there is another: then it parts items.
    end_mark: Option<usize>,
    has_several_ends: bool,
    /// Lines after the end mark that nothing else cuts.
    after_end: Vec<Range<usize>>,
}

impl<'t, 'd> BoilerplateReading<'t, 'd> {
    fn new(text: &'t str, dateline: Option<&'d FoundDateline>) -> Self {
        BoilerplateReading {
            text,
            dateline,
            found: Boilerplate::default(),
            section: None,
            number: 0,
            end_mark: None,
            has_several_ends: false,
            after_end: Vec::new(),
        }
    }

    /// Reads the next line.
    fn line(&mut self, line: &TextLine<'t>, words: &BoilerplateWords, tables: &Tables) {
        let number = self.number;
        self.number += 1;
        let holds = |found: &FoundDateline| line.at.contains(&found.at.start);
        if let Some(found) = self.dateline.filter(|found| holds(found)) {
            self.dateline_in(line, found, words, tables);
        } else if self.is_head(number, line) && words.is_preface(line) {
            self.cut(line.at.clone(), CutKind::Preface);
        } else {
            self.body_line(line, words, tables);
        }
    }

    /// Whether a preface may stand in this line.
    fn is_head(&self, number: usize, line: &TextLine<'_>) -> bool {
        match self.dateline {
            Some(found) => line.at.end <= found.at.start,
            None => number < PREFACE_LINES,
        }
    }

    /// The line in which the dateline stands: only what is before the news is cut.
    fn dateline_in(&mut self, line: &TextLine<'t>, found: &FoundDateline, words: &BoilerplateWords, tables: &Tables) {
        if found.at.start > line.at.start && words.begins_with_preface(line) {
            self.cut(line.at.start..found.at.start, CutKind::Preface);
        }
        self.cut(found.at.start..found.news_at.max(found.at.end), CutKind::Dateline);
        let news = TextLine::within(self.text, found.news_at.min(line.at.end)..line.at.end);
        self.news_line(&news, words, tables);
    }

    fn body_line(&mut self, line: &TextLine<'t>, words: &BoilerplateWords, tables: &Tables) {
        let is_late = line.at.start >= self.text.len() / 4;
        if is_late && end::is_mark(line, words, tables) {
            self.end(line.at.clone());
        } else if let Some(heading) = heading::of_line(line, words).filter(|_| is_late) {
            self.heading(line, heading);
        } else if let Some(kind) =
            words.line_kind(line).or_else(|| is_late.then(|| words.late_line_kind(line)).flatten())
        {
            self.cut(line.at.clone(), kind);
        } else if let Some(kind) = self.section {
            self.cut(line.at.clone(), kind);
        } else if line.at.start >= self.text.len() / 2 && lines::is_contact(line) {
            self.cut(line.at.clone(), CutKind::Contacts);
        } else {
            if self.end_mark.is_some() {
                self.after_end.push(line.at.clone());
            }
            self.news_line(line, words, tables);
        }
    }

    /// A line of the news: an end mark, or words of the distributor, may end it.
    fn news_line(&mut self, line: &TextLine<'_>, words: &BoilerplateWords, tables: &Tables) {
        if line.at.end < self.text.len() / 2 {
            return;
        }
        if let Some(mark) = end::glued(line, words, tables) {
            self.end(mark);
        } else if let Some(start) = words.ending(line) {
            self.cut(start..line.at.end, CutKind::Tail);
        }
    }

    fn end(&mut self, mark: Range<usize>) {
        self.has_several_ends |= self.end_mark.is_some();
        self.end_mark.get_or_insert(mark.start);
        self.section = None;
        self.cut(mark, CutKind::EndMark);
    }

    fn heading(&mut self, line: &TextLine<'t>, heading: SectionHeading<'t>) {
        self.section = Some(heading.kind);
        self.found.abouts.extend(heading.name.filter(|_| self.found.abouts.len() < ABOUTS));
        self.cut(line.at.clone(), heading.kind);
    }

    /// Cuts a part; what follows the last one of its kind without news between joins it.
    fn cut(&mut self, at: Range<usize>, kind: CutKind) {
        let gap = self.found.cuts.last().filter(|last| last.kind == kind).map(|last| last.at.end..at.start);
        let joins = gap.is_some_and(|gap| self.text.get(gap).is_some_and(|gap| gap.trim().is_empty()));
        match self.found.cuts.last_mut().filter(|_| joins) {
            Some(last) => last.at.end = at.end,
            None => self.found.cuts.push(Cut { at, kind }),
        }
    }

    fn finish(mut self) -> Boilerplate<'t> {
        if !self.has_several_ends && !self.after_end.is_empty() {
            let rest = std::mem::take(&mut self.after_end);
            // A glued ending of such a line lies within it.
            let within = |start: usize| {
                let before = rest.partition_point(|at| at.start <= start);
                before.checked_sub(1).and_then(|last| rest.get(last)).is_some_and(|at| at.contains(&start))
            };
            self.found.cuts.retain(|cut| !within(cut.at.start));
            self.found.cuts.extend(rest.into_iter().map(|at| Cut { at, kind: CutKind::Tail }));
            self.found.cuts.sort_by_key(|cut| cut.at.start);
        }
        self.found.cuts.truncate(limits::CUTS.count());
        self.found
    }
}

#[cfg(test)]
mod tests;
